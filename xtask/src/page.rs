//! The pages: the frontend as three wasm programs, their glue, and the fixed files, in `ui/dist` for the application to
//! embed. A window loads one of them.
//!
//! A file is written only where it differs, so that the application is not built again for nothing.

use crate::{command, install, place};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a window may load: gzipped wasm and glue of one program. Source: the product's limit of 300 KiB.
pub const LIMIT_KIB: u64 = 300;

/// The programs, by the names they have in `ui/Cargo.toml`.
const PROGRAMS: &[&str] = &["postern-ui", "postern-account", "postern-prepared"];

/// The fixed files, as they lie under `ui`.
const FIXED: &[&str] = &["index.html", "account.html", "prepared.html", "boot.js", "icons.svg", "style"];

/// What one program weighs.
pub struct Weight {
    /// Its name.
    pub program: &'static str,
    /// Gzipped, wasm and glue.
    pub kib: u64,
}

/// Builds the pages and answers their folder.
pub fn build(release: bool) -> Result<PathBuf> {
    let (profile, folder) = if release { ("wasm-release", "wasm-release") } else { ("dev", "debug") };
    command::run(&mut command::cargo([
        "build",
        "--quiet",
        "--package",
        "postern-ui",
        "--bins",
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        profile,
    ]))?;
    let programs = place::target().join("wasm32-unknown-unknown").join(folder);
    let made = place::target().join("page").join(folder);
    for program in PROGRAMS {
        bind(&programs.join(program).with_extension("wasm"), &made)?;
        if release {
            optimise(&made.join(format!("{program}_bg.wasm")))?;
        }
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

/// The programs' gzipped sizes, as they would be sent, the heaviest first.
pub fn weights(dist: &Path) -> Result<Vec<Weight>> {
    let mut weights = Vec::new();
    for program in PROGRAMS {
        let mut bytes = 0;
        for name in [format!("{program}_bg.wasm"), format!("{program}.js")] {
            let packed = command::program("gzip").args(["-9", "--stdout"]).arg(dist.join(name)).output()?;
            bytes += packed.stdout.len() as u64;
        }
        weights.push(Weight { program, kib: bytes.div_ceil(1024) });
    }
    weights.sort_by_key(|weight| std::cmp::Reverse(weight.kib));
    Ok(weights)
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
