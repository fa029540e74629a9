//! The page: the frontend as wasm, its glue, and its fixed files, in `ui/dist` for the application to embed.
//!
//! A file is written only where it differs, so that the application is not built again for nothing.

use crate::{command, install, place};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What the page weighs when it is sent: gzipped wasm and glue. Source: the product's limit of 300 KiB.
pub const LIMIT_KIB: u64 = 300;

/// The fixed files, as they lie under `ui`.
const FIXED: &[&str] = &["index.html", "boot.js", "icons.svg", "style"];

/// Builds the page and answers its folder.
pub fn build(release: bool) -> Result<PathBuf> {
    let (profile, folder) = if release { ("wasm-release", "wasm-release") } else { ("dev", "debug") };
    command::run(&mut command::cargo([
        "build",
        "--quiet",
        "--package",
        "postern-ui",
        "--bin",
        "postern-ui",
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        profile,
    ]))?;
    let wasm = place::target().join("wasm32-unknown-unknown").join(folder).join("postern-ui.wasm");
    let made = place::target().join("page").join(folder);
    bind(&wasm, &made)?;
    if release {
        optimise(&made.join("postern-ui_bg.wasm"))?;
    }

    let ui = place::root().join("ui");
    let dist = ui.join("dist");
    let mut kept = BTreeSet::new();
    place_all(&made, &dist, &dist, &mut kept)?;
    for name in FIXED {
        place_all(&ui.join(name), &dist.join(name), &dist, &mut kept)
            .with_context(|| format!("ui/{name} is part of the page"))?;
    }
    remove_others(&dist, &dist, &kept)?;
    Ok(dist)
}

/// The page's gzipped size, as it would be sent.
pub fn gzipped_kib(dist: &Path) -> Result<u64> {
    let mut bytes = 0;
    for name in ["postern-ui_bg.wasm", "postern-ui.js"] {
        let packed = command::program("gzip").args(["-9", "--stdout"]).arg(dist.join(name)).output()?;
        bytes += packed.stdout.len() as u64;
    }
    Ok(bytes.div_ceil(1024))
}

fn bind(wasm: &Path, made: &Path) -> Result<()> {
    fs::create_dir_all(made)?;
    let mut bind = command::cargo(["run", "--quiet", "--package", "xtask", "--features", "page"]);
    bind.args(["--bin", "bind-page", "--"]).arg(wasm).arg(made);
    command::run(&mut bind)
}

fn optimise(wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("optimised");
    let mut optimise = command::program(install::wasm_opt()?);
    command::run(optimise.arg("-Oz").arg(wasm).arg("-o").arg(&smaller))?;
    fs::rename(&smaller, wasm).map_err(Into::into)
}

/// Copies a file or a folder, and notes what it placed.
fn place_all(from: &Path, to: &Path, dist: &Path, kept: &mut BTreeSet<PathBuf>) -> Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            place_all(&entry.path(), &to.join(entry.file_name()), dist, kept)?;
        }
        return Ok(());
    }
    let new = fs::read(from)?;
    if fs::read(to).ok().as_ref() != Some(&new) {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(to, new)?;
    }
    kept.insert(to.strip_prefix(dist)?.to_owned());
    Ok(())
}

/// What an earlier build left must not be embedded.
fn remove_others(folder: &Path, dist: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, dist, kept)?;
        } else if !kept.contains(path.strip_prefix(dist)?) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
