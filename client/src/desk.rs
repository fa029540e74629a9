//! The desk: one backend, one vault, at most one signed-in account, and one method for each of the shell's commands
//! that is not about windows or the clipboard.

mod backend_key;
mod cancel;
mod connection;
pub(crate) mod face;
mod known;
mod messages;
mod open;
mod owed;
mod prepared;
mod revocation;
mod seen;
mod sign_in;
mod signed_in;
mod start;
mod unlock;

pub(crate) use signed_in::Held;

use crate::ask::{ask, ask_for};
use crate::connection::Watched;
use crate::signed_out::SignedOut;
use crate::transport::Transport;
use crate::transport::embedded::Embedded;
use crate::vault::Vault;
use crate::vault::entry::Origin;
use crate::wish::Wishes;
use backend_key::BackendKey;
use owed::Owed;
use postern_backend::clock::Clock;
use postern_contract::advice::{AdviceInput, PasswordAdvice, PasswordHint};
use postern_contract::operation::{Operation, WebviewRequest};
use postern_contract::shell::{BackendFace, StoreState};
use postern_contract::{Access, KeyId, Problem, ProblemCode};
use seen::SeenHere;
use serde_json::Value;
use signed_in::SignedIn;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long closing may be held up by what is owed.
const LAST_TRY: Duration = Duration::from_secs(2);

/// The administrator's side of one backend. Cheap to clone; all clones are one desk.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    way: Watched,
    embedded: Option<Embedded>,
    backend_key: Option<BackendKey>,
    vault: Vault,
    origin: Origin,
    face: BackendFace,
    place: Option<String>,
    clock: Arc<dyn Clock>,
    signed_in: SignedIn,
    owed: Owed,
    signed_out: Arc<SignedOut>,
    wishes: Wishes,
    seen: SeenHere,
    /// Held while keys are listed, added or deleted: mending must not see a key that is only half made.
    keys: tokio::sync::Mutex<()>,
    /// Interrupted keys of which was told that they wait for the password.
    waiting: Mutex<BTreeSet<KeyId>>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("origin", &self.0.origin).finish_non_exhaustive()
    }
}

macro_rules! dispatch {
    ($($name:ident,)*) => {
        /// Carries one webview operation; the answer is that operation's, as JSON.
        pub async fn send(&self, request: WebviewRequest) -> Result<Value, Problem> {
            self.keep_backend_key_for(&request).await;
            let may_rename = matches!(request, WebviewRequest::ChangeAccount(_));
            let answer = match request {
                $(WebviewRequest::$name(operation) => {
                    let answer = self.ask(&operation).await?;
                    serde_json::to_value(answer).map_err(|_| Problem::new(ProblemCode::NotOurBackend))
                })*
            };
            if let (true, Ok(account)) = (may_rename, &answer) {
                self.rename_known(&account["email"]).await;
            }
            answer
        }
    };
}

impl Desk {
    postern_contract::with_webview_operations!(dispatch);

    /// Asks for one operation as whoever is signed in, if the operation wants to know. A session that has ended is
    /// forgotten; where another window entered the password again meanwhile, the new token is used instead.
    pub(crate) async fn ask<O: Operation>(&self, operation: &O) -> Result<O::Answer, Problem> {
        let held = match O::DECLARED.access {
            Access::Open => None,
            Access::OpenOrSession => self.held().await.unwrap_or_default(),
            Access::Session | Access::StepUp | Access::KeyOrSession => Some(self.required().await?),
            // a service's operation is not the desktop's to ask
            Access::Service => return Err(Problem::new(ProblemCode::NotPermitted)),
        };
        self.ask_as(held, operation).await
    }

    /// The same as one session: never as another account's, whoever has signed in since that session was looked up.
    pub(crate) async fn ask_as<O: Operation>(
        &self,
        held: Option<Held>,
        operation: &O,
    ) -> Result<O::Answer, Problem> {
        if O::DECLARED.access == Access::StepUp {
            self.unlocked_in_this_run()?;
        }
        let wish = self.0.wishes.of(operation)?;
        let token = held.as_ref().map(|held| &held.token);
        let mut answer = ask_for(self.transport(), operation, token, wish.as_ref()).await;
        if let Some(wish) = &wish {
            self.0.wishes.answered(wish, &answer);
        }
        if let Ok(answer) = &mut answer {
            self.hold_to_this_run(answer);
            self.saw(held.as_ref(), operation, answer);
        }
        let (Err(Problem { code: ProblemCode::Unauthenticated, .. }), Some(used)) = (&answer, held) else {
            return answer;
        };
        match self.lost(&used).await {
            Some(newer) if newer.account == used.account => {
                let mut answer = ask(self.transport(), operation, Some(&newer.token)).await;
                if let Ok(answer) = &mut answer {
                    self.hold_to_this_run(answer);
                    self.saw(Some(&newer), operation, answer);
                }
                answer
            }
            _ => answer,
        }
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &self.0.way
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// The right to work on keys.
    pub(crate) async fn key_work(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.keys.lock().await
    }

    /// Notes that a key waits for the password; false where that has been told in this run.
    pub(crate) fn waits(&self, id: KeyId) -> bool {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id)
    }

    /// Asks the secret store whether it can be used, without showing a prompt.
    pub async fn store_state(&self) -> StoreState {
        self.0.vault.state().await
    }

    /// The secret store's state as it changes, as far as any call noticed.
    pub fn store_changes(&self) -> watch::Receiver<StoreState> {
        self.0.vault.changes()
    }

    /// Asks the secret store again and lets it show its unlock prompt. What memory held moves into the store.
    pub async fn unlock_store(&self) -> StoreState {
        let state = self.0.vault.unlock().await;
        if state == StoreState::Ready {
            self.settle_if_idle().await;
        }
        state
    }

    /// Chooses to keep secrets in memory until the application ends, while the store cannot be used.
    pub async fn use_memory_only(&self) -> StoreState {
        self.0.vault.use_memory_only().await
    }

    /// How good a password is. Computed here by the backend's own rule.
    pub async fn advise_password(&self, input: AdviceInput) -> PasswordAdvice {
        let judged = tokio::task::spawn_blocking(move || postern_backend::advise_password(&input)).await;
        judged.unwrap_or(PasswordAdvice { level: 0, hint: PasswordHint::None, rule: None })
    }

    /// Whether the backend runs inside the application.
    pub fn is_embedded(&self) -> bool {
        self.0.embedded.is_some()
    }

    /// Ends: what is owed is tried once more, shortly, then the embedded backend closes its database.
    pub async fn close(&self) {
        // what stays owed is kept for the next run, or opens nothing
        let _ = timeout(LAST_TRY, async { tokio::join!(self.settle_if_idle(), self.keep_seen()) }).await;
        if let Some(embedded) = &self.0.embedded {
            embedded.close().await;
        }
    }
}
