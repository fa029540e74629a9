//! TLS 1.2 and later. The certificate is exchanged while the program runs: connections that are open keep theirs, new ones
//! get the newest that could be read.

use super::{Certificate, ServeError};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::TlsAcceptor;

/// What new connections are accepted with.
pub(super) struct Tls {
    files: Certificate,
    now: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    pub(super) fn open(files: Certificate) -> Result<Self, ServeError> {
        let now = RwLock::new(Arc::new(read(&files)?));
        Ok(Self { files, now })
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner)).into()
    }

    /// Reads the files again. What cannot be used changes nothing.
    pub(super) fn reload(&self) {
        match read(&self.files) {
            Ok(config) => {
                *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
                tracing::info!("the certificate was read again; new connections get it");
            }
            Err(fault) => tracing::error!(%fault, "the certificate was not exchanged; the one in use stays"),
        }
    }
}

/// What is wrong with a certificate or its key, and with which file: as a start would find it.
pub(crate) fn certificate_fault(chain: &Path, key: &Path) -> Result<(), (PathBuf, String)> {
    match read(&Certificate { chain: chain.to_owned(), key: key.to_owned() }) {
        Err(ServeError::Certificate(path, fault)) => Err((path, fault)),
        Err(fault) => Err((chain.to_owned(), fault.to_string())),
        Ok(_) => Ok(()),
    }
}

fn read(files: &Certificate) -> Result<ServerConfig, ServeError> {
    let unread = |path: &std::path::Path, fault: &dyn std::fmt::Display| {
        ServeError::Certificate(path.to_owned(), fault.to_string())
    };
    let chain = CertificateDer::pem_file_iter(&files.chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|fault| unread(&files.chain, &fault))?;
    if chain.is_empty() {
        return Err(unread(&files.chain, &"it holds no certificate"));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|fault| unread(&files.key, &fault))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|fault| unread(&files.chain, &fault))?
        .with_no_client_auth()
        // refuses a key that is not the certificate's
        .with_single_cert(chain, key)
        .map_err(|fault| unread(&files.chain, &fault))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
