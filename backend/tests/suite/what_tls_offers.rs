//! TLS as a client meets it: the certificate that is configured, exchanged without a restart, and nothing older than 1.2.
#![cfg(unix)]

use crate::stage::Program;
use crate::wire::{LONG, get, header, status};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// A certificate of its own for `localhost`, put where the program looks for it.
pub fn certify(folder: &Path) -> CertificateDer<'static> {
    let done = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("certificate.pem"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    CertificateDer::from_pem_file(folder.join("certificate.pem")).unwrap()
}

fn serve(folder: &Path, more: &[&str]) -> Program {
    let tls = format!(
        "http.tls = {{ certificate = \"{0}/certificate.pem\", key = \"{0}/key.pem\" }}",
        folder.display()
    );
    let more: Vec<_> = more.iter().copied().chain([tls.as_str()]).collect();
    Program::start(&folder.join("accounts.db"), &more, "info")
}

/// A connection of a client that knows this certificate and speaks this version.
async fn connect(
    program: &Program,
    known: &CertificateDer<'static>,
    version: &'static SupportedProtocolVersion,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(known.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(program.address()).await?;
    let name = ServerName::try_from("localhost").unwrap();
    timeout(LONG, TlsConnector::from(Arc::new(config)).connect(name, stream)).await.expect("it answers")
}

async fn ask(stream: &mut TlsStream<TcpStream>, question: &str) -> String {
    stream.write_all(question.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(LONG, stream.read_to_string(&mut answer)).await.expect("it ends").expect("it ends in order");
    answer
}

fn tell_to_reload(program: &Program) {
    assert!(Command::new("kill").args(["-HUP", &program.process().to_string()]).status().unwrap().success());
}

async fn until_logged(program: &Program, text: &str, times: usize) {
    let until = Instant::now() + LONG;
    while program.log().matches(text).count() < times {
        assert!(Instant::now() < until, "{}", program.log());
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_certificate_is_exchanged_while_it_serves() {
    let folder = tempfile::tempdir().unwrap();
    let first = certify(folder.path());
    let mut program = serve(folder.path(), &[]);
    for version in [&version::TLS12, &version::TLS13] {
        let mut stream = connect(&program, &first, version).await.unwrap();
        let answer = ask(&mut stream, &get("/readyz", "")).await;
        assert_eq!(status(&answer), 200);
        assert_eq!(header(&answer, "strict-transport-security"), Some("max-age=31536000"));
    }
    let mut open = connect(&program, &first, &version::TLS13).await.unwrap();

    // a file that is no key: the log says so, and the one in use stays
    std::fs::write(folder.path().join("key.pem"), "this is no key").unwrap();
    tell_to_reload(&program);
    until_logged(&program, "the one in use stays", 1).await;
    assert!(program.log().contains("key.pem"));
    assert!(connect(&program, &first, &version::TLS13).await.is_ok());
    // nor is a key that is another certificate's
    certify(folder.path());
    let of_another = std::fs::read(folder.path().join("key.pem")).unwrap();
    let second = certify(folder.path());
    let its_own = std::fs::read(folder.path().join("key.pem")).unwrap();
    std::fs::write(folder.path().join("key.pem"), of_another).unwrap();
    tell_to_reload(&program);
    until_logged(&program, "the one in use stays", 2).await;
    assert!(connect(&program, &first, &version::TLS13).await.is_ok());

    std::fs::write(folder.path().join("key.pem"), its_own).unwrap();
    tell_to_reload(&program);
    until_logged(&program, "new connections get it", 1).await;
    let mut stream = connect(&program, &second, &version::TLS13).await.unwrap();
    assert_eq!(status(&ask(&mut stream, &get("/livez", "")).await), 200);
    assert!(connect(&program, &first, &version::TLS13).await.is_err());
    // who was connected before still is
    assert_eq!(status(&ask(&mut open, &get("/livez", "")).await), 200);
    program.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_tls_of_today_is_refused_and_has_an_end() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let program = serve(folder.path(), &["http.handshake_seconds = 1"]);
    for old in ["-tls1", "-tls1_1"] {
        let said = Command::new("openssl")
            .args(["s_client", "-connect", program.address(), old, "-cipher", "ALL:@SECLEVEL=0"])
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        assert!(!String::from_utf8_lossy(&said.stdout).contains("BEGIN CERTIFICATE"), "{old}");
    }
    // API-6: words in the clear are not answered, and silence is not waited for
    for begin in ["GET /livez HTTP/1.1\r\nhost: a\r\n\r\n", ""] {
        let mut stream = TcpStream::connect(program.address()).await.unwrap();
        stream.write_all(begin.as_bytes()).await.unwrap();
        assert!(!rest_of_bytes(&mut stream).await.starts_with(b"HTTP"));
    }
    // LOG-2: the log says so, once for all of them that come so close together
    let log = program.log();
    assert_eq!(log.matches("a TLS handshake failed").count(), 1, "{log}");
}

async fn rest_of_bytes(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // reset or ended: it has an end
    let _ = timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("it ends");
    bytes
}

// what the certificate is missing is said at the start, with the way on
#[test]
fn a_certificate_that_cannot_be_used_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("certificate.pem"), "nothing").unwrap();
    std::fs::write(folder.path().join("key.pem"), "nothing").unwrap();
    let tls = format!(
        "http.tls = {{ certificate = \"{0}/certificate.pem\", key = \"{0}/key.pem\" }}",
        folder.path().display()
    );
    let url = crate::stage::url(&folder.path().join("accounts.db"));
    let configuration = crate::stage::configuration(&url, &[&tls]);
    let refused = Command::new(env!("CARGO_BIN_EXE_postern-backend"))
        .args(["serve", "--config"])
        .arg(configuration.path())
        .output()
        .unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        !refused.status.success() && said.contains("certificate.pem") && said.contains("certificate in PEM"),
        "{said}"
    );
    assert!(!folder.path().join("accounts.db").exists(), "nothing was made");
}
