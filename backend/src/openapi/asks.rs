//! What an operation is asked with: parameters beside the body, and the body with an example of each.

use super::reference;
use contract::operation::{Declared, ListActivity, Method, Operation as _};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const ASKER: &str = "3f2a4c5e-8d1b-4e7a-9c60-51d2b7e0a914";
const PROOF: &str = "mX0cJq2Vd8sLr4Yt6WbE1nUkHgPzAoI9fSxQw3R7T5M";

/// What travels beside the body.
pub(super) fn parameters(declared: &Declared) -> Vec<Value> {
    let parameter = |name: &str, place: &str, required: bool, description: &str, schema: Value| json!({ "name": name, "in": place, "required": required, "description": description, "schema": schema });
    let mut out = Vec::new();
    if declared.path.contains("{id}") {
        let schema = json!({ "type": "string", "format": "uuid" });
        out.push(parameter("id", "path", true, "Which one; what cannot be an id names nothing.", schema));
    }
    if declared.guarded {
        let says = "The version that is to be changed, as it was read: the `ETag` of the answer.";
        out.push(parameter("If-Match", "header", true, says, reference("ETag")));
    }
    if declared.once {
        let says =
            "Names this wish. Repeated under the same key within a day it is done once and answered alike.";
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$" });
        out.push(parameter("Idempotency-Key", "header", true, says, schema));
    }
    if declared.method != Method::Get {
        let says = "In which language to write messages that this brings about; one that is not known is passed over.";
        out.push(parameter("Accept-Language", "header", false, says, json!({ "type": "string" })));
    }
    if declared.name == ListActivity::DECLARED.name {
        let schema = json!({ "type": "integer", "format": "int64" });
        out.push(parameter(
            "cursor",
            "query",
            false,
            "Where the page begins: `next` of the page before.",
            schema,
        ));
    }
    out
}

/// The body.
pub(super) fn body(declared: &Declared, media: &str, schema: &str) -> Value {
    let mut content = json!({ "schema": reference(schema) });
    if let Some(example) = example(declared.name) {
        content["example"] = example;
    }
    json!({ "required": true, "content": { media: content } })
}

/// Says of everything that is sent that it has no field beside the described ones: each request is read strictly.
pub(super) fn close(schemas: &mut BTreeMap<String, Value>, sent: Vec<String>) {
    let (mut waiting, mut closed) = (sent, BTreeSet::new());
    while let Some(name) = waiting.pop() {
        if let Some(schema) = schemas.get_mut(&name).filter(|_| !closed.contains(&name)) {
            close_within(schema, &mut waiting);
            closed.insert(name);
        }
    }
}

fn close_within(schema: &mut Value, referred: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                referred.extend(reference.rsplit('/').next().map(str::to_owned));
            }
            if map.get("type").is_some_and(|kind| kind == "object") && map.contains_key("properties") {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
            map.values_mut().for_each(|value| close_within(value, referred));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| close_within(value, referred)),
        _ => {}
    }
}

fn example(name: &str) -> Option<Value> {
    Some(match name {
        "StartVerification" => json!({
            "purpose": { "for": "sign_up", "asker": ASKER }, "channel": "email", "address": "mina.park@harbor.example",
        }),
        "ConfirmVerification" => json!({ "number": "418 209", "asker": ASKER }),
        "CreateAccount" => json!({
            "asker": ASKER,
            "name": "Mina Park",
            "email": { "address": "mina.park@harbor.example", "proof": PROOF },
            "mobile_phone": { "address": "010-5550-1234", "proof": PROOF },
            "task": "Harbor gate keys",
            "password": "seven harbor lamps",
        }),
        "ChangeAccount" => json!({ "name": "Mina Park", "task": "Harbor gate keys" }),
        "ChangePassword" => json!({
            "current_password": "seven harbor lamps", "new_password": "eleven quiet lighthouses",
        }),
        "ChangeSecurity" => json!({ "two_factor": true, "method": "text_message" }),
        "OpenSession" => json!({
            "email": "mina.park@harbor.example", "password": "seven harbor lamps", "place": "harbor-desk",
        }),
        "AnswerChallenge" => json!({ "number": "418209" }),
        "StepUp" => json!({ "password": "seven harbor lamps" }),
        "RevokeSession" => json!({
            "token_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }),
        "AddKey" => json!({
            "label": "Release robot",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "hint": "7Qd2",
        }),
        "CancelSubscription" => json!({ "agree": true }),
        "Introspect" => json!({ "token": "pst_0000000000000000000000000000000000000000000abcdef" }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::example;
    #[allow(clippy::wildcard_imports, reason = "the list names them all")]
    use contract::operation::*;

    fn held<O: Operation>() {
        let Some(example) = example(O::DECLARED.name) else {
            assert!(!<O::Body as Body>::PRESENT, "{} has no example", O::DECLARED.name);
            return;
        };
        let body: O::Body = serde_json::from_value(example).unwrap();
        assert_eq!(body.check(), [], "{}", O::DECLARED.name);
    }

    macro_rules! each {
        ($($operation:ident,)*) => { $(held::<$operation>();)* };
    }

    #[test]
    fn api_8_every_body_has_an_example_that_keeps_its_rules() {
        contract::with_operations!(each);
    }
}
