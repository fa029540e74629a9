//! What a fault of the connection means: the causes beneath an HTTP client's error, walked down to the one that says it.

use super::trust::NotPinned;
use postern_contract::Moment;
use postern_contract::connection::CertificateFault;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error as Tls};
use std::error::Error;

/// What was found among the causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The certificate is refused; where its validity begins or ends, if that is what is wrong.
    Certificate(CertificateFault, Option<Moment>),
    /// What answered does not speak HTTP.
    NotHttp,
    /// The connection ended in the middle.
    CutOff,
    /// Nothing that says more.
    Other,
}

/// Finds out what lies beneath an error.
pub fn cause(error: &(dyn Error + 'static)) -> Cause {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<Tls>() {
            let (fault, bound) = refused(tls);
            return Cause::Certificate(fault, bound);
        }
        if let Some(http) = error.downcast_ref::<hyper::Error>() {
            if http.is_parse() {
                return Cause::NotHttp;
            }
            if http.is_incomplete_message() {
                return Cause::CutOff;
            }
        }
        next = match error.downcast_ref::<std::io::Error>() {
            // an error that is carried in one of these is not among its sources
            Some(io) if io.get_ref().is_some() => io.get_ref().map(|inner| {
                let inner: &(dyn Error + 'static) = inner;
                inner
            }),
            Some(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => return Cause::CutOff,
            _ => error.source(),
        };
    }
    Cause::Other
}

/// Why TLS did not come about.
fn refused(error: &Tls) -> (CertificateFault, Option<Moment>) {
    let plain = |fault| (fault, None);
    match error {
        Tls::InvalidCertificate(wrong) => certificate(wrong),
        Tls::AlertReceived(
            AlertDescription::ProtocolVersion
            | AlertDescription::HandshakeFailure
            | AlertDescription::InsufficientSecurity,
        )
        | Tls::PeerIncompatible(_) => plain(CertificateFault::OutdatedProtocol),
        Tls::InvalidMessage(_) | Tls::InappropriateMessage { .. } => plain(CertificateFault::NotEncrypted),
        _ => plain(CertificateFault::Other),
    }
}

fn certificate(wrong: &CertificateError) -> (CertificateFault, Option<Moment>) {
    let fault = match wrong {
        CertificateError::ExpiredContext { not_after, .. } => {
            return (CertificateFault::Expired, moment(*not_after));
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            return (CertificateFault::NotYetValid, moment(*not_before));
        }
        CertificateError::Expired => CertificateFault::Expired,
        CertificateError::NotValidYet => CertificateFault::NotYetValid,
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            CertificateFault::NamesNoHost
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::WrongName
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            CertificateFault::WrongPurpose
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            CertificateFault::TooWeak
        }
        // a signature that does not fit is that of somebody with the same name
        CertificateError::UnknownIssuer | CertificateError::BadSignature => CertificateFault::UnknownIssuer,
        CertificateError::Revoked => CertificateFault::Revoked,
        CertificateError::Other(other) if other.0.downcast_ref::<NotPinned>().is_some() => {
            CertificateFault::NotPinned
        }
        CertificateError::Other(other) => match other.0.downcast_ref() {
            Some(webpki::Error::CaUsedAsEndEntity) => CertificateFault::IsAuthority,
            _ => CertificateFault::Other,
        },
        _ => CertificateFault::Other,
    };
    (fault, None)
}

fn moment(time: UnixTime) -> Option<Moment> {
    Some(Moment::from_millisecond(i64::try_from(time.as_secs()).ok()?.checked_mul(1000)?))
}
