//! The window Settings: what the desktop is configured to and where each value comes from, and importing a configuration.

use crate::parts::Gate;
use sycamore::prelude::*;

/// The window.
#[component]
pub fn SettingsWindow() -> View {
    view! { Gate(icon="policy", heading="Settings", intro=view! {}) {} }
}
