//! How the way to the backend is, for windows to draw, and finding out when trouble is over: while there is any, the
//! backend is asked for its limits now and then, without credentials. That is the only traffic nobody asked for, and it
//! goes to the configured backend alone.

use super::{Desk, Inner};
use crate::connection::Pace;
use postern_contract::connection::{CertificateFault, Connection};
use std::sync::Weak;
use tokio::sync::watch;
use tokio::time::timeout;

impl Desk {
    /// How the way to the backend is.
    pub fn connection(&self) -> Connection {
        self.0.way.now()
    }

    /// How it is, as it changes.
    pub fn connection_changes(&self) -> watch::Receiver<Connection> {
        self.0.way.changes()
    }

    /// Asks the backend now whether it answers.
    pub async fn try_connection(&self) -> Connection {
        // what became of it is noted on the way
        let _ = self.capabilities().await;
        self.connection()
    }

    /// Asks at once where the trouble is one of the configuration's files, which were changed just now.
    pub async fn configuration_changed(&self) {
        if self.connection().certificate == Some(CertificateFault::AuthorityUnreadable) {
            self.try_connection().await;
        }
    }

    /// Asks now and then while there is trouble, for as long as the desk is open. Once the backend answers again, what is
    /// owed to it is made up for.
    pub(super) fn watch_the_way(&self, pace: Pace) {
        if !self.is_embedded() {
            tokio::spawn(watch_the_way(std::sync::Arc::downgrade(&self.0), self.connection_changes(), pace));
        }
    }
}

async fn watch_the_way(desk: Weak<Inner>, mut state: watch::Receiver<Connection>, pace: Pace) {
    // ends with the desk, whose end closes the channel
    while state.wait_for(|connection| connection.trouble.is_some()).await.is_ok() {
        for wait in pace.waits() {
            // over: somebody's own request came through meanwhile, or the desk is gone
            let over = timeout(wait, state.wait_for(|connection| connection.trouble.is_none())).await.is_ok();
            if over {
                break;
            }
            let Some(desk) = desk.upgrade().map(Desk) else { return };
            if desk.try_connection().await.trouble.is_none() {
                break;
            }
        }
        let Some(desk) = desk.upgrade().map(Desk) else { return };
        if desk.connection().trouble.is_none() {
            desk.settle_if_idle().await;
        }
    }
}
