//! A conversation with the program while it runs: what it asks is waited for, then answered. Over a descriptor, or at a
//! terminal, as `script` makes one.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![allow(dead_code, reason = "each test binary uses its own part of it")]

use crate::command::{Home, PROGRAM};
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};

/// A program that runs and asks.
pub struct Talk {
    child: Child,
    to: ChildStdin,
    from: Box<dyn AsyncRead + Unpin + Send>,
    all: Vec<u8>,
    /// What was heard already.
    heard: usize,
}

impl Talk {
    /// Starts it with its answers on a descriptor; it asks on standard error.
    pub fn by_descriptor(home: &Home, words: &[&str]) -> Self {
        let mut command = home.command(PROGRAM);
        command.args(words).args(["--answers-fd", "0"]);
        let mut child = spawn(command);
        let from = Box::new(child.stderr.take().unwrap());
        Self::with(child, from)
    }

    /// Starts it at a terminal.
    pub fn at_a_terminal(home: &Home, words: &[&str]) -> Self {
        let mut command = home.command("/usr/bin/script");
        command.args(["-qec", &format!("{PROGRAM} {}", words.join(" ")), "/dev/null"]);
        let mut child = spawn(command);
        let from = Box::new(child.stdout.take().unwrap());
        Self::with(child, from)
    }

    /// Starts a file of shell commands at a terminal, as a person types them: the first that fails ends it.
    pub fn shell_at_a_terminal(home: &Home, file: &str) -> Self {
        let mut command = home.command("/usr/bin/script");
        let folder = Path::new(PROGRAM).parent().unwrap();
        command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
        command.args(["-qec", &format!("sh -eu {file}"), "/dev/null"]);
        let mut child = spawn(command);
        let from = Box::new(child.stdout.take().unwrap());
        Self::with(child, from)
    }

    fn with(mut child: Child, from: Box<dyn AsyncRead + Unpin + Send>) -> Self {
        let to = child.stdin.take().unwrap();
        Self { child, to, from, all: Vec::new(), heard: 0 }
    }

    /// Waits until it says this, after what was heard before.
    pub async fn hears(&mut self, text: &str) {
        loop {
            let new = &self.all[self.heard..];
            if let Some(at) = new.windows(text.len()).position(|window| window == text.as_bytes()) {
                self.heard += at + text.len();
                return;
            }
            let read = self.from.read_buf(&mut self.all).await.unwrap_or_default();
            assert!(read > 0, "it never says {text:?}: {}", String::from_utf8_lossy(&self.all));
        }
    }

    /// Answers a line.
    pub async fn says(&mut self, line: &str) {
        self.to.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// Answers each of these questions whenever it is asked, until it ends. How often each was asked, in their order, and what
    /// it ended with.
    pub async fn answers<const N: usize>(
        mut self,
        known: [(&str, &str); N],
    ) -> ([usize; N], (Option<i32>, String)) {
        let mut asked = [0; N];
        loop {
            let new = String::from_utf8_lossy(&self.all[self.heard..]).into_owned();
            let first =
                known.iter().enumerate().filter_map(|(at, (question, _))| Some((new.find(question)?, at)));
            if let Some((_, at)) = first.min() {
                let (question, answer) = known[at];
                self.hears(question).await;
                self.says(answer).await;
                asked[at] += 1;
            } else if !self.from.read_buf(&mut self.all).await.is_ok_and(|read| read > 0) {
                return (asked, self.ends().await);
            }
        }
    }

    /// What it ends with once nothing more is answered: the exit code, and all that it said.
    pub async fn ends(mut self) -> (Option<i32>, String) {
        drop(self.to);
        // a terminal that is closed reads as a fault
        while self.from.read_buf(&mut self.all).await.is_ok_and(|read| read > 0) {}
        let done = self.child.wait_with_output().await.unwrap();
        self.all.extend(done.stdout);
        (done.status.code(), String::from_utf8_lossy(&self.all).into_owned())
    }
}

fn spawn(command: std::process::Command) -> Child {
    let mut command = Command::from(command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.spawn().unwrap()
}
