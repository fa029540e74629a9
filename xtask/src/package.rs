//! Packages for Debian and for RPM systems: the application, the command line beside it, and the manual pages and completions
//! of `docs/`. What else belongs in them is said in `src-tauri/tauri.conf.json`; the command line's path is said here, since it
//! is where this build put it.

use crate::{build, command, install, page, place};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// Where the command line goes: beside the application, which it opens.
const CLI: &str = "/usr/bin/postern";
/// What a package must hold beside the application, as paths of the system it is installed on.
const HELD: [&str; 6] = [
    "usr/bin/postern-desktop",
    "usr/bin/postern",
    "usr/share/man/man1/postern.1",
    "usr/share/bash-completion/completions/postern",
    "usr/share/zsh/vendor-completions/_postern",
    "usr/share/fish/vendor_completions.d/postern.fish",
];

/// `cargo xtask package`: from a release build, or from a debug build for whoever tries the packaging itself.
pub fn packages(debug: bool) -> Result<()> {
    install::for_building()?;
    let tauri = install::tauri()?;
    page::build(!debug)?;
    let built = build::programs(!debug)?;
    let files = format!("{{\"files\":{{\"{CLI}\":{:?}}}}}", built.cli.display().to_string());
    let config = format!("{{\"bundle\":{{\"linux\":{{\"deb\":{files},\"rpm\":{files}}}}}}}");
    let mut bundle = command::program(tauri);
    bundle.current_dir(place::root().join("src-tauri")).env("CARGO_TARGET_DIR", place::target());
    bundle.args(["bundle", "--ci", "--bundles", "deb,rpm", "--config", &config]);
    if debug {
        bundle.arg("--debug");
    }
    command::run(&mut bundle)?;
    let folder = place::target().join(if debug { "debug" } else { "release" }).join("bundle");
    let deb = newest(&folder.join("deb"), "deb")?;
    holds(&deb)?;
    println!("deb: {}\nrpm: {}", deb.display(), newest(&folder.join("rpm"), "rpm")?.display());
    Ok(())
}

/// The newest file of that ending.
fn newest(folder: &Path, ending: &str) -> Result<PathBuf> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let files = entries.flatten().map(|entry| entry.path());
    let made = |path: &PathBuf| path.metadata().and_then(|about| about.modified()).ok();
    let newest = files.filter(|path| path.extension().is_some_and(|is| is == ending)).max_by_key(made);
    newest.with_context(|| format!("{} holds no .{ending}.", folder.display()))
}

/// Looks into the package that was made.
fn holds(deb: &Path) -> Result<()> {
    let listed = command::output(command::program("dpkg-deb").arg("--contents").arg(deb))?;
    let paths: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().nth(5)).collect();
    let missing: Vec<&str> = HELD
        .into_iter()
        .filter(|held| !paths.iter().any(|path| path.trim_start_matches("./") == *held))
        .collect();
    if !missing.is_empty() {
        bail!("{} lacks {}.", deb.display(), missing.join(", "));
    }
    Ok(())
}
