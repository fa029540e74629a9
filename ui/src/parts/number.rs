//! An authentication number: sending it, typing it, and what may still be done with it.

use super::Icon;
use super::text_field::described_by;
use crate::beat::{Beat, Countdown};
use crate::form::Field;
use crate::{dom, words};
use postern_contract::verification::NumberState;
use postern_contract::{Problem, rules, text};
use sycamore::prelude::*;

/// A number that was sent. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct SentNumber {
    sent: Signal<bool>,
    valid: Signal<Countdown>,
    resend: Signal<Countdown>,
    tries: Signal<u32>,
    wrong: Signal<Option<&'static str>>,
    proven: Signal<bool>,
    beat: Beat,
}

impl SentNumber {
    /// None was sent yet.
    pub fn none() -> Self {
        Self {
            sent: create_signal(false),
            valid: create_signal(Countdown::over()),
            resend: create_signal(Countdown::over()),
            tries: create_signal(0),
            wrong: create_signal(None),
            proven: create_signal(false),
            beat: Beat::here(),
        }
    }

    /// One is on its way.
    pub fn was_sent(self, state: NumberState) {
        batch(|| {
            self.valid.set(self.beat.countdown(state.valid_for_seconds));
            self.resend.set(self.beat.countdown(state.resend_in_seconds));
            self.tries.set(state.tries_left);
            self.wrong.set(None);
            self.proven.set(false);
            self.sent.set(true);
        });
    }

    /// The number was right.
    pub fn was_right(self) {
        batch(|| {
            self.wrong.set(None);
            self.resend.set(Countdown::over());
            self.proven.set(true);
        });
    }

    /// Begins anew: the address was edited.
    pub fn forget(self) {
        batch(|| {
            self.sent.set(false);
            self.proven.set(false);
            self.wrong.set(None);
            self.resend.set(Countdown::over());
        });
    }

    /// Takes a problem that is about the number; answers whether it was one.
    pub fn refuse(self, problem: &Problem) -> bool {
        let Some(wrong) = words::not_right(problem) else { return false };
        batch(|| {
            self.wrong.set(Some(wrong));
            if problem.code == postern_contract::ProblemCode::NumberWrong {
                self.tries.set(problem.tries_left.unwrap_or_else(|| self.tries.get_untracked()));
            } else {
                self.valid.set(Countdown::over());
            }
        });
        true
    }

    /// Sending is held back until the countdown ends; this is after the backend said how long to wait.
    pub fn wait(self, seconds: u32) {
        self.resend.set(self.beat.countdown(seconds));
    }

    /// Whether one was sent and its field should be there.
    pub fn sent(self) -> bool {
        self.sent.get()
    }

    /// Whether it was entered right.
    pub fn proven(self) -> bool {
        self.proven.get()
    }

    /// Seconds until another may be sent.
    pub fn resend_in(self) -> u32 {
        self.beat.left(self.resend.get())
    }

    /// Seconds until it expires.
    pub fn valid_for(self) -> u32 {
        self.beat.left(self.valid.get())
    }
}

/// Sends, or sends again. `suffix` is heard and not seen: " to email". While held back it shows `0:42`.
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
    let held_back = create_selector(move || number.resend_in() > 0);
    view! {
        button(
            r#type="button",
            class=class,
            "aria-busy"=move || waits.get().then_some("true"),
            disabled=move || disabled.get() || held_back.get(),
            on:click=move |_| if !busy.get() { send() },
        ) {
            (label)
            span(class="visually-hidden") { (suffix) }
            (if held_back.get() {
                view! { " " span(class="countdown", "aria-hidden"="true") { (words::minutes_seconds(number.resend_in())) } }
            } else {
                view! {}
            })
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

/// The six digits. `beside` is [`OpenMessages`] or nothing. `field` checks with `rules::number`.
#[component(inline_props)]
pub fn NumberField(
    field: Field,
    label: &'static str,
    number: SentNumber,
    #[prop(default)] beside: View,
    #[prop(default = "field")] class: &'static str,
    #[prop(default)] autofocus: bool,
) -> View {
    // not on being drawn: a page that is shown again still says what was wrong
    let mut drawn = false;
    create_effect(move || {
        field.track_edits();
        if std::mem::replace(&mut drawn, true) {
            number.wrong.set(None);
        }
    });
    let node = create_node_ref();
    if autofocus {
        field.focus();
    }
    let meta_id = format!("{}-meta", field.id);
    let described = meta_id.clone();
    let wrong_id = format!("{}-error", field.id);
    let has_error = move || number.wrong.get().is_some() || field.error().is_some();
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
            "aria-describedby"=move || match number.wrong.get() {
                Some(_) => Some(format!("{wrong_id} {described}")),
                None => described_by(field, &described),
            },
            "aria-invalid"=move || has_error().then_some("true"),
            // a composition is taken as a whole: an input that is set anew meanwhile would lose it
            on:input=move |event: web_sys::Event| if !dom::composes(&event) { field.typed(digits(&dom::typed(&event))) },
            on:compositionend=move |event: web_sys::CompositionEvent| field.typed(digits(&dom::typed(&event))),
        )
    };
    dom::keep_value(node, move || field.value());
    view! {
        div(class=class) {
            label(r#for=field.id) { (label) }
            div(class="with-action") { (input) (beside) }
            (error(field, number))
            p(class="hint meta", id=meta_id) { (meta(number)) }
            (spoken(number))
        }
    }
}

fn error(field: Field, number: SentNumber) -> View {
    let text = create_selector(move || match number.wrong.get() {
        Some(wrong) => Some(wrong.to_owned()),
        None => field.error().map(|rule| words::rule(rule, "")),
    });
    view! { (text.get_clone().map(|text| {
        let id = format!("{}-error", field.id);
        view! { p(class="error", id=id, role="alert") { Icon(name="alert") span { (text) } } }
    })) }
}

/// Tries turn amber at 2.
fn meta(number: SentNumber) -> View {
    let state = create_selector(move || (number.sent(), number.proven()));
    view! { (match state.get() {
        (_, true) => view! { span { Icon(name="check") "Proven" } },
        (false, false) => view! {},
        (true, false) => view! {
            span { Icon(name="clock") (words::valid_for(number.valid_for())) "," }
            " "
            span(class=move || if number.tries.get() <= 2 { "low" } else { "" }) { (words::tries_left(number.tries.get())) }
        },
    }) }
}

/// What is spoken: that it is proven, and the time left at 1:00 only.
fn spoken(number: SentNumber) -> View {
    let text = create_selector(move || match (number.sent(), number.proven()) {
        (_, true) => "Proven",
        (true, false) if number.valid_for() == 60 => "Valid for one more minute",
        _ => "",
    });
    view! { span(class="visually-hidden", role="status") { (text.get()) } }
}

/// What can be a digit of a number in what was typed or pasted: "418 209" becomes "418209".
fn digits(text: &str) -> String {
    text::digits::only(text).chars().take(rules::NUMBER_DIGITS as usize).collect()
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
