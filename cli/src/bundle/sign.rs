//! `postern bundle sign`: with a secret key that is here, or with a signature that was made elsewhere.

use super::password::Password;
use super::{read, write};
use crate::around::Around;
use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use postern_client::bundle::signature::{SecretKey, Signature};
use postern_client::bundle::{self, Bundle};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// `postern bundle sign`.
#[derive(Debug, Args)]
pub struct Sign {
    /// The bundle; a signature it bears already is replaced
    file: PathBuf,
    /// The minisign secret key file
    #[arg(long, value_name = "SECRETKEY", required_unless_present = "signature")]
    key: Option<PathBuf>,
    #[command(flatten)]
    password: Password,
    /// A signature of the bundle's contents.tar, made elsewhere by `minisign -Sm contents.tar`
    #[arg(long, value_name = "FILE.minisig", conflicts_with_all = ["key", "password_fd"])]
    signature: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Signed {
    /// The id of the key that signed, 16 hexadecimal digits.
    key: String,
}

impl Sign {
    pub(super) fn run(self, around: &Around) -> Ending {
        match self.signed() {
            Ok(signature) if around.json => said::json(&Signed { key: signature.key_id() }),
            Ok(signature) => said::result(words::bundle_signed(&self.file, &signature.key_id())),
            Err(ending) => return ending,
        }
        Ending::Done
    }

    fn signed(&self) -> Result<Signature, Ending> {
        let refused = |why: &dyn std::fmt::Display| {
            said::aside(words::bundle_refused(&self.file, why));
            Ending::Refused
        };
        let bundle = bundle::read(&read(&self.file)?).map_err(|fault| refused(&fault))?;
        let signature = match (&self.signature, &self.key) {
            (Some(path), _) => {
                let text = read(path)?;
                let signature = str::from_utf8(&text).ok().and_then(Signature::read);
                signature.ok_or_else(|| refused(&bundle::Fault::SignatureDamaged))?
            }
            (None, Some(path)) => self.made(&bundle, path)?,
            (None, None) => return Err(Ending::Usage),
        };
        let bytes = bundle.signed(&signature).map_err(|fault| refused(&fault))?;
        write(&self.file, &bytes)?;
        Ok(signature)
    }

    fn made(&self, bundle: &Bundle, path: &std::path::Path) -> Result<Signature, Ending> {
        let fails = |fault| {
            said::aside(words::key_fails(path, &fault));
            Ending::Refused
        };
        let file = super::secret_key(path)?;
        let key = if SecretKey::needs_password(&file) {
            SecretKey::read(&file, Some(&self.password.get(false)?))
        } else {
            SecretKey::read(&file, None)
        };
        bundle::sign(bundle, &key.map_err(fails)?).map_err(fails)
    }
}
