//! Somebody else saved while something was typed here: both versions, field by field, and nothing lost.

use super::{Changed, Notice, Panel, Sheet, Side, Version, Versions};
use crate::dom;
use crate::parts::{Actions, Icon, Kind, Line, Next, Results};
use crate::words::{self, Act, Said};
use postern_contract::Problem;
use std::rc::Rc;
use sycamore::prelude::*;

/// What was saved elsewhere, beside what is typed here.
#[derive(Clone)]
pub struct Conflict<T> {
    /// As it is saved now.
    pub theirs: T,
    said: Said,
    versions: Vec<Version>,
    /// OK was pressed before everything was chosen.
    missing: Signal<bool>,
}

impl<T: Clone> Conflict<T> {
    /// Both versions of each field; `said` says who saved.
    pub fn new(theirs: T, versions: Vec<Version>, said: Said) -> Self {
        Self { theirs, said, versions, missing: create_signal(false) }
    }

    /// Whether the version chosen or typed here counts for that field.
    pub fn yours_counts(&self, id: &str) -> bool {
        self.version(id).is_some_and(|version| untrack(|| version.side()) == Some(Side::Yours))
    }

    /// One of the fields in both versions.
    pub fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    /// Whether the other side changed anything of this that is not the same here: where it did not, there is nothing to
    /// show and the draft goes on against the newer version by itself.
    pub fn shows_nothing(&self) -> bool {
        self.versions.iter().all(|version| matches!(version.changed, Changed::Same | Changed::Yours))
    }

    /// Calls `resolve` once everything is chosen; until then it says so.
    pub fn settle(&self, resolve: impl FnOnce(&Self)) {
        match self.versions.iter().find(|version| untrack(|| version.side()).is_none()) {
            None => resolve(self),
            Some(open) => {
                self.missing.set(true);
                dom::focus(&open.first_choice());
            }
        }
    }

    fn undecided(&self) -> bool {
        self.versions.iter().any(|version| version.side().is_none())
    }

    fn of(&self, changed: Changed) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(move |version| version.changed == changed)
    }

    fn consequences(&self) -> Vec<Line> {
        let differing = self.versions.iter().filter(|version| version.changed != Changed::Same);
        let mut lines: Vec<Line> = differing
            .filter_map(|version| {
                let becomes = if version.side()? == Side::Yours { "becomes" } else { "stays" };
                let text = words::or_empty(version.text()?);
                let end = words::full_stop(&text);
                Some(Line::with("check", format!("{} {becomes} ", version.legend), text, end))
            })
            .collect();
        lines.push(Line::new("info", "If someone saves again first, you are asked again."));
        lines
    }
}

/// Both versions, with OK. `form` is the form's id, `resolve` saves what was chosen, `take_theirs` drops this draft.
#[component(inline_props)]
pub fn BothVersions<T: Clone + 'static>(
    sheet: Sheet,
    form: &'static str,
    conflict: Conflict<T>,
    problem: impl Fn() -> Option<(Problem, Act)> + 'static,
    #[prop(setter(into))] busy: MaybeDyn<bool>,
    resolve: impl Fn(&Conflict<T>) + 'static,
    take_theirs: impl Fn() + 'static,
) -> View {
    let (said, versions, alone) =
        (conflict.said.clone(), conflict.versions.clone(), taken_by_themselves(&conflict));
    let (lines, asked) = (conflict.clone(), conflict.clone());
    let missing = create_selector(move || asked.missing.get() && asked.undecided());
    both_versions(Both {
        sheet,
        form,
        said,
        versions,
        alone,
        missing,
        problem: Box::new(problem),
        busy,
        settle: Rc::new(move || conflict.settle(&resolve)),
        lines: Box::new(move || lines.consequences()),
        take_theirs: Box::new(take_theirs),
    })
}

/// The same, boxed, so that the page holds one copy for all drafts.
struct Both {
    sheet: Sheet,
    form: &'static str,
    said: Said,
    versions: Vec<Version>,
    alone: View,
    missing: ReadSignal<bool>,
    problem: Box<dyn Fn() -> Option<(Problem, Act)>>,
    busy: MaybeDyn<bool>,
    settle: Rc<dyn Fn()>,
    lines: Box<dyn Fn() -> Vec<Line>>,
    take_theirs: Box<dyn Fn()>,
}

fn both_versions(both: Both) -> View {
    let Both { sheet, form, said, versions, alone, missing, problem, busy, settle, lines, take_theirs } =
        both;
    let again = Rc::clone(&settle);
    let first = versions.iter().find(|version| version.changed == Changed::Both);
    dom::appear(&first.map_or_else(|| format!("{form}-ok"), Version::first_choice));
    view! {
        Panel(sheet=sheet) {
            form(class="page", id=form, novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                settle();
            }) {
                div(class="stack") {
                    Versions(versions=versions)
                    (alone)
                    (if missing.get() {
                        view! { p(class="error", role="alert") { Icon(name="alert") span { (words::choose_versions()) } } }
                    } else {
                        view! {}
                    })
                }
                Next(lines=lines)
            }
        }
        Results {
            Notice(problem=problem, said=move || Some((Kind::Conflict, said.clone())), again=move || again())
        }
        Actions(form=form, note=|| words::choose_versions().to_owned(), changed=true, busy=busy,
            back="Take all of theirs", go_back=take_theirs)
    }
}

/// What nobody has to choose, said.
fn taken_by_themselves<T: Clone>(conflict: &Conflict<T>) -> View {
    let one = |version: &Version, what: &str| {
        let text = format!("{} {what} ", version.legend);
        let value = words::or_empty(version.text().unwrap_or_default());
        let end = words::full_stop(&value);
        view! { p(class="quiet-text") { (text) b { (value) } (end) } }
    };
    let mut said: Vec<View> = untrack(|| {
        let theirs = conflict.of(Changed::Theirs);
        let theirs = theirs.map(|version| one(version, "was changed elsewhere only and is taken:"));
        let yours = conflict.of(Changed::Yours);
        theirs.chain(yours.map(|version| one(version, "was changed here only and is kept:"))).collect()
    });
    let same: Vec<_> = conflict.of(Changed::Same).map(|version| version.legend).collect();
    if let Some(same) = words::same_in_both(&same) {
        said.push(view! { p(class="quiet-text") { (same) } });
    }
    said.into()
}
