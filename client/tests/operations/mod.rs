//! Every operation that a desktop asks, each with a body that could be: made from the list, so that a new one is in it.
#![allow(dead_code, reason = "each test binary uses its own part of it")]

use postern_client::ask::ask;
use postern_client::transport::Transport;
use postern_contract::operation::{Operation, RequestLine, Section};
use postern_contract::{Problem, Secret};
use serde_json::{Value, json};
use std::pin::Pin;

/// What a session's token looks like here. Part of it must never be found where it does not belong.
pub const TOKEN: &str = "canary-token";

/// An operation on its way.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>>;

/// An operation without its types.
#[derive(Clone, Copy)]
pub struct Any {
    /// `GetAccount`.
    pub name: &'static str,
    /// `GET /v1/account`.
    pub line: (&'static str, &'static str),
    /// Whether it may be sent twice.
    pub repeats: bool,
    /// Asks for it.
    pub ask: for<'a> fn(&'a dyn Transport) -> Asking<'a>,
}

macro_rules! all {
    ($($name:ident,)*) => {
        /// All of them.
        pub fn all() -> Vec<Any> {
            let all = [$((<postern_contract::operation::$name as Operation>::DECLARED, Any {
                name: stringify!($name),
                line: {
                    let declared = <postern_contract::operation::$name as Operation>::DECLARED;
                    (declared.method.as_str(), declared.path)
                },
                repeats: {
                    let declared = <postern_contract::operation::$name as Operation>::DECLARED;
                    postern_client::again::may_repeat(declared.method, declared.once)
                },
                ask: |transport| Box::pin(async move {
                    let operation = made::<postern_contract::operation::$name>();
                    ask(transport, &operation, Some(&Secret::from(TOKEN))).await.map(drop)
                }),
            }),)*];
            all.into_iter().filter(|(declared, _)| declared.section != Section::Service).map(|(_, any)| any).collect()
        }
    };
}
postern_contract::with_operations!(all);

/// An operation that could be asked.
pub fn made<O: Operation>() -> O {
    let line = RequestLine {
        path: O::DECLARED.path.to_owned(),
        id: Some("00000000-0000-0000-0000-00000000cafe".to_owned()),
        cursor: None,
        if_match: Some("\"1\"".to_owned()),
    };
    O::read(&line, serde_json::from_value(body(O::DECLARED.name)).unwrap()).unwrap()
}

fn body(name: &str) -> Value {
    let (asker, password) = ("00000000-0000-0000-0000-0000000000a5", "seven harbor lamps at dusk");
    let proof = |address: &str| json!({ "address": address, "proof": "p".repeat(43) });
    match name {
        "StartVerification" => json!({
            "purpose": { "for": "sign_up", "asker": asker }, "channel": "email", "address": "pier@harbor.example"
        }),
        "ConfirmVerification" => json!({ "number": "418209", "asker": asker }),
        "CreateAccount" => json!({
            "asker": asker, "name": "Mina Park", "email": proof("mina.park@harbor.example"),
            "mobile_phone": proof("010-5550-1234"), "task": null, "password": password
        }),
        "ChangeAccount" => json!({ "name": "Mina Park" }),
        "ChangePassword" => {
            json!({ "current_password": password, "new_password": "eight harbor lamps at dawn" })
        }
        "ChangeSecurity" => json!({ "two_factor": true, "method": "email" }),
        "OpenSession" => json!({ "email": "mina.park@harbor.example", "password": password, "place": null }),
        "AnswerChallenge" => json!({ "number": "418209" }),
        "StepUp" => json!({ "password": password }),
        "RevokeSession" => json!({ "token_sha256": "0".repeat(64) }),
        "AddKey" => json!({ "label": "Release robot", "sha256": "0".repeat(64), "hint": "abcd" }),
        "CancelSubscription" => json!({ "agree": true }),
        _ => Value::Null,
    }
}
