//! The window Prepared changes: preparing, opening, applying, and the receipts.

use crate::parts::Gate;
use sycamore::prelude::*;

/// The window.
#[component]
pub fn PlansWindow() -> View {
    view! { Gate(icon="file", heading="Prepared changes", intro=view! {}) {} }
}
