//! The program of the windows main and messages: sign-in, the console, and what the embedded backend sent.

fn main() {
    postern_ui::start(postern_ui::pages::console_page);
}
