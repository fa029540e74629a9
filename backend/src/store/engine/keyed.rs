//! Whether a database was used with a key before, asked before anything is opened or made: beside such a database a new key
//! would be a wrong one.

use super::hosts::Address;
use super::pooler::changes_connections;
use crate::error::OpenError;
use sqlx::{AnyConnection, Connection as _};
use std::time::Duration;

/// How long one server is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether it was. A database that is not there yet was not.
pub async fn is_keyed(address: &str) -> Result<bool, OpenError> {
    sqlx::any::install_default_drivers();
    if let Some(address) = Address::read(address)? {
        return shared(&address).await;
    }
    let path = super::file_of(address)?;
    if std::fs::metadata(path).map_or(true, |data| data.len() == 0) {
        return Ok(false);
    }
    let unopened = |fault: sqlx::Error| OpenError::Database(path.to_owned(), fault.to_string());
    let mut connection = super::copy::connect(path, "mode=rw").await.map_err(unopened)?;
    let there = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'key_check'";
    let keyed = known(&mut connection, there).await.map_err(unopened)?;
    connection.close().await.map_err(unopened)?;
    Ok(keyed)
}

/// What is wrong with an address of PostgreSQL, without anybody being asked.
pub(crate) fn address_fault(address: &str) -> Option<String> {
    sqlx::any::install_default_drivers();
    match Address::read(address) {
        Err(OpenError::Servers(wrong)) => Some(wrong.into_owned()),
        _ => None,
    }
}

/// What a start finds wrong with the database at an address, which it would be refused for; nothing is changed. Of a file only
/// its address is looked at.
pub async fn database_refusal(address: &str) -> Option<OpenError> {
    sqlx::any::install_default_drivers();
    match Address::read(address) {
        Ok(Some(address)) => super::postgres::find_writable(&address).await.err(),
        Ok(None) => super::file_of(address).err(),
        Err(fault) => Some(fault),
    }
}

/// Any of the servers knows, those too that only follow.
async fn shared(address: &Address) -> Result<bool, OpenError> {
    // there, whether this user may read it or not: what cannot be read is not taken for what was never used
    let there = "SELECT COUNT(to_regclass('key_check'))";
    let mut faults = Vec::new();
    for host in &address.hosts {
        if changes_connections(host).await.unwrap_or(false) {
            return Err(OpenError::Pooled(host.shown.clone()));
        }
        let asked = tokio::time::timeout(PATIENCE, async {
            let mut connection = AnyConnection::connect_with(&host.options).await?;
            let keyed = known(&mut connection, there).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(keyed)
        });
        match asked.await {
            Ok(Ok(keyed)) => return Ok(keyed),
            Ok(Err(fault)) => faults.push(format!("{}: {fault}", host.shown)),
            Err(_) => faults.push(format!("{}: no answer", host.shown)),
        }
    }
    Err(OpenError::Unreachable(faults.join("; ")))
}

async fn known(connection: &mut AnyConnection, there: &'static str) -> sqlx::Result<bool> {
    let (tables,): (i64,) = sqlx::query_as(there).fetch_one(&mut *connection).await?;
    if tables == 0 {
        return Ok(false);
    }
    let (rows,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM key_check").fetch_one(connection).await?;
    Ok(rows > 0)
}
