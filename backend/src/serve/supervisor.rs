//! Tells systemd how far the program is, where systemd has asked for it (`Type=notify`): one datagram on the socket that it
//! names.

/// The program answers requests.
pub(super) fn ready() {
    tell("READY=1");
}

/// The program was told to stop and finishes what it has begun.
pub(super) fn stopping() {
    tell("STOPPING=1");
}

#[cfg(target_os = "linux")]
fn tell(state: &str) {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    #[allow(clippy::disallowed_methods, reason = "where systemd names its socket; nowhere else is it said")]
    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let address = match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(&name),
    };
    let told = address.and_then(|address| UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address));
    if let Err(fault) = told {
        tracing::warn!(%fault, "systemd could not be told how far the program is");
    }
}

#[cfg(not(target_os = "linux"))]
fn tell(_: &str) {}
