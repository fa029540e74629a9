//! Changes that are not saved: the drafts of a window, the dot on their tabs, and the question before the window closes,
//! the person signs out, or the application ends.

use crate::bridge;
use crate::form::Form;
use crate::parts::{Dialog, DialogRole, Press, ProblemBanner, Tries};
use crate::session::Here;
use crate::words::{self, Act, Leave};
use postern_contract::Problem;
use postern_contract::shell::{LeaveAnswer, LeaveReason, Tab, command, event};
use std::rc::Rc;
use sycamore::prelude::*;
use sycamore::reactive::{NodeHandle, on_cleanup, try_use_context};

/// The button that keeps everything as it is, which gets the focus.
const KEEP: &str = "keep-editing";

/// Something typed or chosen that can be lost.
pub trait Unsaved {
    /// What it changes.
    fn name(&self) -> &'static str;
    /// The tab that holds it.
    fn tab(&self) -> Option<Tab> {
        None
    }
    /// Whether it differs from what is saved.
    fn changed(&self) -> bool;
    /// Whether it is being saved.
    fn busy(&self) -> bool;
    /// Saves it, or shows why that is not possible; none where it is not saved from the question.
    fn saves(&self) -> Option<Rc<dyn Fn()>>;
    /// What went wrong when it was last saved.
    fn problem(&self) -> Option<(Problem, Act)>;
}

type Draft = Rc<dyn Unsaved>;

/// What follows once the changes are saved or discarded.
#[derive(Clone)]
enum Then {
    /// The shell closes the window, or more than that.
    Shell(LeaveReason),
    /// The page goes on to something else.
    Page(Rc<dyn Fn()>),
}

/// The drafts of a window, given by context.
#[derive(Clone, Copy)]
pub struct Drafts {
    all: Signal<Vec<Draft>>,
    asked: Signal<Option<Then>>,
    /// The draft that is being saved before the window closes.
    saving: Signal<Option<Draft>>,
    scope: NodeHandle,
}

impl Drafts {
    /// Gives it to everything below, and lets the shell ask before the window closes.
    pub fn provide() -> Self {
        let drafts = Self {
            all: create_signal(Vec::new()),
            asked: create_signal(None),
            saving: create_signal(None),
            scope: use_current_scope(),
        };
        provide_context(drafts);
        bridge::listen_here(event::ASK_TO_LEAVE, move |reason| drafts.ask(Then::Shell(reason)));
        drafts.answer(LeaveAnswer::Listens);
        create_effect(move || {
            let saved = drafts
                .saving
                .with(|saving| saving.as_ref().is_some_and(|draft| !draft.changed() && !draft.busy()));
            if saved {
                bridge::spawn_in(drafts.scope, async move { drafts.save() });
            }
        });
        drafts
    }

    /// The window's, where it has any.
    pub fn here() -> Option<Self> {
        try_use_context()
    }

    /// From now on, and until the current scope ends, `draft` is one of them.
    pub fn hold(draft: impl Unsaved + 'static) {
        let Some(Self { all, .. }) = Self::here() else { return };
        let draft: Draft = Rc::new(draft);
        all.update(|all| all.push(Rc::clone(&draft)));
        on_cleanup(move || {
            if all.is_alive() {
                all.update_silent(|all| all.retain(|one| !Rc::ptr_eq(one, &draft)));
            }
        });
    }

    /// Whether something in that tab is not saved.
    pub fn changed_in(self, tab: Tab) -> bool {
        self.any(|draft| draft.tab() == Some(tab))
    }

    /// Whether anything is not saved.
    fn changed(self) -> bool {
        self.any(|_| true)
    }

    fn any(self, of: impl Fn(&Draft) -> bool) -> bool {
        self.all.with(|all| all.iter().filter(|draft| of(draft)).any(|draft| draft.changed()))
    }

    fn first(self) -> Option<Draft> {
        untrack(|| self.all.get_clone().into_iter().find(|draft| draft.changed()))
    }

    /// What is not saved.
    fn names(self) -> Vec<&'static str> {
        self.all.with(|all| all.iter().filter(|draft| draft.changed()).map(|draft| draft.name()).collect())
    }

    fn can_save(self) -> bool {
        self.all.with(|all| all.iter().filter(|draft| draft.changed()).all(|draft| draft.saves().is_some()))
    }

    /// Does `then`, after the question where something is not saved.
    pub fn before(self, then: impl Fn() + 'static) {
        self.ask(Then::Page(Rc::new(then)));
    }

    fn ask(self, then: Then) {
        let shell = matches!(then, Then::Shell(_));
        self.saving.set(None);
        self.asked.set(Some(then));
        if !untrack(|| self.changed()) {
            self.go_on();
        } else if shell {
            self.answer(LeaveAnswer::Asks);
        }
    }

    /// *Save* was pressed, or one draft was saved: the next one is, and after the last the window closes.
    fn save(self) {
        match self.first() {
            None => self.go_on(),
            Some(draft) => {
                let save = draft.saves();
                self.saving.set(Some(draft));
                if let Some(save) = save {
                    save();
                }
            }
        }
    }

    /// Everything is saved or discarded.
    fn go_on(self) {
        self.saving.set(None);
        match self.asked.take() {
            Some(Then::Shell(_)) => self.answer(LeaveAnswer::Leaves),
            Some(Then::Page(then)) => then(),
            None => {}
        }
    }

    /// *Keep editing* was pressed.
    fn keep(self) {
        self.saving.set(None);
        if let Some(Then::Shell(_)) = self.asked.take() {
            self.answer(LeaveAnswer::Stays);
        }
    }

    fn answer(self, answer: LeaveAnswer) {
        bridge::spawn_in(self.scope, async move {
            // a shell that does not hear it closes the window without a question
            drop(bridge::call::<command::AnswerLeave>(answer).await);
        });
    }

    fn busy(self) -> bool {
        self.saving.with(|saving| saving.as_ref().is_some_and(|draft| draft.busy()))
    }

    /// Why the draft that was to be saved is not.
    fn failed(self) -> View {
        let draft = self.saving.get_clone().filter(|draft| draft.changed() && !draft.busy());
        draft.map_or_else(View::new, |draft| match draft.problem() {
            Some((problem, act)) => view! { ProblemBanner(problem=problem, act=act) },
            None => view! { p(class="error", role="alert") { (words::not_saved_yet(draft.name())) } },
        })
    }
}

/// Signs out, where every window with changes agrees. Those ask meanwhile, so other acts go on, and the same act again
/// asks them again.
pub fn sign_out(here: Here, acts: Form, scope: NodeHandle) {
    bridge::spawn_in(scope, async move {
        match bridge::call::<command::SignOut>(()).await {
            Ok(agreed) if agreed => here.ended(),
            Ok(_) => {}
            Err(problem) => acts.refuse(problem),
        }
    });
}

/// The question. It stays while something could not be saved, and says why.
#[component(inline_props)]
pub fn LeaveDialog(drafts: Drafts) -> View {
    let leave = create_selector(move || {
        drafts.asked.with(|asked| match asked {
            Some(Then::Shell(LeaveReason::Close)) => Leave::Close,
            Some(Then::Shell(LeaveReason::SignOut)) => Leave::SignOut,
            Some(Then::Shell(LeaveReason::Quit)) => Leave::Quit,
            Some(Then::Page(_)) | None => Leave::Page,
        })
    });
    let open = create_selector(move || drafts.asked.with(Option::is_some) && drafts.changed());
    let content = move || {
        let can_save = create_selector(move || drafts.can_save());
        view! {
            p(id="leave-text") { (words::unsaved(&drafts.names())) }
            (drafts.failed())
            div(class="row") {
                Press(press=move || drafts.go_on()) { "Discard" }
                Press(id=KEEP, press=move || drafts.keep()) { "Keep editing" }
                (if can_save.get() {
                    view! { Tries(label="Save", class="button primary", busy=move || drafts.busy(), press=move || drafts.save()) }
                } else {
                    view! {}
                })
            }
        }
    };
    view! {
        Dialog(id="leave", role=DialogRole::Alert, heading=move || words::leave(leave.get()), open=open, first=KEEP,
            described="leave-text", escape=move || drafts.keep(), content=content)
    }
}
