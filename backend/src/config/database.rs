//! The sections `[database]` and `[key]`: where what is kept is, and what guards it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Where everything is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// The database: `sqlite:///ABSOLUTE/PATH`, created if it is absent, or
    /// `postgres://USER@HOST:PORT,HOST2:PORT2/NAME?sslmode=verify-full&target_session_attrs=read-write`. A password does
    /// not belong here: see `password_file`.
    #[schemars(extend("format" = "database"))]
    pub url: String,
    /// A file whose first line is the password of the PostgreSQL user. Read at the start. Not set: the server asks for
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PathBuf")]
    pub password_file: Option<PathBuf>,
    /// Whether `serve` brings the schema to this version. Where it is false, `postern-backend migrate` does, and `serve`
    /// refuses an older schema.
    #[serde(default = "yes")]
    pub migrate: bool,
}

fn yes() -> bool {
    true
}

impl Database {
    /// The file of an SQLite database.
    pub fn path(&self) -> Option<&Path> {
        self.url.strip_prefix("sqlite://").map(Path::new)
    }
}

/// The backend's key: 32 bytes that are not in the database. They key the hashes of authentication numbers and addresses
/// and seal queued messages. All replicas on one database have the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Key {
    /// The file with the key, 64 hexadecimal digits that its owner alone may read; made at the first start. Default for
    /// SQLite: the path of the database with `.key` appended. For PostgreSQL it must be set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PathBuf")]
    pub file: Option<PathBuf>,
}

/// Whether a text is an address of a database, as far as its form goes.
pub(super) fn is_address(text: &str) -> bool {
    match text.split_once("://") {
        Some(("sqlite", path)) => path.starts_with('/') && !path.ends_with('/') && !path.contains('?'),
        Some(("postgres" | "postgresql", rest)) => !rest.is_empty() && !rest.chars().any(char::is_whitespace),
        _ => false,
    }
}

/// Whether an address of PostgreSQL holds a password.
pub(super) fn holds_password(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let named = query.split('&').any(|pair| pair.starts_with("password="));
    named || place.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}
