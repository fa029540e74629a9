//! What was sent lately: to an address, on behalf of an account, and altogether. Each has its limit, so that nobody can
//! flood a person, many persons, or the gateways. What one kind of asker uses up is not missing to another, so that
//! nobody's second factor can be held up from outside either.

use super::{Ask, Stored, Tx};
use sqlx::Row as _;

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// The country of an email: no row has it.
const NO_COUNTRY: &str = "-";

/// How much may be sent within a window of time out of one budget; `of_account` is over all of them but that of whoever
/// is at home, which has as much again. One network causes no more than half of what an address may be sent, so that
/// strangers elsewhere leave the owner of the address something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sends {
    pub to_address: u32,
    /// Within a day. With the tries of a number it bounds how often a number is guessed. At home it does not count: there the
    /// failures of the desktop or session are counted instead.
    pub to_address_daily: u32,
    pub of_account: u32,
    pub altogether: u32,
    /// Milliseconds.
    pub window: i64,
    /// Text messages to one country within a day.
    pub to_country: u32,
    /// Text messages within a day.
    pub texts_a_day: u32,
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
    /// A wrong password where a right one would be sent a number: nothing is sent, and the work is the same.
    Nothing,
}

impl Budget {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::ChangeContact => "change_contact",
            Self::SecondFactor => "second_factor",
            Self::SecondFactorAtHome => "second_factor_at_home",
            Self::Nothing => "nothing",
        }
    }
}

/// A limit: which rows count, within how many milliseconds, and how many there may be.
struct Limit {
    counts: &'static str,
    window: i64,
    most: u32,
}

impl Ask {
    /// The parameters are: $1 the mailbox, $2 the budget, $3 the account, $4 the network, $5 the country, and from $6 on since when each
    /// limit's rows count.
    fn limits(&self) -> Vec<Limit> {
        let (sends, window) = (self.sends, self.sends.window);
        let daily = if self.budget == Budget::SecondFactorAtHome { u32::MAX } else { sends.to_address_daily };
        let half = |most: u32| most.div_ceil(2);
        let to_address = "mailbox = $1 AND budget = $2";
        let from_network = "mailbox = $1 AND budget = $2 AND peer = $4";
        let of_account =
            "account_id = $3 AND (budget = 'second_factor_at_home') = ($2 = 'second_factor_at_home')";
        [
            (to_address, window, sends.to_address),
            (to_address, DAY, daily),
            (from_network, window, half(sends.to_address)),
            (from_network, DAY, half(daily)),
            (of_account, window, sends.of_account),
            ("budget = $2", window, sends.altogether),
            ("country = $5 AND budget = $2", DAY, sends.to_country),
            (
                "budget = $2 AND country <> ''",
                DAY,
                if self.country.is_empty() { u32::MAX } else { sends.texts_a_day },
            ),
        ]
        .map(|(counts, window, most)| Limit { counts, window, most })
        .into()
    }
}

/// Whether a number may be sent, by the budgets.
#[derive(Debug)]
pub(super) enum Sending {
    /// It is noted; milliseconds until another one may be.
    Noted { next_in: i64 },
    /// Not now; milliseconds to wait.
    Wait(i64),
}

impl Tx {
    /// Notes a sending, or says how long until the address, the account and everybody together may be sent to again.
    pub(super) async fn note_sending(&mut self, ask: &Ask) -> Stored<Sending> {
        let account = ask.account.map(|id| id.to_string());
        let budget = ask.budget.as_str();
        let limits = ask.limits();
        // of each, the last that may be there, and the one that must leave the window before there is room again; written
        // out: SQLite plans a statement anew for each value of a limit that is bound
        let columns = (0..).zip(&limits).flat_map(|(place, Limit { counts, most, .. })| {
            let (since, newer) = (place + 6, most.saturating_sub(1));
            [newer.saturating_sub(1), newer].map(|newer| {
                format!(
                    "(SELECT at FROM sending WHERE {counts} AND at > ${since} ORDER BY at DESC LIMIT 1 OFFSET {newer})"
                )
            })
        });
        let sql = format!("SELECT {}", columns.collect::<Vec<_>>().join(", "));
        let question = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&ask.mailbox)
            .bind(budget)
            .bind(account.as_deref().unwrap_or_default())
            .bind(ask.peer.as_deref().unwrap_or_default())
            .bind(if ask.country.is_empty() { NO_COUNTRY } else { &ask.country });
        let question = limits.iter().fold(question, |question, limit| question.bind(ask.now - limit.window));
        let row = question.fetch_one(self.on()).await?;
        let (mut wait, mut next_in): (Option<i64>, i64) = (None, 0);
        for (place, limit) in limits.iter().enumerate() {
            let leaves = |at: i64| at + limit.window - ask.now;
            let last: Option<i64> = row.try_get(2 * place)?;
            let blocking: Option<i64> = row.try_get(2 * place + 1)?;
            // where one alone may be there, that is this one
            let last = if limit.most <= 1 { Some(ask.now) } else { last };
            next_in = next_in.max(last.map_or(0, leaves));
            wait = wait.max(blocking.map(leaves));
        }
        if let Some(wait) = wait {
            return Ok(Sending::Wait(wait));
        }
        sqlx::query(
            "INSERT INTO sending (address, number_id, at, account_id, budget, peer, mailbox, country) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&ask.address)
        .bind(ask.id.to_string())
        .bind(ask.now)
        .bind(&account)
        .bind(budget)
        .bind(&ask.peer)
        .bind(&ask.mailbox)
        .bind(&ask.country)
        .execute(self.on())
        .await?;
        Ok(Sending::Noted { next_in })
    }
}
