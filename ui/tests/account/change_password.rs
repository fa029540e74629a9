//! The tab Change password.

use super::{holds, lacks, usual};
use postern_contract::rules::Rule;
use postern_contract::session::Sessions;
use postern_contract::shell::Tab;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::change_password::{ChangePasswordWith, Draft};

fn page(two_factor: bool, happened: impl FnOnce(Draft) + 'static) -> String {
    usual(Tab::ChangePassword, move |sheet| {
        let places = Load::ready(Sessions { sessions: samples::places() });
        let mut security = samples::security();
        security.two_factor = two_factor;
        let draft = Draft::new(places, Load::ready(security));
        happened(draft);
        sycamore::prelude::view! { ChangePasswordWith(sheet=sheet, draft=draft) }
    })
}

#[test]
fn it_names_its_controls_and_what_happens() {
    let page = page(false, |_| {});
    holds(
        &page,
        &["Current password", "New password", "Confirm new password", "for=\"current\"", "for=\"confirm\""],
    );
    holds(
        &page,
        &["15", "characters or more", "last ", "checked when you press OK", "autocomplete=\"new-password\""],
    );
    holds(
        &page,
        &[
            "What happens on OK",
            "1 other place is signed out: ",
            "Rack 4 console",
            "Authentication keys keep working.",
        ],
    );
    holds(&page, &["form=\"password-form\"", ">OK<"]);
    lacks(&page, &["Undo changes", "role=\"alert\"", "style="]);
}

#[test]
fn beside_a_second_factor_eight_characters_are_enough() {
    let page = page(true, |draft| draft.new.typed("12345678".to_owned()));
    holds(&page, &["8", " characters or more", "class=\"met\"", "(", "8", " now)"]);
}

#[test]
fn two_different_new_passwords_are_told_apart() {
    let page = page(false, |draft| {
        draft.current.typed("long quiet lantern walk".to_owned());
        draft.new.typed("seven harbor lamps".to_owned());
        draft.confirm.typed("seven harbour".to_owned());
        assert!(!draft.form.check());
    });
    holds(
        &page,
        &["The two new passwords differ.", "OK works once both new passwords are the same.", "Undo changes"],
    );
    lacks(&page, &["seven harbo", "long quiet"]);
}

#[test]
fn success_is_said_in_the_guides_words() {
    let page = page(false, |draft| draft.form.answered(Ok(()), |()| {}));
    holds(&page, &["role=\"status\"", "Your password is now changed."]);
}

#[test]
fn what_the_backend_refuses_stands_under_its_field() {
    let page = page(false, |draft| {
        draft.form.refuse(Problem::field(ProblemCode::Rejected, "current_password", Rule::Wrong));
    });
    holds(&page, &["id=\"current-error\"", "That is not the current password."]);
    let used = self::page(false, |draft| {
        draft.form.refuse(Problem::field(ProblemCode::Rejected, "new_password", Rule::UsedBefore));
    });
    holds(&used, &["id=\"new-error\"", "one of your last 3 passwords"]);
}

#[test]
fn no_connection_keeps_what_was_typed_and_offers_to_try_again() {
    let page = page(false, |draft| {
        draft.new.typed("seven harbor lamps".to_owned());
        draft.form.refuse(Problem::new(ProblemCode::BackendUnreachable));
    });
    holds(&page, &["No connection to the backend", "What you typed is still here.", "Try again"]);
}
