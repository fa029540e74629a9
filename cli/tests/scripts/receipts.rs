//! What is left of a plan: receipts that are verified, and plans that are put away.

use crate::command::Home;
use crate::person::PASSWORD;
use crate::served::Served;
use crate::{URL, new};
use serde_json::Value;

const RECEIPTS: &str = ".local/share/postern/receipts/receipts.jsonl";

/// The results of verifying.
fn verified(home: &Home, code: i32, files: &[&str]) -> Value {
    let words = [&["--json", "receipt", "verify"][..], files].concat();
    let told: Value = serde_json::from_str(&home.ends(code, &words).0).unwrap();
    told["result"].clone()
}

/// A computer on which two plans were applied, with both receipts exported.
async fn applied() -> Served {
    let served = Served::set().await;
    for (number, task) in [("1", "Gate"), ("2", "Pier")] {
        let file = format!("{number}.postern-plan");
        served.plan(&file, &["--task", task]);
        let (code, told) = served.run(&["plan", "apply", &file], "drift mine\n");
        assert_eq!(code, Some(0), "{told}");
        let (out, _) = served.home.ends(0, &["plan", "status", "--export", number]);
        served.home.write(&format!("{number}.json"), out);
    }
    served
}

#[tokio::test(flavor = "multi_thread")]
async fn f20_receipts_are_verified_against_their_chain() {
    let served = applied().await;
    let home = &served.home;
    let good = served.text(RECEIPTS);
    let (out, _) = home.ends(0, &["receipt", "verify"]);
    assert!(out.contains("2 receipts: unaltered"), "{out}");
    let lines: Vec<_> = good.lines().collect();
    for (what, text) in [
        ("altered", good.replacen("\"Shift\"", "\"Other\"", 1)),
        ("another account", good.replacen("mina@", "sol@", 1)),
        ("removed", format!("{}\n", lines[1])),
        ("cut off", format!("{}\n", lines[0])),
        ("reordered", format!("{}\n{}\n", lines[1], lines[0])),
        ("twice", format!("{good}{}\n", lines[1])),
        ("no receipt", format!("{good}hello\n")),
        ("gone", String::new()),
    ] {
        home.write(RECEIPTS, text);
        assert_eq!(verified(home, 3, &[])["whole"], false, "{what}");
    }
    home.write(RECEIPTS, good);
    assert_eq!(verified(home, 0, &[])["whole"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn f20_exported_receipts_are_verified() {
    let served = applied().await;
    let home = &served.home;
    let found = verified(home, 0, &["1.json", "2.json"]);
    assert_eq!((&found["whole"], &found["exported"][1]["here"]), (&true.into(), &"same".into()), "{found}");
    let receipt = served.text("1.json");
    let value: Value = serde_json::from_str(&receipt).unwrap();
    let hash = value["hash"].as_str().unwrap();
    let other = if hash.starts_with('0') { "1" } else { "0" };
    for (what, text) in [
        ("a reason", receipt.replacen("\"Shift\"", "\"Other\"", 1)),
        ("a step", receipt.replacen("\"standing\": \"done\"", "\"standing\": \"already_done\"", 1)),
        ("an account", receipt.replacen("mina@", "sol@", 1)),
        ("its number", receipt.replacen("\"number\": 1", "\"number\": 7", 1)),
        ("its hash", receipt.replacen(hash, &format!("{other}{}", &hash[1..]), 1)),
        ("a member more", receipt.replacen('{', "{\"note\": 1,", 1)),
        ("half of it", receipt[..receipt.len() / 2].to_owned()),
        ("nothing", String::new()),
    ] {
        assert_ne!(text, receipt, "{what}");
        home.write("altered.json", text);
        let found = verified(home, 3, &["2.json", "altered.json"]);
        assert_eq!(
            (&found["exported"][0]["good"], &found["exported"][1]["good"]),
            (&true.into(), &false.into())
        );
        assert_eq!(found["whole"], false, "{what}: {found}");
    }
    home.ends(1, &["receipt", "verify", "1.json", "missing.json"]);

    // elsewhere its own hash is all there is
    let elsewhere = Home::new();
    for name in ["1.json", "2.json"] {
        elsewhere.write(name, served.text(name));
    }
    let (out, _) = elsewhere.ends(0, &["receipt", "verify", "1.json"]);
    assert!(out.contains("held against its own hash alone"), "{out}");
    verified(&elsewhere, 0, &["2.json", "1.json"]);
    // another computer has another receipt of that number
    let another = applied().await;
    for name in ["1.json", "2.json"] {
        another.home.write(&format!("other/{name}"), served.text(name));
        elsewhere.write(&format!("other/{name}"), another.text(name));
    }
    let found = verified(&another.home, 3, &["other/1.json"]);
    assert_eq!(found["exported"][0]["here"], "other", "{found}");
    // receipts of two chains
    for pair in [["1.json", "other/2.json"], ["1.json", "other/1.json"]] {
        let (_, err) = elsewhere.ends(3, &[&["receipt", "verify"][..], &pair].concat());
        assert!(err.contains("they are of different chains"), "{err}");
    }
}

#[test]
fn f26_an_imported_plan_that_expired_is_put_away() {
    let home = Home::new();
    home.write("config.toml", format!("[[backends]]\nname = \"Harbor\"\nurl = \"{URL}\"\n"));
    for (file, task) in [("over.postern-plan", "Gate"), ("good.postern-plan", "Pier")] {
        home.ends(0, &new(file, &["--task", task]));
    }
    let text = std::fs::read_to_string(home.at("over.postern-plan")).unwrap();
    home.write(
        "over.postern-plan",
        text.replace("[account]", "expires_at = 2020-01-01T00:00:00Z\n[account]"),
    );
    let make = ["bundle", "make", "-o", "x.postern-bundle", "--config", "config.toml"];
    home.ends(0, &[&make[..], &["--plan", "over.postern-plan", "--plan", "good.postern-plan"]].concat());
    for file in ["over.postern-plan", "good.postern-plan"] {
        std::fs::remove_file(home.at(file)).unwrap();
    }
    home.ends(0, &["config", "import", "x.postern-bundle", "--yes"]);
    let (out, _) = home.ends(4, &["plan", "status"]);
    assert!(out.contains("It expired 2020-01-01T00:00:00Z and cannot be applied. Put it away"), "{out}");
    assert_eq!(out.matches("Apply it with").count(), 1, "{out}");
    // by its name, as it is listed; once
    let (out, _) = home.ends(0, &["plan", "put-away", "over.postern-plan"]);
    assert!(out.contains("It is kept as "), "{out}");
    home.ends(1, &["plan", "put-away", "over.postern-plan"]);
    assert!(!home.ends(4, &["plan", "status"]).0.contains("over.postern-plan"));
    // one that is not there keeps none of the others
    home.ends(1, &["plan", "put-away", "missing.postern-plan", "good.postern-plan"]);
    home.ends(0, &["plan", "status"]);
    for file in ["over.postern-plan", "good.postern-plan"] {
        assert!(home.at(".local/share/postern/plans/put-away").join(file).is_file());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f26_a_plan_that_was_begun_is_put_away() {
    let served = Served::set().await;
    served.plan("a.postern-plan", &["--task", "Gate", "--name", "Mina Pier"]);
    // the first step is done, and the second has no answer
    let (code, told) = served.run(&["plan", "apply", "a.postern-plan"], "drift mine\n");
    assert_eq!(code, Some(4), "{told}");
    let (out, _) = served.home.ends(4, &["plan", "status"]);
    assert!(out.contains("waiting: a.postern-plan") && out.contains("1 step has ended"), "{out}");
    let (out, _) = served.home.ends(0, &["plan", "put-away", "a.postern-plan"]);
    assert!(out.contains("Steps that ended before: 1."), "{out}");
    served.home.ends(0, &["plan", "status"]);
    served.home.ends(1, &["plan", "put-away", "a.postern-plan"]);
    assert!(served.home.at("a.postern-plan").is_file(), "a file that lies elsewhere stays");
    // it can be taken up again, and what was done is not done twice
    let (code, told) = served.run(&["plan", "apply", "a.postern-plan"], "drift mine\n");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(served.account().await.task.as_deref(), Some("Gate"));
    assert!(!told.contains(PASSWORD));
}
