//! Applying a plan: one question at a time, each answered where it stands.

use crate::bridge;
use crate::dom;
use crate::form::{Field, Form};
use crate::pages::store_ways::refusal;
use crate::parts::{NumberField, OpenMessages, PasswordField, Press, SendButton, SentNumber, Submit};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::configuration::OfferId;
use postern_contract::plan::{
    PlanAnswer, PlanAnswerInput, PlanAsk, PlanProgress, PlanStep, PlanView, StepSubject,
};
use postern_contract::shell::command;
use postern_contract::verification::NumberState;
use postern_contract::{Problem, Secret, rules};
use std::rc::Rc;
use sycamore::prelude::*;

/// A plan being applied. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Applying {
    offer: OfferId,
    /// How far it has come; none before it was begun.
    pub progress: Signal<Option<PlanProgress>>,
    /// The answer under way.
    pub form: Form,
    password: Field,
    digits: Field,
    number: SentNumber,
}

/// Which question it is: another one is drawn anew, the same one keeps what is typed.
#[derive(Debug, Clone, PartialEq)]
enum Question {
    None,
    Password,
    SecondFactor(String),
    Number(String),
    Drift(Box<PlanStep>),
    Trouble { subject: StepSubject, problem: Box<Problem>, sent: bool, over: bool },
}

impl Applying {
    /// Not begun.
    pub fn new(plan: &PlanView) -> Self {
        let (password, digits) = (
            Field::new("plan-password", "password", rules::password),
            Field::new("plan-number", "number", rules::number),
        );
        Self {
            offer: plan.offer,
            progress: create_signal(None),
            form: Form::new(&[]),
            password,
            digits,
            number: SentNumber::none(),
        }
    }

    /// Begins, or goes on.
    pub fn go(self) {
        self.answer(PlanAnswer::Go);
    }

    fn answer(self, answer: PlanAnswer) {
        let input = PlanAnswerInput { offer: self.offer, answer };
        self.form
            .ask(move || bridge::call::<command::AnswerPlan>(input), move |progress| self.came(progress));
    }

    /// How far it has come is known anew.
    pub fn came(self, progress: PlanProgress) {
        batch(|| {
            let state = |valid_for_seconds, resend_in_seconds, tries_left| NumberState {
                valid_for_seconds,
                tries_left,
                resend_in_seconds,
            };
            match &progress.ask {
                Some(PlanAsk::SecondFactor { challenge }) => self.number.was_sent(challenge.number),
                Some(PlanAsk::Number { expires_in_seconds, resend_in_seconds, tries_left, .. }) => {
                    self.number.was_sent(state(*expires_in_seconds, *resend_in_seconds, *tries_left));
                }
                _ => {}
            }
            let wrong = progress.problem.as_ref().is_some_and(|problem| self.number.refuse(problem));
            self.password.start("");
            if !wrong {
                self.digits.start("");
            }
            match progress.problem.clone().filter(|_| !wrong) {
                Some(problem) => self.form.refuse(problem),
                None => self.form.solved(),
            }
            self.progress.set(Some(progress));
        });
    }

    fn question(self) -> Question {
        let ask = self.progress.with(|progress| progress.as_ref().and_then(|progress| progress.ask.clone()));
        match ask {
            None => Question::None,
            Some(PlanAsk::Password) => Question::Password,
            Some(PlanAsk::SecondFactor { challenge }) => {
                let (before, address, after) = words::sent_to(&challenge);
                Question::SecondFactor(format!("{before}{address}{after}"))
            }
            Some(PlanAsk::Number { address, anew, .. }) => Question::Number(words::number_to(&address, anew)),
            Some(PlanAsk::Drift { step }) => Question::Drift(step),
            Some(PlanAsk::Trouble { subject, problem, sent, over }) => {
                Question::Trouble { subject, problem, sent, over }
            }
        }
    }

    /// What went wrong, in words, with the ways on that they name.
    pub fn problem(self) -> Option<View> {
        self.form.problem().map(|problem| refusal(problem, Act::Apply, move || self.form.solved()))
    }

    fn confirm_password(self) {
        if self.password.ask() {
            self.answer(PlanAnswer::Password(Secret::new(self.password.now())));
        }
    }

    fn confirm_number(self) {
        if untrack(|| self.number.live()) && self.digits.ask() {
            self.answer(PlanAnswer::Number(self.digits.now()));
        }
    }
}

/// The question that is open.
#[component(inline_props)]
pub fn Asked(applying: Applying) -> View {
    let question = create_selector(move || applying.question());
    view! {
        section(class="stack tight", "aria-live"="polite") {
            (applying.problem())
            (match question.get_clone() {
                Question::None => stopped(applying),
                Question::Password => password(applying),
                Question::SecondFactor(sent) => number(applying, sent, false),
                Question::Number(sent) => number(applying, sent, true),
                Question::Drift(step) => drift(applying, &step),
                Question::Trouble { subject, problem, sent, over } => {
                    trouble(applying, (&subject, *problem), sent, over)
                }
            })
        }
    }
}

fn stopped(applying: Applying) -> View {
    let waits = create_selector(move || {
        applying.progress.with(|progress| progress.as_ref().is_some_and(|now| now.receipt.is_none()))
    });
    view! { (if waits.get() && !applying.form.busy() {
        view! { div(class="row") { Press(class="button primary", press=move || applying.go()) { "Go on" } } }
    } else {
        view! {}
    }) }
}

fn stop(applying: Applying) -> View {
    view! { Press(class="button quiet", press=move || applying.answer(PlanAnswer::Stop)) { "Stop here" } }
}

fn password(applying: Applying) -> View {
    let stop = stop(applying);
    view! {
        form(class="stack tight", novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            applying.confirm_password();
        }) {
            PasswordField(field=applying.password, label="Password", autofocus=true)
            div(class="row") {
                (stop)
                Submit(label="Continue", busy_label="Checking…", busy=move || applying.form.busy())
            }
        }
    }
}

fn number(applying: Applying, sent: String, may_skip: bool) -> View {
    let here = Here::get();
    let acts = Form::new(&[]);
    let open = move || acts.ask(|| bridge::call::<command::OpenMessages>(()), |()| {});
    let messages = if untrack(|| here.backend()).embedded {
        view! { OpenMessages(press=open) }
    } else {
        view! {}
    };
    let skip = may_skip.then(|| {
        view! { Press(class="button quiet", press=move || applying.answer(PlanAnswer::Skip)) { "Skip this step" } }
    });
    let stop = stop(applying);
    view! {
        form(class="stack tight", novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            applying.confirm_number();
        }) {
            p { (sent) }
            NumberField(field=applying.digits, label="Authentication number", number=applying.number, beside=messages,
                autofocus=true, complete=Rc::new(move || applying.confirm_number()))
            div(class="row") {
                (stop)
                (skip)
                SendButton(number=applying.number, label="Resend", busy=move || applying.form.busy(),
                    send=move || applying.answer(PlanAnswer::Resend))
                Submit(label="Verify", busy_label="Verifying…", busy=move || applying.form.busy())
            }
        }
    }
}

fn drift(applying: Applying, step: &PlanStep) -> View {
    let legend = words::drifted(step);
    let (theirs, mine) =
        (words::step_value(step, step.from.as_deref()), words::step_value(step, step.to.as_deref()));
    let halt = stop(applying);
    dom::appear("drift");
    view! {
        div(class="stack tight", role="group", "aria-labelledby"="drift") {
            h2(id="drift", "tabindex"="-1") { (legend) }
            div(class="pair") {
                div(class="well") { strong { "Theirs" } p { (theirs) } }
                div(class="well") { strong { "Yours" } p { (mine) } }
            }
            div(class="row") {
                (halt)
                Press(press=move || applying.answer(PlanAnswer::TakeMine)) { "Use the plan’s" }
                Press(id="keep-theirs", press=move || applying.answer(PlanAnswer::KeepTheirs)) { "Keep theirs" }
            }
        }
    }
}

fn trouble(applying: Applying, (subject, problem): (&StepSubject, Problem), sent: bool, over: bool) -> View {
    let (stop, legend) = (stop(applying), words::in_trouble(subject));
    let banner = refusal(problem, Act::Apply, move || applying.answer(PlanAnswer::Again));
    dom::appear("trouble");
    let done = over.then(|| {
        view! { Press(class="button quiet", press=move || applying.answer(PlanAnswer::Canceled)) { "It is canceled" } }
    });
    view! {
        div(class="stack tight", role="group", "aria-labelledby"="trouble") {
            h2(id="trouble", "tabindex"="-1") { (legend) }
            (banner)
            p { (words::skipping(sent, over)) }
            div(class="row") {
                (stop)
                Press(class="button quiet", press=move || applying.answer(PlanAnswer::Skip)) { "Skip this step" }
                (done)
                Press(class="button primary", press=move || applying.answer(PlanAnswer::Again)) { "Try again" }
            }
        }
    }
}
