//! The fuzz targets: built by cargo-fuzz with the stable compiler, so without a sanitizer (the product has no `unsafe` of its
//! own), and run from their committed seeds.

use crate::tally::Tally;
use crate::{command, install, place};
use anyhow::Result;

/// A crate with targets.
struct Crate {
    folder: &'static str,
    /// Each with the largest input it is tried with, in bytes. All are built into one folder: no two have one name.
    targets: &'static [(&'static str, u32)],
    /// Seconds for each target in a daily run: the backend reads what strangers send, the desktop what is handed to it.
    daily: u32,
}

const CRATES: [Crate; 2] = [
    Crate { folder: "backend", targets: &[("requests", 70_000), ("configuration", 8_192)], daily: 60 },
    Crate {
        folder: "client",
        targets: &[("bundle", 16_384), ("plan", 8_192), ("desktop-configuration", 8_192)],
        daily: 20,
    },
];
/// Seconds for each target in a whole run.
const DEEP: u32 = 600;
/// What cargo-fuzz builds for.
const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// Builds and runs each target.
pub fn holds(tally: &mut Tally, deep: bool) -> Result<()> {
    for each in &CRATES {
        built_and_run(tally, if deep { DEEP } else { each.daily }, each)?;
    }
    Ok(())
}

fn built_and_run(tally: &mut Tally, seconds: u32, each: &Crate) -> Result<()> {
    let of = each.folder;
    let target = place::target().join("fuzz");
    let mut build = command::program(install::cargo_fuzz()?);
    build.current_dir(place::root().join(of)).env("CARGO_TARGET_DIR", &target);
    // the outer cargo speaks for this package alone
    build.env_remove("LD_LIBRARY_PATH");
    build.args(["fuzz", "build", "--sanitizer", "none", "--strip-dead-code", "--target", TRIPLE]);
    if let Err(error) = command::run(&mut build) {
        eprintln!("{error:#}");
        tally.fail();
        return Ok(());
    }
    for (name, longest) in each.targets {
        let found = target.join("found").join(of).join(name);
        std::fs::create_dir_all(&found)?;
        let mut run = command::program(target.join(TRIPLE).join("release").join(name));
        run.arg(&found).arg(place::root().join(of).join("fuzz/seeds").join(name));
        run.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={longest}"));
        run.arg(format!("-artifact_prefix={}/{of}-{name}-", target.display()));
        tally.check(run.args([
            "-seed=1",
            "-timeout=5",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
            "-verbosity=0",
        ]));
    }
    Ok(())
}
