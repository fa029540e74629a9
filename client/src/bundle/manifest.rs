//! `bundle.toml`: what a bundle says of itself, and what it holds.

use super::archive::File;
use super::{Fault, SERIAL_MAX, name};
use crate::hex;
use postern_backend::config::finding::{Findings, Notes};
use postern_backend::config::reading::{self, Configured, Format};
use postern_contract::moment::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The one format there is.
pub const FORMAT: u32 = 1;
/// The longest name of a bundle, in characters.
pub const NAME_MAX: usize = 64;

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format: 1.
    pub format: u32,
    /// Its number among the bundles of one signer, which only ever grows: 1–[`SERIAL_MAX`]. An older one is refused where a
    /// policy asks for signatures.
    #[schemars(range(min = 1, max = SERIAL_MAX))]
    pub serial: u64,
    /// When it was made, by the clock of whoever made it.
    #[schemars(with = "String", extend("format" = "moment"))]
    pub made_at: Moment,
    /// What whoever made it calls it: 1–64 characters.
    pub name: String,
    /// Every other file, in the order of their names.
    pub files: Vec<Listed>,
}

/// A file as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name within the bundle.
    pub name: String,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl Listed {
    fn of(file: &File) -> Self {
        Self { name: file.name.clone(), sha256: fingerprint(&file.bytes) }
    }
}

/// SHA-256 in hexadecimal digits.
pub fn fingerprint(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes))
}

/// The first finding, in one sentence.
fn sentence(findings: &Findings) -> String {
    findings.0.first().map_or_else(String::new, |first| {
        let place = if first.line > 0 { format!("line {}, ", first.line) } else { String::new() };
        if first.found == "nothing" {
            return format!("{}: is missing", first.key);
        }
        format!("{place}{}: expected {}", first.key, first.expected)
    })
}

impl Configured for Manifest {
    const FORMATS: &'static [Format] = &[Format {
        name: "moment",
        holds: |text| serde_json::from_value::<Moment>(text.into()).is_ok(),
        expected: "a time with its zone, like 2026-12-01T22:00:00Z",
    }];

    fn rules(&self, _: &mut Notes) {}
}

impl Manifest {
    /// Of these files, which are in the order of their names.
    pub fn of(serial: u64, made_at: Moment, name: &str, files: &[File]) -> Result<Self, Fault> {
        let files = files.iter().map(Listed::of).collect();
        let manifest = Self { format: FORMAT, serial, made_at, name: name.to_owned(), files };
        manifest.rules()?;
        Ok(manifest)
    }

    /// As the file it is.
    pub fn print(&self) -> Result<String, Fault> {
        toml::to_string(self).map_err(|fault| Fault::Manifest(fault.to_string()))
    }

    /// Reads it and holds it against the files beside it.
    pub fn read(bytes: &[u8], files: &[File]) -> Result<Self, Fault> {
        let text = str::from_utf8(bytes).map_err(|_| Fault::NotText(name::MANIFEST.to_owned()))?;
        let (manifest, sheet) = reading::read::<Self>(Path::new(name::MANIFEST), text);
        let manifest = manifest.ok_or_else(|| Fault::Manifest(sentence(&sheet.findings())))?;
        manifest.rules()?;
        for (at, file) in files.iter().enumerate() {
            match manifest.files.get(at) {
                Some(listed) if *listed == Listed::of(file) => {}
                _ => return Err(Fault::OtherContents(file.name.clone())),
            }
        }
        match manifest.files.get(files.len()) {
            Some(listed) => Err(Fault::Missing(listed.name.clone())),
            // one way to write it
            None if manifest.print()? != text => Err(Fault::Damaged),
            None => Ok(manifest),
        }
    }

    fn rules(&self) -> Result<(), Fault> {
        if self.format != FORMAT {
            return Err(Fault::Manifest(format!(
                "format {} was made for another version of Postern; this one reads format {FORMAT}",
                self.format
            )));
        }
        if !(1..=SERIAL_MAX).contains(&self.serial) {
            return Err(Fault::Serial);
        }
        let length = self.name.chars().count();
        if !(1..=NAME_MAX).contains(&length) || self.name.chars().any(char::is_control) {
            return Err(Fault::Name);
        }
        Ok(())
    }
}
