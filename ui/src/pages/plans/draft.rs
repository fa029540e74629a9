//! A plan while it is typed: the same fields and the same rules as the tabs, over the account as it was last seen.

use crate::bridge;
use crate::form::{Field, Form};
use crate::pages::unsaved::{Drafts, Unsaved};
use crate::words::{self, Act, Said};
use postern_contract::plan::{
    PlanBase, PlanFault, PlanFieldProblem, PlanInput, PlanReview, PlanSaved, Typed,
};
use postern_contract::shell::command;
use postern_contract::verification::Channel;
use postern_contract::{Problem, Rule, rules};
use std::rc::Rc;
use sycamore::prelude::*;

/// The longest author, in characters. Source: [`PlanInput::author`].
const AUTHOR_MAX: u32 = 64;
/// The longest reason, in characters. Source: [`PlanInput::reason`].
const REASON_MAX: u32 = 200;

/// The draft. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// What it starts from.
    pub base: Signal<PlanBase>,
    /// Who prepares it.
    pub author: Field,
    /// What for.
    pub reason: Field,
    /// Not to be applied before.
    pub not_before: Field,
    /// Not to be applied after.
    pub expires: Field,
    /// The new name.
    pub name: Field,
    /// The new task.
    pub task: Field,
    /// The new email address.
    pub email: Field,
    /// The new mobile phone.
    pub mobile_phone: Field,
    /// Whether signing in is to ask for a number.
    pub two_factor: Signal<bool>,
    /// How it is to be sent.
    pub method: Signal<Channel>,
    /// The label of the next key to be added.
    pub label: Field,
    /// Labels of keys to be made.
    pub add_keys: Signal<Vec<String>>,
    /// Labels of keys to be deleted.
    pub delete_keys: Signal<Vec<String>>,
    /// Whether the subscription is to be canceled.
    pub cancel: Signal<bool>,
    /// The button Review.
    pub form: Form,
    /// The button Save plan.
    pub saving: Form,
    /// What it would do, once that was asked.
    pub review: Signal<Option<PlanReview>>,
    /// What is wrong with it and is no matter of one field.
    pub faults: Signal<Vec<String>>,
    /// The file it was saved as.
    pub saved: Signal<Option<String>>,
    /// What came from another window.
    pub filled_in: Signal<Option<Said>>,
}

impl Draft {
    /// Nothing changed yet.
    pub fn new(base: PlanBase) -> Self {
        let account = &base.base.account;
        let line = |id, max| Field::new(id, id, move |text: &str| rules::line(text, max));
        let time = |id| Field::new(id, id, |_: &str| Ok(()));
        let author = line("author", AUTHOR_MAX).starting(&base.author);
        let reason = line("reason", REASON_MAX);
        let (not_before, expires) = (time("not_before"), time("expires_at"));
        let name = Field::new("name", "name", rules::display_name).starting(&account.name);
        let task =
            Field::new("task", "task", rules::task).starting(account.task.as_deref().unwrap_or_default());
        let email = Field::new("email", "email", rules::email_address).starting(&account.email);
        let mobile_phone = Field::new("mobile_phone", "mobile_phone", rules::mobile_phone)
            .starting(&account.mobile_phone_shown);
        let label = Field::new("label", "label", |text: &str| {
            if text.is_empty() { Ok(()) } else { rules::line(text, rules::LABEL_MAX).map(|_| ()) }
        });
        let fields = [author, reason, not_before, expires, name, task, email, mobile_phone];
        let draft = Self {
            author,
            reason,
            not_before,
            expires,
            name,
            task,
            email,
            mobile_phone,
            two_factor: create_signal(base.base.security.two_factor),
            method: create_signal(base.base.security.method),
            label,
            add_keys: create_signal(Vec::new()),
            delete_keys: create_signal(Vec::new()),
            cancel: create_signal(false),
            form: Form::new(&fields),
            saving: Form::new(&[]),
            review: create_signal(None),
            faults: create_signal(Vec::new()),
            saved: create_signal(None),
            filled_in: create_signal(None),
            base: create_signal(base),
        };
        Drafts::hold(draft);
        draft
    }

    /// What was typed in another window is filled in, over what stands here.
    pub fn carry(self, typed: Typed) {
        let Typed { name, task, email, mobile_phone, two_factor, method } = typed;
        let fields =
            [(self.name, name), (self.task, task), (self.email, email), (self.mobile_phone, mobile_phone)];
        let mut filled = Vec::new();
        batch(|| {
            self.back();
            for (field, text) in fields {
                if let Some(text) = text {
                    field.typed(text);
                    filled.push(words::field(field.name));
                }
            }
            if two_factor.is_some() || method.is_some() {
                filled.push(words::field("two_factor"));
            }
            self.two_factor.set(two_factor.unwrap_or_else(|| self.two_factor.get_untracked()));
            self.method.set(method.unwrap_or_else(|| self.method.get_untracked()));
            self.filled_in.set(words::filled_in(&filled));
        });
        self.reason.focus();
    }

    /// What is to change: only what differs from the account as it was last seen.
    pub fn input(self) -> PlanInput {
        let changed = |field: Field| untrack(|| field.changed()).then(|| field.now().trim().to_owned());
        let moment = |field: Field| bridge::local_moment(&field.now());
        let (enabled, method) = (self.two_factor.get_untracked(), self.method.get_untracked());
        let before =
            self.base.with_untracked(|base| (base.base.security.two_factor, base.base.security.method));
        let secured = (enabled, method) != before;
        PlanInput {
            author: self.author.now(),
            reason: self.reason.now(),
            not_before: moment(self.not_before),
            expires_at: moment(self.expires),
            name: changed(self.name),
            task: changed(self.task),
            email: changed(self.email),
            mobile_phone: changed(self.mobile_phone),
            two_factor: secured.then_some(enabled),
            method: secured.then_some(method),
            add_keys: self.add_keys.get_clone_untracked(),
            delete_keys: self.delete_keys.get_clone_untracked(),
            cancel: self.cancel.get_untracked(),
        }
    }

    /// Takes the typed label among the keys to be made.
    pub fn add_key(self) {
        let label = self.label.now().trim().to_owned();
        if label.is_empty() {
            return self.label.refuse(Rule::Missing);
        }
        if self.label.ask() {
            self.add_keys.update(|labels| labels.push(label));
            self.label.start("");
        }
        self.label.focus();
    }

    /// Takes a label out of the keys to be made.
    pub fn drop_key(self, at: usize) {
        self.add_keys.update(|labels| {
            if at < labels.len() {
                labels.remove(at);
            }
        });
    }

    /// Whether the key of that label is to be deleted.
    pub fn deletes(self, label: &str) -> bool {
        self.delete_keys.with(|labels| labels.iter().any(|one| one == label))
    }

    /// Marks a key to be deleted, or no longer.
    pub fn delete(self, label: &str, yes: bool) {
        self.delete_keys.update(|labels| {
            labels.retain(|one| one != label);
            if yes {
                labels.push(label.to_owned());
            }
        });
    }

    /// Asks what it would do; what is wrong is shown at its field.
    pub fn ask_review(self) {
        self.review_then(|| {});
    }

    /// [`Self::ask_review`], then `then` where nothing is wrong.
    fn review_then(self, then: impl FnOnce() + 'static) {
        let unread = |field: Field| {
            let text = field.now();
            !text.trim().is_empty() && bridge::local_moment(&text).is_none()
        };
        self.faults.set(Vec::new());
        let fields = self.fields();
        // what was refused depends on the other fields and on the time: it is asked anew
        batch(|| fields.into_iter().for_each(Field::forgive));
        let wrong: Vec<_> =
            [self.not_before, self.expires].into_iter().filter(|field| unread(*field)).collect();
        for field in &wrong {
            field.refuse_saying(words::not_a_time().to_owned());
        }
        if let Some(field) = wrong.first() {
            // the rules of the others are shown with it
            batch(|| {
                for field in fields {
                    field.ask();
                }
            });
            return field.focus();
        }
        self.form.submit(
            move || bridge::call::<command::ReviewPlan>(self.input()),
            move |review| {
                self.reviewed(review);
                if self.review.with_untracked(Option::is_some) {
                    then();
                }
            },
        );
    }

    /// What it would do is known.
    pub fn reviewed(self, review: PlanReview) {
        if review.fields.is_empty() {
            self.review.set(Some(review));
            return;
        }
        let mut others = Vec::new();
        let mut first: Option<Field> = None;
        for PlanFieldProblem { field, fault } in review.fields {
            let Some(place) = self.place_of(&field, fault) else {
                others.push(words::plan_fault(fault, &field, ""));
                continue;
            };
            match fault {
                PlanFault::Rule(rule) => place.refuse(rule),
                fault => place.refuse_saying(words::plan_fault(fault, &field, &place.now())),
            }
            first = first.or(Some(place));
        }
        self.faults.set(others);
        if let Some(first) = first {
            first.focus();
        }
    }

    /// The fields, in the order of the page.
    fn fields(self) -> [Field; 9] {
        [
            self.author,
            self.reason,
            self.not_before,
            self.expires,
            self.name,
            self.task,
            self.email,
            self.mobile_phone,
            self.label,
        ]
    }

    /// Where a fault is shown: at its field, at the label for keys, and at the first field that can be changed where
    /// nothing is.
    fn place_of(self, field: &str, fault: PlanFault) -> Option<Field> {
        match fault {
            PlanFault::NothingToDo => Some(self.name),
            _ if field.starts_with("add_keys") || field.starts_with("delete_keys") => Some(self.label),
            _ => self.fields().into_iter().find(|known| known.name == field),
        }
    }

    /// Back to the form; what was typed is still there.
    pub fn back(self) {
        batch(|| {
            self.review.set(None);
            self.saved.set(None);
        });
    }

    /// Saves it where the person chooses.
    pub fn save(self) {
        self.saving.ask(
            move || bridge::call::<command::SavePlan>(self.input()),
            move |saved: Option<PlanSaved>| self.saved.set(saved.map(|saved| saved.name)),
        );
    }
}

impl Unsaved for Draft {
    fn name(&self) -> &'static str {
        "Prepared changes"
    }

    fn changed(&self) -> bool {
        let (two_factor, method) =
            self.base.with(|base| (base.base.security.two_factor, base.base.security.method));
        self.saved.with(Option::is_none)
            && (self.fields().into_iter().any(Field::changed)
                || (self.two_factor.get(), self.method.get()) != (two_factor, method)
                || !self.add_keys.with(Vec::is_empty)
                || !self.delete_keys.with(Vec::is_empty)
                || self.cancel.get())
    }

    fn busy(&self) -> bool {
        self.form.busy() || self.saving.busy()
    }

    fn saves(&self) -> Option<Rc<dyn Fn()>> {
        let draft = *self;
        Some(Rc::new(move || {
            if draft.review.with_untracked(Option::is_some) {
                draft.save();
            } else {
                draft.review_then(move || draft.save());
            }
        }))
    }

    fn problem(&self) -> Option<(Problem, Act)> {
        let review = self.form.problem().map(|problem| (problem, Act::Read));
        review.or_else(|| self.saving.problem().map(|problem| (problem, Act::Save)))
    }
}
