//! The window main: sign-in while nobody is signed in, then the console. What is typed at sign-in goes with it.

use crate::pages::{console::Console, sign_in::SignIn};
use crate::session::Here;
use sycamore::prelude::*;

/// Follows the session.
#[component]
pub fn MainWindow() -> View {
    let here = Here::get();
    let signed_in = create_selector(move || here.signed_in());
    view! { (if signed_in.get() { view! { Console() } } else { view! { SignIn() } }) }
}
