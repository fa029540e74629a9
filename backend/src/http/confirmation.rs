//! Confirmation of a sign-in at an address where many failed: a number opens it, which is sent only if the password is right.
//! It goes where the account's second factors go, or to its email address. So the owner of the address gets in at a new
//! computer whatever strangers do, and a stranger learns nothing more.
//!
//! Invariant: every answer, and the work behind it, is the same where the password is wrong or the address has no account:
//! then the number is never right, and what is stored instead of its message is nothing to send.

use crate::address::{Address, sent_to};
use crate::error::internal;
use crate::notice::{email_of, phone_of};
use crate::number::{self, Issue, Quiet};
use crate::random::uuid;
use crate::sealed::{seal, unseal};
use crate::state::Backend;
use crate::store::{AccountRow, Binding, Budget, ChallengeRow, NumberPurpose, NumberRow, Subject, Tx};
use contract::activity::Event;
use contract::message::NumberReason;
use contract::session::{Challenge, SignIn};
use contract::verification::{Channel, NumberState};
use contract::{AccountId, ChallengeId, Problem};
use uuid::Uuid;

/// No account has it: looking for it takes the work of looking for one.
const NOBODY: AccountId = AccountId(Uuid::nil());

/// Opens the confirmation of a sign-in with this address. `right` is the account if the password is right, and `of` whom it is
/// about in any case.
pub(super) async fn ask(
    backend: &Backend,
    mut tx: Tx,
    right: Option<&AccountRow>,
    email: &str,
    (of, place): (Subject, Option<&str>),
) -> Result<SignIn, Problem> {
    let id = ChallengeId(uuid(backend.random())?);
    let (number, state) = send(backend, &mut tx, right, (id, email), false).await?;
    let sealed = seal(backend.keys().seal(), backend.random(), id.0.as_bytes(), email.as_bytes())?;
    let confirmation = ChallengeRow {
        id,
        account_id: right.map(|account| account.id),
        session_id: None,
        place: place.map(str::to_owned),
        number_id: number.id,
        desktop: None,
        email: Some(sealed),
    };
    tx.insert_challenge(&confirmation, backend.now()).await?;
    let event = if right.is_some() { Event::SecondFactorAsked } else { Event::SignInRefused };
    // what a client that is not signed in calls the place is not shown to the owner
    tx.record(of, event, None, backend.now(), backend.settings().activity_max).await?;
    backend.commit_and_deliver(tx).await?;
    Ok(SignIn::SecondFactor { challenge: face(id, email, state) })
}

/// Makes another number for a confirmation.
pub(super) async fn send_again(
    backend: &Backend,
    tx: &mut Tx,
    confirmation: &ChallengeRow,
    sealed: &str,
) -> Result<(NumberRow, Challenge), Problem> {
    let id = confirmation.id;
    let email = email(backend, id, sealed)?;
    let right = tx.account(confirmation.account_id.unwrap_or(NOBODY)).await?;
    let (number, state) = send(backend, tx, right.as_ref(), (id, &email), true).await?;
    let face = face(id, &email, state);
    Ok((number, face))
}

/// Whom the confirmation is about where it has no account.
pub(super) fn subject(backend: &Backend, id: ChallengeId, sealed: &str) -> Result<Subject, Problem> {
    Ok(Subject::nobody(&backend.keys().address("email", &email(backend, id, sealed)?)))
}

fn email(backend: &Backend, id: ChallengeId, sealed: &str) -> Result<String, Problem> {
    let text = unseal(backend.keys().seal(), id.0.as_bytes(), sealed);
    let text = text.and_then(|text| String::from_utf8(text.to_vec()).ok());
    text.ok_or_else(|| internal("the address of a confirmation could not be read"))
}

async fn send(
    backend: &Backend,
    tx: &mut Tx,
    right: Option<&AccountRow>,
    (id, email): (ChallengeId, &str),
    paced: bool,
) -> Result<(NumberRow, NumberState), Problem> {
    let to = match right {
        Some(account) if account.two_factor && account.method == Channel::TextMessage => phone_of(account),
        Some(account) => email_of(account),
        None => Address::stored_email(email),
    };
    let issue = Issue {
        binding: Binding::Challenge(id),
        purpose: NumberPurpose::SignIn,
        budget: if right.is_some() { Budget::SecondFactor } else { Budget::Nothing },
        reason: NumberReason::SignIn,
        to: &to,
        account: right.map(|account| account.id),
        paced,
        registered: false,
        quiet: if right.is_some() { Quiet::Sent } else { Quiet::Unsent },
    };
    number::issue(backend, tx, issue).await
}

/// What is told: nothing but what was typed.
fn face(id: ChallengeId, email: &str, number: NumberState) -> Challenge {
    Challenge {
        id,
        channel: Channel::Email,
        sent_to: sent_to(Channel::Email, email, ""),
        conditional: true,
        number,
    }
}
