//! Which database it is. Everything that differs between the two is in this file and those under it: how it is opened,
//! how a transaction begins, and how many may write at once. The rest of the store is one text of SQL.

#[cfg(feature = "server")]
pub(crate) mod copy;
#[cfg(feature = "server")]
pub(crate) mod ended;
pub(crate) mod file_url;
#[cfg(feature = "server")]
mod hosts;
#[cfg(feature = "server")]
pub(crate) mod keyed;
#[cfg(feature = "server")]
mod pooler;
#[cfg(feature = "server")]
mod postgres;
mod sqlite;

use super::Stored;
use super::lane::Seat;
use crate::error::OpenError;
use sqlx::Any;
use sqlx::pool::PoolConnection;
use std::path::Path;
use std::time::Duration;

/// Where a database is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Location<'a> {
    /// `sqlite:///ABSOLUTE/PATH` or an address of PostgreSQL servers.
    Url(&'a str),
    /// A file of SQLite's, whatever its path is made of.
    File(&'a Path),
}

/// The file that a URL of SQLite's names. Parameters are not known: the backend sets what it needs.
pub(crate) fn file_of(url: &str) -> Result<&Path, OpenError> {
    let path = url.strip_prefix("sqlite://").filter(|path| path.starts_with('/') && !has_parameters(path));
    path.map(Path::new).ok_or_else(|| OpenError::Address(url.to_owned()))
}

/// Whether a path ends in what looks like parameters. Any other question mark is a character of its name.
pub(crate) fn has_parameters(path: &str) -> bool {
    path.rsplit_once('?')
        .is_some_and(|(_, query)| query.is_empty() || (query.contains('=') && !query.contains('/')))
}

/// An open database.
#[derive(Debug, Clone)]
pub(super) enum Engine {
    /// A file of one machine.
    Sqlite(sqlite::File),
    /// Servers of which one takes writes.
    #[cfg(feature = "server")]
    Postgres(postgres::Servers),
}

/// What a connection is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Several statements that see the same state of the database.
    Reading,
    /// Changes, which see nothing that others do meanwhile.
    Writing,
}

impl Engine {
    /// Opens it and brings its schema to this version, where it may.
    pub(super) async fn open(location: Location<'_>, migrates: bool) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        #[cfg(feature = "server")]
        if let Location::Url(url) = location
            && let Some(address) = hosts::Address::read(url)?
        {
            return Ok(Self::Postgres(postgres::Servers::open(address, migrates).await?));
        }
        let file = match location {
            Location::Url(url) => file_of(url)?,
            Location::File(file) => file,
        };
        Ok(Self::Sqlite(sqlite::File::open(file, migrates).await?))
    }

    /// How many may write at once.
    pub(super) fn writers(&self) -> usize {
        match self {
            Self::Sqlite(_) => sqlite::WRITERS,
            #[cfg(feature = "server")]
            Self::Postgres(_) => postgres::WRITERS,
        }
    }

    /// How long a statement may take; none where it ends by itself.
    pub(super) fn limit(&self) -> Option<Duration> {
        match self {
            Self::Sqlite(_) => None,
            #[cfg(feature = "server")]
            Self::Postgres(_) => Some(postgres::STATEMENT_LIMIT),
        }
    }

    /// How a transaction begins.
    pub(super) fn begin(&self, what: Use) -> &'static str {
        match self {
            Self::Sqlite(_) => sqlite::begin(what),
            #[cfg(feature = "server")]
            Self::Postgres(_) => postgres::begin(what),
        }
    }

    /// How its own clock is asked, in milliseconds; none where it has none beside its user's.
    pub(super) fn time(&self) -> Option<&'static str> {
        match self {
            Self::Sqlite(_) => None,
            #[cfg(feature = "server")]
            Self::Postgres(_) => Some(postgres::TIME),
        }
    }

    /// A connection of one's own.
    pub(super) async fn connection(&self, what: Use) -> Stored<PoolConnection<Any>> {
        match self {
            Self::Sqlite(file) => file.connection(what).await,
            #[cfg(feature = "server")]
            Self::Postgres(servers) => servers.connection().await,
        }
    }

    /// A connection for one question.
    pub(super) async fn look(&self) -> Stored<Seat> {
        match self {
            Self::Sqlite(file) => file.look().await,
            #[cfg(feature = "server")]
            Self::Postgres(servers) => servers.look().await,
        }
    }

    /// Looks whether there is a better server than the one whose connections get lost.
    pub(super) fn look_around(&self) {
        match self {
            Self::Sqlite(_) => {}
            #[cfg(feature = "server")]
            Self::Postgres(servers) => servers.seek(postgres::Reason::Lost),
        }
    }

    /// Leaves nothing of what was erased in any file; whether that is done.
    pub(super) async fn forget_erased(&self) -> Stored<bool> {
        match self {
            Self::Sqlite(file) => file.empty_log().await,
            // its log is the server's to keep and to let go: copies and standbys live on it
            #[cfg(feature = "server")]
            Self::Postgres(_) => Ok(true),
        }
    }

    /// Lets go of it.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.close().await,
            #[cfg(feature = "server")]
            Self::Postgres(servers) => servers.close().await,
        }
    }
}
