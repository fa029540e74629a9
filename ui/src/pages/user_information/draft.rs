//! What is typed, what it was read from, and how it is saved: one request with only what changed, against the version it
//! was read from.

use super::compare::compare;
use crate::bridge;
use crate::form::{Field, Form};
use crate::pages::carrying::goes_along;
use crate::pages::manage_account::{Conflict, Unlock};
use crate::pages::offline::held_back;
use crate::pages::proving::Proving;
use crate::pages::unsaved::{Drafts, Unsaved};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::account::{Account, AccountChange};
use postern_contract::operation::{ChangeAccount, GetAccount};
use postern_contract::plan::Typed;
use postern_contract::problem::Current;
use postern_contract::shell::Tab;
use postern_contract::verification::{Channel, Purpose};
use postern_contract::{Problem, ProblemCode, Rule, rules};
use std::rc::Rc;
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

/// The draft. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The address that signs in.
    pub email: Proving,
    /// The name.
    pub name: Field,
    /// The mobile phone.
    pub phone: Proving,
    /// The task.
    pub task: Field,
    /// All of it, with OK.
    pub form: Form,
    /// Both versions, where the account was changed elsewhere.
    pub conflict: Signal<Option<Conflict<Account>>>,
    base: Signal<Account>,
    told: Signal<Option<String>>,
    /// OK was pressed while a number was still being confirmed.
    wanted: Signal<bool>,
    /// The request under way was repeated by itself already.
    repeated: Signal<bool>,
    unlock: Unlock,
    here: Here,
    scope: NodeHandle,
}

impl Draft {
    /// Nothing typed yet.
    pub fn new(account: Account) -> Self {
        let email = Field::new("email", "email.address", rules::email_address);
        let phone = Field::new("phone", "mobile_phone.address", rules::mobile_phone);
        let email = Proving::new(email, "number-email", Channel::Email, Purpose::ChangeContact);
        let phone = Proving::new(phone, "number-phone", Channel::TextMessage, Purpose::ChangeContact);
        let name = Field::new("name", "name", rules::display_name);
        let task = Field::new("task", "task", rules::task);
        let draft = Self {
            email,
            name,
            phone,
            task,
            form: Form::new(&[email.address, email.entered, name, phone.address, phone.entered, task]),
            conflict: create_signal(None),
            base: create_signal(account.clone()),
            told: create_signal(None),
            wanted: create_signal(false),
            repeated: create_signal(false),
            unlock: Unlock::get(),
            here: Here::get(),
            scope: use_current_scope(),
        };
        draft.adopt(account);
        goes_along(move || draft.typed());
        Drafts::hold(draft);
        for proving in [email, phone] {
            proving.when_settled(move |proven| draft.settled(proven));
            proving.when_refused(move |problem, attempt| draft.locked(problem, attempt));
        }
        draft
    }

    /// The account as it was read.
    pub fn base(self) -> Account {
        self.base.get_clone()
    }

    /// Whether an answer is awaited.
    pub fn busy(self) -> bool {
        self.form.busy() || self.wanted.get()
    }

    /// What went wrong and is not a matter of one field.
    pub fn problem(self) -> Option<(Problem, Act)> {
        let own = self.form.problem().map(|problem| (problem, Act::Change));
        own.or_else(|| self.email.problem(Act::Change)).or_else(|| self.phone.problem(Act::Change))
    }

    /// What is to be said beside problems and success, until the next edit.
    pub fn told(self) -> Option<String> {
        if self.form.changed() { None } else { self.told.get_clone() }
    }

    /// What is typed and differs from what is saved, for a plan to begin with.
    pub fn typed(self) -> Typed {
        let changed = |field: Field| field.changed().then(|| field.now());
        Typed {
            name: changed(self.name),
            task: changed(self.task),
            email: changed(self.email.address),
            mobile_phone: changed(self.phone.address),
            ..Typed::default()
        }
    }

    /// What is not saved yet.
    pub fn note(self) -> String {
        let fields = [
            (self.email.address, "email address"),
            (self.name, "name"),
            (self.phone.address, "mobile phone number"),
            (self.task, "task"),
        ];
        let note =
            words::not_saved(fields.into_iter().filter(|(field, _)| field.changed()).map(|(_, word)| word));
        held_back(self.here, note, true)
    }

    /// Back to what is saved.
    pub fn undo(self) {
        let base = self.base.get_clone_untracked();
        self.form.undo();
        self.adopt(base);
        self.email.address.focus();
    }

    /// The account was changed elsewhere: it is shown, unless something is typed here. Then OK tells.
    pub fn read_again(self) {
        bridge::spawn_in(self.scope, async move {
            if let Ok(account) = bridge::send(GetAccount { body: () }).await {
                self.newer(account);
            }
        });
    }

    /// A newer account is known.
    pub fn newer(self, account: Account) {
        let idle = untrack(|| !self.form.changed() && !self.busy() && self.conflict.with(Option::is_none));
        if idle && self.base.with_untracked(|base| *base != account) {
            self.adopt(account);
        }
    }

    /// Begins anew from `account`.
    pub fn adopt(self, account: Account) {
        batch(|| {
            self.email.address.start(&account.email);
            self.name.start(&account.name);
            self.phone.address.start(&account.mobile_phone_shown);
            self.task.start(account.task.as_deref().unwrap_or_default());
            self.email.forget();
            self.phone.forget();
            // only where there is one: the form is not to be built again
            if self.conflict.with_untracked(Option::is_some) {
                self.conflict.set(None);
            }
            self.told.set(None);
            self.base.set(account);
        });
    }

    /// OK was pressed. A number that is typed but not confirmed is confirmed first.
    pub fn save(self) {
        if untrack(|| self.busy()) || !self.form.check() {
            return;
        }
        if !untrack(|| self.form.changed()) {
            return self.told.set(Some(words::nothing_to_save()));
        }
        let unproven: Vec<_> = [self.email, self.phone]
            .into_iter()
            .filter(|proving| untrack(|| proving.address.changed() && !proving.proven()))
            .collect();
        if unproven.is_empty() {
            return self.send();
        }
        // without a connection no number reaches anybody, so nothing is asked for that cannot be had
        if let Some(trouble) = untrack(|| self.here.trouble()) {
            return self.form.refuse(Problem::new(trouble));
        }
        let unsent: Vec<_> = unproven.iter().filter(|proving| !proving.insist()).collect();
        if let Some(first) = unsent.first() {
            return first.address.focus();
        }
        self.wanted.set(true);
        if !unproven.into_iter().all(Proving::confirm) {
            self.wanted.set(false);
        }
    }

    fn settled(self, proven: bool) {
        if self.wanted.replace(false) && proven {
            self.save();
        }
    }

    /// The password is needed to prove an address. OK goes on with all it wanted, once that is done.
    fn locked(self, problem: &Problem, attempt: Rc<dyn Fn()>) -> bool {
        let wanted = self.wanted.replace(false);
        let heeded = self.unlock.heed(problem, move || if wanted { self.save() } else { attempt() });
        if !heeded && wanted {
            self.wanted.set(true);
        }
        heeded
    }

    /// Sends what differs from the version it was read from.
    pub fn send(self) {
        self.repeated.set(false);
        self.request();
    }

    fn request(self) {
        let if_match = self.base.with_untracked(|base| base.etag.clone());
        let body = untrack(|| self.change());
        self.form.ask_heeding(
            || bridge::send(ChangeAccount { if_match, body }),
            move |account| self.adopt(account),
            move |problem| self.refused(problem),
        );
    }

    /// Only what changed.
    pub fn change(self) -> AccountChange {
        let changed = |field: Field| field.changed().then(|| field.now());
        let proven = |proving: Proving| proving.address.changed().then(|| proving.proof()).flatten();
        AccountChange {
            name: changed(self.name),
            task: changed(self.task),
            email: proven(self.email),
            mobile_phone: proven(self.phone),
        }
    }

    /// Takes a problem that is more than a banner; answers whether it was one.
    pub fn refused(self, problem: &Problem) -> bool {
        match (problem.code, problem.current.as_deref()) {
            (ProblemCode::PreconditionFailed, Some(Current::Account(theirs))) => {
                let conflict = compare(&self.base.get_clone_untracked(), self, theirs.clone());
                if conflict.shows_nothing() {
                    return self.repeat(&conflict);
                }
                self.conflict.set(Some(conflict));
                true
            }
            (ProblemCode::ProofRefused, _) => self.unproven(problem),
            _ => self.unlock.heed(problem, move || self.send()),
        }
    }

    /// A proof that waited too long is no longer one: its address is asked about again.
    fn unproven(self, problem: &Problem) -> bool {
        let named = [(self.email, "email.proof"), (self.phone, "mobile_phone.proof")];
        let refused: Vec<_> = named.into_iter().filter(|(_, name)| problem.rule_of(name).is_some()).collect();
        for (proving, _) in &refused {
            proving.forget();
            proving.address.refuse(Rule::NotProven);
        }
        if let Some((first, _)) = refused.first() {
            first.address.focus();
        }
        !refused.is_empty()
    }

    /// What changed elsewhere is none of this page's, such as the password: it goes on against the newer version, once by
    /// itself, and then when OK is pressed.
    fn repeat(self, conflict: &Conflict<Account>) -> bool {
        self.rebase(conflict);
        if self.repeated.replace(true) {
            return false;
        }
        // once the answer at hand is dealt with
        let theirs = conflict.theirs.clone();
        bridge::spawn_in(self.scope, async move { self.go_on(theirs, Self::request) });
        true
    }

    /// The versions that were chosen become the draft, against the newer account; then they are saved.
    pub fn resolve(self, conflict: &Conflict<Account>) {
        self.rebase(conflict);
        self.go_on(conflict.theirs.clone(), Self::send);
    }

    fn rebase(self, conflict: &Conflict<Account>) {
        let keeps = |field: Field, theirs: &str, yours: bool| {
            if yours { field.rebase(theirs) } else { field.start(theirs) }
        };
        let theirs = &conflict.theirs;
        batch(|| {
            keeps(self.name, &theirs.name, conflict.yours_counts("name"));
            keeps(self.task, theirs.task.as_deref().unwrap_or_default(), conflict.yours_counts("task"));
            for (proving, saved, id) in
                [(self.email, &theirs.email, "email"), (self.phone, &theirs.mobile_phone_shown, "phone")]
            {
                let yours = conflict.yours_counts(id);
                keeps(proving.address, saved, yours);
                if !yours {
                    proving.forget();
                }
            }
            self.base.set(theirs.clone());
        });
    }

    fn go_on(self, theirs: Account, send: fn(Self)) {
        if untrack(|| self.form.changed()) {
            send(self);
        } else {
            self.take_theirs(theirs);
        }
    }

    /// Everything as it was saved elsewhere; nothing of this draft is kept.
    pub fn take_theirs(self, theirs: Account) {
        self.form.undo();
        self.adopt(theirs);
        self.told.set(Some(words::theirs_taken()));
    }
}

impl Unsaved for Draft {
    fn name(&self) -> &'static str {
        words::tab(Tab::UserInformation)
    }

    fn tab(&self) -> Option<Tab> {
        Some(Tab::UserInformation)
    }

    fn changed(&self) -> bool {
        self.form.changed()
    }

    fn busy(&self) -> bool {
        (*self).busy()
    }

    fn saves(&self) -> Option<Rc<dyn Fn()>> {
        let draft = *self;
        Some(Rc::new(move || match draft.conflict.get_clone_untracked() {
            Some(conflict) => conflict.settle(|conflict| draft.resolve(conflict)),
            None => draft.save(),
        }))
    }

    fn problem(&self) -> Option<(Problem, Act)> {
        (*self).problem()
    }
}
