//! Builds everything, and says where it is.

use crate::{command, install, page, place};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// What the application may weigh. Source: the product's limit of 25 MiB.
const LIMIT_MIB: u64 = 25;

/// What was built.
pub struct Built {
    /// The desktop application.
    pub app: PathBuf,
    /// The account backend.
    pub backend: PathBuf,
}

/// `cargo xtask build`.
pub fn everything(release: bool) -> Result<()> {
    install::for_building()?;
    let dist = page::build(release)?;
    let built = programs(release)?;
    if release {
        let page = page::gzipped_kib(&dist)?;
        let app = std::fs::metadata(&built.app)?.len().div_ceil(1024 * 1024);
        println!("page: {page} KiB gzipped (limit {})", page::LIMIT_KIB);
        println!("size: {app} MiB (limit {LIMIT_MIB})");
        if page > page::LIMIT_KIB || app > LIMIT_MIB {
            report(&built.app, &built.backend);
            bail!(
                "A limit is passed: the page may have {} KiB, the application {LIMIT_MIB} MiB.",
                page::LIMIT_KIB
            );
        }
    }
    report(&built.app, &built.backend);
    Ok(())
}

/// The application and the backend, for a page that is there. Each by itself in a release: built together, the application
/// would get what only a server needs, because cargo unites the features of the backend they share.
pub fn programs(release: bool) -> Result<Built> {
    if release {
        command::run(&mut command::cargo(["build", "--release", "--package", "postern-desktop"]))?;
        backend(true)?;
    } else {
        let both = ["build", "--package", "postern-desktop", "--package", "postern-backend"];
        command::run(&mut command::cargo(both))?;
    }
    let folder = place::target().join(if release { "release" } else { "debug" });
    let built = Built { app: folder.join("postern-desktop"), backend: folder.join("postern-backend") };
    for file in [&built.app, &built.backend] {
        if !file.is_file() {
            bail!("The build did not make {}.", file.display());
        }
    }
    Ok(built)
}

/// The backend alone.
pub fn backend(release: bool) -> Result<()> {
    let mut cargo = command::cargo(["build", "--package", "postern-backend"]);
    if release {
        cargo.arg("--release");
    }
    command::run(&mut cargo)
}

fn report(app: &Path, backend: &Path) {
    println!("app: {}\nbackend: {}", app.display(), backend.display());
}
