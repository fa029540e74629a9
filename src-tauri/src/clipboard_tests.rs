//! Shows when a copied secret leaves the clipboard and when it must not. CLIP-1

use super::{Board, Copies};
use postern_contract::{Problem, ProblemCode, Secret};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A clipboard in memory that others can change, and that can be made to refuse.
#[derive(Default, Clone)]
struct Table(Arc<Mutex<(Option<String>, bool)>>);

impl Table {
    fn holds(&self) -> Option<String> {
        self.0.lock().unwrap().0.clone()
    }
    fn somebody_copies(&self, text: &str) {
        self.0.lock().unwrap().0 = Some(text.to_owned());
    }
    fn refuse(&self, refuse: bool) {
        self.0.lock().unwrap().1 = refuse;
    }
    fn change(&self, text: Option<String>) -> Result<(), Problem> {
        let mut table = self.0.lock().unwrap();
        if table.1 {
            return Err(ProblemCode::ClipboardRefused.into());
        }
        table.0 = text;
        Ok(())
    }
}

impl Board for Table {
    fn write_secret(&self, text: &str) -> Result<(), Problem> {
        self.change(Some(text.to_owned()))
    }
    fn read(&self) -> Result<Option<Secret<String>>, Problem> {
        let table = self.0.lock().unwrap();
        if table.1 { Err(ProblemCode::ClipboardRefused.into()) } else { Ok(table.0.clone().map(Secret::new)) }
    }
    fn clear(&self) -> Result<(), Problem> {
        self.change(None)
    }
}

fn table() -> (Table, Copies) {
    let table = Table::default();
    (table.clone(), Copies::new(Box::new(table), Box::new(|| Duration::from_secs(30))))
}

fn put(copies: &Copies, text: &str) -> super::Turn {
    copies.put(Secret::from(text)).unwrap()
}

#[test]
fn a_secret_goes_when_its_time_is_over() {
    let (table, copies) = table();
    let turn = put(&copies, "one");
    assert_eq!(table.holds().as_deref(), Some("one"));
    assert_eq!(copies.expire(turn), Ok(true));
    assert_eq!(table.holds(), None);
    assert_eq!(copies.clear(), Ok(false), "it is forgotten");
}

#[test]
fn what_somebody_else_copied_stays() {
    let (table, copies) = table();
    let turn = put(&copies, "one");
    table.somebody_copies("a shopping list");
    assert_eq!(copies.expire(turn), Ok(true), "ours is no longer there");
    assert_eq!(table.holds().as_deref(), Some("a shopping list"));
    put(&copies, "two");
    table.somebody_copies("a poem");
    assert_eq!(copies.clear(), Ok(true));
    assert_eq!(table.holds().as_deref(), Some("a poem"));
}

#[test]
fn a_newer_copy_has_its_own_time() {
    let (table, copies) = table();
    let first = put(&copies, "one");
    let second = put(&copies, "two");
    assert_eq!(copies.expire(first), Ok(false));
    assert_eq!(table.holds().as_deref(), Some("two"));
    assert_eq!(copies.expire(second), Ok(true));
    assert_eq!(table.holds(), None);
}

#[test]
fn a_clipboard_that_refuses_is_asked_again_at_the_end() {
    let (table, copies) = table();
    table.refuse(true);
    assert_eq!(copies.put(Secret::from("one")).map_err(|p| p.code), Err(ProblemCode::ClipboardRefused));
    table.refuse(false);
    let turn = put(&copies, "two");
    table.refuse(true);
    assert!(copies.expire(turn).is_err());
    table.refuse(false);
    assert_eq!(copies.clear(), Ok(true));
    assert_eq!(table.holds(), None);
}
