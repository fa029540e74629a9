//! TLS 1.2 and later. The certificate is exchanged while the program runs: connections that are open keep theirs, new ones
//! get the newest that clients accept.

use super::{Certificate, ServeError};
use crate::certificate::{Certificates, Flaw, Served, key_text, read_chain, served};
use crate::clock::{Clock as _, SystemClock};
use crate::config::finding::Gravity;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

/// What new connections are accepted with.
pub(super) struct Tls {
    files: Certificate,
    now: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    pub(super) fn open(files: Certificate) -> Result<Self, ServeError> {
        let now = RwLock::new(Arc::new(open(&files)?));
        Ok(Self { files, now })
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner)).into()
    }

    /// Reads the files again. What cannot be used, or what clients refuse, changes nothing.
    pub(super) fn reload(&self) {
        match open(&self.files) {
            Ok(config) => {
                *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
                tracing::info!("the certificate was read again; new connections get it");
            }
            Err(fault) => tracing::error!(%fault, "the certificate was not exchanged; the one in use stays"),
        }
    }
}

/// Opens the files and logs what some clients refuse.
fn open(files: &Certificate) -> Result<ServerConfig, ServeError> {
    let (config, flaws) = examine(files);
    for (path, flaw) in flaws {
        match flaw.gravity {
            Gravity::Error => {
                return Err(ServeError::Certificate(
                    path,
                    format!("{}. To fix it: {}", flaw.found, flaw.fix),
                ));
            }
            Gravity::Warning => {
                tracing::warn!(file = %path.display(), fix = flaw.fix, "the certificate is one {}", flaw.found);
            }
        }
    }
    config.ok_or_else(|| ServeError::Certificate(files.chain.clone(), "it cannot be used".to_owned()))
}

/// What is wrong with a certificate or its key, each with its file: as a start finds it.
pub(crate) fn certificate_flaws(files: &Certificate) -> Vec<(PathBuf, Flaw)> {
    examine(files).1
}

/// Reads the files. There is a configuration wherever nothing is wrong that is an error.
fn examine(files: &Certificate) -> (Option<ServerConfig>, Vec<(PathBuf, Flaw)>) {
    let mut flaws = Vec::new();
    let chain = bytes(&files.chain, &mut flaws).map(|bytes| {
        let mut read = read_chain(&bytes);
        let of = Served { file: &files.chain, key: &files.key, names: &files.names };
        let refused = served(&read, &of, SystemClock.now());
        read.flaws.extend(refused);
        flaws.extend(read.flaws.iter().map(|flaw| (files.chain.clone(), flaw.clone())));
        read
    });
    let key = bytes(&files.key, &mut flaws).and_then(|bytes| match key(&bytes, &files.key) {
        Ok(key) => Some(key),
        Err(flaw) => {
            flaws.push((files.key.clone(), flaw));
            None
        }
    });
    let config = chain.filter(|chain| !chain.all.is_empty()).zip(key).and_then(|(chain, key)| {
        config(&chain, key)
            .map_err(|fault| flaws.push((files.key.clone(), unfit(&fault, &chain, files))))
            .ok()
    });
    (config, flaws)
}

fn bytes(path: &Path, flaws: &mut Vec<(PathBuf, Flaw)>) -> Option<Zeroizing<Vec<u8>>> {
    let read = std::fs::read(path).map(Zeroizing::new);
    let unread = |fault: std::io::Error| {
        Flaw::error(
            format!("which cannot be read ({fault})"),
            "create it, change its permissions, or name another",
        )
    };
    read.map_err(|fault| flaws.push((path.to_owned(), unread(fault)))).ok()
}

fn key(bytes: &[u8], path: &Path) -> Result<PrivateKeyDer<'static>, Flaw> {
    let text = key_text(bytes);
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| {
        let file = path.display();
        if text.contains("ENCRYPTED") {
            let fix = format!("openssl pkey -in '{file}' -out '{file}.plain', and name that one");
            Flaw::error("which is protected by a pass phrase", fix)
        } else {
            let fix = "write the certificate's private key into it in PEM, without a pass phrase (`openssl pkey` converts it)";
            Flaw::error("which holds no private key in PEM", fix)
        }
    })
}

fn config(chain: &Certificates, key: PrivateKeyDer<'static>) -> Result<ServerConfig, rustls::Error> {
    let chain = chain.all.iter().map(|one| CertificateDer::from(one.der.clone())).collect();
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        // refuses a key that is not the certificate's
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn unfit(fault: &rustls::Error, chain: &Certificates, files: &Certificate) -> Flaw {
    let (file, key) = (files.chain.display(), files.key.display());
    let order =
        if chain.all.len() > 1 { "the server's own certificate is the first of its file; " } else { "" };
    match fault {
        rustls::Error::InconsistentKeys(_) => Flaw::error(
            "which is not the private key of the certificate",
            format!(
                "{order}`openssl x509 -in '{file}' -noout -pubkey` and `openssl pkey -in '{key}' -pubout` have to print the same"
            ),
        ),
        other => Flaw::error(
            format!("which cannot be used ({other})"),
            "make a new key and have a certificate issued for it",
        ),
    }
}
