//! What can go wrong with a database, as the rest of the backend needs to tell it apart, and which of the databases'
//! own codes mean it.

use crate::again;
use crate::error::internal;
use contract::{Problem, ProblemCode};
use sqlx::error::DatabaseError;

/// A fault of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// Others were in the way for longer than we wait.
    Busy,
    /// Another transaction got there first: nothing of this one happened, and done again it may well succeed.
    Conflict,
    /// The connection is gone, or leads to a server that takes no writes any more. Nothing of the transaction happened.
    Lost,
    /// The connection was lost while a transaction was being committed: whether it happened is not known.
    Unknown,
    /// No room is left to write.
    Full,
    /// Anything else, for the log.
    Database(String),
}

pub(crate) type Stored<T> = Result<T, StoreError>;

impl StoreError {
    /// What it means where it happened while committing.
    pub(super) fn at_commit(self) -> Self {
        if self == Self::Lost { Self::Unknown } else { self }
    }

    /// What a code of SQLite (a number) or PostgreSQL (five characters) means.
    fn of_code(code: &str) -> Option<Self> {
        match code {
            // SQLITE_BUSY, its _RECOVERY, _SNAPSHOT and _TIMEOUT, lock_not_available, query_canceled
            "5" | "261" | "517" | "773" | "55P03" | "57014" => Some(Self::Busy),
            // serialization_failure, deadlock_detected; and a unique_violation or foreign_key_violation of a row that
            // was not there, or still there, when this transaction looked
            "40001" | "40P01" | "23505" | "23503" => Some(Self::Conflict),
            // SQLITE_FULL, SQLITE_IOERR_SHMSIZE (no room for the index of the log), disk_full
            "13" | "4874" | "53100" => Some(Self::Full),
            // read_only_sql_transaction; and the server ended a connection that waited for its client too long
            // (idle_in_transaction_session_timeout, transaction_timeout)
            "25006" | "25P03" | "25P04" => Some(Self::Lost),
            // insufficient_resources
            code if code.len() == 5 && code.starts_with("53") => Some(Self::Busy),
            // connection_exception, operator_intervention
            code if code.len() == 5 && (code.starts_with("08") || code.starts_with("57P")) => {
                Some(Self::Lost)
            }
            _ => None,
        }
    }

    /// What a fault of the driver means.
    pub(super) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => return Self::Busy,
            sqlx::Error::Io(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::BeginFailed
            | sqlx::Error::WorkerCrashed => return Self::Lost,
            _ => {}
        }
        let known =
            error.as_database_error().and_then(DatabaseError::code).and_then(|code| Self::of_code(&code));
        known.unwrap_or_else(|| Self::Database(error.to_string()))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::of(&error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict | StoreError::Lost => {
                again::is_worthwhile(error == StoreError::Lost);
                Self::new(ProblemCode::Overloaded).retry_after(1)
            }
            StoreError::Busy | StoreError::Unknown => Self::new(ProblemCode::Overloaded).retry_after(1),
            StoreError::Full => {
                tracing::error!("the database has no room left to write");
                ProblemCode::StorageFull.into()
            }
            StoreError::Database(fault) => internal(&fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        for (code, meaning) in [
            ("5", Some(StoreError::Busy)),
            ("13", Some(StoreError::Full)),
            ("1", None),
            ("53100", Some(StoreError::Full)),
            ("53300", Some(StoreError::Busy)),
            ("40001", Some(StoreError::Conflict)),
            ("23505", Some(StoreError::Conflict)),
            ("25006", Some(StoreError::Lost)),
            ("25P03", Some(StoreError::Lost)),
            ("25P04", Some(StoreError::Lost)),
            ("261", Some(StoreError::Busy)),
            ("773", Some(StoreError::Busy)),
            ("4874", Some(StoreError::Full)),
            ("57P01", Some(StoreError::Lost)),
            ("08006", Some(StoreError::Lost)),
            ("42P01", None),
        ] {
            assert_eq!(StoreError::of_code(code), meaning, "{code}");
        }
        // a commit that another transaction refused did not happen; one whose answer is missing may have
        assert_eq!(StoreError::Conflict.at_commit(), StoreError::Conflict);
        assert_eq!(StoreError::Lost.at_commit(), StoreError::Unknown);
    }
}
