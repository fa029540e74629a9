//! What is chosen, what it was read from, and how it is saved: one request against the version it was read from.

use crate::bridge;
use crate::dom;
use crate::form::Form;
use crate::load::Load;
use crate::pages::carrying::goes_along;
use crate::pages::manage_account::{Conflict, Unlock, Version};
use crate::pages::offline::held_back;
use crate::pages::unsaved::{Drafts, Unsaved};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::operation::{ChangeSecurity, GetSecurity};
use postern_contract::plan::Typed;
use postern_contract::problem::Current;
use postern_contract::security::{Security, SecurityChange};
use postern_contract::session::Sessions;
use postern_contract::shell::Tab;
use postern_contract::verification::Channel;
use postern_contract::{Problem, ProblemCode};
use std::rc::Rc;
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

/// The draft. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// Whether signing in is to ask for a number.
    pub two_factor: Signal<bool>,
    /// How it is to be sent.
    pub method: Signal<Channel>,
    /// Whether the notice before disabling is shown.
    pub notice: Signal<bool>,
    /// With OK.
    pub form: Form,
    /// Both versions, where the settings were changed elsewhere.
    pub conflict: Signal<Option<Conflict<Security>>>,
    /// The places that are signed in.
    pub places: Load<Sessions>,
    base: Signal<Security>,
    saved: Signal<bool>,
    told: Signal<Option<String>>,
    /// The request under way was repeated by itself already.
    repeated: Signal<bool>,
    unlock: Unlock,
    here: Here,
    scope: NodeHandle,
}

impl Draft {
    /// Nothing chosen yet.
    pub fn new(security: Security, places: Load<Sessions>) -> Self {
        let draft = Self {
            two_factor: create_signal(security.two_factor),
            method: create_signal(security.method),
            notice: create_signal(false),
            form: Form::new(&[]),
            conflict: create_signal(None),
            places,
            base: create_signal(security),
            saved: create_signal(false),
            told: create_signal(None),
            repeated: create_signal(false),
            unlock: Unlock::get(),
            here: Here::get(),
            scope: use_current_scope(),
        };
        goes_along(move || draft.typed());
        Drafts::hold(draft);
        draft
    }

    /// What is chosen and differs from what is saved, for a plan to begin with.
    pub fn typed(self) -> Typed {
        Typed {
            two_factor: self.two_factor_changed().then(|| self.two_factor.get()),
            method: self.method_changed().then(|| self.method.get()),
            ..Typed::default()
        }
    }

    /// The settings as they were read.
    pub fn base(self) -> Security {
        self.base.get_clone()
    }

    /// The email address and the mobile phone a number would go to.
    pub fn addresses(self) -> (String, String) {
        self.base.with(|base| (base.email.clone(), base.mobile_phone_masked.clone()))
    }

    /// The method that is saved.
    pub fn in_use(self) -> Channel {
        self.base.with(|base| base.method)
    }

    /// Whether two-factor is saved as another value.
    pub fn two_factor_changed(self) -> bool {
        self.base.with(|base| base.two_factor) != self.two_factor.get()
    }

    /// Whether the method is saved as another value.
    pub fn method_changed(self) -> bool {
        self.in_use() != self.method.get()
    }

    /// Whether anything differs from what is saved.
    pub fn changed(self) -> bool {
        self.two_factor_changed() || self.method_changed()
    }

    /// Whether the last OK succeeded and nothing was chosen since.
    pub fn saved(self) -> bool {
        self.saved.get()
    }

    /// What is to be said beside problems and success, until the next choice.
    pub fn told(self) -> Option<String> {
        self.told.get_clone()
    }

    /// What is not saved yet.
    pub fn note(self) -> String {
        let what = [
            (self.two_factor_changed(), "2-Factor authentication"),
            (self.method_changed(), "authentication method"),
        ];
        let note = words::not_saved(what.into_iter().filter(|(changed, _)| *changed).map(|(_, word)| word));
        held_back(self.here, note, true)
    }

    /// Enable or Disable was chosen. Disabling what is enabled is asked about.
    pub fn choose_two_factor(self, enabled: bool) {
        batch(|| {
            self.edited();
            self.two_factor.set(enabled);
            self.notice.set(!enabled && self.base.get_clone_untracked().two_factor);
        });
    }

    /// A method was chosen.
    pub fn choose_method(self, method: Channel) {
        batch(|| {
            self.edited();
            self.method.set(method);
        });
    }

    fn edited(self) {
        self.saved.set(false);
        self.told.set(None);
        self.form.solved();
    }

    /// The notice was answered with the harmless way.
    pub fn keep_enabled(self) {
        batch(|| {
            self.two_factor.set(true);
            self.notice.set(false);
        });
        dom::focus("tf-on");
    }

    /// Back to what is saved.
    pub fn undo(self) {
        self.adopt(self.base.get_clone_untracked());
        self.form.solved();
        dom::focus(if self.two_factor.get_untracked() { "tf-on" } else { "tf-off" });
    }

    /// Begins anew from `security`.
    pub fn adopt(self, security: Security) {
        batch(|| {
            self.two_factor.set(security.two_factor);
            self.method.set(security.method);
            // only where there is one: the form is not to be built again
            if self.conflict.with_untracked(Option::is_some) {
                self.conflict.set(None);
            }
            self.told.set(None);
            self.base.set(security);
        });
    }

    /// Something was changed elsewhere: it is shown, unless something is chosen here. Then OK tells.
    pub fn read_again(self) {
        self.places.again();
        bridge::spawn_in(self.scope, async move {
            if let Ok(security) = bridge::send(GetSecurity { body: () }).await {
                self.newer(security);
            }
        });
    }

    /// Newer settings are known.
    pub fn newer(self, security: Security) {
        let idle = untrack(|| !self.changed() && !self.form.busy() && self.conflict.with(Option::is_none));
        if idle && self.base.with_untracked(|base| *base != security) {
            self.adopt(security);
        }
    }

    /// OK was pressed.
    pub fn save(self) {
        if untrack(|| self.changed()) {
            self.send();
        } else if !untrack(|| self.form.busy()) {
            self.saved.set(false);
            self.told.set(Some(words::nothing_to_save()));
        }
    }

    fn send(self) {
        self.repeated.set(false);
        self.request();
    }

    fn request(self) {
        let if_match = self.base.with_untracked(|base| base.etag.clone());
        let body = SecurityChange {
            two_factor: self.two_factor.get_untracked(),
            method: self.method.get_untracked(),
        };
        self.form.ask_heeding(
            || bridge::send(ChangeSecurity { if_match, body }),
            move |security| self.done(security),
            move |problem| self.refused(problem),
        );
    }

    /// It is saved.
    pub fn done(self, security: Security) {
        self.adopt(security);
        self.saved.set(true);
    }

    /// Takes a problem that is more than a banner; answers whether it was one.
    pub fn refused(self, problem: &Problem) -> bool {
        match (problem.code, problem.current.as_deref()) {
            (ProblemCode::PreconditionFailed, Some(Current::Security(theirs))) => {
                let conflict = untrack(|| self.compare(theirs.clone()));
                if conflict.shows_nothing() {
                    return self.repeat(&conflict);
                }
                self.conflict.set(Some(conflict));
                true
            }
            _ => self.unlock.heed(problem, move || self.send()),
        }
    }

    fn compare(self, theirs: Security) -> Conflict<Security> {
        let before = self.base.get_clone_untracked();
        let two_factor = [before.two_factor, self.two_factor.get_untracked(), theirs.two_factor];
        let [b, y, t] = two_factor.map(|enabled| if enabled { "Enable" } else { "Disable" });
        let [before, yours, others] =
            [before.method, self.method.get_untracked(), theirs.method].map(words::method);
        let versions = vec![
            Version::new("two-factor", "2-Factor authentication", b, y, t),
            Version::new("method", "Authentication method", before, yours, others),
        ];
        Conflict::new(theirs, versions, words::settings_changed_elsewhere())
    }

    /// What changed elsewhere is none of this page's, such as an address: it goes on against the newer version, once by
    /// itself, and then when OK is pressed.
    fn repeat(self, conflict: &Conflict<Security>) -> bool {
        self.rebase(conflict);
        if self.repeated.replace(true) {
            return false;
        }
        // once the answer at hand is dealt with
        let theirs = conflict.theirs.clone();
        bridge::spawn_in(self.scope, async move { self.go_on(theirs, Self::request) });
        true
    }

    /// The versions that were chosen become the draft, against the newer settings; then they are saved.
    pub fn resolve(self, conflict: &Conflict<Security>) {
        self.rebase(conflict);
        self.go_on(conflict.theirs.clone(), Self::send);
    }

    fn rebase(self, conflict: &Conflict<Security>) {
        let theirs = &conflict.theirs;
        batch(|| {
            if !conflict.yours_counts("two-factor") {
                self.two_factor.set(theirs.two_factor);
            }
            if !conflict.yours_counts("method") {
                self.method.set(theirs.method);
            }
            self.base.set(theirs.clone());
        });
    }

    fn go_on(self, theirs: Security, send: fn(Self)) {
        if untrack(|| self.changed()) {
            send(self);
        } else {
            self.take_theirs(theirs);
        }
    }

    /// Everything as it was saved elsewhere.
    pub fn take_theirs(self, theirs: Security) {
        self.form.solved();
        self.adopt(theirs);
        self.told.set(Some(words::theirs_taken()));
    }
}

impl Unsaved for Draft {
    fn name(&self) -> &'static str {
        words::tab(Tab::SecuritySettings)
    }

    fn tab(&self) -> Option<Tab> {
        Some(Tab::SecuritySettings)
    }

    fn changed(&self) -> bool {
        (*self).changed()
    }

    fn busy(&self) -> bool {
        self.form.busy()
    }

    fn saves(&self) -> Option<Rc<dyn Fn()>> {
        let draft = *self;
        Some(Rc::new(move || match draft.conflict.get_clone_untracked() {
            Some(conflict) => conflict.settle(|conflict| draft.resolve(conflict)),
            None => draft.save(),
        }))
    }

    fn problem(&self) -> Option<(Problem, Act)> {
        self.form.problem().map(|problem| (problem, Act::Change))
    }
}
