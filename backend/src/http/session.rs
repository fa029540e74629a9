//! Sessions: signing in and out, entering the password again, and the places where the account is signed in.

use super::Handle;
use super::account::own;
use super::challenge::ask_second_factor;
use super::confirmation;
use crate::caller::{self, Anybody, KeyOrSession, SignedIn, Unlocked, moment};
use crate::code::{self, fingerprint};
use crate::delivery::session_limits;
use crate::guess::{self, Door};
use crate::peer::{self, Act, Budget};
use crate::random::uuid;
use crate::state::Backend;
use crate::store::{AccountRow, SessionRow, Subject, Tx};
use contract::activity::Event;
use contract::operation::{
    CloseSession, EndSession, GetSession, GetWhoAmI, ListSessions, OpenSession, RevokeSession, StepUp,
};
use contract::rules::{self, canonical_email};
use contract::session::{PLACE_MAX, Place, Session, Sessions, SignIn, WhoAmI};
use contract::{Problem, ProblemCode, Secret, SessionId};

impl Handle for OpenSession {
    type Caller = Anybody;
    async fn handle(self, _: Anybody, backend: &Backend) -> Result<SignIn, Problem> {
        let body = self.body;
        let place = body.place.as_deref().map(|place| rules::line(place, PLACE_MAX)).transpose();
        let place = place.map_err(|rule| Problem::field(ProblemCode::Rejected, "place", rule))?;
        let email = canonical_email(&body.email);
        let address = Door::Address(backend.keys().address("email", &email));
        let shown = body.desktop.as_ref().map(|secret| fingerprint(secret.expose()));
        let budget = Budget::of(backend, Act::Failure);
        // what counts is asked again once the password has been hashed
        let look = backend.store().look().await?;
        let (door, peers) = (address.subject(), Budget::subjects(budget.as_ref()));
        let arrival = look.arrival((&body.email, &door), shown.as_deref(), peers, backend.now()).await?;
        let arriving = Arriving { email: &email, password: &body.password, place: place.as_deref() };
        match (arrival.account, shown.filter(|_| arrival.desktop_known)) {
            (Some(account), Some(sha256)) => at_known_desktop(backend, arriving, account, sha256).await,
            (account, _) => {
                // no password is hashed for a guess that comes too early, whether or not there is an account
                if let Some(budget) = &budget {
                    budget.allows(backend, arrival.peers_used_until)?;
                }
                if let Err(early) = address.allows(backend, arrival.failures) {
                    if let Some(budget) = &budget {
                        let mut tx = backend.store().write().await?;
                        budget.count(backend, &mut tx).await?;
                        tx.commit().await?;
                    }
                    return Err(early);
                }
                peer::watched(backend, from_anywhere(backend, arriving, account, &address, budget)).await
            }
        }
    }
}

/// Who signs in: what was sent, read.
#[derive(Clone, Copy)]
struct Arriving<'a> {
    /// In its canonical form.
    email: &'a str,
    password: &'a Secret<String>,
    place: Option<&'a str>,
}

/// Signs in at a known desktop: its own failures count, and strangers behind the same network hold it up in nothing.
async fn at_known_desktop(
    backend: &Backend,
    Arriving { password, place, .. }: Arriving<'_>,
    account: AccountRow,
    sha256: String,
) -> Result<SignIn, Problem> {
    let (door, now) = (Door::Desktop(sha256), backend.now());
    guess::allowed(backend, &mut backend.store().glance().await?, &door).await?;
    let right = backend.verify_password(Some(account.id), password, Some(&account.password)).await?;
    let mut tx = backend.store().write().await?;
    let standing = tx.standing(Some(account.id), &door.subject(), Budget::subjects(None), now).await?;
    door.allows(backend, standing.failures)?;
    if !right || account.disabled_at.is_some() {
        // what a client that is not signed in calls the place is not shown to the owner
        return refuse(backend, tx, &door, account.id.into(), Event::SignInRefused, None).await;
    }
    let (mut tx, account) = renewed(backend, tx, (account, standing.account), password, true).await?;
    if standing.failures.0 > 0 && !account.two_factor {
        guess::succeeded(&mut tx, &door).await?;
    }
    let Door::Desktop(sha256) = door else { return Err(ProblemCode::CredentialsRefused.into()) };
    proceed(backend, tx, &account, place, Some(sha256)).await
}

/// Signs in anywhere else. An unknown address costs the same hash and the same writes as a wrong password.
async fn from_anywhere(
    backend: &Backend,
    arriving: Arriving<'_>,
    account: Option<AccountRow>,
    door: &Door,
    budget: Option<Budget>,
) -> Result<SignIn, Problem> {
    let Arriving { email, password, place } = arriving;
    let stored = account.as_ref().map(|account| account.password.as_str());
    let right = backend.verify_password(None, password, stored).await?;
    let (id, now) = (account.as_ref().map(|account| account.id), backend.now());
    let mut tx = backend.store().write().await?;
    let standing = tx.standing(id, &door.subject(), Budget::subjects(budget.as_ref()), now).await?;
    if let Some(budget) = &budget {
        // others from there may have used it up while this one was hashed
        budget.allows(backend, standing.peers_used_until)?;
    }
    let early = door.allows(backend, standing.failures);
    let right = account.as_ref().filter(|account| right && account.disabled_at.is_none());
    let wants_number = door.wants_number(standing.failures);
    if let Some(budget) = budget.filter(|_| early.is_err() || wants_number || right.is_none()) {
        budget.count(backend, &mut tx).await?;
    }
    if let Err(early) = early {
        tx.commit().await?;
        return Err(early);
    }
    let of = id.map_or_else(|| Subject::nobody(door.address()), Subject::from);
    if wants_number {
        // changed since it was verified: it is no longer the password
        let still = |now: &AccountRow| right.is_some_and(|right| now.keeps_password_of(right));
        let right = standing.account.filter(|now| still(now) && now.disabled_at.is_none());
        return confirmation::ask(backend, tx, right.as_ref(), email, (of, place)).await;
    }
    let Some(account) = right.cloned() else {
        return refuse(backend, tx, door, of, Event::SignInRefused, None).await;
    };
    let (tx, account) = renewed(backend, tx, (account, standing.account), password, false).await?;
    proceed(backend, tx, &account, place, None).await
}

/// The account as it is now, if the password that was verified still opens it, hashed anew where its hash is outdated.
async fn renewed(
    backend: &Backend,
    mut tx: Tx,
    (mut verified, mut now): (AccountRow, Option<AccountRow>),
    password: &Secret<String>,
    known: bool,
) -> Result<(Tx, AccountRow), Problem> {
    if backend.hasher().is_outdated(&verified.password) {
        drop(tx);
        verified.password = rehash(backend, &verified, password, known).await?;
        tx = backend.store().write().await?;
        now = tx.account(verified.id).await?;
    }
    let usable = |now: &AccountRow| now.keeps_password_of(&verified) && now.disabled_at.is_none();
    Ok((tx, now.filter(usable).ok_or(ProblemCode::CredentialsRefused)?))
}

/// The password was right: asks for the second factor, or opens the session.
async fn proceed(
    backend: &Backend,
    mut tx: Tx,
    account: &AccountRow,
    place: Option<&str>,
    desktop: Option<String>,
) -> Result<SignIn, Problem> {
    if account.two_factor {
        let challenge = ask_second_factor(backend, &mut tx, account, None, (place, desktop)).await?;
        backend.commit_and_deliver(tx).await?;
        return Ok(SignIn::SecondFactor { challenge });
    }
    complete_sign_in(backend, tx, account, place, desktop.as_deref()).await
}

/// Notes a refused password. The answer is the same whoever was meant.
async fn refuse<T>(
    backend: &Backend,
    mut tx: Tx,
    door: &Door,
    of: Subject,
    event: Event,
    place: Option<&str>,
) -> Result<T, Problem> {
    tx.record(of, event, place, backend.now(), backend.settings().activity_max).await?;
    guess::failed(backend, &mut tx, door).await?;
    tx.commit().await?;
    Err(ProblemCode::CredentialsRefused.into())
}

/// The same password under today's parameters.
async fn rehash(
    backend: &Backend,
    account: &AccountRow,
    password: &Secret<String>,
    known: bool,
) -> Result<String, Problem> {
    let new = backend
        .hash_password(known.then_some(account.id), rules::canonical_password(password.expose()))
        .await?;
    let mut tx = backend.store().write().await?;
    tx.rehash_password(account.id, &account.password, &new).await?;
    tx.commit().await?;
    Ok(new)
}

/// Opens the session; the doors are open already. Where somebody signs in at no known desktop, this is one from now on.
pub(super) async fn complete_sign_in(
    backend: &Backend,
    mut tx: Tx,
    account: &AccountRow,
    place: Option<&str>,
    desktop: Option<&str>,
) -> Result<SignIn, Problem> {
    let (id, now) = (SessionId(uuid(backend.random())?), backend.now());
    let (token, given) = (code::token(backend.random())?, code::token(backend.random())?);
    let of_given = fingerprint(given.expose());
    // a desktop that was forgotten meanwhile is given another secret
    let known = match desktop {
        Some(sha256) => tx.touch_desktop(sha256, now).await?.then_some(sha256),
        None => None,
    };
    let sha256 = known.unwrap_or(&of_given);
    if known.is_none() {
        tx.insert_desktop(sha256, account.id, now).await?;
    }
    tx.insert_session(id, account.id, &fingerprint(token.expose()), (place, sha256), now).await?;
    tx.record(account.id, Event::SignedIn, place, now, backend.settings().activity_max).await?;
    backend.commit_number(tx).await?;
    let row = SessionRow {
        id,
        account_id: account.id,
        place: place.map(str::to_owned),
        signed_in_at: now,
        last_seen_at: now,
        stepped_up_at: None,
        name: account.name.clone(),
        email: account.email.clone(),
    };
    Ok(SignIn::Complete {
        token,
        session: caller::face(backend, &row),
        desktop: known.is_none().then_some(given),
    })
}

/// Gives the session its new token.
pub(super) async fn complete_step_up(
    backend: &Backend,
    mut tx: Tx,
    mut session: SessionRow,
) -> Result<SignIn, Problem> {
    let (token, now) = (code::token(backend.random())?, backend.now());
    guess::succeeded(&mut tx, &Door::Session(session.id, session.account_id)).await?;
    tx.step_up_session(session.id, &fingerprint(token.expose()), now).await?;
    let place = session.place.as_deref();
    tx.record(session.account_id, Event::SteppedUp, place, now, backend.settings().activity_max).await?;
    backend.commit_number(tx).await?;
    (session.stepped_up_at, session.last_seen_at) = (Some(now), now);
    Ok(SignIn::Complete { token, session: caller::face(backend, &session), desktop: None })
}

impl Handle for StepUp {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, backend: &Backend) -> Result<SignIn, Problem> {
        let account = &caller.owner;
        let place = caller.session.place.as_deref();
        let door = Door::Session(caller.session.id, account.id);
        // asked before the password is hashed, and again once others may have guessed meanwhile
        guess::allowed(backend, &mut backend.store().glance().await?, &door).await?;
        let right =
            backend.verify_password(Some(account.id), &self.body.password, Some(&account.password)).await?;
        let mut tx = caller.begin(backend).await?;
        guess::allowed(backend, &mut tx, &door).await?;
        if !right {
            return refuse(backend, tx, &door, account.id.into(), Event::StepUpRefused, place).await;
        }
        let account = own(&mut tx, account.id).await?;
        if account.two_factor {
            let session = Some(caller.session.id);
            let challenge = ask_second_factor(backend, &mut tx, &account, session, (place, None)).await?;
            backend.commit_and_deliver(tx).await?;
            return Ok(SignIn::SecondFactor { challenge });
        }
        complete_step_up(backend, tx, caller.session).await
    }
}

impl Handle for GetSession {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, backend: &Backend) -> Result<Session, Problem> {
        Ok(caller.face(backend))
    }
}

impl Handle for CloseSession {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, backend: &Backend) -> Result<(), Problem> {
        end(backend, &caller, caller.session.id, Event::SignedOut).await
    }
}

impl Handle for RevokeSession {
    type Caller = Anybody;
    async fn handle(self, _: Anybody, backend: &Backend) -> Result<(), Problem> {
        let limits = session_limits(backend.settings(), backend.clock());
        // a hash that is nobody's has nothing written, and is answered alike
        let Some(named) = SignedIn::named(backend, self.body.token_sha256, limits).await? else {
            return Ok(());
        };
        match end(backend, &named, named.session.id, Event::SignedOut).await {
            // it ended meanwhile
            Err(problem) if problem.code == ProblemCode::Unauthenticated => Ok(()),
            done => done,
        }
    }
}

impl Handle for EndSession {
    type Caller = Unlocked;
    async fn handle(self, caller: Unlocked, backend: &Backend) -> Result<(), Problem> {
        end(backend, &caller.0, self.id, Event::SessionEnded).await
    }
}

async fn end(backend: &Backend, caller: &SignedIn, id: SessionId, event: Event) -> Result<(), Problem> {
    let mut tx = caller.begin(backend).await?;
    if event == Event::SessionEnded {
        // who ends it has no hold of that desktop any more; one's own stays known, as after signing out
        tx.forget_desktop_of(caller.account(), id, Some(caller.session.id)).await?;
    }
    if !tx.delete_session(id, caller.account()).await? {
        return Err(ProblemCode::NotFound.into());
    }
    let place = caller.session.place.as_deref();
    tx.record(caller.account(), event, place, backend.now(), backend.settings().activity_max).await?;
    Ok(tx.commit().await?)
}

impl Handle for ListSessions {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, backend: &Backend) -> Result<Sessions, Problem> {
        backend.seen().settle().await;
        let sessions = places(backend, &mut backend.store().glance().await?, &caller).await?;
        Ok(Sessions { sessions })
    }
}

/// Where the caller's account is signed in, newest first.
pub(super) async fn places(backend: &Backend, tx: &mut Tx, caller: &SignedIn) -> Result<Vec<Place>, Problem> {
    let limits = session_limits(backend.settings(), backend.clock());
    let rows = tx.sessions(caller.account(), limits).await?;
    let places = rows.into_iter().map(|row| Place {
        here: row.id == caller.session.id,
        id: row.id,
        place: row.place,
        signed_in_at: moment(row.signed_in_at),
        last_seen_at: moment(row.last_seen_at),
    });
    Ok(places.collect())
}

impl Handle for GetWhoAmI {
    type Caller = KeyOrSession;
    async fn handle(self, caller: KeyOrSession, _: &Backend) -> Result<WhoAmI, Problem> {
        Ok(match caller {
            KeyOrSession::Key(owner) => {
                WhoAmI { account_id: owner.account_id, key: Some(owner.id), label: Some(owner.label) }
            }
            KeyOrSession::Session(caller) => WhoAmI { account_id: caller.account(), key: None, label: None },
        })
    }
}
