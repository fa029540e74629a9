//! A real backend on a real socket, which kills the program that asks it at the request one chooses: before the backend has
//! it, or once it is done and before the answer is known.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use postern_backend::{Backend, Clock, Hashing, Settings, SystemClock, SystemRandom};
use postern_client::Options;
use postern_client::config::Backend as Configured;
use postern_client::language::MessageLanguage;
use postern_client::transport::remote::Limits;
use postern_client::vault;
use postern_contract::message::{Content, Message};
use postern_contract::{Moment, Secret};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tower::ServiceExt;

/// Longer than a busy computer takes to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where the program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// At this request that changes something, from 1.
    pub at: u32,
    /// Before the backend has it; else once it is done.
    pub before: bool,
    /// Which process.
    pub process: u32,
}

#[derive(Debug, Default)]
struct Watch {
    kill: Option<Kill>,
    asked: Vec<String>,
    /// How many numbers went to new addresses.
    sent: usize,
    /// How many accounts were canceled, ever.
    canceled: usize,
}

/// The clock of this computer, and how far the backend's is ahead of it, in milliseconds.
#[derive(Debug, Clone, Default)]
struct Ahead(Arc<AtomicI64>);

impl Clock for Ahead {
    fn now(&self) -> Moment {
        Moment::from_millisecond(SystemClock.now().as_millisecond() + self.0.load(Ordering::SeqCst))
    }

    fn running(&self) -> Duration {
        let ahead = u64::try_from(self.0.load(Ordering::SeqCst)).unwrap();
        SystemClock.running() + Duration::from_millis(ahead)
    }
}

/// The backend.
pub struct Killer {
    /// In-process, to read what was sent.
    pub backend: Backend,
    watch: Arc<Mutex<Watch>>,
    clock: Ahead,
    port: u16,
}

impl Killer {
    /// Serves a new backend.
    pub async fn serve(folder: &Path) -> Self {
        let mut settings = Settings { hashing: Hashing::cheapest(), ..Settings::default() };
        // a run that follows a killed one may need another number at once
        settings.capabilities.number_resend_seconds = 0;
        let url = format!("sqlite://{}/shared.db", folder.display());
        let (clock, random) = (Ahead::default(), Arc::new(SystemRandom));
        let its = Arc::new(clock.clone());
        let backend = Backend::open(settings, &url, Secret::new([7; 32]), its, random).await.unwrap();
        let watch = Arc::<Mutex<Watch>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (router, watched) = (backend.router(), Arc::clone(&watch));
        let app = Router::new()
            .fallback(move |request: Request| carry(router.clone(), Arc::clone(&watched), request));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { backend, watch, clock, port }
    }

    /// Lets time pass for the backend.
    pub fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The start of a desk that reaches it as another origin than the program under test does.
    pub fn options(&self) -> Options {
        Options {
            backend: Some(Configured {
                limits: Limits { connect: PATIENCE, total: PATIENCE },
                ..Configured::at(format!("http://localhost:{}", self.port).parse().unwrap())
            }),
            data: "/nonexistent".into(),
            place: Some("test".to_owned()),
            store_limits: vault::Limits::default(),
            language: MessageLanguage::default(),
        }
    }

    /// Begins to count anew, and kills where that is said.
    pub fn watch(&self, kill: Option<Kill>) {
        let mut watch = self.watch.lock().unwrap();
        (watch.kill, watch.asked, watch.sent) = (kill, Vec::new(), 0);
    }

    /// How many accounts were canceled since it serves.
    pub fn canceled(&self) -> usize {
        self.watch.lock().unwrap().canceled
    }

    /// What was asked since, of what changes something.
    pub fn asked(&self) -> Vec<String> {
        self.watch.lock().unwrap().asked.clone()
    }

    /// How many numbers went to new addresses since.
    pub fn sent(&self) -> usize {
        self.watch.lock().unwrap().sent
    }

    /// The numbers that were sent, the newest first.
    pub async fn numbers(&self) -> Vec<String> {
        let messages = self.backend.messages().await.unwrap().messages;
        let number = |message: Message| match message.content {
            Content::Number { number, .. } => Some(number),
            _ => None,
        };
        messages.into_iter().filter_map(number).collect()
    }

    /// The newest number.
    pub async fn number(&self) -> String {
        self.numbers().await.remove(0)
    }
}

async fn carry(router: Router, watch: Arc<Mutex<Watch>>, request: Request) -> Response {
    let mut kill = None;
    let is_end = request.method() == "DELETE" && request.uri().path() == "/v1/account";
    let sends = request.method() == "POST" && request.uri().path() == "/v1/verifications";
    if request.method() != "GET" {
        let mut watch = watch.lock().unwrap();
        watch.asked.push(format!("{} {}", request.method(), request.uri().path()));
        let now = u32::try_from(watch.asked.len()).unwrap();
        kill = watch.kill.filter(|kill| kill.at == now);
    }
    if let Some(Kill { process, .. }) = kill.filter(|kill| kill.before) {
        end(process).await;
    }
    let Ok(answer) = router.oneshot(request).await;
    {
        let (mut watch, is_done) = (watch.lock().unwrap(), answer.status().is_success());
        watch.canceled += usize::from(is_end && is_done);
        watch.sent += usize::from(sends && is_done);
    }
    if let Some(Kill { process, .. }) = kill {
        end(process).await;
    }
    answer
}

/// Kills, and never answers: whoever asked is gone.
async fn end(process: u32) {
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
    std::future::pending::<()>().await;
}
