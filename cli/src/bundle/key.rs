//! `postern bundle key`: a pair of minisign keys, so that signing needs no other tool.

use super::password::Password;
use crate::around::Around;
use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use postern_client::bundle::signature::{PublicKey, new_pair};
use postern_client::durable;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// `postern bundle key`.
#[derive(Debug, Args)]
pub struct Key {
    /// The secret key's file, for you alone; the public key goes to FILE.pub. Neither may be there
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    password: Password,
    /// Make a key without a password: everybody who reads the file can sign with it
    #[arg(long, conflicts_with = "password_fd")]
    no_password: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Made {
    /// The key's id, 16 hexadecimal digits.
    key: String,
    /// The public key, one line.
    public: String,
}

impl Key {
    pub(super) fn run(self, around: &Around) -> Ending {
        match self.make() {
            Ok(public) if around.json => {
                said::json(&Made { key: public.id(), public: public.line() });
            }
            Ok(public) => said::result(words::key_made(&self.output, &public.id(), &public.line())),
            Err(ending) => return ending,
        }
        Ending::Done
    }

    fn make(&self) -> Result<PublicKey, Ending> {
        let mut public_file = self.output.clone().into_os_string();
        public_file.push(".pub");
        let public_file = PathBuf::from(public_file);
        if let Some(there) =
            [&self.output, &public_file].into_iter().find(|file| file.exists() || file.is_symlink())
        {
            said::aside(words::key_is_there(there));
            return Err(Ending::Refused);
        }
        let password = if self.no_password { None } else { Some(self.password.get(true)?) };
        if password.as_ref().is_some_and(|password| password.expose().is_empty()) {
            said::aside(words::PASSWORD_EMPTY);
            return Err(Ending::Refused);
        }
        let fails = |fault| {
            said::aside(words::key_fails(&self.output, &fault));
            Ending::Failed
        };
        let (secret, public) = new_pair(password.as_ref()).map_err(fails)?;
        let public_text = public.file().map_err(fails)?;
        write_both([(&self.output, secret.expose()), (&public_file, &public_text)]).map_err(
            |(path, cause)| {
                said::aside(words::not_written(&path, &cause));
                Ending::Failed
            },
        )?;
        Ok(public)
    }
}

/// The secret key, for this user alone, and the public key; both or none.
fn write_both([(secret, key), (public, text)]: [(&Path, &str); 2]) -> Result<(), (PathBuf, std::io::Error)> {
    durable::create(secret, key.as_bytes()).map_err(|cause| (secret.to_owned(), cause))?;
    let done = durable::create(public, text.as_bytes()).and_then(|()| for_everybody(public));
    done.map_err(|cause| {
        // what was made is of no use alone, and stands in the way of the next try
        let _ = durable::remove(secret);
        (public.to_owned(), cause)
    })
}

/// A public key may be read by everybody.
#[cfg(unix)]
fn for_everybody(path: &Path) -> std::io::Result<()> {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o644))
}

#[cfg(not(unix))]
fn for_everybody(_: &Path) -> std::io::Result<()> {
    Ok(())
}
