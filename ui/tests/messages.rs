//! The window Messages in every state, rendered to text.

use postern_contract::identifier::MessageId;
use postern_contract::message::{Content, Message, Messages, Notice, NumberReason, NumberStanding};
use postern_contract::verification::Channel;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::messages::MessagesWith;
use sycamore::prelude::*;

fn drawn(load: impl FnOnce() -> Load<Messages> + 'static) -> String {
    sycamore::render_to_string(move || view! { MessagesWith(messages=load()) })
}

fn with(contents: Vec<Content>) -> String {
    let message = |(place, content)| Message {
        id: MessageId(uuid::Uuid::from_u128(place)),
        channel: if place % 2 == 0 { Channel::Email } else { Channel::TextMessage },
        to: "mina@lighthouse.example".to_owned(),
        at: samples::now(),
        content,
    };
    let messages = (0_u128..).zip(contents).map(message).collect();
    drawn(move || Load::ready(Messages { messages }))
}

fn number(standing: NumberStanding) -> Content {
    Content::Number { number: "418209".to_owned(), reason: NumberReason::ChangeEmail, standing }
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

#[test]
fn a_number_that_works_can_be_read_and_copied() {
    let page = with(vec![number(NumberStanding::Valid { for_seconds: 552 })]);
    holds(&page, &["418 209", "aria-label=\"Authentication number 4 1 8 2 0 9\"", "Copy number 418209"]);
    holds(
        &page,
        &["To change your email address. Valid for 9:12.", "Email to mina@lighthouse.example", "12:00:00"],
    );
    holds(&page, &["aria-label=\"Messages, newest first\"", "aria-live=\"polite\"", "<h1"]);
    assert!(!page.contains("spent"), "{page}");
}

#[test]
fn a_number_that_no_longer_works_says_why_and_cannot_be_copied() {
    for (standing, words) in [
        (NumberStanding::Used { at: samples::now() }, "Used at 12:00:00."),
        (NumberStanding::Replaced { at: samples::now() }, "Replaced by a newer one at 12:00:00."),
        (NumberStanding::Dead, "No longer valid."),
        (NumberStanding::Valid { for_seconds: 0 }, "No longer valid."),
    ] {
        let page = with(vec![number(standing)]);
        holds(&page, &["message spent", words, "418 209"]);
        assert!(!page.contains("Copy number"), "{page}");
    }
}

#[test]
fn notices_say_what_changed_and_from_where() {
    let place = Some("Rack 4 console".to_owned());
    let page = with(vec![
        Content::Notice { notice: Notice::PasswordChanged, place },
        Content::AlreadyRegistered,
        Content::Notice { notice: Notice::SubscriptionCanceled, place: None },
    ]);
    holds(&page, &["Your password is now changed", "From “Rack 4 console”.", "If this was not you"]);
    holds(&page, &["You already have an account", "Your user information is deleted"]);
    assert!(!page.contains("spent") && page.matches("<li").count() == 3, "{page}");
}

// XSS-1: what a message holds is text
#[test]
fn what_somebody_else_wrote_stays_text() {
    let place = Some("<img src=x onerror=alert(1)>".to_owned());
    let page = with(vec![Content::Notice { notice: Notice::KeyAdded, place }]);
    assert!(!page.contains("<img"), "{page}");
}

#[test]
fn it_waits_fails_and_is_empty() {
    holds(&drawn(Load::waiting), &["aria-busy=\"true\"", "Reading the messages"]);
    holds(&drawn(|| Load::ready(Messages { messages: vec![] })), &["No messages yet", "24 hours"]);
    let failed = || Load::failed(Problem::new(ProblemCode::WindowRefused));
    holds(&drawn(failed), &["role=\"alert\"", "Try again"]);
}
