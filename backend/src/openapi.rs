//! The API's description in OpenAPI 3.1, made from the contract's list and its types. `docs/openapi.json` is this text;
//! a test holds that the two do not part, and the backend that serves it is held against it by generated requests.

mod answers;
mod asks;
mod beside;
mod links;
mod refusals;

#[allow(clippy::wildcard_imports, reason = "the list names them all")]
use contract::operation::*;
use contract::operation::{Body, Declared, OPERATIONS, Operation};
use contract::{Access, Media, Problem, ProblemCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

type Schemas = Vec<(String, RefOr<Schema>)>;

/// The description as the text of `docs/openapi.json`.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&sorted(document())).unwrap_or_default();
    text.push('\n');
    text
}

macro_rules! shapes {
    ($($operation:ident,)*) => {
        fn shapes() -> BTreeMap<&'static str, Shape> {
            let mut shapes = BTreeMap::new();
            $(shapes.insert(stringify!($operation), shape::<$operation>());)*
            shapes
        }
    };
}
contract::with_operations!(shapes);

/// What an operation carries: names of schemas, and the schemas themselves.
struct Shape {
    body: Option<String>,
    media: &'static str,
    answer: Option<String>,
    schemas: Schemas,
    /// What the operation does, in whole sentences.
    description: String,
}

impl Shape {
    /// Whether what is answered has a version.
    fn versioned(&self) -> bool {
        let answer = self.schemas.iter().find(|(name, _)| Some(name) == self.answer.as_ref());
        answer.is_some_and(|(_, schema)| json!(schema).pointer("/properties/etag").is_some())
    }
}

fn shape<O: Operation>() -> Shape
where
    O::Body: ToSchema,
    O::Answer: ToSchema,
{
    let mut schemas = Schemas::new();
    let body = <O::Body as Body>::PRESENT.then(|| named::<O::Body>(&mut schemas));
    let answer = (O::DECLARED.success != 204).then(|| named::<O::Answer>(&mut schemas));
    let description = O::DOC.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    Shape { body, media: O::Body::MEDIA.as_str(), answer, schemas, description }
}

fn named<T: ToSchema>(schemas: &mut Schemas) -> String {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
    T::name().into_owned()
}

fn document() -> Value {
    let mut schemas = Schemas::new();
    named::<Problem>(&mut schemas);
    let mut shapes = shapes();
    let mut refused = refusals::Refused::default();
    let mut sent = Vec::new();
    let mut paths: BTreeMap<&str, Map<String, Value>> = beside::paths(&mut refused);
    for declared in OPERATIONS {
        let Some(shape) = shapes.remove(declared.name) else { continue };
        let described = operation(declared, &shape, &mut refused);
        paths.entry(declared.path).or_default().insert(declared.method.as_str().to_lowercase(), described);
        // a form may hold what its standard adds later (RFC 6749 section 3.2)
        sent.extend(shape.body.filter(|_| shape.media == Media::Json.as_str()));
        schemas.extend(shape.schemas);
    }
    let mut schemas: BTreeMap<String, Value> =
        schemas.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
    asks::close(&mut schemas, sent);
    // what arises on the desktop never travels over HTTP
    let travels = ProblemCode::ALL.iter().filter(|code| code.status() != 0);
    let words: Vec<_> = travels.map(|code| code.as_str()).collect();
    schemas.insert("ProblemCode".to_owned(), json!({ "type": "string", "enum": words }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Postern account backend",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "An administrator's account: who they are, their password, their second factor, their authentication keys.",
        },
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": answers::headers(),
            "responses": refused,
            "securitySchemes": {
                "session": { "type": "http", "scheme": "bearer", "description": "The token of a session." },
                "authentication_key": { "type": "http", "scheme": "bearer", "description": "An authentication key, beginning with pst_." },
                "service_credential": { "type": "http", "scheme": "bearer", "description": "What the backend's operator gave a service." },
            },
        },
    })
}

fn operation(declared: &Declared, shape: &Shape, refused: &mut refusals::Refused) -> Value {
    let mut out = Map::new();
    out.insert("operationId".to_owned(), json!(declared.name));
    out.insert("summary".to_owned(), json!(summary(&shape.description)));
    out.insert("description".to_owned(), json!(shape.description));
    out.insert("tags".to_owned(), json!([tag(declared.path)]));
    out.insert("security".to_owned(), security(declared.access));
    if declared.access == Access::StepUp {
        out.insert("x-step-up".to_owned(), json!(true));
    }
    let parameters = asks::parameters(declared);
    if !parameters.is_empty() {
        out.insert("parameters".to_owned(), json!(parameters));
    }
    if let Some(body) = &shape.body {
        out.insert("requestBody".to_owned(), asks::body(declared, shape.media, body));
    }
    let mut responses = refusals::responses(&refusals::codes(declared, shape.body.is_some()), refused);
    let mut success = answers::success(shape.answer.as_deref(), shape.versioned());
    if let Some(links) = links::after(declared) {
        success["links"] = links;
    }
    responses.insert(declared.success.to_string(), success);
    out.insert("responses".to_owned(), Value::Object(responses));
    Value::Object(out)
}

/// The first clause of a description, without its full stop.
fn summary(description: &str) -> &str {
    let end = [". ", ": ", "; "].iter().filter_map(|mark| description.find(mark)).min();
    end.map_or(description, |end| &description[..end]).trim_end_matches('.')
}

/// What an operation is about: the last noun of its path that names one.
fn tag(path: &str) -> &'static str {
    let about = |noun: &&(&str, &str, &str)| path.split('/').any(|segment| segment == noun.1);
    TAGS.iter().find(about).map_or("account", |noun| noun.0)
}

/// Tag, segment of a path, description: what stands first wins.
const TAGS: [(&str, &str, &str); 11] = [
    ("keys", "keys", "Authentication keys of programs."),
    ("keys", "whoami", ""),
    ("keys", "introspection", ""),
    ("sessions", "sessions", "Signing in and out, the second factor, and where an account is signed in."),
    ("sessions", "session", ""),
    ("security", "security", "Two-factor authentication."),
    ("activity", "activity", "The audit trail of an account."),
    (
        "verifications",
        "verifications",
        "Authentication numbers, which prove an email address or a mobile phone.",
    ),
    ("limits", "capabilities", "Limits and policies of this backend."),
    ("account", "account", "The account: who it belongs to, its password, its end."),
    ("account", "accounts", ""),
];

/// The tags with their descriptions.
fn tags() -> Vec<Value> {
    let mut tags: Vec<Value> = TAGS
        .iter()
        .filter(|(_, _, description)| !description.is_empty())
        .map(|(name, _, description)| json!({ "name": name, "description": description }))
        .collect();
    tags.push(json!({ "name": beside::TAG, "description": "Health and description, for the operator of the backend." }));
    tags
}

fn security(access: Access) -> Value {
    match access {
        Access::Open => json!([]),
        Access::OpenOrSession => json!([{}, { "session": [] }]),
        Access::Session | Access::StepUp => json!([{ "session": [] }]),
        Access::KeyOrSession => json!([{ "session": [] }, { "authentication_key": [] }]),
        Access::Service => json!([{ "service_credential": [] }]),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Keys in order, whichever kind of map the JSON library was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<String, Value> = map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            Value::Object(ordered.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use contract::Access;
    use contract::operation::OPERATIONS;
    use contract::session::PLACE_MAX;
    use contract::{Rule, rules};
    use serde_json::Value;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn api_8_the_committed_description_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == text(),
            "docs/openapi.json is not what the code says; rewrite it with:\n\
             cargo run -p postern-backend -- openapi > docs/openapi.json"
        );
    }

    #[test]
    fn api_8_every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(&text()).unwrap();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > OPERATIONS.len());
        for reference in found {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    // SES-4: what needs the password again is marked, and nothing else is. PW-2: no hints, no expiry of passwords.
    #[test]
    fn ses_4_steps_up_are_marked() {
        let document: Value = serde_json::from_str(&text()).unwrap();
        for declared in OPERATIONS {
            let operation = &document["paths"][declared.path][declared.method.as_str().to_lowercase()];
            assert_eq!(operation["operationId"], declared.name);
            assert_eq!(
                operation["x-step-up"] == true,
                declared.access == Access::StepUp,
                "{}",
                declared.name
            );
        }
        for word in ["password_hint", "password_expires", "secret_question"] {
            assert!(!text().contains(word), "{word}");
        }
    }

    type Check = fn(&str) -> Option<Rule>;

    /// Each text that a request holds, with a value that is accepted and the rule for it.
    const BOUNDED: &[(&str, &str, &str, Check)] = &[
        ("NewAccount", "name", "Mina", |text| rules::display_name(text).err()),
        ("NewAccount", "task", "gate", |text| rules::task(text).err()),
        ("NewAccount", "password", "seven harbor lamps", |text| rules::new_password(text, 15).err()),
        ("ProvenAddress", "address", "mina@harbor.example", |text| rules::email_address(text).err()),
        ("ProvenAddress", "address", "010-5550-1234", |text| rules::mobile_phone(text).err()),
        ("AccountChange", "name", "Mina", |text| rules::display_name(text).err()),
        ("AccountChange", "task", "gate", |text| rules::task(text).err()),
        ("PasswordChange", "current_password", "seven harbor lamps", |text| rules::password(text).err()),
        ("PasswordChange", "new_password", "seven harbor lamps", |text| rules::new_password(text, 8).err()),
        ("PasswordAgain", "password", "seven harbor lamps", |text| rules::password(text).err()),
        ("Credentials", "email", "mina@harbor.example", |text| rules::email_address(text).err()),
        ("Credentials", "password", "seven harbor lamps", |text| rules::password(text).err()),
        ("Credentials", "place", "harbor-desk", |text| rules::line(text, PLACE_MAX).err()),
        ("NewKey", "label", "Day robot", |text| rules::label(text).err()),
        ("VerificationRequest", "address", "mina@harbor.example", |text| rules::email_address(text).err()),
        ("VerificationRequest", "address", "010-5550-1234", |text| rules::mobile_phone(text).err()),
        ("Confirmation", "number", "418 209", |text| rules::number(text).err()),
        ("Number", "number", "418 209", |text| rules::number(text).err()),
    ];

    #[test]
    fn u23_the_described_bound_of_a_text_is_the_rules() {
        let document: Value = serde_json::from_str(&text()).unwrap();
        for (schema, field, good, rule) in BOUNDED {
            let described = &document["components"]["schemas"][schema]["properties"][field]["maxLength"];
            let max = usize::try_from(described.as_u64().unwrap()).unwrap();
            let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
            assert_eq!(rule(&padded(max)), None, "{schema}.{field}: {max}");
            let over = rule(&padded(max + 1));
            assert!(matches!(over, Some(Rule::TooLong { .. })), "{schema}.{field}: {over:?}");
        }
        // and no other text of a request is without a bound, but for secrets that the backend made
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let sent = schema["additionalProperties"] == false;
            for (field, described) in schema["properties"].as_object().into_iter().flatten().filter(|_| sent)
            {
                let is_text = described["type"] == "string" || described["type"][0] == "string";
                let closed = ["pattern", "format", "enum"].iter().any(|word| described.get(word).is_some());
                let bounded = BOUNDED.iter().any(|(schema, of, ..)| schema == name && of == field);
                assert!(!is_text || closed || bounded, "{name}.{field} has no bound");
            }
        }
    }
}
