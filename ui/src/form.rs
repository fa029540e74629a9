//! What a person types, kept: fields with their rules, and a form that submits once at a time.
//!
//! An error appears on leaving the field or on OK, then follows each key. A refusal of the backend stays under its field
//! until that field is edited. Nothing here ever clears what was typed; only a page does, by [`Field::start`].

mod field;

pub use field::Field;

use crate::attempt::{Outcome, attempt, outcome};
use crate::bridge::{self, Task};
use postern_contract::Problem;
use std::future::Future;
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

/// A draft with one button that commits it.
#[derive(Clone, Copy)]
pub struct Form {
    fields: Signal<Vec<Field>>,
    busy: Signal<bool>,
    problem: Signal<Option<Problem>>,
    /// When the problem came, in milliseconds since 1970.
    refused_at: Signal<f64>,
    done: Signal<bool>,
    /// Whether nothing was edited since it was last asked.
    untouched: Signal<bool>,
    scope: NodeHandle,
}

impl Form {
    /// A form over these fields, in the order of the page. Made in the scope of the page that shows it.
    pub fn new(fields: &[Field]) -> Self {
        let form = Self {
            fields: create_signal(fields.to_vec()),
            busy: create_signal(false),
            problem: create_signal(None),
            refused_at: create_signal(0.0),
            done: create_signal(false),
            untouched: create_signal(true),
            scope: use_current_scope(),
        };
        // "Success stays until the next edit."
        create_effect(move || {
            form.fields.with(|fields| fields.iter().for_each(|field| field.track_edits()));
            form.done.set(false);
            form.untouched.set(false);
        });
        form
    }

    /// An answer asks for this field. The focus stays where it is once somebody goes on typing.
    pub fn lead_to(self, field: Field) {
        if self.untouched.get_untracked() {
            field.focus();
        }
    }

    /// Whether an answer is awaited.
    pub fn busy(self) -> bool {
        self.busy.get()
    }

    /// What went wrong with the last submit and is not a matter of one field.
    pub fn problem(self) -> Option<Problem> {
        let mut problem = self.problem.get_clone()?;
        // a wait goes on while other pages are shown
        problem.retry_after_seconds = problem.retry_after_seconds.map(|seconds| self.left_of(seconds));
        Some(problem)
    }

    /// What is left of a wait that the problem named.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    fn left_of(self, seconds: u32) -> u32 {
        let passed = (bridge::now_ms() - self.refused_at.get_untracked()) / 1000.0;
        (f64::from(seconds) - passed).ceil().clamp(0.0, f64::from(u32::MAX)) as u32
    }

    /// Whether the last submit succeeded and nothing was edited since.
    pub fn done(self) -> bool {
        self.done.get()
    }

    /// Whether anything differs from what is saved.
    pub fn changed(self) -> bool {
        self.fields.with(|fields| fields.iter().any(|field| field.changed()))
    }

    /// Back to what is saved, in every field.
    pub fn undo(self) {
        // cloned: nothing may be written while a signal is read
        let fields = self.fields.get_clone_untracked();
        batch(|| {
            self.problem.set(None);
            fields.into_iter().for_each(Field::undo);
        });
    }

    /// Shows every error and focuses the first; answers whether there is none.
    pub fn check(self) -> bool {
        let fields = self.fields.get_clone_untracked();
        let first =
            batch(|| fields.into_iter().filter(|field| !field.ask()).collect::<Vec<_>>()).into_iter().next();
        if let Some(first) = first {
            first.focus();
        }
        first.is_none()
    }

    /// Checks, asks once, and then either calls `done` or shows the problem. Does nothing while an answer is awaited.
    pub fn submit<A: 'static, F>(self, ask: impl FnOnce() -> F, done: impl FnOnce(A) + 'static)
    where
        F: Future<Output = Result<A, Problem>> + 'static,
    {
        if !self.busy.get_untracked() && self.check() {
            self.ask(ask, done);
        }
    }

    /// As [`Form::submit`], but `heed` sees a problem first and answers whether it has shown it itself: a wrong number
    /// under its field, a conflict as two versions.
    pub fn submit_heeding<A: 'static, F>(
        self,
        ask: impl FnOnce() -> F,
        done: impl FnOnce(A) + 'static,
        heed: impl FnOnce(&Problem) -> bool + 'static,
    ) where
        F: Future<Output = Result<A, Problem>> + 'static,
    {
        if !self.busy.get_untracked() && self.check() {
            self.ask_heeding(ask, done, heed);
        }
    }

    /// As [`Form::submit`], without checking the fields: for a second button, such as Resend.
    pub fn ask<A: 'static, F>(self, ask: impl FnOnce() -> F, done: impl FnOnce(A) + 'static)
    where
        F: Future<Output = Result<A, Problem>> + 'static,
    {
        self.ask_heeding(ask, done, |_| false);
    }

    /// [`Form::ask`] and [`Form::submit_heeding`] in one.
    pub fn ask_heeding<A: 'static, F>(
        self,
        ask: impl FnOnce() -> F,
        done: impl FnOnce(A) + 'static,
        heed: impl FnOnce(&Problem) -> bool + 'static,
    ) where
        F: Future<Output = Result<A, Problem>> + 'static,
    {
        if self.busy.replace(true) {
            return;
        }
        self.untouched.set(true);
        self.awaits(attempt(ask(), done), Box::new(heed));
    }

    fn awaits(self, answer: Task<Outcome>, heed: Box<dyn FnOnce(&Problem) -> bool>) {
        bridge::spawn_in(self.scope, async move {
            match answer.await {
                Err(problem) if heed(&problem) => {
                    self.busy.set(false);
                    self.solved();
                }
                answer => self.settled(answer),
            }
        });
    }

    /// The answer came.
    pub fn answered<A: 'static>(self, answer: Result<A, Problem>, done: impl FnOnce(A) + 'static) {
        self.settled(outcome(answer, done));
    }

    fn settled(self, answer: Outcome) {
        self.busy.set(false);
        match answer {
            Ok(done) => {
                batch(|| {
                    self.problem.set(None);
                    done();
                });
                if self.done.is_alive() {
                    self.done.set(true);
                }
            }
            Err(problem) => self.refuse(problem),
        }
    }

    /// Puts a problem where it belongs: under the fields it names, the rest in the banner. Leads to the first field named.
    pub fn refuse(self, problem: Problem) {
        let fields = self.fields.get_clone_untracked();
        let named: Vec<_> =
            fields.into_iter().filter_map(|field| Some((field, problem.rule_of(field.name)?))).collect();
        let all_placed = !problem.fields.is_empty() && named.len() == problem.fields.len();
        batch(|| {
            for (field, rule) in &named {
                field.refuse(*rule);
            }
            self.done.set(false);
            self.refused_at.set(bridge::now_ms());
            self.problem.set(if all_placed { None } else { Some(problem) });
        });
        if let Some((first, _)) = named.first() {
            self.lead_to(*first);
        }
    }

    /// The problem is solved by other means, such as unlocking the secret store.
    pub fn solved(self) {
        self.problem.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Form};
    use postern_contract::{Problem, ProblemCode, Rule, rules};
    use sycamore::prelude::*;

    fn name() -> Field {
        Field::new("name", "name", rules::display_name)
    }

    #[test]
    fn a_refusal_stays_under_its_field_until_that_is_edited_and_nothing_typed_is_lost() {
        let _ = create_root(|| {
            let (field, task) = (name(), Field::new("task", "task", rules::task));
            let form = Form::new(&[field, task]);
            field.typed("Mina".to_owned());
            form.refuse(Problem::field(ProblemCode::Rejected, "name", Rule::ContextWord));
            assert_eq!((field.error(), form.problem()), (Some(Rule::ContextWord), None));
            assert_eq!(field.now(), "Mina");
            task.typed("Gate".to_owned());
            assert_eq!(field.error(), Some(Rule::ContextWord));
            field.typed("Mina P".to_owned());
            assert_eq!(field.error(), None);
            form.refuse(Problem::new(ProblemCode::BackendUnreachable));
            assert_eq!(form.problem().unwrap().code, ProblemCode::BackendUnreachable);
            assert_eq!((field.now(), task.now()), ("Mina P".to_owned(), "Gate".to_owned()));
        });
    }

    #[test]
    fn a_second_submit_is_not_sent_while_the_first_is_under_way() {
        let _ = create_root(|| {
            let field = name().starting("Mina");
            let form = Form::new(&[field]);
            let asked = create_signal(0);
            for _ in 0..3 {
                form.submit(
                    || {
                        asked.update(|asked| *asked += 1);
                        std::future::ready(Ok::<(), Problem>(()))
                    },
                    |()| {},
                );
            }
            assert_eq!((asked.get(), form.busy()), (1, true));
            form.answered(Ok(()), |()| {});
            assert_eq!((form.busy(), form.done()), (false, true));
            field.typed("Mina P".to_owned());
            assert!(!form.done());
        });
    }

    #[test]
    fn an_answer_leads_nobody_away_who_goes_on_typing() {
        let _ = create_root(|| {
            let field = name().starting("Mina");
            let form = Form::new(&[field]);
            let refused = || std::future::ready(Err::<(), _>(Problem::new(ProblemCode::CredentialsRefused)));
            form.submit(refused, |()| {});
            assert!(form.untouched.get(), "the answer may say where to go on");
            field.typed("Mina P".to_owned());
            assert!(!form.untouched.get(), "the focus stays");
            form.answered(Ok(()), |()| {});
            form.submit(refused, |()| {});
            assert!(form.untouched.get(), "asked anew");
        });
    }

    #[test]
    fn undoing_goes_back_to_what_is_saved() {
        let _ = create_root(|| {
            let field = name().starting("Mina");
            let form = Form::new(&[field]);
            field.typed("Mina Park".to_owned());
            form.refuse(Problem::new(ProblemCode::BackendUnreachable));
            form.undo();
            assert_eq!((field.now().as_str(), form.changed(), form.problem()), ("Mina", false, None));
        });
    }

    #[test]
    fn a_form_with_an_error_asks_nobody() {
        let _ = create_root(|| {
            let field = name();
            let form = Form::new(&[field]);
            form.submit(|| std::future::ready(Ok::<(), Problem>(())), |()| {});
            assert_eq!((form.busy(), field.error()), (false, Some(Rule::Missing)));
        });
    }
}
