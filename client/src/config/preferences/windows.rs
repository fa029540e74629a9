//! The registry of Windows: `Software\Policies\Postern`, where group policy writes and people without rights cannot.

use super::Leaf;
use std::collections::BTreeMap;
use std::io;
use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type};

const PATH: &str = r"Software\Policies\Postern";
/// What the registry answers where a key is not there: `ERROR_FILE_NOT_FOUND` as a COM result.
const ABSENT: i32 = 0x8007_0002_u32.cast_signed();
/// How deep a policy may be nested; it needs four.
const DEPTH: usize = 8;

/// The policy of the machine or of this user.
pub(super) fn read(is_machine: bool) -> (&'static str, io::Result<Option<Leaf>>) {
    let (root, shown) = if is_machine {
        (LOCAL_MACHINE, r"HKLM\Software\Policies\Postern")
    } else {
        (CURRENT_USER, r"HKCU\Software\Policies\Postern")
    };
    let tree = match root.open(PATH) {
        Ok(key) => section(&key, DEPTH).map(Some),
        Err(fault) if fault.code().0 == ABSENT => Ok(None),
        Err(fault) => Err(fault),
    };
    (shown, tree.map_err(io::Error::other))
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
