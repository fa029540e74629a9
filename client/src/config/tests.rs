//! What counts, out of every source, and what happens to policies that break.

mod broken;
mod changing;
mod policies;
mod published;
mod sources;

use super::{Configured, Machine, Places};
use std::path::Path;
use tempfile::TempDir;

/// A computer with a folder for each place; whoever runs the test takes the part of root.
fn computer() -> (TempDir, Places) {
    let folder = TempDir::new().unwrap();
    let places = Places::under(folder.path()).unwrap();
    for made in [&machine(&places).policy, &places.user_policy] {
        std::fs::create_dir_all(made).unwrap();
    }
    (folder, places)
}

fn machine(places: &Places) -> &Machine {
    places.machine.as_ref().unwrap()
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

fn open(places: &Places) -> Configured {
    Configured::open(places.clone())
}
