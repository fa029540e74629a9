//! With which problems an operation may refuse: those that follow from its declaration, and its own.

use super::answers::{always, header};
use super::reference;
#[allow(clippy::enum_glob_use, reason = "the tables read as lists of words")]
use ProblemCode::*;
use contract::operation::{Declared, Method};
use contract::{Access, ProblemCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Whatever is asked: it cannot be read, is too large, comes at a bad time, or meets a fault.
const ANY: &[ProblemCode] = &[Malformed, TooLarge, Overloaded, Internal];
/// What a number may meet.
const NUMBERS: &[ProblemCode] = &[NumberWrong, NumberExpired, NumberExhausted, TooManyRequests];

/// What does not follow from an operation's declaration.
const OWN: &[(&str, &[&[ProblemCode]])] = &[
    ("StartVerification", &[&[StepUpRequired, NotPermitted, TooManyRequests]]),
    ("ConfirmVerification", &[NUMBERS]),
    ("CreateAccount", &[&[NotPermitted, ProofRefused]]),
    ("ResendChallenge", &[&[NumberExpired, TooManyRequests]]),
    ("ChangeAccount", &[&[ProofRefused]]),
    ("ChangePassword", &[&[TooManyRequests]]),
    ("ChangeSecurity", &[&[PasswordTooShortAlone]]),
    ("OpenSession", &[&[CredentialsRefused, TooManyRequests]]),
    ("AnswerChallenge", &[NUMBERS]),
    ("StepUp", &[&[CredentialsRefused, TooManyRequests]]),
    ("AddKey", &[&[KeyLimitReached, KeyIdTaken]]),
];

/// Every problem an operation may answer with, in the order of the contract's list.
pub(super) fn codes(declared: &Declared, has_body: bool) -> Vec<ProblemCode> {
    let access: &[ProblemCode] = match declared.access {
        Access::Open => &[],
        Access::KeyOrSession | Access::Service => &[Unauthenticated],
        Access::OpenOrSession | Access::Session => &[Unauthenticated, NotPermitted],
        Access::StepUp => &[Unauthenticated, NotPermitted, StepUpRequired],
    };
    let groups: [(bool, &[ProblemCode]); 5] = [
        (has_body, &[UnsupportedMediaType, Rejected]),
        (declared.path.contains("{id}"), &[NotFound]),
        (declared.guarded, &[PreconditionRequired, PreconditionFailed]),
        (declared.once, &[IdempotencyKeyReused, RequestInFlight]),
        (declared.method != Method::Get, &[StorageFull]),
    ];
    let own = OWN.iter().filter(|(name, _)| *name == declared.name).flat_map(|(_, codes)| codes.concat());
    let declared = groups.iter().filter(|(applies, _)| *applies).flat_map(|(_, codes)| *codes);
    let every: Vec<_> = ANY.iter().chain(access).chain(declared).copied().chain(own).collect();
    ProblemCode::ALL.iter().copied().filter(|code| every.contains(code)).collect()
}

/// `components.responses`: each refusal, under the names of its problems.
pub(super) type Refused = BTreeMap<String, Value>;

/// The refusals, one for each status, as references to what is added to `refused`.
pub(super) fn responses(codes: &[ProblemCode], refused: &mut Refused) -> Map<String, Value> {
    let mut statuses: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
    for code in codes {
        statuses.entry(code.status()).or_default().push(*code);
    }
    let referred = statuses.into_iter().map(|(status, codes)| {
        let name = codes.iter().map(|code| format!("{code:?}")).collect::<Vec<_>>().join("-");
        let reference = json!({ "$ref": format!("#/components/responses/{name}") });
        refused.entry(name).or_insert_with(|| response(status, &codes));
        (status.to_string(), reference)
    });
    referred.collect()
}

fn response(status: u16, codes: &[ProblemCode]) -> Value {
    let mut headers = always();
    match status {
        401 => headers.insert("www-authenticate".to_owned(), header("Challenge")),
        429 | 503 => headers.insert("retry-after".to_owned(), header("RetryAfter")),
        _ => None,
    };
    let words: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
    let said: Vec<_> = codes.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.title())).collect();
    let narrowed = json!({ "properties": { "status": { "enum": [status] }, "code": { "enum": words } } });
    json!({
        "description": said.join(" "),
        "headers": headers,
        "content": { "application/problem+json": { "schema": { "allOf": [reference("Problem"), narrowed] } } },
    })
}

#[cfg(test)]
mod tests {
    use super::OWN;
    use contract::operation::OPERATIONS;

    #[test]
    fn every_own_refusal_is_an_operations() {
        for (name, _) in OWN {
            assert!(OPERATIONS.iter().any(|declared| declared.name == *name), "{name}");
        }
    }
}
