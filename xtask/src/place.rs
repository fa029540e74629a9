//! Where things are: the checkout, the build cache that survives a clean clone, the tools kept beside it.
//!
//! The one place that reads the environment.

use std::path::PathBuf;

/// The checkout: where cargo runs this from, since clones may share one target folder and so this very binary.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = PathBuf::from(here);
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}

/// `$XDG_CACHE_HOME/postern`: what takes long to make and belongs to no one clone.
fn cache() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let base = std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    base.or_else(home).unwrap_or_else(std::env::temp_dir).join("postern")
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, or one that the next clone finds again.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => root().join(folder),
        None => cache().join("target"),
    }
}

/// Tools that Debian does not package or packages too old.
pub fn tools() -> PathBuf {
    cache().join("tools")
}

/// What every random input of the tests is drawn from. `.cargo/config.toml` sets it.
pub fn seed() -> String {
    std::env::var_os("PROPTEST_RNG_SEED")
        .map_or_else(|| "not set".to_owned(), |seed| seed.display().to_string())
}

/// Whether windows can be opened here.
pub fn has_display() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Whether this is root, who may install packages and become others.
pub fn is_root() -> bool {
    crate::command::output(crate::command::program("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The program of that name in `PATH`, if there is one.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
