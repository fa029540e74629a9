//! `cargo xtask bench backend`: how fast the backend is and how much memory it takes, in one table. `cargo xtask bench
//! desktop`: how soon the shipped desktop shows the account.

use crate::{build, command, install, page};
use anyhow::{Result, bail};

/// `cargo xtask bench backend [ROW…]`, `cargo xtask bench desktop`.
pub fn bench(words: &[String]) -> Result<()> {
    match words.first().map(String::as_str) {
        Some("backend") => {
            let mut cargo = command::cargo(["bench", "--package", "postern-backend", "--bench", "backend"]);
            cargo.arg("--").args(&words[1..]);
            command::run(&mut cargo)
        }
        Some("desktop") => desktop(),
        _ => bail!(
            "There are two benchmarks: cargo xtask bench backend [sign-ins | reads | keys | memory | timing]… and \
             cargo xtask bench desktop"
        ),
    }
}

/// Builds the programs as they are shipped; what drives them is built as the stories are.
fn desktop() -> Result<()> {
    install::for_testing()?;
    page::build(false)?;
    build::programs(false)?;
    page::build(true)?;
    let shipped = build::programs(true)?;
    let mut cargo =
        command::cargo(["bench", "--profile", "test", "--package", "postern-stories", "--bench", "desktop"]);
    command::run(cargo.env("POSTERN_APP", &shipped.app).env("POSTERN_BACKEND", &shipped.backend))
}
