//! What the way to a backend needs of the computer it runs on: its clock, and whether it is on any network at all.

use postern_backend::clock::{Clock, SystemClock};
use std::fmt;
use std::sync::Arc;

/// The computer, as values that a test can choose.
#[derive(Clone)]
pub struct Surroundings {
    /// What certificates are held against, and by what it is said since when something is so.
    pub clock: Arc<dyn Clock>,
    /// Whether this computer is on any network but its own.
    pub is_connected: fn() -> bool,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), is_connected }
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Surroundings")
    }
}

/// Whether any interface but the loopback is up, carries a signal, and has an address that reaches farther than the next
/// cable. Asks the kernel alone. Where it does not answer, a network is supposed: it is for the request to fail then.
pub fn is_connected() -> bool {
    let usable = |interface: &if_addrs::Interface| {
        interface.is_oper_up() && !interface.is_loopback() && !interface.is_link_local()
    };
    if_addrs::get_if_addrs().map_or(true, |all| all.iter().any(usable))
}
