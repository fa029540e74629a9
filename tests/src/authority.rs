//! An authority of a story's own, and the certificate by which its backend shows that it is the one that is configured.

use crate::cable::NAME;
use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The files of an authority and of the one server it vouches for.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The authority's own certificate, for the configuration of who asks.
    pub file: PathBuf,
    /// The server's certificate.
    pub certificate: PathBuf,
    /// The server's private key, which its owner alone may read.
    pub key: PathBuf,
}

impl Authority {
    /// Makes them in a folder.
    pub fn new(folder: &Path) -> Result<Self> {
        let files = Self {
            file: folder.join("authority.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server.key"),
        };
        let mut own = CertificateParams::new(Vec::new())?;
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let (own_key, key) = (KeyPair::generate()?, KeyPair::generate()?);
        std::fs::write(&files.file, own.self_signed(&own_key)?.pem())?;
        let issuer = Issuer::new(own, own_key);
        let server = CertificateParams::new(vec![NAME.to_owned()])?.signed_by(&key, &issuer)?;
        std::fs::write(&files.certificate, server.pem())?;
        let mut file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(&files.key)?;
        file.write_all(key.serialize_pem().as_bytes())?;
        Ok(files)
    }
}
