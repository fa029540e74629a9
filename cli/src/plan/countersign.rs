//! `postern plan countersign`: the second administrator's signature, beside the plan. It shows what is signed first.

use super::words;
use crate::around::Around;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::{Opened, SystemClock, countersign};
use postern_contract::{Problem, Secret};
use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The longest password that is read from a descriptor, in bytes.
const PASSWORD_MAX: usize = 4096;

/// What it takes.
#[derive(Debug, Args)]
pub struct Countersign {
    /// The plan
    plan: PathBuf,
    /// Your minisign secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Read the key's password from this file descriptor instead of a prompt
    #[arg(long, value_name = "N")]
    password_fd: Option<u32>,
    /// Do not ask before signing with a key that has no password
    #[arg(long)]
    yes: bool,
}

impl Countersign {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Result<Ending, Problem> {
        let failed = |path: &PathBuf| {
            let path = path.clone();
            move |fault: std::io::Error| postern_client::durable::failed(&path, &fault)
        };
        let opened = Opened::read(&self.plan)?;
        match opened.plan() {
            Ok(plan) => said::aside(words::signing(plan)),
            Err(findings) => {
                for finding in findings {
                    said::aside(words::finding(finding));
                }
                return Ok(Ending::Refused);
            }
        }
        let key = Secret::new(std::fs::read_to_string(&self.key).map_err(failed(&self.key))?);
        let now = postern_client::plan::now(&SystemClock);
        // what was shown is what is signed, whatever stands in the file by now
        let path = if countersign::wants_password(key.expose())? {
            let Some(password) = self.password()? else {
                said::aside(words::NOBODY_ANSWERS);
                return Ok(Ending::Waiting);
            };
            countersign::sign(&opened, key.expose(), Some(&password), now)?
        } else if self.yes || agreed() {
            countersign::sign(&opened, key.expose(), None, now)?
        } else {
            said::aside(words::NOT_SIGNED);
            return Ok(Ending::Waiting);
        };
        if around.json {
            said::json(&path);
        } else {
            said::result(words::signed(&path));
        }
        Ok(Ending::Done)
    }

    fn password(&self) -> Result<Option<Secret<String>>, Problem> {
        if let Some(number) = self.password_fd {
            let closed = |fault| words::descriptor_closed("--password-fd", number, &fault);
            let mut text = Zeroizing::new(String::with_capacity(PASSWORD_MAX));
            let file = std::fs::File::open(format!("/dev/fd/{number}")).map_err(closed)?;
            file.take(PASSWORD_MAX as u64).read_to_string(&mut text).map_err(closed)?;
            return Ok(Some(Secret::from(text.lines().next().unwrap_or_default())));
        }
        if !std::io::stdin().is_terminal() {
            return Ok(None);
        }
        said::question(words::KEY_PASSWORD);
        Ok(rpassword::read_password().ok().map(Secret::new))
    }
}

/// Whether whoever sits there says yes.
fn agreed() -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    said::question(words::SIGN);
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "yes")
}
