//! What is read, what is being added, copied or deleted, and what there is to say about it.

use crate::beat::{Beat, Countdown};
use crate::bridge;
use crate::dom;
use crate::form::{Field, Form};
use crate::load::Load;
use crate::pages::manage_account::{Unlock, mended};
use crate::pages::offline::{TRY_AGAIN, unsaid};
use crate::pages::store_ways;
use crate::pages::unsaved::{Drafts, Unsaved};
use crate::parts::Kind;
use crate::session::Here;
use crate::words::{self, Act, Said};
use postern_contract::shell::{AddKeyInput, Copied, KeyList, KeyRow, SecretPlace, StoreState, Tab, command};
use postern_contract::{KeyId, Problem, ProblemCode, rules};
use std::rc::Rc;
use sycamore::prelude::*;

/// The state of the tab. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The keys.
    pub list: Load<KeyList>,
    /// The label of a key to be added. Leaving the dialog keeps it.
    pub label: Field,
    /// Adding.
    pub adding: Form,
    /// Whether the dialog for adding is open.
    pub asking: Signal<bool>,
    /// Whether the question before deleting is open.
    pub deciding: Signal<bool>,
    deleting: Form,
    copying: Form,
    candidate: Signal<Option<KeyRow>>,
    copied: Signal<Countdown>,
    /// The key on the clipboard.
    copied_key: Signal<Option<KeyId>>,
    /// The key that was added last.
    newest: Signal<Option<KeyId>>,
    refused: Signal<Option<ProblemCode>>,
    /// The key that was to be copied and may be in a store that cannot be asked.
    unasked: Signal<Option<KeyId>>,
    done: Signal<Option<String>>,
    unlock: Unlock,
    here: Here,
    beat: Beat,
}

impl Draft {
    /// Over the list as it is read. What was mended is said until the next act.
    pub fn new(list: Load<KeyList>) -> Self {
        let label = Field::new("label", "label", rules::label);
        let draft = Self {
            list,
            label,
            adding: Form::new(&[label]),
            asking: create_signal(false),
            deciding: create_signal(false),
            deleting: Form::new(&[]),
            copying: Form::new(&[]),
            candidate: create_signal(None),
            copied: create_signal(Countdown::over()),
            copied_key: create_signal(None),
            newest: create_signal(None),
            refused: create_signal(None),
            unasked: create_signal(None),
            done: create_signal(None),
            unlock: Unlock::get(),
            here: Here::get(),
            beat: Beat::here(),
        };
        draft.here.heed_keys(list);
        Drafts::hold(draft);
        draft
    }

    /// The keys, newest first.
    pub fn rows(self) -> Vec<KeyRow> {
        let mut rows = self.list.value().map(|list| list.rows).unwrap_or_default();
        rows.sort_by_key(|row| std::cmp::Reverse(row.key.created_at));
        rows
    }

    /// Whether it was added a moment ago, until the next act.
    pub fn is_new(self, id: KeyId) -> bool {
        self.newest.get() == Some(id)
    }

    /// Whether it is on the clipboard.
    pub fn is_copied(self, id: KeyId) -> bool {
        self.copied_key.get() == Some(id) && self.copied_for() > 0
    }

    /// What is on the clipboard, in words.
    pub fn copied_what(self) -> String {
        let id = self.copied_key.get();
        let row = self.rows().into_iter().find(|row| Some(row.key.id) == id);
        row.map_or_else(|| "Copied".to_owned(), |row| words::copied(&row.key.label))
    }

    /// Whether the secret store stands in the way of adding and copying.
    pub fn store_fails(self) -> bool {
        matches!(self.here.store(), StoreState::Failing(_))
    }

    /// The secret store as it was when the keys were read.
    pub fn store_then(self) -> StoreState {
        self.list.now().map_or(StoreState::Ready, |list| list.store)
    }

    /// The store that stands in the way of something, to be said with the ways on.
    pub fn store_in_the_way(self) -> Option<StoreState> {
        let now = self.here.store();
        if self.store_fails() {
            return Some(now);
        }
        // where secrets are is found out with the list of the backend, so for now nobody knows
        if self.here.trouble().is_some() {
            return None;
        }
        let id = self.unasked.get()?;
        let unknown = |row: &KeyRow| row.key.id == id && row.secret == SecretPlace::Unknown;
        self.rows().iter().any(unknown).then(|| match (now, self.store_then()) {
            (StoreState::Ready, StoreState::Ready) => StoreState::Failing(ProblemCode::StoreFailed),
            (StoreState::Ready, then) => then,
            (now, _) => now,
        })
    }

    /// Seconds until the clipboard is cleared of what was copied here.
    pub fn copied_for(self) -> u32 {
        self.beat.left(self.copied.get())
    }

    /// What went wrong, most recent act first.
    pub fn problem(self) -> Option<(Problem, Act)> {
        let refused = self.refused.get().filter(|code| *code != ProblemCode::KeyLimitReached);
        let refused = refused.map(|code| (Problem::new(code), Act::Copy));
        refused
            .or_else(|| self.copying.problem().map(|problem| (problem, Act::Copy)))
            .or_else(|| self.deleting.problem().map(|problem| (problem, Act::Delete)))
            .or_else(|| unsaid(self.here, self.list.problem()).map(|problem| (problem, Act::Read)))
    }

    /// What was done.
    pub fn said(self) -> Option<(Kind, Said)> {
        if let Some(done) = self.done.get_clone() {
            return Some((Kind::Ok, Said::new(done, "")));
        }
        if self.refused.get() == Some(ProblemCode::KeyLimitReached) {
            return Some((Kind::Warn, words::key_limit(self.here.capabilities().keys_max)));
        }
        mended(&self.here.mended())
    }

    /// Reads again, after a failure.
    pub fn again(self) {
        self.fresh();
        self.list.again();
    }

    /// Forgets what was said of the act before.
    fn fresh(self) {
        batch(|| {
            self.refused.set(None);
            self.unasked.set(None);
            self.done.set(None);
            self.newest.set(None);
            self.here.mended_seen();
            self.copying.solved();
            self.deleting.solved();
        });
    }

    /// `Add authentication key` was pressed: asks for the label, or says why not.
    pub fn add(self) {
        if untrack(|| self.store_fails()) {
            return dom::focus(store_ways::FIRST);
        }
        if untrack(|| self.here.trouble()).is_some() {
            return dom::focus(TRY_AGAIN);
        }
        self.fresh();
        let most = untrack(|| self.here.capabilities()).keys_max as usize;
        if untrack(|| self.rows()).len() >= most {
            self.refused.set(Some(ProblemCode::KeyLimitReached));
        } else {
            self.adding.solved();
            self.asking.set(true);
        }
    }

    /// The dialog was left.
    pub fn leave(self) {
        self.asking.set(false);
        dom::focus("add-key");
    }

    /// `Add` was pressed, or `Add and copy`.
    pub fn submit(self, copies: bool) {
        self.adding.submit_heeding(
            move || bridge::call::<command::AddKey>(AddKeyInput { label: self.label.now() }),
            move |row: KeyRow| {
                let id = row.key.id;
                self.added(row);
                if copies {
                    self.copy_from_store(id);
                }
            },
            move |problem| self.not_added(problem, copies),
        );
    }

    /// The key exists.
    pub fn added(self, row: KeyRow) {
        let label = row.key.label.clone();
        self.newest.set(Some(row.key.id));
        self.change(|rows| {
            if !rows.iter().any(|known| known.key.id == row.key.id) {
                rows.push(row);
            }
        });
        self.label.start("");
        self.leave();
        self.done.set(Some(words::key_added(&label)));
    }

    /// What stands in the way of every key closes the dialog; the label stays.
    pub fn not_added(self, problem: &Problem, copies: bool) -> bool {
        if problem.code == ProblemCode::KeyLimitReached {
            self.leave();
            self.refused.set(Some(problem.code));
            self.list.again();
            return true;
        }
        if problem.code.as_str().starts_with("store_") {
            self.leave();
            self.refused.set(Some(problem.code));
            self.here.refresh();
            return true;
        }
        self.unlock.heed(problem, move || self.submit(copies))
    }

    /// `Copy` was pressed.
    pub fn copy(self, row: &KeyRow) {
        self.fresh();
        match row.secret {
            // where secrets are is found out with the backend's list: without a way to it, the store says itself
            SecretPlace::Unknown if untrack(|| self.here.trouble()).is_some() => {
                self.copy_from_store(row.key.id);
            }
            SecretPlace::Elsewhere => self.refused.set(Some(ProblemCode::KeyNotHere)),
            SecretPlace::Unknown => {
                self.unasked.set(Some(row.key.id));
                // it may answer by now
                self.list.again();
                dom::focus(store_ways::FIRST);
            }
            SecretPlace::Here | SecretPlace::InMemory => self.copy_from_store(row.key.id),
        }
    }

    fn copy_from_store(self, id: KeyId) {
        self.copying.ask_heeding(
            move || bridge::call::<command::CopyKey>(id),
            move |copied| self.was_copied(id, &copied),
            move |problem| self.unlock.heed(problem, move || self.copy_from_store(id)),
        );
    }

    /// The secret is on the clipboard.
    pub fn was_copied(self, id: KeyId, copied: &Copied) {
        self.copied_key.set(Some(id));
        self.copied.set(self.beat.countdown(copied.clears_in_seconds));
    }

    /// The clipboard no longer holds it.
    pub fn cleared(self) {
        self.copied.set(Countdown::over());
    }

    /// `Clear now` was pressed.
    pub fn clear_now(self) {
        self.copying.ask(|| bridge::call::<command::ClearClipboard>(()), move |()| self.cleared());
    }

    /// The key being decided about.
    pub fn to_delete(self) -> Option<KeyRow> {
        self.candidate.get_clone()
    }

    /// `Delete` was chosen in a key's menu.
    pub fn ask_to_delete(self, row: KeyRow) {
        self.fresh();
        self.candidate.set(Some(row));
        self.deciding.set(true);
    }

    /// The key is kept.
    pub fn keep(self) {
        self.deciding.set(false);
        if let Some(row) = self.candidate.take() {
            dom::focus(&format!("more-{}", row.key.id));
        }
    }

    /// Deleting was decided.
    pub fn delete(self) {
        self.deciding.set(false);
        let Some(row) = self.candidate.get_clone_untracked() else { return };
        let (id, gone) = (row.key.id, row.clone());
        self.deleting.ask_heeding(
            || bridge::call::<command::DeleteKey>(id),
            move |()| self.deleted(&gone),
            move |problem| self.not_deleted(problem, &row),
        );
    }

    /// It stopped working. The focus goes to the next key, else to Add.
    pub fn deleted(self, row: &KeyRow) {
        let next = self.after(row.key.id);
        self.change(|rows| rows.retain(|known| known.key.id != row.key.id));
        self.candidate.set(None);
        self.done.set(Some(words::key_deleted(&row.key.label)));
        dom::focus(&next.map_or_else(|| "add-key".to_owned(), |id| format!("copy-{id}")));
    }

    fn not_deleted(self, problem: &Problem, row: &KeyRow) -> bool {
        if problem.code == ProblemCode::NotFound {
            self.deleted(row);
            return true;
        }
        self.unlock.heed(problem, move || self.delete())
    }

    /// The key that stands after this one.
    pub fn after(self, id: KeyId) -> Option<KeyId> {
        let rows = untrack(|| self.rows());
        let at = rows.iter().position(|row| row.key.id == id)?;
        rows.get(at + 1).map(|row| row.key.id)
    }

    fn change(self, change: impl FnOnce(&mut Vec<KeyRow>)) {
        if let Some(mut list) = self.list.now() {
            change(&mut list.rows);
            list.mended.clear();
            self.list.set(list);
        }
    }
}

/// The label of a key that was not added yet.
impl Unsaved for Draft {
    fn name(&self) -> &'static str {
        words::tab(Tab::ManageAuthenticationKey)
    }

    fn tab(&self) -> Option<Tab> {
        Some(Tab::ManageAuthenticationKey)
    }

    fn changed(&self) -> bool {
        self.label.changed()
    }

    fn busy(&self) -> bool {
        self.adding.busy()
    }

    fn saves(&self) -> Option<Rc<dyn Fn()>> {
        let draft = *self;
        Some(Rc::new(move || draft.submit(false)))
    }

    fn problem(&self) -> Option<(Problem, Act)> {
        let refused = self.refused.get().map(|code| (Problem::new(code), Act::Add));
        refused.or_else(|| self.adding.problem().map(|problem| (problem, Act::Add)))
    }
}
