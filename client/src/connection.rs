//! How the way to the backend is: every request that ends says something of it, and all windows read one state. While
//! there is trouble somebody has to ask whether it is over; how often is decided here, and asking is the desk's.

use crate::language::MessageLanguage;
use crate::transport::clockwork::KnownTime;
use crate::transport::{Calling, Transport, WireRequest};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use postern_backend::clock::Clock;
use postern_contract::connection::Connection;
use postern_contract::{Moment, Problem, ProblemCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often a backend in trouble is asked whether it answers again.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The first wait.
    pub first: Duration,
    /// The longest; each is up to twice the one before.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { first: Duration::from_secs(2), longest: Duration::from_mins(1) }
    }
}

impl Pace {
    /// The waits, one after the other, without end. Each is drawn longer by up to itself, so that a hundred desktops do not
    /// come back in one moment.
    pub fn waits(self) -> ExponentialBackoff {
        ExponentialBuilder::default()
            .with_min_delay(self.first)
            .with_max_delay(self.longest)
            .without_max_times()
            .with_jitter()
            .build()
    }
}

/// A transport of which is noted whether it gets through. Every request says in which language messages are wished for.
pub struct Watched {
    beneath: Arc<dyn Transport>,
    language: MessageLanguage,
    clock: Arc<dyn Clock>,
    state: watch::Sender<Connection>,
    /// Whether it is inside this process, so that there is no way that could fail.
    is_here: bool,
}

impl Watched {
    /// The way over `beneath`.
    pub fn new(
        beneath: Arc<dyn Transport>,
        language: MessageLanguage,
        clock: Arc<dyn Clock>,
        is_here: bool,
    ) -> Self {
        let state = Connection { trouble: None, certificate: None, since: None };
        Self { beneath, language, clock, state: watch::Sender::new(state), is_here }
    }

    /// How it is now.
    pub fn now(&self) -> Connection {
        *self.state.borrow()
    }

    /// How it is, as it changes.
    pub fn changes(&self) -> watch::Receiver<Connection> {
        self.state.subscribe()
    }

    /// The time.
    pub fn moment(&self) -> Moment {
        self.clock.now()
    }

    /// The latest time that the backend said it was.
    pub fn date(&self) -> Option<Moment> {
        self.time().and_then(KnownTime::latest)
    }

    /// Notes how it went. Since when is said anew only where it is another state than before.
    fn note(&self, problem: Option<&Problem>) {
        if self.is_here {
            return;
        }
        let problem = problem.filter(|problem| is_of_the_way(problem.code));
        let trouble = problem.map(|problem| problem.code);
        let certificate = problem.and_then(|problem| problem.certificate);
        let now = self.clock.now();
        self.state.send_if_modified(|known| {
            let same = known.since.is_some() && (known.trouble, known.certificate) == (trouble, certificate);
            if !same {
                *known = Connection { trouble, certificate, since: Some(now) };
            }
            !same
        });
    }
}

impl Transport for Watched {
    fn call(&self, request: WireRequest) -> Calling<'_> {
        self.beneath.call(WireRequest { language: self.language.tag(), ..request })
    }

    fn heard(&self, problem: Option<&Problem>) {
        self.beneath.heard(problem);
        self.note(problem);
    }

    fn time(&self) -> Option<&KnownTime> {
        self.beneath.time()
    }
}

/// Whether a problem is about the way to the backend and not about what was asked of it.
pub fn is_of_the_way(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::Offline
            | ProblemCode::BackendUnreachable
            | ProblemCode::BackendTimeout
            | ProblemCode::CertificateRefused
            | ProblemCode::CaptivePortal
            | ProblemCode::ProxyRefused
            | ProblemCode::ClockWrong
            | ProblemCode::NotOurBackend
    )
}

#[cfg(test)]
mod tests {
    use super::{Pace, Watched};
    use crate::language::MessageLanguage;
    use crate::transport::{Calling, Transport, WireRequest};
    use postern_backend::clock::SystemClock;
    use postern_contract::connection::CertificateFault;
    use postern_contract::{Problem, ProblemCode};
    use std::sync::Arc;
    use std::time::Duration;

    struct Nothing;

    impl Transport for Nothing {
        fn call(&self, _: WireRequest) -> Calling<'_> {
            Box::pin(std::future::ready(Err(ProblemCode::BackendUnreachable.into())))
        }
    }

    fn watched(is_here: bool) -> Watched {
        Watched::new(Arc::new(Nothing), MessageLanguage::default(), Arc::new(SystemClock), is_here)
    }

    #[test]
    fn since_when_is_said_once_for_each_state() {
        let way = watched(false);
        assert_eq!((way.now().trouble, way.now().since), (None, None));
        let mut changes = way.changes();
        way.heard(Some(&ProblemCode::Offline.into()));
        let first = way.now();
        assert_eq!(first.trouble, Some(ProblemCode::Offline));
        assert!(first.since.is_some() && changes.has_changed().unwrap());
        changes.mark_unchanged();
        way.heard(Some(&ProblemCode::Offline.into()));
        assert!(!changes.has_changed().unwrap(), "it is as it was");
        let expired = Problem::new(ProblemCode::CertificateRefused).certificate(CertificateFault::Expired);
        way.heard(Some(&expired));
        assert_eq!(way.now().certificate, Some(CertificateFault::Expired));
        // an answer that refuses is an answer
        way.heard(Some(&ProblemCode::StepUpRequired.into()));
        assert_eq!((way.now().trouble, way.now().certificate), (None, None));
    }

    #[test]
    fn the_backend_inside_the_application_is_never_offline() {
        let way = watched(true);
        way.heard(Some(&ProblemCode::BackendUnreachable.into()));
        assert_eq!(way.now().trouble, None);
    }

    #[test]
    fn waits_grow_to_a_limit_and_go_on() {
        let pace = Pace::default();
        let waits: Vec<_> = pace.waits().take(50).collect();
        assert_eq!(waits.len(), 50);
        assert!(waits[0] >= pace.first && waits[0] <= pace.first * 2, "{:?}", waits[0]);
        let most = pace.longest * 2 + Duration::from_secs(1);
        assert!(waits[10..].iter().all(|wait| *wait >= pace.longest && *wait <= most), "{waits:?}");
    }
}
