//! An authentication number: sending it, typing it, and what may still be done with it.

use super::Icon;
use super::text_field::{Enter, described_by, on_enter};
use crate::beat::{self, Beat, Countdown};
use crate::dom;
use crate::form::Field;
use crate::words::{self, NumberStatus};
use postern_contract::verification::NumberState;
use postern_contract::{Problem, ProblemCode, rules, text};
use std::rc::Rc;
use sycamore::prelude::*;

/// A number that was sent, and when the next one may be. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct SentNumber {
    status: Signal<NumberStatus>,
    valid: Signal<Countdown>,
    next: Signal<Countdown>,
    /// The budget of the address is used up until the next one.
    limited: Signal<bool>,
    tries: Signal<u32>,
    beat: Beat,
}

impl SentNumber {
    /// None was sent yet.
    pub fn none() -> Self {
        Self {
            status: create_signal(NumberStatus::None),
            valid: create_signal(Countdown::over()),
            next: create_signal(Countdown::over()),
            limited: create_signal(false),
            tries: create_signal(0),
            beat: Beat::here(),
        }
    }

    /// One is on its way.
    pub fn was_sent(self, state: NumberState) {
        batch(|| {
            self.valid.set(self.beat.countdown(state.valid_for_seconds));
            self.next.set(self.beat.countdown(state.resend_in_seconds));
            self.limited.set(false);
            self.tries.set(state.tries_left);
            self.status.set(NumberStatus::Live);
        });
    }

    /// The number was right.
    pub fn was_right(self) {
        batch(|| {
            self.next.set(Countdown::over());
            self.limited.set(false);
            self.status.set(NumberStatus::Proven);
        });
    }

    /// Begins anew: the address was edited.
    pub fn forget(self) {
        batch(|| {
            self.status.set(NumberStatus::None);
            self.next.set(Countdown::over());
            self.limited.set(false);
        });
    }

    /// Takes a problem that is about the number; answers whether it was one.
    pub fn refuse(self, problem: &Problem) -> bool {
        let status = match (problem.code, problem.tries_left) {
            (ProblemCode::NumberExhausted, _) | (ProblemCode::NumberWrong, Some(0)) => {
                NumberStatus::Exhausted
            }
            (ProblemCode::NumberWrong, _) => NumberStatus::Wrong,
            (ProblemCode::NumberExpired, _) => NumberStatus::Expired,
            _ => return false,
        };
        batch(|| {
            if let Some(tries) = problem.tries_left {
                self.tries.set(tries);
            }
            if let Some(seconds) = problem.retry_after_seconds {
                self.next.set(self.beat.countdown(seconds));
            }
            self.status.set(status);
        });
        true
    }

    /// Takes a refusal to send another one for now; answers whether it was one.
    pub fn wait(self, problem: &Problem) -> bool {
        let (ProblemCode::TooManyRequests, Some(seconds)) = (problem.code, problem.retry_after_seconds)
        else {
            return false;
        };
        batch(|| {
            self.next.set(self.beat.countdown(seconds));
            self.limited.set(true);
        });
        true
    }

    /// It is being typed anew.
    fn edited(self) {
        if self.status.get_untracked() == NumberStatus::Wrong {
            self.status.set(NumberStatus::Live);
        }
    }

    /// How it stands now.
    pub fn status(self) -> NumberStatus {
        match self.status.get() {
            NumberStatus::Live | NumberStatus::Wrong if self.valid_for() == 0 => NumberStatus::Expired,
            status => status,
        }
    }

    /// Whether one was sent and its field should be there.
    pub fn sent(self) -> bool {
        self.status.get() != NumberStatus::None
    }

    /// Whether one was sent that can still be entered.
    pub fn live(self) -> bool {
        matches!(self.status(), NumberStatus::Live | NumberStatus::Wrong)
    }

    /// Whether it was entered right.
    pub fn proven(self) -> bool {
        self.status.get() == NumberStatus::Proven
    }

    /// When another one may be sent, as the time of day; none where it may be now.
    pub fn next_at(self) -> Option<String> {
        let next = self.next.get();
        (self.beat.left(next) > 0).then(|| next.clock())
    }

    /// That too many were asked for, while that holds.
    pub fn limit(self) -> Option<String> {
        if self.limited.get() { self.next_at().map(|at| words::sending_limited(&at)) } else { None }
    }

    /// Seconds until it expires.
    pub fn valid_for(self) -> u32 {
        self.beat.left(self.valid.get())
    }
}

/// Sends, or sends again. `suffix` is heard and not seen: " to email". While the next number has to wait it says until
/// when. It keeps the focus meanwhile.
#[component(inline_props)]
pub fn SendButton(
    number: SentNumber,
    label: &'static str,
    #[prop(default)] suffix: &'static str,
    #[prop(default = "button")] class: &'static str,
    #[prop(setter(into))] busy: MaybeDyn<bool>,
    #[prop(default = false.into(), setter(into))] disabled: MaybeDyn<bool>,
    send: impl FnMut() + 'static,
) -> View {
    send_button(number, (label, suffix), class, busy, disabled, Box::new(send))
}

/// Boxed, so that the page holds one copy, whatever is sent.
fn send_button(
    number: SentNumber,
    (label, suffix): (&'static str, &'static str),
    class: &'static str,
    busy: MaybeDyn<bool>,
    disabled: MaybeDyn<bool>,
    mut send: Box<dyn FnMut()>,
) -> View {
    let waits = busy.clone();
    let next = create_selector(move || number.next_at());
    view! {
        button(
            r#type="button",
            class=class,
            "aria-busy"=move || waits.get().then_some("true"),
            "aria-disabled"=move || next.with(Option::is_some).then_some("true"),
            disabled=disabled,
            on:click=move |_| if !busy.get() && next.with(Option::is_none) { send() },
        ) {
            (next.get_clone().map_or_else(|| label.to_owned(), |at| words::send_another_at(&at)))
            span(class="visually-hidden") { (suffix) }
        }
    }
}

/// Opens the window Messages; stands beside a number only where the backend is embedded.
#[component(inline_props)]
pub fn OpenMessages(press: impl Fn() + 'static) -> View {
    view! {
        button(r#type="button", class="button quiet", on:click=move |_| press()) {
            Icon(name="messages") "Open messages"
        }
    }
}

/// The six digits. `beside` is [`OpenMessages`] or nothing. `field` checks with `rules::number`. `complete` is called once
/// for each six digits that are typed, unless these were just refused; `enter` takes Enter in place of the form.
#[component(inline_props)]
pub fn NumberField(
    field: Field,
    label: &'static str,
    number: SentNumber,
    #[prop(default)] beside: View,
    #[prop(default = "field")] class: &'static str,
    #[prop(default)] autofocus: bool,
    #[prop(default)] complete: Option<Rc<dyn Fn()>>,
    #[prop(default)] enter: Option<Enter>,
) -> View {
    // not on being drawn: a page that is shown again still says what was wrong
    // later, since it writes what this effect reads
    let complete = complete.map(|complete| beat::later(0, move || complete()));
    let (mut drawn, mut done) = (false, field.now());
    create_effect(move || {
        field.track_edits();
        if !std::mem::replace(&mut drawn, true) {
            return;
        }
        number.edited();
        let typed = field.now();
        if let Some(complete) = &complete
            && typed.len() == DIGITS
            && typed != done
        {
            complete();
        }
        done = typed;
    });
    let node = create_node_ref();
    if autofocus {
        field.focus();
    }
    let meta_id = format!("{}-meta", field.id);
    let described = meta_id.clone();
    let error_id = format!("{}-error", field.id);
    let trouble = create_selector(move || match number.status() {
        NumberStatus::None | NumberStatus::Live | NumberStatus::Proven => {
            field.error().map(|rule| words::rule(rule, field.name, ""))
        }
        status => words::number_trouble(status, number.next_at().as_deref()),
    });
    let input = view! {
        input(
            class="input code",
            id=field.id,
            r#ref=node,
            "inputmode"="numeric",
            autocomplete="one-time-code",
            "aria-required"="true",
            readonly=move || number.proven(),
            "value"=dom::as_text(&field.now()),
            "aria-describedby"=move || if trouble.with(Option::is_some) {
                Some(format!("{error_id} {described}"))
            } else {
                described_by(field, &described)
            },
            "aria-invalid"=move || trouble.with(Option::is_some).then_some("true"),
            // a composition is taken as a whole: an input that is set anew meanwhile would lose it
            on:input=move |event: web_sys::Event| if !dom::composes(&event) { field.typed(digits(&dom::typed(&event))) },
            on:compositionend=move |event: web_sys::CompositionEvent| field.typed(digits(&dom::typed(&event))),
            on:keydown=on_enter(enter),
        )
    };
    dom::keep_value(node, move || field.value());
    view! {
        div(class=class) {
            label(r#for=field.id) { (label) }
            div(class="with-action") { (input) (beside) }
            p(class="hint meta", id=meta_id) { (meta(number)) }
            (error(field, trouble))
            (spoken(number))
        }
    }
}

/// How many digits a number has.
const DIGITS: usize = rules::NUMBER_DIGITS as usize;

fn error(field: Field, trouble: ReadSignal<Option<String>>) -> View {
    view! { (trouble.get_clone().map(|text| {
        let id = format!("{}-error", field.id);
        view! { p(class="error", id=id, role="alert") { Icon(name="alert") span { (text) } } }
    })) }
}

/// The one countdown: until when it can be entered, and how often. Tries turn amber at 2.
fn meta(number: SentNumber) -> View {
    let limit = create_selector(move || if number.sent() { number.limit() } else { None });
    let state = create_selector(move || (number.live(), number.proven()));
    view! {
        (match state.get() {
            (_, true) => view! { span { Icon(name="check") "Proven" } },
            (false, false) => view! {},
            (true, false) => view! {
                span { Icon(name="clock") (words::valid_for(number.valid_for())) }
                span(class="visually-hidden") { ", " }
                span(class=move || if number.tries.get() <= 2 { "low" } else { "" }) { (words::tries_left(number.tries.get())) }
            },
        })
        (limit.get_clone().map(|text| view! { span(class="visually-hidden") { ". " } span(role="status") { (text) } }))
    }
}

/// What is spoken: that it is proven, and the time left at 1:00 only.
fn spoken(number: SentNumber) -> View {
    let text = create_selector(move || match (number.live(), number.proven()) {
        (_, true) => "Proven",
        (true, false) if number.valid_for() == 60 => "Valid for one more minute",
        _ => "",
    });
    view! { span(class="visually-hidden", role="status") { (text.get()) } }
}

/// What can be a digit of a number in what was typed or pasted: "418 209" becomes "418209".
fn digits(text: &str) -> String {
    text::digits::only(text).chars().take(DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::digits;

    // OTP: a pasted number may hold a space
    #[test]
    fn a_pasted_number_keeps_its_digits() {
        assert_eq!(digits(" 418 209\n"), "418209");
        assert_eq!(digits("Your number: 012345."), "012345");
        assert_eq!(digits("1234567"), "123456");
    }

    #[test]
    fn u3_digits_of_every_kind_are_taken() {
        assert_eq!(digits("１２３４５６"), "123456");
        assert_eq!(digits("\u{202a}٤١٨\u{200b} ٢٠٩\u{202c}"), "418209");
    }
}
