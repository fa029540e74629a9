//! What a window needs to draw itself first. Nobody waits for a network here: where the backend has not answered in a
//! moment, the window is told what is known, and learns the rest when it is.

use super::Desk;
use crate::ask::ask;
use postern_contract::capabilities::Capabilities;
use postern_contract::configuration::Appearance;
use postern_contract::operation::{GetCapabilities, GetSession};
use postern_contract::session::Session;
use postern_contract::shell::{Opening, StoreState, Tab};
use postern_contract::{Problem, ProblemCode};
use std::time::Duration;
use tokio::time::timeout;

/// How long a window waits for a backend elsewhere before it draws itself without: well under the two seconds in which the
/// application has started.
const AT_ONCE: Duration = Duration::from_secs(1);

impl Desk {
    /// What a window needs to draw itself first. The tab and what is configured are for the shell to fill in. Where the
    /// backend does not answer at once, `connection` says so, and changes when it does: then this is asked again.
    pub async fn start(&self) -> Opening {
        let (capabilities, session, problem) = self.asked_at_once().await;
        let connection = self.connection();
        if connection.trouble.is_none() {
            // after the session: what is owed may follow from its end, and may say why it ended
            self.settle_if_idle().await;
        }
        let ended = if session.is_some() { None } else { self.0.signed_in.ended() };
        let recalls = self.recalls().await;
        // the entry of the session may be in a collection that is locked while the default one is not
        let store = match problem.filter(|code| code.is_of_store()) {
            Some(code) if !self.0.vault.in_memory() => StoreState::Failing(code),
            _ => self.store_state().await,
        };
        Opening {
            backend: self.0.face.clone(),
            capabilities: capabilities.or_else(|| self.0.seen.capabilities()),
            session,
            ended,
            problem: problem.or(connection.trouble),
            store,
            tab: Tab::UserInformation,
            clipboard_seconds: 0,
            connection,
            appearance: Appearance::default(),
            recalls,
            findings: 0,
        }
    }

    /// Limits and session. What takes longer goes on, and shows in the state of the connection.
    async fn asked_at_once(&self) -> (Option<Capabilities>, Option<Session>, Option<ProblemCode>) {
        let desk = self.clone();
        let mut asking = tokio::spawn(async move { tokio::join!(desk.capabilities(), desk.session()) });
        // the secret store has its own limit, and its own problem
        let _ = self.held().await;
        let limit = if self.is_embedded() { Duration::MAX } else { AT_ONCE };
        if let Ok(Ok((capabilities, (session, problem)))) = timeout(limit, &mut asking).await {
            let unreachable = capabilities.as_ref().err().map(|problem| problem.code);
            return (capabilities.ok(), session, problem.or(unreachable));
        }
        if self.connection().trouble.is_none() {
            self.transport().heard(Some(&ProblemCode::BackendTimeout.into()));
        }
        (None, None, None)
    }

    /// The backend's limits.
    pub(super) async fn capabilities(&self) -> Result<Capabilities, Problem> {
        let operation = GetCapabilities { body: () };
        let answer = ask(self.transport(), &operation, None).await?;
        self.saw(None, &operation, &answer);
        Ok(answer)
    }

    /// Who is signed in, or why that is not known. A session of an account other than the entry's is never used.
    async fn session(&self) -> (Option<Session>, Option<ProblemCode>) {
        let held = match self.held().await {
            Ok(Some(held)) => held,
            Ok(None) => return (None, None),
            Err(problem) => return (None, Some(problem.code)),
        };
        match self.ask(&GetSession { body: () }).await {
            Ok(session) if session.account_id == held.account => (Some(session), None),
            Ok(_) => {
                self.lost(&held).await;
                (None, None)
            }
            Err(problem) if problem.code == ProblemCode::Unauthenticated => (None, None),
            Err(problem) => (None, Some(problem.code)),
        }
    }
}
