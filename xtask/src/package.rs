//! Packages for Debian and for RPM systems: the application, the command line beside it, and the manual pages and completions
//! of `docs/`. What else belongs in them is said in `src-tauri/tauri.conf.json`; the command line's path is said here, since it
//! is where this build put it.

use crate::{build, command, install, page, place};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the command line goes: beside the application, which it opens.
const CLI: &str = "/usr/bin/postern";
/// What a package must hold, as paths of the system it is installed on.
const HELD: [&str; 5] = [
    "usr/bin/postern-desktop",
    "usr/bin/postern",
    "usr/share/man/man1/postern.1",
    "usr/share/bash-completion/completions/postern",
    "usr/share/fish/vendor_completions.d/postern.fish",
];
/// How a desktop learns to open the application, and which files belong to it.
const ENTRY: &str = "usr/share/applications/Postern.desktop";
/// How it tells those files from others.
const KINDS: &str = "usr/share/mime/packages/postern.xml";
/// What both of them name.
const FILES: [&str; 2] = ["application/x-postern-plan", "application/x-postern-bundle"];

/// The packages that are made, with what looks into each.
const DEBIAN: Kind = Kind {
    ending: "deb",
    unpack: |package, folder| {
        let mut unpack = command::program("dpkg-deb");
        unpack.arg("--extract").args([package, folder]);
        unpack
    },
    completions: "usr/share/zsh/vendor-completions/_postern",
};
const RPM: Kind = Kind {
    ending: "rpm",
    unpack: |package, folder| {
        let mut unpack = command::program("bsdtar");
        unpack.arg("-xf").arg(package).arg("-C").arg(folder);
        unpack
    },
    completions: "usr/share/zsh/site-functions/_postern",
};

/// One kind of package.
struct Kind {
    ending: &'static str,
    unpack: fn(&Path, &Path) -> Command,
    /// Where zsh looks for completions on such a system.
    completions: &'static str,
}

/// `cargo xtask package`: from a release build, or from a debug build for whoever tries the packaging itself.
pub fn packages(debug: bool) -> Result<()> {
    install::for_packaging()?;
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
    for kind in [DEBIAN, RPM] {
        let package = newest(&folder.join(kind.ending), kind.ending)?;
        holds(&package, &kind)?;
        println!("{}: {}", kind.ending, package.display());
    }
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

/// Looks into the package that was made: everything is there, and a desktop learns from it which files it opens.
fn holds(package: &Path, kind: &Kind) -> Result<()> {
    let folder = package.with_extension("unpacked");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    command::run(&mut (kind.unpack)(package, &folder))?;
    let all = HELD.into_iter().chain([ENTRY, KINDS, kind.completions]);
    let missing: Vec<&str> = all.filter(|held| !folder.join(held).is_file()).collect();
    if !missing.is_empty() {
        bail!("{} lacks {}.", package.display(), missing.join(", "));
    }
    let entry = std::fs::read_to_string(folder.join(ENTRY))?;
    let opens = entry.lines().find_map(|line| line.strip_prefix("MimeType=")).unwrap_or_default();
    let kinds = std::fs::read_to_string(folder.join(KINDS))?;
    for file in FILES {
        if !opens.split(';').any(|one| one == file) || !kinds.contains(&format!("type=\"{file}\"")) {
            bail!("{} does not make {file} open with Postern.", package.display());
        }
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
