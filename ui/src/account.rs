//! The program of the window Manage account and of tabs in windows of their own.

fn main() {
    postern_ui::start(postern_ui::pages::account_page);
}
