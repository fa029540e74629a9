//! The backend inside the application: the same router, called as a function. No port is opened and nothing else on
//! this computer can reach it. The backend is still to come, so there is no value of this type.

use super::{Calling, Transport, WireRequest};
use crate::error::OpenError;
use postern_contract::message::Messages;
use postern_contract::{Problem, Secret};
use std::path::Path;
use tokio::sync::watch;

/// The embedded backend.
#[derive(Clone, Copy)]
pub enum Embedded {}

impl Embedded {
    /// Opens the backend on the database in `folder`, which only its owner may read.
    pub async fn open(folder: &Path, _key: Secret<[u8; 32]>) -> Result<Self, OpenError> {
        Err(OpenError::Folder(folder.to_owned(), std::io::ErrorKind::Unsupported.into()))
    }

    /// What would have been mailed or texted in the last 24 hours, newest first.
    pub async fn messages(&self) -> Result<Messages, Problem> {
        match *self {}
    }

    /// Changes whenever a message is queued.
    pub fn message_queued(&self) -> watch::Receiver<u64> {
        match *self {}
    }

    /// How many accounts there are.
    pub async fn accounts(&self) -> Result<u64, Problem> {
        match *self {}
    }

    /// Closes the database.
    pub async fn close(&self) {
        match *self {}
    }
}

impl Transport for Embedded {
    fn call(&self, _: WireRequest) -> Calling<'_> {
        match *self {}
    }
}
