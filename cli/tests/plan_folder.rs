//! A folder of plans of which some cannot be applied: each gets its result, the others go on, and the summary and the exit code
//! say what somebody must look at. And what came along with an import, which waits in a list of its own.
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
use std::process::{Output, Stdio};

const MINA: &str = "mina@harbor.example";

/// Writes a plan with that change; `also` is added to its first section.
fn plan(home: &Home, file: &str, backend: &str, change: [&str; 2], also: &str) {
    let words = ["plan", "new", file, "--author", "Joon", "--reason", "New quarter", "--account", MINA];
    home.ends(0, &[&words[..], &["--backend", backend], &change].concat());
    let written = std::fs::read_to_string(home.at(file)).unwrap();
    home.write(file, written.replace("[account]", &format!("{also}\n[account]")));
}

fn run(home: &Home, words: &[&str], answers: &str) -> Output {
    let mut command = home.command(PROGRAM);
    command.args(words).args(["--answers-fd", "0"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    tokio::task::block_in_place(|| child.wait_with_output().unwrap())
}

/// How each plan ended, as its result line says.
fn endings(out: &str) -> Vec<(&str, &str)> {
    out.lines()
        .filter_map(|line| line.strip_prefix("plans/")?.split_once(".postern-plan: "))
        .map(|(name, rest)| (name, rest.split([' ', '.']).next().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_plans_that_cannot_be_applied_gives_each_its_result() {
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    let killer = Killer::serve(folder.path()).await;
    let desk = Desk::open(killer.options()).await.unwrap();
    desk.use_memory_only().await;
    create_account_at(&desk, async || killer.backend.messages().await.unwrap(), MINA, "010-5550-0001").await;
    let url = killer.url();
    std::fs::create_dir(home.at("plans")).unwrap();
    home.write("plans/1-broken.postern-plan", "format = 1\n[plan]\nid = ");
    plan(&home, "plans/2-elsewhere.postern-plan", "https://elsewhere.example", ["--task", "Pier"], "");
    plan(&home, "plans/3-first.postern-plan", &url, ["--task", "Gate"], "");
    plan(&home, "plans/4-over.postern-plan", &url, ["--task", "Over"], "expires_at = 2020-01-01T00:00:00Z");
    plan(&home, "plans/5-early.postern-plan", &url, ["--task", "Early"], "not_before = 2999-01-01T00:00:00Z");
    plan(&home, "plans/6-second.postern-plan", &url, ["--name", "Mina Pier"], "");
    home.write("plans/notes.txt", "no plan");

    let (out, err) = home.ends(3, &["plan", "check", "plans"]);
    assert_eq!(out.lines().count(), 7, "each has its line: {out}");
    assert!(out.contains("plans/1-broken.postern-plan: something is to be mended"), "{out}");
    assert!(err.contains("1-broken.postern-plan:3") && err.contains("to mend"), "{err}");
    assert!(out.ends_with("6 plans: 5 can be applied, 1 to mend.\n"), "{out}");

    // nobody is asked for a password of a plan that is refused at sight
    let answers = |answers: &str| -> String {
        let plans = ["3-first", "4-over", "5-early", "6-second"];
        plans.map(|plan| format!("plan {plan}.postern-plan\npassword {PASSWORD}\n{answers}")).concat()
    };
    let diff = run(&home, &["plan", "diff", "plans", "--backend", &url], &answers(""));
    let told = format!("{}{}", text(&diff.stdout), text(&diff.stderr));
    assert_eq!(diff.status.code(), Some(3), "{told}");
    assert!(told.contains("6 plans: 3 waiting, 3 refused."), "{told}");
    for file in ["1-broken", "2-elsewhere", "3-first", "4-over", "5-early", "6-second"] {
        assert!(text(&diff.stdout).contains(&format!("{file}.postern-plan: ")), "{file}: {told}");
    }

    let applied = run(&home, &["plan", "apply", "plans", "--backend", &url], &answers("drift mine\n"));
    let told = format!("{}{}", text(&applied.stdout), text(&applied.stderr));
    let out = text(&applied.stdout);
    let wanted = [
        ("1-broken", "refused"),
        ("2-elsewhere", "refused"),
        ("3-first", "done"),
        ("4-over", "refused"),
        ("5-early", "waiting"),
        ("6-second", "done"),
    ];
    assert_eq!(endings(&out), wanted, "{told}");
    assert!(out.ends_with("6 plans: 2 done, 1 waiting, 3 refused.\n"), "{told}");
    assert_eq!(applied.status.code(), Some(3), "{told}");
    assert!(told.contains("not before 2999") && told.contains("until 2020"), "{told}");
    sign_in_as(&desk, MINA).await.unwrap();
    let account: Account = person::send(&desk, GetAccount { body: () }).await.unwrap();
    assert_eq!((account.name.as_str(), account.task.as_deref()), ("Mina Pier", Some("Gate")));

    // answers that name no plan are nobody's
    let asked = killer.asked();
    let all = format!("password {PASSWORD}\n").repeat(6);
    let nobodys = run(&home, &["plan", "diff", "plans", "--backend", &url], &all);
    assert!(text(&nobodys.stderr).contains("it is for none of these plans"), "{}", text(&nobodys.stderr));
    assert_eq!(killer.asked(), asked, "no password was sent");

    // the same for a program
    let again = run(&home, &["--json", "plan", "apply", "plans", "--backend", &url], "");
    let told: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    let endings: Vec<_> =
        told["result"].as_array().unwrap().iter().map(|one| one["ending"].as_str().unwrap()).collect();
    assert_eq!(endings, wanted.map(|(_, ending)| ending), "what was applied stays so");
    assert_eq!(again.status.code(), Some(3));
    check_receipts(&home);
}

/// Both receipts are whole and can be exported; whatever is done to the file is told.
fn check_receipts(home: &Home) {
    let path = ".local/share/postern/receipts/receipts.jsonl";
    let (whole, _) = home.ends(0, &["plan", "status"]);
    assert!(whole.contains("receipt 1: 3-first") && whole.contains("receipt 2: 6-second"), "{whole}");
    let export = |number: &str| {
        let (out, _) = home.ends(0, &["plan", "status", "--export", number]);
        serde_json::from_str::<serde_json::Value>(&out).unwrap()
    };
    assert_eq!(export("2")["previous"], export("1")["hash"], "each names the one before");
    home.ends(1, &["plan", "status", "--export", "3"]);
    let text = std::fs::read_to_string(home.at(path)).unwrap();
    let lines: Vec<_> = text.lines().collect();
    for (what, changed) in [
        ("altered", text.replacen("New quarter", "Old quarter", 1)),
        ("removed", format!("{}\n", lines[1])),
        ("cut off", format!("{}\n", lines[0])),
        ("reordered", format!("{}\n{}\n", lines[1], lines[0])),
        ("gone", String::new()),
    ] {
        home.write(path, changed);
        let (_, err) = home.ends(3, &["plan", "status"]);
        assert!(err.contains("The receipts are not whole"), "{what}: {err}");
    }
    home.write(path, text);
    home.ends(0, &["plan", "status"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_for_one_plan_never_reaches_another() {
    const SOL: &str = "sol@harbor.example";
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    let killer = Killer::serve(folder.path()).await;
    let desk = Desk::open(killer.options()).await.unwrap();
    desk.use_memory_only().await;
    for (email, phone) in [(MINA, "010-5550-0001"), (SOL, "010-5550-0002")] {
        create_account_at(&desk, async || killer.backend.messages().await.unwrap(), email, phone).await;
    }
    let url = killer.url();
    std::fs::create_dir(home.at("plans")).unwrap();
    // both accounts have the same password: what is taken for whom shows in what is asked and done
    plan(&home, "plans/1.postern-plan", &url, ["--task", "Gate"], "expires_at = 2020-01-01T00:00:00Z");
    plan(&home, "plans/2.postern-plan", &url, ["--task", "Mole"], "");
    let second = std::fs::read_to_string(home.at("plans/2.postern-plan")).unwrap();
    home.write("plans/2.postern-plan", second.replace(MINA, SOL));
    killer.watch(None);
    let words = ["plan", "apply", "plans", "--backend", &url];
    // the first is over and takes no line; the second has none
    let answers = format!("plan 1.postern-plan\npassword {PASSWORD}\ndrift mine\n");
    let done = run(&home, &words, &answers);
    let (out, err) = (text(&done.stdout), text(&done.stderr));
    assert_eq!(endings(&out), [("1", "refused"), ("2", "waiting")], "{out}{err}");
    assert_eq!(killer.asked(), Vec::<String>::new(), "{out}{err}");
    // of the two the choice is the first one's
    let answers = format!("{answers}plan plans/2.postern-plan\npassword {PASSWORD}\n");
    let done = run(&home, &words, &answers);
    let (out, err) = (text(&done.stdout), text(&done.stderr));
    assert_eq!(endings(&out), [("1", "refused"), ("2", "waiting")], "{out}{err}");
    sign_in_as(&desk, SOL).await.unwrap();
    let account: Account = person::send(&desk, GetAccount { body: () }).await.unwrap();
    assert_eq!(account.task, None, "{out}{err}");
}

#[test]
fn a_journal_that_cannot_be_read_hides_no_other() {
    let home = Home::new();
    home.write(
        ".local/share/postern/journals/0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b.jsonl",
        "{\"entry\":\"of a newer version\"}\n",
    );
    let (_, err) = home.ends(3, &["plan", "status"]);
    assert!(err.contains("0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b.jsonl cannot be read"), "{err}");
    let (out, _) = home.ends(3, &["--json", "plan", "status"]);
    assert!(out.contains("\"whole\": true"), "{out}");
}

#[test]
fn f21_an_empty_folder_is_a_failure() {
    let home = Home::new();
    std::fs::create_dir(home.at("plans")).unwrap();
    for command in ["apply", "check", "diff"] {
        let (_, err) = home.ends(1, &["plan", command, "plans"]);
        assert!(err.contains("no file in it ends in .postern-plan"), "{err}");
    }
    home.ends(1, &["plan", "apply", "nowhere"]);
}

#[test]
fn what_came_with_an_import_is_listed_until_it_is_put_aside() {
    let home = Home::new();
    plan(&home, "a.postern-plan", "https://accounts.harbor.example", ["--task", "Gate"], "");
    home.write("config.toml", "[defaults]\nlanguage = \"ko\"\n");
    let make =
        ["bundle", "make", "-o", "x.postern-bundle", "--config", "config.toml", "--plan", "a.postern-plan"];
    home.ends(0, &make);
    home.ends(0, &["config", "import", "x.postern-bundle", "--yes"]);
    let (out, _) = home.ends(4, &["plan", "status"]);
    assert!(
        out.contains("came with an import: ") && out.contains("a.postern-plan for mina@harbor.example"),
        "{out}"
    );
    let told: serde_json::Value =
        serde_json::from_str(&home.ends(4, &["--json", "plan", "status"]).0).unwrap();
    let path = told["result"]["offered"][0]["path"].as_str().unwrap();
    assert_eq!(told["result"]["offered"][0]["reason"], "New quarter");
    home.ends(0, &["plan", "check", path]);
    std::fs::remove_file(path).unwrap();
    home.ends(0, &["plan", "status"]);
}
