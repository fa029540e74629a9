//! The registry of Windows: `Software\Policies\Postern`, where group policy writes and people without rights cannot.

use super::Leaf;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type};

/// What the registry answers where a key is not there: `ERROR_FILE_NOT_FOUND` as a COM result.
const ABSENT: i32 = 0x8007_0002_u32.cast_signed();
/// How deep a policy may be nested; it needs four.
const DEPTH: usize = 8;

/// The policy under that key, such as `HKLM\Software\Policies\Postern`.
pub(super) fn read(place: &Path) -> io::Result<Option<Leaf>> {
    let (root, path) = match place.to_str().and_then(|key| key.split_once('\\')) {
        Some(("HKLM", path)) => (LOCAL_MACHINE, path),
        Some(("HKCU", path)) => (CURRENT_USER, path),
        _ => return Ok(None),
    };
    match root.open(path) {
        Ok(key) => section(&key, DEPTH).map(Some).map_err(io::Error::other),
        Err(fault) if fault.code().0 == ABSENT => Ok(None),
        Err(fault) => Err(io::Error::other(fault)),
    }
}

fn section(key: &Key, depth: usize) -> windows_registry::Result<Leaf> {
    let mut entries = BTreeMap::new();
    for (name, value) in key.values()? {
        let leaf = match value.ty() {
            Type::U32 | Type::U64 => Leaf::Number(u64::try_from(value)?.try_into().unwrap_or(i64::MAX)),
            Type::MultiString => {
                Leaf::List(Vec::<String>::try_from(value)?.into_iter().map(Leaf::Text).collect())
            }
            _ => Leaf::Text(String::try_from(value)?),
        };
        entries.insert(name, leaf);
    }
    if depth > 0 {
        for name in key.keys()? {
            let inner = section(&key.open(&name)?, depth - 1)?;
            entries.insert(name, inner);
        }
    }
    Ok(Leaf::Section(entries))
}
