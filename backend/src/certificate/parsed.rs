//! One X.509 certificate, and the properties of it that decide whether TLS clients accept it.

use contract::Moment;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::X509Version;

/// Signatures that clients accept: RSA PKCS#1 and PSS with SHA-2, ECDSA with SHA-2, Ed25519. Source: rustls-webpki.
const SIGNATURES: [&str; 8] = [
    "1.2.840.113549.1.1.10",
    "1.2.840.113549.1.1.11",
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.10045.4.3.2",
    "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4",
    "1.3.101.112",
];
/// Curves that clients accept: P-256, P-384, P-521.
const CURVES: [&str; 3] = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];
const ED25519: &str = "1.3.101.112";
/// The fewest and the most bits of an RSA key. Source: rustls-webpki.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// The most characters of a name that are shown.
const SHOWN_MAX: usize = 80;

/// A certificate that was parsed.
pub(super) struct Parsed<'a>(X509Certificate<'a>);

impl<'a> Parsed<'a> {
    /// None where it is no certificate, or more than one.
    pub(super) fn of(der: &'a [u8]) -> Option<Self> {
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        rest.is_empty().then_some(Self(certificate))
    }

    /// Whom it names, for a person.
    pub(super) fn subject(&self) -> String {
        let whole = self.0.subject().to_string();
        if whole.is_empty() { "no subject".to_owned() } else { whole.chars().take(SHOWN_MAX).collect() }
    }

    /// Whether its issuer is its subject, and not another of the same name.
    pub(super) fn is_self_issued(&self) -> bool {
        let (mut own, mut issuer) = (None, None);
        for extension in self.0.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(key) => own = Some(key.0),
                ParsedExtension::AuthorityKeyIdentifier(key) => {
                    issuer = key.key_identifier.as_ref().map(|key| key.0);
                }
                _ => {}
            }
        }
        let is_another = own.zip(issuer).is_some_and(|(own, issuer)| own != issuer);
        self.0.subject().as_raw() == self.0.issuer().as_raw() && !is_another
    }

    pub(super) fn not_before(&self) -> Moment {
        Moment::from_millisecond(self.0.validity().not_before.timestamp().saturating_mul(1000))
    }

    pub(super) fn not_after(&self) -> Moment {
        Moment::from_millisecond(self.0.validity().not_after.timestamp().saturating_mul(1000))
    }

    /// Why it is not valid at a time.
    pub(super) fn out_of_date(&self, now: Moment) -> Option<String> {
        if now > self.not_after() {
            Some(format!("expired on {}", self.not_after()))
        } else if now < self.not_before() {
            Some(format!("is not valid before {}", self.not_before()))
        } else {
            None
        }
    }

    pub(super) fn is_authority(&self) -> bool {
        self.0.is_ca()
    }

    /// Whether it is of version 3, without which there are no extensions.
    pub(super) fn is_version_3(&self) -> bool {
        self.0.version() == X509Version::V3
    }

    /// Whether `keyUsage` lets it sign certificates.
    pub(super) fn may_sign_certificates(&self) -> bool {
        self.0.key_usage().ok().flatten().is_none_or(|usage| usage.value.key_cert_sign())
    }

    /// Whether `extendedKeyUsage` lets it be a server's.
    pub(super) fn is_for_servers(&self) -> bool {
        self.0.extended_key_usage().ok().flatten().is_none_or(|usage| usage.value.server_auth)
    }

    /// What makes its key or signature too weak for clients.
    pub(super) fn weakness(&self) -> Option<String> {
        let signature = self.0.signature_algorithm.algorithm.to_id_string();
        self.weak_key().or_else(|| {
            (!SIGNATURES.contains(&&*signature)).then(|| {
                let name = match &*signature {
                    "1.2.840.113549.1.1.4" => "MD5 with RSA".to_owned(),
                    "1.2.840.113549.1.1.5" => "SHA-1 with RSA".to_owned(),
                    "1.2.840.10045.4.1" => "SHA-1 with ECDSA".to_owned(),
                    other => other.to_owned(),
                };
                format!("has a signature that clients refuse as weak or unknown ({name})")
            })
        })
    }

    fn weak_key(&self) -> Option<String> {
        let info = self.0.public_key();
        if info.algorithm.algorithm.to_id_string() == ED25519 {
            return None;
        }
        match info.parsed() {
            Ok(PublicKey::RSA(key)) => {
                let bits = key.key_size();
                (!RSA_BITS.contains(&bits)).then(|| {
                    let (least, most) = (RSA_BITS.start(), RSA_BITS.end());
                    format!(
                        "has an RSA key of {bits} bits, which clients refuse: {least} to {most} are accepted"
                    )
                })
            }
            Ok(PublicKey::EC(_)) => {
                let curve =
                    info.algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
                let known = curve.is_some_and(|curve| CURVES.contains(&&*curve.to_id_string()));
                (!known).then(|| {
                    "has a key on a curve that clients refuse: P-256, P-384 and P-521 are accepted".to_owned()
                })
            }
            _ => Some("has a key of a kind that clients refuse".to_owned()),
        }
    }
}

#[cfg(feature = "server")]
impl Parsed<'_> {
    /// Whether it was issued by whom another one names.
    pub(super) fn is_issued_by(&self, other: &Self) -> bool {
        self.0.issuer().as_raw() == other.0.subject().as_raw()
    }

    /// The DNS names and addresses of `subjectAltName`.
    pub(super) fn names(&self) -> (Vec<String>, Vec<std::net::IpAddr>) {
        use x509_parser::extensions::GeneralName;
        let (mut hosts, mut addresses) = (Vec::new(), Vec::new());
        let all = self.0.subject_alternative_name().ok().flatten();
        for name in all.iter().flat_map(|all| &all.value.general_names) {
            match name {
                GeneralName::DNSName(host) => hosts.push((*host).to_owned()),
                GeneralName::IPAddress(bytes) => {
                    let four = <[u8; 4]>::try_from(*bytes).map(std::net::IpAddr::from);
                    addresses
                        .extend(four.or_else(|_| <[u8; 16]>::try_from(*bytes).map(std::net::IpAddr::from)));
                }
                _ => {}
            }
        }
        (hosts, addresses)
    }

    pub(super) fn common_name(&self) -> Option<&str> {
        self.0.subject().iter_common_name().next()?.as_str().ok()
    }

    /// Whether `keyUsage` lets its key sign a handshake.
    pub(super) fn may_sign_handshakes(&self) -> bool {
        self.0.key_usage().ok().flatten().is_none_or(|usage| usage.value.digital_signature())
    }

    /// Whether it says where its issuer's certificate can be had, as those of public authorities do.
    pub(super) fn points_to_issuer(&self) -> bool {
        use x509_parser::oid_registry::OID_PKIX_ACCESS_DESCRIPTOR_CA_ISSUERS;
        self.0.extensions().iter().any(|extension| match extension.parsed_extension() {
            ParsedExtension::AuthorityInfoAccess(access) => access
                .accessdescs
                .iter()
                .any(|one| one.access_method == OID_PKIX_ACCESS_DESCRIPTOR_CA_ISSUERS),
            _ => false,
        })
    }
}
