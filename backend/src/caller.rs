//! Who is asking, as types: a handler says in its signature what it needs, and a test of the types holds that this is
//! what the contract declares. A handler that changes something begins its transaction through its caller, which asks
//! again inside it whether the session still stands.

use crate::code::fingerprint;
use crate::delivery::session_limits;
use crate::state::{Backend, seconds};
use crate::store::{AccountRow, KeyOwner, SessionLimits, SessionRow, Tx};
use contract::key::{KeySecret, ServiceSecret};
use contract::session::Session;
use contract::{Access, AccountId, Moment, Problem, ProblemCode, Secret};
use std::future::Future;

/// The token of an `Authorization: Bearer` header; `None` where there is no such header.
pub(crate) type Bearer = Option<Secret<String>>;

/// Somebody who may ask an operation of this access.
pub(crate) trait Caller: Sized + Send {
    /// What the operation must declare.
    const ACCESS: Access;
    /// Whose account it is, where there is one.
    fn account(&self) -> Option<AccountId> {
        None
    }
    /// Finds out who it is, or refuses.
    fn identify(backend: &Backend, bearer: Bearer) -> impl Future<Output = Result<Self, Problem>> + Send;
}

/// Anybody.
#[derive(Debug)]
pub(crate) struct Anybody;

impl Caller for Anybody {
    const ACCESS: Access = Access::Open;
    async fn identify(_: &Backend, _: Bearer) -> Result<Self, Problem> {
        Ok(Self)
    }
}

/// A live session.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub session: SessionRow,
    /// Whose session it is, as it was when this was found out.
    pub owner: AccountRow,
    token: String,
}

impl SignedIn {
    pub(crate) fn account(&self) -> AccountId {
        self.session.account_id
    }

    /// The live session whose token has this hash. Whoever knows no more than the hash is not signed in, and is no use of
    /// the session.
    pub(crate) async fn named(
        backend: &Backend,
        token: String,
        limits: SessionLimits,
    ) -> Result<Option<Self>, Problem> {
        let mut found = backend.store().look().await?.session_by_token(&token, limits).await?;
        // only a session that is there can be kept alive by what is noted: no made-up token has anything written
        if found.is_none()
            && backend.store().look().await?.knows_token(&token).await?
            && backend.seen().settle().await
        {
            found = backend.store().look().await?.session_by_token(&token, limits).await?;
        }
        Ok(found.map(|(session, owner)| Self { session, owner, token }))
    }

    /// Seconds for which changes are still unlocked.
    pub(crate) fn unlocked_for(&self, backend: &Backend) -> u32 {
        unlocked_for(backend, self.session.stepped_up_at)
    }

    /// Begins a change, if the session still stands now that nobody else can change anything.
    pub(crate) async fn begin(&self, backend: &Backend) -> Result<Tx, Problem> {
        let mut tx = backend.store().write().await?;
        if tx.token_is_current(self.session.id, &self.token).await? {
            Ok(tx)
        } else {
            Err(ProblemCode::Unauthenticated.into())
        }
    }

    /// The session as its owner sees it.
    pub(crate) fn face(&self, backend: &Backend) -> Session {
        face(backend, &self.session)
    }
}

impl Caller for SignedIn {
    const ACCESS: Access = Access::Session;
    async fn identify(backend: &Backend, bearer: Bearer) -> Result<Self, Problem> {
        let bearer = bearer.ok_or(ProblemCode::Unauthenticated)?;
        if bearer.expose().starts_with(contract::key::PREFIX) {
            // a key that works is told that it may not; anything else is told no more than a wrong token is
            key_owner(backend, &bearer).await?;
            return Err(ProblemCode::NotPermitted.into());
        }
        let limits = session_limits(backend.settings(), backend.clock());
        let found = Self::named(backend, fingerprint(bearer.expose()), limits).await?;
        let mut caller = found.ok_or(ProblemCode::Unauthenticated)?;
        let session = &mut caller.session;
        // a part of the idle time as fine as a second is fine enough
        if limits.now - session.last_seen_at >= limits.idle / 3600 && limits.now > session.last_seen_at {
            backend.seen().session(session.id, limits.now);
            session.last_seen_at = limits.now;
        }
        Ok(caller)
    }
}

/// A live session whose password was entered again not long ago.
#[derive(Debug)]
pub(crate) struct Unlocked(pub SignedIn);

impl Unlocked {
    pub(crate) fn of(signed_in: SignedIn, backend: &Backend) -> Result<Self, Problem> {
        if signed_in.unlocked_for(backend) > 0 {
            Ok(Self(signed_in))
        } else {
            Err(ProblemCode::StepUpRequired.into())
        }
    }
}

impl Caller for Unlocked {
    const ACCESS: Access = Access::StepUp;
    async fn identify(backend: &Backend, bearer: Bearer) -> Result<Self, Problem> {
        Self::of(SignedIn::identify(backend, bearer).await?, backend)
    }
}

impl Caller for Option<SignedIn> {
    const ACCESS: Access = Access::OpenOrSession;
    fn account(&self) -> Option<AccountId> {
        self.as_ref().map(SignedIn::account)
    }
    async fn identify(backend: &Backend, bearer: Bearer) -> Result<Self, Problem> {
        match bearer {
            None => Ok(None),
            sent => SignedIn::identify(backend, sent).await.map(Some),
        }
    }
}

/// An authentication key, or a session.
#[derive(Debug)]
pub(crate) enum KeyOrSession {
    Key(KeyOwner),
    Session(Box<SignedIn>),
}

impl Caller for KeyOrSession {
    const ACCESS: Access = Access::KeyOrSession;
    async fn identify(backend: &Backend, bearer: Bearer) -> Result<Self, Problem> {
        match bearer {
            Some(secret) if secret.expose().starts_with(contract::key::PREFIX) => {
                let owner = key_owner(backend, &secret).await?;
                note_use(backend, &owner);
                Ok(Self::Key(owner))
            }
            other => SignedIn::identify(backend, other).await.map(|caller| Self::Session(Box::new(caller))),
        }
    }
}

/// A service with a credential.
#[derive(Debug)]
pub(crate) struct Service;

impl Caller for Service {
    const ACCESS: Access = Access::Service;
    async fn identify(backend: &Backend, bearer: Bearer) -> Result<Self, Problem> {
        let shown = bearer.and_then(|bearer| ServiceSecret::parse(bearer.expose()));
        let shown = shown.ok_or(ProblemCode::Unauthenticated)?;
        let service = backend.store().look().await?.service(&fingerprint(shown.expose())).await?;
        service.map(|_| Self).ok_or(ProblemCode::Unauthenticated.into())
    }
}

/// Whose key it is.
async fn key_owner(backend: &Backend, secret: &Secret<String>) -> Result<KeyOwner, Problem> {
    Ok(working_key(backend, secret).await?.ok_or(ProblemCode::Unauthenticated)?)
}

/// Whose key it is, if it is one that works. Form and check sum come first, so that a mistyped key costs no look-up.
pub(crate) async fn working_key(
    backend: &Backend,
    secret: &Secret<String>,
) -> Result<Option<KeyOwner>, Problem> {
    let Some(secret) = KeySecret::parse(secret.expose()) else { return Ok(None) };
    let hash = fingerprint(secret.expose());
    Ok(backend.store().look().await?.key_owner(&hash, backend.now()).await?)
}

/// Notes that a key was used, to the minute: enough to see that it is in use. Where there is no room to write it down,
/// the key works all the same.
pub(crate) fn note_use(backend: &Backend, key: &KeyOwner) {
    let minute = backend.now().div_euclid(60_000) * 60_000;
    if key.last_used_at.is_none_or(|at| at < minute) {
        backend.seen().key(key.account_id, key.id, minute);
    }
}

fn unlocked_for(backend: &Backend, stepped_up_at: Option<i64>) -> u32 {
    let lifetime = i64::from(backend.settings().capabilities.step_up_seconds) * 1000;
    stepped_up_at.map_or(0, |at| seconds(at + lifetime - backend.now()))
}

/// A session as its owner sees it.
pub(crate) fn face(backend: &Backend, session: &SessionRow) -> Session {
    let limits = session_limits(backend.settings(), backend.clock());
    let ends = (session.last_seen_at + limits.idle).min(session.signed_in_at + limits.absolute);
    Session {
        id: session.id,
        account_id: session.account_id,
        name: session.name.clone(),
        email: session.email.clone(),
        ends_in_seconds: seconds(ends - limits.now),
        unlocked_for_seconds: unlocked_for(backend, session.stepped_up_at),
    }
}

/// A stored instant as it is written on the wire.
pub(crate) fn moment(millisecond: i64) -> Moment {
    Moment::from_millisecond(millisecond)
}
