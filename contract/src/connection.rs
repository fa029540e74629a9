//! How the way to a backend is, drawn honestly: each state has its own words and its own way on.

use crate::account::Account;
use crate::key::Key;
use crate::moment::Moment;
use crate::problem::ProblemCode;
use crate::security::Security;
use serde::{Deserialize, Serialize};

/// How the way to the backend is, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// None while the backend answers; else the code that says what is wrong: `offline`, `backend_unreachable`,
    /// `backend_timeout`, `certificate_refused`, `captive_portal`, `proxy_refused`, `clock_wrong`, `not_our_backend`.
    pub trouble: Option<ProblemCode>,
    /// What is wrong with the certificate, where that is the trouble.
    pub certificate: Option<CertificateFault>,
    /// Since when it has been so; none before the first request of a run.
    pub since: Option<Moment>,
}

/// Why a backend's certificate is refused. There is no way to go on all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum CertificateFault {
    /// It is too old.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is another host's.
    WrongName,
    /// It names no host at all: it has no `subjectAltName`.
    NamesNoHost,
    /// Nobody this computer trusts has signed it; self-signed ones too.
    UnknownIssuer,
    /// It is the certificate of a certificate authority (CA:TRUE), and not a server's.
    IsAuthority,
    /// It was issued for another purpose than to be a server's.
    WrongPurpose,
    /// Its key or a signature is too weak, or of a kind that is not known.
    TooWeak,
    /// It was withdrawn.
    Revoked,
    /// It is not the one that the configuration pins.
    NotPinned,
    /// A file that the configuration names, of those who may vouch for it, cannot be read.
    AuthorityUnreadable,
    /// The backend offers only protocols or ciphers that are no longer safe.
    OutdatedProtocol,
    /// It does not speak TLS at all.
    NotEncrypted,
    /// Anything else that is wrong with it.
    Other,
}

/// The account as it was last seen, kept on this computer encrypted, for work without a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// The account.
    pub account: Account,
    /// Its security settings.
    pub security: Security,
    /// Its authentication keys, oldest first.
    pub keys: Vec<Key>,
    /// When it was last seen so.
    pub seen_at: Moment,
}
