//! The way to a backend of which a configured file with certificates cannot be read: nobody can vouch for it then, so nothing is
//! sent. Each request looks for the file again, and goes on once it is there.

use super::clockwork::KnownTime;
use super::remote::{Remote, RemoteError};
use super::trust::TrustError;
use super::way::Way;
use super::{Calling, Transport, WireRequest};
use crate::config::finding;
use postern_contract::configuration::Gravity;
use postern_contract::connection::CertificateFault;
use postern_contract::{Problem, ProblemCode};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A way that waits for a file.
#[derive(Debug, Clone)]
pub struct Unvouched {
    way: Way,
    remote: Arc<OnceLock<Remote>>,
}

impl Unvouched {
    /// The way as it is described.
    pub fn new(way: Way) -> Self {
        Self { way, remote: Arc::default() }
    }

    async fn remote(&self) -> Result<&Remote, Problem> {
        if self.remote.get().is_none() {
            let (way, found) = (self.way.clone(), Arc::clone(&self.remote));
            let looked =
                tokio::task::spawn_blocking(move || Remote::new(&way).map(|remote| found.set(remote)));
            let looked = looked.await.map_err(|_| Problem::new(ProblemCode::CertificateRefused))?;
            looked.map(drop).map_err(|fault| refused(&fault))?;
        }
        self.remote.get().ok_or_else(|| ProblemCode::CertificateRefused.into())
    }
}

impl Transport for Unvouched {
    fn call(&self, request: WireRequest) -> Calling<'_> {
        Box::pin(async move { self.remote().await?.call(request).await })
    }

    fn heard(&self, problem: Option<&Problem>) {
        if let Some(remote) = self.remote.get() {
            remote.heard(problem);
        }
    }

    fn time(&self) -> Option<&KnownTime> {
        self.remote.get().and_then(Transport::time)
    }
}

fn refused(fault: &RemoteError) -> Problem {
    let problem = Problem::new(ProblemCode::CertificateRefused);
    let RemoteError::Trust(TrustError::File(file, why)) = fault else {
        return problem.certificate(CertificateFault::Other);
    };
    problem.certificate(CertificateFault::AuthorityUnreadable).findings(vec![found(file, why)])
}

fn found(file: &Path, why: &str) -> postern_contract::configuration::Finding {
    finding::whole(
        Gravity::Error,
        file,
        format!("no certificates that can be used, although the configuration names this file: {why}"),
        "a PEM file with certificates that is there and that this user may read",
        "put it there, change its permissions, or replace it: it is read again at each try",
    )
}
