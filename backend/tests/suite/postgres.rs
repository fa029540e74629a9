//! PostgreSQL servers of the tests' own: started from the installed programs on a socket in a folder of their own, as
//! the user `postgres` where the tests run as root, which PostgreSQL does not. They end, and their folder goes, as soon
//! as the test program is gone, however it went.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Small, but what makes a commit durable stays on.
const SETTINGS: &str = "-c listen_addresses='' -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off \
     -c max_pred_locks_per_transaction=256 -c min_wal_size=32MB -c max_wal_size=256MB";

/// Serves until nobody holds the other end of its input. The folder is its argument.
const KEEPER: &str = r#"
    folder=$1; bin=$2; settings=$3
    "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 -o "-k $folder $settings" start >/dev/null 2>&1
    echo "$?"
    cat >/dev/null
    "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1
    rm -rf "$folder"
"#;

/// One server.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    _keeper: Child,
    /// Closed when the test program ends, or when this is dropped.
    _held: ChildStdin,
}

/// Where the installed programs are: Debian keeps them by version, others in the path.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from("/usr/bin"))
}

/// A program under the user who may run a server.
fn command(program: &str) -> Command {
    if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", program]);
        command.current_dir("/");
        return command;
    }
    Command::new(program)
}

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

fn done(command: &mut Command) -> String {
    let out = command.output().unwrap_or_else(|fault| panic!("{command:?}: {fault}; install postgresql"));
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

impl Server {
    /// A server with a fresh data folder.
    pub fn fresh(settings: &str) -> Self {
        Self::prepared(settings, |folder| {
            let initdb = programs().join("initdb");
            let mut initdb = command(initdb.to_str().unwrap());
            initdb.args([
                "--no-sync",
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
            ]);
            done(initdb.arg("-D").arg(folder.join("data")));
        })
    }

    /// A server whose data folder `prepare` makes.
    pub fn prepared(settings: &str, prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::Builder::new().prefix("postern-pg-").tempdir().unwrap().keep();
        if is_root() {
            done(Command::new("chown").arg("postgres:postgres").arg(&folder));
        }
        prepare(&folder);
        let mut keeper = command("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(programs());
        keeper.arg(format!("{SETTINGS} {settings}"));
        // what is typed at the terminal is for the test program
        std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let held = keeper.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert_eq!(line.trim(), "0", "{}", log());
        Self { folder, _keeper: keeper, _held: held }
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What one or more statements answer, unaligned.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new("psql");
        psql.arg("-h").arg(&self.folder).args([
            "-U",
            "postgres",
            "-d",
            database,
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
        ]);
        done(psql.args(["-c", sql]))
    }

    /// Runs one of the installed programs as the user of the server.
    pub fn run(program: &str, arguments: &[&str]) -> String {
        done(command(programs().join(program).to_str().unwrap()).args(arguments))
    }

    /// Starts it after it was killed.
    pub fn start_again(&self) {
        let (data, log) = (self.data(), self.folder.join("log"));
        let options = format!("-k {} {SETTINGS}", self.folder.display());
        let mut start = command(programs().join("pg_ctl").to_str().unwrap());
        start.arg("-D").arg(data).arg("-l").arg(log).args(["-w", "-t", "60", "-o", &options, "start"]);
        // the server would keep the other end of a pipe
        let status = start.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{}", std::fs::read_to_string(self.folder.join("log")).unwrap());
    }

    /// Stops it without a word to anybody: its connections stay open and say nothing. Whoever wants it to end lets it
    /// go on first, as [`Server::drop`] does.
    pub fn freeze(&self) {
        self.signal_all("-STOP");
    }

    fn signal_all(&self, signal: &str) {
        let Ok(lock) = std::fs::read_to_string(self.data().join("postmaster.pid")) else { return };
        let first = lock.lines().next().unwrap();
        let out = Command::new("ps").args(["-o", "pid=", "--ppid", first]).output().unwrap();
        let children = String::from_utf8(out.stdout).unwrap();
        for process in std::iter::once(first).chain(children.split_whitespace()) {
            // one may have ended meanwhile
            let _ = Command::new("kill").args([signal, process]).status();
        }
    }

    /// Ends it as a power cut would. It stays down.
    pub fn kill(&self) {
        let lock = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let process = lock.lines().next().unwrap();
        done(Command::new("kill").args(["-KILL", process]));
        // another one starts only once this one is gone, which the system takes a moment for
        let gone = || Command::new("true").status().is_ok() && !Path::new("/proc").join(process).exists();
        assert!((0..10_000).any(|_| gone()), "the server does not die");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal_all("-CONT");
    }
}

/// A database of one's own.
#[derive(Debug)]
pub struct Database {
    name: String,
    /// None where it is the server that all tests share.
    own: Option<Arc<Server>>,
}

/// The server that all tests share.
pub fn shared() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(|| Server::fresh(""))
}

impl Database {
    pub fn fresh() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let name = format!("world_{}", COUNT.fetch_add(1, Ordering::SeqCst));
        shared().sql("postgres", &format!("CREATE DATABASE {name}"));
        Self { name, own: None }
    }

    /// On a server of the test's own.
    pub fn alone(server: &Arc<Server>) -> Self {
        Self { name: "postgres".to_owned(), own: Some(Arc::clone(server)) }
    }

    fn server(&self) -> &Server {
        self.own.as_deref().unwrap_or_else(|| shared())
    }

    /// What PostgreSQL itself says of its tables and indexes.
    pub fn check(&self) {
        let socket = self.server().socket().display().to_string();
        let at = ["-h", &socket, "-U", "postgres", "-d", &self.name];
        Server::run("pg_amcheck", &[&["--install-missing", "--heapallindexed"], at.as_slice()].concat());
    }

    pub fn url(&self) -> String {
        let socket = self.server().socket().display();
        format!("postgres://postgres@localhost/{}?host={socket}&sslmode=disable", self.name)
    }

    /// What one or more statements answer.
    pub fn sql(&self, sql: &str) -> String {
        self.server().sql(&self.name, sql)
    }

    /// Whether any of these texts lies in its files, erased or not, or, on a server of its own, in the server's log.
    pub fn wrote(&self, texts: &[&str]) -> bool {
        self.sql("CHECKPOINT");
        let data = self.server().data();
        let folder = self.sql("SELECT oid FROM pg_database WHERE datname = current_database()");
        let mut grep = Command::new("grep");
        grep.args(["--recursive", "--quiet", "--text", "--fixed-strings"]);
        grep.args(texts.iter().flat_map(|text| ["-e", text])).arg("--");
        grep.arg(data.join("base").join(folder.trim()));
        if self.own.is_some() {
            grep.arg(data.join("pg_wal"));
        }
        // 2: it could not look
        match grep.status().unwrap().code() {
            Some(0) => true,
            Some(1) => false,
            other => panic!("{grep:?}: {other:?}"),
        }
    }

    /// Everything that can be read in it.
    pub fn everything(&self) -> String {
        self.sql("SELECT schema_to_xml('public', true, true, '')")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.own.is_some() {
            return;
        }
        shared().sql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
