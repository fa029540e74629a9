//! The banner about the secret store: it cannot be used, or only memory is; what that means, and the ways on.

use crate::pages::store_ways::StoreWays;
use crate::parts::{Banner, Kind};
use crate::session::Here;
use crate::words;
use postern_contract::shell::StoreState;
use sycamore::prelude::*;

/// Nothing while the store answers. Where it stands in the way, unlocking is the page's primary action.
pub fn store_banner(here: Here) -> View {
    let state = here.store();
    let Some(offered) = words::store_ways_in(state) else { return view! {} };
    let class = if matches!(state, StoreState::Failing(_)) { "button primary" } else { "button" };
    // a person who signed in before the store was locked may be signed in again
    let row = view! { StoreWays(settled=move |_| here.refresh(), offered=offered, class=class) };
    words::store(state).map(|said| view! { Banner(kind=Kind::Store, said=said, row=row) }).unwrap_or_default()
}
