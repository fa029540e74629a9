//! Whom the way to a backend trusts: what the operating system trusts, the certificates that are configured for this
//! backend, and, where keys are pinned, only those. There is no switch that trusts anybody else.

use super::pin::Pin;
use super::way::Way;
use crate::durable;
use postern_backend::certificate::{self, Certificates, Flaw};
use postern_backend::clock::{Clock, SystemClock};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The largest file with certificates that is read, in bytes. Source: all that an operating system trusts is a twentieth of
/// it.
pub(crate) const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Why the trust of a backend could not be set up.
#[derive(Debug)]
pub enum TrustError {
    /// A configured certificate file cannot be used, and why.
    File(PathBuf, String),
    /// The library refuses what it was given.
    Library(Error),
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, why) => write!(f, "{} cannot be used as certificates: {why}", path.display()),
            Self::Library(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for TrustError {}

/// The TLS of a way: 1.2 at least.
pub fn config(way: &Way, clock: Arc<dyn Clock>) -> Result<ClientConfig, TrustError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let beneath = beneath(way, &provider)?;
    let proxy = way
        .proxy
        .as_ref()
        .and_then(|url| name(url))
        .filter(|proxy| name(&way.origin).as_ref() != Some(proxy));
    let verifier = Verifier { beneath, pins: way.pins.clone(), proxy };
    let mut config = ClientConfig::builder_with_details(provider, Arc::new(Time(clock)))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(TrustError::Library)?
        .dangerous() // the library's word for bringing a verifier; ours only refuses more than the one beneath
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The name that a certificate of this URL's host is held against.
fn name(url: &reqwest::Url) -> Option<ServerName<'static>> {
    let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(host.to_owned()).ok()
}

/// The certificates in a PEM file, and what is wrong with it now: as configuration, bundles and imports are checked, and as the
/// way to a backend uses them.
pub(crate) fn authorities(pem: &[u8]) -> Certificates {
    let mut found = certificate::read_authorities(pem, SystemClock.now());
    let mut roots = RootCertStore::empty();
    for one in &found.all {
        if let Err(cause) = roots.add(CertificateDer::from(one.der.as_slice())) {
            let wrong = format!("whose certificate at line {} cannot be used ({cause})", one.line);
            found.flaws.push(Flaw::error(wrong, "replace it by the one that the authority uses now"));
        }
    }
    found
}

/// The configured certificates.
fn extra(files: &[PathBuf]) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let mut all = Vec::new();
    for file in files {
        let bytes = durable::whole(file, FILE_BYTES_MAX);
        let bytes = bytes.map_err(|cause| TrustError::File(file.clone(), cause.to_string()))?;
        let found = authorities(&bytes);
        if !found.is_usable() {
            return Err(TrustError::File(file.clone(), found.errors()));
        }
        all.extend(found.all.into_iter().map(|one| CertificateDer::from(one.der)));
    }
    Ok(all)
}

/// What the operating system verifies with. Where it trusts nobody at all, a verifier that trusts nobody: a backend on this
/// computer works without, and any other is refused with the reason. One that is asked without TLS needs none either.
fn beneath(way: &Way, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, TrustError> {
    let extra = extra(&way.ca)?;
    if way.origin.scheme() == "http" {
        return Ok(Arc::new(Nobody(Arc::clone(provider))));
    }
    let platform =
        rustls_platform_verifier::Verifier::new_with_extra_roots(extra.iter().cloned(), Arc::clone(provider));
    match platform {
        Ok(platform) => Ok(Arc::new(platform)),
        Err(cause) if extra.is_empty() => {
            tracing::warn!(%cause, "the operating system names no certificate authority");
            Ok(Arc::new(Nobody(Arc::clone(provider))))
        }
        Err(cause) => Err(TrustError::Library(cause)),
    }
}

/// Names the purpose of a certificate as what is wrong with it, where the platform says of a refusal only that it is one.
fn purpose(fault: Error, end_entity: &CertificateDer<'_>) -> Error {
    match fault {
        Error::InvalidCertificate(CertificateError::Other(_)) if !certificate::is_for_servers(end_entity) => {
            Error::InvalidCertificate(CertificateError::InvalidPurpose)
        }
        fault => fault,
    }
}

/// The certificate's key is not a pinned one.
#[derive(Debug)]
pub struct NotPinned;

impl fmt::Display for NotPinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the certificate's key is not one that the configuration pins")
    }
}

impl std::error::Error for NotPinned {}

/// Verifies as the platform does, and then holds the key against the pins.
#[derive(Debug)]
struct Verifier {
    beneath: Arc<dyn ServerCertVerifier>,
    pins: Vec<Pin>,
    /// A proxy on another host, which is spoken to over TLS too: the pins are the backend's keys, not its.
    proxy: Option<ServerName<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .beneath
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|fault| purpose(fault, end_entity))?;
        let is_proxy = self.proxy.as_ref().is_some_and(|proxy| proxy == server_name);
        if self.pins.is_empty() || is_proxy || Pin::of(end_entity).is_some_and(|pin| self.pins.contains(&pin))
        {
            return Ok(verified);
        }
        Err(Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(NotPinned)))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.beneath.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.beneath.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.beneath.supported_verify_schemes()
    }
}

/// Trusts nobody.
#[derive(Debug)]
struct Nobody(Arc<CryptoProvider>);

impl ServerCertVerifier for Nobody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// The time that certificates are held against.
struct Time(Arc<dyn Clock>);

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Time")
    }
}

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(super::clockwork::seconds(self.0.now())).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
