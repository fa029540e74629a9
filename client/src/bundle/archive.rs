//! A tar that can be written in one way only. Reading one writes it again and compares, so that headers, padding and order
//! hold nothing beside what was read.

use super::{BYTES_MAX, FILE_BYTES_MAX, FILES_MAX, Fault};
use std::io::Read;

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Writes the files as they come: ustar, mode 644, owner 0, time 0, two closing blocks.
pub fn write<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, Fault> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_path(name).map_err(|_| Fault::NoPlace(name.to_owned()))?;
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        builder.append(&header, bytes).map_err(|_| Fault::Damaged)?;
    }
    builder.into_inner().map_err(|_| Fault::Damaged)
}

/// Reads what [`write`] wrote and nothing else. `file_max`: the largest file, in bytes.
pub fn read(bytes: &[u8], file_max: usize) -> Result<Vec<File>, Fault> {
    if bytes.len() > BYTES_MAX {
        return Err(Fault::TooLarge);
    }
    let mut files: Vec<File> = Vec::new();
    let mut archive = tar::Archive::new(bytes);
    // raw: what other tools write for long names and the like stands as an entry of its own, which has no place here
    for entry in archive.entries().map_err(|_| Fault::Damaged)?.raw(true) {
        let entry = entry.map_err(|_| Fault::Damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if entry.header().entry_type() != tar::EntryType::Regular {
            return Err(Fault::NoPlace(name));
        }
        if files.len() == FILES_MAX {
            return Err(Fault::TooManyFiles);
        }
        if files.iter().any(|file| file.name == name) {
            return Err(Fault::Twice(name));
        }
        let mut bytes = Vec::new();
        entry.take(file_max as u64 + 1).read_to_end(&mut bytes).map_err(|_| Fault::Damaged)?;
        if bytes.len() > file_max {
            return Err(Fault::FileTooLarge(name));
        }
        files.push(File { name, bytes });
    }
    let again = write(files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())))?;
    if again == bytes { Ok(files) } else { Err(Fault::Damaged) }
}

/// Reads the contents of a bundle: each file no larger than it may be.
pub fn read_contents(bytes: &[u8]) -> Result<Vec<File>, Fault> {
    read(bytes, FILE_BYTES_MAX)
}
