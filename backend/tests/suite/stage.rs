//! Where a world plays: the router called in-process under a clock moved by hand, or the program over HTTP.

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response};
use contract::{Moment, Secret};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use postern_backend::Clock;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::net::TcpStream;

/// A clock that is moved by hand: what the wall shows, and how long it has been running.
#[derive(Debug, Default)]
pub struct HandClock(pub AtomicI64, pub AtomicI64);

impl HandClock {
    /// Time passes.
    pub fn advance(&self, seconds: i64) {
        self.1.fetch_add(seconds * 1000, Ordering::SeqCst);
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Somebody sets it.
    pub fn set(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Moment {
        Moment::from_millisecond(self.0.load(Ordering::SeqCst))
    }

    fn running(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.1.load(Ordering::SeqCst).unsigned_abs())
    }
}

/// One of the two.
#[derive(Debug)]
pub enum Stage {
    InProcess(Arc<HandClock>),
    Program(Program),
}

/// The binary, serving. Ended when it is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    address: String,
    log: tempfile::NamedTempFile,
    configuration: tempfile::NamedTempFile,
    /// What began it, and how much it logs: for the next start.
    around: Vec<String>,
    level: String,
}

/// A configuration file: a database, any free port, and more lines as `section.key = value`. All tests ask from one
/// network address, so its budgets are wide unless a line says otherwise.
pub fn configuration(url: &str, more: &[&str]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let fixed = format!("database.url = \"{url}\"\nhttp.listen = \"127.0.0.1:0\"\n");
    let wide = ["budgets.numbers_asked_from_one_place", "budgets.refusals_from_one_place"]
        .into_iter()
        .filter(|key| !more.iter().any(|line| line.starts_with(key)))
        .fold(String::new(), |lines, key| lines + key + " = 1000000\n");
    std::fs::write(file.path(), fixed + &wide + &more.join("\n")).unwrap();
    file
}

pub fn url(database: &Path) -> String {
    format!("sqlite://{}", database.display())
}

impl Program {
    /// Starts it on a free port and waits until it listens. `more` are lines of its configuration; `level` is what it
    /// logs, as in `RUST_LOG`.
    #[allow(dead_code, reason = "the benchmark starts it so")]
    pub fn start(database: &Path, more: &[&str], level: &str) -> Self {
        Self::start_within(&[], database, more, level)
    }

    /// The program on a database anywhere, with its key in this file.
    #[allow(dead_code, reason = "the benchmark has no database anywhere else")]
    pub fn start_at(url: &str, key_file: &Path, more: &[&str], level: &str) -> Self {
        Self::start_at_within(&[], url, key_file, more, level)
    }

    /// The same, begun by another program that gives way to it.
    pub fn start_at_within(around: &[&str], url: &str, key_file: &Path, more: &[&str], level: &str) -> Self {
        let key = format!("key.file = \"{}\"", key_file.display());
        let more: Vec<&str> = more.iter().copied().chain([key.as_str()]).collect();
        let around = around.iter().map(|word| (*word).to_owned()).collect();
        Self::begin(configuration(url, &more), around, level.to_owned())
    }

    /// The same, begun by another program that gives way to it: a tracer, or one that sets what it lives in. Says so
    /// where it does not come up.
    pub fn start_within(around: &[&str], database: &Path, more: &[&str], level: &str) -> Self {
        let around = around.iter().map(|word| (*word).to_owned()).collect();
        Self::begin(configuration(&url(database), more), around, level.to_owned())
    }

    fn begin(configuration: tempfile::NamedTempFile, around: Vec<String>, level: String) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let program = env!("CARGO_BIN_EXE_postern-backend");
        let line: Vec<&str> = around.iter().map(String::as_str).chain([program]).collect();
        let mut child = Command::new(line[0])
            .args(&line[1..])
            .args(["serve", "--config"])
            .arg(configuration.path())
            .env("RUST_LOG", &level)
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address =
            said.trim().strip_prefix("listening on ").and_then(|base| Some(base.split_once("://")?.1));
        let address = address.unwrap_or_else(|| panic!("{}", std::fs::read_to_string(log.path()).unwrap()));
        Self { address: address.to_owned(), child, log, configuration, around, level }
    }

    /// Its configuration file, for another command beside it.
    pub fn configuration(&self) -> &Path {
        self.configuration.path()
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends it without a warning and starts it as before.
    pub fn start_again(&mut self) {
        self.kill();
        let configuration =
            std::mem::replace(&mut self.configuration, tempfile::NamedTempFile::new().unwrap());
        *self = Self::begin(configuration, self.around.clone(), self.level.clone());
    }

    /// The same, begun by another program from now on.
    pub fn start_again_within(&mut self, around: &[&str]) {
        self.kill();
        self.around = around.iter().map(|word| (*word).to_owned()).collect();
        self.start_again();
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(&mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// Waits until it has ended; whether it says that all went well.
    pub fn ended_well(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }

    /// Holds it where it is.
    pub fn freeze(&self) {
        let told = Command::new("kill").args(["-STOP", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
    }

    /// Ends it without a warning.
    pub fn kill(&mut self) {
        if self.child.try_wait().unwrap().is_none() {
            self.interrupt();
        }
        self.child.wait().unwrap();
    }

    /// Kills it wherever it is; it is still to be started again. A tracer is let go on until it has written everything.
    pub fn interrupt(&self) {
        let mut process = self.child.id().to_string();
        if self.around.first().is_some_and(|first| first == "strace") {
            let children = format!("/proc/{process}/task/{process}/children");
            let traced = std::fs::read_to_string(children).unwrap_or_default();
            traced.trim().clone_into(&mut process);
        }
        if !process.is_empty() {
            let _ = Command::new("kill").args(["-KILL", &process]).status().unwrap();
        }
    }

    /// Sends a request on a connection of its own.
    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.try_send(request).await.unwrap()
    }

    /// The same, where the program may be gone.
    pub async fn try_send(&self, mut request: Request<Body>) -> Result<Response<Body>, Lost> {
        let stream = TcpStream::connect(&self.address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        request.headers_mut().insert("host", HeaderValue::from_str(&self.address)?);
        Ok(sender.send_request(request).await?.map(Body::new))
    }
}

/// Why there was no answer.
type Lost = Box<dyn std::error::Error + Send + Sync>;

impl Drop for Program {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.interrupt();
        }
        let _ = self.child.wait();
    }
}

/// Where the program that serves this database keeps its key.
pub fn key_file(database: &Path) -> PathBuf {
    let mut file = database.as_os_str().to_owned();
    file.push(".key");
    PathBuf::from(file)
}

/// The key of the program that serves this database, from its file.
pub fn key_of(database: &Path) -> Secret<[u8; 32]> {
    let text = std::fs::read_to_string(key_file(database)).unwrap();
    let byte = |place: usize| u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).unwrap();
    Secret::new(std::array::from_fn(byte))
}
