//! `postern bundle sign`: with a secret key that is here, or with a signature that was made elsewhere.

use super::password::Password;
use super::{read, write};
use crate::around::Around;
use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use postern_client::bundle::signature::{FILE_MAX, SecretKey, Signature};
use postern_client::bundle::{self, Bundle};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// `postern bundle sign`.
#[derive(Debug, Args)]
pub struct Sign {
    /// The bundle
    file: PathBuf,
    /// The minisign secret key file; with --signature the public key that the signature is checked with: its file, or the line
    /// that begins with RW [default then: the signers that the policy names]
    #[arg(long, value_name = "KEY", required_unless_present = "signature")]
    key: Option<PathBuf>,
    #[command(flatten)]
    password: Password,
    /// A signature of the bundle's contents.tar, made elsewhere by `minisign -Sm contents.tar`; attached if it fits
    #[arg(long, value_name = "FILE.minisig", conflicts_with = "password_fd")]
    signature: Option<PathBuf>,
    /// Replace a signature of another key
    #[arg(long)]
    force: bool,
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
        super::warn(&bundle);
        let signature = match (&self.signature, &self.key) {
            (Some(path), _) => self.checked(&bundle, path)?,
            (None, Some(path)) => self.made(&bundle, path)?,
            (None, None) => return Err(Ending::Usage),
        };
        if let Some(there) = bundle.key_id().filter(|there| *there != signature.key_id() && !self.force) {
            said::aside(words::signature_is_there(&self.file, &there));
            return Err(Ending::Refused);
        }
        let bytes = bundle.signed(&signature).map_err(|fault| refused(&fault))?;
        write(&self.file, &bytes)?;
        Ok(signature)
    }

    /// A signature that was made elsewhere, if it is one of this bundle's contents by a key at hand.
    fn checked(&self, bundle: &Bundle, path: &std::path::Path) -> Result<Signature, Ending> {
        let refused = |why: &str| {
            said::aside(words::signature_refused(path, why));
            Ending::Refused
        };
        let bytes = postern_client::durable::whole(path, FILE_MAX as u64).map_err(|cause| {
            said::aside(words::not_read(path, &cause));
            Ending::Failed
        })?;
        let signature = str::from_utf8(&bytes).ok().and_then(Signature::read);
        let signature = signature.ok_or_else(|| refused(words::NO_SIGNATURE))?;
        let keys = super::check::keys(self.key.as_deref().and_then(std::path::Path::to_str))?;
        let mut of_its_id = keys.iter().filter(|(_, key)| key.id() == signature.key_id()).peekable();
        if of_its_id.peek().is_none() {
            return Err(refused(&words::key_not_at_hand(&signature.key_id())));
        }
        if of_its_id.any(|(_, key)| bundle.is_signed_by(&signature, key)) {
            Ok(signature)
        } else {
            Err(refused(words::SIGNATURE_DOES_NOT_FIT))
        }
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
