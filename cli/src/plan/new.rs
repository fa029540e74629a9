//! `postern plan new`: a plan from the command line. From the account as last seen here where the secret store gives that,
//! else without a base.

use super::reach::{Reach, Read, answers, policy};
use super::words;
use crate::around::Around;
use crate::ending::Ending;
use crate::output_file::Overwrite;
use crate::said;
use clap::{Args, ValueEnum};
use postern_client::plan::{Base, Plan, SystemClock, Unseen, now, prepare, prepare_unseen, review, text};
use postern_contract::capabilities::Capabilities;
use postern_contract::plan::{PlanFieldProblem, PlanInput};
use postern_contract::verification::Channel;
use postern_contract::{Moment, Problem};
use std::path::PathBuf;

/// What it takes.
#[derive(Debug, Args)]
pub struct New {
    /// The file to write, NAME.postern-plan
    file: PathBuf,
    /// With which address the account signs in
    #[arg(long, value_name = "EMAIL")]
    account: String,
    /// Who prepares it
    #[arg(long)]
    author: String,
    /// What for
    #[arg(long)]
    reason: String,
    /// Not to be applied before, such as 2026-12-01T22:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    not_before: Option<Moment>,
    /// Not to be applied after
    #[arg(long, value_name = "TIME", value_parser = moment)]
    expires_at: Option<Moment>,
    /// The new name
    #[arg(long)]
    name: Option<String>,
    /// The new task; an empty text removes it
    #[arg(long)]
    task: Option<String>,
    /// The new email address
    #[arg(long)]
    email: Option<String>,
    /// The new mobile phone
    #[arg(long)]
    mobile_phone: Option<String>,
    /// Two-factor authentication
    #[arg(long, value_enum)]
    two_factor: Option<TwoFactor>,
    /// Make a key of this label; may be given more than once
    #[arg(long, value_name = "LABEL")]
    add_key: Vec<String>,
    /// Delete the key of this label; may be given more than once
    #[arg(long, value_name = "LABEL")]
    delete_key: Vec<String>,
    /// Cancel the subscription, last of all
    #[arg(long)]
    cancel: bool,
    /// Sign in and read the account, so that no step is asked about when the plan is applied
    #[arg(long)]
    refresh: bool,
    /// With --refresh: read answers from this file descriptor instead of a prompt; `postern plan apply --help` has the grammar
    #[arg(long, value_name = "N", requires = "refresh")]
    answers_fd: Option<u32>,
    #[command(flatten)]
    overwrite: Overwrite,
    #[command(flatten)]
    reach: Reach,
}

/// How signing in asks for a number.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum TwoFactor {
    /// By email
    Email,
    /// By text message
    TextMessage,
    /// Not at all
    Disabled,
}

impl New {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Result<Ending, Problem> {
        if let Err(ending) = self.overwrite.check(&self.file, []) {
            return Ok(ending);
        }
        let input = self.input();
        let Some(origin) = self.reach.chosen() else {
            said::aside(words::NO_BACKEND);
            return Ok(Ending::Usage);
        };
        let now = now(&SystemClock);
        let file = self.file.display().to_string();
        let read = if self.refresh {
            let mut answers = answers(self.answers_fd, std::slice::from_ref(&self.file))?;
            let read = self.reach.read(&origin, &self.account, &mut answers, &file);
            let Some(read) = super::block_on(read)? else {
                said::aside(words::NOT_PREPARED);
                return Ok(Ending::Waiting);
            };
            Some(read)
        } else {
            super::block_on(self.reach.recall(&origin, &self.account, &file))?
        };
        let made = if let Some(read) = &read {
            Self::prepared(&input, read, &origin, now)?
        } else {
            said::aside(words::UNSEEN);
            let capabilities = Capabilities::default();
            let (email, backend) = (self.account.as_str(), origin.as_str());
            prepare_unseen(&input, &Unseen { email, backend, capabilities: &capabilities, now })?
        };
        match made {
            Ok(plan) => {
                if let Err(ending) = self.overwrite.write(&self.file, text(&plan)?.as_bytes()) {
                    return Ok(ending);
                }
                if around.json {
                    said::json(&plan);
                } else {
                    said::result(words::written(&self.file, &plan));
                }
                Ok(Ending::Done)
            }
            Err(faults) => {
                for fault in &faults {
                    said::aside(words::fault(fault));
                }
                Ok(Ending::Refused)
            }
        }
    }

    fn prepared(
        input: &PlanInput,
        Read { recalled, capabilities, key }: &Read,
        backend: &str,
        now: Moment,
    ) -> Result<Result<Plan, Vec<PlanFieldProblem>>, Problem> {
        let (key, policy) = (key.as_ref(), policy());
        let base = Base { recalled, capabilities, backend, key, policy: &policy, now };
        let faults = review(input, &base).fields;
        if faults.is_empty() { prepare(input, &base).map(Ok) } else { Ok(Err(faults)) }
    }

    fn input(&self) -> PlanInput {
        let (two_factor, method) = match self.two_factor {
            None => (None, None),
            Some(TwoFactor::Disabled) => (Some(false), None),
            Some(TwoFactor::Email) => (Some(true), Some(Channel::Email)),
            Some(TwoFactor::TextMessage) => (Some(true), Some(Channel::TextMessage)),
        };
        PlanInput {
            author: self.author.clone(),
            reason: self.reason.clone(),
            not_before: self.not_before,
            expires_at: self.expires_at,
            name: self.name.clone(),
            task: self.task.clone(),
            email: self.email.clone(),
            mobile_phone: self.mobile_phone.clone(),
            two_factor,
            method,
            add_keys: self.add_key.clone(),
            delete_keys: self.delete_key.clone(),
            cancel: self.cancel,
        }
    }
}

fn moment(text: &str) -> Result<Moment, serde_json::Error> {
    serde_json::from_value(text.into())
}
