//! What was sent lately: to an address, on behalf of an account, and altogether. Each has its limit, so that nobody can
//! flood a person, many persons, or the gateways.

use super::{Ask, Stored, Tx};

/// How much may be sent within a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sends {
    pub to_address: u32,
    pub of_account: u32,
    pub altogether: u32,
    /// Milliseconds.
    pub window: i64,
}

impl Tx {
    /// Notes a sending, or says how long until the address, the account and everybody together may be sent to again.
    pub(super) async fn sending_wait(&mut self, ask: &Ask) -> Stored<Option<i64>> {
        let account = ask.account.map(|id| id.to_string());
        let mut wait: Option<i64> = None;
        for (sql, of, most) in [
            (
                "SELECT at FROM sending WHERE address = $1 AND at > $2 ORDER BY at DESC LIMIT 1 OFFSET $3",
                Some(ask.address.as_str()),
                ask.sends.to_address,
            ),
            (
                "SELECT at FROM sending WHERE account_id = $1 AND at > $2 ORDER BY at DESC LIMIT 1 OFFSET $3",
                account.as_deref(),
                ask.sends.of_account,
            ),
            (
                "SELECT at FROM sending WHERE $1 = '' AND at > $2 ORDER BY at DESC LIMIT 1 OFFSET $3",
                Some(""),
                ask.sends.altogether,
            ),
        ] {
            let (Some(of), Some(newer)) = (of, most.checked_sub(1)) else { continue };
            // the one that must leave the window before there is room again
            let blocking: Option<(i64,)> = sqlx::query_as(sql)
                .bind(of)
                .bind(ask.now - ask.sends.window)
                .bind(i64::from(newer))
                .fetch_optional(self.on())
                .await?;
            wait = wait.max(blocking.map(|(at,)| at + ask.sends.window - ask.now));
        }
        if wait.is_none() {
            sqlx::query("INSERT INTO sending (address, number_id, at, account_id) VALUES ($1, $2, $3, $4)")
                .bind(&ask.address)
                .bind(ask.id.to_string())
                .bind(ask.now)
                .bind(&account)
                .execute(self.on())
                .await?;
        }
        Ok(wait)
    }
}
