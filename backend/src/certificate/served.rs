//! The certificate that a server shows: everything about it that TLS clients refuse, and the `openssl` command that fixes it.

use super::parsed::Parsed;
use super::{Certificate, Certificates, Flaw};
use contract::Moment;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// So long before a certificate expires it is warned about.
const EXPIRES_SOON: i64 = 14 * 86_400_000;
/// The longest validity that every client accepts. Source: Apple, "Requirements for trusted certificates in iOS 13 and macOS
/// 10.15" (825 days).
const VALIDITY_MAX: i64 = 825 * 86_400_000;

/// What is shown, and to whom.
pub(crate) struct Served<'a> {
    /// The file of the certificate and those that vouch for it.
    pub file: &'a Path,
    /// The file of its private key.
    pub key: &'a Path,
    /// The names and addresses by which clients reach the server, as far as they are configured.
    pub names: &'a [String],
}

/// What clients would refuse of a chain: as errors what all of them do, as warnings what some do.
pub(crate) fn served(chain: &Certificates, of: &Served<'_>, now: Moment) -> Vec<Flaw> {
    let parsed: Vec<_> = chain.all.iter().filter_map(|one| Some((one, Parsed::of(&one.der)?))).collect();
    let Some(((first, leaf), others)) = parsed.split_first() else { return Vec::new() };
    let commands = Commands { of, host: host(leaf, of.names), is_self_issued: leaf.is_self_issued() };
    let mut flaws = own(leaf, &commands, now);
    flaws.extend(named(first, leaf, &commands));
    flaws.extend(vouched(leaf, others, &commands, now));
    if flaws.iter().all(|flaw| flaw.gravity != crate::config::finding::Gravity::Error) {
        flaws.extend(refused(chain, leaf, &commands, now));
    }
    flaws
}

/// What is wrong with the server's own certificate, whoever vouches for it.
fn own(leaf: &Parsed<'_>, commands: &Commands<'_>, now: Moment) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if let Some(reason) = leaf.out_of_date(now) {
        let fix = if now < leaf.not_before() {
            "set this machine's clock, or wait".to_owned()
        } else {
            commands.renew()
        };
        flaws.push(Flaw::error(format!("which {reason}: clients refuse it"), fix));
    } else if leaf.not_after().as_millisecond() - now.as_millisecond() < EXPIRES_SOON {
        flaws.push(Flaw::warning(format!("which expires on {}", leaf.not_after()), commands.renew()));
    }
    if !leaf.is_version_3() {
        let found = "which is of X.509 version 1, which clients refuse";
        flaws.push(Flaw::error(found, commands.renew()));
    } else if leaf.is_authority() {
        let found = "which is a CA certificate (CA:TRUE) and not a server's: clients refuse it";
        flaws.push(Flaw::error(found, commands.issue()));
    }
    if !leaf.is_for_servers() {
        let found = "whose extendedKeyUsage has no serverAuth: clients refuse it";
        flaws.push(Flaw::error(found, commands.renew()));
    }
    if !leaf.may_sign_handshakes() {
        let found = "whose keyUsage has no digitalSignature: some clients refuse it";
        flaws.push(Flaw::warning(found, commands.renew()));
    }
    if let Some(weakness) = leaf.weakness() {
        flaws.push(Flaw::error(format!("which {weakness}"), commands.new_key()));
    }
    if leaf.not_after().as_millisecond() - leaf.not_before().as_millisecond() > VALIDITY_MAX {
        let found = "which is valid for more than 825 days: clients on macOS and iOS refuse it";
        flaws.push(Flaw::warning(found, commands.renew()));
    }
    flaws
}

/// Whether it names the hosts by which clients reach the server.
fn named(first: &Certificate, leaf: &Parsed<'_>, commands: &Commands<'_>) -> Vec<Flaw> {
    let (hosts, addresses) = leaf.names();
    if hosts.is_empty() && addresses.is_empty() {
        let found = "which names no host: clients read subjectAltName alone, and not the common name";
        return vec![Flaw::error(found, commands.renew())];
    }
    let mut flaws = Vec::new();
    for host in hosts.iter().filter(|host| host.parse::<IpAddr>().is_ok()) {
        let found = format!("which names the address {host} as DNS:{host}: clients expect IP:{host}");
        flaws.push(Flaw::warning(found, commands.renew()));
    }
    let der = CertificateDer::from(first.der.as_slice());
    let Ok(certificate) = ParsedCertificate::try_from(&der) else { return flaws };
    for name in commands.of.names {
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let fits =
            ServerName::try_from(bare).is_ok_and(|name| verify_server_name(&certificate, &name).is_ok());
        if !fits {
            let all: Vec<_> = hosts.iter().cloned().chain(addresses.iter().map(IpAddr::to_string)).collect();
            let found =
                format!("which does not name {name}, but {}: clients refuse it there", all.join(", "));
            flaws.push(Flaw::error(found, commands.renew()));
        }
    }
    flaws
}

/// Whether the others vouch for it, in their order.
fn vouched(
    leaf: &Parsed<'_>,
    others: &[(&Certificate, Parsed<'_>)],
    commands: &Commands<'_>,
    now: Moment,
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let file = shell(&commands.of.file.display().to_string());
    if others.is_empty() && !leaf.is_self_issued() && leaf.points_to_issuer() {
        flaws.push(Flaw::warning(
            "which stands alone, although its authority has a certificate in between: clients that do not have that one \
             refuse it",
            format!(
                "append it: `openssl x509 -in {file} -noout -text | grep 'CA Issuers'` says where it is; \
                 `openssl x509 -inform der -in ISSUER >> {file}`"
            ),
        ));
    }
    let mut before = leaf;
    for (one, parsed) in others {
        let place = format!("whose certificate at line {} ({})", one.line, parsed.subject());
        if !before.is_issued_by(parsed) {
            let found =
                format!("{place} did not issue the one before it: clients that want the order refuse it");
            let fix = "write the server's certificate first, then its issuer's, then that one's issuer's";
            flaws.push(Flaw::warning(found, fix));
        }
        let reason = parsed.out_of_date(now).or_else(|| parsed.weakness());
        let reason = reason.or_else(|| (!parsed.is_authority()).then(|| "is no CA certificate".to_owned()));
        if let Some(reason) = reason {
            let found = format!("{place} {reason}: clients refuse what it vouches for");
            let fix = format!(
                "get the chain anew from the authority, and check it: `openssl verify -untrusted {file} {file}`"
            );
            // what vouches for itself is not needed here
            let flaw =
                if parsed.is_self_issued() { Flaw::warning(found, fix) } else { Flaw::error(found, fix) };
            flaws.push(flaw);
        }
        before = parsed;
    }
    flaws
}

/// What a client says that trusts whom the chain ends with.
fn refused(chain: &Certificates, leaf: &Parsed<'_>, commands: &Commands<'_>, now: Moment) -> Option<Flaw> {
    let (hosts, addresses) = leaf.names();
    let name = hosts
        .iter()
        .map(|host| host.replacen('*', "any", 1))
        .find_map(|host| ServerName::try_from(host).ok());
    let name = name.or_else(|| addresses.first().map(|address| ServerName::from(*address)))?;
    let all: Vec<_> = chain.all.iter().map(|one| CertificateDer::from(one.der.as_slice())).collect();
    let (first, others) = all.split_first()?;
    let last = others.last().filter(|_| !others.is_empty());
    let last = last.or_else(|| leaf.is_self_issued().then_some(first))?;
    let mut roots = RootCertStore::empty();
    roots.add(last.clone()).ok()?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()))
        .build()
        .ok()?;
    let seconds = u64::try_from(now.as_millisecond() / 1000).ok()?;
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let is_alone = others.is_empty();
    let fault = match verifier.verify_server_cert(first, others, &name, &[], now) {
        // issued by another of the same name
        Err(Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature))
            if is_alone =>
        {
            return None;
        }
        Err(Error::InvalidCertificate(fault)) => fault,
        _ => return None,
    };
    let file = shell(&commands.of.file.display().to_string());
    let (found, fix) = match fault {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => (
            "whose certificates do not vouch for each other: clients refuse it".to_owned(),
            format!(
                "get the chain anew from the authority, and check it: `openssl verify -untrusted {file} {file}`"
            ),
        ),
        other => (format!("which clients refuse ({other})"), commands.renew()),
    };
    Some(Flaw::error(found, fix))
}

/// The name that a new certificate is to have.
fn host(leaf: &Parsed<'_>, names: &[String]) -> String {
    let (hosts, addresses) = leaf.names();
    let own = hosts.into_iter().next().or_else(|| addresses.first().map(IpAddr::to_string));
    let configured = names.first().cloned().or(own).or_else(|| leaf.common_name().map(str::to_owned));
    configured.unwrap_or_else(|| "HOST".to_owned())
}

/// Commands that make what clients accept.
struct Commands<'a> {
    of: &'a Served<'a>,
    host: String,
    is_self_issued: bool,
}

/// A key that every client accepts.
const NEW_KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
/// What makes a certificate a server's.
const SERVER: &str = r#"-addext "basicConstraints=critical,CA:FALSE" -addext "extendedKeyUsage=serverAuth""#;

impl Commands<'_> {
    fn subject(&self) -> String {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let kind = if bare.parse::<IpAddr>().is_ok() { "IP" } else { "DNS" };
        format!(
            "-subj {} -addext {}",
            shell(&format!("/CN={bare}")),
            shell(&format!("subjectAltName={kind}:{bare}"))
        )
    }

    fn files(&self) -> (String, String) {
        (shell(&self.of.file.display().to_string()), shell(&self.of.key.display().to_string()))
    }

    /// A new certificate for the key that is there.
    fn renew(&self) -> String {
        let (file, key) = self.files();
        let subject = self.subject();
        if self.is_self_issued {
            format!("openssl req -x509 -key {key} -days 365 {subject} {SERVER} -out {file}")
        } else {
            format!(
                "openssl req -new -key {key} {subject} -out server.csr; have server.csr signed by the authority"
            )
        }
    }

    /// A new certificate with a new key.
    fn new_key(&self) -> String {
        let (file, key) = self.files();
        let subject = self.subject();
        if self.is_self_issued {
            format!("openssl req -x509 {NEW_KEY} -days 365 {subject} {SERVER} -keyout {key} -out {file}")
        } else {
            format!(
                "openssl req -new {NEW_KEY} {subject} -keyout server.key -out server.csr; have server.csr signed by the authority"
            )
        }
    }

    /// A server's certificate issued by the authority that is served instead of one; clients keep trusting that authority.
    fn issue(&self) -> String {
        let (file, key) = self.files();
        // by another name than the authority's, which may be the host's too
        let subject = self.subject().replacen("/CN=", "/OU=server/CN=", 1);
        format!(
            "openssl req -x509 -CA {file} -CAkey {key} {NEW_KEY} -days 365 {subject} {SERVER} -keyout server.key -out \
             server.pem; then name these two, while clients keep {file} as their `ca`"
        )
    }
}

/// A word as a shell reads it.
fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
