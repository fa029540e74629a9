//! The body of a request to a text-message gateway: a template with three places, each filled so that what is put in
//! stays a value, whatever it holds.

use super::settings::GatewayContent;
use std::fmt::Write as _;

/// What is put in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    pub to: &'a str,
    pub text: &'a str,
    pub id: &'a str,
}

/// The template with every place filled, in one pass: what was put in is never looked at for places again.
pub(super) fn filled(template: &str, content: GatewayContent, places: Places<'_>) -> String {
    let mut out = String::with_capacity(template.len() + places.text.len() * 2);
    let mut rest = template;
    'template: while !rest.is_empty() {
        for (place, value) in [("{to}", places.to), ("{text}", places.text), ("{id}", places.id)] {
            if let Some(after) = rest.strip_prefix(place) {
                out.push_str(&escaped(content, value));
                rest = after;
                continue 'template;
            }
        }
        let mut following = rest.chars();
        out.extend(following.next());
        rest = following.as_str();
    }
    out
}

/// A value as it may stand in a body of this kind.
fn escaped(content: GatewayContent, value: &str) -> String {
    match content {
        // what stands between the quotes of a JSON string
        GatewayContent::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        GatewayContent::Form => value.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
            out
        }),
        GatewayContent::Plain => {
            value.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
        }
    }
}

/// What is wrong with a template, if anything.
pub(super) fn fault(template: &str, content: GatewayContent) -> Option<&'static str> {
    if !template.contains("{to}") || !template.contains("{text}") {
        return Some("the body must hold {to} and {text}");
    }
    let odd = Places { to: "+821055501234", text: "a\"b\\c\n&=%", id: "1" };
    let whole = filled(template, content, odd);
    let holds = |read: &str| read.contains(odd.text);
    match content {
        GatewayContent::Json => {
            let Ok(value) = serde_json::from_str::<serde_json::Value>(&whole) else {
                return Some("the body must be JSON once its places are filled: put them between quotes");
            };
            (!within(&value, &holds)).then_some("{text} must stand between quotes, as a value")
        }
        GatewayContent::Form => {
            let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&whole).unwrap_or_default();
            let found = pairs.iter().any(|(_, value)| holds(value));
            (!found).then_some("the body must be name=value pairs, joined by &, with {text} as a value")
        }
        GatewayContent::Plain => None,
    }
}

/// Whether a text anywhere in the value is one that is looked for.
fn within(value: &serde_json::Value, found: &dyn Fn(&str) -> bool) -> bool {
    match value {
        serde_json::Value::String(text) => found(text),
        serde_json::Value::Array(items) => items.iter().any(|item| within(item, found)),
        serde_json::Value::Object(fields) => fields.values().any(|item| within(item, found)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{GatewayContent, Places, fault, filled};
    use proptest::prelude::*;

    const JSON: &str = r#"{"to":"{to}","messages":[{"text":"{text}"}],"id":"{id}"}"#;
    const FORM: &str = "to={to}&text={text}&id={id}";

    proptest! {
        // OTP-11: whatever is put in comes out as the same value, and nothing else does
        #[test]
        fn otp_11_a_value_stays_a_value(to in ".{0,40}", text in "\\PC{0,60}|[\\x00-\\x7f]{0,60}|\\{(to|id|text)\\}", id in "[0-9a-f-]{1,36}") {
            let places = Places { to: &to, text: &text, id: &id };
            let read: serde_json::Value =
                serde_json::from_str(&filled(JSON, GatewayContent::Json, places)).unwrap();
            prop_assert_eq!(read, serde_json::json!({"to": to, "messages": [{"text": text}], "id": id}));
            let pairs: Vec<(String, String)> =
                serde_urlencoded::from_str(&filled(FORM, GatewayContent::Form, places)).unwrap();
            let expected = [("to", to.as_str()), ("text", text.as_str()), ("id", id.as_str())];
            prop_assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
    }

    #[test]
    fn a_template_that_could_not_work_is_told_so() {
        for (template, content, right) in [
            (JSON, GatewayContent::Json, true),
            (FORM, GatewayContent::Form, true),
            ("{to} {text}", GatewayContent::Plain, true),
            (r#"{"to":"{to}"}"#, GatewayContent::Json, false),
            (r#"{"to":{to},"text":"{text}"}"#, GatewayContent::Json, false),
            (r#"{"to":"{to}","text":{text}}"#, GatewayContent::Json, false),
            (r#"{"to":"{to}","{text}":1}"#, GatewayContent::Json, false),
            ("{to} {text}", GatewayContent::Form, false),
            ("{text}", GatewayContent::Plain, false),
        ] {
            assert_eq!(fault(template, content).is_none(), right, "{template}");
        }
    }
}
