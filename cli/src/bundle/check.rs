//! `postern bundle verify`: whether a bundle is whole, what it holds, and who signed it.

use super::read;
use crate::around::Around;
use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use postern_client::bundle::signature::PublicKey;
use postern_client::bundle::{self, Manifest, Verdict};
use postern_client::config::{Configured, Places};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// `postern bundle verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The bundle
    file: PathBuf,
    /// The public key: its file, or the line that begins with RW [default: the signers that the policy names]
    #[arg(long, value_name = "PUB")]
    key: Option<String>,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verified<'a> {
    /// What the bundle says of itself.
    manifest: &'a Manifest,
    /// Whose good signature it bears; none where it bears none of a key at hand.
    signed_by: Option<&'a str>,
    /// The id of the key that signed it, as the signature claims.
    key: Option<String>,
}

impl Verify {
    pub(super) fn run(self, around: &Around) -> Ending {
        let keys = match keys(self.key.as_deref()) {
            Ok(keys) => keys,
            Err(ending) => return ending,
        };
        let bundle = match read(&self.file) {
            Ok(bytes) => bundle::read(&bytes),
            Err(ending) => return ending,
        };
        let bundle = match bundle {
            Ok(bundle) => bundle,
            Err(fault) => {
                said::aside(words::bundle_refused(&self.file, &fault));
                return Ending::Refused;
            }
        };
        super::warn(&bundle);
        let verdict = bundle.verify(keys.iter().map(|(name, key)| (name.as_str(), key)));
        let signed_by = if let Verdict::SignedBy(name) = &verdict { Some(name.as_str()) } else { None };
        if around.json {
            said::json(&Verified { manifest: &bundle.manifest, signed_by, key: bundle.key_id() });
        } else {
            said::result(words::bundle_holds(&bundle.manifest));
        }
        let Some(name) = signed_by else {
            said::aside(words::bundle_verdict(&verdict));
            return Ending::Refused;
        };
        if !around.json {
            said::result(words::bundle_signed_by(name));
        }
        Ending::Done
    }
}

/// The public keys at hand, with their names: the one that is named, by its file or its line, else the policy's signers.
pub(super) fn keys(named: Option<&str>) -> Result<Vec<(String, PublicKey)>, Ending> {
    if let Some(named) = named {
        let text = match PublicKey::read(named) {
            Ok(key) => return Ok(vec![(key.id(), key)]),
            Err(_) => super::key_file(named.as_ref())?,
        };
        let key = PublicKey::read(&text).map_err(|fault| {
            said::aside(words::key_fails(named.as_ref(), &fault));
            Ending::Refused
        })?;
        return Ok(vec![(key.id(), key)]);
    }
    let configured = Configured::open(Places::of_environment());
    let signers = configured.now().policy().signers.clone();
    // a key that cannot be read is a finding of its policy, and nobody's signature fits it
    Ok(signers.into_iter().filter_map(|one| Some((one.name, PublicKey::read(&one.key).ok()?))).collect())
}
