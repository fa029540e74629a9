//! `postern bundle key`: a pair of minisign keys, so that signing needs no other tool.

use super::password::Password;
use crate::around::Around;
use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use postern_client::bundle::signature::{PublicKey, new_pair};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `postern bundle key`.
#[derive(Debug, Args)]
pub struct Key {
    /// The secret key's file, for you alone; the public key goes to FILE.pub. Neither may be there
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    password: Password,
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
        if let Some(there) = [&self.output, &public_file].into_iter().find(|file| file.exists()) {
            said::aside(words::key_is_there(there));
            return Err(Ending::Refused);
        }
        let password = self.password.get(true)?;
        let fails = |fault| {
            said::aside(words::key_fails(&self.output, &fault));
            Ending::Failed
        };
        let (secret, public) = new_pair(Some(&password)).map_err(fails)?;
        written(&public_file, public.file().map_err(fails)?.as_bytes(), 0o644)?;
        written(&self.output, secret.expose().as_bytes(), 0o600)?;
        Ok(public)
    }
}

/// A file that was not there before, for those whom the mode says, where files have one.
#[cfg_attr(not(unix), allow(unused_variables, reason = "files have no mode there"))]
fn written(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Ending> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let done = options.open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    done.map_err(|cause| {
        said::aside(words::not_written(path, &cause));
        Ending::Failed
    })
}
