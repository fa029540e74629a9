//! The second factor of a sign-in or of entering the password again: one number, one button, one way back.

use crate::bridge;
use crate::form::{Field, Form};
use crate::parts::{Gate, Icon, NumberField, OpenMessages, ProblemBanner, SendButton, SentNumber, Submit};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::operation::ResendChallenge;
use postern_contract::session::{Challenge, Session};
use postern_contract::shell::{AnswerNumberInput, SignInStep, command};
use postern_contract::{Problem, rules};
use std::rc::Rc;
use sycamore::prelude::*;

/// The way back, under the form.
#[derive(Debug, Clone, Copy)]
pub struct Back {
    /// The question beside the button.
    pub asks: &'static str,
    /// The button.
    pub label: &'static str,
}

/// The page. `done` gets the session. `act` is what is being done, for the words of a problem.
#[component(inline_props)]
pub fn SecondFactor(
    challenge: Challenge,
    act: Act,
    done: impl Fn(Session) + 'static,
    back: Back,
    go_back: impl Fn() + 'static,
) -> View {
    second_factor(challenge, act, Rc::new(done), back, Box::new(go_back))
}

/// Boxed, so that the page holds one copy for signing in and for Login.
fn second_factor(
    challenge: Challenge,
    act: Act,
    done: Rc<dyn Fn(Session)>,
    back: Back,
    go_back: Box<dyn Fn()>,
) -> View {
    let (before, address, after) = words::sent_to(&challenge);
    view! {
        Gate(
            icon="shield",
            heading="Enter the number we sent",
            intro=view! { (before) b { (address) } (after) },
            after=view! {
                span { (back.asks) }
                button(r#type="button", class="button quiet", on:click=move |_| go_back()) {
                    Icon(name="back", class="icon small") (back.label)
                }
            },
        ) { NumberForm(challenge=challenge, act=act, done=move |session| done(session)) }
    }
}

/// The form alone.
#[component(inline_props)]
pub fn NumberForm(challenge: Challenge, act: Act, done: impl Fn(Session) + 'static) -> View {
    number_form(&challenge, act, Rc::new(done))
}

/// Boxed, so that the page holds one copy for signing in and for Login.
fn number_form(challenge: &Challenge, act: Act, done: Rc<dyn Fn(Session)>) -> View {
    let here = Here::get();
    let field = Field::new("number", "number", rules::number);
    let (form, resend) = (Form::new(&[field]), Form::new(&[]));
    let number = SentNumber::none();
    number.was_sent(challenge.number);
    let id = challenge.id;
    let submit = move || {
        let done = Rc::clone(&done);
        form.submit_heeding(
            move || {
                bridge::call::<command::AnswerNumber>(AnswerNumberInput {
                    challenge: id,
                    number: field.now(),
                })
            },
            move |step| match step {
                SignInStep::Complete { session } => done(session),
                SignInStep::SecondFactor { challenge } => number.was_sent(challenge.number),
            },
            move |problem| {
                number.refuse(problem) && {
                    form.lead_to(field);
                    true
                }
            },
        );
    };
    let send_again = move || {
        resend.ask(
            move || bridge::send(ResendChallenge { id, body: () }),
            move |challenge: Challenge| {
                number.was_sent(challenge.number);
                field.start("");
                field.focus();
            },
        );
    };
    let scope = use_current_scope();
    let open = move || {
        bridge::spawn_in(scope, async move {
            if let Err(problem) = bridge::call::<command::OpenMessages>(()).await {
                resend.refuse(problem);
            }
        });
    };
    let messages = if here.backend().embedded {
        view! { OpenMessages(press=open) }
    } else {
        view! {}
    };
    let banner =
        move || form.problem().map(|p| (p, act)).or_else(|| resend.problem().map(|p| (p, Act::SendNumber)));
    view! {
        form(novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            submit();
        }) {
            (banner().map(|(problem, act): (Problem, Act)| view! { ProblemBanner(problem=problem, act=act) }))
            NumberField(field=field, label="Authentication number", number=number, beside=messages, autofocus=true)
            Submit(label="Verify", busy_label="Verifying…", class="button primary block", busy=move || form.busy())
            SendButton(number=number, label="Resend", class="button block", busy=move || resend.busy(), send=send_again)
        }
    }
}
