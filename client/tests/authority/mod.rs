//! An authority of this test's own, its certificates that are wrong in one way each, and servers that show them.

use crate::server::answer;
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    Nothing,
    Expired,
    NotYetValid,
    Name,
    /// Self-signed, as `openssl req -x509` makes it: with CA:TRUE.
    Authority,
    SelfSigned,
    OtherAuthority,
    NoHost,
    Purpose,
}

/// A certificate and its key.
pub struct Certificate {
    pub der: CertificateDer<'static>,
    pem: String,
    key: KeyPair,
}

impl Certificate {
    /// Names it in a file, for the configuration.
    pub fn file(&self, folder: &std::path::Path) -> PathBuf {
        let file = folder.join("server.pem");
        std::fs::write(&file, &self.pem).unwrap();
        file
    }
}

/// An authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let own = params.self_signed(&key).unwrap();
        std::fs::write(folder.path().join("authority.pem"), own.pem()).unwrap();
        Self { issuer: Issuer::new(params, key), folder }
    }

    /// Its own certificate, for the configuration.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// A certificate of a server on this computer.
    pub fn certificate(&self, wrong: Wrong) -> Certificate {
        let name = if wrong == Wrong::Name { "accounts.pier.example" } else { "127.0.0.1" };
        let names = if wrong == Wrong::NoHost { Vec::new() } else { vec![name.to_owned()] };
        let mut params = CertificateParams::new(names).unwrap();
        if wrong == Wrong::Purpose {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        }
        (params.not_before, params.not_after) = match wrong {
            Wrong::Expired => (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1)),
            Wrong::NotYetValid => (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1)),
            _ => (date_time_ymd(2020, 1, 1), date_time_ymd(2090, 1, 1)),
        };
        let key = KeyPair::generate().unwrap();
        let made = match wrong {
            Wrong::Authority => {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                params.self_signed(&key)
            }
            Wrong::SelfSigned => params.self_signed(&key),
            Wrong::OtherAuthority => params.signed_by(&key, &Self::new().issuer),
            _ => params.signed_by(&key, &self.issuer),
        };
        let made = made.unwrap();
        Certificate { der: made.der().clone(), pem: made.pem(), key }
    }
}

/// A server over TLS; it ends with the test.
pub struct Secured {
    pub url: String,
    heard: Arc<Mutex<String>>,
}

impl Secured {
    /// All that it was told.
    pub fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }
}

/// Serves with this certificate; whoever trusts it is answered 204.
pub async fn serve(certificate: Certificate) -> Secured {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certificate.key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der], key)
        .unwrap();
    let (acceptor, heard) = (TlsAcceptor::from(Arc::new(config)), Arc::<Mutex<String>>::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server =
        Secured { url: format!("https://{}", listener.local_addr().unwrap()), heard: Arc::clone(&heard) };
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // a client that refuses the certificate leaves here
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = vec![0; 65_536];
            let read = stream.read(&mut request).await.unwrap_or(0);
            heard.lock().unwrap().push_str(&String::from_utf8_lossy(&request[..read]));
            let _ = stream.write_all(&answer("204 No Content", "", "")).await;
            let _ = stream.shutdown().await;
        }
    });
    server
}

/// A server by OpenSSL, for what no library of ours speaks any more; it ends with this value.
pub struct OpenSsl {
    pub url: String,
    process: Child,
    _folder: TempDir,
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves with this certificate in one protocol alone.
pub async fn openssl(certificate: &Certificate, protocol: &str) -> OpenSsl {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, &certificate.pem).unwrap();
    std::fs::write(&key, certificate.key.serialize_pem()).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let process = Command::new("openssl")
        .args(["s_server", "-quiet", "-cipher", "ALL:@SECLEVEL=0", protocol, "-accept", &address.to_string()])
        .arg("-cert")
        .arg(cert)
        .arg("-key")
        .arg(key)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut beat = tokio::time::interval(std::time::Duration::from_millis(20));
    while TcpStream::connect(address).await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "openssl listens");
        beat.tick().await;
    }
    OpenSsl { url: format!("https://{address}"), process, _folder: folder }
}
