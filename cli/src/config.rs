//! `postern config …`: what Postern is configured to. The same code as the application's, so that both find the same.

use crate::around::Around;
use crate::ending::Ending;
use crate::envelope::{self, Shape};
use crate::import;
use crate::{said, words};
use clap::{Subcommand, ValueEnum};
use postern_client::config::candidate::Candidate;
use postern_client::config::file::File;
use postern_client::config::{self, Configured, Effective, Places, Policy, candidate, finding, manual};
use postern_contract::configuration::{Finding, Gravity, Setting, SettingChange, SettingKey, Settings};
use postern_contract::{Moment, Problem, ProblemCode};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Import a configuration or a bundle: prints the difference, then asks
    Import(import::Import),
    /// Put back what stood before the last import, once
    Undo(import::Undo),
    /// Say everything that is wrong with files, or with those that count here where none is named
    Check {
        /// The files; one in a folder of the name policy.d is read as a policy
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Read the files as policies
        #[arg(long, requires = "files")]
        policy: bool,
    },
    /// Say why a value counts: where it comes from, and what lost against it
    Explain {
        /// Such as defaults.theme, backends.NAME, backends.NAME.url, policy.signers
        key: String,
    },
    /// Print the configuration
    Show {
        /// Every value that counts, with its source; otherwise the user's file alone
        #[arg(long)]
        effective: bool,
    },
    /// Print what is published about the files
    Schema {
        /// Which form
        #[arg(value_enum, default_value_t = Form::Config)]
        form: Form,
    },
    /// Change one setting in the user's file
    Set {
        /// Such as defaults.theme
        key: String,
        /// The new value; a list is joined by commas
        value: String,
    },
    /// Remove one setting from the user's file
    Unset {
        /// Such as defaults.theme
        key: String,
    },
}

/// What is published.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Form {
    /// The JSON Schema of config.toml
    Config,
    /// The JSON Schema of a policy file
    Policy,
    /// The reference page
    Page,
    /// The administrative template of Windows
    Admx,
    /// Its words
    Adml,
    /// A sample profile for macOS
    Mobileconfig,
}

/// Everything that counts, as `--json` prints it.
#[derive(Debug, Serialize, JsonSchema)]
struct Shown<'a> {
    settings: Vec<Setting>,
    backends: BTreeMap<&'a str, BTreeMap<&'static str, String>>,
    policy: &'a Policy,
    policy_kept_since: Option<Moment>,
    findings: &'a [Finding],
}

/// What a check answers with `--json`, beside the findings.
#[derive(Debug, Serialize, JsonSchema)]
struct Checked {
    /// How many findings keep a file from being used.
    errors: usize,
    /// How many do not.
    warnings: usize,
}

/// What `--json` prints of each.
pub fn results() -> Vec<(&'static str, Shape)> {
    vec![
        ("config check", envelope::of::<Checked>),
        ("config explain", envelope::of::<Vec<Candidate>>),
        ("config import", envelope::of::<import::Imported>),
        ("config schema", envelope::of::<envelope::Text>),
        ("config set", envelope::of::<Settings>),
        ("config show", envelope::either::<File, Shown<'_>>),
        ("config undo", envelope::of::<Settings>),
        ("config unset", envelope::of::<Settings>),
    ]
}

impl Config {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        match self {
            Self::Import(import) => import.run(around),
            Self::Undo(undo) => undo.run(around),
            Self::Check { files, policy } if files.is_empty() && !policy => {
                found(configured().now().findings(), around)
            }
            Self::Check { files, policy } => {
                let now = configured().now();
                let (mut findings, mut ending) = (Vec::new(), Ending::Done);
                for file in &files {
                    let read = if policy || is_policy(file) {
                        config::check_policy(file, &now).map(|(_, found)| found)
                    } else {
                        config::check_file(file, &now).map(|(_, found)| found)
                    };
                    match read {
                        Ok(found) => findings.extend(found),
                        Err(cause) => {
                            said::aside(words::not_read(file, &cause));
                            ending = Ending::Failed;
                        }
                    }
                }
                // of files that could not be read, "nothing to mend" would be wrong
                if ending == Ending::Failed && findings.is_empty() {
                    return ending;
                }
                ending.worse(found(&findings, around))
            }
            Self::Explain { key } => explain(&key, around),
            Self::Show { effective: true } => show(&configured().now(), around),
            Self::Show { effective: false } => show_file(&Places::of_environment().user_file, around),
            Self::Schema { form } => {
                said::bytes(published(form).as_bytes());
                Ending::Done
            }
            Self::Set { key, value } => change(&key, Some(&value), around),
            Self::Unset { key } => change(&key, None, around),
        }
    }
}

fn configured() -> Configured {
    Configured::open(Places::of_environment())
}

fn is_policy(file: &Path) -> bool {
    let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    whole.parent().and_then(Path::file_name).is_some_and(|folder| folder == "policy.d")
}

fn published(form: Form) -> String {
    match form {
        Form::Config => manual::schema(),
        Form::Policy => manual::policy_schema(),
        Form::Page => manual::page(),
        Form::Admx => manual::template(),
        Form::Adml => manual::words(),
        Form::Mobileconfig => manual::profile(),
    }
}

/// Prints findings; refused where one of them is an error.
fn found(findings: &[Finding], around: &Around) -> Ending {
    said::findings(findings);
    if around.json {
        let errors = findings.iter().filter(|finding| finding.gravity == Gravity::Error).count();
        said::json(&Checked { errors, warnings: findings.len() - errors });
    } else if findings.is_empty() {
        said::result(words::NOTHING_TO_MEND);
    }
    if finding::refused(findings) {
        said::note(words::FINDINGS);
        return Ending::Refused;
    }
    Ending::Done
}

fn explain(key: &str, around: &Around) -> Ending {
    let now = configured().now();
    let Some(all) = now.candidates(key) else {
        said::aside(words::unknown_key(key, &now.keys()));
        return Ending::Usage;
    };
    if around.json {
        said::json(&all);
        return Ending::Done;
    }
    for (at, candidate) in all.iter().enumerate() {
        said::result(words::candidate(candidate, at == 0));
    }
    Ending::Done
}

fn show(now: &Effective, around: &Around) -> Ending {
    let counts =
        |name: &str| now.layers().iter().flat_map(|layer| &layer.backends).find(|one| one.name == name);
    let backends: BTreeMap<_, _> = now
        .backends()
        .iter()
        .filter_map(|backend| Some((&*backend.name, candidate::fields(counts(&backend.name)?))))
        .collect();
    let shown = Shown {
        settings: now.settings(),
        backends,
        policy: now.policy(),
        policy_kept_since: now.kept_since(),
        findings: now.findings(),
    };
    if around.json {
        said::json(&shown);
        findings_aside(now);
        return Ending::Done;
    }
    for key in now.keys() {
        let first = now.candidates(&key).and_then(|all| all.into_iter().next());
        if let Some(first) = first {
            said::result(format_args!("{key} = {}", words::candidate(&first, true)));
        }
    }
    findings_aside(now);
    Ending::Done
}

/// What is wrong, beside the result.
pub fn findings_aside(now: &Effective) {
    if let Some(since) = now.kept_since() {
        said::aside(words::policy_kept(since));
    }
    for one in now.findings() {
        said::finding(one);
    }
}

fn show_file(file: &Path, around: &Around) -> Ending {
    let bytes = match config::bytes(file) {
        Ok(bytes) => bytes,
        Err(cause) => {
            said::aside(words::not_read(file, &cause));
            return Ending::Failed;
        }
    };
    if !around.json {
        said::bytes(&bytes);
        return Ending::Done;
    }
    // a file with findings is shown as it is in text, so it is no refusal here either
    match config::read_bytes(file, bytes) {
        (Some(read), _) => said::json(&read),
        (None, findings) => findings.iter().for_each(said::finding),
    }
    Ending::Done
}

fn change(key: &str, value: Option<&str>, around: &Around) -> Ending {
    let Some(setting) = SettingKey::ALL.into_iter().find(|setting| setting.as_str() == key) else {
        said::aside(words::unknown_key(key, &SettingKey::ALL.map(|key| key.as_str().to_owned())));
        return Ending::Usage;
    };
    let configured = configured();
    // somebody else changed the file between reading and writing: what is asked is still asked
    let changed = loop {
        let (value, version) = (value.map(str::to_owned), configured.now().version().to_owned());
        match configured.change(&SettingChange { key: setting, value, version }) {
            Err(problem) if problem.code == ProblemCode::FileChanged => {}
            changed => break changed,
        }
    };
    match changed {
        Ok(settings) => {
            if around.json {
                said::json(&settings);
            }
            Ending::Done
        }
        Err(problem) => refusal(key, &problem, &configured),
    }
}

fn refusal(key: &str, problem: &Problem, configured: &Configured) -> Ending {
    if problem.code == ProblemCode::SettingManaged {
        let first = configured.now().candidates(key).and_then(|all| all.into_iter().next()?.place);
        said::problem(problem, words::managed(key, &first.unwrap_or_default()));
        return Ending::Refused;
    }
    said::problem_with_findings(problem, words::NOT_CHANGED);
    if problem.code == ProblemCode::FileRefused { Ending::Refused } else { Ending::Failed }
}
