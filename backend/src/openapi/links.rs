//! What can be asked with what was answered, so that a reader, or a program, finds the next step.

use contract::operation::Declared;
use serde_json::{Map, Value, json};

/// After which operation, which one, and what of the answer is its parameter.
const LINKS: &[(&str, &str, &str, &str)] = &[
    ("GetAccount", "ChangeAccount", "header.If-Match", "$response.header.etag"),
    ("ChangeAccount", "ChangeAccount", "header.If-Match", "$response.header.etag"),
    ("GetSecurity", "ChangeSecurity", "header.If-Match", "$response.header.etag"),
    ("ChangeSecurity", "ChangeSecurity", "header.If-Match", "$response.header.etag"),
    ("StartVerification", "ConfirmVerification", "path.id", "$response.body#/id"),
    ("OpenSession", "AnswerChallenge", "path.id", "$response.body#/challenge/id"),
    ("OpenSession", "ResendChallenge", "path.id", "$response.body#/challenge/id"),
    ("StepUp", "AnswerChallenge", "path.id", "$response.body#/challenge/id"),
    ("ResendChallenge", "AnswerChallenge", "path.id", "$response.body#/id"),
    ("ListSessions", "EndSession", "path.id", "$response.body#/sessions/0/id"),
    ("ListKeys", "DeleteKey", "path.id", "$response.body#/keys/0/id"),
    ("AddKey", "DeleteKey", "path.id", "$response.body#/id"),
    ("AddKey", "AddKey", "path.id", "$response.body#/id"),
    ("ListActivity", "ListActivity", "query.cursor", "$response.body#/next"),
];

/// The links of an operation's answer.
pub(super) fn after(declared: &Declared) -> Option<Value> {
    let links: Map<String, Value> = LINKS
        .iter()
        .filter(|(from, ..)| *from == declared.name)
        .map(|(_, to, parameter, value)| {
            ((*to).to_owned(), json!({ "operationId": to, "parameters": { *parameter: value } }))
        })
        .collect();
    (!links.is_empty()).then_some(Value::Object(links))
}

#[cfg(test)]
mod tests {
    use super::LINKS;
    use contract::operation::OPERATIONS;

    #[test]
    fn links_lead_from_operations_to_operations() {
        for (from, to, ..) in LINKS {
            for name in [from, to] {
                assert!(OPERATIONS.iter().any(|declared| declared.name == *name), "{name}");
            }
        }
    }
}
