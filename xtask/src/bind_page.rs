//! `bind-page WASM FOLDER`: the page's glue, made by the same version of wasm-bindgen that the frontend was built with.
//!
//! A binary of its own because it is slow to build and `cargo xtask` must not wait for it.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut words = std::env::args_os().skip(1);
    let wasm = words.next().context("the first argument is the wasm file")?;
    let folder = words.next().context("the second argument is the folder to write to")?;
    Bindgen::new().input_path(wasm).web(true)?.typescript(false).generate(folder)
}
