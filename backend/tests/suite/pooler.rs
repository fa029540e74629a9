//! `PgBouncer` between the backend and PostgreSQL: a session pool works, and one that gives each transaction another connection
//! of the server is refused by the start and by `check-config`, with the reason.
#![cfg(unix)]

use crate::post_office::eventually;
use crate::postgres::Server;
use crate::stage::{Program, configuration};
use crate::world::{PASSWORD, World};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// `PgBouncer` on a socket in a folder of its own. It ends with this value.
struct Pooler {
    process: Child,
    folder: PathBuf,
}

impl Pooler {
    async fn start(server: &Server, settings: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("postern-pool-").tempdir().unwrap().keep();
        let at = folder.display();
        std::fs::write(folder.join("users"), "\"postgres\" \"\"\n").unwrap();
        let text = format!(
            "[databases]\n* = host={} port=5432\n[pgbouncer]\nlisten_addr =\nlisten_port = 6432\nunix_socket_dir = {at}\n\
             auth_type = trust\nauth_file = {at}/users\nignore_startup_parameters = extra_float_digits\n\
             logfile = {at}/log\npidfile = {at}/pid\nmax_client_conn = 200\n{settings}\n",
            server.socket().display()
        );
        std::fs::write(folder.join("pgbouncer.ini"), text).unwrap();
        let program =
            if Path::new("/usr/sbin/pgbouncer").exists() { "/usr/sbin/pgbouncer" } else { "pgbouncer" };
        // it does not run as root, and neither does the server
        let is_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
        let mut command = if is_root {
            let owned = Command::new("chown").args(["-R", "postgres:postgres"]).arg(&folder).status();
            assert!(owned.unwrap().success());
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", program]);
            command
        } else {
            Command::new(program)
        };
        let process = command.arg(folder.join("pgbouncer.ini")).stderr(Stdio::null()).spawn();
        let pooler = Self { process: process.expect("Debian's pgbouncer is installed"), folder };
        let socket = pooler.folder.join(".s.PGSQL.6432");
        eventually("the pooler", async || std::os::unix::net::UnixStream::connect(&socket).ok()).await;
        pooler
    }

    fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/postgres?host={}&port=6432&sslmode=disable",
            self.folder.display()
        )
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A command of the program on this database, with a key file in this folder.
fn run(command: &[&str], url: &str, folder: &Path) -> Output {
    let key = format!("key.file = \"{}\"", folder.join("key").display());
    let more = [key.as_str(), "accounts.sign_up = false", "accounts.methods = []"];
    let file = configuration(url, &more);
    let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
    program.args(command).arg("--config").arg(file.path()).output().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u10_a_pooler_that_changes_connections_is_refused_with_the_reason() {
    let server = Server::fresh("");
    let folder = tempfile::tempdir().unwrap();
    // a database that was used without the pooler
    let direct =
        format!("postgres://postgres@localhost/postgres?host={}&sslmode=disable", server.socket().display());
    drop(Program::start_at(&direct, &folder.path().join("key"), &[], "info"));
    for settings in [
        "pool_mode = transaction",
        "pool_mode = transaction\nserver_round_robin = 1\nmin_pool_size = 3",
        "pool_mode = transaction\ndefault_pool_size = 1",
        "pool_mode = statement",
    ] {
        let pooler = Pooler::start(&server, settings).await;
        for _ in 0..2 {
            for command in [&["serve"][..], &["check-config"], &["account", "list"], &["migrate"]] {
                let out = run(command, &pooler.url(), folder.path());
                let said = format!(
                    "{}{}",
                    String::from_utf8_lossy(&out.stdout),
                    String::from_utf8_lossy(&out.stderr)
                );
                assert_eq!(out.status.code(), Some(1), "{settings}: {command:?}: {said}");
                assert!(said.contains("pool_mode=session"), "{settings}: {command:?}: {said}");
            }
        }
        // nor is a key made for it
        let fresh = tempfile::tempdir().unwrap();
        let out = run(&["serve"], &pooler.url(), fresh.path());
        assert!(String::from_utf8_lossy(&out.stderr).contains("pool_mode=session"));
        assert!(!fresh.path().join("key").exists());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u10_a_session_pool_works() {
    let server = Server::fresh("");
    let pooler = Pooler::start(&server, "pool_mode = session").await;
    let folder = tempfile::tempdir().unwrap();
    let out = run(&["check-config"], &pooler.url(), folder.path());
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success() && !said.contains("not checked"), "{said}");
    let world = World::at(pooler.url()).await;
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let signing = (0..40).map(|n| {
        let (world, email, place) = (&world, person.email.as_str(), format!("place {n}"));
        async move { world.sign_in(email, PASSWORD, &place).await.map(drop) }
    });
    for signed_in in futures_util(signing).await {
        signed_in.unwrap();
    }
}

/// All of them at once.
async fn futures_util<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut under_way: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = under_way.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (work, done) in under_way.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(result) = work.as_mut().poll(context)
            {
                *done = Some(result);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
