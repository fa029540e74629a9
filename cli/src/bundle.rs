//! `postern bundle …`: makes, signs and checks bundles, and makes the keys that sign them.

mod check;
mod key;
pub mod password;
mod sign;

use crate::around::Around;
use crate::ending::Ending;
use crate::{said, words};
use clap::{Args, Subcommand};
use postern_client::bundle::{self, Making};
use postern_client::config::{self, finding};
use postern_contract::Moment;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Bundle {
    /// Pack a configuration, the certificates it names and prepared changes into one file
    Make(Make),
    /// Sign a bundle with a minisign secret key, in place
    Sign(sign::Sign),
    /// Check that a bundle is whole and who signed it
    Verify(check::Verify),
    /// Make a minisign key pair: FILE and FILE.pub
    Key(key::Key),
}

impl Bundle {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        match self {
            Self::Make(make) => make.run(around),
            Self::Sign(sign) => sign.run(around),
            Self::Verify(verify) => verify.run(around),
            Self::Key(key) => key.run(around),
        }
    }
}

/// `postern bundle make`.
#[derive(Debug, Args)]
pub struct Make {
    /// The bundle to be written, usually NAME.postern-bundle
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The configuration; relative paths of certificates begin at its folder
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Prepared changes; a signature FILE.minisig beside one goes along
    #[arg(long, value_name = "FILE")]
    plan: Vec<PathBuf>,
    /// Its number, higher than that of every bundle the same key signed before [default: seconds since 1970]
    #[arg(long, value_name = "N")]
    serial: Option<u64>,
    /// What it is called [default: the file's name]
    #[arg(long)]
    name: Option<String>,
    /// When it is made, for a bundle that comes out the same again [default: now]
    #[arg(long, value_name = "RFC 3339", value_parser = moment)]
    made_at: Option<Moment>,
}

fn moment(text: &str) -> Result<Moment, serde_json::Error> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
}

impl Make {
    fn run(self, around: &Around) -> Ending {
        let (read, findings) = config::read_file(&self.config);
        for finding in &findings {
            said::aside(finding::text(finding));
        }
        if read.is_none() {
            return Ending::Refused;
        }
        let (configuration, certificates, plans) = match self.inputs() {
            Ok(inputs) => inputs,
            Err(ending) => return ending,
        };
        let made_at = self.made_at.unwrap_or_else(now);
        let usual = self.output.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let making = Making {
            serial: self
                .serial
                .unwrap_or_else(|| u64::try_from(made_at.as_millisecond() / 1000).unwrap_or(0)),
            made_at,
            name: self.name.as_deref().unwrap_or(&usual),
            configuration: &configuration,
            certificates,
            plans,
        };
        let packed = match bundle::make(making) {
            Ok(packed) => packed,
            Err(fault) => {
                said::aside(words::bundle_not_made(&fault));
                return Ending::Refused;
            }
        };
        match write(&self.output, &packed.bytes) {
            Ok(()) if around.json => said::json(&packed.manifest),
            Ok(()) => said::result(words::bundle_made(&self.output, &packed.manifest)),
            Err(ending) => return ending,
        }
        Ending::Done
    }

    #[allow(clippy::type_complexity, reason = "three inputs of one call")]
    fn inputs(&self) -> Result<(String, BTreeMap<String, Vec<u8>>, BTreeMap<String, Vec<u8>>), Ending> {
        let text = String::from_utf8(read(&self.config)?).map_err(|_| Ending::Refused)?;
        let named = bundle::certificates_of(&text).map_err(|fault| {
            said::aside(words::bundle_not_made(&fault));
            Ending::Refused
        })?;
        let folder = self.config.parent().unwrap_or(Path::new("."));
        let mut certificates = BTreeMap::new();
        for path in named {
            let bytes = read(&folder.join(&path))?;
            certificates.insert(path, bytes);
        }
        let mut plans = BTreeMap::new();
        for plan in &self.plan {
            let name = plan.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let signature = bundle::name::beside(plan);
            if signature.is_file() {
                plans.insert(format!("{name}{}", bundle::name::SIGNED), read(&signature)?);
            }
            if plans.insert(name.clone(), read(plan)?).is_some() {
                said::aside(words::bundle_not_made(&bundle::Fault::Twice(name)));
                return Err(Ending::Refused);
            }
        }
        Ok((text, certificates, plans))
    }
}

/// A whole file, said where it cannot be read. Nothing that has a place in a bundle is longer than a bundle.
fn read(path: &Path) -> Result<Vec<u8>, Ending> {
    bundle::file(path).map_err(|cause| {
        said::aside(words::not_read(path, &cause));
        Ending::Failed
    })
}

/// A whole file, durably; said where it cannot be written.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Ending> {
    postern_client::durable::put(path, bytes).map_err(|cause| {
        said::aside(words::not_written(path, &cause));
        Ending::Failed
    })
}

#[allow(clippy::disallowed_methods, reason = "the one clock of a command: when a bundle is made")]
fn now() -> Moment {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Moment::from_millisecond(i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
}
