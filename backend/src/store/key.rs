//! Authentication keys: hashes and labels. A secret is never here.

use super::lane::Look;
use super::{Stored, Tx};
use contract::key::{Key, NewKey};
use contract::{AccountId, KeyId, Moment};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// What became of a registration.
#[derive(Debug)]
pub(crate) enum Registered {
    /// There is a new key.
    Added(Key),
    /// It was there already, with the same secret.
    Already(Key),
    /// The id stands for another secret, the secret has another id, or another account registered it at any time.
    Taken,
    /// There are as many as allowed.
    Full,
}

/// Whose key it is.
#[derive(Debug, Clone)]
pub(crate) struct KeyOwner {
    pub account_id: AccountId,
    pub id: KeyId,
    pub label: String,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub expires_at: Option<i64>,
}

fn read(row: &AnyRow) -> Stored<Key> {
    let moment = |at: Option<i64>| at.map(Moment::from_millisecond);
    Ok(Key {
        id: super::session::id(row, "id")?,
        label: row.try_get("label")?,
        hint: row.try_get("hint")?,
        created_at: Moment::from_millisecond(row.try_get("created_at")?),
        last_used_at: moment(row.try_get("last_used_at")?),
        expires_at: moment(row.try_get("expires_at")?),
    })
}

impl Look {
    /// Whose the unexpired key with this hash is, unless the account is disabled. A hash that another account registered
    /// first opens nothing: one that was only seen cannot be taken over, even once its owner deleted it.
    pub(crate) async fn key_owner(self, sha256: &str, now: i64) -> Stored<Option<KeyOwner>> {
        let question = sqlx::query(
            "SELECT k.account_id, k.id, k.label, k.created_at, k.last_used_at, k.expires_at, a.disabled_at \
             FROM authentication_key k JOIN account a ON a.id = k.account_id \
             LEFT JOIN registered_key r ON r.sha256 = k.sha256 \
             WHERE k.sha256 = $1 AND (k.expires_at IS NULL OR k.expires_at > $2) \
             AND (r.sha256 IS NULL OR r.owner_id = k.account_id) \
             ORDER BY k.created_at, k.account_id LIMIT 1",
        )
        .bind(sha256)
        .bind(now);
        let Some(row) = self.row(question).await? else { return Ok(None) };
        if row.try_get::<Option<i64>, _>("disabled_at")?.is_some() {
            return Ok(None);
        }
        Ok(Some(KeyOwner {
            account_id: super::session::id(&row, "account_id")?,
            id: super::session::id(&row, "id")?,
            label: row.try_get("label")?,
            created_at: row.try_get("created_at")?,
            last_used_at: row.try_get("last_used_at")?,
            expires_at: row.try_get("expires_at")?,
        }))
    }
}

impl Tx {
    /// All keys of the account, oldest first.
    pub(crate) async fn keys(&mut self, of: AccountId) -> Stored<Vec<Key>> {
        let rows = sqlx::query(
            "SELECT id, label, hint, created_at, last_used_at, expires_at FROM authentication_key \
             WHERE account_id = $1 ORDER BY created_at, id",
        )
        .bind(of.to_string())
        .fetch_all(self.on())
        .await?;
        rows.iter().map(read).collect()
    }

    /// Registers a key; `label` is the canonical form of the one in `new`. The transaction excludes other writers, so
    /// counting and adding are one step.
    pub(crate) async fn register_key(
        &mut self,
        of: AccountId,
        id: KeyId,
        label: &str,
        new: &NewKey,
        keys_max: u32,
        now: i64,
    ) -> Stored<Registered> {
        let same: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, sha256 FROM authentication_key WHERE account_id = $1 AND (id = $2 OR sha256 = $3)",
        )
        .bind(of.to_string())
        .bind(id.to_string())
        .bind(&new.sha256)
        .fetch_all(self.on())
        .await?;
        let keys = self.keys(of).await?;
        if !same.is_empty() {
            let already =
                same.iter().all(|(stored, sha256)| *stored == id.to_string() && *sha256 == new.sha256);
            let key = keys.into_iter().find(|key| key.id == id).filter(|_| already);
            return Ok(key.map_or(Registered::Taken, Registered::Already));
        }
        if keys.len() >= keys_max as usize {
            return Ok(Registered::Full);
        }
        if !self.claim_hash(of, &new.sha256).await? {
            return Ok(Registered::Taken);
        }
        sqlx::query(
            "INSERT INTO authentication_key (account_id, id, label, sha256, hint, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(of.to_string())
        .bind(id.to_string())
        .bind(label)
        .bind(&new.sha256)
        .bind(&new.hint)
        .bind(now)
        .bind(new.expires_at.map(Moment::as_millisecond))
        .execute(self.on())
        .await?;
        Ok(Registered::Added(Key {
            id,
            label: label.to_owned(),
            hint: new.hint.clone(),
            created_at: Moment::from_millisecond(now),
            last_used_at: None,
            expires_at: new.expires_at,
        }))
    }

    /// Whether the hash is this account's from now on: no other registered it before, and none did whose key is gone.
    async fn claim_hash(&mut self, of: AccountId, sha256: &str) -> Stored<bool> {
        let claimed = sqlx::query(
            "INSERT INTO registered_key (sha256, owner_id) SELECT $1, $2 WHERE NOT EXISTS \
             (SELECT 1 FROM authentication_key WHERE sha256 = $1 AND account_id <> $2) \
             ON CONFLICT (sha256) DO NOTHING",
        )
        .bind(sha256)
        .bind(of.to_string())
        .execute(self.on())
        .await?;
        if claimed.rows_affected() > 0 {
            return Ok(true);
        }
        let owner: Option<(Option<String>,)> =
            sqlx::query_as("SELECT owner_id FROM registered_key WHERE sha256 = $1")
                .bind(sha256)
                .fetch_optional(self.on())
                .await?;
        Ok(owner.is_some_and(|(owner,)| owner == Some(of.to_string())))
    }

    /// Keeps the hashes of an account's keys that a version without this list registered.
    pub(super) async fn keep_hashes(&mut self, of: AccountId) -> Stored<()> {
        sqlx::query(
            "INSERT INTO registered_key (sha256, owner_id) SELECT sha256, account_id FROM authentication_key \
             WHERE account_id = $1 ON CONFLICT (sha256) DO NOTHING",
        )
        .bind(of.to_string())
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Deletes a key of the account; whether there was one.
    pub(crate) async fn delete_key(&mut self, of: AccountId, id: KeyId) -> Stored<bool> {
        self.keep_hashes(of).await?;
        let done = sqlx::query("DELETE FROM authentication_key WHERE account_id = $1 AND id = $2")
            .bind(of.to_string())
            .bind(id.to_string())
            .execute(self.on())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    pub(crate) async fn touch_key(&mut self, of: AccountId, id: KeyId, at: i64) -> Stored<()> {
        sqlx::query(
            "UPDATE authentication_key SET last_used_at = $3 \
             WHERE account_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)",
        )
        .bind(of.to_string())
        .bind(id.to_string())
        .bind(at)
        .execute(self.on())
        .await?;
        Ok(())
    }
}
