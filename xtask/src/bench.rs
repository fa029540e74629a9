//! `cargo xtask bench backend`: how fast the backend is and how much memory it takes, in one table.

use crate::command;
use anyhow::{Result, bail};

/// `cargo xtask bench backend [ROW…]`.
pub fn bench(words: &[String]) -> Result<()> {
    match words.first().map(String::as_str) {
        Some("backend") => {
            let mut cargo = command::cargo(["bench", "--package", "postern-backend", "--bench", "backend"]);
            cargo.arg("--").args(&words[1..]);
            command::run(&mut cargo)
        }
        _ => bail!("There is one benchmark: cargo xtask bench backend [sign-ins | reads | keys | memory]…"),
    }
}
