//! Proofs of an address: made when a number is confirmed, used up by the change they are for.

use super::number::channel_text;
use super::{Binding, NumberPurpose, Stored, Tx};
use contract::AccountId;
use contract::verification::Channel;

/// A proof as it is stored, and as it must be to be accepted.
#[derive(Debug)]
pub(crate) struct ProofRow {
    /// SHA-256 of the proof.
    pub hash: String,
    pub binding: Binding,
    pub purpose: NumberPurpose,
    pub channel: Channel,
    /// HMAC of the address.
    pub address: String,
}

impl Tx {
    pub(crate) async fn insert_proof(
        &mut self,
        proof: &ProofRow,
        account: Option<AccountId>,
        expires_at: i64,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO proof (hash, binding, purpose, channel, address, expires_at, account_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&proof.hash)
        .bind(proof.binding.to_string())
        .bind(proof.purpose.as_str())
        .bind(channel_text(proof.channel))
        .bind(&proof.address)
        .bind(expires_at)
        .bind(account.map(|id| id.to_string()))
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Whether there is a proof exactly like this, which is not used up by the question.
    pub(crate) async fn holds_proof(&mut self, proof: &ProofRow, now: i64) -> Stored<bool> {
        let (count,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM proof WHERE hash = $1 AND binding = $2 AND purpose = $3 AND channel = $4 \
             AND address = $5 AND expires_at > $6",
        )
        .bind(&proof.hash)
        .bind(proof.binding.to_string())
        .bind(proof.purpose.as_str())
        .bind(channel_text(proof.channel))
        .bind(&proof.address)
        .bind(now)
        .fetch_one(self.on())
        .await?;
        Ok(count == 1)
    }

    /// Uses the proof up; whether there was one exactly like this.
    pub(crate) async fn use_proof(&mut self, proof: &ProofRow, now: i64) -> Stored<bool> {
        let used = sqlx::query(
            "DELETE FROM proof WHERE hash = $1 AND binding = $2 AND purpose = $3 AND channel = $4 \
             AND address = $5 AND expires_at > $6",
        )
        .bind(&proof.hash)
        .bind(proof.binding.to_string())
        .bind(proof.purpose.as_str())
        .bind(channel_text(proof.channel))
        .bind(&proof.address)
        .bind(now)
        .execute(self.on())
        .await?;
        Ok(used.rows_affected() == 1)
    }

    /// Every proof the account holds, dies.
    pub(crate) async fn kill_proofs(&mut self, of: AccountId) -> Stored<()> {
        sqlx::query("DELETE FROM proof WHERE account_id = $1")
            .bind(of.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }
}
