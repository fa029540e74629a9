//! The frontend of Postern: pages made of parts, in three programs that share all but their pages ([`pages`]).
//!
//! # How to write a page, in six steps
//!
//! 1. Make `pages/<task>.rs` with one `#[component] pub fn Task() -> View` and name it in [`pages`], in the program whose
//!    window shows it.
//! 2. Read what it shows: `let account = load(|| bridge::send(GetAccount { body: () }))`, and draw it with
//!    [`parts::awaited`]. A form is built **once**, from the value given; later values reach it through signals.
//! 3. State: a `Copy` struct of [`form::Field`]s and one [`form::Form`]. A field knows its rule (`contract::rules`) and
//!    the name the backend calls it by, so that a refusal finds it.
//! 4. View: [`parts`] only. Every text a person reads that depends on a code comes from [`words`].
//! 5. `form.submit(|| bridge::send(..), move |answer| ..)` from `on:submit`. It checks, focuses the first error, refuses a
//!    second submit while one is under way, and puts a problem where it belongs. Nothing typed is ever cleared by it.
//! 6. Tests: render the page for each state with `sycamore::render_to_string` and look for roles, names and words.
//!
//! # Layers
//!
//! `pages → parts, form, load, session, bridge, words`. Parts never call [`bridge`]; what they need from the document
//! (focus, dialogs) is in [`dom`], what they need of time is in [`beat`]. Only [`bridge`] knows Tauri.
//! Handlers write signals, views read them, effects only leave the graph (focus, title, listening).
//! On native targets the same views render to text; the document and the shell are then simply not there.

#![allow(
    clippy::large_types_passed_by_value,
    reason = "a draft is a handful of signal handles, copied into each handler"
)]

pub mod app;
mod attempt;
pub mod beat;
pub mod bridge;
pub mod dom;
pub mod form;
pub mod keyboard;
pub mod load;
pub mod pages;
pub mod parts;
pub mod route;
pub mod session;
pub mod words;

/// Shows the window's page, one of this program's.
pub fn start(pages: pages::Pages) {
    dom::on_panic_show_reload();
    if cfg!(target_arch = "wasm32") {
        keyboard::follow();
        sycamore::render(move || app::app(pages));
    }
}
