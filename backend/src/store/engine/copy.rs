//! A copy of an SQLite database while others write to it, and what a copy holds. These open the file beside the store: a
//! copy is taken of what is there, whatever version wrote it.

use super::file_url::FileUrl;
use crate::store::schema;
use sqlx::{AnyConnection, Connection as _};
use std::path::Path;

/// What was found in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Examination {
    /// What SQLite finds wrong with it; nothing where it is sound.
    pub faults: Vec<String>,
    /// How many rows refer to rows that are not there.
    pub dangling: usize,
    /// The newest migration that was made in it.
    pub schema: i64,
    /// What it keeps of the backend's key.
    pub key_check: Option<String>,
    /// How many accounts are in it.
    pub accounts: u64,
}

impl Examination {
    /// Whether its schema is one this version can work with or bring up to date.
    pub(crate) fn is_known(&self) -> bool {
        (1..=schema::newest()).contains(&self.schema)
    }
}

/// Writes a consistent copy of the database into the empty file `into`. Writers go on meanwhile.
pub(crate) async fn copy(database: &Path, into: &Path) -> sqlx::Result<()> {
    let mut connection = connect(database, "mode=rw").await?;
    sqlx::raw_sql("PRAGMA busy_timeout = 5000").execute(&mut connection).await?;
    let into = FileUrl::of(into)?;
    sqlx::query("VACUUM INTO $1").bind(&into.text).execute(&mut connection).await?;
    connection.close().await
}

/// Looks into a copy without changing anything in it or beside it.
pub(crate) async fn examine(copy: &Path) -> sqlx::Result<Examination> {
    let mut connection = connect(copy, "mode=ro&immutable=true").await?;
    let rows: Vec<(String,)> = sqlx::query_as("SELECT integrity_check FROM pragma_integrity_check")
        .fetch_all(&mut connection)
        .await?;
    let faults: Vec<String> = rows.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect();
    let mut found = Examination { faults, dangling: 0, schema: 0, key_check: None, accounts: 0 };
    if found.faults.is_empty() {
        let count = async |connection: &mut AnyConnection, sql: &'static str| {
            sqlx::query_as::<_, (i64,)>(sql).fetch_one(connection).await.map(|(count,)| count)
        };
        let dangling = count(&mut connection, "SELECT COUNT(*) FROM pragma_foreign_key_check").await?;
        found.dangling = usize::try_from(dangling).unwrap_or(usize::MAX);
        let migrations = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
        found.schema = count(&mut connection, migrations).await.unwrap_or_default();
        let accounts = count(&mut connection, "SELECT COUNT(*) FROM account").await.unwrap_or_default();
        found.accounts = u64::try_from(accounts).unwrap_or_default();
        // a copy from before there was one has none
        let key = sqlx::query_as::<_, (String,)>("SELECT mac FROM key_check").fetch_optional(&mut connection);
        found.key_check = key.await.unwrap_or_default().map(|(mac,)| mac);
    }
    connection.close().await?;
    Ok(found)
}

/// What was found out about who has a database open.
pub(crate) enum Standing {
    /// Nobody else, and nobody gets in until this is let go.
    Held(Held),
    /// Somebody else.
    InUse,
    /// It is too damaged for anybody to use it.
    Broken,
}

/// A database that is kept from everybody else. Its log is in the file and not beside it.
pub(crate) struct Held(AnyConnection);

impl Held {
    pub(crate) async fn let_go(self) -> sqlx::Result<()> {
        self.0.close().await
    }
}

/// Keeps everybody else from the database, unless somebody has it open.
pub(crate) async fn hold(database: &Path) -> sqlx::Result<Standing> {
    match alone(database).await {
        Ok(Some(held)) => Ok(Standing::Held(held)),
        Ok(None) => Ok(Standing::InUse),
        // 5: busy; 11: corrupt; 26: no database. The other bits say more exactly which
        Err(fault) => match code(&fault).map(|code| code & 0xff) {
            Some(5) => Ok(Standing::InUse),
            Some(11 | 26) => Ok(Standing::Broken),
            _ => Err(fault),
        },
    }
}

async fn alone(database: &Path) -> sqlx::Result<Option<Held>> {
    let mut connection = connect(database, "mode=rw").await?;
    // only who is alone may leave the write-ahead log
    sqlx::raw_sql("PRAGMA journal_mode = DELETE").execute(&mut connection).await?;
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut connection).await?;
    // with a write-ahead log, which somebody may have begun meanwhile, this would not keep readers out
    let (journal,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(&mut connection).await?;
    Ok((journal == "delete").then_some(Held(connection)))
}

fn code(fault: &sqlx::Error) -> Option<u32> {
    fault.as_database_error().and_then(sqlx::error::DatabaseError::code)?.parse().ok()
}

/// Ends in a copy whatever may have ended in the database since: sessions, and numbers and confirmations on their way.
pub(crate) async fn end_what_was_under_way(copy: &Path) -> sqlx::Result<()> {
    let mut connection = connect(copy, "mode=rw").await?;
    for statement in ["PRAGMA journal_mode = DELETE", "PRAGMA secure_delete = ON", "BEGIN EXCLUSIVE"] {
        sqlx::raw_sql(statement).execute(&mut connection).await?;
    }
    for (table, statement) in [
        ("challenge", "DELETE FROM challenge"),
        ("proof", "DELETE FROM proof"),
        ("number", "DELETE FROM number"),
        ("session", "DELETE FROM session"),
    ] {
        let there = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1";
        let (there,): (i64,) = sqlx::query_as(there).bind(table).fetch_one(&mut connection).await?;
        // a copy of an early version has not all of them
        if there > 0 {
            sqlx::query(statement).execute(&mut connection).await?;
        }
    }
    sqlx::raw_sql("COMMIT").execute(&mut connection).await?;
    connection.close().await
}

pub(super) async fn connect(file: &Path, options: &str) -> sqlx::Result<AnyConnection> {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(&FileUrl::of(file)?.with(options)).await
}
