//! What counts, out of every source, and what happens to policies that break.

mod broken;
mod changing;
mod policies;
mod published;
mod sources;

use super::{Configured, Places};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use tempfile::TempDir;

/// A computer with a folder for each place; whoever runs the test takes the part of root.
fn computer() -> (TempDir, Places) {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let places = Places {
        machine_policy: at("etc/policy.d"),
        policy_owner: std::fs::metadata(folder.path()).unwrap().uid(),
        user_policy: at("home/policy.d"),
        system_file: at("etc/config.toml"),
        user_file: at("home/config.toml"),
        state: at("state"),
        data: at("data"),
        drop: at("data/drop"),
    };
    for made in [&places.machine_policy, &places.user_policy] {
        std::fs::create_dir_all(made).unwrap();
    }
    (folder, places)
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

fn open(places: &Places) -> Configured {
    Configured::open(places.clone())
}
