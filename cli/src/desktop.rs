//! `postern` alone: the desktop application where there is one and a display to show it on, else the help.

use crate::ending::Ending;
use crate::{said, words};
use std::path::PathBuf;

/// The application's file name.
const PROGRAM: &str = "postern-desktop";

/// Becomes the desktop application. Comes back only where it cannot: with the help, as for any command line that asks for
/// nothing.
pub fn open(help: &mut clap::Command) -> Ending {
    let Some(program) = program() else { return without(words::NO_DESKTOP, help) };
    if !has_display() {
        return without(words::NO_DISPLAY, help);
    }
    let cause = become_program(&program);
    said::aside(words::desktop_fails(&program, &cause));
    Ending::Failed
}

fn without(why: &str, help: &mut clap::Command) -> Ending {
    said::aside(why);
    said::aside("");
    said::aside(help.render_help());
    Ending::Usage
}

#[cfg(unix)]
fn become_program(program: &std::path::Path) -> std::io::Error {
    use std::os::unix::process::CommandExt;
    std::process::Command::new(program).exec()
}

#[cfg(not(unix))]
fn become_program(program: &std::path::Path) -> std::io::Error {
    match std::process::Command::new(program).status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(cause) => cause,
    }
}

/// Beside this program first, so that an installation in one folder stays together.
fn program() -> Option<PathBuf> {
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let here = std::env::current_exe().ok().and_then(|file| Some(file.parent()?.join(&name)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    here.into_iter()
        .chain(std::env::split_paths(&path).map(|folder| folder.join(&name)))
        .find(|f| f.is_file())
}

fn has_display() -> bool {
    cfg!(not(all(unix, not(target_os = "macos"))))
        || ["WAYLAND_DISPLAY", "DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
