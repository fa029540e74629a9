//! The window Manage account in every state, rendered to text: roles, names and words are what people and the stories in
//! real windows find things by.

mod cancel_subscription;
mod change_password;
mod frame;
mod keys;
mod security_settings;
mod unsaved;
mod user_information;
mod way;

use postern_contract::shell::{Opening, Tab};
use postern_ui::pages::manage_account::{Sheet, Unlock};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

/// A tab's page, drawn in a window that opened with `opening`.
fn tab(opening: Opening, tab: Tab, page: impl FnOnce(Sheet) -> View + 'static) -> String {
    sycamore::render_to_string(move || {
        Here::provide(opening);
        Unlock::provide();
        page(Sheet::alone(tab))
    })
}

/// The same with the sample session.
fn usual(of: Tab, page: impl FnOnce(Sheet) -> View + 'static) -> String {
    tab(sample_opening(), of, page)
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

fn lacks(page: &str, unwanted: &[&str]) {
    for text in unwanted {
        assert!(!page.contains(text), "{text} is in {page}");
    }
}
