//! Second factors being asked for: by somebody signing in, or by a session stepping up. And confirmations: sign-ins at an
//! address where many failed, which look the same whether or not a number can ever be right.

use super::{Stored, Tx};
use contract::{AccountId, ChallengeId, SessionId};
use sqlx::Row as _;
use uuid::Uuid;

/// A challenge as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct ChallengeRow {
    pub id: ChallengeId,
    /// None where no number will be right: a confirmation of a wrong password, or at an address without an account.
    pub account_id: Option<AccountId>,
    /// The session that steps up; none where somebody signs in.
    pub session_id: Option<SessionId>,
    pub place: Option<String>,
    /// The number that answers it at present.
    pub number_id: Uuid,
    /// The known desktop where somebody signs in, by its hash.
    pub desktop: Option<String>,
    /// Of a confirmation, the address that signs in, sealed.
    pub email: Option<String>,
}

impl Tx {
    pub(crate) async fn insert_challenge(&mut self, challenge: &ChallengeRow, now: i64) -> Stored<()> {
        let (sql, last) = match &challenge.email {
            None => (
                "INSERT INTO challenge (id, account_id, place, number_id, started_at, session_id, desktop) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                [challenge.session_id.map(|id| id.to_string()), challenge.desktop.clone()].to_vec(),
            ),
            Some(email) => (
                "INSERT INTO confirmation (id, account_id, place, number_id, started_at, email) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                vec![Some(email.clone())],
            ),
        };
        let insert = sqlx::query(sql)
            .bind(challenge.id.to_string())
            .bind(challenge.account_id.map(|id| id.to_string()))
            .bind(&challenge.place)
            .bind(challenge.number_id.to_string())
            .bind(now);
        last.into_iter().fold(insert, sqlx::query::Query::bind).execute(self.on()).await?;
        Ok(())
    }

    /// The challenge or confirmation, if it was started after `since`.
    pub(crate) async fn challenge(&mut self, id: ChallengeId, since: i64) -> Stored<Option<ChallengeRow>> {
        let row = sqlx::query(
            "SELECT account_id, session_id, place, number_id, desktop, NULL AS email FROM challenge \
                 WHERE id = $1 AND started_at > $2 \
             UNION ALL SELECT account_id, NULL, place, number_id, NULL, email FROM confirmation \
                 WHERE id = $1 AND started_at > $2",
        )
        .bind(id.to_string())
        .bind(since)
        .fetch_optional(self.on())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (account, session): (Option<String>, Option<String>) =
            (row.try_get("account_id")?, row.try_get("session_id")?);
        Ok(Some(ChallengeRow {
            id,
            account_id: account.and_then(|text| text.parse().ok()),
            session_id: session.and_then(|text| text.parse().ok()),
            place: row.try_get("place")?,
            number_id: super::session::id(&row, "number_id")?,
            desktop: row.try_get("desktop")?,
            email: row.try_get("email")?,
        }))
    }

    /// From now on another number answers it.
    pub(crate) async fn renumber_challenge(&mut self, id: ChallengeId, number: Uuid) -> Stored<()> {
        for sql in [
            "UPDATE challenge SET number_id = $2 WHERE id = $1",
            "UPDATE confirmation SET number_id = $2 WHERE id = $1",
        ] {
            sqlx::query(sql).bind(id.to_string()).bind(number.to_string()).execute(self.on()).await?;
        }
        Ok(())
    }

    /// Every challenge of the account, dies with its number. A confirmation stays what it seems to be, and no number is right
    /// any more.
    pub(crate) async fn kill_challenges(&mut self, of: AccountId, now: i64) -> Stored<()> {
        sqlx::query(
            "UPDATE number SET replaced_at = $2 WHERE used_at IS NULL AND replaced_at IS NULL \
             AND id IN (SELECT number_id FROM challenge WHERE account_id = $1)",
        )
        .bind(of.to_string())
        .bind(now)
        .execute(self.on())
        .await?;
        for sql in [
            "DELETE FROM challenge WHERE account_id = $1",
            "UPDATE number SET mac = '' WHERE id IN (SELECT number_id FROM confirmation WHERE account_id = $1)",
            "UPDATE confirmation SET account_id = NULL WHERE account_id = $1",
        ] {
            sqlx::query(sql).bind(of.to_string()).execute(self.on()).await?;
        }
        Ok(())
    }
}
