//! Declares every command to Tauri. Without this list Tauri does not check capabilities for an application's own
//! commands at all; with it, a command that no capability file allows is refused before it is reached.

use contract::shell::COMMANDS;
use postern_contract as contract;
use std::path::Path;

/// The page that `generate_context!` embeds, from this folder.
const PAGE: &str = "../ui/dist/index.html";

fn main() {
    println!("cargo:rerun-if-changed={PAGE}");
    assert!(
        Path::new(PAGE).exists(),
        "\n\nui/dist/index.html is missing: the page that the windows show is not built yet.\n\
         Make it with `cargo xtask build`, which builds the page first and then this application.\n"
    );

    let names: Vec<&'static str> = COMMANDS.iter().map(|command| command.name).collect();
    let manifest = tauri_build::AppManifest::new().commands(names.leak());
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo:warning=the windows' configuration or capabilities cannot be read");
        panic!("{error:#}");
    }
}
