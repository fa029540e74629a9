//! Reading something the page shows: waiting, ready, failed.
//!
//! What is read is a signal, and its phase another: a view built for *ready* stays while newer values arrive, so a form
//! in it keeps its text and focus. Reading again keeps what is shown; a failure then stands beside it.

use crate::attempt::{Outcome, attempt, outcome};
use crate::bridge::{self, Task};
use postern_contract::Problem;
use std::future::Future;
use std::rc::Rc;
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

/// How far the first reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Asked less than 200 ms ago: nothing is drawn yet.
    Asked,
    /// Long enough for a skeleton, which then stays for at least 300 ms.
    Waiting,
    /// There is a value.
    Ready,
    /// There is none, and a problem.
    Failed,
}

type Ask = Rc<dyn Fn() -> Task<Outcome>>;

/// Something being read. Copy it where it is needed.
pub struct Load<T: 'static> {
    value: Signal<Option<T>>,
    /// How the reading goes.
    pub course: Course,
}

/// How the reading goes, whatever is read.
#[derive(Clone, Copy)]
pub struct Course {
    phase: Signal<Phase>,
    problem: Signal<Option<Problem>>,
    asking: Signal<bool>,
    /// Asked for again while asking: what the answer holds may be older than what it was asked for.
    wanted: Signal<bool>,
    ask: Signal<Option<Ask>>,
    scope: NodeHandle,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Load<T> {}

/// Begins to read, and reads again each time [`Load::again`] is called.
pub fn load<T: Clone + 'static, F>(ask: impl Fn() -> F + 'static) -> Load<T>
where
    F: Future<Output = Result<T, Problem>> + 'static,
{
    let load = Load::in_phase(Phase::Asked);
    load.course.ask.set(Some(Rc::new(move || attempt(ask(), move |value| load.value.set(Some(value))))));
    load.again();
    load
}

impl Course {
    fn in_phase(phase: Phase) -> Self {
        Self {
            phase: create_signal(phase),
            problem: create_signal(None),
            asking: create_signal(false),
            wanted: create_signal(false),
            ask: create_signal(None),
            scope: use_current_scope(),
        }
    }

    /// Reads again, after a reading that is under way. What is shown stays until the answer is there.
    pub fn again(self) {
        let Some(ask) = self.ask.get_clone_untracked() else { return };
        if self.asking.replace(true) {
            return self.wanted.set(true);
        }
        if self.phase.get_untracked() != Phase::Ready {
            self.phase.set(Phase::Asked);
            bridge::spawn_in(self.scope, self.show_skeleton_later());
        }
        bridge::spawn_in(self.scope, async move {
            let answer = ask().await;
            if self.phase.get_untracked() == Phase::Waiting {
                bridge::pause(300).await;
            }
            self.was_read(answer);
        });
    }

    fn was_read(self, answer: Outcome) {
        let again = self.wanted.replace(false);
        self.asking.set(false);
        self.settled(answer);
        // what was read may have ended the page
        if again && self.asking.is_alive() {
            self.again();
        }
    }

    /// How far it is.
    pub fn phase(self) -> Phase {
        self.phase.get()
    }

    /// Whether an answer is awaited.
    pub fn asking(self) -> bool {
        self.asking.get()
    }

    /// Why the last reading failed; with a value beside it, that value may be old.
    pub fn problem(self) -> Option<Problem> {
        self.problem.get_clone()
    }

    async fn show_skeleton_later(self) {
        bridge::pause(200).await;
        if self.phase.get_untracked() == Phase::Asked {
            self.phase.set(Phase::Waiting);
        }
    }

    fn settled(self, answer: Outcome) {
        batch(|| match answer {
            Ok(keep) => {
                keep();
                self.problem.set(None);
                if self.phase.get_untracked() != Phase::Ready {
                    self.phase.set(Phase::Ready);
                }
            }
            Err(problem) => {
                self.problem.set(Some(problem));
                if self.phase.get_untracked() != Phase::Ready {
                    self.phase.set(Phase::Failed);
                }
            }
        });
    }
}

impl<T: Clone + 'static> Load<T> {
    fn in_phase(phase: Phase) -> Self {
        Self { value: create_signal(None), course: Course::in_phase(phase) }
    }

    /// Already read.
    pub fn ready(value: T) -> Self {
        let load = Self::in_phase(Phase::Ready);
        load.value.set(Some(value));
        load
    }

    /// Still waiting, with the skeleton shown.
    pub fn waiting() -> Self {
        Self::in_phase(Phase::Waiting)
    }

    /// Failed.
    pub fn failed(problem: Problem) -> Self {
        let load = Self::in_phase(Phase::Failed);
        load.course.problem.set(Some(problem));
        load
    }

    /// Reads again. What is shown stays until the answer is there.
    pub fn again(self) {
        self.course.again();
    }

    /// The answer came.
    pub fn answered(self, answer: Result<T, Problem>) {
        self.course.settled(outcome(answer, move |value| self.value.set(Some(value))));
    }

    /// A newer value is known, from the answer to a change.
    pub fn set(self, value: T) {
        self.answered(Ok(value));
    }

    /// What was kept from before stands in, while it cannot be read; why it cannot stays known.
    pub fn stands_in(self, value: T) {
        if self.course.phase.get_untracked() == Phase::Failed {
            batch(|| {
                self.value.set(Some(value));
                self.course.phase.set(Phase::Ready);
            });
        }
    }

    /// How far it is.
    pub fn phase(self) -> Phase {
        self.course.phase()
    }

    /// What was read, if anything was.
    pub fn value(self) -> Option<T> {
        self.value.get_clone()
    }

    /// The same without being drawn again when it changes: for handlers, and for building a form once.
    pub fn now(self) -> Option<T> {
        self.value.get_clone_untracked()
    }

    /// Why the last reading failed; with a value beside it, that value may be old.
    pub fn problem(self) -> Option<Problem> {
        self.course.problem()
    }
}

#[cfg(test)]
mod tests {
    use super::{Load, Phase, load};
    use crate::attempt::outcome;
    use postern_contract::{Problem, ProblemCode};
    use sycamore::prelude::*;

    #[test]
    fn a_later_failure_keeps_what_was_read() {
        let _ = create_root(|| {
            let load = Load::ready(7);
            load.answered(Err(Problem::new(ProblemCode::BackendUnreachable)));
            assert_eq!((load.phase(), load.value()), (Phase::Ready, Some(7)));
            assert_eq!(load.problem().unwrap().code, ProblemCode::BackendUnreachable);
            load.answered(Ok(8));
            assert_eq!((load.value(), load.problem()), (Some(8), None));
        });
    }

    #[test]
    fn what_is_asked_for_during_a_reading_is_read_after_it() {
        let _ = create_root(|| {
            let load = load(|| std::future::ready(Ok(1)));
            let course = load.course;
            course.again();
            course.again();
            let read = |value| course.was_read(outcome(Ok(value), move |value| load.value.set(Some(value))));
            read(7);
            assert_eq!((load.now(), course.asking.get()), (Some(7), true), "asked once more");
            read(8);
            assert_eq!((load.now(), course.asking.get()), (Some(8), false));
        });
    }

    #[test]
    fn a_newer_value_does_not_build_the_view_again() {
        let _ = create_root(|| {
            let load = Load::failed(Problem::new(ProblemCode::BackendTimeout));
            let built = create_signal(0);
            create_effect(move || {
                if load.phase() == Phase::Ready {
                    built.update_silent(|built| *built += 1);
                }
            });
            load.set(1);
            load.set(2);
            assert_eq!(built.get(), 1);
        });
    }
}
