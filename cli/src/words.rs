//! Every sentence a command prints, in one place. As everywhere: what happened, what still works, what to do.

mod bundle;
mod configuration;
mod import;
mod receipt;

pub use bundle::*;
pub use configuration::*;
pub use import::*;
pub use receipt::*;

/// A path as it is printed: on one line, and nothing in a file's name steers the terminal.
pub fn shown(path: &std::path::Path) -> String {
    postern_client::config::finding::plain(&path.display().to_string())
}

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

/// An output that exists.
pub fn output_exists(path: &std::path::Path) -> String {
    format!("{} exists and was not overwritten. Name another file, or add --force.", shown(path))
}

/// An output that is an input.
pub fn output_is_input(output: &std::path::Path, input: &std::path::Path) -> String {
    format!(
        "{} was not written: it is the input {}, and an input is never overwritten. Name another file.",
        shown(output),
        shown(input)
    )
}

/// Standard output or standard error could not be written.
pub fn output_failed(cause: &std::io::Error) -> String {
    format!("The output was not written completely: {cause}.")
}

/// The variable that sets log levels is not understood.
pub fn log_levels_refused(variable: &str) -> String {
    format!(
        "{variable} is not understood and does not count. Expected levels by module, such as warn,postern_client=debug."
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
