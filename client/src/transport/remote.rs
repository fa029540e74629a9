//! A backend elsewhere, over HTTPS. The one place where an HTTP client is made, with its limits: no proxy that was not
//! configured, no redirect followed, no answer larger than it may be, and nothing secret told to a stranger twice.

use super::clockwork::{self, KnownTime};
use super::fault::{self, Cause};
use super::surroundings::Surroundings;
use super::trust::{self, TrustError};
use super::way::Way;
use super::{Calling, Transport, WireAnswer, WireRequest, answer};
use postern_contract::capabilities::Capabilities;
use postern_contract::connection::CertificateFault;
use postern_contract::operation::GetCapabilities;
use postern_contract::{Method, Moment, Problem, ProblemCode};
use reqwest::{Client, Proxy, Response, Url, header, redirect};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use super::way::Limits;

/// A backend at a URL. Cheap to clone; all clones are one way.
#[derive(Debug, Clone)]
pub struct Remote(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    origin: Url,
    is_here: bool,
    by_proxy: bool,
    client: Client,
    surroundings: Surroundings,
    time: KnownTime,
    /// Whether something else answered in the backend's place, and the backend has not since.
    estranged: AtomicBool,
}

/// Why the way to a backend could not be set up.
#[derive(Debug)]
pub enum RemoteError {
    /// Whom to trust could not be settled.
    Trust(TrustError),
    /// The HTTP client refuses what it was given.
    Client(reqwest::Error),
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trust(cause) => cause.fmt(f),
            Self::Client(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for RemoteError {}

impl Remote {
    /// A way as it is described, from this computer as it is.
    pub fn new(way: &Way) -> Result<Self, RemoteError> {
        Self::from(way, Surroundings::default())
    }

    /// The same from a computer that is described too.
    pub fn from(way: &Way, surroundings: Surroundings) -> Result<Self, RemoteError> {
        let tls = trust::config(way, Arc::clone(&surroundings.clock)).map_err(RemoteError::Trust)?;
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(way.limits.connect)
            .timeout(way.limits.total)
            .tls_backend_preconfigured(tls);
        // without TLS, for this computer alone, nothing goes through anybody else's hands
        let proxy = way.proxy.as_ref().filter(|_| way.origin.scheme() == "https");
        if let Some(proxy) = proxy {
            builder = builder.proxy(Proxy::all(proxy.clone()).map_err(RemoteError::Client)?);
        }
        Ok(Self(Arc::new(Inner {
            origin: way.origin.clone(),
            is_here: way.is_here(),
            by_proxy: proxy.is_some(),
            client: builder.build().map_err(RemoteError::Client)?,
            surroundings,
            time: KnownTime::default(),
            estranged: AtomicBool::new(false),
        })))
    }

    async fn carry(&self, request: WireRequest) -> Result<WireAnswer, Problem> {
        if self.0.estranged.load(Ordering::SeqCst) {
            self.acquaint().await?;
        }
        self.exchange(request).await
    }

    /// After something else has answered: asks without any credentials until a backend of ours answers again.
    async fn acquaint(&self) -> Result<(), Problem> {
        let question = WireRequest::of(&GetCapabilities { body: () }, None)?;
        let answer = self.exchange(question).await?;
        if answer.status != 200 || serde_json::from_slice::<Capabilities>(answer.bytes.expose()).is_err() {
            self.0.estranged.store(true, Ordering::SeqCst);
            return Err(Problem::new(ProblemCode::NotOurBackend));
        }
        self.0.estranged.store(false, Ordering::SeqCst);
        Ok(())
    }

    async fn exchange(&self, request: WireRequest) -> Result<WireAnswer, Problem> {
        let url = self.0.origin.join(&request.target()).map_err(|_| Problem::new(ProblemCode::Malformed))?;
        let mut builder = self.0.client.request(method(request.method), url);
        for (name, value) in request.headers() {
            builder = builder.header(name, value);
        }
        if let Some(token) = &request.bearer {
            builder = builder.bearer_auth(token.expose());
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.expose().clone());
        }
        let response = builder.send().await.map_err(|error| self.fault(&error))?;
        let said = said(&response);
        let read = answer::read(response, &self.0.origin, self.0.by_proxy).await;
        match &read {
            Ok(_) => {
                if let Some(date) = said {
                    self.0.time.said(date, self.0.surroundings.clock.running());
                }
            }
            Err(ProblemCode::CaptivePortal | ProblemCode::NotOurBackend | ProblemCode::ProxyRefused) => {
                self.0.estranged.store(true, Ordering::SeqCst);
            }
            Err(_) => {}
        }
        read.map_err(|code| told(Problem::new(code)))
    }

    /// What it means that no answer came.
    fn fault(&self, error: &reqwest::Error) -> Problem {
        let cause = fault::cause(error);
        told(match cause {
            Cause::Certificate(fault, bound) => self.refused(fault, bound),
            _ if !self.0.is_here && !(self.0.surroundings.is_connected)() => ProblemCode::Offline.into(),
            Cause::NotHttp => {
                self.0.estranged.store(true, Ordering::SeqCst);
                ProblemCode::NotOurBackend.into()
            }
            // nothing was sent yet, so nothing can have been done
            _ if error.is_timeout() && error.is_connect() => ProblemCode::BackendUnreachable.into(),
            _ if error.is_timeout() => ProblemCode::BackendTimeout.into(),
            Cause::Other if self.0.by_proxy && error.is_connect() => ProblemCode::ProxyRefused.into(),
            Cause::CutOff | Cause::Other => ProblemCode::BackendUnreachable.into(),
        })
    }

    fn refused(&self, fault: CertificateFault, bound: Option<Moment>) -> Problem {
        let clock = &self.0.surroundings.clock;
        let blamed = self.0.time.blames_the_clock(fault, bound, clock.now(), clock.running());
        let code = if blamed { ProblemCode::ClockWrong } else { ProblemCode::CertificateRefused };
        Problem::new(code).certificate(fault)
    }
}

impl Transport for Remote {
    fn call(&self, request: WireRequest) -> Calling<'_> {
        Box::pin(self.carry(request))
    }

    fn heard(&self, problem: Option<&Problem>) {
        // it looked like ours, and was not once it was read
        if problem.is_some_and(|problem| problem.code == ProblemCode::NotOurBackend) {
            self.0.estranged.store(true, Ordering::SeqCst);
        }
    }

    fn time(&self) -> Option<&KnownTime> {
        Some(&self.0.time)
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

fn said(response: &Response) -> Option<Moment> {
    clockwork::date(response.headers().get(header::DATE)?.to_str().ok()?)
}

fn told(problem: Problem) -> Problem {
    tracing::info!(code = problem.code.as_str(), "a request did not come through");
    problem
}
