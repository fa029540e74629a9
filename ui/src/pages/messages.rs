//! The window Messages: what the embedded backend would have mailed or texted, newest first, so that a person alone with
//! the application can complete every flow. It follows along by itself.

use crate::beat::{Beat, Countdown};
use crate::bridge;
use crate::form::Form;
use crate::load::{Load, Phase, load};
use crate::parts::{Empty, Icon, Press, ProblemBanner, Results, Skeleton, Toast};
use crate::words::{self, Act};
use postern_contract::message::{Content, Message, Messages as List, NumberStanding};
use postern_contract::shell::{Copied, command, event};
use postern_contract::verification::Channel;
use postern_contract::{MessageId, Problem};
use sycamore::prelude::*;

/// The page.
#[component]
pub fn Messages() -> View {
    let messages = load(|| bridge::call::<command::ListMessages>(()));
    bridge::listen_here(event::MESSAGES_CHANGED, move |()| messages.again());
    view! { MessagesWith(messages=messages) }
}

/// The clipboard, while it holds a number.
#[derive(Clone, Copy)]
struct Clipboard {
    copy: Form,
    clears: Signal<Countdown>,
    beat: Beat,
}

impl Clipboard {
    fn copy(self, id: MessageId) {
        let copied = move |copied: Copied| self.clears.set(self.beat.countdown(copied.clears_in_seconds));
        self.copy.ask(move || bridge::call::<command::CopyNumber>(id), copied);
    }

    fn clear(self) {
        self.copy.ask(|| bridge::call::<command::ClearClipboard>(()), move |()| self.is_clear());
    }

    fn is_clear(self) {
        self.clears.set(Countdown::over());
    }
}

/// The page over what is read.
#[component(inline_props)]
pub fn MessagesWith(messages: Load<List>) -> View {
    let beat = Beat::here();
    let clipboard = Clipboard { copy: Form::new(&[]), clears: create_signal(Countdown::over()), beat };
    bridge::listen_here(event::CLIPBOARD_CLEARED, move |()| clipboard.is_clear());
    let problem = create_selector(move || {
        let unread = messages.problem().map(|problem| (problem, Act::Read));
        unread.or_else(|| clipboard.copy.problem().map(|problem| (problem, Act::Copy)))
    });
    view! {
        header(class="bar lined titled") {
            div {
                h1 { "Messages" }
                p(class="quiet-text") { "What would have been mailed or texted. Nothing leaves this computer." }
            }
        }
        main {
            Shown(messages=messages, clipboard=clipboard)
        }
        Results {
            (problem.get_clone().map(|(problem, act)| banner(messages, problem, act)))
            Toast(seconds=move || beat.left(clipboard.clears.get()), what=|| "Copied".to_owned(),
                clear=move || clipboard.clear())
        }
    }
}

fn banner(messages: Load<List>, problem: Problem, act: Act) -> View {
    let again = match act {
        Act::Read => view! { Press(press=move || messages.again()) { "Try again" } },
        _ => view! {},
    };
    view! { ProblemBanner(problem=problem, act=act, action=again) }
}

#[component(inline_props)]
fn Shown(messages: Load<List>, clipboard: Clipboard) -> View {
    let list = move || messages.value().map(|list| list.messages).unwrap_or_default();
    let state = create_selector(move || (messages.phase(), list().is_empty()));
    view! { (match state.get() {
        (Phase::Asked | Phase::Failed, _) => view! {},
        (Phase::Waiting, _) => view! { div(class="page wide") { Skeleton(what="Reading the messages") } },
        (Phase::Ready, true) => view! {
            Empty(icon="messages", heading="No messages yet",
                text="Authentication numbers and notices appear here as soon as they are sent. They stay for 24 hours.")
        },
        (Phase::Ready, false) => view! {
            ol(role="list", "aria-label"="Messages, newest first", "aria-live"="polite") {
                Keyed(list=list, key=standing_of, view=move |message| view! { One(message=message, clipboard=clipboard) })
            }
        },
    }) }
}

/// What makes a message another one to look at: its number being used, replaced or dead.
fn standing_of(message: &Message) -> (MessageId, u8) {
    let standing = match &message.content {
        Content::Number { standing: NumberStanding::Valid { .. }, .. } => 0,
        Content::Number { standing: NumberStanding::Used { .. }, .. } => 1,
        Content::Number { standing: NumberStanding::Replaced { .. }, .. } => 2,
        Content::Number { standing: NumberStanding::Dead, .. } => 3,
        Content::AlreadyRegistered | Content::Notice { .. } => 4,
    };
    (message.id, standing)
}

#[component(inline_props)]
fn One(message: Message, clipboard: Clipboard) -> View {
    let Message { id, channel, to, at, content } = message;
    let (number, ends, since) = match &content {
        Content::Number { number, standing, .. } => (Some(number.clone()), ends(*standing), since(*standing)),
        Content::AlreadyRegistered | Content::Notice { .. } => (None, Countdown::over(), String::new()),
    };
    let beat = Beat::here();
    let works = create_selector(move || beat.left(ends) > 0);
    let spent = number.is_some();
    let icon = match channel {
        Channel::Email => "mail",
        Channel::TextMessage => "text",
    };
    let (subject, by) = (words::subject(&content), words::sent_by(channel, &to));
    let body = create_selector(move || words::body(&content, beat.left(ends), &since));
    let shown = number.map(|number| {
        let (spelled, name) = (words::spelled(&number), format!("Copy number {number}"));
        view! {
            div(class="section-head") {
                div(class="number", "aria-label"=spelled) { (words::spaced(&number)) }
                (if works.get() { copy(name.clone(), id, clipboard) } else { view! {} })
            }
        }
    });
    view! {
        li(class=move || if spent && !works.get() { "message spent" } else { "message" }) {
            Icon(name=icon)
            div { strong { (subject) } p { (by) } }
            time("datetime"=at.to_string()) { (bridge::local_time(at)) }
            div(class="body") { (shown) p("aria-live"="off") { (body.get_clone()) } }
        }
    }
}

fn copy(name: String, id: MessageId, clipboard: Clipboard) -> View {
    view! { Press(press=move || clipboard.copy(id), class="button icon-only", name=name, keys="Control+Shift+C") { Icon(name="copy") } }
}

/// When a number stops working; over where it already does not.
fn ends(standing: NumberStanding) -> Countdown {
    match standing {
        NumberStanding::Valid { for_seconds } => Beat::here().countdown(for_seconds),
        NumberStanding::Used { .. } | NumberStanding::Replaced { .. } | NumberStanding::Dead => {
            Countdown::over()
        }
    }
}

/// The local time since which it does not work.
fn since(standing: NumberStanding) -> String {
    match standing {
        NumberStanding::Used { at } | NumberStanding::Replaced { at } => bridge::local_time(at),
        NumberStanding::Valid { .. } | NumberStanding::Dead => String::new(),
    }
}
