//! The command line as scripts use it: the JSON envelope, exit codes, write errors, and the files that are read and written.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![cfg(unix)]

#[path = "../command/mod.rs"]
mod command;
mod configuration;
mod envelope;
mod keys;
#[path = "../killer/mod.rs"]
#[allow(dead_code, reason = "each test binary uses its own part of it")]
mod killer;
mod output;
mod packed;
mod page;
#[path = "../../../client/tests/person/mod.rs"]
mod person;
mod prompt;
mod receipts;
mod refreshed;
mod served;
#[path = "../talk/mod.rs"]
mod talk;

use command::Home;
use postern_client::bundle::signature::{SecretKey, new_pair};
use postern_client::bundle::{self, Making};
use postern_contract::Moment;
use std::collections::BTreeMap;

const ACCOUNT: &str = "mina@harbor.example";
const URL: &str = "https://accounts.harbor.example";
const GOOD: &str = "[defaults]\nlanguage = \"ko\"\n";
const BAD: &str = "[defaults]\nlangage = \"ko\"\nclipboard_seconds = 500\n";

/// A home with one file of each kind: good, with findings, and keys without a password.
fn prepared() -> Home {
    let home = Home::new();
    home.write("good.toml", GOOD);
    home.write("bad.toml", BAD);
    let (file, public) = new_pair(None).unwrap();
    home.write("key", file.expose());
    home.write("key.pub", public.file().unwrap());
    home.write("no.key", "This is no key.\nAt all.\n");
    let making = Making {
        serial: 7,
        made_at: Moment::from_millisecond(0),
        name: "x",
        configuration: GOOD,
        certificates: BTreeMap::new(),
        plans: BTreeMap::new(),
    };
    let packed = bundle::make(making).unwrap().bytes;
    let whole = bundle::read(&packed).unwrap();
    let key = SecretKey::read(&file, None).unwrap();
    home.write("signed.postern-bundle", whole.signed(&bundle::sign(&whole, &key).unwrap()).unwrap());
    home.write("unsigned.postern-bundle", packed);
    home.write("none.postern-bundle", "no bundle");
    home.ends(0, &new("a.postern-plan", &["--task", "Gate"]));
    home.write("bad.postern-plan", "format = 1\n[plan]\nid = 3\n");
    std::fs::create_dir(home.at("folder")).unwrap();
    home
}

/// `postern plan new` with that change.
fn new<'a>(file: &'a str, change: &[&'a str]) -> Vec<&'a str> {
    let words = [
        "plan",
        "new",
        file,
        "--author",
        "Joon",
        "--reason",
        "Shift",
        "--account",
        ACCOUNT,
        "--backend",
        URL,
    ];
    [&words[..], change].concat()
}
