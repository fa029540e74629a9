//! `postern policy …`: what policies fix, recommend and ask for, and which of it takes effect.

use crate::around::Around;
use crate::config::findings_aside;
use crate::ending::Ending;
use crate::envelope::{self, Shape};
use crate::{said, words};
use clap::Subcommand;
use postern_client::config::{Configured, IgnoredFile, Places, Policy as Asked, PolicyEntry};
use postern_contract::Moment;
use schemars::JsonSchema;
use serde::Serialize;

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Print everything that policies set: where, how much it binds and whether it takes effect
    Show,
}

/// What policies say, as `--json` prints it.
#[derive(Debug, Serialize, JsonSchema)]
struct Shown<'a> {
    /// Every entry of every policy.
    entries: Vec<PolicyEntry>,
    /// Files in the policy folders that do not count as they are.
    ignored: &'a [IgnoredFile],
    /// What is asked of files from elsewhere, by all files together.
    asked: &'a Asked,
    /// Since when the last good state of a policy counts, where one cannot be used as it is.
    kept_since: Option<Moment>,
}

/// What `--json` prints of each.
pub fn results() -> Vec<(&'static str, Shape)> {
    vec![("policy show", envelope::of::<Shown<'_>>)]
}

impl Policy {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        let Self::Show = self;
        let now = Configured::open(Places::of_environment()).now();
        let (entries, asked) = (now.policy_entries(), now.policy());
        if entries.is_empty() && now.ignored().is_empty() && *asked == Asked::default() {
            said::result(words::NO_POLICY);
        }
        for entry in &entries {
            said::result(words::of_policy(entry));
        }
        for line in words::asked(asked) {
            said::result(line);
        }
        for file in now.ignored() {
            said::result(words::ignored(file));
        }
        if around.json {
            said::json(&Shown { entries, ignored: now.ignored(), asked, kept_since: now.kept_since() });
        }
        findings_aside(&now);
        Ending::Done
    }
}
