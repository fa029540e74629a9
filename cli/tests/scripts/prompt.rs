//! A password prompt that a signal ends or stops: the terminal shows again what is typed.

use crate::command::{PROGRAM, text};
use crate::prepared;

/// Starts the program at a terminal of its own, waits until it hides what is typed, sends a signal, and says how the terminal is
/// left. After a stop the program goes on: it hides again what is typed, and takes the answer.
const SCRIPT: &str = r#"
import os, pty, select, signal, sys, termios
number, words = getattr(signal, sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(words[0], words)
def shows():
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
def until(wanted):
    heard = b""
    while wanted not in heard:
        if not select.select([terminal], [], [], 60)[0]:
            sys.exit("nothing more was heard: %r" % heard)
        heard += os.read(terminal, 4096)
until(b"Password of the secret key:")
assert not shows(), "it is hidden"
os.write(terminal, b"half")
if number == signal.SIGTSTP:
    os.kill(child, number)
    _, status = os.waitpid(child, os.WUNTRACED)
    assert os.WIFSTOPPED(status), status
    assert shows(), "it is shown while the program is stopped"
    os.kill(child, signal.SIGCONT)
    until(b"Password of the secret key:")
    assert not shows(), "it is hidden again"
    os.write(terminal, b"correct\n")
    until(b"again:")
    assert not shows(), "and for the second question"
    os.write(terminal, b"correct\n")
    until(b"is made")
    _, status = os.waitpid(child, 0)
    assert os.WEXITSTATUS(status) == 0, status
else:
    if len(sys.argv[1]) and number == signal.SIGINT:
        os.write(terminal, b"\x03")
    else:
        os.kill(child, number)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, status
    assert shows(), "it is shown again"
"#;

#[test]
fn f13_the_terminal_shows_again_what_is_typed_after_a_signal() {
    for signal in ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP"] {
        let home = prepared();
        home.write("terminal.py", SCRIPT);
        let mut python = home.command("/usr/bin/python3");
        let done =
            python.args(["terminal.py", signal, PROGRAM, "bundle", "key", "-o", "new"]).output().unwrap();
        assert!(done.status.success(), "{signal}: {}{}", text(&done.stdout), text(&done.stderr));
        let made = signal == "SIGTSTP";
        assert_eq!((home.at("new").exists(), home.at("new.pub").exists()), (made, made), "{signal}");
    }
}
