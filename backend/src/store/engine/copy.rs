//! A copy of an SQLite database while others write to it, and what a copy holds. These open the file beside the store: a
//! copy is taken of what is there, whatever version wrote it.

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
    let into = into.to_str().ok_or_else(|| sqlx::Error::Configuration("the path is no UTF-8".into()))?;
    sqlx::query("VACUUM INTO $1").bind(into).execute(&mut connection).await?;
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

/// Whether somebody has the database open. Where nobody has, its log is in the file afterwards and not beside it.
pub(crate) async fn is_in_use(database: &Path) -> sqlx::Result<bool> {
    let mut connection = connect(database, "mode=rw").await?;
    // only who is alone may leave the write-ahead log
    let alone = sqlx::raw_sql("PRAGMA journal_mode = DELETE").execute(&mut connection).await;
    connection.close().await?;
    match alone {
        Ok(_) => Ok(false),
        Err(fault)
            if fault
                .as_database_error()
                .and_then(sqlx::error::DatabaseError::code)
                .is_some_and(|code| code == "5") =>
        {
            Ok(true)
        }
        Err(fault) => Err(fault),
    }
}

async fn connect(file: &Path, options: &str) -> sqlx::Result<AnyConnection> {
    sqlx::any::install_default_drivers();
    let address = format!("sqlite://{}", file.display());
    AnyConnection::connect(&format!("{}?{options}", super::sqlite::percent_encoded(&address))).await
}
