//! Why a file is no bundle, or cannot become one: what a person reads as the finding.

use super::{BYTES_MAX, FILE_BYTES_MAX, FILES_MAX, SERIAL_MAX, name};
use std::fmt;

/// What is wrong. Names of files are the bundle's own, and printed without anything that steers a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is larger than any bundle.
    TooLarge,
    /// It is no tar, is cut off, or is not written as this product writes it.
    Damaged,
    /// A file within is larger than it may be.
    FileTooLarge(String),
    /// It holds more files than it may.
    TooManyFiles,
    /// It holds something that has no place in a bundle: another name, a folder, a link.
    NoPlace(String),
    /// A file is there twice.
    Twice(String),
    /// A file that must be there is not.
    Missing(String),
    /// `bundle.toml` is not what it must be.
    Manifest(String),
    /// A file is not the one that `bundle.toml` lists.
    OtherContents(String),
    /// A file must be UTF-8 text and is not.
    NotText(String),
    /// The signature within is none that minisign makes.
    SignatureDamaged,
    /// The serial is 0 or larger than it may be.
    Serial,
    /// The name is empty, longer than 64 characters or holds control characters.
    Name,
    /// A certificate file cannot be used, and why.
    Certificate(String, String),
    /// `config.toml` is no TOML, so its certificates cannot be found.
    Configuration(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "more than {BYTES_MAX} bytes"),
            Self::Damaged => f.write_str("no bundle, or one that was cut off or altered on its way"),
            Self::FileTooLarge(name) => write!(f, "{}: more than {FILE_BYTES_MAX} bytes", plain(name)),
            Self::TooManyFiles => write!(f, "more than {FILES_MAX} files"),
            Self::NoPlace(name) => match misnamed(name) {
                Some(rule) => write!(f, "{}: {rule}", plain(name)),
                None => write!(
                    f,
                    "{}: a bundle holds bundle.toml, config.toml, ca/NAME.pem, plans/NAME.postern-plan and its signatures alone",
                    plain(name)
                ),
            },
            Self::Twice(name) => write!(f, "{}: is there twice", plain(name)),
            Self::Missing(name) => write!(f, "{}: is missing", plain(name)),
            Self::Manifest(why) => write!(f, "bundle.toml: {}", plain(why)),
            Self::OtherContents(name) => {
                write!(f, "{}: is not the file that bundle.toml lists", plain(name))
            }
            Self::NotText(name) => write!(f, "{}: is no UTF-8 text", plain(name)),
            Self::SignatureDamaged => {
                f.write_str("contents.tar.minisig: is no signature that minisign makes")
            }
            Self::Serial => write!(f, "a serial outside 1–{SERIAL_MAX}"),
            Self::Name => f.write_str("a name that is empty, longer than 64 characters or not plain text"),
            Self::Certificate(name, why) => write!(f, "{}, {}", plain(name), plain(why)),
            Self::Configuration(why) => write!(f, "config.toml: {}", plain(why)),
        }
    }
}

impl std::error::Error for Fault {}

/// The rule that the name of a certificate or a plan breaks; none for anything else.
fn misnamed(name: &str) -> Option<&'static str> {
    let (folder, file) = name.split_once('/')?;
    let folder =
        [name::CERTIFICATES, name::PLANS].into_iter().find(|known| known.trim_end_matches('/') == folder)?;
    let file = file.strip_suffix(name::SIGNED).unwrap_or(file);
    let ending = if folder == name::PLANS { name::PLAN } else { name::CERTIFICATE };
    let Some(stem) = file.strip_suffix(ending) else {
        return Some(if folder == name::PLANS {
            "The file name must end in .postern-plan."
        } else {
            "The file name must end in .pem."
        });
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    Some(if !stem.chars().all(fits) {
        "The file name may contain letters, digits, - _ and . only."
    } else if stem.len() > name::STEM_MAX {
        "The file name may have at most 48 characters before its ending."
    } else {
        "The file name may not be empty, begin with a dot or contain two dots in a row."
    })
}

/// Without anything that steers a terminal, and short.
fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let shown = text.trim().chars().take(200);
    shown.map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}
