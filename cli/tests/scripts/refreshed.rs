//! What a plan would change: exit codes of `plan diff`, and plans whose base is read with a password.

use crate::person::PASSWORD;
use crate::served::Served;
use postern_contract::shell::AddKeyInput;

const DIFF: [&str; 3] = ["plan", "diff", "--detailed-exitcode"];

#[tokio::test(flavor = "multi_thread")]
async fn f24_the_detailed_exit_code_says_whether_something_would_change() {
    let served = Served::set().await;
    served.change_task("Gate").await;
    let base = |file: &str, change: &[&str]| {
        let words = served.new_plan(file, change);
        let (code, told) = served.run(&[&words[..], &["--refresh"]].concat(), "");
        assert_eq!(code, Some(0), "{told}");
    };
    base("task.postern-plan", &["--task", "Pier"]);
    base("name.postern-plan", &["--name", "Mina Pier"]);
    base("two-factor.postern-plan", &["--two-factor", "email"]);
    base("key.postern-plan", &["--add-key", "Night robot"]);
    base("end.postern-plan", &["--cancel"]);
    for file in ["task", "name", "two-factor", "key", "end"] {
        let file = format!("{file}.postern-plan");
        let (code, told) = served.run(&[&DIFF[..], &[&file]].concat(), "");
        assert_eq!(code, Some(2), "{file}: {told}");
        // without the option it is done
        let (code, told) = served.run(&["plan", "diff", &file], "");
        assert_eq!(code, Some(0), "{file}: {told}");
    }
    let told = served.envelope(&[&DIFF[..], &["task.postern-plan"]].concat(), "");
    assert_eq!((&told["outcome"], told["exit_code"].as_i64()), (&"changes".into(), Some(2)), "{told}");

    // what is there already, and what was applied
    served.change_task("Pier").await;
    served.plan("same.postern-plan", &["--task", "Pier"]);
    let (code, told) = served.run(&[&DIFF[..], &["same.postern-plan"]].concat(), "");
    assert!(code == Some(0) && told.contains("already done"), "{told}");
    // the account is another since that was prepared
    let (code, told) = served.run(&["plan", "refresh", "name.postern-plan"], "");
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = served.run(&["plan", "apply", "name.postern-plan"], "");
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = served.run(&[&DIFF[..], &["name.postern-plan"]].concat(), "");
    assert_eq!(code, Some(0), "{told}");
    let told = served.envelope(&[&DIFF[..], &["same.postern-plan"]].concat(), "");
    assert_eq!((&told["outcome"], told["exit_code"].as_i64()), (&"done".into(), Some(0)), "{told}");

    // of several, one that would change something decides; what is refused, waits or fails counts more
    let of = |first: &str, second: &str| {
        let answers = [first, second].map(|plan| format!("plan {plan}.postern-plan\npassword {PASSWORD}\n"));
        let files = [first, second].map(|plan| format!("{plan}.postern-plan"));
        served.answered(&[&DIFF[..], &[&files[0], &files[1]]].concat(), &answers.concat())
    };
    served.home.write("broken.postern-plan", "hello");
    served.plan("drifted.postern-plan", &["--task", "Mole"]);
    for (first, second, code) in [
        ("same", "two-factor", 2),
        ("two-factor", "same", 2),
        ("same", "name", 0),
        ("two-factor", "broken", 3),
        ("two-factor", "drifted", 4),
        ("two-factor", "missing", 1),
    ] {
        let (ended, told) = of(first, second);
        assert_eq!(ended, Some(code), "{first}, {second}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f25_a_plan_that_was_refreshed_asks_about_no_step() {
    let served = Served::set().await;
    served.desk.add_key(AddKeyInput { label: "Day robot".to_owned() }).await.unwrap();
    served.change_task("Gate").await;
    let change = ["--task", "Pier", "--two-factor", "email", "--delete-key", "Day robot"];
    served.plan("a.postern-plan", &change);
    let before = served.text("a.postern-plan");
    assert!(!before.contains("[base]"), "{before}");
    let (code, told) = served.run(&["plan", "diff", "a.postern-plan"], "");
    assert!(code == Some(4) && told.contains("drifted"), "{told}");

    // without the right password nothing is written
    for (answers, code) in [("", 4), ("password wrong\n", 3)] {
        let (ended, told) = served.answered(&["plan", "refresh", "a.postern-plan"], answers);
        assert_eq!(ended, Some(code), "{told}");
        assert_eq!(served.text("a.postern-plan"), before);
    }
    let (code, told) = served.run(&["plan", "refresh", "a.postern-plan"], "");
    assert!(code == Some(0) && told.contains("Refreshed a.postern-plan"), "{told}");
    let after = served.text("a.postern-plan");
    assert!(after.contains("[base]") && after.contains("label = \"Day robot\"\nfingerprint = "), "{after}");
    assert!(!after.contains("\"Gate\""), "a fingerprint, never a value: {after}");
    let id = |text: &str| text.lines().find(|line| line.starts_with("id = ")).unwrap().to_owned();
    assert_eq!(id(&after), id(&before), "it is the same plan");

    // a change since then is asked about again, until it is refreshed once more
    served.change_task("Gate 2").await;
    let (code, told) = served.run(&["plan", "diff", "a.postern-plan"], "");
    assert!(code == Some(4) && told.contains("drifted"), "{told}");
    served.home.ends(0, &["plan", "check", "a.postern-plan"]);
    let (code, told) = served.run(&["plan", "refresh", "."], "");
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = served.run(&["plan", "apply", "a.postern-plan"], "");
    assert!(code == Some(0) && told.matches("\n  done  ").count() == 3, "{told}");
    // what was begun keeps its base
    let applied = served.text("a.postern-plan");
    let (code, told) = served.run(&["plan", "refresh", "a.postern-plan"], "");
    assert!(code == Some(3) && told.contains("a plan that was begun on this computer"), "{told}");
    assert_eq!(served.text("a.postern-plan"), applied);
}

#[tokio::test(flavor = "multi_thread")]
async fn f25_a_plan_can_be_prepared_with_a_password() {
    let served = Served::set().await;
    let words = served.new_plan("a.postern-plan", &["--task", "Pier", "--refresh"]);
    for (answers, code) in [("", 4), ("password wrong\n", 3)] {
        let (ended, told) = served.answered(&words, answers);
        assert_eq!(ended, Some(code), "{told}");
        assert!(!served.home.at("a.postern-plan").exists());
    }
    let (code, told) = served.run(&words, "");
    assert_eq!(code, Some(0), "{told}");
    assert!(served.text("a.postern-plan").contains("[base]"));
    let (code, told) = served.run(&["plan", "apply", "a.postern-plan"], "");
    assert!(code == Some(0) && told.contains("\n  done  "), "{told}");
    assert_eq!(served.account().await.task.as_deref(), Some("Pier"));
    // the account says what does not fit it, before it is applied
    let words = served.new_plan("b.postern-plan", &["--delete-key", "Day robot", "--refresh"]);
    let (code, told) = served.run(&words, "");
    assert!(code == Some(3) && !served.home.at("b.postern-plan").exists(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f25_a_refresh_says_what_does_not_fit_and_which_signatures_are_lost() {
    let served = Served::set().await;
    served.plan("key.postern-plan", &["--delete-key", "Day robot"]);
    let before = served.text("key.postern-plan");
    let (code, told) = served.run(&["plan", "refresh", "key.postern-plan"], "");
    assert!(code == Some(3) && told.contains("Not refreshed"), "{told}");
    assert_eq!(served.text("key.postern-plan"), before);

    served.plan("signed.postern-plan", &["--task", "Pier"]);
    served.home.ends(0, &["bundle", "key", "-o", "key", "--no-password"]);
    served.home.ends(0, &["plan", "countersign", "signed.postern-plan", "--key", "key", "--yes"]);
    let told = served.envelope(&["plan", "refresh", "signed.postern-plan"], "");
    assert_eq!(told["result"][0]["unsigned"], true, "{told}");

    // one of format 1 is of the newest format then
    served.plan("old.postern-plan", &["--task", "Mole"]);
    let old = served.text("old.postern-plan").replacen("format = 2", "format = 1", 1);
    served.home.write("old.postern-plan", old);
    let (code, told) = served.run(&["plan", "refresh", "old.postern-plan"], "");
    assert_eq!(code, Some(0), "{told}");
    assert!(served.text("old.postern-plan").contains("format = 2\n"));

    // each of several gets its result
    let answers = ["key", "old"].map(|plan| format!("plan {plan}.postern-plan\npassword {PASSWORD}\n"));
    let words = ["plan", "refresh", "key.postern-plan", "old.postern-plan", "missing.postern-plan"];
    let (code, told) = served.answered(&words, &answers.concat());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("3 plans: 1 done, 1 refused, 1 failed."), "{told}");
}
