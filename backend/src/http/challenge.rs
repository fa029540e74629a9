//! The second factor: asked for by a sign-in or a step-up, answered with a number.

use super::Handle;
use super::account::own;
use super::confirmation;
use super::session::{complete_sign_in, complete_step_up};
use crate::address::sent_to;
use crate::caller::SignedIn;
use crate::delivery::challenge_lifetime;
use crate::guess::{self, Door};
use crate::notice::{email_of, phone_of};
use crate::number::{self, Issue, Quiet};
use crate::peer::{self, Act};
use crate::random::uuid;
use crate::state::Backend;
use crate::store::{AccountRow, Binding, Budget, ChallengeRow, NumberPurpose, NumberRow, Tx};
use contract::activity::Event;
use contract::message::NumberReason;
use contract::operation::{AnswerChallenge, ResendChallenge};
use contract::session::{Challenge, SignIn};
use contract::verification::{Channel, NumberState};
use contract::{ChallengeId, Problem, ProblemCode, SessionId};

/// Sends the number and opens the challenge under which it is answered.
pub(super) async fn ask_second_factor(
    backend: &Backend,
    tx: &mut Tx,
    account: &AccountRow,
    session: Option<SessionId>,
    (place, desktop): (Option<&str>, Option<String>),
) -> Result<Challenge, Problem> {
    let id = ChallengeId(uuid(backend.random())?);
    let at_home = session.is_some() || desktop.is_some();
    let (number, state) = send(backend, tx, account, bound(id, session), at_home, false).await?;
    let challenge = ChallengeRow {
        id,
        account_id: Some(account.id),
        session_id: session,
        place: place.map(str::to_owned),
        number_id: number.id,
        desktop,
        email: None,
    };
    tx.insert_challenge(&challenge, backend.now()).await?;
    // somebody knows the password, whether the number is ever typed or not; what they call the place is shown to the owner
    // once they are signed in
    let place = place.filter(|_| session.is_some());
    let (most, now) = (backend.settings().activity_max, backend.now());
    tx.record(account.id, Event::SecondFactorAsked, place, now, most).await?;
    Ok(face(id, account, &number, state))
}

/// Whose the number is. All step-ups of a session share one count of tries; a sign-in has its own.
fn bound(id: ChallengeId, session: Option<SessionId>) -> (Binding, NumberPurpose) {
    match session {
        None => (Binding::Challenge(id), NumberPurpose::SignIn),
        Some(session) => (Binding::Session(session), NumberPurpose::StepUp),
    }
}

async fn send(
    backend: &Backend,
    tx: &mut Tx,
    account: &AccountRow,
    bound: (Binding, NumberPurpose),
    at_home: bool,
    paced: bool,
) -> Result<(NumberRow, NumberState), Problem> {
    let (binding, purpose) = bound;
    let reason = match purpose {
        NumberPurpose::StepUp => NumberReason::StepUp,
        _ => NumberReason::SignIn,
    };
    let to = match account.method {
        Channel::Email => email_of(account),
        Channel::TextMessage => phone_of(account),
    };
    let budget = if at_home { Budget::SecondFactorAtHome } else { Budget::SecondFactor };
    let issue = Issue {
        binding,
        purpose,
        budget,
        reason,
        to: &to,
        account: Some(account.id),
        paced,
        registered: false,
        quiet: Quiet::No,
    };
    number::issue(backend, tx, issue).await
}

fn face(id: ChallengeId, account: &AccountRow, number: &NumberRow, state: NumberState) -> Challenge {
    Challenge {
        id,
        channel: number.channel,
        sent_to: sent_to(number.channel, &account.email, &account.mobile_phone),
        conditional: false,
        number: state,
    }
}

/// Begins a change on a challenge that is the caller's to answer: that of a sign-in is for whoever knows its id, that of
/// a step-up is the session's alone.
async fn begin(
    backend: &Backend,
    caller: Option<&SignedIn>,
    id: ChallengeId,
) -> Result<(Tx, ChallengeRow), Problem> {
    let mut tx = match caller {
        Some(caller) => caller.begin(backend).await?,
        None => backend.store().write().await?,
    };
    let since = backend.now() - challenge_lifetime(backend.settings());
    let challenge = tx.challenge(id, since).await?;
    let session = caller.map(|caller| caller.session.id);
    match challenge {
        Some(row) if row.session_id.is_none() || row.session_id == session => Ok((tx, row)),
        _ => Err(ProblemCode::NotFound.into()),
    }
}

/// Whose own failures count beside those of the number: none where somebody signs in from anywhere.
fn door(challenge: &ChallengeRow) -> Option<Door> {
    match (challenge.session_id, &challenge.desktop) {
        (Some(session), _) => challenge.account_id.map(|account| Door::Session(session, account)),
        (None, Some(sha256)) => Some(Door::Desktop(sha256.clone())),
        (None, None) => None,
    }
}

impl Handle for AnswerChallenge {
    type Caller = Option<SignedIn>;
    async fn handle(self, caller: Option<SignedIn>, backend: &Backend) -> Result<SignIn, Problem> {
        let (mut tx, challenge) = begin(backend, caller.as_ref(), self.id).await?;
        let bound = bound(self.id, challenge.session_id);
        let place = challenge.place.as_deref();
        let door = door(&challenge);
        let (id, typed) = (challenge.number_id, &self.body.number);
        let tried = number::attempt(backend, &mut tx, id, bound, door.as_ref(), typed).await?;
        if let Err(refusal) = number::right(backend, tried) {
            let of = match (challenge.account_id, &challenge.email) {
                (Some(account), _) => account.into(),
                (None, Some(sealed)) => confirmation::subject(backend, self.id, sealed)?,
                (None, None) => return Err(ProblemCode::NotFound.into()),
            };
            let (most, now) = (backend.settings().activity_max, backend.now());
            let place = place.filter(|_| challenge.session_id.is_some());
            tx.record(of, Event::SecondFactorRefused, place, now, most).await?;
            if door.is_none() {
                peer::count(backend, &mut tx, Act::Failure).await?;
            }
            backend.commit_number(tx).await?;
            return Err(refusal);
        }
        let account = own(&mut tx, challenge.account_id.ok_or(ProblemCode::NotFound)?).await?;
        match caller {
            Some(caller) if challenge.session_id.is_some() => {
                complete_step_up(backend, tx, caller.session).await
            }
            _ => {
                if let Some(door) = &door {
                    guess::succeeded(&mut tx, door).await?;
                }
                complete_sign_in(backend, tx, &account, place, challenge.desktop.as_deref()).await
            }
        }
    }
}

impl Handle for ResendChallenge {
    type Caller = Option<SignedIn>;
    async fn handle(self, caller: Option<SignedIn>, backend: &Backend) -> Result<Challenge, Problem> {
        let (mut tx, challenge) = begin(backend, caller.as_ref(), self.id).await?;
        // an answered challenge is over, and so is one whose number another step-up of the session replaced
        let number = tx.number(challenge.number_id).await?;
        if number.is_none_or(|number| number.used_at.is_some() || number.replaced_at.is_some()) {
            return Err(ProblemCode::NumberExpired.into());
        }
        let (number, challenge) = match (challenge.account_id, &challenge.email) {
            (_, Some(sealed)) => confirmation::send_again(backend, &mut tx, &challenge, sealed).await?,
            (Some(account), None) => {
                let account = own(&mut tx, account).await?;
                let at_home = challenge.session_id.is_some() || challenge.desktop.is_some();
                let bound = bound(self.id, challenge.session_id);
                let (number, state) = send(backend, &mut tx, &account, bound, at_home, true).await?;
                let face = face(self.id, &account, &number, state);
                (number, face)
            }
            (None, None) => return Err(ProblemCode::NotFound.into()),
        };
        tx.renumber_challenge(self.id, number.id).await?;
        backend.acknowledge(tx, challenge).await
    }
}
