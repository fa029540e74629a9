//! The real backend on a real socket of this computer, with a wire that can lose requests and answers.
#![allow(dead_code, reason = "each test binary uses its own part of it")]

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use postern_backend::{Backend, Hashing, Settings, SystemClock, SystemRandom};
use postern_client::Options;
use postern_client::config::Backend as Configured;
use postern_client::language::MessageLanguage;
use postern_client::transport::remote::Limits;
use postern_client::vault;
use postern_contract::Secret;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tower::ServiceExt;

/// Longer than a busy computer takes to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// More than a busy computer takes for what does not wait for a backend, and much less than `PATIENCE`.
pub const AT_ONCE: Duration = Duration::from_secs(20);

/// What the wire does to requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wire {
    /// Carries all.
    #[default]
    Whole,
    /// Loses every request that registers a key, before the backend has it.
    LosesRegistering,
    /// Loses the answer to every request that registers a key, after the backend has acted.
    LosesTheAnswer,
    /// Loses every cancellation, before the backend has it.
    LosesCancelling,
    /// Loses the answer to a cancellation, after the backend has acted.
    LosesTheEnd,
    /// Loses the answer to every request for an authentication number, after the backend has acted.
    LosesTheNumber,
    /// Holds the answer to every request for the keys until it is another wire, after the backend has acted.
    HoldsTheKeys,
    /// Loses everything.
    Cut,
}

/// A shared backend.
pub struct Shared {
    /// In-process, to read what was sent.
    pub backend: Backend,
    wire: Arc<Mutex<Wire>>,
    asked: Arc<Mutex<Vec<String>>>,
    port: u16,
    /// Where its desks keep their data.
    data: std::path::PathBuf,
}

impl Shared {
    /// Serves a new backend.
    pub async fn serve(folder: &Path) -> Self {
        let settings = Settings { hashing: Hashing::cheapest(), ..Settings::default() };
        let url = format!("sqlite://{}/shared.db", folder.display());
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let backend = Backend::open(settings, &url, Secret::new([7; 32]), clock, random).await.unwrap();
        let (wire, asked) = (Arc::<Mutex<Wire>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (router, on_wire, heard) = (backend.router(), Arc::clone(&wire), Arc::clone(&asked));
        let app = Router::new().fallback(move |request: Request| {
            heard.lock().unwrap().push(format!("{} {}", request.method(), request.uri().path()));
            carry(router.clone(), Arc::clone(&on_wire), request)
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { backend, wire, asked, port, data: folder.join("desk") }
    }

    /// Changes what the wire does.
    pub fn wire(&self, wire: Wire) {
        *self.wire.lock().unwrap() = wire;
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Where its desks keep their data.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The start of a desk that reaches it under a host name of this computer; each name is an origin of its own.
    pub fn options(&self, host: &str) -> Options {
        let options = options_for(&format!("http://{host}:{}", self.port), &self.data);
        Options {
            place: Some(format!("desk at {host}")),
            backend: Some(self.backend(host, PATIENCE)),
            ..options
        }
    }

    /// The same for a desk that soon stops waiting for an answer: for those that are lost.
    pub fn impatient(&self, host: &str) -> Options {
        let limit = Duration::from_secs(5);
        Options { backend: Some(self.backend(host, limit)), ..self.options(host) }
    }

    fn backend(&self, host: &str, limit: Duration) -> Configured {
        let url = format!("http://{host}:{}", self.port).parse().unwrap();
        Configured { limits: Limits { connect: limit, total: limit }, ..Configured::at(url) }
    }
}

/// The start of a desk at a backend, with the usual limits.
pub fn options_for(backend: &str, data: &Path) -> Options {
    Options {
        backend: Some(Configured::at(backend.parse().unwrap())),
        data: data.to_owned(),
        place: None,
        store_limits: vault::Limits::default(),
        language: MessageLanguage::default(),
    }
}

/// The same for a desk that waits for a backend much longer than `AT_ONCE`.
pub fn patient(options: Options) -> Options {
    let backend = options
        .backend
        .map(|backend| Configured { limits: Limits { connect: PATIENCE, total: PATIENCE }, ..backend });
    Options { backend, ..options }
}

async fn carry(router: Router, wire: Arc<Mutex<Wire>>, request: Request) -> Response {
    let registers = request.method() == "PUT" && request.uri().path().starts_with("/v1/account/keys/");
    let sends = request.method() == "POST" && request.uri().path() == "/v1/verifications";
    let cancels = request.method() == "DELETE" && request.uri().path() == "/v1/account";
    let lists = request.method() == "GET" && request.uri().path() == "/v1/account/keys";
    let on_wire = wire;
    let wire = *on_wire.lock().unwrap();
    let before = [(registers, Wire::LosesRegistering), (cancels, Wire::LosesCancelling)];
    if wire == Wire::Cut || before.into_iter().any(|(is, how)| is && wire == how) {
        std::future::pending::<()>().await;
    }
    let Ok(answer) = router.oneshot(request).await;
    let mut beat = tokio::time::interval(Duration::from_millis(10));
    while lists && *on_wire.lock().unwrap() == Wire::HoldsTheKeys {
        beat.tick().await;
    }
    let lost =
        [(registers, Wire::LosesTheAnswer), (sends, Wire::LosesTheNumber), (cancels, Wire::LosesTheEnd)];
    if lost.into_iter().any(|(is, how)| is && wire == how) {
        std::future::pending::<()>().await;
    }
    answer
}
