//! Making a bundle: the same input makes the same bytes.

use super::archive::{self, File};
use super::name::{self, Kind};
use super::opened::Bundle;
use super::{BYTES_MAX, FILE_BYTES_MAX, FILES_MAX, Fault, Manifest};
use crate::transport::trust::authorities;
use postern_contract::moment::Moment;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Value};

/// What goes into a bundle.
#[derive(Debug, Clone)]
pub struct Making<'a> {
    /// Its number, higher than that of every bundle the same key signed before.
    pub serial: u64,
    /// When it is made.
    pub made_at: Moment,
    /// What it is called, 1–64 characters.
    pub name: &'a str,
    /// The configuration file's text.
    pub configuration: &'a str,
    /// Bytes of the certificate files, by the path that the configuration names them by.
    pub certificates: BTreeMap<String, Vec<u8>>,
    /// Prepared changes and the signatures beside them, by their file names.
    pub plans: BTreeMap<String, Vec<u8>>,
}

/// A bundle that was made.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The file, not signed yet.
    pub bytes: Vec<u8>,
    /// What it says of itself.
    pub manifest: Manifest,
}

/// Makes a bundle. Certificates go to `ca/`, and the configuration names them there; its comments stay.
pub fn make(making: Making<'_>) -> Result<Packed, Fault> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut moved: BTreeMap<String, String> = BTreeMap::new();
    for (path, bytes) in making.certificates {
        if bytes.len() <= FILE_BYTES_MAX {
            let read = authorities(&bytes);
            if !read.is_usable() {
                return Err(Fault::Certificate(path, read.errors()));
            }
        }
        let name = certificate_name(&path, &bytes);
        moved.insert(path, name.clone());
        files.insert(name, bytes);
    }
    let mut document = parse(making.configuration)?;
    each_certificate(&mut document, |path| moved.get(path).cloned());
    files.insert(name::CONFIGURATION.to_owned(), document.to_string().into_bytes());
    for (file, bytes) in making.plans {
        files.insert(format!("{}{file}", name::PLANS), bytes);
    }
    for (file, bytes) in &files {
        match name::kind(file) {
            Some(Kind::Configuration | Kind::Certificate | Kind::Plan | Kind::PlanSignature) => {}
            Some(Kind::Manifest) | None => return Err(Fault::NoPlace(file.clone())),
        }
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Fault::FileTooLarge(file.clone()));
        }
    }
    if files.len() >= FILES_MAX {
        return Err(Fault::TooManyFiles);
    }
    let files: Vec<File> = files.into_iter().map(|(name, bytes)| File { name, bytes }).collect();
    let manifest = Manifest::of(making.serial, making.made_at, making.name, &files)?;
    let first = manifest.print()?;
    let listed = files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
    let contents = archive::write([(name::MANIFEST, first.as_bytes())].into_iter().chain(listed))?;
    let bytes = Bundle::unsigned(&contents)?;
    // a signature must still fit
    if bytes.len() + super::signature::FILE_MAX > BYTES_MAX {
        return Err(Fault::TooLarge);
    }
    Ok(Packed { bytes, manifest })
}

/// The paths of the certificates that a configuration names, as it names them.
pub fn certificates_of(configuration: &str) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    each_certificate(&mut parse(configuration)?, |path| {
        found.push(path.to_owned());
        None
    });
    found.sort();
    found.dedup();
    Ok(found)
}

/// The configuration with certificates named by other paths; a path that is not in `moved` stays.
pub fn with_certificates(configuration: &str, moved: &BTreeMap<String, PathBuf>) -> Result<String, Fault> {
    let mut document = parse(configuration)?;
    each_certificate(&mut document, |path| moved.get(path).map(|to| to.display().to_string()));
    Ok(document.to_string())
}

fn parse(configuration: &str) -> Result<DocumentMut, Fault> {
    configuration
        .parse()
        .map_err(|fault: toml_edit::TomlError| Fault::Configuration(fault.message().to_owned()))
}

/// Its own name, with the beginning of its fingerprint so that two of one name do not meet.
fn certificate_name(path: &str, bytes: &[u8]) -> String {
    let stem = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    let fingerprint = super::manifest::fingerprint(bytes);
    let (folder, stem, ending) = (name::CERTIFICATES, name::stem(&stem), name::CERTIFICATE);
    format!("{folder}{stem}-{}{ending}", fingerprint.get(..7).unwrap_or_default())
}

/// Every text of `ca` in a backend: replaced where `change` says by what.
fn each_certificate(document: &mut DocumentMut, mut change: impl FnMut(&str) -> Option<String>) {
    let Some(backends) = document.get_mut("backends") else { return };
    let mut one = |backend: &mut dyn toml_edit::TableLike| {
        let Some(value) = backend.get_mut("ca").and_then(Item::as_value_mut) else { return };
        match value {
            Value::Array(paths) => paths.iter_mut().for_each(|path| replace(path, &mut change)),
            other => replace(other, &mut change),
        }
    };
    match backends {
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|table| one(table)),
        Item::Value(Value::Array(tables)) => {
            tables.iter_mut().filter_map(Value::as_inline_table_mut).for_each(|table| one(table));
        }
        named => {
            let Some(named) = named.as_table_like_mut() else { return };
            for (_, backend) in named.iter_mut() {
                if let Some(backend) = backend.as_table_like_mut() {
                    one(backend);
                }
            }
        }
    }
}

fn replace(value: &mut Value, change: &mut impl FnMut(&str) -> Option<String>) {
    let Some(new) = value.as_str().and_then(change) else { return };
    let around = value.decor().clone();
    *value = Value::from(new);
    *value.decor_mut() = around;
}
