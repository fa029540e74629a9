//! `postern policy …`: what policies fix and recommend.

use crate::around::Around;
use crate::config::findings_aside;
use crate::ending::Ending;
use crate::envelope::{self, Shape};
use crate::{said, words};
use clap::Subcommand;
use postern_client::config::{Configured, Places, Policy as Asked};
use postern_contract::Moment;
use postern_contract::configuration::{Finding, Setting, Source};
use schemars::JsonSchema;
use serde::Serialize;

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Print what policies fix, recommend and ask for, and where
    Show,
}

/// What policies say, as `--json` prints it.
#[derive(Debug, Serialize, JsonSchema)]
struct Shown<'a> {
    managed: Vec<Setting>,
    recommended: Vec<Setting>,
    asked: &'a Asked,
    kept_since: Option<Moment>,
    findings: &'a [Finding],
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
        let of_policy = |one: &Setting| matches!(one.source, Source::MachinePolicy | Source::UserPolicy);
        let (recommended, managed): (Vec<_>, Vec<_>) =
            now.settings().into_iter().filter(of_policy).partition(|one| one.recommended);
        if around.json {
            said::json(&Shown {
                managed,
                recommended,
                asked: now.policy(),
                kept_since: now.kept_since(),
                findings: now.findings(),
            });
            findings_aside(&now);
            return Ending::Done;
        }
        let asked = now.policy();
        if managed.is_empty() && recommended.is_empty() && *asked == Asked::default() {
            said::result(words::NO_POLICY);
        }
        for setting in managed.iter().chain(&recommended) {
            said::result(words::of_policy(setting));
        }
        for line in words::asked(asked) {
            said::result(line);
        }
        findings_aside(&now);
        Ending::Done
    }
}
