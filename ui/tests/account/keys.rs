//! The tab Manage authentication key.

use super::{holds, lacks, tab};
use postern_contract::rules::Rule;
use postern_contract::shell::{Copied, KeyList, KeyRow, Mended, Opening, SecretPlace, StoreState, Tab};
use postern_contract::{KeyId, Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::manage_authentication_key::{Draft, KeysWith};
use postern_ui::session::sample_opening;
use sycamore::prelude::*;
use uuid::Uuid;

fn list(rows: Vec<KeyRow>) -> KeyList {
    KeyList { rows, mended: vec![], store: StoreState::Ready }
}

fn drawn(opening: Opening, list: KeyList, happened: impl FnOnce(Draft) + 'static) -> String {
    tab(opening, Tab::ManageAuthenticationKey, move |sheet| {
        let draft = Draft::new(Load::ready(list));
        happened(draft);
        view! { KeysWith(sheet=sheet, draft=draft) }
    })
}

fn page(happened: impl FnOnce(Draft) + 'static) -> String {
    drawn(sample_opening(), list(samples::keys()), happened)
}

/// The key whose secret may be in a store that cannot be asked.
fn unknown(rows: Vec<KeyRow>) -> KeyRow {
    let mut unknown = rows.into_iter().filter(|row| row.secret == SecretPlace::Unknown);
    let Some(row) = unknown.next() else { panic!("the samples hold one") };
    row
}

/// The id of a key that is not in the samples.
fn another() -> KeyId {
    KeyId(Uuid::from_u128(0x999))
}

fn five() -> Vec<KeyRow> {
    let mut rows = samples::keys();
    let mut fifth = rows[0].clone();
    fifth.key.id = another();
    rows.push(fifth);
    rows
}

#[test]
fn the_table_is_named_and_its_roles_are_written_out() {
    let page = page(|_| {});
    holds(&page, &["role=\"table\"", "aria-labelledby=\"keys-title\"", "Authentication keys", "4 of 5"]);
    holds(
        &page,
        &["role=\"columnheader\"", "role=\"row\"", "role=\"cell\"", "data-label=\"Last used\"", "pst_••••"],
    );
    holds(
        &page,
        &["aria-label=\"Copy Release robot\"", "aria-label=\"More actions for Release robot\"", "never"],
    );
    holds(&page, &["just now", "on this computer", "Add authentication key", "button primary"]);
    lacks(&page, &["role=\"dialog\"", "toast", "role=\"alert\""]);
}

#[test]
fn a_key_made_elsewhere_says_why_it_cannot_be_copied() {
    let page = page(|draft| draft.copy(&samples::keys()[2]));
    assert_eq!(page.matches("aria-disabled=\"true\"").count(), 1, "{page}");
    holds(
        &page,
        &["not on this computer", "title=\"The secret is in the secret store of the computer that made it\""],
    );
    holds(
        &page,
        &["role=\"alert\"", "The secret of this key is not on this computer", "The key keeps working"],
    );
}

#[test]
fn no_keys_yet_says_what_they_are_for() {
    let page = drawn(sample_opening(), list(vec![]), |_| {});
    holds(&page, &["No authentication keys yet", "0 of 5", "Add authentication key"]);
    lacks(&page, &["role=\"table\""]);
}

#[test]
fn adding_asks_for_a_label_by_its_rules() {
    let page = page(|draft| {
        draft.add();
        draft.label.typed("x".repeat(41));
        draft.submit(false);
        assert_eq!(draft.label.error(), Some(Rule::TooLong { max: 40 }));
    });
    holds(
        &page,
        &["role=\"dialog\"", "for=\"label\"", "Label", ">Add<", "Cancel", "kept in its secret store"],
    );
    holds(&page, &["id=\"label-error\"", "1 character too long."]);
}

// KEY-1
#[test]
fn the_sixth_is_refused_in_words_and_no_label_is_asked_for() {
    let page = drawn(sample_opening(), list(five()), Draft::add);
    holds(&page, &["5 of 5", "role=\"alert\"", "You have 5 keys, the maximum."]);
    lacks(&page, &["role=\"dialog\""]);
}

#[test]
fn a_key_that_was_added_stands_in_the_list() {
    let page = page(|draft| {
        draft.add();
        let mut row = samples::keys()[0].clone();
        row.key.id = another();
        row.key.label = "Crane log".to_owned();
        draft.added(row);
    });
    holds(&page, &["aria-label=\"Copy Crane log\"", "5 of 5", "role=\"status\"", "“Crane log” is added."]);
    lacks(&page, &["role=\"dialog\""]);
}

#[test]
fn where_keys_run_out_meanwhile_the_dialog_closes_with_the_words() {
    let page = page(|draft| {
        draft.add();
        draft.label.typed("Crane log".to_owned());
        assert!(draft.not_added(&Problem::new(ProblemCode::KeyLimitReached), false));
        assert_eq!(draft.label.now(), "Crane log");
    });
    holds(&page, &["You have 5 keys, the maximum."]);
    lacks(&page, &["role=\"dialog\""]);
}

// CLIP-1
#[test]
fn what_was_copied_counts_down_and_can_be_cleared_now() {
    let copied = || Copied { label: "Release robot".to_owned(), clears_in_seconds: 30 };
    holds(
        &page(move |draft| draft.was_copied(samples::keys()[0].key.id, &copied())),
        &["toast", "Copied “Release robot”", ">Copied<", "30 s", "Clear now"],
    );
    let cleared = page(move |draft| {
        draft.was_copied(samples::keys()[0].key.id, &copied());
        draft.cleared();
    });
    lacks(&cleared, &["toast", "Clear now"]);
}

#[test]
fn deleting_asks_once_and_names_the_key() {
    let page = page(|draft| draft.ask_to_delete(samples::keys()[1].clone()));
    holds(
        &page,
        &["role=\"alertdialog\"", "Delete authentication key?", "Gate monitor", "stops working at once"],
    );
    holds(
        &page,
        &["class=\"button danger\"", "id=\"keep-key\"", "Keep key", "aria-describedby=\"delete-text\""],
    );
}

#[test]
fn a_deleted_key_is_gone_and_the_next_one_follows() {
    let page = page(|draft| {
        let rows = draft.rows();
        assert_eq!(draft.after(rows[0].key.id), Some(rows[1].key.id));
        assert_eq!(draft.after(rows[3].key.id), None);
        draft.deleted(&samples::keys()[0]);
    });
    holds(&page, &["3 of 5", "“Release robot” is deleted and no longer works."]);
    lacks(&page, &["Copy Release robot"]);
}

// SEC-1
#[test]
fn a_locked_store_keeps_the_list_and_offers_two_ways_on() {
    let failing = StoreState::Failing(ProblemCode::StoreLocked);
    let rows =
        samples::keys().into_iter().map(|row| KeyRow { secret: SecretPlace::Unknown, ..row }).collect();
    let opening = Opening { store: failing, ..sample_opening() };
    let page = drawn(opening, KeyList { store: failing, ..list(rows) }, Draft::add);
    holds(
        &page,
        &[
            "The secret store of this computer is locked",
            "Unlock secret store",
            "Use memory for this session only",
        ],
    );
    holds(
        &page,
        &[
            "locked on this computer",
            "Release robot",
            "copying and adding wait",
            "The secret store is locked",
        ],
    );
    assert_eq!(page.matches("button primary").count(), 1, "one primary action: {page}");
    lacks(&page, &["role=\"dialog\""]);
}

// SEC-1: memory is used, and the store may hold the secret all the same
#[test]
fn copying_a_secret_that_may_be_in_a_locked_store_says_why_and_how_to_go_on() {
    const MEMORY: StoreState = StoreState::MemoryOnly(ProblemCode::StoreLocked);
    let drawn_with = |happened: fn(Draft)| {
        let mut rows = samples::keys();
        rows[0].secret = SecretPlace::Unknown;
        let opening = Opening { store: MEMORY, ..sample_opening() };
        drawn(opening, KeyList { store: MEMORY, ..list(rows) }, happened)
    };
    let page = drawn_with(|draft| draft.copy(&unknown(draft.rows())));
    holds(&page, &["role=\"alert\"", "Nothing was copied: the secret store cannot be asked"]);
    holds(&page, &["locked on this computer", "Unlock secret store", "id=\"store-way\""]);
    lacks(&page, &["Use memory for this session only"]);
    let known = drawn_with(|draft| {
        draft.copy(&unknown(draft.rows()));
        draft.list.set(KeyList { store: MEMORY, ..list(samples::keys()) });
    });
    lacks(&known, &["Nothing was copied", "store-way"]);
}

// SEC-1
#[test]
fn a_secret_in_a_store_out_of_reach_is_neither_locked_nor_elsewhere() {
    let failing = StoreState::Failing(ProblemCode::StoreNoBus);
    let mut rows = samples::keys();
    rows.truncate(1);
    rows[0].secret = SecretPlace::Unknown;
    let keys = KeyList { store: failing, ..list(rows) };
    let page = drawn(Opening { store: failing, ..sample_opening() }, keys.clone(), |_| {});
    holds(
        &page,
        &["not known yet", "title=\"The secret store cannot be asked\"", "Use memory for this session only"],
    );
    lacks(&page, &["locked on this computer", "not on this computer", "Unlock secret store", "Try again"]);
    let since = drawn(sample_opening(), keys, |draft| draft.copy(&unknown(draft.rows())));
    holds(&since, &["The secret store cannot be reached", "Use memory for this session only"]);
}

#[test]
fn an_absent_store_is_said_in_its_own_words() {
    let opening = Opening { store: StoreState::Failing(ProblemCode::StoreAbsent), ..sample_opening() };
    holds(&drawn(opening, list(samples::keys()), |_| {}), &["There is no secret store on this computer"]);
    let opening = Opening { store: StoreState::MemoryOnly(ProblemCode::StoreAbsent), ..sample_opening() };
    holds(&drawn(opening, list(samples::keys()), |_| {}), &["Secrets are kept in memory only"]);
}

#[test]
fn what_was_mended_is_told() {
    let mended = vec![Mended::Finished { label: "Crane log".to_owned() }];
    let page = drawn(sample_opening(), KeyList { mended, ..list(samples::keys()) }, |_| {});
    holds(&page, &["role=\"status\"", "Adding “Crane log” was interrupted before."]);
}

// KEY-2
#[test]
fn a_key_that_waits_for_the_password_is_told_as_something_left_to_do() {
    let mended = vec![Mended::Waiting { label: "Crane log".to_owned() }];
    let page = drawn(sample_opening(), KeyList { mended, ..list(samples::keys()) }, |_| {});
    holds(&page, &["role=\"alert\"", "Adding “Crane log” was interrupted before. Its secret is kept"]);
}

// XSS-1
#[test]
fn a_hostile_label_is_text() {
    let page = page(|draft| {
        let mut row = samples::keys()[0].clone();
        row.key.id = another();
        row.key.label = "<iframe src=//attacker.example>".to_owned();
        draft.added(row.clone());
        draft.ask_to_delete(row);
    });
    lacks(&page, &["<iframe"]);
}

#[test]
fn f14_a_label_that_mixes_writing_systems_is_marked_before_it_is_deleted() {
    let page = page(|draft| {
        let mut row = samples::keys()[0].clone();
        row.key.label = "D\u{430}y robot".to_owned();
        draft.ask_to_delete(row);
    });
    holds(&page, &["D\u{430}y robot [mixed writing systems: U+0430]"]);
}
