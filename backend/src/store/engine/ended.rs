//! Who ended their account since a copy was made: the database that a copy replaces still tells, by the lines that remain of
//! them. Without this, restoring would bring back whoever was promised to be forgotten.

use super::copy::connect;
use crate::code::Keys;
use crate::store::Remains;
use crate::store::account::spellings;
use sqlx::Connection as _;
use std::collections::HashSet;
use std::path::Path;

/// What remains of an account: the row of `audit`.
type Line = (String, i64, String, String);

/// Lines that remain of accounts.
pub(crate) struct Ended(Vec<Line>);

/// What a database says of accounts that ended in it. Nobody else may have it open.
pub(crate) async fn ended_in(database: &Path) -> sqlx::Result<Ended> {
    let mut connection = connect(database, "mode=ro").await?;
    let lines = sqlx::query_as("SELECT id, at, event, pseudonym FROM audit WHERE event IN ($1, $2)")
        .bind(Remains::SubscriptionCanceled.as_str())
        .bind(Remains::AccountDeletedByOperator.as_str())
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    Ok(Ended(lines))
}

/// Erases them from a copy, and keeps there what remains of them. How many were in it.
pub(crate) async fn end_again(copy: &Path, ended: &Ended, keys: &Keys) -> sqlx::Result<u64> {
    let mut connection = connect(copy, "mode=rw").await?;
    for statement in ["PRAGMA secure_delete = ON", "PRAGMA foreign_keys = ON", "BEGIN EXCLUSIVE"] {
        sqlx::raw_sql(statement).execute(&mut connection).await?;
    }
    // of all there is in whatever version made the copy
    let of_accounts: Vec<(String,)> = sqlx::query_as(
        "SELECT t.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = 'account_id'",
    )
    .fetch_all(&mut connection)
    .await?;
    let people: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, email_canonical, mobile_phone FROM account")
            .fetch_all(&mut connection)
            .await?;
    // a copy of an early version has neither messages nor such lines
    let tables: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut connection)
        .await?;
    let has = |table: &str| tables.iter().any(|(name,)| name == table);
    let gone: HashSet<&str> = ended.0.iter().map(|(_, _, _, pseudonym)| pseudonym.as_str()).collect();
    let mut count = 0;
    for (id, email, phone) in people.iter().filter(|(id, ..)| gone.contains(&*keys.pseudonym(id))) {
        for (table,) in &of_accounts {
            let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE account_id = $1"));
            sqlx::query(sql).bind(id).execute(&mut connection).await?;
        }
        // messages that went there before there was an account
        let emails = spellings(email).map(|email| keys.address("email", &email));
        let addresses = emails.into_iter().chain([keys.address("text_message", phone)]);
        for address in addresses.filter(|_| has("outbox")) {
            let sql = "DELETE FROM outbox WHERE address = $1";
            sqlx::query(sql).bind(address).execute(&mut connection).await?;
        }
        sqlx::query("DELETE FROM account WHERE id = $1").bind(id).execute(&mut connection).await?;
        count += 1;
    }
    for (id, at, event, pseudonym) in ended.0.iter().filter(|_| has("audit")) {
        let sql = "INSERT INTO audit (id, at, event, pseudonym) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
        sqlx::query(sql).bind(id).bind(at).bind(event).bind(pseudonym).execute(&mut connection).await?;
    }
    sqlx::raw_sql("COMMIT").execute(&mut connection).await?;
    connection.close().await?;
    Ok(count)
}
