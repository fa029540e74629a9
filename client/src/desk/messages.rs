//! What the embedded backend would have mailed or texted, for the window Messages. A remote backend has no such window.

use super::{Desk, Embedded};
use postern_contract::message::{Content, Messages};
use postern_contract::{MessageId, Problem, ProblemCode, Secret};
use tokio::sync::watch;

impl Desk {
    /// The messages of the last 24 hours, newest first.
    pub async fn messages(&self) -> Result<Messages, Problem> {
        self.sender()?.messages().await
    }

    /// The authentication number of a message, for the clipboard.
    pub async fn message_number(&self, id: MessageId) -> Result<Secret<String>, Problem> {
        let found = self.messages().await?.messages.into_iter().find(|message| message.id == id);
        match found.map(|message| message.content) {
            Some(Content::Number { number, .. }) => Ok(Secret::new(number)),
            _ => Err(Problem::new(ProblemCode::NotFound)),
        }
    }

    /// Changes whenever [`Desk::messages`] answers something else: a message is queued, a number is tried or used.
    pub fn messages_changed(&self) -> Result<watch::Receiver<u64>, Problem> {
        Ok(self.sender()?.messages_changed())
    }

    fn sender(&self) -> Result<&Embedded, Problem> {
        self.0.embedded.as_ref().ok_or_else(|| Problem::new(ProblemCode::WindowRefused))
    }
}
