//! Process memory protection, of the desktop, the command line and the server: no core dump is written, and no other program of the same user may read its
//! memory or attach to it. What is in memory for a moment (a password as it is sent, a session's token, a key's secret on
//! its way to the clipboard) must not outlive it on a disk. Secrets that are done with are wiped by
//! [`Secret`](contract::Secret); a program that runs as root sees everything, and is not kept out.

/// Why memory could not be withheld. The program runs all the same, less guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposed {
    /// The limit of core dumps could not be set.
    CoreDumps(std::io::ErrorKind),
    /// The process could not be closed to others.
    Attaching(std::io::ErrorKind),
}

impl std::fmt::Display for Exposed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::CoreDumps(kind) => write!(f, "core dumps could not be switched off ({kind})"),
            Self::Attaching(kind) => {
                write!(f, "other programs of this user are not kept out of memory ({kind})")
            }
        }
    }
}

impl std::error::Error for Exposed {}

/// Withholds this process's memory from now on. To be called first of all, before anything secret is there. Programs that
/// are started by this one inherit the limit of core dumps; the rest is this process's alone.
#[cfg(target_os = "linux")]
pub fn withhold() -> Result<(), Exposed> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, none).map_err(|error| Exposed::CoreDumps(error.kind()))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|error| Exposed::Attaching(error.kind()))
}

/// Elsewhere the system keeps other programs out by itself, or offers no way to ask for it.
#[cfg(not(target_os = "linux"))]
pub fn withhold() -> Result<(), Exposed> {
    Ok(())
}
