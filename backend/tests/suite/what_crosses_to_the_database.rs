//! A database on another machine, as the three steps of `docs/running-the-backend.md` set it up: it is spoken to over TLS
//! with a password, and only where its certificate is the one that was named and bears its name.

use crate::postgres::Server;
use crate::stage::{Program, configuration};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

const PASSWORD: &str = "seven lamps / 7%";

/// A certificate that the server signs for itself, by the line of the page.
fn certificate(folder: &Path, name: &str) {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/running-the-backend.md"));
    let page = page.unwrap();
    let line =
        page.lines().find(|line| line.starts_with("openssl req ")).expect("the page makes a certificate");
    let line = line.replace("db.example", name);
    let made = Command::new("sh").args(["-c", &line]).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{line}: {}", String::from_utf8_lossy(&made.stderr));
}

/// A server that lets `postern` in over TLS alone, with the port it listens at.
fn server() -> (Server, u16) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = format!(
        "-c listen_addresses=127.0.0.1 -c port={port} -c ssl=on -c ssl_cert_file=server.crt -c ssl_key_file=server.key"
    );
    let server = Server::prepared(&settings, |folder| {
        let data = folder.join("data");
        Server::run(
            "initdb",
            &["--no-sync", "--auth=trust", "--username=postgres", "-D", data.to_str().unwrap()],
        );
        let hba = "local all all trust\nhostssl accounts postern 127.0.0.1/32 scram-sha-256\n";
        std::fs::write(data.join("pg_hba.conf"), hba).unwrap();
        certificate(&data, "localhost");
        // the one line that follows on the page: the key is the server's own
        let mut give = Command::new("chown");
        give.arg("--reference").arg(data.join("PG_VERSION")).args(["server.key", "server.crt"]);
        let given = give.current_dir(&data).status().unwrap();
        assert!(given.success());
    });
    let socket = server.socket().display().to_string();
    let (at, number) =
        (["-h", &socket, "-U", "postgres", "-XAtq", "-v", "ON_ERROR_STOP=1"], port.to_string());
    for statement in [
        &format!("CREATE ROLE postern LOGIN PASSWORD '{PASSWORD}'"),
        "CREATE DATABASE accounts OWNER postern",
    ] {
        Server::run("psql", &[&at[..], &["-p", &number, "-c", statement]].concat());
    }
    (server, port)
}

/// What `migrate` says of a database behind this address.
fn migrate(url: &str, folder: &Path) -> Output {
    let lines = more(folder);
    let file = configuration(url, &[&lines[0], &lines[1]]);
    let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
    program.args(["migrate", "--config"]).arg(file.path()).output().unwrap()
}

fn more(folder: &Path) -> [String; 2] {
    let file = |name: &str| folder.join(name).display().to_string();
    [format!("database.password_file = \"{}\"", file("password")), format!("key.file = \"{}\"", file("key"))]
}

#[test]
fn a_database_elsewhere_is_asked_over_tls_by_its_certificate() {
    let (server, port) = server();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("password"), format!("{PASSWORD}\n")).unwrap();
    let other = tempfile::tempdir().unwrap();
    certificate(other.path(), "localhost");
    let at = |host: &str, root: &str| {
        format!("postgres://postern@{host}:{port}/accounts?sslmode=verify-full{root}")
    };
    let root = |folder: &Path| format!("&sslrootcert={}", folder.join("server.crt").display());
    // readable for whoever runs the backend, as the page copies it
    let known = folder.path().join("server.crt");
    std::fs::copy(server.data().join("server.crt"), &known).unwrap();
    let named = root(folder.path());

    for (what, url) in [
        ("nobody vouches for it", at("localhost", "")),
        ("somebody else was named", at("localhost", &root(other.path()))),
        ("it has another name", at("127.0.0.1", &named)),
        ("it is asked in the clear", at("localhost", "").replace("verify-full", "disable")),
    ] {
        let refused = migrate(&url, folder.path());
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{what}");
        assert!(said.contains("no database server can be reached"), "{what}: {said}");
        assert!(!said.contains("seven"), "{what}: {said}");
    }

    let made = migrate(&at("localhost", &named), folder.path());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let [password, _] = more(folder.path());
    let key = folder.path().join("key");
    let program = Program::start_at(&at("localhost", &named), &key, &[&password], "info");
    let socket = server.socket().display().to_string();
    let asked =
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'postern'";
    let number = port.to_string();
    let tls = Server::run("psql", &["-h", &socket, "-p", &number, "-U", "postgres", "-XAtq", "-c", asked]);
    assert_eq!(tls.trim(), "t", "{}", program.log());
}
