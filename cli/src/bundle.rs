//! `postern bundle …`: makes, signs and checks bundles, and makes the keys that sign them.

mod check;
mod key;
pub mod password;
mod sign;

use crate::around::Around;
use crate::ending::Ending;
use crate::envelope::{self, Shape};
use crate::output_file::Overwrite;
use crate::{plan, said, words};
use clap::{Args, Subcommand};
use postern_client::bundle::{self, Making, Manifest};
use postern_client::config;
use postern_client::plan::{Opened, countersign, packed};
use postern_contract::configuration::Gravity;
use postern_contract::{Moment, Secret};
use std::collections::{BTreeMap, BTreeSet};
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

/// What `--json` prints of each.
pub fn results() -> Vec<(&'static str, Shape)> {
    vec![
        ("bundle key", envelope::of::<key::Made>),
        ("bundle make", envelope::of::<Manifest>),
        ("bundle sign", envelope::of::<sign::Signed>),
        ("bundle verify", envelope::of::<check::Verified<'_>>),
    ]
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
    /// Prepared changes; the signatures beside them go along
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
    #[command(flatten)]
    overwrite: Overwrite,
}

fn moment(text: &str) -> Result<Moment, serde_json::Error> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
}

/// What goes into a bundle, by the names that it is known by there.
#[derive(Default)]
struct Inputs {
    configuration: String,
    certificates: BTreeMap<String, Vec<u8>>,
    plans: BTreeMap<String, Vec<u8>>,
    /// Every file that was read.
    files: Vec<PathBuf>,
}

impl Make {
    fn run(self, around: &Around) -> Ending {
        match self.make() {
            Ok(manifest) if around.json => said::json(&manifest),
            Ok(manifest) => said::result(words::bundle_made(&self.output, &manifest)),
            Err(ending) => return ending,
        }
        Ending::Done
    }

    fn make(&self) -> Result<Manifest, Ending> {
        let (configuration, findings) = config::read_file(&self.config).map_err(|cause| {
            said::aside(words::not_read(&self.config, &cause));
            Ending::Failed
        })?;
        findings.iter().for_each(said::finding);
        let Some(configuration) = configuration else {
            said::aside(words::BUNDLE_WITH_FINDINGS);
            return Err(Ending::Refused);
        };
        let origins = configuration.origins();
        // the computers that import it may have a policy that describes it; where they have none, they refuse it
        let chosen = configuration.defaults.backend.filter(|chosen| !chosen.is_empty());
        if let Some(chosen) = chosen
            && !configuration.backends.iter().any(|backend| backend.name == chosen)
        {
            said::aside(words::backend_elsewhere(&chosen));
        }
        let Inputs { configuration, certificates, plans, files } = self.inputs(&origins)?;
        self.overwrite.check(&self.output, files.iter().map(PathBuf::as_path))?;
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
        let packed = bundle::make(making).map_err(|fault| {
            said::aside(words::bundle_not_made(&fault));
            Ending::Refused
        })?;
        self.overwrite.write(&self.output, &packed.bytes)?;
        Ok(packed.manifest)
    }

    fn inputs(&self, origins: &BTreeSet<String>) -> Result<Inputs, Ending> {
        let refused = |fault| {
            said::aside(words::bundle_not_made(&fault));
            Ending::Refused
        };
        let mut all = Inputs { files: vec![self.config.clone()], ..Inputs::default() };
        let text = String::from_utf8(read(&self.config)?);
        all.configuration = text.map_err(|_| refused(bundle::Fault::NotText("config.toml".to_owned())))?;
        let folder = self.config.parent().unwrap_or(Path::new("."));
        for path in bundle::certificates_of(&all.configuration).map_err(refused)? {
            let file = folder.join(&path);
            all.certificates.insert(path, read(&file)?);
            all.files.push(file);
        }
        for opened in &self.plans(origins)? {
            all.put(opened.name(), opened.bytes().to_vec(), opened.path())?;
            for path in countersign::beside(opened.path()) {
                let bytes = read(&path)?;
                let name = countersign::travels_as(&opened.name(), &path, &bytes).ok_or_else(|| {
                    said::aside(words::signature_refused(&path, words::NO_SIGNATURE));
                    Ending::Refused
                })?;
                all.put(name, bytes, &path)?;
            }
        }
        Ok(all)
    }

    /// The plans, read and checked as `plan check` does, and held against the backends of the configuration.
    fn plans(&self, origins: &BTreeSet<String>) -> Result<Vec<Opened>, Ending> {
        let read: Result<Vec<_>, _> = Opened::read_all(&self.plan, &plan::places()).into_iter().collect();
        let plans = read.map_err(|problem| {
            said::problem(&problem, plan::problem(&problem));
            Ending::Failed
        })?;
        let findings = packed::findings(&plans, origins);
        findings.iter().for_each(said::finding);
        if findings.iter().any(|finding| finding.gravity == Gravity::Error) {
            said::aside(words::BUNDLE_WITH_FINDINGS);
            return Err(Ending::Refused);
        }
        Ok(plans)
    }
}

impl Inputs {
    /// Takes a plan or a signature in; a name that is there already is refused.
    fn put(&mut self, name: String, bytes: Vec<u8>, path: &Path) -> Result<(), Ending> {
        self.files.push(path.to_owned());
        if self.plans.insert(name.clone(), bytes).is_some() {
            said::aside(words::bundle_not_made(&bundle::Fault::Twice(name)));
            return Err(Ending::Refused);
        }
        Ok(())
    }
}

/// A whole file, said where it cannot be read. Nothing that has a place in a bundle is longer than a bundle.
pub fn read(path: &Path) -> Result<Vec<u8>, Ending> {
    bundle::file(path).map_err(|cause| {
        said::aside(words::not_read(path, &cause));
        Ending::Failed
    })
}

/// The text of a secret key's file; said where it cannot be read.
pub fn secret_key(path: &Path) -> Result<Secret<String>, Ending> {
    key_file(path).map(Secret::new)
}

/// The text of a key's file; said where it cannot be read.
fn key_file(path: &Path) -> Result<String, Ending> {
    let bytes =
        postern_client::durable::whole(path, bundle::signature::FILE_MAX as u64).map_err(|cause| {
            said::aside(words::not_read(path, &cause));
            Ending::Failed
        })?;
    // what is no text is no key, which is said where the key is read
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

/// Says what is doubtful in a bundle's configuration, before it is trusted or signed.
fn warn(bundle: &postern_client::bundle::Bundle) {
    let (_, findings) =
        config::read_text::<config::file::File>(Path::new("config.toml"), &bundle.configuration);
    findings.iter().filter(|finding| finding.gravity == Gravity::Warning).for_each(said::finding);
}

/// A whole file, durably; said where it cannot be written.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Ending> {
    postern_client::durable::overwrite(path, bytes).map_err(|cause| {
        said::aside(words::not_written(path, &cause));
        Ending::Failed
    })
}

#[allow(clippy::disallowed_methods, reason = "the one clock of a command: when a bundle is made")]
fn now() -> Moment {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Moment::from_millisecond(i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
}
