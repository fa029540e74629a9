//! The sections `[database]` and `[key]`: where what is kept is, and what guards it.

use super::finding::Notes;
use contract::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where everything is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// The database: `sqlite:///ABSOLUTE/PATH`, created if it is absent, or
    /// `postgres://USER@HOST:PORT,HOST2:PORT2/NAME?sslmode=verify-full&target_session_attrs=read-write`. A password does
    /// not belong here: see `password_file`. A server whose settings let a commit be lost is not used: each of `fsync`,
    /// `full_page_writes` and `synchronous_commit` has to be on, and where several hosts are named the latter must wait for
    /// the standby's disk (not `local` or `remote_write`).
    #[schemars(extend("format" = "database"))]
    pub url: String,
    /// A file whose first line is the password of the PostgreSQL user. Read at the start. Not set: the server asks for
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PathBuf")]
    pub password_file: Option<PathBuf>,
    /// Whether `serve` brings the schema to this version. Where it is false, `postern-backend migrate` does, and `serve`
    /// refuses an older schema and needs no right to change one.
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

    /// Rules over several keys.
    pub(super) fn rules(&self, key: &Key, notes: &mut Notes) {
        if self.path().is_some() {
            if self.password_file.is_some() {
                notes.error(
                    "database.password_file",
                    "a password for SQLite, which has none",
                    "a password file beside PostgreSQL only",
                    "remove it",
                );
            }
            return;
        }
        if key.file.is_none() {
            notes.error(
                "key.file",
                "nothing",
                "the file with the backend's key, the same for every replica on this database",
                "add `file = \"/etc/postern/backend.key\"` to the section `[key]`",
            );
        }
        if holds_password(&self.url) {
            notes.error(
                "database.url",
                "an address with a password in it",
                "an address without a password, since this file is not a place for secrets",
                "put the password into a file of its own and name it as `password_file`",
            );
        }
        if self.password_file.is_some() && !names_user(&self.url) {
            notes.error(
                "database.url",
                "an address without a user",
                "an address that names the user whose password `password_file` holds",
                "write it as postgres://USER@HOST/NAME",
            );
        }
        let (expected, fix) =
            ("an address that says how the network is crossed", "add `sslmode=verify-full` to it");
        match privacy(&self.url) {
            Privacy::Kept => {}
            Privacy::Unsaid => notes.error("database.url", "an address without `sslmode`", expected, fix),
            Privacy::Open => notes.warning(
                "database.url",
                "an `sslmode` with which passwords and data may cross the network in the clear",
                "a certificate that is asked for and examined",
                "write `sslmode=verify-full`",
            ),
        }
        if let Some(wrong) = crate::store::address_fault(&self.url) {
            notes.error("database.url", wrong, "an address as libpq writes it", "mend that part of it");
        }
    }

    /// The file of certificates that a PostgreSQL server's own is checked against.
    pub(super) fn root_certificates(&self) -> Option<PathBuf> {
        let (_, query) = self.url.split_once('?')?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
        pairs.into_iter().rev().find(|(key, _)| key == "sslrootcert").map(|(_, file)| file.into())
    }

    /// The address with the password in its place.
    pub fn address(&self) -> std::io::Result<Secret<String>> {
        let Some(file) = &self.password_file else { return Ok(Secret::from(self.url.as_str())) };
        let text = Zeroizing::new(std::fs::read_to_string(file)?);
        let password = Zeroizing::new(percent_encoded(text.lines().next().unwrap_or_default()));
        let Some((user, rest)) = self.url.split_once('@') else {
            return Ok(Secret::from(self.url.as_str()));
        };
        Ok(Secret::new(format!("{user}:{}@{rest}", *password)))
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
    if text.chars().any(char::is_control) {
        return false;
    }
    match text.split_once("://") {
        Some(("sqlite", path)) => {
            path.starts_with('/') && !path.ends_with('/') && !crate::store::has_parameters(path)
        }
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

/// Whether an address of PostgreSQL names a user.
pub(super) fn names_user(url: &str) -> bool {
    url.split_once("://")
        .is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|place| place.contains('@')))
}

/// How much an address of PostgreSQL lets whoever is between here and there do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Privacy {
    /// Nothing more than the machine itself or the named protection allows.
    Kept,
    /// It does not say, and the network is crossed.
    Unsaid,
    /// It says that the network may be crossed in the clear.
    Open,
}

/// Whether passwords and data cross a network on the way to PostgreSQL, and how.
pub(super) fn privacy(url: &str) -> Privacy {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let said = |name: &str| pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let authority = place.split('/').next().unwrap_or_default();
    let named = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    let here = said("host").unwrap_or(named).split(',').all(|host| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') && !name.contains(':') || name.ends_with(']') => name,
            _ => host,
        };
        is_here(name)
    });
    match said("sslmode") {
        _ if here => Privacy::Kept,
        None => Privacy::Unsaid,
        Some("disable" | "allow" | "prefer") => Privacy::Open,
        Some(_) => Privacy::Kept,
    }
}

/// A socket or an address of this machine alone.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    // a socket's folder, its slashes encoded where it stands for a host
    bare.starts_with('/')
        || bare.to_ascii_lowercase().starts_with("%2f")
        || bare.is_empty()
        || bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::{Database, Privacy, holds_password, is_address, privacy};

    #[test]
    fn a_password_is_found_wherever_it_hides() {
        for url in [
            "postgres://postern:secret@db/accounts",
            "postgres://postern:@db/accounts",
            "postgresql://db/accounts?user=postern&password=secret",
            "postgres://po:se@cret@a:1,b:2/accounts",
        ] {
            assert!(holds_password(url), "{url}");
        }
        for url in ["postgres://postern@a:5432,b:5433/accounts?sslmode=require", "postgres:///accounts"] {
            assert!(!holds_password(url) && is_address(url), "{url}");
        }
    }

    #[test]
    fn a_network_is_crossed_only_as_the_address_says() {
        for url in [
            "postgres:///accounts?host=/run/postgresql",
            "postgres://postern@%2Frun%2Fpostgresql/accounts",
            "postgres://postern@localhost:5432,127.0.0.1,[::1]:7/accounts",
            "postgres://postern@db/accounts?host=/run/a,/run/b&sslmode=disable",
            "postgres://postern@db1,db2/accounts?sslmode=verify-full",
        ] {
            assert_eq!(privacy(url), Privacy::Kept, "{url}");
        }
        for url in [
            "postgres://postern@db/accounts",
            "postgres://postern@localhost,db:6432/accounts?target_session_attrs=read-write",
            "postgres://postern@[2001:db8::1]:5432/accounts",
            "postgres://postern@localhost/accounts?host=db",
        ] {
            assert_eq!(privacy(url), Privacy::Unsaid, "{url}");
        }
        assert_eq!(privacy("postgres://postern@db/accounts?sslmode=prefer"), Privacy::Open);
    }

    #[test]
    fn the_password_of_a_file_is_put_into_the_address_whatever_it_is_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "p@ss:w/rd\nmore").unwrap();
        let url = "postgres://postern@a,b/accounts".to_owned();
        let database = Database { url, password_file: Some(file), migrate: true };
        assert_eq!(database.address().unwrap().expose(), "postgres://postern:p%40ss%3Aw%2Frd@a,b/accounts");
    }
}
