//! What the window Settings reads and does. Every choice is saved at once, against the state that was shown.

use crate::bridge;
use crate::dom;
use crate::form::Form;
use crate::load::{Load, load};
use crate::pages::waiting;
use crate::words::{self, Act, Said};
use postern_contract::Problem;
use postern_contract::configuration::{
    ImportInput, ImportPreview, Offer, OfferId, OfferKind, Setting, SettingChange, SettingKey, Settings,
};
use postern_contract::shell::{command, event};
use sycamore::prelude::*;

/// The draft. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// What counts.
    pub settings: Load<Settings>,
    /// The files that wait.
    pub offers: Load<Vec<Offer>>,
    /// The file being looked at.
    pub preview: Signal<Option<ImportPreview>>,
    /// What was done last.
    pub told: Signal<Option<Said>>,
    /// Changing a setting.
    pub change: Form,
    /// Everything about importing.
    pub acts: Form,
    /// Moves when a choice was refused, so that controls show what counts again.
    pub refused: Signal<u32>,
    /// The box of the last tab that is shown was cleared: which one.
    pub last_tab: Signal<Option<usize>>,
}

impl Draft {
    /// Begins to read, and follows along.
    pub fn read() -> Self {
        let draft = Self::of(load(|| bridge::call::<command::ShowSettings>(())), waiting::offers());
        bridge::listen_here(event::SETTINGS_CHANGED, move |()| draft.settings.again());
        draft
    }

    /// Over what is read elsewhere.
    pub fn of(settings: Load<Settings>, offers: Load<Vec<Offer>>) -> Self {
        Self {
            settings,
            offers,
            preview: create_signal(None),
            told: create_signal(None),
            change: Form::new(&[]),
            acts: Form::new(&[]),
            refused: create_signal(0),
            last_tab: create_signal(None),
        }
    }

    /// One setting, once it is read.
    pub fn setting(self, key: SettingKey) -> Option<Setting> {
        self.settings.value()?.settings.into_iter().find(|setting| setting.key == key)
    }

    /// What went wrong.
    pub fn problem(self) -> Option<(Problem, Act)> {
        let change = self.change.problem().map(|problem| (problem, Act::Set));
        let acts = change.or_else(|| self.acts.problem().map(|problem| (problem, Act::Import)));
        acts.or_else(|| self.settings.problem().map(|problem| (problem, Act::Read)))
    }

    /// A value was chosen; none goes back to what counts without the person's own file.
    pub fn choose(self, key: SettingKey, value: Option<String>) {
        let Some(version) = self.settings.now().map(|settings| settings.version) else { return };
        self.told.set(None);
        self.last_tab.set(None);
        self.change.ask_heeding(
            move || bridge::call::<command::ChangeSetting>(SettingChange { key, value, version }),
            move |settings| self.settings.set(settings),
            move |_| {
                self.refused.update(|times| *times += 1);
                // what stands now may be another than was shown
                self.settings.again();
                false
            },
        );
    }

    /// The box of the last tab that is shown was cleared: it stays ticked, and says why.
    pub fn keep_last_tab(self, at: usize) {
        batch(|| {
            self.refused.update(|times| *times += 1);
            self.last_tab.set(Some(at));
        });
    }

    /// Lets the person choose a file, and shows what it would change.
    pub fn choose_file(self) {
        self.told.set(None);
        self.acts.ask(
            || bridge::call::<command::ChooseFile>(OfferKind::Configuration),
            move |offer: Option<Offer>| {
                self.offers.again();
                if let Some(offer) = offer {
                    self.open_soon(offer.id);
                }
            },
        );
    }

    // an answer is being dealt with: the form is free once that is done
    fn open_soon(self, id: OfferId) {
        bridge::spawn_in(use_current_scope(), async move { self.open(id) });
    }

    /// Shows what importing a file would change.
    pub fn open(self, id: OfferId) {
        self.told.set(None);
        self.acts.ask(
            move || bridge::call::<command::PreviewImport>(id),
            move |preview: ImportPreview| {
                self.preview.set(Some(preview));
                dom::focus("preview");
            },
        );
    }

    /// Imports the file that is shown.
    pub fn import(self) {
        let Some(preview) = self.preview.get_clone_untracked() else { return };
        let input = ImportInput { offer: preview.offer.id, version: preview.version.clone() };
        self.acts.ask(
            move || bridge::call::<command::ApplyImport>(input),
            move |settings| {
                self.settings.set(settings);
                self.offers.again();
                self.preview.set(None);
                self.told.set(Some(words::imported(&preview.offer.name, preview.plans.len())));
                dom::focus("import");
            },
        );
    }

    /// Puts the file that is shown away.
    pub fn do_not_import(self) {
        let Some(preview) = self.preview.take() else { return };
        self.acts.solved();
        let id = preview.offer.id;
        self.acts.ask(
            move || bridge::call::<command::DismissOffer>(id),
            move |()| {
                self.offers.again();
                dom::focus("import");
            },
        );
    }

    /// Puts back what stood before the last import.
    pub fn undo(self) {
        self.acts.ask(
            || bridge::call::<command::UndoImport>(()),
            move |settings| {
                self.settings.set(settings);
                self.told.set(Some(words::undone()));
                dom::focus("import");
            },
        );
    }
}
