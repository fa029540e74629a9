//! Desktops that are known, by the hash of the secret each was given.

use super::{Stored, Tx};
use contract::export::KnownDesktop;
use contract::{AccountId, Moment, SessionId};

/// How long a desktop is known after it was last used, in milliseconds: ninety days.
pub(super) const KNOWN: i64 = 90 * 86_400_000;
/// How many an account has; the one that was not used for longest goes.
const MOST: i64 = 10;

impl Tx {
    /// From now on it is known.
    pub(crate) async fn insert_desktop(&mut self, sha256: &str, of: AccountId, now: i64) -> Stored<()> {
        // SQLite counts the new one, PostgreSQL does not: from MOST on there may be one too many
        let (others,): (i64,) = sqlx::query_as(
            "INSERT INTO desktop (sha256, account_id, made_at, last_used_at) VALUES ($1, $2, $3, $3) \
             RETURNING (SELECT COUNT(*) FROM desktop WHERE account_id = $2)",
        )
        .bind(sha256)
        .bind(of.to_string())
        .bind(now)
        .fetch_one(self.on())
        .await?;
        if others < MOST {
            return Ok(());
        }
        // written out: SQLite plans a statement anew for each value of a limit that is bound
        let sql = format!(
            "DELETE FROM desktop WHERE account_id = $1 AND sha256 NOT IN \
                 (SELECT sha256 FROM desktop WHERE account_id = $1 ORDER BY last_used_at DESC, sha256 LIMIT {MOST})"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(of.to_string()).execute(self.on()).await?;
        Ok(())
    }

    /// All that are kept of the account, the one last used first.
    pub(crate) async fn desktops(&mut self, of: AccountId) -> Stored<Vec<KnownDesktop>> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT made_at, last_used_at FROM desktop WHERE account_id = $1 ORDER BY last_used_at DESC, sha256",
        )
        .bind(of.to_string())
        .fetch_all(self.on())
        .await?;
        let known = |(made_at, last_used_at)| KnownDesktop {
            made_at: Moment::from_millisecond(made_at),
            last_used_at: Moment::from_millisecond(last_used_at),
        };
        Ok(rows.into_iter().map(known).collect())
    }

    /// It was used now; whether it is known.
    pub(crate) async fn touch_desktop(&mut self, sha256: &str, now: i64) -> Stored<bool> {
        let done = sqlx::query("UPDATE desktop SET last_used_at = $2 WHERE sha256 = $1")
            .bind(sha256)
            .bind(now)
            .execute(self.on())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// It is not known any more.
    pub(crate) async fn forget_desktop(&mut self, sha256: &str) -> Stored<()> {
        sqlx::query("DELETE FROM desktop WHERE sha256 = $1").bind(sha256).execute(self.on()).await?;
        Ok(())
    }

    /// The desktop that a session is at is not known any more, unless the session `but` is there too.
    pub(crate) async fn forget_desktop_of(
        &mut self,
        of: AccountId,
        session: SessionId,
        but: Option<SessionId>,
    ) -> Stored<()> {
        sqlx::query(
            "DELETE FROM desktop WHERE account_id = $1 \
             AND sha256 IN (SELECT desktop FROM session WHERE id = $2 AND desktop IS NOT NULL) \
             AND sha256 NOT IN (SELECT desktop FROM session WHERE id = $3 AND desktop IS NOT NULL)",
        )
        .bind(of.to_string())
        .bind(session.to_string())
        .bind(but.map(|id| id.to_string()).unwrap_or_default())
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// No desktop of the account is known any more.
    pub(super) async fn forget_desktops(&mut self, of: AccountId) -> Stored<()> {
        sqlx::query("DELETE FROM desktop WHERE account_id = $1")
            .bind(of.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Only the desktop that this session is at stays known.
    pub(super) async fn forget_other_desktops(&mut self, of: AccountId, session: SessionId) -> Stored<()> {
        sqlx::query(
            "DELETE FROM desktop WHERE account_id = $1 AND sha256 NOT IN \
                 (SELECT desktop FROM session WHERE id = $2 AND desktop IS NOT NULL)",
        )
        .bind(of.to_string())
        .bind(session.to_string())
        .execute(self.on())
        .await?;
        Ok(())
    }
}
