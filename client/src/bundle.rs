//! Signed bundles, `*.postern-bundle`: configuration, certificates and prepared changes in one file that is carried on a
//! stick or by device management.
//!
//! ```text
//! NAME.postern-bundle        a tar of
//!   contents.tar             a tar of
//!     bundle.toml            format, serial, when, name, every other file with its SHA-256
//!     ca/NAME.pem            certificates, as config.toml names them
//!     config.toml
//!     plans/NAME.postern-plan, plans/NAME.postern-plan.minisig, plans/NAME.postern-plan.KEYID.minisig
//!   contents.tar.minisig     where it is signed: `minisign -Vm contents.tar` checks it too
//! ```
//!
//! There is one way to write a bundle, byte for byte, and nothing else is read: no other order, name, mode, time or padding,
//! no links, no compression. So the same input makes the same file, and nothing can hide beside what is signed. A bundle is
//! read into memory once; what was verified there is what is used.

mod archive;
mod fault;
mod make;
mod manifest;
pub mod name;
mod opened;
pub mod signature;

pub use archive::File;
pub use fault::Fault;
pub use make::{Making, Packed, certificates_of, make, with_certificates};
pub use manifest::{Listed, Manifest, fingerprint};
pub use opened::{Bundle, Verdict, read, sign};

/// The ending of a bundle's file name, with its dot.
pub const ENDING: &str = ".postern-bundle";
/// The largest bundle, in bytes. Source: a configuration, some certificates and some plans have room a hundred times over.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;
/// The largest file within one, in bytes.
pub const FILE_BYTES_MAX: usize = 256 * 1024;
/// The most files within one, `bundle.toml` among them.
pub const FILES_MAX: usize = 64;
/// The highest serial: what TOML's integers hold.
pub const SERIAL_MAX: u64 = i64::MAX as u64;

/// Reads a whole regular file into memory that is no longer than a bundle may be.
pub fn file(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    crate::durable::whole(path, BYTES_MAX as u64)
}

const CONTENTS: &str = "contents.tar";
const SIGNATURE: &str = "contents.tar.minisig";

#[cfg(test)]
mod tests;
