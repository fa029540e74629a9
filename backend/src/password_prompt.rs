//! Password prompt: asks at the terminal without showing what is typed. The terminal's echo is on again when the question is
//! answered, and also when a signal ends or stops the program meanwhile.

use contract::Secret;
use std::io;

/// Asks for a password. An error where there is no terminal.
#[cfg(unix)]
pub fn ask(question: &str) -> io::Result<Secret<String>> {
    unix::ask(question)
}

/// Asks for a password. An error where there is no terminal.
#[cfg(not(unix))]
pub fn ask(question: &str) -> io::Result<Secret<String>> {
    rpassword::prompt_password(question).map(Secret::new)
}

#[cfg(unix)]
mod unix {
    //! On Unix signals are handled by a thread of their own: a handler that runs in the middle of other code could not lock
    //! anything. It stays for the rest of the process and does what each signal does anyway.

    use super::{Secret, io};
    use rustix::process::getpgrp;
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;
    use std::fs::{File, OpenOptions};
    use std::io::{Read as _, Write as _};
    use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
    use zeroize::Zeroizing;

    /// The longest line that is taken, in bytes: what a terminal passes on at once.
    const LINE_MAX: usize = 4096;

    /// A question that is asked just now.
    struct Asked {
        terminal: File,
        /// The terminal's state before.
        shown: Termios,
        question: String,
    }

    static ASKED: Mutex<Option<Asked>> = Mutex::new(None);

    fn asked() -> MutexGuard<'static, Option<Asked>> {
        ASKED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    impl Asked {
        /// Prints the question and hides what is typed.
        fn hide(&mut self) -> io::Result<()> {
            let mut hidden = self.shown.clone();
            hidden.local_modes.remove(LocalModes::ECHO);
            // the end of the line is shown
            hidden.local_modes.insert(LocalModes::ECHONL);
            tcsetattr(&self.terminal, OptionalActions::Flush, &hidden)?;
            self.terminal.write_all(self.question.as_bytes())?;
            self.terminal.flush()
        }

        fn show(&self) {
            // where the terminal is gone, there is nothing to be shown
            let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.shown);
        }

        /// Whether the terminal is this process's just now: a process in the background is stopped where it changes it.
        fn is_in_front(&self) -> bool {
            tcgetpgrp(&self.terminal).is_ok_and(|front| front == getpgrp())
        }
    }

    /// Shows again what is typed, however the question ends.
    struct Question;

    impl Drop for Question {
        fn drop(&mut self) {
            if let Some(asked) = asked().take() {
                asked.show();
            }
        }
    }

    pub(super) fn ask(question: &str) -> io::Result<Secret<String>> {
        let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        watch()?;
        let shown = tcgetattr(&terminal)?;
        let mut reads = terminal.try_clone()?;
        let question = {
            let mut asked = asked();
            let new = asked.insert(Asked { terminal, shown, question: question.to_owned() });
            new.hide().map(|()| Question)
        };
        let _question = question.inspect_err(|_| drop(Question))?;
        let line = line(&mut reads)?;
        let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok(Secret::from(text))
    }

    /// A line without its end. Nothing but the answer's own buffer holds it.
    fn line(terminal: &mut File) -> io::Result<Zeroizing<Vec<u8>>> {
        let (mut line, mut byte) = (Zeroizing::new(Vec::with_capacity(LINE_MAX)), Zeroizing::new([0]));
        while line.len() < LINE_MAX {
            match terminal.read(&mut *byte) {
                Ok(0) if line.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(1..) if byte[0] != b'\n' => line.push(byte[0]),
                Ok(_) => break,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
                Err(fault) => return Err(fault),
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(line)
    }

    /// Begins to watch for signals, once.
    fn watch() -> io::Result<()> {
        static WATCHED: OnceLock<bool> = OnceLock::new();
        let is_watched = *WATCHED.get_or_init(|| {
            let signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT]);
            signals.map(|signals| std::thread::spawn(|| each(signals))).is_ok()
        });
        if is_watched { Ok(()) } else { Err(io::Error::other("signals cannot be watched for")) }
    }

    fn each(mut signals: Signals) {
        for signal in signals.forever() {
            let mut asked = asked();
            match (signal, asked.as_mut()) {
                // it goes on after a stop
                (SIGCONT, Some(asked)) if asked.is_in_front() => {
                    let _ = asked.hide();
                }
                (SIGCONT, _) => {}
                (_, now) => {
                    if let Some(now) = now {
                        now.show();
                    }
                    drop(asked);
                    // ends or stops the process, as it would have without us
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        }
    }
}
