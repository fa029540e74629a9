//! The program as an operator meets it: it says where it listens, answers when it is ready, keeps its key to itself,
//! says what to do when it cannot start, and stops when it is told to.
#![cfg(unix)]

use crate::stage::{configuration, url};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

fn serve(configuration: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_postern-backend"))
        .args(["serve", "--config"])
        .arg(configuration)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn post(address: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\nidempotency-key: first\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn it_serves_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("accounts.db");
    let configured = configuration(&url(&database), &["lifetimes.step_up_seconds = 30"]);
    let mut program = serve(configured.path());
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();

    for (path, status) in [("/readyz", "200"), ("/livez", "200"), ("/nowhere", "404")] {
        assert!(get(address, path).starts_with(&format!("HTTP/1.1 {status}")), "{path}");
    }
    assert!(get(address, "/openapi.json").contains("\"openapi\": \"3.1.0\""));
    let capabilities = get(address, "/v1/capabilities");
    assert!(capabilities.contains("\"step_up_seconds\":30"));
    assert!(!capabilities.to_lowercase().contains("\r\nserver:"));
    assert!(!capabilities.to_lowercase().contains("access-control"));
    let key = folder.path().join("accounts.db.key");
    assert_eq!((mode(&database), mode(&key)), (0o600, 0o600));

    // a number that was asked for can be read by whoever holds the database and its key, and by nobody else
    let asked = r#"{"purpose":{"for":"sign_up","asker":"00000000-0000-0000-0000-000000000001"},"channel":"email","address":"mina@harbor.example"}"#;
    assert!(post(address, "/v1/verifications", asked).starts_with("HTTP/1.1 202"));
    let read = |key: &Path| {
        let configured = configuration(&url(&database), &[&format!("key.file = \"{}\"", key.display())]);
        let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
        let program = program.args(["messages", "--config"]).arg(configured.path());
        String::from_utf8(program.output().unwrap().stdout).unwrap()
    };
    assert!(read(&key).contains("\"to\": \"mina@harbor.example\""));
    assert!(!read(&folder.path().join("another.key")).contains("mina"));

    let told = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert!(program.wait().unwrap().success());
    // no personal data: the path's template is logged, not the path
    let mut log = String::new();
    program.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("stopped") && !log.contains("/nowhere") && !log.contains("mina"), "{log}");
}

#[test]
fn it_says_what_to_do_when_it_cannot_start() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("accounts.db");
    let key = folder.path().join("accounts.db.key");
    let configured = configuration(&url(&database), &[]);
    std::fs::write(&key, "00".repeat(32)).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = serve(configured.path()).wait_with_output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("chmod 600"), "{said}");

    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&database, "this is no database, and long enough to be seen as none".repeat(100)).unwrap();
    let refused = serve(configured.path()).wait_with_output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("not a database"), "{said}");

    // somebody else has the port, or there is no server where the database should be
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let file = folder.path().join("backend.toml");
    let here = other.local_addr().unwrap();
    let lines =
        format!("database.url = \"{}\"\nhttp.listen = \"{here}\"\n", url(&folder.path().join("b.db")));
    std::fs::write(&file, lines).unwrap();
    let refused = serve(&file).wait_with_output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains(&format!("cannot listen on {here}")), "{said}");
    let key = format!("key.file = \"{}\"", key.display());
    let nowhere = configuration("postgres://postern@127.0.0.1:1/accounts", &[&key]);
    let refused = serve(nowhere.path()).wait_with_output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("no database server can be reached"), "{said}");
}
