//! The tab Security settings.

use super::{holds, lacks, tab};
use postern_contract::identifier::ETag;
use postern_contract::problem::Current;
use postern_contract::security::Security;
use postern_contract::session::Sessions;
use postern_contract::shell::Tab;
use postern_contract::verification::Channel;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::manage_account::Side;
use postern_ui::pages::security_settings::{Draft, SecuritySettingsWith};
use postern_ui::session::sample_opening;
use sycamore::prelude::*;

fn page(happened: impl FnOnce(Draft) + 'static) -> String {
    tab(sample_opening(), Tab::SecuritySettings, move |sheet| {
        let draft = Draft::new(samples::security(), Load::ready(Sessions { sessions: samples::places() }));
        happened(draft);
        view! { SecuritySettingsWith(sheet=sheet, draft=draft) }
    })
}

#[test]
fn two_named_groups_hold_the_guides_choices() {
    let page = page(|_| {});
    holds(
        &page,
        &["2-Factor authentication", "Enable", "Disable", "Authentication method", "Email", "Text message"],
    );
    holds(&page, &["Weaker if your mail is open on this computer.", "+82 10 •••• ••34", "second device"]);
    assert_eq!(page.matches("role=\"radiogroup\"").count(), 2, "{page}");
    assert_eq!(page.matches("checked=\"\"").count() + page.matches(" checked ").count(), 2, "{page}");
    lacks(&page, &["alertdialog", "Undo changes", "Not saved yet"]);
}

#[test]
fn choosing_disable_asks_once_and_keeping_puts_the_choice_back() {
    let asked = page(|draft| draft.choose_two_factor(false));
    holds(
        &asked,
        &["role=\"alertdialog\"", "Disable 2-Factor authentication?", "id=\"keep-enabled\"", "Keep enabled"],
    );
    holds(
        &asked,
        &["aria-describedby=\"notice-text\"", "Anyone who learns your password", "class=\"button danger\""],
    );
    holds(
        &asked,
        &["The next sign-in asks for the password alone.", "Not saved yet: 2-Factor authentication"],
    );
    let kept = page(|draft| {
        draft.choose_two_factor(false);
        draft.keep_enabled();
        assert!(!draft.changed());
    });
    lacks(&kept, &["alertdialog", "Not saved yet"]);
}

#[test]
fn another_method_is_said_with_what_it_replaces() {
    let page = page(|draft| draft.choose_method(Channel::Email));
    holds(
        &page,
        &["the number goes by ", "email", " instead of text message.", "1 other place is signed out: "],
    );
    holds(
        &page,
        &[
            "Not saved yet: authentication method",
            "A notice goes to your email address and your mobile phone.",
        ],
    );
}

#[test]
fn what_was_disabled_before_is_not_asked_about() {
    page(|draft| {
        draft.adopt(Security { two_factor: false, ..samples::security() });
        draft.choose_two_factor(true);
        draft.choose_two_factor(false);
        assert!(!draft.notice.get());
    });
}

#[test]
fn success_is_said_in_the_guides_words_until_the_next_choice() {
    let saved = || Security { method: Channel::Email, etag: ETag::of_version(6), ..samples::security() };
    let page = page(move |draft| draft.done(saved()));
    holds(&page, &["role=\"status\"", "The security settings are now changed."]);
    let next = self::page(move |draft| {
        draft.done(saved());
        draft.choose_method(Channel::TextMessage);
    });
    lacks(&next, &["are now changed"]);
}

// PW-1: a password that needs the second factor keeps it
#[test]
fn a_password_too_short_to_stand_alone_is_explained() {
    let page = page(|draft| draft.form.refuse(Problem::new(ProblemCode::PasswordTooShortAlone)));
    holds(&page, &["2-Factor authentication stays enabled", "15 characters or more"]);
}

// API-2
#[test]
fn a_stale_change_shows_both_versions() {
    let stale = || {
        let theirs = Security { two_factor: false, etag: ETag::of_version(6), ..samples::security() };
        Problem::new(ProblemCode::PreconditionFailed).current(Current::Security(theirs))
    };
    let page = page(move |draft| {
        draft.choose_method(Channel::Email);
        assert!(draft.refused(&stale()));
    });
    holds(
        &page,
        &["The settings were changed elsewhere", "Authentication method was changed here only and is kept: "],
    );
    holds(&page, &["2-Factor authentication was changed elsewhere only and is taken: ", "Disable"]);
    self::page(move |draft| {
        draft.choose_method(Channel::Email);
        draft.refused(&stale());
        let conflict = draft.conflict.get_clone().unwrap();
        assert_eq!(untrack(|| conflict.version("method").unwrap().side()), Some(Side::Yours));
        conflict.settle(|conflict| draft.resolve(conflict));
        assert!(draft.form.busy());
        assert_eq!((draft.base().etag, draft.two_factor.get()), (ETag::of_version(6), false));
    });
}

// API-2: such as a mobile phone changed from another place
#[test]
fn a_newer_version_that_is_the_same_here_is_taken_without_asking_once() {
    let stale = |version| {
        let theirs = Security { etag: ETag::of_version(version), ..samples::security() };
        Problem::new(ProblemCode::PreconditionFailed).current(Current::Security(theirs))
    };
    let page = page(move |draft| {
        draft.choose_method(Channel::Email);
        assert!(draft.refused(&stale(6)));
        assert!(draft.conflict.get_clone().is_none());
        assert_eq!((draft.base().etag, draft.method.get()), (ETag::of_version(6), Channel::Email));
        assert!(!draft.refused(&stale(7)), "from then on OK has to be pressed");
    });
    holds(&page, &["Not saved yet: authentication method"]);
    lacks(&page, &["changed elsewhere"]);
}

#[test]
fn d9_the_notice_says_that_ok_disables_it() {
    let asked = page(|draft| draft.choose_two_factor(false));
    holds(&asked, &["It is disabled when you press OK."]);
}

#[test]
fn d15_success_is_said_in_the_footer() {
    let saved = page(|draft| {
        draft.choose_method(Channel::Email);
        draft.form.answered(Ok(samples::security()), move |security| draft.done(security));
    });
    let (end, said) =
        (saved.find("</main>").unwrap(), saved.find("The security settings are now changed.").unwrap());
    assert!(end < said, "{saved}");
    let failed = page(|draft| draft.form.refuse(Problem::new(ProblemCode::Internal)));
    let (end, banner) = (failed.find("</main>").unwrap(), failed.find("role=\"alert\"").unwrap());
    assert!(end < banner && banner < failed.find("<footer").unwrap(), "{failed}");
}
