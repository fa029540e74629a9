//! The managed preferences of macOS, which a configuration profile installs as a file of the application's domain, for the
//! machine or for one user. They belong to root; a person's own preferences are in another place and are not read.

use super::Leaf;
use std::io;
use std::path::Path;

/// The policy in that file.
pub(super) fn read(place: &Path) -> io::Result<Option<Leaf>> {
    match plist::Value::from_file(place) {
        Ok(value) => Ok(Some(leaf(value))),
        Err(fault) => match fault.into_io() {
            Ok(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Ok(fault) => Err(fault),
            Err(fault) => Err(io::Error::other(fault)),
        },
    }
}

fn leaf(value: plist::Value) -> Leaf {
    match value {
        plist::Value::Array(items) => Leaf::List(items.into_iter().map(leaf).collect()),
        plist::Value::Dictionary(entries) => {
            // what the system itself adds to a profile's payload is no policy
            let own = entries.into_iter().filter(|(key, _)| !key.starts_with("Payload"));
            Leaf::Section(own.map(|(key, value)| (key, leaf(value))).collect())
        }
        plist::Value::Boolean(truth) => Leaf::Truth(truth),
        plist::Value::Integer(number) => Leaf::Number(number.as_signed().unwrap_or(i64::MAX)),
        plist::Value::String(text) => Leaf::Text(text),
        // a kind of value that no key has: read as a text, and refused with its place
        other => Leaf::Text(format!("{other:?}")),
    }
}
