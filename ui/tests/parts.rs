//! The parts with what the keyboard and assistive technology rely on, rendered to text.

use postern_contract::advice::{PasswordAdvice, PasswordHint};
use postern_contract::rules;
use postern_contract::shell::Tab;
use postern_contract::verification::Channel;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::form::Field;
use postern_ui::load::Load;
use postern_ui::parts::{
    Awaited, Choice, Choices, Dialog, DialogRole, Empty, Line, LockChip, Next, NumberField, OpenMessages,
    PasswordField, Press, SendButton, SentNumber, Strength, Tabs, TextField, Toast, Who,
};
use sycamore::prelude::*;

fn drawn(part: impl FnOnce() -> View + 'static) -> String {
    sycamore::render_to_string(part)
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

#[test]
fn a_field_counts_and_says_what_is_too_long() {
    let page = drawn(|| {
        let name = Field::new("name", "name", rules::display_name);
        name.typed("Mina Park of the Harbor".to_owned());
        name.left();
        view! { TextField(field=name, label="Name", count_to=20, optional=true, hint=view! { "Shown to others." }) }
    });
    holds(&page, &["counter over", "23 of 20", "3 characters too long. Shorten it to 20.", "(optional)"]);
    holds(
        &page,
        &["aria-describedby=\"name-error name-hint name-count\"", "for=\"name\"", "Shown to others."],
    );
}

#[test]
fn choices_are_a_named_group_of_radios() {
    let page = drawn(|| {
        let chosen = create_signal(Channel::TextMessage);
        let options = vec![
            Choice {
                value: Channel::Email,
                id: "m-email".into(),
                label: "Email".into(),
                about: vec!["Weaker.".to_owned()],
            },
            Choice {
                value: Channel::TextMessage,
                id: "m-text".into(),
                label: "Text message".into(),
                about: vec![],
            },
        ];
        view! {
            Choices(id="method", legend="Authentication method", chosen=*chosen, options=options,
                choose=move |channel| chosen.set(channel), disabled=move || false)
        }
    });
    holds(
        &page,
        &[
            "role=\"radiogroup\"",
            "aria-labelledby=\"method\"",
            "for=\"m-email\"",
            "type=\"radio\"",
            "Weaker.",
        ],
    );
    assert_eq!(page.matches("checked=\"\"").count(), 1, "{page}");
}

#[test]
fn tabs_have_one_stop() {
    let page = drawn(|| {
        let chosen = create_signal(Tab::ChangePassword);
        view! { Tabs(label="Manage account", chosen=chosen, offered=Tab::ALL.to_vec(), changed=|tab| tab == Tab::ChangePassword) }
    });
    holds(
        &page,
        &["role=\"tablist\"", "aria-selected=\"true\"", "Cancel subscription", "aria-controls=\"panel-1\""],
    );
    assert_eq!(page.matches("tabindex=\"0\"").count(), 1, "{page}");
    // D2: the dot has words, and the tab keeps its name
    assert_eq!(page.matches("class=\"dot\"").count(), 1, "{page}");
    assert_eq!(page.matches("aria-describedby=\"tab-changed\"").count(), 1, "{page}");
    holds(&page, &["title=\"Not saved yet\"", "id=\"tab-changed\""]);
}

#[test]
fn a_dialog_is_there_only_while_open() {
    let dialog = |open: bool| {
        drawn(move || {
            let open = create_signal(open);
            view! {
                Dialog(id="notice", role=DialogRole::Alert, heading="Disable 2-Factor authentication?", open=*open,
                    first="keep", escape=move || open.set(false), content=move || view! {
                        div(class="row") {
                            Press(press=move || open.set(false), class="button danger") { "Disable" }
                            Press(press=move || open.set(false), id="keep") { "Keep enabled" }
                        }
                    })
            }
        })
    };
    holds(
        &dialog(true),
        &["role=\"alertdialog\"", "aria-labelledby=\"notice-title\"", "Keep enabled", "id=\"keep\""],
    );
    assert!(!dialog(false).contains("dialog"));
}

// a number that was sent shows what may still be done with it; one that is proven can no longer be edited
#[test]
fn a_number_waits_and_is_proven() {
    let number = |proven: bool| {
        drawn(move || {
            let number = SentNumber::none();
            number.was_sent(samples::number());
            if proven {
                number.was_right();
            }
            let field = Field::new("number-email", "number", rules::number);
            view! {
                SendButton(number=number, label="Send authentication number", suffix=" to email", busy=false, send=|| {})
                NumberField(field=field, label="Authentication number (email)", number=number, class="field well",
                    beside=view! { OpenMessages(press=|| {}) })
            }
        })
    };
    let waiting = number(false);
    holds(
        &waiting,
        &[
            " to email",
            "Send another at 12:01",
            "disabled",
            "Valid for 9:12",
            "5 tries left",
            "Open messages",
        ],
    );
    holds(&waiting, &["Authentication number (email)", "aria-describedby=\"number-email-meta\""]);
    holds(&number(true), &["readonly", "Proven"]);
}

#[test]
fn a_wrong_number_turns_the_tries_amber() {
    let page = drawn(|| {
        let number = SentNumber::none();
        let field = Field::new("number", "number", rules::number);
        let view = view! { NumberField(field=field, label="Authentication number", number=number) };
        number.was_sent(samples::number());
        assert!(number.refuse(&Problem::new(ProblemCode::NumberWrong).tries_left(2)));
        assert!(!number.refuse(&Problem::new(ProblemCode::Overloaded)));
        view
    });
    holds(&page, &["class=\"low\"", "2 tries left", "role=\"alert\"", "That number is not right."]);
}

#[test]
fn advice_stands_under_a_password() {
    let page = drawn(|| {
        let field = Field::new("new", "new_password", |text: &str| rules::new_password(text, 15));
        field.typed("seven harbor lamps".to_owned());
        let advice =
            create_signal(Some(PasswordAdvice { level: 3, hint: PasswordHint::AddWords, rule: None }));
        view! {
            PasswordField(field=field, label="New password", autocomplete="new-password", described="advice",
                after=view! { Strength(id="advice", field=field, min=15, advice=*advice) })
        }
    });
    holds(
        &page,
        &["data-level=\"3\"", "Good.", "aria-describedby=\"advice\"", "Show what is typed in New password"],
    );
}

#[test]
fn what_is_read_waits_fails_and_comes() {
    let shown = |load: fn() -> Load<u32>| {
        drawn(
            move || view! { Awaited(load=load(), what="Reading the account", ready=|n| view! { p { (n) } }) },
        )
    };
    holds(&shown(Load::waiting), &["aria-busy=\"true\"", "Reading the account"]);
    holds(&shown(|| Load::ready(7)), &["<p", "7"]);
    holds(
        &shown(|| Load::failed(Problem::new(ProblemCode::BackendTimeout))),
        &["role=\"alert\"", "Try again"],
    );
}

#[test]
fn d18_the_chip_stays_when_changes_are_locked() {
    let page = drawn(|| view! { LockChip(seconds=|| 0, ask=|| {}, lock=|| {}) });
    holds(&page, &["Locked", "Enter your password to save changes", "id=\"lock-chip\""]);
    let page = drawn(|| view! { LockChip(seconds=|| 581, ask=|| {}, lock=|| {}) });
    holds(&page, &["Unlocked", "9:41", "aria-expanded=\"false\"", "id=\"lock-chip\""]);
}

#[test]
fn small_parts() {
    let page = drawn(|| {
        view! {
            Toast(seconds=|| 30, what=|| "Copied “Release robot”".to_owned(), clear=|| {})
            LockChip(seconds=|| 48, ask=|| {}, lock=|| {})
            Next(lines=|| vec![Line::with("mail", "You sign in with ", "mina@lighthouse.example", " from then on.")])
            Empty(icon="key", heading="No authentication keys yet", text="A key lets a program sign in as you.") {
                Press(press=|| {}, class="button primary") { "Add authentication key" }
            }
            Who(name="Mina Park", email="mina.park@harbor.example")
        }
    });
    holds(
        &page,
        &[
            "Copied",
            "30 s",
            "Clear now",
            "chip low",
            "0:48",
            "What happens on OK",
            "No authentication keys yet",
        ],
    );
    holds(&page, &["aria-label=\"What happens on OK\"", "<b", "MP", "Add authentication key"]);
}
