//! A secret key's password, for bundles and for countersignatures: typed at a prompt, unseen, or read from a file descriptor. Never an argument, where every
//! process could read it, and never the environment.

use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use postern_client::password_prompt;
use postern_contract::Secret;
use std::io::Read as _;
use zeroize::Zeroizing;

/// The longest password, in bytes.
const LENGTH_MAX: usize = 1024;

/// Where a password comes from.
#[derive(Debug, Args)]
pub struct Password {
    /// Read the key's password from this file descriptor, up to the end of its first line
    #[arg(long, value_name = "N")]
    password_fd: Option<u32>,
}

impl Password {
    /// Asks for it, or reads it. `twice`: a new one, typed again where it is typed.
    pub fn get(&self, twice: bool) -> Result<Secret<String>, Ending> {
        if let Some(number) = self.password_fd {
            return of_descriptor(number).map_err(|cause| {
                said::aside(words::password_not_read(number, &cause));
                Ending::Failed
            });
        }
        let first = typed(words::PASSWORD)?;
        if twice && typed(words::PASSWORD_AGAIN)?.expose() != first.expose() {
            said::aside(words::PASSWORDS_DIFFER);
            return Err(Ending::Refused);
        }
        Ok(first)
    }
}

fn typed(question: &str) -> Result<Secret<String>, Ending> {
    password_prompt::ask(question).map_err(|_| {
        said::aside(words::NO_PROMPT);
        Ending::Waiting
    })
}

/// The descriptor is opened again by its name, so that nothing here takes hold of one that is another's.
fn of_descriptor(number: u32) -> std::io::Result<Secret<String>> {
    let file = std::fs::File::open(format!("/dev/fd/{number}"))?;
    let mut text = Zeroizing::new(String::with_capacity(LENGTH_MAX));
    file.take(LENGTH_MAX as u64).read_to_string(&mut text)?;
    Ok(Secret::from(text.lines().next().unwrap_or_default()))
}
