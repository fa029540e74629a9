//! Commands as a page reaches them: refused in the wrong window, and a typed problem for whatever is passed. IPC-1, IPC-2

use crate::mock::{self, ask, window};
use contract::shell::{COMMANDS, Command};
use contract::{Problem, ProblemCode, Rule};
use postern_contract as contract;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use serde_json::{Value, json};
use tauri::WebviewWindow;
use tauri::test::MockRuntime;

/// A label of each kind of window.
fn label(kind: &str) -> &str {
    if kind == "tab" { "tab-change-password" } else { kind }
}

#[test]
fn a_command_is_refused_in_a_window_that_is_not_listed() {
    if !mock::apart("ipc::a_command_is_refused_in_a_window_that_is_not_listed", &[]) {
        return;
    }
    // IPC-1
    let app = mock::app();
    let kinds = ["main", "manage-account", "messages", "settings", "plans", "tab"];
    for label in kinds.map(label).into_iter().chain(["elsewhere"]) {
        let window = window(&app, label);
        for command in COMMANDS {
            let listed = command.windows.iter().any(|kind| self::label(kind) == label);
            // an input that no command takes: a listed window gets as far as the input or the desk, no further
            let answer = ask(&window, command.name, &json!({"input": {"nothing": "known"}}));
            let by_acl = matches!(&answer, Err(Value::String(text)) if text.contains("not allowed"));
            if listed && command.name != "open_messages" && command.name != "sign_out" {
                assert!(!by_acl, "{} must be reached from {label}: {answer:?}", command.name);
            } else if !listed {
                assert!(by_acl, "{} must be refused in {label}: {answer:?}", command.name);
            }
        }
    }
}

#[test]
fn what_tauri_offers_beside_our_commands_is_refused() {
    if !mock::apart("ipc::what_tauri_offers_beside_our_commands_is_refused", &[]) {
        return;
    }
    // IPC-1
    let app = mock::app();
    let window = window(&app, "main");
    for command in [
        "plugin:clipboard-manager|read_text",
        "plugin:clipboard-manager|write_text",
        "plugin:event|emit",
        "plugin:event|emit_to",
        "plugin:window|create",
        "plugin:window|set_title",
        "plugin:webview|create_webview_window",
        "plugin:path|resolve_directory",
        "plugin:app|version",
        "plugin:resources|close",
        "nothing",
    ] {
        assert!(ask(&window, command, &json!({})).is_err(), "{command}");
    }
}

#[test]
fn a_page_from_elsewhere_reaches_nothing() {
    if !mock::apart("ipc::a_page_from_elsewhere_reaches_nothing", &[]) {
        return;
    }
    // IPC-1
    let app = mock::app();
    let window = window(&app, "main");
    for command in COMMANDS {
        let answer = mock::ask_from(&window, "https://evil.example", command.name, &json!({}));
        assert!(answer.is_err(), "{}", command.name);
    }
}

/// A window that may call it.
fn caller(command: &Command) -> &str {
    label(command.windows.first().expect("a window"))
}

/// Any JSON, three levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        Just("operation".to_owned()),
        Just("request".to_owned()),
        Just("body".to_owned()),
        Just("email".to_owned()),
        Just("password".to_owned()),
        Just("label".to_owned()),
        Just("ChangeAccount".to_owned()),
        Just("change-password".to_owned()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(words.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The answer of a command is its own, or a problem with a code; never a bare string.
fn is_typed(answer: &Result<Value, Value>) -> Result<(), serde_json::Error> {
    match answer {
        Ok(_) => Ok(()),
        Err(value) => serde_json::from_value::<Problem>(value.clone()).map(drop),
    }
}

#[test]
fn any_json_into_any_command_gives_a_typed_problem() {
    if !mock::apart("ipc::any_json_into_any_command_gives_a_typed_problem", &[]) {
        return;
    }
    // IPC-2
    let app = mock::app();
    let windows: Vec<_> = COMMANDS.iter().map(|command| (command, window(&app, caller(command)))).collect();
    let asks = |at: &[(&Command, WebviewWindow<MockRuntime>)], arguments: &Value| {
        for (command, window) in at {
            let answer = ask(window, command.name, arguments);
            if let Err(reason) = is_typed(&answer) {
                proptest::prop_assert!(false, "{} with {}: {}", command.name, arguments, reason);
            }
        }
        Ok(())
    };
    let (reading, others): (Vec<_>, Vec<_>) = windows
        .into_iter()
        .partition(|(command, window)| misses_its_input(&ask(window, command.name, &json!({}))));
    assert!(reading.len() > 20, "most commands read something: {}", reading.len());
    // these never look at what is passed, and wait for the backend instead
    for arguments in [json!({"input": {"nothing": "known"}}), json!([1, {"input": null}])] {
        asks(&others, &arguments).expect("a typed problem");
    }
    proptest!(Config { cases: 48, ..Config::default() }, |(input in any_json(), bare in any_json())| {
        asks(&reading, &json!({ "input": input }))?;
        asks(&reading, &bare)?;
    });
}

/// Whether a command answers that what it reads is not there.
fn misses_its_input(answer: &Result<Value, Value>) -> bool {
    let Err(problem) = answer else { return false };
    let problem: Option<Problem> = serde_json::from_value(problem.clone()).ok();
    problem.is_some_and(|problem| problem.rule_of("input") == Some(Rule::Missing))
}

#[test]
fn a_hostile_corpus_is_refused_with_a_problem_that_names_the_place() {
    if !mock::apart("ipc::a_hostile_corpus_is_refused_with_a_problem_that_names_the_place", &[]) {
        return;
    }
    // IPC-2
    let app = mock::app();
    let long = "x".repeat(1 << 20);
    let hostile =
        ["\u{0}", "\u{202e}evil", "👨‍👩‍👧‍👦", "'; DROP TABLE account;--", "<script>", "../../etc/passwd", &long];
    let send = window(&app, "main");
    for text in hostile {
        for request in [
            json!({"operation": text}),
            json!({"operation": "ChangeAccount", "request": text}),
            json!({"operation": "EndSession", "request": {"id": text, "body": null}}),
            json!({"operation": "AddKey", "request": {"id": text, "body": null}}),
            json!(text),
        ] {
            let answer = ask(&send, "send", &json!({"input": request})).expect_err("must be refused");
            let problem: Problem = serde_json::from_value(answer).expect("a problem");
            assert_eq!(problem.code, ProblemCode::Malformed);
            assert_eq!(problem.fields.len(), 1);
            assert!(problem.fields[0].field.len() <= 256, "what was sent is not sent back");
        }
    }
    let keys = window(&app, "manage-account");
    for command in ["copy_key", "delete_key"] {
        let answer = ask(&keys, command, &json!({"input": "not an id"})).expect_err("must be refused");
        let problem: Problem = serde_json::from_value(answer).expect("a problem");
        assert_eq!(problem.code, ProblemCode::Malformed, "{command}");
    }
}
