//! What is decided at start-up: which backend, which folder, what this place is called. The one home of the command
//! line and the environment; everything below gets these as values.

pub use crate::base_url::{BackendUrlError, backend_url};
use crate::config::{Backend, Configured, Places};
use crate::language::MessageLanguage;
use crate::vault;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};
use postern_contract::configuration::SettingKey;
use postern_contract::{rules, session};
pub use reqwest::Url;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the desktop was started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The backend and the way to it; none for the backend inside the application.
    pub backend: Option<Backend>,
    /// Where the embedded backend keeps its database.
    pub data: PathBuf,
    /// What to call this place in the list of sessions: the computer's name.
    pub place: Option<String>,
    /// How long the secret store may take.
    pub store_limits: vault::Limits,
    /// In which language the backend is asked to write messages.
    pub language: MessageLanguage,
}

#[derive(Debug, Parser)]
#[command(name = "postern-desktop", version, about = "Postern: a desktop account console for administrators")]
struct Arguments {
    /// The account backend for this run, such as <https://accounts.harbor.example>, or the name of one that is configured;
    /// without it the configured one, or Postern's own
    #[arg(long, env = "POSTERN_BACKEND_URL", hide_env_values = true, value_name = "URL|NAME")]
    backend: Option<String>,

    /// Files to look at (*.toml, *.postern-bundle, *.postern-plan); nothing is changed before you say so
    #[arg(value_name = "FILE")]
    opened: Vec<OsString>,
}

/// What a command line (program name first) hands over to be looked at, less the flags; nothing where it is not understood.
/// Anybody may have written these words.
pub fn opened<I, A>(arguments: I) -> Vec<OsString>
where
    I: IntoIterator<Item = A>,
    A: Into<OsString> + Clone,
{
    Arguments::try_parse_from(arguments).map(|arguments| arguments.opened).unwrap_or_default()
}

impl Options {
    /// Reads the command line (program name first), the environment and the configuration it leads to. The error prints
    /// itself and knows its exit code; `--help` and `--version` come as errors too.
    pub fn read<I, A>(arguments: I) -> Result<Self, clap::Error>
    where
        I: IntoIterator<Item = A>,
        A: Into<OsString> + Clone,
    {
        Self::of(arguments, &Configured::open(Places::of_environment()))
    }

    /// The same with a configuration that was opened already.
    pub fn of<I, A>(arguments: I, configured: &Configured) -> Result<Self, clap::Error>
    where
        I: IntoIterator<Item = A>,
        A: Into<OsString> + Clone,
    {
        let arguments = Arguments::try_parse_from(arguments)?;
        Ok(Self::at(chosen(arguments.backend.as_deref(), configured)?, configured))
    }

    /// At that backend, with this user's folders, this computer's name and what is configured: nothing of a command line.
    pub fn at(backend: Option<Backend>, configured: &Configured) -> Self {
        Self {
            backend,
            data: configured.places().data.clone(),
            place: std::fs::read_to_string("/etc/hostname").ok().as_deref().and_then(place),
            store_limits: vault::Limits::default(),
            language: MessageLanguage::of(configured, |name| std::env::var_os(name)),
        }
    }
}

/// The backend that was asked for on the command line, or else the configured one. What a policy or the machine's file fixes
/// is not gone round by an argument.
fn chosen(asked: Option<&str>, configured: &Configured) -> Result<Option<Backend>, clap::Error> {
    let now = configured.now();
    let Some(asked) = asked else { return Ok(now.backend().cloned()) };
    let refused = |kind, words: String| Arguments::command().error(kind, words);
    let backend = if let Some(named) = now.backend_named(asked) {
        named.clone()
    } else {
        let url = backend_url(asked).map_err(|fault| {
            // never what was typed: it may be a URL with a password in it
            let words = format!("the backend's address is not accepted: {fault}");
            refused(ErrorKind::ValueValidation, words)
        })?;
        // one that is configured keeps its name, colour and certificates
        let known = now.backends().iter().find(|known| known.url == url).cloned();
        known.unwrap_or_else(|| Backend::at(url))
    };
    let key = SettingKey::Backend.as_str();
    if now.is_managed(key) && now.backend() != Some(&backend) {
        let place = now.candidates(key).and_then(|all| all.into_iter().next()?.place).unwrap_or_default();
        let words =
            format!("the backend is fixed in {place}, so '--backend' cannot name another: leave it out");
        return Err(refused(ErrorKind::ArgumentConflict, words));
    }
    Ok(Some(backend))
}

/// A computer's name as a place's, cut to what the backend takes.
fn place(name: &str) -> Option<String> {
    let cut: String = name.trim().chars().take(session::PLACE_MAX as usize).collect();
    rules::line(&cut, session::PLACE_MAX).ok()
}

#[cfg(test)]
mod tests {
    use super::{Configured, Options, Places, place};

    #[test]
    fn a_configured_backend_is_used_and_a_fixed_one_is_not_gone_round() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path()).unwrap();
        for made in ["etc", "home"] {
            std::fs::create_dir_all(folder.path().join(made)).unwrap();
        }
        let entries = "[[backends]]\nname = \"Harbor\"\nurl = \"https://harbor.example\"\ncolor = \"plum\"\n\
                       [[backends]]\nname = \"Rack 4\"\nurl = \"https://rack4.example\"\n";
        std::fs::write(&places.user_file, format!("{entries}[defaults]\nbackend = \"Harbor\"\n")).unwrap();
        let chosen = |arguments: &[&str]| {
            let arguments = ["postern-desktop"].iter().chain(arguments).copied();
            let options = Options::of(arguments, &Configured::open(places.clone()))?;
            Ok::<_, clap::Error>(options.backend.map(|backend| backend.name))
        };
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(chosen(&[]).unwrap(), name("Harbor"));
        assert_eq!(chosen(&["--backend", "Rack 4"]).unwrap(), name("Rack 4"));
        assert_eq!(chosen(&["--backend", "https://rack4.example"]).unwrap(), name("Rack 4"));
        assert_eq!(chosen(&["--backend", "https://other.example"]).unwrap(), name("other.example"));
        let refused =
            chosen(&["--backend", "https://mina:correct-horse@rack4.example"]).unwrap_err().to_string();
        assert!(!refused.contains("correct-horse"), "{refused}");
        // CFG-3: fixed by the machine's file
        std::fs::write(
            folder.path().join("etc/config.toml"),
            format!("{entries}[defaults]\nbackend = \"Harbor\"\n"),
        )
        .unwrap();
        assert_eq!(chosen(&["--backend", "Harbor"]).unwrap(), name("Harbor"));
        assert!(chosen(&["--backend", "Rack 4"]).unwrap_err().to_string().contains("etc/config.toml:9"));
    }

    #[test]
    fn a_computers_name_becomes_a_place_or_none() {
        assert_eq!(place("harbor-desk\n").as_deref(), Some("harbor-desk"));
        assert_eq!(place(&"x".repeat(300)).map(|name| name.len()), Some(64));
        assert_eq!(place(" \n"), None);
    }
}
