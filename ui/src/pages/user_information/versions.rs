//! The account was changed elsewhere while somebody was typing: both versions, field by field, and nothing lost.

use super::Draft;
use crate::bridge;
use crate::dom;
use crate::pages::manage_account::{Changed, Notice, Panel, Sheet, Side, Version, Versions};
use crate::parts::{Actions, Icon, Kind, Line, Next};
use crate::words::{self, Said};
use postern_contract::account::Account;
use sycamore::prelude::*;

/// What was saved elsewhere, beside what is typed here.
#[derive(Clone)]
pub struct Conflict {
    /// The account as it is now.
    pub theirs: Account,
    versions: Vec<Version>,
    /// OK was pressed before everything was chosen.
    missing: Signal<bool>,
}

impl Conflict {
    /// Compares `draft` and `theirs` with the account that both began from.
    pub fn new(before: &Account, draft: Draft, theirs: Account) -> Self {
        let task = |account: &Account| account.task.clone().unwrap_or_default();
        let phone = |account: &Account| account.mobile_phone_shown.clone();
        let versions = vec![
            Version::new("email", "Email address", &before.email, &draft.email.address.now(), &theirs.email),
            Version::new("name", "Name", &before.name, &draft.name.now(), &theirs.name),
            Version::new(
                "phone",
                "Mobile phone number",
                &phone(before),
                &draft.phone.address.now(),
                &phone(&theirs),
            ),
            Version::new("task", "Task", &task(before), &draft.task.now(), &task(&theirs)),
        ];
        Self { theirs, versions, missing: create_signal(false) }
    }

    /// Whether the version typed here counts for that field.
    pub fn yours_counts(&self, id: &str) -> bool {
        self.versions
            .iter()
            .any(|version| version.id == id && untrack(|| version.side()) == Some(Side::Yours))
    }

    /// One of the fields in both versions.
    pub fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    /// Saves what was chosen, or says that something is not chosen yet.
    pub fn settle(&self, draft: Draft) {
        match self.versions.iter().find(|version| untrack(|| version.side()).is_none()) {
            None => draft.resolve(self),
            Some(open) => {
                self.missing.set(true);
                dom::focus(&open.first_choice());
            }
        }
    }

    fn of(&self, changed: Changed) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(move |version| version.changed == changed)
    }

    fn undecided(&self) -> bool {
        self.versions.iter().any(|version| version.side().is_none())
    }

    fn said(&self) -> Said {
        let at = bridge::local_time(self.theirs.changed_at);
        words::changed_elsewhere(&at, self.theirs.changed_from.as_deref())
    }

    fn consequences(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = self
            .versions
            .iter()
            .filter(|version| version.changed != Changed::Same)
            .filter_map(|version| {
                let becomes = if version.side()? == Side::Yours { "becomes" } else { "stays" };
                Some(Line::with(
                    "check",
                    format!("{} {becomes} ", version.legend),
                    shown(version.text()?),
                    ".",
                ))
            })
            .collect();
        lines.push(Line::new("info", "If someone saves again first, you are asked again."));
        lines
    }
}

/// Both versions, with OK.
#[component(inline_props)]
pub fn BothVersions(sheet: Sheet, draft: Draft, conflict: Conflict) -> View {
    let said = conflict.said();
    let (settling, again) = (conflict.clone(), conflict.clone());
    let (lines, asked, theirs) = (conflict.clone(), conflict.clone(), conflict.theirs.clone());
    let (versions, alone) = (conflict.versions.clone(), taken_by_themselves(&conflict));
    let missing = create_selector(move || asked.missing.get() && asked.undecided());
    view! {
        Panel(sheet=sheet) {
            form(class="page", id="conflict", novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                settling.settle(draft);
            }) {
                div(class="stack") {
                    Notice(problem=move || draft.problem(), said=move || Some((Kind::Warn, said.clone())),
                        again=move || again.settle(draft))
                    Versions(versions=versions)
                    (if missing.get() {
                        view! { p(class="error", role="alert") { Icon(name="alert") span { (words::choose_versions()) } } }
                    } else {
                        view! {}
                    })
                    (alone)
                }
                Next(lines=move || lines.consequences())
            }
        }
        Actions(form="conflict", note=|| words::choose_versions().to_owned(), changed=true, busy=move || draft.busy(),
            back="Take all of theirs", go_back=move || draft.take_theirs(theirs.clone()))
    }
}

/// What nobody has to choose, said.
fn taken_by_themselves(conflict: &Conflict) -> View {
    let one = |version: &Version, what: &str| {
        let text = format!("{} {what} ", version.legend);
        let value = shown(version.text().unwrap_or_default());
        view! { p(class="quiet-text") { (text) b { (value) } "." } }
    };
    let mut said: Vec<View> = untrack(|| {
        let theirs = conflict
            .of(Changed::Theirs)
            .map(|version| one(version, "was changed elsewhere only and is taken:"));
        let yours =
            conflict.of(Changed::Yours).map(|version| one(version, "was changed here only and is kept:"));
        theirs.chain(yours).collect()
    });
    let same: Vec<_> = conflict.of(Changed::Same).map(|version| version.legend).collect();
    if let Some(same) = words::same_in_both(&same) {
        said.push(view! { p(class="quiet-text") { (same) } });
    }
    said.into()
}

fn shown(text: &str) -> String {
    if text.is_empty() { "(empty)".to_owned() } else { text.to_owned() }
}
