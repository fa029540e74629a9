//! The tooltip of a control that shows an icon alone.

/// Its name, and the shortcut as it stands on the keys: `Prepared changes (Ctrl+8)`. `keys` is as in `aria-keyshortcuts`.
pub fn tip(name: &str, keys: Option<&str>) -> String {
    match keys {
        Some(keys) => format!("{name} ({})", keys.replace("Control", "Ctrl")),
        None => name.to_owned(),
    }
}
