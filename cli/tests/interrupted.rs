//! An import that is killed before each of its steps: the configuration is the old one or the new one, going on is possible,
//! and the serial never goes back.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod command;
mod cut;

use command::{Home, PROGRAM};
use cut::Cut;
use postern_client::bundle::signature::{PublicKey, SecretKey, new_pair};
use postern_client::bundle::{self, Making};
use postern_contract::Moment;
use std::collections::BTreeMap;

const PLAN: &str = "\
format = 1
[plan]
id = \"0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b\"
author = \"Joon\"
reason = \"Shift\"
prepared_at = 2026-11-23T12:00:00Z
[account]
backend = \"embedded\"
email = \"mina@harbor.example\"
[user_information]
name = \"Mina\"
";

fn bundle(home: &Home, serial: u64, language: &str, key: &SecretKey) {
    let configuration = format!("defaults.language = \"{language}\"\n");
    let making = Making {
        serial,
        made_at: Moment::from_millisecond(0),
        name: "x",
        configuration: &configuration,
        certificates: BTreeMap::new(),
        plans: BTreeMap::from([("a.postern-plan".to_owned(), PLAN.as_bytes().to_vec())]),
    };
    let bundle = bundle::read(&bundle::make(making).unwrap().bytes).unwrap();
    let signed = bundle.signed(&bundle::sign(&bundle, key).unwrap()).unwrap();
    home.write(&format!("{serial}.postern-bundle"), signed);
}

fn prepared(key: &SecretKey, public: &PublicKey) -> Home {
    let home = Home::new();
    for (serial, language) in [(1, "en"), (2, "ko"), (3, "ja")] {
        bundle(&home, serial, language, key);
    }
    let signer = format!("[[policy.signers]]\nname = \"Operations\"\nkey = \"{}\"\n", public.line());
    home.write(".config/postern/policy.d/10.toml", format!("[policy]\nrequire_signature = true\n{signer}"));
    home.ends(0, &["config", "import", "2.postern-bundle", "--yes"]);
    home
}

#[test]
fn cfg_5_an_import_that_is_killed_anywhere_leaves_the_old_or_the_new_configuration() {
    let (file, public) = new_pair(None).unwrap();
    let key = SecretKey::read(&file, None).unwrap();
    let import = |home: &Home, cut: Option<&Cut>| {
        let trace = home.at("trace");
        let mut strace = home.command("/usr/bin/strace");
        strace.args(cut::strace(&trace, cut)).arg(PROGRAM);
        let done = strace.args(["config", "import", "3.postern-bundle", "--yes"]).output().unwrap();
        assert_eq!(done.status.success(), cut.is_none(), "{cut:?}: {}", command::text(&done.stderr));
        std::fs::read_to_string(trace).unwrap()
    };
    let cuts = cut::cuts(&import(&prepared(&key, &public), None));
    let (mut old, mut new) = (0, 0);
    for cut in &cuts {
        let home = prepared(&key, &public);
        import(&home, Some(cut));
        let is_new = match home.user_file().as_deref() {
            Some("defaults.language = \"ko\"\n") => false,
            Some("defaults.language = \"ja\"\n") => true,
            other => panic!("{other:?} after {cut:?}"),
        };
        *(if is_new { &mut new } else { &mut old }) += 1;
        // an older one is refused whatever happened
        home.ends(3, &["config", "import", "1.postern-bundle", "--yes"]);
        // the one before is what still counts, or is older now
        let before = home.postern(&["config", "import", "2.postern-bundle", "--yes"]).status.code();
        assert!(before == Some(3) || (before == Some(0) && !is_new), "{cut:?}: {before:?}");
        // the same can be gone on with, unless it ended
        let again = home.postern(&["config", "import", "3.postern-bundle", "--yes"]);
        assert!(again.status.success() || is_new, "{cut:?}: {}", command::text(&again.stderr));
        assert_eq!(home.user_file().as_deref(), Some("defaults.language = \"ja\"\n"));
    }
    assert!(cuts.len() >= 10 && old > 0 && new > 0, "{} kills: {old} old, {new} new", cuts.len());
}
