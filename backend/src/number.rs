//! Sending an authentication number and taking it back: what verifications and second factors have in common.

use crate::address::{Address, country, mailbox};
use crate::code;
use crate::delivery::outbox::{Outgoing, Says, queue};
use crate::guess::{self, Door};
use crate::peer;
use crate::random::uuid;
use crate::state::{Backend, seconds};
use crate::store::{Ask, Binding, Budget, NumberPurpose, NumberRow, Sends, Started, Tried, Tx};
use contract::message::NumberReason;
use contract::verification::{Channel, NumberState};
use contract::{AccountId, Problem, ProblemCode, rules};
use uuid::Uuid;

/// A number to be sent.
#[derive(Debug)]
pub(crate) struct Issue<'a> {
    pub binding: Binding,
    pub purpose: NumberPurpose,
    pub budget: Budget,
    pub reason: NumberReason,
    pub to: &'a Address,
    pub account: Option<AccountId>,
    /// Whether the time between two numbers must have passed.
    pub paced: bool,
    /// The address has an account already: its owner is told so, in place of a number, and no number will ever be
    /// right. All else is the same, so that whoever asks cannot tell.
    pub registered: bool,
    /// What is sent if at all, beside a confirmation's answer that says nothing of it.
    pub quiet: Quiet,
}

/// Whether an answer must not tell that a number is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// It tells.
    No,
    /// The number is sent where a budget is left, and nothing is told otherwise.
    Sent,
    /// No number is sent, and none is right; the work is the same.
    Unsent,
}

/// Makes a number, replaces the one before it, and queues the message. The state says when another one may be sent.
pub(crate) async fn issue(
    backend: &Backend,
    tx: &mut Tx,
    issue: Issue<'_>,
) -> Result<(NumberRow, NumberState), Problem> {
    let (keys, random) = (backend.keys(), backend.random());
    let capabilities = &backend.settings().capabilities;
    let (id, now) = (uuid(random)?, backend.now());
    let number = code::number(random)?;
    let never = code::token(random)?;
    let is_right = !issue.registered && issue.quiet != Quiet::Unsent;
    let right = if is_right { number.expose() } else { never.expose() };
    let address = keys.address(issue.to.kind(), &issue.to.canonical);
    let (mailbox, country) = match issue.to.channel {
        Channel::Email => (mailbox(&issue.to.canonical), None),
        Channel::TextMessage => (issue.to.canonical.clone(), country(&issue.to.canonical)),
    };
    let binding = issue.binding.to_string();
    let ask = Ask {
        id,
        binding: issue.binding,
        purpose: issue.purpose,
        channel: issue.to.channel,
        mac: keys.number(&id.to_string(), issue.purpose.as_str(), &address, &binding, right),
        address,
        mailbox: keys.address(issue.to.kind(), &mailbox),
        country: country.unwrap_or_default(),
        account: issue.account,
        now,
        lifetime: i64::from(capabilities.number_lifetime_seconds) * 1000,
        pace: if issue.paced { i64::from(capabilities.number_resend_seconds) * 1000 } else { 0 },
        tries_max: capabilities.number_tries,
        budget: issue.budget,
        sends: Sends {
            to_address: backend.settings().sends_max,
            to_address_daily: backend.settings().sends_daily_max,
            of_account: backend.settings().sends_of_account_max,
            altogether: backend.settings().sends_altogether_max,
            window: i64::from(backend.settings().sends_window_seconds) * 1000,
            to_country: backend.settings().texts_to_a_country_max,
            texts_a_day: backend.settings().texts_a_day_max,
        },
        peer: peer::widest(backend),
        quiet: issue.quiet != Quiet::No,
    };
    let (row, next_in, is_sent) = match tx.start_number(&ask).await? {
        Started::Sent { row, next_in } => (row, next_in, issue.quiet != Quiet::Unsent),
        Started::Unsent(row) => (row, 0, false),
        Started::Wait(milliseconds) => {
            return Err(Problem::new(ProblemCode::TooManyRequests).retry_after(seconds(milliseconds)));
        }
    };
    let says = if !is_sent {
        Says::Nothing
    } else if issue.registered {
        Says::AlreadyRegistered
    } else {
        let minutes = capabilities.number_lifetime_seconds.div_ceil(60);
        Says::Number { number: number.expose().clone(), reason: issue.reason, minutes }
    };
    let language = backend.language();
    let message =
        Outgoing { to: issue.to, language, says, account: issue.account, number: Some(id), at: now };
    queue(tx, keys, random, message).await?;
    // what is quiet tells nothing of the budgets
    let state = state(backend, &row, if issue.quiet == Quiet::No { next_in } else { 0 });
    Ok((row, state))
}

/// Tries a number as it was typed. The try is counted when `tx` is committed, right or wrong; a wrong one at its `door` too,
/// which is the asker's own. A number that is dead in any case says so, however many failures there were.
pub(crate) async fn attempt(
    backend: &Backend,
    tx: &mut Tx,
    id: Uuid,
    bound: (Binding, NumberPurpose),
    door: Option<&Door>,
    typed: &str,
) -> Result<Tried, Problem> {
    let number =
        rules::number(typed).map_err(|rule| Problem::field(ProblemCode::Rejected, "number", rule))?;
    let tries_max = backend.settings().capabilities.number_tries;
    if let Some(door) = door
        && tx.live_number(id, bound, tries_max, backend.now()).await?.is_some()
    {
        guess::allowed(backend, tx, door).await?;
    }
    let keys = backend.keys();
    let mac = |row: &NumberRow| {
        keys.number(&row.id.to_string(), row.purpose.as_str(), &row.address, &row.binding, &number)
    };
    let tried = tx.try_number(id, bound, tries_max, backend.now(), mac).await?;
    if let (Tried::Wrong { .. }, Some(door)) = (&tried, door) {
        guess::failed(backend, tx, door).await?;
    }
    Ok(tried)
}

/// The row of a right number, or the refusal of any other.
pub(crate) fn right(backend: &Backend, tried: Tried) -> Result<NumberRow, Problem> {
    // the count of tries outlives a resend, so the next usable number comes once this one has expired
    let next = |expires_at: i64| seconds(expires_at - backend.now());
    match tried {
        Tried::Right(row) => Ok(row),
        Tried::Wrong { tries_left: 0, expires_at } => {
            Err(Problem::new(ProblemCode::NumberWrong).tries_left(0).retry_after(next(expires_at)))
        }
        Tried::Wrong { tries_left, .. } => Err(Problem::new(ProblemCode::NumberWrong).tries_left(tries_left)),
        Tried::Exhausted { expires_at } => {
            Err(Problem::new(ProblemCode::NumberExhausted).tries_left(0).retry_after(next(expires_at)))
        }
        Tried::Expired => Err(ProblemCode::NumberExpired.into()),
        Tried::Unknown => Err(ProblemCode::NotFound.into()),
    }
}

/// What may still be done with a number; `next_in` is how long its address waits for the next one, by its budgets.
fn state(backend: &Backend, row: &NumberRow, next_in: i64) -> NumberState {
    let capabilities = &backend.settings().capabilities;
    let now = backend.now();
    let paced = row.sent_at + i64::from(capabilities.number_resend_seconds) * 1000 - now;
    NumberState {
        valid_for_seconds: seconds(row.expires_at - now),
        tries_left: capabilities.number_tries.saturating_sub(row.tries),
        resend_in_seconds: seconds(paced.max(next_in)),
    }
}
