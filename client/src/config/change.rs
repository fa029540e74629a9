//! Changes one setting in the user's file: refused where something stronger fixes it, where the file is another than was
//! shown, and where the value is not accepted. Comments and everything else in the file stay as they are.

use super::configured::Configured;
use super::file::File;
use super::gather::version;
use super::{around, finding, validate};
use crate::durable::{self, Locked};
use postern_backend::config::finding::Notes;
use postern_contract::configuration::{SettingChange, SettingKey, Settings};
use postern_contract::{Problem, ProblemCode, text};
use std::io;
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

impl Configured {
    /// Changes one setting, durably, and answers what counts then. It waits for other writers and for the disk: call it off
    /// the runtime's threads.
    ///
    /// `setting_managed` where a policy or the machine's file fixes it, `file_changed` where the file is not the one that was
    /// shown, `file_refused` with findings where the value or the file is not accepted, `file_failed` where it cannot be
    /// written. The file is then unchanged.
    pub fn change(&self, change: &SettingChange) -> Result<Settings, Problem> {
        self.reload();
        if self.now().is_managed(change.key.as_str()) {
            return Err(ProblemCode::SettingManaged.into());
        }
        let path = &self.places().user_file;
        let failed = |fault: io::Error| durable::failed(path, &fault);
        let held = Locked::of(path).map_err(failed)?;
        let before = durable::optional(around::bytes(path)).map_err(failed)?;
        if version(before.as_deref()) != change.version {
            self.reload();
            return Err(ProblemCode::FileChanged.into());
        }
        let after = self.changed(before.unwrap_or_default(), change)?;
        held.replace(after.as_bytes()).map_err(failed)?;
        drop(held);
        self.reload();
        Ok(self.show())
    }

    /// The file's text with the change in it, if that is a good file.
    fn changed(&self, before: Vec<u8>, change: &SettingChange) -> Result<String, Problem> {
        let path = &self.places().user_file;
        let refused = |findings| Problem::new(ProblemCode::FileRefused).findings(findings);
        let (_, sheet) = around::of_bytes::<File>(path, before.clone());
        if sheet.refused() {
            return Err(refused(finding::of(sheet.findings())));
        }
        let text = String::from_utf8(before).map_err(|_| Problem::new(ProblemCode::FileRefused))?;
        let mut document: DocumentMut = text.parse().map_err(|_| Problem::new(ProblemCode::FileRefused))?;
        set(&mut document, change);
        let after = document.to_string();
        let (read, mut sheet) = around::of_bytes::<File>(path, after.clone().into_bytes());
        // another setting can be changed although the chosen backend is described no more
        if let (SettingKey::Backend, Some(file)) = (change.key, &read) {
            let mut notes = Notes::default();
            validate::user_file(file, &self.now(), &mut notes);
            sheet.note(notes);
        }
        if sheet.refused() {
            return Err(refused(finding::of(sheet.findings())));
        }
        Ok(after)
    }
}

fn set(document: &mut DocumentMut, change: &SettingChange) {
    let key = change.key.as_str().trim_start_matches("defaults.");
    let Some(text) = &change.value else {
        if let Some(defaults) = document.get_mut("defaults").and_then(Item::as_table_like_mut) {
            defaults.remove(key);
        }
        return;
    };
    let new: Value = match change.key {
        SettingKey::Tabs => {
            text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect::<Array>().into()
        }
        // what is no number stays a text, and is refused as one with its place
        SettingKey::ClipboardSeconds => {
            let typed = text::nfkc(text::trim(text));
            typed.parse::<i64>().map_or_else(|_| text.as_str().into(), Value::from)
        }
        SettingKey::Backend | SettingKey::Language | SettingKey::Theme => text.as_str().into(),
    };
    if !document.contains_key("defaults") {
        // a remark at the end stays before what is added, and a file of remarks alone still begins with them
        let mut section = Table::new();
        let end = document.trailing().as_str().unwrap_or_default().to_owned();
        let gap = if end.trim().is_empty() && document.is_empty() { "" } else { "\n" };
        section.decor_mut().set_prefix(format!("{end}{gap}"));
        document.set_trailing("");
        document.insert("defaults", Item::Table(section));
    }
    let Some(defaults) = document.get_mut("defaults") else { return };
    let Some(defaults) = defaults.as_table_like_mut() else { return };
    match defaults.get_mut(key).and_then(Item::as_value_mut) {
        Some(before) => {
            let decor = before.decor().clone();
            *before = new;
            *before.decor_mut() = decor;
        }
        None => {
            defaults.insert(key, value(new));
        }
    }
}
