//! One field of a draft: what is typed, what was saved, and the error to show.

use crate::dom;
use postern_contract::Rule;
use std::rc::Rc;
use sycamore::prelude::*;

type Check = Rc<dyn Fn(&str) -> Option<Rule>>;

/// One field of a draft.
#[derive(Clone, Copy)]
pub struct Field {
    /// The input's id in the document.
    pub id: &'static str,
    /// What the backend calls it: `email.address`.
    pub name: &'static str,
    value: Signal<String>,
    start: Signal<String>,
    touched: Signal<bool>,
    refused: Signal<Option<Rule>>,
    /// A refusal that is no rule of one field, in words.
    said: Signal<Option<String>>,
    /// Counts how often it began anew.
    starts: Signal<u32>,
    edits: Signal<u32>,
    check: Signal<Check>,
}

impl Field {
    /// An empty field. `check` may read signals; its `Ok` value is not looked at.
    pub fn new<T>(
        id: &'static str,
        name: &'static str,
        check: impl Fn(&str) -> Result<T, Rule> + 'static,
    ) -> Self {
        Self {
            id,
            name,
            value: create_signal(String::new()),
            start: create_signal(String::new()),
            touched: create_signal(false),
            refused: create_signal(None),
            said: create_signal(None),
            starts: create_signal(0),
            edits: create_signal(0),
            check: create_signal(Rc::new(move |text: &str| check(text).err())),
        }
    }

    /// The same field, holding `text` as what is already saved.
    #[must_use]
    pub fn starting(self, text: &str) -> Self {
        self.start(text);
        self
    }

    /// What is typed.
    pub fn value(self) -> String {
        self.value.get_clone()
    }

    /// What is typed, without being drawn again when it changes: for handlers.
    pub fn now(self) -> String {
        self.value.get_clone_untracked()
    }

    /// What it held when it was last saved or read.
    pub fn saved(self) -> String {
        self.start.get_clone()
    }

    /// Whether it differs from what is saved.
    pub fn changed(self) -> bool {
        self.value.with(|value| self.start.with(|start| value != start))
    }

    /// Begins anew from what is saved: no error, nothing changed.
    pub fn start(self, text: &str) {
        batch(|| {
            self.start.set(text.to_owned());
            self.value.set(text.to_owned());
            self.touched.set(false);
            self.forgive();
            self.starts.update(|starts| *starts += 1);
        });
    }

    /// Something newer is saved; what is typed stays.
    pub fn rebase(self, saved: &str) {
        self.start.set(saved.to_owned());
    }

    /// Back to what is saved.
    pub fn undo(self) {
        let saved = self.start.get_clone_untracked();
        self.start(&saved);
    }

    /// A key was pressed, something was pasted.
    pub fn typed(self, text: String) {
        batch(|| {
            self.forgive();
            self.value.set(text);
            self.edits.update(|edits| *edits += 1);
        });
    }

    /// The person left the field; an empty one they only passed is not yet an error.
    pub fn left(self) {
        if !self.value.with_untracked(String::is_empty) {
            self.touched.set(true);
        }
    }

    /// Shows what is wrong from now on, and answers whether nothing is.
    pub fn ask(self) -> bool {
        self.touched.set(true);
        untrack(|| self.error()).is_none()
    }

    /// The backend refuses what is typed.
    pub fn refuse(self, rule: Rule) {
        self.refused.set(Some(rule));
    }

    /// It is refused in words of the page.
    pub fn refuse_saying(self, text: String) {
        self.said.set(Some(text));
    }

    /// What was refused no longer counts: it is asked anew. The field's own rule still does.
    pub fn forgive(self) {
        // only where there was one: much is drawn from it
        if self.refused.with_untracked(Option::is_some) {
            self.refused.set(None);
        }
        if self.said.with_untracked(Option::is_some) {
            self.said.set(None);
        }
    }

    /// Words of the page that refuse what is typed.
    pub fn said(self) -> Option<String> {
        self.said.get_clone()
    }

    /// Whether an error is shown.
    pub fn has_error(self) -> bool {
        self.said.with(Option::is_some) || self.error().is_some()
    }

    /// Makes an effect run again whenever the field begins anew.
    pub fn track_starts(self) {
        self.starts.track();
    }

    /// The rule whose error is shown, if any.
    pub fn error(self) -> Option<Rule> {
        self.refused.get().or_else(|| if self.touched.get() { self.broken() } else { None })
    }

    /// The rule that what is typed breaks, shown or not.
    pub fn broken(self) -> Option<Rule> {
        let value = self.value.get_clone();
        let check = self.check.get_clone();
        check(&value)
    }

    /// Makes an effect run again whenever a person edits this field.
    pub fn track_edits(self) {
        self.edits.track();
    }

    /// Moves the focus here.
    pub fn focus(self) {
        dom::focus(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::Field;
    use postern_contract::{Rule, rules};
    use sycamore::prelude::*;

    #[test]
    fn an_error_waits_for_leaving_and_then_follows_each_key() {
        let _ = create_root(|| {
            let field = Field::new("name", "name", rules::display_name);
            field.typed("n".repeat(21));
            assert_eq!(field.error(), None);
            field.left();
            assert_eq!(field.error(), Some(Rule::TooLong { max: 20 }));
            field.typed("Mina".to_owned());
            assert_eq!(field.error(), None);
            field.typed(String::new());
            assert_eq!(field.error(), Some(Rule::Missing));
        });
    }
}
