//! The ways on where the secret store cannot be used, exactly those that the text beside them names: unlock it at its own
//! prompt or ask it again, and use memory for this session.

use crate::bridge;
use crate::form::Form;
use crate::parts::{Banner, Kind, Press, ProblemBanner};
use crate::session::Here;
use crate::words::{self, Act, Ways};
use postern_contract::Problem;
use postern_contract::shell::{StoreState, command};
use std::rc::Rc;
use sycamore::prelude::*;

/// The id of the first way, for a page that waits for the store to move the focus to.
pub const FIRST: &str = "store-way";

/// A problem in words, with the ways on where it is the store's. `settled` is called once the store answers or memory is used.
pub fn refusal(problem: Problem, act: Act, settled: impl Fn() + 'static) -> View {
    if !problem.code.is_of_store() {
        return view! { ProblemBanner(problem=problem, act=act) };
    }
    let offered = words::store_ways(problem.code);
    let settled = move |state| {
        if !matches!(state, StoreState::Failing(_)) {
            settled();
        }
    };
    let row = view! { StoreWays(settled=settled, offered=offered, class="button") };
    view! { Banner(kind=Kind::Store, said=words::problem(&problem, act), row=row) }
}

/// The buttons. `settled` is called with the state that follows.
#[component(inline_props)]
pub fn StoreWays(
    settled: impl Fn(StoreState) + 'static,
    offered: Ways,
    #[prop(default = "button primary")] class: &'static str,
) -> View {
    ways(Rc::new(settled), offered, class)
}

/// Boxed, so that the page holds one copy, whatever page offers the ways.
fn ways(settled: Rc<dyn Fn(StoreState)>, offered: Ways, class: &'static str) -> View {
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
    let again = offered.again.map(|label| {
        view! {
            Press(class=class, id=FIRST, press=unlock, held_back=busy) {
                (if busy() { "Waiting for the secret store…" } else { label })
            }
        }
    });
    let (id, class) = if offered.again.is_some() { ("", "button") } else { (FIRST, class) };
    let in_memory = offered.memory.then(|| {
        view! { Press(class=class, id=id, press=use_memory, held_back=busy) { "Use memory for this session only" } }
    });
    view! {
        (again)
        (in_memory)
    }
}
