//! What is said about the way to the backend.

use super::Said;
use postern_contract::ProblemCode;
use postern_contract::configuration::Offer;
use postern_contract::connection::{CertificateFault as F, Connection};

/// Why the backend's certificate is refused, what that means, and who can fix it.
pub const fn certificate(fault: Option<F>) -> &'static str {
    match fault {
        Some(F::Expired) => {
            "It is too old, so nothing was sent. The operator of the backend has to renew it."
        }
        Some(F::NotYetValid) => "It is not valid yet, so nothing was sent. Ask the operator of the backend.",
        Some(F::WrongName) => {
            "It belongs to another host, so nothing was sent. Check the address of the backend."
        }
        Some(F::NamesNoHost) => {
            "It names no host (subjectAltName), so nothing was sent. Whoever runs the backend has to replace it."
        }
        Some(F::IsAuthority) => {
            "This is a CA certificate, not a server's, so nothing was sent. Whoever runs the backend has to replace it."
        }
        Some(F::WrongPurpose) => {
            "It was not issued for a server, so nothing was sent. Whoever runs the backend has to replace it."
        }
        Some(F::TooWeak) => {
            "Its key or signature is too weak, so nothing was sent. Whoever runs the backend has to replace it."
        }
        Some(F::UnknownIssuer) => {
            "Its authority is not trusted on this computer, so nothing was sent. Name the authority in the configuration."
        }
        Some(F::Revoked) => {
            "It was revoked, so nothing was sent. The operator of the backend has to replace it."
        }
        Some(F::NotPinned) => "It is not the one that the configuration expects, so nothing was sent.",
        Some(F::AuthorityUnreadable) => {
            "A file of the configuration that says who signs it cannot be read, so nothing was sent. Settings names the file."
        }
        Some(F::OutdatedProtocol) => {
            "The backend offers only encryption that is no longer safe, so nothing was sent. It has to be updated."
        }
        Some(F::NotEncrypted) => {
            "What answers does not encrypt, so nothing was sent. Check the address of the backend."
        }
        Some(F::Other) | None => {
            "It cannot be checked, so nothing was sent. Ask the operator of the backend."
        }
    }
}

/// Whether a code is about the way to the backend, so that another state of that way solves it.
pub const fn is_of_connection(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::Offline
            | ProblemCode::BackendUnreachable
            | ProblemCode::BackendTimeout
            | ProblemCode::CertificateRefused
            | ProblemCode::CaptivePortal
            | ProblemCode::ProxyRefused
            | ProblemCode::ClockWrong
            | ProblemCode::NotOurBackend
    )
}

/// What is wrong with the way to `backend`: what happened and since when · what still works · what to do. `seen` says of
/// when the account is that is shown, where it is one that was kept.
pub fn trouble(
    connection: &Connection,
    backend: &str,
    since: Option<&str>,
    seen: Option<&str>,
) -> Option<Said> {
    let code = connection.trouble?;
    let since = since.map(|since| format!(" since {since}")).unwrap_or_default();
    let (what, why) = match code {
        ProblemCode::Offline => (
            format!("Offline{since}"),
            "This computer is not connected to a network. Connect it, then try again.".to_owned(),
        ),
        ProblemCode::BackendTimeout => (
            format!("{backend} does not answer{since}"),
            "The network works, the backend does not answer in time. Retrying automatically.".to_owned(),
        ),
        ProblemCode::CertificateRefused => (
            match connection.certificate {
                Some(F::AuthorityUnreadable) => format!("The certificate of {backend} cannot be checked{since}"),
                _ => format!("The certificate of {backend} is refused{since}"),
            },
            certificate(connection.certificate).to_owned(),
        ),
        ProblemCode::CaptivePortal => (
            format!("This network requires a sign-in{since}"),
            "Nothing was sent on. Sign in to the network in a browser, then try again.".to_owned(),
        ),
        ProblemCode::ProxyRefused => (
            format!("The proxy does not carry requests to {backend}{since}"),
            "It asks for credentials or refuses this backend. Ask your network administrator, or name another proxy \
             in the configuration."
                .to_owned(),
        ),
        ProblemCode::ClockWrong => (
            "This computer’s clock is wrong".to_owned(),
            "With it the backend’s certificate cannot be checked, so nothing was sent. Set the clock, then try again."
                .to_owned(),
        ),
        ProblemCode::NotOurBackend => (
            format!("Something other than {backend} answers{since}"),
            "Nothing was sent on. Check the address of the backend in the configuration.".to_owned(),
        ),
        _ => (
            format!("No connection to {backend}{since}"),
            "The network works, the backend cannot be reached. Retrying automatically.".to_owned(),
        ),
    };
    Some(Said::new(what, format!("{why}{}", seen.map(|seen| format!(" {seen}")).unwrap_or_default())))
}

/// Of when the account is that is shown while there is no connection.
pub fn as_last_seen(when: &str) -> String {
    format!("You see the account as last seen {when}. Changes can be prepared now and applied later.")
}

/// The backend was asked and did not answer.
pub fn tried_in_vain(when: &str) -> String {
    format!("Tried at {when}. Still no connection.")
}

/// The backend answers again, after somebody asked.
pub fn back(backend: &str) -> Said {
    Said::new(format!("{backend} answers again."), "")
}

/// What stands beside OK without a connection: what is not saved yet, and what becomes of it.
pub fn held_back(not_saved: &str, carried: bool) -> String {
    let then = if carried {
        "OK needs a connection. Prepare changes takes what you typed along."
    } else {
        "OK needs a connection."
    };
    if not_saved.is_empty() { "OK needs a connection.".to_owned() } else { format!("{not_saved}. {then}") }
}

/// Why a button can do nothing without a connection.
pub const fn needs_connection(what: Waits) -> &'static str {
    match what {
        Waits::Address => "Needs a connection: a number has to reach the new address.",
        Waits::Password => "Needs a connection. A password is never put into a plan.",
        Waits::Account => "Create account needs a connection. What you typed stays here.",
        Waits::Keys => "Adding and deleting need a connection. Both can be prepared now and applied later.",
        Waits::Cancel => "Needs a connection. It can be prepared now and applied later.",
    }
}

/// What waits for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Proving an address.
    Address,
    /// Changing the password.
    Password,
    /// Creating an account.
    Account,
    /// Adding and deleting keys.
    Keys,
    /// Canceling the subscription.
    Cancel,
}

/// The chip in the bar.
pub fn offline_chip(code: ProblemCode, since: Option<&str>) -> String {
    let what = if code == ProblemCode::Offline { "Offline" } else { "No connection" };
    since.map_or_else(|| what.to_owned(), |since| format!("{what} since {since}"))
}

/// That something is wrong with the configuration's files; nothing where nothing is.
pub fn misconfigured(findings: u32) -> Option<Said> {
    let what = match findings {
        0 => return None,
        1 => "Something in the configuration is wrong".to_owned(),
        several => format!("{several} things in the configuration are wrong"),
    };
    Some(Said::new(what, "Postern works with the rest of it. Look at what is wrong and how to fix it."))
}

/// The files that were handed over and not opened yet; nothing where there are none.
pub fn files_wait(offers: &[Offer]) -> Option<Said> {
    let what = match offers {
        [] => return None,
        [one] => format!("“{}” waits", one.name),
        several => format!("{} files wait", several.len()),
    };
    Some(Said::new(what, "Nothing of it counts yet. Look at it, then decide."))
}
