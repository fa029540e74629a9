//! The program of the windows Settings and Prepared changes.

fn main() {
    postern_ui::start(postern_ui::pages::prepared_page);
}
