//! Whether a certificate can vouch for a server: why TLS clients would not accept what it signed.

use super::parsed::Parsed;
use super::{Certificate, Flaw};
use contract::Moment;

/// Every reason for which a certificate cannot vouch. The others of its file still can, so these are warnings.
pub(super) fn reasons(certificate: &Certificate, now: Moment) -> Vec<Flaw> {
    let Some(parsed) = Parsed::of(&certificate.der) else { return Vec::new() };
    let place = format!("whose certificate at line {} ({})", certificate.line, parsed.subject());
    let mut all = Vec::new();
    let mut add = |reason: &str, fix: &str| all.push(Flaw::warning(format!("{place} {reason}"), fix));
    if let Some(reason) = parsed.out_of_date(now) {
        add(&format!("{reason}, so it cannot vouch"), "replace it by the one that the authority uses now");
    }
    if !parsed.is_version_3() || !parsed.is_authority() {
        let reason = if parsed.is_self_issued() {
            "is not a CA certificate: it cannot vouch for another, and not on every system for itself"
        } else {
            "is not a CA certificate, so it cannot vouch for any"
        };
        add(reason, "name the certificate of the authority that signed the server's (CA:TRUE)");
    } else if !parsed.may_sign_certificates() {
        add(
            "may not sign certificates by its keyUsage, so it cannot vouch",
            "name a certificate whose keyUsage has keyCertSign",
        );
    }
    if let Some(weakness) = parsed.weakness() {
        add(&format!("{weakness}, so it cannot vouch"), "replace it by one with a strong key and signature");
    }
    all
}
