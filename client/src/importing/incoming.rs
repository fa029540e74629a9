//! A file that is to be imported, read into memory: a bundle, or a plain configuration with the certificates beside it.

use super::brings::Brings;
use crate::bundle::{self, Bundle, File as Packed, fingerprint, name};
use postern_contract::configuration::OfferKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What was read. What is wrong with it is for [`super::judge`] to say.
#[derive(Debug)]
pub struct Incoming {
    /// The file.
    pub path: PathBuf,
    /// SHA-256 of its bytes and of every certificate that it names.
    pub fingerprint: String,
    /// What it is.
    pub body: Body,
    /// The certificates that its configuration names.
    pub brings: Brings,
    /// Prepared changes and their signatures, by their file names.
    pub plans: BTreeMap<String, Vec<u8>>,
}

/// Bytes by name.
type Files = BTreeMap<String, Vec<u8>>;

/// What a file that is to be imported is.
#[derive(Debug)]
pub enum Body {
    /// A bundle that is whole.
    Bundle(Box<Bundle>),
    /// A configuration by itself.
    Plain(Vec<u8>),
    /// Neither, and why.
    Nothing(String),
}

/// What a file is, by its ending; none for one that is nothing of ours.
pub fn kind(path: &Path) -> Option<OfferKind> {
    let name = path.file_name()?.to_str()?;
    let ends = |ending: &str| name.len() > ending.len() && name.ends_with(ending);
    if ends(bundle::ENDING) {
        Some(OfferKind::Bundle)
    } else if ends(name::PLAN) {
        Some(OfferKind::Plan)
    } else if ends(".toml") {
        Some(OfferKind::Configuration)
    } else {
        None
    }
}

impl Incoming {
    /// Reads the file, once.
    pub fn read(path: &Path) -> Self {
        let none = |why: String| (Body::Nothing(why), Brings::default(), BTreeMap::new());
        let bytes = bundle::file(path);
        let sum = bytes.as_deref().map(fingerprint).unwrap_or_default();
        let (body, brings, plans) = match (bytes, kind(path)) {
            (Err(fault), _) => none(format!("a file that cannot be read: {fault}")),
            (Ok(bytes), Some(OfferKind::Bundle)) => match bundle::read(&bytes) {
                Ok(bundle) => of_bundle(bundle),
                Err(fault) => none(fault.to_string()),
            },
            (Ok(bytes), Some(OfferKind::Configuration)) if bytes.len() > bundle::FILE_BYTES_MAX => {
                none(format!("more than {} bytes", bundle::FILE_BYTES_MAX))
            }
            (Ok(bytes), Some(OfferKind::Configuration)) => {
                let brings = Brings::beside(path, &bytes);
                (Body::Plain(bytes), brings, BTreeMap::new())
            }
            (Ok(_), Some(OfferKind::Plan) | None) => {
                none("a file that is neither *.toml nor *.postern-bundle".to_owned())
            }
        };
        Self { path: path.to_owned(), fingerprint: brings.fingerprint(&sum), body, brings, plans }
    }

    /// The bundle's number; none for a plain file.
    pub fn serial(&self) -> Option<u64> {
        match &self.body {
            Body::Bundle(bundle) => Some(bundle.manifest.serial),
            Body::Plain(_) | Body::Nothing(_) => None,
        }
    }

    /// The prepared changes, without the signatures beside them.
    pub fn plan_names(&self) -> Vec<String> {
        self.plans.keys().filter(|name| name.ends_with(name::PLAN)).cloned().collect()
    }

    /// The configuration's text as it is imported: certificates that come along are named where they will be.
    pub fn installed(&self) -> Option<String> {
        let text = match &self.body {
            Body::Bundle(bundle) => bundle.configuration.as_str(),
            Body::Plain(bytes) => str::from_utf8(bytes).ok()?,
            Body::Nothing(_) => return None,
        };
        let moved = self.brings.along.iter().map(|(named, bytes)| (named.clone(), certificate(bytes)));
        bundle::with_certificates(text, &moved.collect()).ok()
    }
}

/// Where a certificate is kept beside the configuration: by what it holds, so that none ever replaces another.
pub fn certificate(bytes: &[u8]) -> PathBuf {
    Path::new("ca").join(fingerprint(bytes)).with_extension("pem")
}

impl Body {
    /// What is expected of a certificate that it names, and how to mend it.
    pub fn wants(&self) -> (&'static str, &'static str) {
        match self {
            Self::Bundle(_) => (
                "a PEM file with certificates, within the bundle, each once",
                "make the bundle again with `postern bundle make`",
            ),
            Self::Plain(_) | Self::Nothing(_) => (
                "a PEM file with certificates that is there and that this user may read, each once",
                "put it there, change its permissions, or name another",
            ),
        }
    }
}

fn of_bundle(mut bundle: Bundle) -> (Body, Brings, Files) {
    let named = |file: Packed| (file.name, file.bytes);
    let certificates = std::mem::take(&mut bundle.certificates).into_iter().map(named).collect();
    let plans = std::mem::take(&mut bundle.plans)
        .into_iter()
        .map(|file| (file.name.strip_prefix(name::PLANS).unwrap_or(&file.name).to_owned(), file.bytes));
    let plans = plans.collect();
    (Body::Bundle(Box::new(bundle)), Brings::within(certificates), plans)
}
