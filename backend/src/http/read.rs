//! Reads a request strictly: the right media type, at most 64 KiB, JSON of exactly the operation's shape (or a form, where
//! a standard asks for one), and every value by its rule. Whatever is wrong is said with the field that it is wrong with.

use super::arrival::{NoRoom, Peer};
use crate::caller::Bearer;
use crate::config::Language;
use crate::state::Asked;
use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, IF_MATCH};
use axum::http::request::Parts;
use contract::operation::{Body as Shape, RequestLine};
use contract::{Media, Problem, ProblemCode, Rule, Secret};
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;

/// The largest body.
const BODY_MAX: usize = 64 * 1024;
/// The longest name of a field in a refusal; the contract's own are shorter.
const FIELD_MAX: usize = 64;

/// What is known of a request beside who asks and what.
pub(super) fn asked(request: &Request) -> Asked {
    let wish = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Asked {
        language: wish.and_then(Language::asked),
        from: request.extensions().get::<Peer>().map(|peer| peer.0),
    }
}

/// The bearer token. Another scheme, or a header that is no text, is no credential at all.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Bearer, Problem> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    token.map(|token| Some(Secret::from(token))).ok_or(ProblemCode::Unauthenticated.into())
}

/// What travels beside the body.
pub(super) fn line(head: &Parts, id: Option<&str>) -> Result<RequestLine, Problem> {
    let unreadable = || Problem::field(ProblemCode::Malformed, "if-match", Rule::WrongType);
    let if_match = head.headers.get(IF_MATCH).map(|value| value.to_str().map(str::to_owned)).transpose();
    let wrong = |rule| Problem::field(ProblemCode::Malformed, "cursor", rule);
    let query: Vec<(String, String)> = serde_urlencoded::from_str(head.uri.query().unwrap_or_default())
        .map_err(|_| wrong(Rule::WrongType))?;
    let mut cursors = query.into_iter().filter(|(name, _)| name == "cursor").map(|(_, value)| value);
    let cursor = cursors.next();
    if cursors.next().is_some() {
        return Err(wrong(Rule::Duplicate));
    }
    Ok(RequestLine {
        path: head.uri.path().to_owned(),
        id: id.map(str::to_owned),
        cursor,
        if_match: if_match.map_err(|_| unreadable())?,
    })
}

/// The body, read and checked.
pub(super) async fn body<B: Shape>(headers: &HeaderMap, body: Body) -> Result<B, Problem> {
    let said = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if said.is_some_and(|length| length > BODY_MAX as u64) {
        return Err(ProblemCode::TooLarge.into());
    }
    if B::PRESENT && !is_written_in(B::MEDIA, headers) {
        return Err(ProblemCode::UnsupportedMediaType.into());
    }
    let bytes = match axum::body::to_bytes(body, BODY_MAX).await {
        Ok(bytes) => bytes,
        Err(fault) if is::<LengthLimitError>(&fault) => return Err(ProblemCode::TooLarge.into()),
        Err(fault) if is::<NoRoom>(&fault) => {
            return Err(Problem::new(ProblemCode::Overloaded).retry_after(1));
        }
        Err(_) => return Err(whole(Rule::Missing)),
    };
    if !B::PRESENT {
        return if bytes.is_empty() { parse(b"null") } else { Err(whole(Rule::Unknown)) };
    }
    if bytes.is_empty() {
        return Err(whole(Rule::Missing));
    }
    let read: B = match B::MEDIA {
        Media::Json => parse(&bytes)?,
        Media::Form => parse_form(&bytes)?,
    };
    Problem::rejected(read.check())?;
    Ok(read)
}

fn is_written_in(media: Media, headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media.as_str()))
}

/// Whether this is what ended the body.
fn is<E: std::error::Error + 'static>(fault: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(fault);
    while let Some(error) = cause {
        if error.is::<E>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The body as a whole is wrong.
fn whole(rule: Rule) -> Problem {
    Problem::field(ProblemCode::Malformed, "", rule)
}

/// Reads a form.
fn parse_form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_urlencoded::from_bytes(bytes).map_err(|fault| unshapely("", &fault.to_string()))
}

/// What is not of the shape, from serde's words.
fn unshapely(path: &str, message: &str) -> Problem {
    let (field, rule) = diagnose(path, message);
    // an unknown field is the caller's own word: cut, so that an answer cannot be made as long as a request
    let field: String = field.chars().take(FIELD_MAX).collect();
    Problem::field(ProblemCode::Malformed, &field, rule)
}

/// Reads JSON and says where it is not of the shape.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json)
        .map_err(|fault| unshapely(&fault.path().to_string(), &fault.inner().to_string()))?;
    json.end().map_err(|_| whole(Rule::WrongType))?;
    match array(bytes) {
        Some(field) => Err(Problem::field(ProblemCode::Malformed, &field, Rule::WrongType)),
        None => Ok(read),
    }
}

/// Where a list stands in a readable body. Nothing that is sent holds lists, but serde would take one for an object whose
/// fields are in order.
fn array(bytes: &[u8]) -> Option<String> {
    fn within(value: &serde_json::Value) -> Option<String> {
        match value {
            serde_json::Value::Array(_) => Some(String::new()),
            serde_json::Value::Object(fields) => fields.iter().find_map(|(name, value)| {
                let rest = within(value)?;
                Some(if rest.is_empty() { name.clone() } else { format!("{name}.{rest}") })
            }),
            _ => None,
        }
    }
    // most bodies hold no bracket, and their passwords are not copied
    if !bytes.contains(&b'[') {
        return None;
    }
    within(&serde_json::from_slice(bytes).ok()?)
}

/// Field and rule from serde's words. Its messages name the field in backquotes; a value is never taken from them.
fn diagnose(path: &str, message: &str) -> (String, Rule) {
    let named = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?;
        rest.split('`').next().map(str::to_owned)
    };
    let path = if path == "." { "" } else { path.trim_end_matches(".?").trim_end_matches('?') };
    let within = |field: String| match path {
        "" => field,
        _ if path == field || path.ends_with(&format!(".{field}")) => path.to_owned(),
        _ => format!("{path}.{field}"),
    };
    if let Some(field) = named("missing field `") {
        (within(field), Rule::Missing)
    } else if let Some(field) = named("duplicate field `") {
        (within(field), Rule::Duplicate)
    } else if let Some(field) = named("unknown field `") {
        (within(field), Rule::Unknown)
    } else {
        (path.to_owned(), Rule::WrongType)
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELD_MAX, parse, parse_form};
    use contract::account::AccountChange;
    use contract::introspection::Question;
    use contract::session::Credentials;
    use contract::verification::VerificationRequest;
    use contract::{Problem, ProblemCode, Rule};

    fn fault<T: serde::de::DeserializeOwned>(text: &[u8]) -> (String, Rule) {
        let problem: Problem = parse::<T>(text).err().unwrap();
        assert_eq!(problem.code, ProblemCode::Malformed);
        (problem.fields[0].field.clone(), problem.fields[0].rule)
    }

    // API-4: unknown, missing and doubled fields, wrong types, depth, bad UTF-8
    #[test]
    fn api_4_what_is_wrong_is_said_with_its_field() {
        let said = |field: &str, rule| (field.to_owned(), rule);
        assert_eq!(fault::<Credentials>(br#"{"email":"a@b.example"}"#), said("password", Rule::Missing));
        assert_eq!(fault::<Credentials>(br#"{"email":1,"password":"x"}"#), said("email", Rule::WrongType));
        assert_eq!(
            fault::<Credentials>(br#"{"email":"a","email":"b","password":"x"}"#),
            said("email", Rule::Duplicate)
        );
        assert_eq!(fault::<Credentials>(br#"{"admin":true}"#), said("admin", Rule::Unknown));
        assert_eq!(
            fault::<AccountChange>(br#"{"email":{"address":"a"}}"#),
            said("email.proof", Rule::Missing)
        );
        assert_eq!(
            fault::<AccountChange>(br#"{"email":{"address":"a","proof":"b","x":1}}"#),
            said("email.x", Rule::Unknown)
        );
        assert_eq!(
            fault::<AccountChange>(br#"{"email":{"address":7,"proof":"b"}}"#),
            said("email.address", Rule::WrongType)
        );
        // a list is no object, even with the right values in the right order
        assert_eq!(fault::<AccountChange>(b"[]"), said("", Rule::WrongType));
        assert_eq!(fault::<Credentials>(br#"["a@b.example","x"]"#), said("", Rule::WrongType));
        assert_eq!(fault::<AccountChange>(br#"{"email":["a","b"]}"#), said("email", Rule::WrongType));
        assert_eq!(
            fault::<VerificationRequest>(
                br#"{"purpose":{"for":"change_contact","asker":1},"channel":"email","address":"a"}"#
            )
            .1,
            Rule::Unknown
        );
        for odd in
            [&b"\xff\xfe"[..], b"{\"email\":\"\xff\"}", b"[", b"", b"{}{}", b"\"x\"", b"null", b"[1,2]"]
        {
            assert!(fault::<Credentials>(odd).0.len() <= FIELD_MAX);
        }
        let deep = "[".repeat(60_000);
        fault::<Credentials>(deep.as_bytes());
        fault::<Credentials>(format!("{{\"email\":{deep}").as_bytes());
        fault::<VerificationRequest>(
            format!("{{\"purpose\":{{\"for\":\"sign_up\",\"asker\":{deep}").as_bytes(),
        );
        let long = format!("{{\"{}\":1}}", "n".repeat(60_000));
        assert!(fault::<Credentials>(long.as_bytes()).0.len() <= FIELD_MAX);
    }

    // API-4: a form too; what the standard adds to it is ignored, and nothing is taken twice
    #[test]
    fn api_4_a_form_is_read_as_strictly() {
        let read = |text: &str| parse_form::<Question>(text.as_bytes());
        let known = read("token=a%20b&client_id=x&token_type_hint=access_token").unwrap();
        assert_eq!(known.token.expose(), "a b");
        for (text, field, rule) in [
            ("", "token", Rule::Missing),
            ("Token=a", "token", Rule::Missing),
            ("token=a&token=b", "token", Rule::Duplicate),
            ("token_type_hint=a&token=b&token_type_hint=c", "token_type_hint", Rule::Duplicate),
        ] {
            let problem = read(text).err().unwrap();
            assert_eq!(
                (problem.code, problem.rule_of(field)),
                (ProblemCode::Malformed, Some(rule)),
                "{text}"
            );
        }
    }
}
