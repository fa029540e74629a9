//! How fast the served program is and how much memory it takes, beside the least that the same machine needs for the
//! same work. `cargo xtask bench backend` runs it and prints one table; words after it choose rows
//! (`sign-ins`, `reads`, `keys`, `memory`, `timing`).
//!
//! Program, bare counterpart, database and load share the machine's processors, so that only the ratios mean something;
//! what is compared is measured in turns.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark that cannot go on says where and stops"
)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks on the terminal")]
#![allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]

extern crate postern_contract as contract;

mod bare;
mod hash;
mod keys;
mod load;
mod memory;
mod place;
#[allow(dead_code, reason = "shared with the suite, which uses all of it")]
#[path = "../../tests/suite/postgres.rs"]
mod postgres;
mod reads;
mod sign_ins;
#[allow(dead_code, reason = "shared with the suite, which uses all of it")]
#[path = "../../tests/suite/stage.rs"]
mod stage;
mod stock;
mod table;
mod timing;

use std::process::ExitCode;
use table::Table;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(at) = words.iter().position(|word| word == bare::WORD) {
        bare::serve(&words[at + 1]);
        return ExitCode::SUCCESS;
    }
    // `cargo test --all-targets` starts every target: measuring is only done when it is asked for
    if !words.iter().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    let wanted = |row: &str| chosen.is_empty() || chosen.contains(&row);
    // one thread makes the load: the other processor is the program's as soon as there are two
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let table = runtime.block_on(async {
        let mut table = Table::default();
        if wanted("memory") {
            memory::measure(&mut table).await;
        }
        if wanted("sign-ins") {
            sign_ins::measure(&mut table).await;
        }
        if wanted("reads") {
            reads::measure(&mut table).await;
        }
        if wanted("keys") {
            keys::measure(&mut table).await;
        }
        if wanted("timing") {
            timing::measure(&mut table).await;
        }
        table
    });
    println!("{table}");
    if table.reached() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
