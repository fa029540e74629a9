//! `postern plan countersign`: the second administrator's signature, beside the plan. It shows what is signed first.

use super::words;
use crate::around::Around;
use crate::bundle::password::Password;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::bundle::signature::{KeyFault, SecretKey};
use postern_client::plan::{Opened, SystemClock, countersign};
use postern_contract::Problem;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// What it takes.
#[derive(Debug, Args)]
pub struct Countersign {
    /// The plan
    plan: PathBuf,
    /// Your minisign secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    password: Password,
    /// Do not ask before signing with a key that has no password
    #[arg(long)]
    yes: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Signed {
    /// The signature's file.
    signature: PathBuf,
}

impl Countersign {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Result<Ending, Problem> {
        let opened = Opened::read(&self.plan)?;
        match opened.plan() {
            Ok(plan) => said::aside(words::signing(plan)),
            Err(findings) => {
                findings.iter().for_each(said::finding);
                said::aside(crate::words::FINDINGS);
                return Ok(Ending::Refused);
            }
        }
        let file = match crate::bundle::secret_key(&self.key) {
            Ok(file) => file,
            Err(ending) => return Ok(ending),
        };
        let fails = |fault: KeyFault| said::aside(crate::words::key_fails(&self.key, &fault));
        let key = if SecretKey::needs_password(&file) {
            match self.password.get(false) {
                Ok(password) => SecretKey::read(&file, Some(&password)),
                Err(ending) => return Ok(ending),
            }
        } else if self.yes || said::confirm(words::SIGN) {
            SecretKey::read(&file, None)
        } else {
            said::aside(words::NOT_SIGNED);
            return Ok(Ending::Waiting);
        };
        let key = match key {
            Ok(key) => key,
            Err(fault) => {
                fails(fault);
                return Ok(Ending::Refused);
            }
        };
        let now = postern_client::plan::now(&SystemClock);
        // what was shown is what is signed, whatever stands in the file by now
        let path = countersign::sign(&opened, &key, now)?;
        if around.json {
            said::json(&Signed { signature: path });
        } else {
            said::result(words::signed(&path));
        }
        Ok(Ending::Done)
    }
}
