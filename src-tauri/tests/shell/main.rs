//! What the shell promises as a whole, in one program, since linking Tauri is what costs.
#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod clipboard;
mod dropped;
mod guard;
mod handed;
mod ipc;
mod managed;
mod memory;
mod mock;
mod prepared;
