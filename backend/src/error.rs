//! From faults to problems: whatever goes wrong inside becomes one of the contract's codes, the detail goes to the log
//! and never to the caller.

use crate::random::Exhausted;
use contract::{Problem, ProblemCode};
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

/// Why a backend cannot start. Its text says what happened, what still works and what to do.
#[derive(Debug)]
pub enum OpenError {
    /// The address of the database is not one this backend understands.
    Address(String),
    /// The database file cannot be opened or created.
    Database(PathBuf, String),
    /// A durability setting did not take, so committed changes could be lost.
    Durability(String),
    /// The address of the database servers is not understood. It is not repeated: it may hold a password.
    Servers(Cow<'static, str>),
    /// None of the database servers can be reached and takes writes.
    Unreachable(String),
    /// This setting of the database server, with its value, lets committed changes be lost.
    Lossy(&'static str, String),
    /// A pooler at this host gives each transaction another connection of the server.
    Pooled(String),
    /// The database was written by another version of the backend, or a migration failed.
    Migration(String),
    /// The latest time that the database has seen cannot be read.
    Time(String),
    /// The database is there and does not do what it is asked.
    Unanswered(String),
    /// The database has an older schema, and it is not for this program to change it.
    Older,
    /// The database was used with another key.
    AnotherKey,
    /// The password hashing settings are not ones Argon2 accepts, or the system gives no threads for them.
    Hashing(String),
    /// Mail or text messages cannot be carried with these settings.
    Delivery(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(given) => write!(
                f,
                "the database address `{given}` is not understood; nothing was opened or changed. \
                 Write it as sqlite:///ABSOLUTE/PATH or, for a shared one, postgres://USER@HOST/DATABASE"
            ),
            Self::Database(path, fault) => write!(
                f,
                "the database {} cannot be opened ({fault}); nothing was changed. \
                 Check that its folder exists and may be written, and that the file is a Postern database",
                path.display()
            ),
            Self::Durability(found) => write!(
                f,
                "the database refuses the setting that keeps committed changes through a power cut ({found}); \
                 nothing was changed. Put it on a local file system that supports SQLite's write-ahead log"
            ),
            Self::Servers(wrong) => write!(
                f,
                "the address of the database servers is not understood: {wrong}; nothing was opened or changed. \
                 Write it as postgres://USER@HOST1:PORT,HOST2:PORT/DATABASE?sslmode=verify-full"
            ),
            Self::Unreachable(faults) => write!(
                f,
                "no database server can be reached and takes writes ({faults}); nothing was changed. \
                 Check the address, the network, the password (PGPASSFILE names its file) and that one is the primary"
            ),
            Self::Lossy(setting, value) => write!(
                f,
                "the database server runs with {setting}={value}, so committed changes could be lost; nothing was changed. \
                 Set {setting}=on in postgresql.conf and reload it"
            ),
            Self::Pooled(host) => write!(
                f,
                "{host} is a connection pooler that gives each transaction another connection of the server (PgBouncer with \
                 pool_mode=transaction or statement), with which prepared statements and settings get lost; nothing was \
                 changed. Set pool_mode=session for this database, or name the server itself"
            ),
            Self::Migration(fault) => write!(
                f,
                "the database's schema cannot be brought to this version ({fault}); its contents are unchanged. \
                 If a newer Postern wrote it, start that version or a later one"
            ),
            Self::Time(fault) => write!(
                f,
                "the database cannot be read or written ({fault}); nothing was changed. \
                 Check that nobody else holds it and that there is room to write"
            ),
            Self::Unanswered(fault) => write!(
                f,
                "the database was opened and does not answer as it should ({fault}); nothing was changed. \
                 Look into its log, and start again once it is well"
            ),
            Self::Older => f.write_str(
                "the database's schema is older than this version's, and the configuration says not to change it \
                 (`database.migrate`); nothing was changed. Run `postern-backend migrate`, then start again",
            ),
            Self::AnotherKey => f.write_str(
                "this database was used with another key than the one given; nothing was changed. Restore the key file \
                 that belongs to it, the same for every replica. Under another key no authentication number on its way, \
                 no waiting message and no count of failures would be known any more",
            ),
            Self::Hashing(fault) => write!(
                f,
                "passwords cannot be hashed with these settings: {fault}; nothing was changed"
            ),
            Self::Delivery(fault) => write!(
                f,
                "messages cannot be sent with these settings: {fault}; nothing was changed and nothing was sent. \
                 Mend the setting and start again"
            ),
        }
    }
}

impl std::error::Error for OpenError {}

/// A fault of our own: the log gets `what`, the caller gets the code alone.
pub(crate) fn internal(what: &str) -> Problem {
    tracing::error!(fault = what, "request failed");
    Problem::new(ProblemCode::Internal)
}

impl From<Exhausted> for Problem {
    fn from(_: Exhausted) -> Self {
        internal("the operating system gives no randomness")
    }
}
