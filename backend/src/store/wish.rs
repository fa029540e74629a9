//! Requests that are done once: who is at work on one, and what was answered. What is kept is sealed, and what it is
//! kept under is hashed, before either comes here.

use super::{Stored, Tx};
use contract::AccountId;
use uuid::Uuid;

/// How long an answer is kept, in milliseconds.
pub(super) const KEPT: i64 = 86_400_000;

/// A request about to be worked on.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    pub subject: &'a str,
    pub request: &'a str,
    /// Whose attempt it is.
    pub by: Uuid,
    pub account: Option<AccountId>,
    pub now: i64,
    /// Milliseconds after which nobody can be at work on it any more.
    pub lease: i64,
}

/// Whether it may be worked on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Claimed {
    /// Now it is this attempt's.
    Mine,
    /// It was done: the sealed answer.
    Answered(String),
    /// Another attempt is at work on it.
    InFlight,
    /// Its key stands for another request.
    Reused,
}

impl Tx {
    /// What became of a request so far; none where any attempt may begin it.
    pub(crate) async fn wish_before(&mut self, claim: &Claim<'_>) -> Stored<Option<Claimed>> {
        let before: Option<(String, i64, Option<String>, String)> =
            sqlx::query_as("SELECT request, claimed_at, answer, claim FROM wish WHERE subject = $1")
                .bind(claim.subject)
                .fetch_optional(self.on())
                .await?;
        let Some((request, at, answer, by)) = before.filter(|(_, at, _, _)| claim.now - at < KEPT) else {
            return Ok(None);
        };
        if request != claim.request {
            return Ok(Some(Claimed::Reused));
        }
        if let Some(answer) = answer {
            return Ok(Some(Claimed::Answered(answer)));
        }
        if by == claim.by.to_string() {
            return Ok(Some(Claimed::Mine));
        }
        // a little from the future is what others' clocks and numbers in flight make of now; a claim from farther on
        // is one from before a clock was set back, and nobody waits for that
        let held = (1 - claim.lease..claim.lease).contains(&(claim.now - at));
        Ok(held.then_some(Claimed::InFlight))
    }

    /// Claims a request for one attempt. A claim that was never answered is over after its lease; what its holder might
    /// still do is undone, since it can no longer answer.
    pub(crate) async fn claim_wish(&mut self, claim: &Claim<'_>) -> Stored<Claimed> {
        if let Some(before) = self.wish_before(claim).await? {
            return Ok(before);
        }
        sqlx::query(
            "INSERT INTO wish (subject, request, claim, claimed_at, account_id) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (subject) DO UPDATE SET request = $2, claim = $3, claimed_at = $4, answer = NULL, \
                 account_id = $5",
        )
        .bind(claim.subject)
        .bind(claim.request)
        .bind(claim.by.to_string())
        .bind(claim.now)
        .bind(claim.account.map(|id| id.to_string()))
        .execute(self.on())
        .await?;
        Ok(Claimed::Mine)
    }

    /// Keeps the answer, to be committed with what it is about. False where the claim is another's by now: then nothing
    /// may be committed.
    pub(crate) async fn answer_wish(&mut self, subject: &str, by: Uuid, sealed: &str) -> Stored<bool> {
        let kept =
            sqlx::query("UPDATE wish SET answer = $3 WHERE subject = $1 AND claim = $2 AND answer IS NULL")
                .bind(subject)
                .bind(by.to_string())
                .bind(sealed)
                .execute(self.on())
                .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// What was answered belongs to this account, and goes with it.
    pub(crate) async fn adopt_wish(&mut self, subject: &str, by: Uuid, account: AccountId) -> Stored<()> {
        sqlx::query("UPDATE wish SET account_id = $3 WHERE subject = $1 AND claim = $2")
            .bind(subject)
            .bind(by.to_string())
            .bind(account.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Nothing was done that an answer should be kept of: whoever asks again begins anew.
    pub(crate) async fn release_wish(&mut self, subject: &str, by: Uuid) -> Stored<()> {
        sqlx::query("DELETE FROM wish WHERE subject = $1 AND claim = $2 AND answer IS NULL")
            .bind(subject)
            .bind(by.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }
}
