//! Every sentence a command prints, in one place. As everywhere: what happened, what still works, what to do.

mod bundle;
mod configuration;
mod import;

pub use bundle::*;
pub use configuration::*;
pub use import::*;

/// A path as it is printed: on one line, and nothing in a file's name steers the terminal.
pub fn shown(path: &std::path::Path) -> String {
    postern_client::config::finding::plain(&path.display().to_string())
}

/// Below the help of the whole.
pub const EXIT_CODES: &str = "\
Exit codes: 0 done · 1 tried and failed · 2 the command line is not understood · 3 refused: findings, a signature, \
a policy · 4 waits for a person.
Without a command it opens the desktop application, where that is installed and there is a display.";

/// Without arguments, where no desktop can be opened.
pub const NO_DISPLAY: &str = "There is no display here, so the desktop application was not opened. The commands below work without one.";

/// Without arguments, where no desktop application is installed.
pub const NO_DESKTOP: &str =
    "The desktop application is neither beside this program nor in PATH. The commands below work without it.";

/// The desktop application is there and does not start.
pub fn desktop_fails(path: &std::path::Path, cause: &std::io::Error) -> String {
    format!("{} cannot be started: {cause}. The commands of this program still work.", shown(path))
}

/// A file or folder could not be written.
pub fn not_written(path: &std::path::Path, cause: &std::io::Error) -> String {
    format!(
        "{} was not written: {cause}. Nothing else was changed. Name another place, or make this one writable for you.",
        shown(path)
    )
}

/// A file could not be read.
pub fn not_read(path: &std::path::Path, cause: &std::io::Error) -> String {
    format!(
        "{} was not read: {cause}. Nothing was changed. Check its name and that you may read it.",
        shown(path)
    )
}

/// Memory is less guarded than it should be.
pub fn exposed(exposed: postern_client::memory::Exposed) -> String {
    format!(
        "{exposed}. Everything works. Sign in here only if nobody else uses this account of the computer."
    )
}
