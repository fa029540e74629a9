//! The second factor of a sign-in or of entering the password again: one number, one button, one way back.

use crate::bridge;
use crate::form::{Field, Form};
use crate::pages::{offline, store_ways};
use crate::parts::{Gate, Icon, NumberField, OpenMessages, Press, SendButton, SentNumber, Submit};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::operation::ResendChallenge;
use postern_contract::session::{Challenge, Session};
use postern_contract::shell::{AnswerNumberInput, SignInStep, command};
use postern_contract::{ChallengeId, rules};
use std::rc::Rc;
use sycamore::prelude::*;

/// The heading of the page, and of the dialog at that step.
pub const HEADING: &str = "Enter the number we sent";

/// The way back, under the form.
#[derive(Debug, Clone, Copy)]
pub struct Back {
    /// The question beside the button.
    pub asks: &'static str,
    /// The button.
    pub label: &'static str,
}

/// The number as it is typed, and what came of it. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Answer {
    id: ChallengeId,
    act: Act,
    /// The digits.
    pub field: Field,
    /// What may still be done with the number.
    pub number: SentNumber,
    /// Verify.
    pub form: Form,
    resend: Form,
    done: Signal<Rc<dyn Fn(Session)>>,
}

impl Answer {
    /// Nothing typed. `done` gets the session. `act` is what is being done, for the words of a problem.
    pub fn new(challenge: &Challenge, act: Act, done: Rc<dyn Fn(Session)>) -> Self {
        let field = Field::new("number", "number", rules::number);
        let number = SentNumber::none();
        number.was_sent(challenge.number);
        let (form, resend) = (Form::new(&[field]), Form::new(&[]));
        Self { id: challenge.id, act, field, number, form, resend, done: create_signal(done) }
    }

    /// Six digits are there, or the button was pressed.
    pub fn submit(self) {
        // a dead number is not sent again
        if !untrack(|| self.number.live()) {
            return self.field.focus();
        }
        let input = AnswerNumberInput { challenge: self.id, number: self.field.now() };
        self.form.submit_heeding(
            move || bridge::call::<command::AnswerNumber>(input),
            move |step| match step {
                SignInStep::Complete { session } => (self.done.get_clone_untracked())(session),
                SignInStep::SecondFactor { challenge } => self.number.was_sent(challenge.number),
            },
            move |problem| {
                self.number.refuse(problem) && {
                    self.form.lead_to(self.field);
                    true
                }
            },
        );
    }

    fn send_again(self) {
        self.resend.ask_heeding(
            move || bridge::send(ResendChallenge { id: self.id, body: () }),
            move |challenge: Challenge| {
                self.number.was_sent(challenge.number);
                self.field.start("");
                self.field.focus();
            },
            move |problem| self.number.wait(problem),
        );
    }

    /// What went wrong and is not a matter of the number, else `otherwise`.
    pub fn banner(self, otherwise: fn(Here) -> Option<View>) -> View {
        let here = Here::get();
        let problem = move || {
            let own = self.form.problem().map(|problem| (problem, self.act));
            own.or_else(|| self.resend.problem().map(|problem| (problem, Act::SendNumber)))
        };
        view! { (match problem() {
            Some((problem, act)) => store_ways::refusal(problem, act, move || self.form.solved()),
            None => otherwise(here).unwrap_or_default(),
        }) }
    }

    fn messages(self) -> View {
        if !untrack(|| Here::get().backend()).embedded {
            return view! {};
        }
        let scope = use_current_scope();
        let open = move || {
            bridge::spawn_in(scope, async move {
                if let Err(problem) = bridge::call::<command::OpenMessages>(()).await {
                    self.resend.refuse(problem);
                }
            });
        };
        view! { OpenMessages(press=open) }
    }
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
    second_factor(&challenge, Answer::new(&challenge, act, Rc::new(done)), back, Box::new(go_back))
}

/// Boxed, so that the page holds one copy for signing in and for Login.
fn second_factor(challenge: &Challenge, answer: Answer, back: Back, go_back: Box<dyn Fn()>) -> View {
    let (before, address, after) = words::sent_to(challenge);
    let banner = answer.banner(offline::banner);
    view! {
        Gate(
            icon="shield",
            heading=HEADING,
            intro=view! { (before) b { (address) } (after) },
            results=banner,
            after=view! {
                span { (back.asks) }
                button(r#type="button", class="button quiet", on:click=move |_| go_back()) {
                    Icon(name="back", class="icon small") (back.label)
                }
            },
        ) { NumberForm(answer=answer) }
    }
}

/// The form alone. With `cancel` its buttons stand in the row of a dialog.
#[component(inline_props)]
pub fn NumberForm(answer: Answer, #[prop(default)] cancel: Option<Rc<dyn Fn()>>) -> View {
    let Answer { form, resend, number, .. } = answer;
    let (class, block) = match cancel {
        None => ("button primary block", "button block"),
        Some(_) => ("button primary", "button"),
    };
    let verify = view! {
        Submit(label="Verify", busy_label="Verifying…", class=class, busy=move || form.busy())
    };
    let again = view! {
        SendButton(number=number, label="Resend", class=block, busy=move || resend.busy(), send=move || answer.send_again())
    };
    let buttons = match cancel {
        None => view! { (verify) (again) },
        Some(cancel) => view! {
            div(class="row") { Press(press=move || cancel()) { "Cancel" } (again) (verify) }
        },
    };
    let messages = answer.messages();
    view! {
        form(novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            answer.submit();
        }) {
            NumberField(field=answer.field, label="Authentication number", number=number, beside=messages, autofocus=true,
                complete=Rc::new(move || answer.submit()))
            (buttons)
        }
    }
}
