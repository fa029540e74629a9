//! The secret store when it cannot be used, or only memory is: what that means, and the two ways on.

use crate::bridge;
use crate::form::Form;
use crate::parts::{Banner, Kind, Press};
use crate::session::Here;
use crate::words;
use postern_contract::shell::{StoreState, command};
use sycamore::prelude::*;

/// Asking the store again. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct StoreDoor(Form);

impl StoreDoor {
    /// Nothing asked yet.
    pub fn new() -> Self {
        Self(Form::new(&[]))
    }

    fn unlock(self, here: Here) {
        self.0.ask(|| bridge::call::<command::UnlockStore>(()), move |state| here.store_is(state));
    }

    fn use_memory_only(self, here: Here) {
        self.0.ask(|| bridge::call::<command::UseMemoryOnly>(()), move |state| here.store_is(state));
    }

    /// The banner; nothing while the store answers. Where it stands in the way, unlocking is the page's primary action.
    pub fn banner(self, here: Here) -> View {
        let state = here.store();
        let busy = move || self.0.busy();
        let label = move || if busy() { "Waiting for the secret store…" } else { "Unlock secret store" };
        let row = match state {
            StoreState::Ready => None,
            StoreState::Failing(_) => Some(view! {
                Press(press=move || self.unlock(here), class="button primary", disabled=busy) { (label()) }
                Press(press=move || self.use_memory_only(here), disabled=busy) { "Use memory for this session only" }
            }),
            StoreState::MemoryOnly(_) => Some(view! {
                Press(press=move || self.unlock(here), disabled=busy) { (label()) }
            }),
        };
        words::store(state)
            .map(|said| view! { Banner(kind=Kind::Store, said=said, row=row.unwrap_or_default()) })
            .unwrap_or_default()
    }
}

impl Default for StoreDoor {
    fn default() -> Self {
        Self::new()
    }
}
