//! `postern plan …` as a script runs it: prepared and checked without a network, applied for several accounts on a machine
//! without a secret store, signed by a second administrator.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod command;
#[allow(dead_code, reason = "each test binary uses its own part of it")]
mod killer;
#[path = "../../client/tests/person/mod.rs"]
mod person;

use command::{Home, PROGRAM, text};
use killer::Killer;
use person::{PASSWORD, create_account_at, sign_in_as};
use postern_client::Desk;
use postern_contract::account::Account;
use postern_contract::operation::GetAccount;
use std::io::Write as _;
use std::process::Stdio;

const WHO: [&str; 4] = ["--author", "Joon", "--reason", "New quarter"];

fn new(home: &Home, file: &str, words: &[&str]) -> (String, String) {
    home.ends(0, &[&["plan", "new", file][..], &WHO, words].concat())
}

#[test]
fn a_plan_is_prepared_and_checked_without_a_network() {
    let home = Home::new();
    let (out, err) = new(
        &home,
        "a.postern-plan",
        &[
            "--account",
            "mina@harbor.example",
            "--backend",
            "https://accounts.harbor.example",
            "--name",
            "Mina",
            "--add-key",
            "Robot",
        ],
    );
    assert!(
        out.contains("Applying needs the password and a secret store.") && err.contains("asked about"),
        "{out}{err}"
    );
    home.ends(0, &["plan", "check", "a.postern-plan"]);
    let told = home
        .ends(
            3,
            &[
                &["plan", "new", "b.postern-plan"][..],
                &WHO,
                &["--account", "mina@harbor.example", "--backend", "embedded"],
            ]
            .concat(),
        )
        .1;
    assert!(told.contains("would change nothing") && !home.at("b.postern-plan").exists(), "{told}");
    let broken = std::fs::read_to_string(home.at("a.postern-plan"))
        .unwrap()
        .replace("format = 2", "format = 9\npassword = \"x\"");
    home.write("b.postern-plan", broken);
    let (_, told) = home.ends(3, &["plan", "check", "."]);
    assert!(
        told.contains("b.postern-plan:5") && told.contains("password") && told.contains("to mend"),
        "{told}"
    );
    // nobody is there to type a password, and the backend is not one that is configured here
    let (out, _) = home.ends(3, &["plan", "apply", "a.postern-plan"]);
    assert!(out.contains("not configured here"), "{out}");
    assert!(home.ends(0, &["plan", "schema"]).0.contains("\"$schema\""));
    assert!(home.ends(0, &["plan", "status"]).0.contains("No plan has been applied"));
}

#[test]
fn f19_a_plan_names_its_account_and_its_backend() {
    let home = Home::new();
    let words = ["plan", "new", "a.postern-plan", "--account", "mina@harbor.example", "--task", "Gate"];
    let (_, err) = home.ends(2, &[&words[..], &WHO].concat());
    assert!(err.contains("Name it with --backend URL") && !home.at("a.postern-plan").exists(), "{err}");
    for (backend, at) in [
        ("embedded", "the backend inside the application"),
        ("https://accounts.harbor.example", "https://accounts.harbor.example"),
    ] {
        let words = [&words[..], &WHO, &["--backend", backend, "--force"]].concat();
        let (out, _) = home.ends(0, &words);
        let told =
            format!("Prepared a.postern-plan for mina@harbor.example at {at}. Applying needs the password.");
        assert!(out.contains(&told), "{out}");
        let plan = std::fs::read_to_string(home.at("a.postern-plan")).unwrap();
        assert!(plan.contains(&format!("backend = \"{backend}\"")), "{plan}");
    }
    // where one is configured, it is that one
    home.write(
        ".config/postern/config.toml",
        "[[backends]]\nname = \"Harbor\"\nurl = \"https://harbor.example\"\n[defaults]\nbackend = \"Harbor\"\n",
    );
    let (out, _) = home.ends(0, &[&words[..], &WHO, &["--force"]].concat());
    assert!(out.contains("at https://harbor.example."), "{out}");
}

#[test]
fn a_second_administrator_signs_from_the_command_line() {
    let home = Home::new();
    new(&home, "a.postern-plan", &["--account", "mina@harbor.example", "--backend", "embedded", "--cancel"]);
    let pair = minisign::KeyPair::generate_encrypted_keypair(Some("seven harbor lamps".to_owned())).unwrap();
    home.write("sol.key", pair.sk.to_box(None).unwrap().into_string());
    let sign = |password: &str| {
        let words = ["plan", "countersign", "a.postern-plan", "--key", "sol.key", "--password-fd", "0"];
        let mut child = home
            .command(PROGRAM)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let wrong = sign("another");
    assert_eq!(wrong.status.code(), Some(3));
    assert!(text(&wrong.stderr).contains("the password is not this key's"), "{}", text(&wrong.stderr));
    home.write("no.key", "This is no key.\nAt all.\n");
    let words = ["plan", "countersign", "a.postern-plan", "--yes", "--key", "no.key"];
    assert!(home.ends(3, &words).1.contains("no minisign secret key"));
    assert!(!home.at("a.postern-plan.minisig").exists());
    let done = sign("seven harbor lamps\n");
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("Cancel subscription"), "it says what is signed");
    // a key without a password signs nothing that nobody agreed to
    let bare = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    home.write("bare.key", bare.sk.to_box(None).unwrap().into_string());
    new(&home, "b.postern-plan", &["--account", "mina@harbor.example", "--backend", "embedded", "--cancel"]);
    let words = ["plan", "countersign", "b.postern-plan", "--key", "bare.key"];
    assert!(home.ends(4, &words).1.contains("nobody said yes"));
    assert!(!home.at("b.postern-plan.minisig").exists());
    home.ends(0, &[&words[..], &["--yes"]].concat());
    let signature = std::fs::read_to_string(home.at("a.postern-plan.minisig")).unwrap();
    let plan = std::fs::read(home.at("a.postern-plan")).unwrap();
    let signature = minisign::SignatureBox::from_string(&signature).unwrap();
    minisign::verify(&pair.pk, &signature, std::io::Cursor::new(plan), true, false, false).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_plans_is_applied_on_a_machine_without_a_secret_store() {
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    let killer = Killer::serve(folder.path()).await;
    let desk = Desk::open(killer.options()).await.unwrap();
    desk.use_memory_only().await;
    let accounts = [("mina@harbor.example", "010-5550-0001"), ("sol@harbor.example", "010-5550-0002")];
    for (email, phone) in accounts {
        create_account_at(&desk, async || killer.backend.messages().await.unwrap(), email, phone).await;
    }
    let url = killer.url();
    std::fs::create_dir(home.at("plans")).unwrap();
    for (file, email, task) in
        [("1", accounts[0].0, "Gate"), ("2", accounts[1].0, "Mole"), ("3", "nobody@harbor.example", "Pier")]
    {
        new(
            &home,
            &format!("plans/{file}.postern-plan"),
            &["--account", email, "--backend", &url, "--task", task],
        );
    }
    let apply = |answers: &str| {
        let words = ["plan", "apply", "plans", "--answers-fd", "0", "--backend", &url];
        let mut child = home
            .command(PROGRAM)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
        tokio::task::block_in_place(|| child.wait_with_output().unwrap())
    };
    // there is no base, so each step is asked about; the second answer is left out of the first run
    let first = apply(&format!(
        "plan 1.postern-plan\npassword {PASSWORD}\ndrift mine\nplan plans/2.postern-plan\npassword {PASSWORD}\n"
    ));
    let out = text(&first.stdout);
    assert_eq!(first.status.code(), Some(4), "{out}{}", text(&first.stderr));
    assert!(out.contains("3 plans: 1 done, 2 waiting."), "{out}");
    let status = home.ends(4, &["plan", "status"]).0;
    assert!(
        status.contains("waiting: 2.postern-plan") && status.contains("receipt 1: 1.postern-plan"),
        "{status}"
    );
    // what the first one no longer asks for is not the second one's
    let second = apply(&format!(
        "plan 3.postern-plan\npassword {PASSWORD}\nplan 1.postern-plan\npassword wrong\ndrift theirs\n\
         plan 2.postern-plan\npassword {PASSWORD}\ndrift mine\n"
    ));
    let out = text(&second.stdout);
    assert!(out.contains("2 done, 1 refused"), "{out}");
    assert_eq!(second.status.code(), Some(3));
    assert!(!out.contains(PASSWORD) && !text(&second.stderr).contains(PASSWORD), "LOG-1");
    let receipts = home.ends(0, &["--json", "plan", "status"]).0;
    assert!(receipts.contains("\"whole\": true"), "{receipts}");
    for ((email, _), task) in accounts.into_iter().zip(["Gate", "Mole"]) {
        sign_in_as(&desk, email).await.unwrap();
        let account: Account = person::send(&desk, GetAccount { body: () }).await.unwrap();
        assert_eq!(account.task.as_deref(), Some(task));
        desk.sign_out().await.unwrap();
    }
}
