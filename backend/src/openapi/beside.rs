//! The routes beside the operations, for whoever runs the backend: `http/health.rs`.

use super::answers::always;
use super::refusals::{self, Refused};
use contract::ProblemCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What these routes are about.
pub(super) const TAG: &str = "operations";

/// The paths of these routes.
pub(super) fn paths(refused: &mut Refused) -> BTreeMap<&'static str, Map<String, Value>> {
    let ready = [ProblemCode::Overloaded];
    let json = json!({ "application/json": { "schema": { "type": "object" } } });
    let mut route =
        |name, says, content, codes| route(name, says, content, refusals::responses(codes, refused));
    [
        ("/livez", route("IsAlive", "The program runs.", None, &[])),
        ("/readyz", route("IsReady", "Requests may be sent to it: its database answers.", None, &ready)),
        ("/openapi.json", route("GetDescription", "This description.", Some(json), &[])),
    ]
    .into()
}

fn route(
    name: &str,
    says: &str,
    content: Option<Value>,
    mut responses: Map<String, Value>,
) -> Map<String, Value> {
    let mut done = json!({ "description": says, "headers": always() });
    if let Some(content) = content {
        done["content"] = content;
    }
    responses.insert("200".to_owned(), done);
    let summary = says.split(": ").next().unwrap_or(says).trim_end_matches('.');
    let described = json!({
        "operationId": name, "summary": summary, "description": says, "tags": [TAG], "security": [], "responses": responses,
    });
    [("get".to_owned(), described)].into_iter().collect()
}
