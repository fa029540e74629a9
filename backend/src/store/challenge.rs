//! Second factors being asked for: by somebody signing in, or by a session stepping up.

use super::{Stored, Tx};
use contract::{AccountId, ChallengeId, SessionId};
use sqlx::Row as _;
use uuid::Uuid;

/// A challenge as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct ChallengeRow {
    pub id: ChallengeId,
    pub account_id: AccountId,
    /// The session that steps up; none where somebody signs in.
    pub session_id: Option<SessionId>,
    pub place: Option<String>,
    /// The number that answers it at present.
    pub number_id: Uuid,
    /// The known desktop where somebody signs in, by its hash.
    pub desktop: Option<String>,
}

impl Tx {
    pub(crate) async fn insert_challenge(&mut self, challenge: &ChallengeRow, now: i64) -> Stored<()> {
        sqlx::query(
            "INSERT INTO challenge (id, account_id, session_id, place, number_id, started_at, desktop) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(challenge.id.to_string())
        .bind(challenge.account_id.to_string())
        .bind(challenge.session_id.map(|id| id.to_string()))
        .bind(&challenge.place)
        .bind(challenge.number_id.to_string())
        .bind(now)
        .bind(&challenge.desktop)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// The challenge, if it was started after `since`.
    pub(crate) async fn challenge(&mut self, id: ChallengeId, since: i64) -> Stored<Option<ChallengeRow>> {
        let row = sqlx::query(
            "SELECT account_id, session_id, place, number_id, desktop FROM challenge \
             WHERE id = $1 AND started_at > $2",
        )
        .bind(id.to_string())
        .bind(since)
        .fetch_optional(self.on())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let session: Option<String> = row.try_get("session_id")?;
        Ok(Some(ChallengeRow {
            id,
            account_id: super::session::id(&row, "account_id")?,
            session_id: session.and_then(|text| text.parse().ok()),
            place: row.try_get("place")?,
            number_id: super::session::id(&row, "number_id")?,
            desktop: row.try_get("desktop")?,
        }))
    }

    /// From now on another number answers it.
    pub(crate) async fn renumber_challenge(&mut self, id: ChallengeId, number: Uuid) -> Stored<()> {
        sqlx::query("UPDATE challenge SET number_id = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(number.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Every challenge of the account, dies with its number.
    pub(crate) async fn kill_challenges(&mut self, of: AccountId, now: i64) -> Stored<()> {
        sqlx::query(
            "UPDATE number SET replaced_at = $2 WHERE used_at IS NULL AND replaced_at IS NULL \
             AND id IN (SELECT number_id FROM challenge WHERE account_id = $1)",
        )
        .bind(of.to_string())
        .bind(now)
        .execute(self.on())
        .await?;
        sqlx::query("DELETE FROM challenge WHERE account_id = $1")
            .bind(of.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }
}
