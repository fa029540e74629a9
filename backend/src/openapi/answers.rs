//! What comes back when an operation is done, and the headers that answers carry.

use super::reference;
use serde_json::{Map, Value, json};

/// `components.headers`.
pub(super) fn headers() -> Value {
    let header = |description: &str, schema: Value| json!({ "description": description, "required": true, "schema": schema });
    json!({
        "RequestId": header(
            "The name of this request, to be found in the backend's log: its own, a UUID, or what a trusted proxy gave it.",
            json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" }),
        ),
        "NoStore": header("Nothing is kept on the way.", json!({ "type": "string", "enum": ["no-store"] })),
        "NoSniff": header("The media type is the one that is said.", json!({ "type": "string", "enum": ["nosniff"] })),
        "Version": header(
            "The version of what is answered, to be sent back as `If-Match`.",
            reference("ETag"),
        ),
        "RetryAfter": header("Seconds to wait before asking again.", json!({ "type": "integer", "minimum": 0 })),
        "Challenge": header(
            "How to come back with better credentials (RFC 6750; RFC 9470 where the password must be entered again).",
            json!({ "type": "string", "pattern": "^Bearer" }),
        ),
    })
}

/// A header of `components.headers`.
pub(super) fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// What every answer carries.
pub(super) fn always() -> Map<String, Value> {
    [("x-request-id", "RequestId"), ("cache-control", "NoStore"), ("x-content-type-options", "NoSniff")]
        .map(|(name, what)| (name.to_owned(), header(what)))
        .into_iter()
        .collect()
}

/// The answer of an operation that was done; `answer` is the name of its schema.
pub(super) fn success(answer: Option<&str>, versioned: bool) -> Value {
    let mut headers = always();
    if versioned {
        headers.insert("etag".to_owned(), header("Version"));
    }
    match answer {
        Some(answer) => json!({
            "description": "Done.",
            "headers": headers,
            "content": { "application/json": { "schema": reference(answer) } },
        }),
        None => json!({ "description": "Done.", "headers": headers }),
    }
}
