//! Password strength: which new passwords are refused, measured on the lists that the dependencies ship, on a table of
//! trivial changes, on what is known of the owner, and on generated passwords that must be accepted.

use crate::world::{PASSWORD, World, refused};
use contract::account::PasswordChange;
use contract::advice::AdviceInput;
use contract::operation::{ChangePassword, ChangeSecurity, GetSecurity};
use contract::security::SecurityChange;
use contract::verification::Channel;
use contract::{ProblemCode, Rule, Secret};
use postern_backend::advise_password;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

on_both_stages! {
    a3_a_weak_password_is_refused_beside_a_second_factor_and_alone,
}

const CONTEXT: [&str; 3] = ["Mina Park", "mina@harbor.example", "+821055501234"];

/// Why a password of the least length `min` is refused, by the function that the backend asks.
fn rule(typed: &str, min: u32) -> Option<Rule> {
    let context = CONTEXT.map(str::to_owned).to_vec();
    advise_password(&AdviceInput { password: Secret::from(typed), context, min }).rule
}

/// The folder of a dependency's source.
fn source_of(package: &str) -> PathBuf {
    let asked = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&asked.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|found| found["name"] == package).unwrap();
    PathBuf::from(found["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}

/// Those of these passwords that are accepted, of all that fit the policy.
fn accepted(list: &[&str], min: u32) -> (Vec<String>, usize) {
    let fit: Vec<_> = list.iter().filter(|entry| entry.chars().count() >= min as usize).collect();
    let accepted = fit.iter().filter(|entry| rule(entry, min).is_none());
    (accepted.map(|entry| (**entry).to_owned()).collect(), fit.len())
}

// PW-3: of a well-known list all that can stand alone is refused, and beside a second factor the most common 2 000 and
// every twentieth of the others
#[test]
fn a3_every_common_password_of_the_frequency_list_is_refused() {
    let lists = fs::read_to_string(source_of("zxcvbn").join("src/frequency_lists.rs")).unwrap();
    let list = lists.split("PASSWORDS: &str = \"").nth(1).unwrap().split('"').next().unwrap();
    let list: Vec<&str> = list.split(',').collect();
    assert!(list.len() >= 30_000, "{}", list.len());
    let (alone, of_alone) = accepted(&list, 15);
    let long: Vec<&str> = list.iter().filter(|entry| entry.chars().count() >= 8).copied().collect();
    let some: Vec<&str> =
        long.iter().take(2_000).chain(long.iter().skip(2_000).step_by(20)).copied().collect();
    let (beside, of_beside) = accepted(&some, 8);
    assert!(of_alone >= 31 && of_beside >= 2_400, "{of_alone}, {of_beside}");
    assert_eq!((alone, beside), (Vec::new(), Vec::new()));
}

// PW-3: likewise of the breached ones: those that can stand alone all, of the others every hundredth
#[test]
fn a3_every_breached_password_that_fits_is_refused() {
    let list = fs::read_to_string(source_of("passwords").join("data/common-passwords.json")).unwrap();
    let list: Vec<String> = serde_json::from_str(&list).unwrap();
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    let (alone, of_alone) = accepted(&list, 15);
    let some: Vec<&str> = list.iter().step_by(100).copied().collect();
    let (beside, of_beside) = accepted(&some, 8);
    assert!(of_alone >= 300 && of_beside >= 400, "{of_alone}, {of_beside}");
    assert_eq!((alone, beside), (Vec::new(), Vec::new()));
}

#[test]
fn a3_a_trivial_change_of_a_common_password_is_refused() {
    let table = include_str!("refused_passwords.txt").lines().filter(|line| !line.starts_with('#'));
    let accepted: Vec<_> = table
        .filter(|typed| {
            let rule = rule(typed, 8);
            !matches!(rule, Some(Rule::CommonPassword | Rule::TooShort { .. }))
        })
        .collect();
    assert!(accepted.is_empty(), "{accepted:#?}");
}

#[test]
fn a3_what_is_known_of_the_owner_is_refused() {
    for typed in [
        "mina@harbor.example",
        "Mina@Harbor.Example!",
        "minaparkminapark",
        "minapark01055501234",
        "010-5550-1234-mina",
        "+821055501234mina",
        "01055501234 01055501234",
        "5550123455501234",
        "postern-postern-2026",
        "HarborMina1234567",
        "park-harbor-postern!",
        "krapanimkrapanim",
    ] {
        assert_eq!(rule(typed, 15), Some(Rule::ContextWord), "{typed}");
    }
    for typed in ["김민아1234", "김민아harbor", "rlaalsdk1234"] {
        let context = vec!["김민아".to_owned(), "a@harbor.example".to_owned()];
        let advice = advise_password(&AdviceInput { password: Secret::from(typed), context, min: 7 });
        assert_eq!(advice.rule, Some(Rule::ContextWord), "{typed}");
    }
}

#[test]
fn a3_passphrases_are_accepted() {
    for (typed, min) in [
        ("mina sings at the harbor", 15),
        ("a park bench in july", 15),
        ("seven harbor lamps", 15),
        ("password of seven harbor lamps", 15),
        ("kelp anchor 41 tide", 15),
        ("correct horse lamp", 15),
        ("오늘도 바다가 참 조용하네요", 15),
        ("나는 매일 아침 커피를 마신다", 15),
        ("3f9a1c7be02d4856", 15),
        ("x9#Kq2!vTz", 8),
        ("kelp 41 tide", 8),
        ("夜の港に灯りが七つ", 8),
    ] {
        assert_eq!(rule(typed, min), None, "{typed}");
    }
}

/// Draws a number below another.
type Draw<'d> = dyn FnMut(usize) -> usize + 'd;
/// Makes a password out of such numbers.
type Make<'m> = dyn FnMut(&mut Draw<'_>) -> String + 'm;

// PW-2: what is chosen by chance is accepted: the share of refusals is measured over a fixed seed
#[test]
fn a3_generated_passwords_are_accepted() {
    let words = include_str!("words.txt").split_whitespace().collect::<Vec<_>>();
    let mut state = 7_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let signs: Vec<char> = ('!'..='~').collect();
    let letters: Vec<char> = ('a'..='z').collect();
    let mut share =
        |min: u32, make: &mut Make<'_>| (0..60).filter(|_| rule(&make(&mut draw), min).is_some()).count();
    let five = share(15, &mut |draw| (0..5).map(|_| words[draw(words.len())]).collect::<Vec<_>>().join(" "));
    let joined = share(15, &mut |draw| (0..4).map(|_| words[draw(words.len())]).collect());
    let fifteen = share(15, &mut |draw| (0..15).map(|_| letters[draw(letters.len())]).collect());
    let twelve = share(8, &mut |draw| (0..12).map(|_| signs[draw(signs.len())]).collect());
    assert_eq!((five, joined, fifteen, twelve), (0, 0, 0, 0), "refused of 60 each");
}

async fn a3_a_weak_password_is_refused_beside_a_second_factor_and_alone(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let change = async |new: &str| {
        let body =
            PasswordChange { current_password: Secret::from(PASSWORD), new_password: Secret::from(new) };
        refused(world.ask(ChangePassword { body }, Some(&person.token)).await)
    };
    for (new, rule) in [
        ("123456789987654321", Rule::CommonPassword),
        ("1234567890qwerty", Rule::CommonPassword),
        ("qwertyuiop12345", Rule::CommonPassword),
        ("password password", Rule::CommonPassword),
        ("mina@harbor.example", Rule::ContextWord),
        ("010 5550 1234 mina", Rule::ContextWord),
        // U7: eight typed characters, twenty-four folded ones
        ("\u{fb03}\u{fb03}\u{fb03}\u{fb03}\u{fb03}\u{fb03}\u{fb03}\u{fb03}", Rule::TooShort { min: 15 }),
    ] {
        let refusal = change(new).await;
        assert_eq!(
            (refusal.code, refusal.rule_of("new_password")),
            (ProblemCode::Rejected, Some(rule)),
            "{new}"
        );
    }
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    for (new, rule) in [
        ("corvette", Rule::CommonPassword),
        ("samantha", Rule::CommonPassword),
        ("Samantha1!", Rule::CommonPassword),
        ("park-harbor-postern!", Rule::ContextWord),
        ("\u{fdfa}", Rule::TooShort { min: 8 }),
    ] {
        assert_eq!(change(new).await.rule_of("new_password"), Some(rule), "{new}");
    }
}
