//! The frontend's entry: boot.js starts it in every window.

fn main() {
    postern_ui::start();
}
