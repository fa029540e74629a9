//! The desk that a plan needs: of its backend, and only of one that this computer is configured for or that was named on the
//! command line. A plan is a file from elsewhere; it must not decide whom a password is sent to.

use super::answers::{Answers, Kind};
use super::number::{Factor, second_factor};
use super::words;
use crate::said;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command};
use postern_client::config::{self, Backend, Configured};
use postern_client::options::{BackendUrlError, Url, backend_url};
use postern_client::plan::file::EMBEDDED;
use postern_client::plan::mark::FingerprintKey;
use postern_client::plan::{Opened, Places, Policy, With};
use postern_client::{Desk, OpenError, Options};
use postern_contract::capabilities::Capabilities;
use postern_contract::configuration::SettingKey;
use postern_contract::connection::Recalled;
use postern_contract::rules::canonical_email;
use postern_contract::shell::{SignInInput, SignInStep};
use postern_contract::{Problem, ProblemCode, Secret};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Which backend, beside those of the configuration.
#[derive(Debug, Clone, clap::Args)]
pub struct Reach {
    /// The account backend, such as <https://accounts.harbor.example>, or `embedded`; without it the one that is configured
    #[arg(long, value_name = "URL", value_parser = Address)]
    backend: Option<Named>,
}

/// A backend that is named on the command line.
#[derive(Debug, Clone)]
pub enum Named {
    /// By its address.
    At(Url),
    /// The one inside the application.
    Embedded,
}

/// Reads a backend's address. What was typed is not repeated where it is none: it may be a URL with a password in it.
#[derive(Debug, Clone, Copy)]
struct Address;

impl TypedValueParser for Address {
    type Value = Named;

    fn parse_ref(&self, cmd: &Command, _: Option<&Arg>, typed: &OsStr) -> Result<Named, clap::Error> {
        if typed == EMBEDDED {
            return Ok(Named::Embedded);
        }
        let url = typed.to_str().map_or(Err(BackendUrlError::NotAUrl), backend_url);
        url.map(Named::At).map_err(|fault| {
            let refused = clap::Error::raw(ErrorKind::ValueValidation, words::address_refused(fault));
            refused.with_cmd(cmd)
        })
    }
}

/// How a plan's account is reached.
pub struct Reached {
    /// What the plan is looked at with.
    pub with: With,
    /// The password, for as long as this plan is worked on: a session asks for it again.
    pub password: Secret<String>,
}

/// An account as it is, or as it was last seen here.
pub struct Read {
    /// The account.
    pub recalled: Recalled,
    /// The backend's limits, or the product's own.
    pub capabilities: Capabilities,
    /// The key of its fingerprints.
    pub key: Option<FingerprintKey>,
}

impl Reach {
    /// The backend with that origin; none for the one inside the application. It is one that is configured here, or the one
    /// that was named; where a policy or the machine's file fixes which is used, it is that one alone. `file` is the plan's.
    fn backend_at(&self, origin: &str, file: &str) -> Result<Option<Backend>, Problem> {
        let now = configured().now();
        let is = |url: &Url| url.origin().ascii_serialization() == origin;
        let chosen = now.backend();
        let fixed = now.is_managed(SettingKey::Backend.as_str());
        let found = if fixed {
            chosen.filter(|backend| is(&backend.url)).cloned()
        } else {
            let known = now.backends().iter().find(|backend| is(&backend.url)).cloned();
            known.or_else(|| self.url().filter(|url| is(url)).cloned().map(Backend::at))
        };
        let is_inside = origin == EMBEDDED && !(fixed && chosen.is_some());
        if found.is_some() || is_inside {
            return Ok(found);
        }
        if !fixed {
            return Err(words::backend_not_configured(file, origin));
        }
        let said = now.candidates(SettingKey::Backend.as_str()).unwrap_or_default();
        let place = said.into_iter().find_map(|said| said.place).unwrap_or_default();
        let to = chosen.map_or_else(|| EMBEDDED.to_owned(), |fixed| fixed.url.origin().ascii_serialization());
        Err(words::backend_fixed(file, origin, &to, &place))
    }

    /// The desk of the backend with that origin, apart from the desktop's own session.
    async fn desk(&self, origin: &str, file: &str) -> Result<Desk, Problem> {
        let desk = self.open(origin, file).await?;
        desk.stay_aside();
        Ok(desk)
    }

    async fn open(&self, origin: &str, file: &str) -> Result<Desk, Problem> {
        let backend = self.backend_at(origin, file)?;
        Desk::open(Options::at(backend, &configured())).await.map_err(|fault| not_opened(&fault))
    }

    /// The origin of the backend that was named or is configured, or of the embedded one where the application has used that here.
    /// None where it is not known which is meant.
    pub fn chosen(&self) -> Option<String> {
        let origin = |url: &Url| url.origin().ascii_serialization();
        match &self.backend {
            Some(Named::At(url)) => return Some(origin(url)),
            Some(Named::Embedded) => return Some(EMBEDDED.to_owned()),
            None => {}
        }
        if let Some(backend) = configured().now().backend() {
            return Some(origin(&backend.url));
        }
        configured().places().data.join("postern.db").exists().then(|| EMBEDDED.to_owned())
    }

    fn url(&self) -> Option<&Url> {
        match &self.backend {
            Some(Named::At(url)) => Some(url),
            Some(Named::Embedded) | None => None,
        }
    }

    /// The account as it was last seen here: where the desktop is signed in to it, and the secret store gives what opens the
    /// copy. None where not; preparing works without.
    pub async fn recall(&self, origin: &str, email: &str, file: &str) -> Result<Option<Read>, Problem> {
        // preparing makes no database
        if origin == EMBEDDED && !configured().places().data.join("postern.db").exists() {
            return Ok(None);
        }
        let desk = self.open(origin, file).await?;
        let same = |recalled: &Recalled| canonical_email(&recalled.account.email) == canonical_email(email);
        let recalled = desk.recall().await.ok().flatten().filter(same);
        let key = if recalled.is_some() { desk.make_fingerprint_key().await } else { None };
        desk.close().await;
        let capabilities = Capabilities::default();
        Ok(recalled.map(|recalled| Read { recalled, capabilities, key }))
    }

    /// Signs in to an account and reads it: what it is now, the backend's limits, and the key of its fingerprints. None where no
    /// answer comes.
    pub async fn read(
        &self,
        origin: &str,
        email: &str,
        answers: &mut Answers,
        file: &str,
    ) -> Result<Option<Read>, Problem> {
        let desk = self.desk(origin, file).await?;
        let Some(password) = answers.ask(Kind::Password, &words::password(email, origin)) else {
            return Ok(None);
        };
        if !sign_in_as(&desk, email, &password, answers).await? {
            return Ok(None);
        }
        let read = desk.read_account().await;
        let capabilities = desk.start().await.capabilities.unwrap_or_default();
        let key = desk.make_fingerprint_key().await;
        // a session that cannot be ended just now ends by itself
        let _ = desk.sign_out().await;
        desk.close().await;
        Ok(Some(Read { recalled: read?, capabilities, key }))
    }

    /// Signs in to the plan's account.
    pub async fn sign_in(&self, opened: &Opened, answers: &mut Answers) -> Result<Option<Reached>, Problem> {
        let refused = |findings: &[_]| Problem::new(ProblemCode::PlanRefused).findings(findings.to_vec());
        let plan = opened.plan().map_err(refused)?;
        let places = places();
        let desk = self.desk(&plan.account.backend, &opened.name()).await?;
        let clock = Arc::new(postern_client::plan::SystemClock);
        let with = With { desk: desk.clone(), policy: policy(), places: places.clone(), clock };
        if opened.is_done(&places)? {
            // an earlier run was stopped before it wrote the receipt: nobody is asked for a password
            return Ok(Some(Reached { with, password: Secret::from("") }));
        }
        let Some(password) =
            answers.ask(Kind::Password, &words::password(&plan.account.email, &plan.account.backend))
        else {
            return Ok(None);
        };
        let mut last = Problem::new(ProblemCode::CredentialsRefused);
        for email in opened.signs_in_as(&places)? {
            match sign_in_as(&desk, &email, &password, answers).await {
                Ok(true) => return Ok(Some(Reached { with, password })),
                Ok(false) => return Ok(None),
                Err(problem) if problem.code == ProblemCode::CredentialsRefused => last = problem,
                Err(problem) => return Err(problem),
            }
        }
        if opened.is_ending(&places)? { Ok(Some(Reached { with, password })) } else { Err(last) }
    }
}

/// Signs in, asking for the second factor where there is one; false where nobody answers.
async fn sign_in_as(
    desk: &Desk,
    email: &str,
    password: &Secret<String>,
    answers: &mut Answers,
) -> Result<bool, Problem> {
    loop {
        let input = SignInInput { email: email.to_owned(), password: password.clone() };
        let SignInStep::SecondFactor { challenge } = desk.sign_in(input).await? else { return Ok(true) };
        match second_factor(desk, challenge, answers).await? {
            Factor::Right => return Ok(true),
            Factor::Over => {}
            Factor::Nobody => return Ok(false),
        }
    }
}

/// Why there is no desk: the cause is said, since no code has it.
fn not_opened(fault: &OpenError) -> Problem {
    if let OpenError::Folder(path, cause) = fault {
        return failed(path, cause);
    }
    said::aside(fault);
    let is_https = matches!(fault, OpenError::Https(_));
    Problem::new(if is_https { ProblemCode::BackendUnreachable } else { ProblemCode::Internal })
}

/// Where answers come from.
pub fn answers(descriptor: Option<u32>, plans: &[PathBuf]) -> Result<Answers, Problem> {
    let closed = |fault| words::descriptor_closed("--answers-fd", descriptor.unwrap_or_default(), &fault);
    Answers::open(descriptor, plans).map_err(closed)
}

/// Where journals and receipts rest.
pub fn places() -> Places {
    Places::under(&configured().places().data)
}

/// What the policy wants signed, as it is now: it may be another since it was read.
pub fn policy() -> Policy {
    let configured = configured();
    configured.reload();
    Policy::from(configured.now().policy())
}

/// What this computer is configured to; each policy that is asked for reads it anew.
fn configured() -> Configured {
    static READ: OnceLock<Configured> = OnceLock::new();
    READ.get_or_init(|| Configured::open(config::Places::of_environment())).clone()
}

/// Every plan that is named: files, and those in folders in the order of their names.
pub fn plans(named: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
    let mut all = Vec::new();
    for path in named {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|fault| failed(path, &fault))?;
            let is = |path: &Path| path.extension().is_some_and(|ending| ending == "postern-plan");
            let mut inside: Vec<_> =
                entries.flatten().map(|entry| entry.path()).filter(|path| is(path)).collect();
            inside.sort();
            if inside.is_empty() {
                return Err(failed(path, &std::io::Error::other(words::NO_PLAN_INSIDE)));
            }
            all.extend(inside);
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}

fn failed(path: &Path, fault: &std::io::Error) -> Problem {
    postern_client::durable::failed(path, fault)
}
