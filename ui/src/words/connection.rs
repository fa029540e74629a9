//! What is said about the way to the backend.

use postern_contract::connection::CertificateFault as F;

/// Why the backend's certificate is refused, what that means, and who can mend it.
pub const fn certificate(fault: Option<F>) -> &'static str {
    match fault {
        Some(F::Expired) => "It is too old, so nothing was sent. Whoever runs the backend has to renew it.",
        Some(F::NotYetValid) => {
            "It is not valid yet, so nothing was sent. Whoever runs the backend has to look at it."
        }
        Some(F::WrongName) => {
            "It belongs to another host, so nothing was sent. Check the address of the backend."
        }
        Some(F::UnknownIssuer) => {
            "Nobody this computer trusts has signed it, so nothing was sent. The configuration can name who signs it."
        }
        Some(F::Revoked) => {
            "It was withdrawn, so nothing was sent. Whoever runs the backend has to replace it."
        }
        Some(F::NotPinned) => "It is not the one that the configuration expects, so nothing was sent.",
        Some(F::OutdatedProtocol) => {
            "The backend offers only encryption that is no longer safe, so nothing was sent. It has to be updated."
        }
        Some(F::NotEncrypted) => {
            "What answers does not encrypt, so nothing was sent. Check the address of the backend."
        }
        Some(F::Other) | None => {
            "It cannot be checked, so nothing was sent. Whoever runs the backend has to look at it."
        }
    }
}
