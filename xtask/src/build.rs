//! Builds everything, and says where it is.

use crate::{command, install, page, place};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// What the application may weigh. Source: the product's limit of 25 MiB.
const LIMIT_MIB: u64 = 25;

/// The profile of the application that is shipped: a release that is small.
const DESKTOP: &str = "desktop";

/// What was built.
pub struct Built {
    /// The desktop application.
    pub app: PathBuf,
    /// The account backend.
    pub backend: PathBuf,
    /// The command line.
    pub cli: PathBuf,
}

/// `cargo xtask build`.
pub fn everything(release: bool) -> Result<()> {
    install::for_building()?;
    let dist = page::build(release)?;
    let built = programs(release)?;
    if release {
        let pages = page::weights(&dist)?;
        let heaviest = pages.first().map_or(0, |page| page.kib);
        let app = std::fs::metadata(&built.app)?.len().div_ceil(1024 * 1024);
        for page in &pages {
            println!("page: {} {} KiB gzipped (limit {})", page.program, page.kib, page::LIMIT_KIB);
        }
        println!("size: {app} MiB (limit {LIMIT_MIB})");
        if heaviest > page::LIMIT_KIB || app > LIMIT_MIB {
            report(&built);
            bail!(
                "A limit is passed: a page may have {} KiB, the application {LIMIT_MIB} MiB.",
                page::LIMIT_KIB
            );
        }
    }
    report(&built);
    Ok(())
}

/// The application, the backend and the command line, for a page that is there. Each by itself in a release: built together, the application
/// would get what only a server needs, because cargo unites the features of the backend they share.
pub fn programs(release: bool) -> Result<Built> {
    if release {
        command::run(&mut command::cargo(["build", "--profile", DESKTOP, "--package", "postern-desktop"]))?;
        backend(true)?;
        command::run(&mut command::cargo(["build", "--release", "--package", "postern-cli"]))?;
    } else {
        let all = ["build", "--package", "postern-desktop", "--package", "postern-backend"];
        command::run(command::cargo(all).args(["--package", "postern-cli"]))?;
    }
    let folder = place::target().join(if release { "release" } else { "debug" });
    let (app, backend) = (folder.join("postern-desktop"), folder.join("postern-backend"));
    if release {
        // beside the others, where the packager takes it from
        std::fs::copy(place::target().join(DESKTOP).join("postern-desktop"), &app)?;
    }
    let built = Built { app, backend, cli: folder.join("postern") };
    for file in [&built.app, &built.backend, &built.cli] {
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

fn report(built: &Built) {
    let Built { app, backend, cli } = built;
    println!("app: {}\nbackend: {}\ncli: {}", app.display(), backend.display(), cli.display());
}
