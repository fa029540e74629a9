//! Sessions: signing in and out, entering the password again, and the places where the account is signed in.

use super::Handle;
use super::account::own;
use super::challenge::ask_second_factor;
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
        let place = place.as_deref();
        let address = backend.keys().address("email", &canonical_email(&body.email));
        let shown = body.desktop.as_ref().map(|secret| fingerprint(secret.expose()));
        let budget = Budget::of(backend, Act::Failure);
        let peer = budget.as_ref().map(Budget::subject);
        // what counts is asked again once the password has been hashed
        let look = backend.store().look().await?;
        let arrival = look.arrival(&body.email, shown.as_deref(), peer, backend.now()).await?;
        let known = arrival.account;
        let desktop = shown.filter(|_| arrival.desktop_known);
        // behind the same address others never hold up a person at a known desktop
        let budget = budget.filter(|_| desktop.is_none());
        let peer = budget.as_ref().map(Budget::subject);
        let door = match (&known, &desktop) {
            (None, _) => Door::nowhere(&address),
            (Some(account), None) => Door::outside(account.id),
            (Some(account), Some(_)) => Door::known(account.id),
        };
        // whoever used up the budget of a place is refused before anything is hashed, whoever is meant; at a known
        // desktop it is the door that says so, since somebody there is known to have an account anyhow
        if let Some(budget) = &budget {
            budget.allows(backend, arrival.peer_used_until)?;
        }
        if desktop.is_some() {
            guess::allowed(backend, &mut backend.store().glance().await?, &door).await?;
        }
        // an unknown address costs the same hash and the same write as a wrong password
        let stored = known.as_ref().map(|account| account.password.as_str());
        let right = backend.verify_password(&body.password, stored).await?;
        let id = known.as_ref().map(|account| account.id);
        let opened = id.map(|id| Door::opened(id, desktop.is_some())).unwrap_or_default();
        let subjects: Vec<&str> = opened.iter().map(Door::subject).collect();
        let mut tx = backend.store().write().await?;
        let mut standing = tx.standing(id, door.subject(), &subjects, peer).await?;
        if let Some(budget) = &budget {
            // others from there may have used it up while this one was hashed
            budget.allows(backend, standing.peer_used_until)?;
        }
        if let Err(early) = door.allows(backend, standing.failures) {
            if desktop.is_none() {
                peer::count(backend, &mut tx, Act::Failure).await?;
                tx.commit().await?;
            }
            return Err(early);
        }
        let mut verified = match known {
            Some(account) if right && account.disabled_at.is_none() => account,
            other => {
                let of = other.map_or_else(|| Subject::nobody(&address), |account| account.id.into());
                if desktop.is_none() {
                    peer::count(backend, &mut tx, Act::Failure).await?;
                }
                return refuse(backend, tx, &door, of, Event::SignInRefused, place).await;
            }
        };
        if backend.hasher().is_outdated(&verified.password) {
            drop(tx);
            verified.password = rehash(backend, &verified, &body.password).await?;
            tx = backend.store().write().await?;
            standing = tx.standing(id, door.subject(), &subjects, peer).await?;
        }
        // changed since it was verified: it is no longer the password, or opens nothing any more
        let usable = |now: &AccountRow| now.keeps_password_of(&verified) && now.disabled_at.is_none();
        let account = standing.account.filter(usable).ok_or(ProblemCode::CredentialsRefused)?;
        if account.two_factor {
            let challenge = ask_second_factor(backend, &mut tx, &account, None, (place, desktop)).await?;
            backend.commit_and_deliver(tx).await?;
            return Ok(SignIn::SecondFactor { challenge });
        }
        if standing.any_failures {
            guess::succeeded(&mut tx, &opened).await?;
        }
        complete_sign_in(backend, tx, &account, place, desktop.as_deref()).await
    }
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
    guess::failed(backend, &mut tx, door).await?;
    tx.record(of, event, place, backend.now(), backend.settings().activity_max).await?;
    tx.commit().await?;
    Err(ProblemCode::CredentialsRefused.into())
}

/// The same password under today's parameters.
async fn rehash(
    backend: &Backend,
    account: &AccountRow,
    password: &Secret<String>,
) -> Result<String, Problem> {
    let new = backend.hash_password(rules::canonical_password(password.expose())).await?;
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
    let sha256 = desktop.unwrap_or(&of_given);
    if desktop.is_some() {
        tx.touch_desktop(sha256, now).await?;
    } else {
        tx.insert_desktop(sha256, account.id, now).await?;
    }
    tx.insert_session(id, account.id, &fingerprint(token.expose()), (place, sha256), now).await?;
    tx.record(account.id, Event::SignedIn, place, now, backend.settings().activity_max).await?;
    tx.commit().await?;
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
        desktop: desktop.is_none().then_some(given),
    })
}

/// Gives the session its new token.
pub(super) async fn complete_step_up(
    backend: &Backend,
    mut tx: Tx,
    mut session: SessionRow,
) -> Result<SignIn, Problem> {
    let (token, now) = (code::token(backend.random())?, backend.now());
    guess::succeeded(&mut tx, &[Door::inside(session.account_id)]).await?;
    tx.step_up_session(session.id, &fingerprint(token.expose()), now).await?;
    let place = session.place.as_deref();
    tx.record(session.account_id, Event::SteppedUp, place, now, backend.settings().activity_max).await?;
    tx.commit().await?;
    (session.stepped_up_at, session.last_seen_at) = (Some(now), now);
    Ok(SignIn::Complete { token, session: caller::face(backend, &session), desktop: None })
}

impl Handle for StepUp {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, backend: &Backend) -> Result<SignIn, Problem> {
        let account = &caller.owner;
        let place = caller.session.place.as_deref();
        let right = backend.verify_password(&self.body.password, Some(&account.password)).await?;
        let mut tx = caller.begin(backend).await?;
        let door = Door::inside(account.id);
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
