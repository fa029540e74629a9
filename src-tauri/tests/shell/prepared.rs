//! What is typed in a tab goes to the window Prepared changes through the shell: once, to that window alone, and nothing secret.

use crate::mock::{self, ask, window};
use contract::plan::Typed;
use contract::{Problem, ProblemCode};
use postern_contract as contract;
use serde_json::json;
use tauri::Manager;

#[test]
fn what_is_typed_in_a_window_of_its_own_reaches_the_plan_once() {
    if !mock::apart("prepared::what_is_typed_in_a_window_of_its_own_reaches_the_plan_once", &[]) {
        return;
    }
    let app = mock::app();
    let tab = window(&app, "tab-user-information");
    let typed = Typed { task: Some("Harbor gate keys".to_owned()), ..Typed::default() };
    ask(&tab, "prepare_changes", &json!({ "input": typed })).expect("the window opens");
    assert!(app.get_webview_window("plans").is_some());
    assert!(ask(&tab, "take_typed", &json!({})).is_err(), "it is for one window alone");
    let plans = window(&app, "plans");
    let take = || ask(&plans, "take_typed", &json!({})).expect("an answer");
    assert_eq!(serde_json::from_value::<Option<Typed>>(take()).expect("it is typed"), Some(typed));
    assert_eq!(take(), json!(null), "it is told once");
}

#[test]
fn a_secret_is_refused_before_it_goes_anywhere() {
    if !mock::apart("prepared::a_secret_is_refused_before_it_goes_anywhere", &[]) {
        return;
    }
    // IPC-2
    let app = mock::app();
    let tab = window(&app, "tab-change-password");
    let input = json!({"input": {"task": "Gate", "password": "quiet lantern"}});
    let refused = ask(&tab, "prepare_changes", &input).expect_err("there is no such field");
    let refused: Problem = serde_json::from_value(refused).expect("a problem");
    assert_eq!(refused.code, ProblemCode::Malformed);
    assert!(app.get_webview_window("plans").is_none());
}
