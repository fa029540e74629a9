//! Why a backend cannot serve. Its text says what happened, what still works and what to do.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a backend cannot serve.
#[derive(Debug)]
pub enum ServeError {
    /// The address cannot be listened on.
    Listen(SocketAddr, std::io::Error),
    /// The certificate or its key cannot be used.
    Certificate(PathBuf, String),
    /// The operating system does not tell of signals.
    Signals(std::io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, fault) => write!(
                f,
                "cannot listen on {address} ({fault}); nothing was changed. Choose another address, or port 0 for any \
                 free one, or end the program that has it (`ss -ltnp` names it)"
            ),
            Self::Certificate(path, fault) => write!(
                f,
                "the certificate or its key cannot be used: {}: {fault}. Give a PEM file with the certificate first and \
                 those that vouch for it after it, and a PEM file with its private key without a pass phrase, both \
                 readable for the program",
                path.display()
            ),
            Self::Signals(fault) => {
                write!(f, "the operating system does not tell of signals ({fault}); nothing was changed")
            }
        }
    }
}

impl std::error::Error for ServeError {}
