//! A backend of one's own for a test: a fresh database, a stage, and a way to ask any operation. In-process the clock
//! stands still until it is told and hashing is the cheapest. State is made through the public interface alone.

pub use crate::person::{Person, challenge, token};
#[cfg(unix)]
use crate::postgres;
use crate::seed::SeededRandom;
use crate::stage::{HandClock, Program, Stage, key_file, key_of, url};
use contract::message::Content;
use contract::operation::{Body as _, Operation};
use contract::{AskerId, Media, Problem, ProblemCode, Secret};
use postern_backend::settings::Delivery;
use postern_backend::{Backend, Clock, Hashing, OpenError, Settings, SystemClock};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tower::ServiceExt as _;

const DATABASE: &str = "accounts.db";
pub const PASSWORD: &str = "seven harbor lamps";

/// One backend with its database.
pub struct World {
    /// What serves in-process; beside the program, a reader of what it would have sent.
    pub backend: Backend,
    stage: Stage,
    home: Arc<Home>,
    askers: AtomicU64,
}

/// Which database a world is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    #[cfg(unix)]
    Postgres,
}

/// Where a world's database is.
#[derive(Debug)]
struct Home {
    folder: tempfile::TempDir,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A file in the folder.
    File,
    #[cfg(unix)]
    Shared(postgres::Database),
    #[cfg(unix)]
    At(String),
}

impl Home {
    fn fresh(on: Database) -> Arc<Self> {
        Self::of(match on {
            Database::Sqlite => Place::File,
            #[cfg(unix)]
            Database::Postgres => Place::Shared(postgres::Database::fresh()),
        })
    }

    fn of(place: Place) -> Arc<Self> {
        Arc::new(Self { folder: tempfile::tempdir().unwrap(), place })
    }

    /// Where the file would be, if it is one.
    fn file(&self) -> PathBuf {
        self.folder.path().join(DATABASE)
    }

    fn url(&self) -> String {
        match &self.place {
            Place::File => url(&self.file()),
            #[cfg(unix)]
            Place::Shared(database) => database.url(),
            #[cfg(unix)]
            Place::At(url) => url.clone(),
        }
    }
}

async fn open(settings: Settings, home: &Home, clock: &Arc<HandClock>) -> Backend {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Backend::open(settings, &home.url(), Secret::new([9; 32]), clock, Arc::new(SeededRandom::new()))
        .await
        .unwrap()
}

/// What reads beside the program.
async fn reader(home: &Home) -> Backend {
    let (key, clock, random) = (key_of(&home.file()), Arc::new(SystemClock), Arc::new(SeededRandom::new()));
    let delivery = Delivery { elsewhere: true, ..Delivery::default() };
    let reading = Settings { delivery, tends: false, ..Settings::default() };
    Backend::open(reading, &home.url(), key, clock, random).await.unwrap()
}

/// The product's decisions with the cheapest hashing.
pub fn fast() -> Settings {
    Settings { hashing: Hashing::cheapest(), ..Settings::default() }
}

/// The refusal where one is expected.
pub fn refused<T>(answer: Result<T, Problem>) -> Problem {
    match answer {
        Ok(_) => panic!("this should have been refused"),
        Err(problem) => problem,
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(fast()).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::with_on(settings, Database::Sqlite).await
    }

    /// In-process on this database.
    pub async fn on(database: Database) -> Self {
        Self::with_on(fast(), database).await
    }

    pub async fn with_on(settings: Settings, database: Database) -> Self {
        Self::begin(settings, Home::fresh(database)).await
    }

    /// Why a backend does not start on the database at this address, if so.
    #[cfg(unix)]
    pub async fn try_at(settings: Settings, url: String) -> Result<(), OpenError> {
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SeededRandom::new()));
        let backend = Backend::open(settings, &url, Secret::new([9; 32]), clock, random).await?;
        backend.close().await;
        Ok(())
    }

    /// In-process on the database at this address, whoever else is there.
    #[cfg(unix)]
    pub async fn at(url: String) -> Self {
        Self::at_with(fast(), url).await
    }

    #[cfg(unix)]
    pub async fn at_with(settings: Settings, url: String) -> Self {
        Self::begin(settings, Home::of(Place::At(url))).await
    }

    async fn begin(settings: Settings, home: Arc<Home>) -> Self {
        let clock = Arc::new(HandClock(AtomicI64::new(1_795_435_200_000), AtomicI64::new(0)));
        let backend = open(settings, &home, &clock).await;
        Self { backend, stage: Stage::InProcess(clock), home, askers: AtomicU64::new(1) }
    }

    /// Why a backend with these settings does not start.
    pub async fn refusal(settings: Settings) -> OpenError {
        let folder = tempfile::tempdir().unwrap();
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SeededRandom::new()));
        let url = url(&folder.path().join(DATABASE));
        Backend::open(settings, &url, Secret::new([9; 32]), clock, random).await.unwrap_err()
    }

    /// Another backend on the same database, under the same clock.
    pub async fn replica(&self) -> Self {
        self.replica_with(fast()).await
    }

    /// The same, under settings of its own.
    pub async fn replica_with(&self, settings: Settings) -> Self {
        static REPLICAS: AtomicU64 = AtomicU64::new(1);
        let Stage::InProcess(clock) = &self.stage else { panic!("replicated in-process only") };
        Self {
            backend: open(settings, &self.home, clock).await,
            stage: Stage::InProcess(Arc::clone(clock)),
            home: Arc::clone(&self.home),
            askers: AtomicU64::new(REPLICAS.fetch_add(1, Ordering::SeqCst) * 1_000_000),
        }
    }

    /// The program over HTTP, with real hashing and the real clock.
    pub async fn program(more: &[&str]) -> Self {
        Self::program_logging(more, "info").await
    }

    /// The program, logging at this level.
    pub async fn program_logging(more: &[&str], level: &str) -> Self {
        Self::program_on(Database::Sqlite, more, level).await
    }

    /// The program on this database.
    pub async fn program_on(database: Database, more: &[&str], level: &str) -> Self {
        let home = Home::fresh(database);
        let program = Program::start_at(&home.url(), &key_file(&home.file()), more, level);
        Self::around(program, home).await
    }

    /// Another program on the same database, begun by another one.
    pub fn another_program(&self, around: &[String]) -> Program {
        let around: Vec<&str> = around.iter().map(String::as_str).collect();
        Program::start_at_within(&around, &self.home.url(), &key_file(&self.home.file()), &[], "warn")
    }

    /// The program on a database that is in this folder already, as [`World::database`] names it.
    pub async fn restored(folder: tempfile::TempDir) -> Self {
        let home = Home { folder, place: Place::File };
        let program = Program::start_at(&home.url(), &key_file(&home.file()), &[], "info");
        Self::around(program, Arc::new(home)).await
    }

    /// The program on a PostgreSQL server of the test's own.
    #[cfg(unix)]
    pub async fn program_at(server: &Arc<postgres::Server>, more: &[&str]) -> Self {
        let home = Home::of(Place::Shared(postgres::Database::alone(server)));
        let program = Program::start_at(&home.url(), &key_file(&home.file()), more, "info");
        Self::around(program, home).await
    }

    /// Holds the shared database's tables and indexes against each other.
    #[cfg(unix)]
    pub fn check(&self) {
        let Place::Shared(database) = &self.home.place else { panic!("on a PostgreSQL of its own only") };
        database.check();
    }

    /// The program begun by another one.
    pub async fn program_within(around: &[&str]) -> Self {
        let home = Home::fresh(Database::Sqlite);
        let program = Program::start_within(around, &home.file(), &[], "info");
        Self::around(program, home).await
    }

    /// Makes the failures that were counted in a shared database older, as if time had passed: its server's clock, which
    /// all go by, is everybody's.
    #[cfg(unix)]
    pub fn age_failures(&self, seconds: u32) {
        let Place::Shared(database) = &self.home.place else { panic!("a file goes by the program's clock") };
        database.sql(&format!("UPDATE failure SET last_at = last_at - {}", i64::from(seconds) * 1000));
    }

    /// In-process on a PostgreSQL server of its own.
    #[cfg(unix)]
    pub async fn alone() -> Self {
        let server = Arc::new(postgres::Server::fresh(""));
        Self::begin(fast(), Home::of(Place::Shared(postgres::Database::alone(&server)))).await
    }

    async fn around(program: Program, home: Arc<Home>) -> Self {
        let backend = reader(&home).await;
        Self { backend, stage: Stage::Program(program), home, askers: AtomicU64::new(1) }
    }

    /// The same database under other settings, as after a restart.
    pub async fn reopen(self, settings: Settings) -> Self {
        self.backend.close().await;
        let Self { stage, home, askers, .. } = self;
        let Stage::InProcess(clock) = stage else { panic!("restarted in-process only") };
        let backend = open(settings, &home, &clock).await;
        Self { backend, stage: Stage::InProcess(clock), home, askers }
    }

    /// Ends the backend, the program without a warning, and starts it again on the same database.
    pub async fn restart(mut self) -> Self {
        if let Stage::Program(program) = &mut self.stage {
            program.start_again();
            return self;
        }
        self.reopen(fast()).await
    }

    /// What the clock that is moved by hand says, in milliseconds.
    pub fn now(&self) -> i64 {
        self.clock().now().as_millisecond()
    }

    /// The clock, where it is moved by hand.
    pub fn clock(&self) -> &HandClock {
        match &self.stage {
            Stage::InProcess(clock) => clock,
            Stage::Program(_) => panic!("the program has the real clock"),
        }
    }

    /// The program that serves.
    pub fn served_by(&self) -> &Program {
        match &self.stage {
            Stage::InProcess(_) => panic!("there is no program"),
            Stage::Program(program) => program,
        }
    }

    /// The same, to be ended or started in another way.
    pub fn serving(&mut self) -> &mut Program {
        match &mut self.stage {
            Stage::InProcess(_) => panic!("there is no program"),
            Stage::Program(program) => program,
        }
    }

    /// Every file of the world's folder: the database, where it is one of files.
    pub fn files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.home.folder.path()).unwrap().map(|file| file.unwrap().path()).collect()
    }

    /// Whether any of these texts stands in any of the files; of a shared database, in anything that can be read.
    pub fn leaks(&self, texts: &[&str]) -> bool {
        #[cfg(unix)]
        if let Place::Shared(shared) = &self.home.place {
            let everything = shared.everything();
            return texts.iter().any(|text| everything.contains(text));
        }
        self.files().iter().any(|file| {
            // closing a file drops every lock this process has on it, the reader's database locks included: another
            // process looks where another process serves
            let bytes = match &self.stage {
                Stage::InProcess(_) => std::fs::read(file).unwrap(),
                Stage::Program(_) => std::process::Command::new("cat").arg(file).output().unwrap().stdout,
            };
            texts.iter().any(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
        })
    }

    /// Whether any of these texts was ever written: to any of the files; of a shared database, to any that it has for
    /// this one, and to the server's log where nobody else uses the server.
    pub fn wrote(&self, texts: &[&str]) -> bool {
        #[cfg(unix)]
        if let Place::Shared(shared) = &self.home.place {
            return self.leaks(texts) || shared.wrote(texts);
        }
        self.leaks(texts)
    }

    /// Sends a raw request.
    pub async fn send(&self, request: axum::http::Request<axum::body::Body>) -> axum::response::Response {
        match &self.stage {
            Stage::InProcess(_) => self.backend.router().oneshot(request).await.unwrap(),
            Stage::Program(program) => program.send(request).await,
        }
    }

    /// Asks an operation.
    pub async fn ask<O: Operation>(
        &self,
        operation: O,
        token: Option<&Secret<String>>,
    ) -> Result<O::Answer, Problem> {
        self.answer::<O>(request(&operation, token)).await
    }

    /// Asks an operation under this `Idempotency-Key`.
    pub async fn ask_under<O: Operation>(
        &self,
        wish: &str,
        operation: &O,
        token: Option<&Secret<String>>,
    ) -> Result<O::Answer, Problem> {
        self.answer::<O>(request_under(wish, operation, token)).await
    }

    async fn answer<O: Operation>(
        &self,
        request: axum::http::Request<axum::body::Body>,
    ) -> Result<O::Answer, Problem> {
        let response = self.send(request).await;
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").map(|v| v.to_str().unwrap().to_owned());
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(response.headers().contains_key("x-request-id"));
        let etag = response.headers().get("etag").map(|v| v.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        if status == O::DECLARED.success {
            let text = if bytes.is_empty() { &b"null"[..] } else { &bytes };
            let answer: O::Answer = serde_json::from_slice(text).unwrap();
            assert_eq!(contract::operation::Answer::etag(&answer).map(|tag| tag.as_str().to_owned()), etag);
            return Ok(answer);
        }
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{status}");
        let problem: Problem = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(problem.status, status);
        assert!(problem.request_id.is_some());
        Err(problem)
    }

    /// Asks an operation where the program may be gone before it answers; then there is no answer.
    pub async fn reach<O: Operation>(
        &self,
        operation: O,
        token: Option<&Secret<String>>,
    ) -> Option<Result<O::Answer, Problem>> {
        let response = self.served_by().try_send(request(&operation, token)).await.ok()?;
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.ok()?;
        if status != O::DECLARED.success {
            return Some(Err(serde_json::from_slice(&bytes).unwrap()));
        }
        let text = if bytes.is_empty() { &b"null"[..] } else { &bytes };
        Some(Ok(serde_json::from_slice(text).unwrap()))
    }

    /// Lets go of the database: from here on the program is alone with it.
    pub async fn look_away(&self) {
        self.backend.close().await;
    }

    /// Reads beside the program again.
    pub async fn look_in(&mut self) {
        self.backend = reader(&self.home).await;
    }

    /// Where the database is.
    pub fn database(&self) -> PathBuf {
        self.home.file()
    }

    /// Whether an operation was acknowledged, where the program may be gone before it is.
    pub async fn try_ask<O: Operation>(&self, operation: O, token: &Secret<String>) -> bool {
        let answer = self.served_by().try_send(request(&operation, Some(token))).await;
        answer.is_ok_and(|response| response.status().as_u16() == O::DECLARED.success)
    }

    /// The newest number sent to an address.
    pub async fn number(&self, to: &str) -> String {
        let messages = self.backend.messages().await.unwrap().messages;
        let sent = messages.iter().find_map(|message| match &message.content {
            Content::Number { number, .. } if message.to == to => Some(number.clone()),
            _ => None,
        });
        sent.unwrap_or_else(|| panic!("no number was sent to {to}: {messages:?}"))
    }

    /// Six digits that are not the number.
    pub fn wrong(number: &str) -> String {
        if number == "000000" { "000001".to_owned() } else { "000000".to_owned() }
    }

    /// The same question, once the wait that guessing brought is over.
    pub async fn ask_patiently<O: Operation + Clone>(
        &self,
        operation: O,
        token: Option<&Secret<String>>,
    ) -> Result<O::Answer, Problem> {
        match self.ask(operation.clone(), token).await {
            Err(Problem {
                code: ProblemCode::TooManyRequests, retry_after_seconds: Some(seconds), ..
            }) => {
                self.clock().advance(seconds.into());
                self.ask(operation, token).await
            }
            answer => answer,
        }
    }

    pub fn asker(&self) -> AskerId {
        AskerId(uuid::Uuid::from_u128(u128::from(self.askers.fetch_add(1, Ordering::SeqCst))))
    }
}

/// An operation on the wire, as one that was never asked before.
pub fn request<O: Operation>(
    operation: &O,
    token: Option<&Secret<String>>,
) -> axum::http::Request<axum::body::Body> {
    static WISHES: AtomicU64 = AtomicU64::new(0);
    request_under(&format!("wish-{}", WISHES.fetch_add(1, Ordering::SeqCst)), operation, token)
}

/// An operation on the wire under this `Idempotency-Key`, where it takes one.
pub fn request_under<O: Operation>(
    wish: &str,
    operation: &O,
    token: Option<&Secret<String>>,
) -> axum::http::Request<axum::body::Body> {
    let line = operation.line();
    let query = line.cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
    let mut request = axum::http::Request::builder()
        .method(O::DECLARED.method.as_str())
        .uri(format!("{}{query}", line.path));
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {}", token.expose()));
    }
    if O::DECLARED.once {
        request = request.header("idempotency-key", wish);
    }
    if let Some(tag) = &line.if_match {
        request = request.header("if-match", tag);
    }
    let written = match O::Body::MEDIA {
        Media::Json => serde_json::to_vec(operation.body()).unwrap(),
        Media::Form => serde_urlencoded::to_string(operation.body()).unwrap().into_bytes(),
    };
    let body = match written {
        null if null == b"null" => axum::body::Body::empty(),
        bytes => {
            request = request.header("content-type", O::Body::MEDIA.as_str());
            axum::body::Body::from(bytes)
        }
    };
    request.body(body).unwrap()
}
