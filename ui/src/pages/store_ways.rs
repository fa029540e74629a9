//! The ways on where the secret store cannot be used: unlock it at its own prompt, or use memory for this session.

use crate::bridge;
use crate::form::Form;
use crate::parts::Press;
use crate::session::Here;
use postern_contract::shell::{StoreState, command};
use std::rc::Rc;
use sycamore::prelude::*;

/// The id of the button that unlocks, for whatever waits for the store to move the focus to.
pub const UNLOCK: &str = "unlock-store";

/// The two buttons; only the first where memory is used already. `settled` is called with the state that follows.
#[component(inline_props)]
pub fn StoreWays(
    settled: impl Fn(StoreState) + 'static,
    #[prop(default = true)] memory: bool,
    #[prop(default = "button primary")] class: &'static str,
) -> View {
    ways(Rc::new(settled), memory, class)
}

/// Boxed, so that the page holds one copy, whoever offers the ways.
fn ways(settled: Rc<dyn Fn(StoreState)>, memory: bool, class: &'static str) -> View {
    let (here, form) = (Here::get(), Form::new(&[]));
    let known = move |settled: &dyn Fn(StoreState), state| {
        here.store_is(state);
        settled(state);
    };
    let (unlocked, chose) = (Rc::clone(&settled), settled);
    let unlock = move || {
        let settled = Rc::clone(&unlocked);
        form.ask(|| bridge::call::<command::UnlockStore>(()), move |state| known(&*settled, state));
    };
    let use_memory = move || {
        let settled = Rc::clone(&chose);
        form.ask(|| bridge::call::<command::UseMemoryOnly>(()), move |state| known(&*settled, state));
    };
    let busy = move || form.busy();
    let in_memory = memory.then(|| {
        view! { Press(press=use_memory, held_back=busy) { "Use memory for this session only" } }
    });
    view! {
        Press(class=class, id=UNLOCK, press=unlock, held_back=busy) {
            (if busy() { "Waiting for the secret store…" } else { "Unlock secret store" })
        }
        (in_memory)
    }
}
