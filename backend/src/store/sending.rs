//! What was sent lately: to an address, on behalf of an account, and altogether. Each has its limit, so that nobody can
//! flood a person, many persons, or the gateways. What one kind of asker uses up is not missing to another, so that
//! nobody's second factor can be held up from outside either.

use super::{Ask, Stored, Tx};

/// How much may be sent within a window of time out of one budget; `of_account` is over all of them but that of whoever
/// is at home, which has as much again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sends {
    pub to_address: u32,
    pub of_account: u32,
    pub altogether: u32,
    /// Milliseconds.
    pub window: i64,
}

/// Out of which budget a number is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    /// Strangers, who name any address.
    SignUp,
    /// Accounts, which name any address too.
    ChangeContact,
    /// Whoever has shown the password and is sent to at the account's own address.
    SecondFactor,
    /// The same at a known desktop or within a session: somebody who only has the password uses up nothing of it.
    SecondFactorAtHome,
}

impl Budget {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::ChangeContact => "change_contact",
            Self::SecondFactor => "second_factor",
            Self::SecondFactorAtHome => "second_factor_at_home",
        }
    }
}

impl Tx {
    /// Notes a sending, or says how long until the address, the account and everybody together may be sent to again.
    pub(super) async fn sending_wait(&mut self, ask: &Ask) -> Stored<Option<i64>> {
        let account = ask.account.map(|id| id.to_string());
        let budget = ask.budget.as_str();
        let mut wait: Option<i64> = None;
        for (sql, of, most) in [
            (
                "SELECT at FROM sending WHERE address = $1 AND budget = $4 AND at > $2 \
                 ORDER BY at DESC LIMIT 1 OFFSET $3",
                Some(ask.address.as_str()),
                ask.sends.to_address,
            ),
            (
                "SELECT at FROM sending WHERE account_id = $1 AND at > $2 \
                 AND (budget = 'second_factor_at_home') = ($4 = 'second_factor_at_home') \
                 ORDER BY at DESC LIMIT 1 OFFSET $3",
                account.as_deref(),
                ask.sends.of_account,
            ),
            (
                "SELECT at FROM sending WHERE $1 = '' AND budget = $4 AND at > $2 \
                 ORDER BY at DESC LIMIT 1 OFFSET $3",
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
                .bind(budget)
                .fetch_optional(self.on())
                .await?;
            wait = wait.max(blocking.map(|(at,)| at + ask.sends.window - ask.now));
        }
        if wait.is_none() {
            sqlx::query(
                "INSERT INTO sending (address, number_id, at, account_id, budget) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(&ask.address)
            .bind(ask.id.to_string())
            .bind(ask.now)
            .bind(&account)
            .bind(budget)
            .execute(self.on())
            .await?;
        }
        Ok(wait)
    }
}
