//! Sessions: where an account is signed in. The token itself is never here, only its SHA-256.

use super::account::{AccountRow, read_as};
use super::lane::Look;
use super::{StoreError, Stored, Tx};
use contract::{AccountId, SessionId};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::str::FromStr;

/// A live session with what its owner is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionRow {
    pub id: SessionId,
    pub account_id: AccountId,
    pub place: Option<String>,
    pub signed_in_at: i64,
    pub last_seen_at: i64,
    pub stepped_up_at: Option<i64>,
    pub name: String,
    pub email: String,
}

/// What makes a session a live one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionLimits {
    pub now: i64,
    /// Milliseconds without use.
    pub idle: i64,
    /// Milliseconds altogether.
    pub absolute: i64,
}

/// An identifier out of a column.
pub(super) fn id<I: FromStr>(row: &AnyRow, column: &str) -> Stored<I> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| StoreError::Database(format!("column {column} holds no identifier")))
}

fn read(row: &AnyRow) -> Stored<SessionRow> {
    Ok(SessionRow {
        id: id(row, "id")?,
        account_id: id(row, "account_id")?,
        place: row.try_get("place")?,
        signed_in_at: row.try_get("signed_in_at")?,
        last_seen_at: row.try_get("last_seen_at")?,
        stepped_up_at: row.try_get("stepped_up_at")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
    })
}

impl Look {
    /// The live session that this token opens, and whose it is.
    pub(crate) async fn session_by_token(
        self,
        fingerprint: &str,
        limits: SessionLimits,
    ) -> Stored<Option<(SessionRow, AccountRow)>> {
        let question = sqlx::query(
            "SELECT s.id, s.account_id, s.place, s.signed_in_at, s.last_seen_at, s.stepped_up_at, a.name, a.email, \
                 a.email_canonical, a.mobile_phone, a.task, a.password, a.password_is_long, a.password_changed_at, \
                 a.two_factor, a.method, a.version, a.security_version, a.created_at, a.changed_at, a.changed_from, a.disabled_at \
             FROM session s JOIN account a ON a.id = s.account_id \
             WHERE s.token = $1 AND s.last_seen_at > $2 AND s.signed_in_at > $3 AND a.disabled_at IS NULL",
        )
        .bind(fingerprint)
        .bind(limits.now - limits.idle)
        .bind(limits.now - limits.absolute);
        self.row(question).await?.map(|row| Ok((read(&row)?, read_as(&row, "account_id")?))).transpose()
    }

    /// Whether there is a session with this token, live or not.
    pub(crate) async fn knows_token(self, fingerprint: &str) -> Stored<bool> {
        let question = sqlx::query("SELECT 1 FROM session WHERE token = $1").bind(fingerprint);
        Ok(self.row(question).await?.is_some())
    }
}

impl Tx {
    /// All live sessions of the account, newest first.
    pub(crate) async fn sessions(&mut self, of: AccountId, limits: SessionLimits) -> Stored<Vec<SessionRow>> {
        let rows = sqlx::query(
            "SELECT s.id, s.account_id, s.place, s.signed_in_at, s.last_seen_at, s.stepped_up_at, a.name, a.email \
             FROM session s JOIN account a ON a.id = s.account_id \
             WHERE s.account_id = $1 AND s.last_seen_at > $2 AND s.signed_in_at > $3 \
             ORDER BY s.signed_in_at DESC, s.id",
        )
        .bind(of.to_string())
        .bind(limits.now - limits.idle)
        .bind(limits.now - limits.absolute)
        .fetch_all(self.on())
        .await?;
        rows.iter().map(read).collect()
    }

    /// Whether this token still opens this session: asked again inside the transaction that changes something.
    pub(crate) async fn token_is_current(&mut self, id: SessionId, fingerprint: &str) -> Stored<bool> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM session WHERE id = $1 AND token = $2")
            .bind(id.to_string())
            .bind(fingerprint)
            .fetch_one(self.on())
            .await?;
        Ok(count == 1)
    }

    pub(crate) async fn insert_session(
        &mut self,
        id: SessionId,
        of: AccountId,
        fingerprint: &str,
        (place, desktop): (Option<&str>, &str),
        now: i64,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO session (id, account_id, token, place, signed_in_at, last_seen_at, desktop) \
             VALUES ($1, $2, $3, $4, $5, $5, $6)",
        )
        .bind(id.to_string())
        .bind(of.to_string())
        .bind(fingerprint)
        .bind(place)
        .bind(now)
        .bind(desktop)
        .execute(self.on())
        .await?;
        Ok(())
    }

    pub(crate) async fn touch_session(&mut self, id: SessionId, now: i64) -> Stored<()> {
        sqlx::query("UPDATE session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2")
            .bind(id.to_string())
            .bind(now)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Gives the session another token; the old one is dead. The password was entered again at `now`.
    pub(crate) async fn step_up_session(&mut self, id: SessionId, fingerprint: &str, now: i64) -> Stored<()> {
        sqlx::query("UPDATE session SET token = $2, stepped_up_at = $3, last_seen_at = $3 WHERE id = $1")
            .bind(id.to_string())
            .bind(fingerprint)
            .bind(now)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Ends one session of the account; whether there was one.
    pub(crate) async fn delete_session(&mut self, id: SessionId, of: AccountId) -> Stored<bool> {
        let done = sqlx::query("DELETE FROM session WHERE id = $1 AND account_id = $2")
            .bind(id.to_string())
            .bind(of.to_string())
            .execute(self.on())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends every session of the account; none of its desktops is known any more.
    pub(crate) async fn delete_sessions(&mut self, of: AccountId) -> Stored<()> {
        self.forget_desktops(of).await?;
        sqlx::query("DELETE FROM session WHERE account_id = $1")
            .bind(of.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Ends every session of the account but one; only the desktop where that one is stays known.
    pub(crate) async fn delete_other_sessions(&mut self, of: AccountId, keep: SessionId) -> Stored<()> {
        self.forget_other_desktops(of, keep).await?;
        sqlx::query("DELETE FROM session WHERE account_id = $1 AND id <> $2")
            .bind(of.to_string())
            .bind(keep.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }
}
