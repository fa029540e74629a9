//! The file and the receipts, without an account: what is written is what is read, and what was tampered with is found.

use super::countersign::Signatures;
use super::file::{
    About, Base, Doomed, Fingerprints, For, Keys, Method, Plan, Security, Subscription, UserInformation,
};
use super::journal::Journal;
use super::receipts::{Done, Receipts};
use super::seen::Seen;
use super::{Countersigner, Places, Policy, mark, refusal, step};
use postern_contract::Moment;
use postern_contract::plan::{CountersignedAct, Outcome, PlanRefusal, ReceiptNumber, Standing, StepSubject};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use std::path::Path;
use uuid::Uuid;

fn line(max: usize) -> impl Strategy<Value = String> {
    // quotes, backslashes, brackets, signs of TOML, and letters of several scripts
    let text = proptest::string::string_regex("[a-zA-Z0-9가-힣あ-ん\"'\\\\#=\\[\\]{}.,@ -]{1,20}").unwrap();
    text.prop_map(|text| text.trim().to_owned()).prop_filter("not empty", move |text| {
        !text.is_empty()
            && postern_contract::rules::line(text, u32::try_from(max).unwrap()).as_ref() == Ok(text)
    })
}

fn moment() -> impl Strategy<Value = Moment> {
    (0_i64..4_000_000_000_000).prop_map(Moment::from_millisecond)
}

fn mark() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[0-9a-f]{16}").unwrap()
}

prop_compose! {
    fn base()(marks in vec(mark(), 7), version in 1_u32..999) -> Base {
        let version = format!("\"{version}\"");
        let mut marks = marks.into_iter();
        let mut next = || marks.next().unwrap();
        Base {
            account: version.clone(),
            security: version,
            fingerprint: next(),
            fingerprints: Some(Fingerprints {
                key: Some(next()), name: next(), task: next(), email: next(), mobile_phone: next(), two_factor: next(),
            }),
        }
    }
}

prop_compose! {
    fn information()(
        name in option::of(line(20)),
        task in option::of(prop_oneof![Just(String::new()), line(20)]),
        email in option::of("[a-z]{1,9}@[a-z]{1,9}\\.example"),
        mobile_phone in option::of("\\+8210[0-9]{8}"),
    ) -> UserInformation {
        UserInformation { name, task, email, mobile_phone }
    }
}

prop_compose! {
    fn keys()(
        add in btree_set(line(40), 0..4),
        delete in btree_set((line(40), option::of(mark())), 0..4),
    ) -> Keys {
        let doomed = |(label, fingerprint)| Doomed { label, fingerprint };
        Keys { add: add.into_iter().collect(), delete: delete.into_iter().map(doomed).collect() }
    }
}

fn security() -> impl Strategy<Value = Security> {
    prop_oneof![
        Just(Security { two_factor: false, method: None }),
        Just(Security { two_factor: true, method: Some(Method::Email) }),
        Just(Security { two_factor: true, method: Some(Method::TextMessage) }),
    ]
}

prop_compose! {
    fn plan()(
        id: u128,
        who in (line(64), line(200)),
        prepared_at in moment(),
        times in option::of((moment(), 1_i64..9_000_000)),
        base in option::of(base()),
        user_information in information(),
        security in option::of(security()),
        keys in keys(),
        cancel: bool,
    ) -> Plan {
        let expires_at = times.map(|(from, more)| Moment::from_millisecond(from.as_millisecond() + more));
        let mut plan = Plan {
            format: 2,
            plan: About {
                id: Uuid::from_u128(id),
                author: who.0,
                reason: who.1,
                prepared_at,
                not_before: times.map(|(from, _)| from),
                expires_at,
                needs: None,
            },
            account: For { backend: "https://accounts.harbor.example".to_owned(), email: "mina@harbor.example".to_owned() },
            base,
            user_information,
            security,
            keys,
            subscription: Subscription { cancel },
        };
        plan.plan.needs = Some(step::needs_in_words(&plan));
        plan
    }
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(plan in plan()) {
        let text = plan.to_text();
        prop_assert_eq!(&text, &plan.to_text());
        let (read, findings) = Plan::read(Path::new("x.postern-plan"), &text);
        if step::of(&plan).is_empty() {
            prop_assert_eq!(read, None);
        } else {
            prop_assert_eq!(read, Some(plan), "{}\n{}", findings, text);
            prop_assert!(findings.0.is_empty());
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        let (plan, findings) = Plan::read(Path::new("x.postern-plan"), &text);
        prop_assert!(plan.is_some() || findings.refused());
    }
}

const GOOD: &str = r#"format = 1
# for the new quarter
[plan]
id = "0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b"
author = "Joon"
reason = "New quarter"
prepared_at = 2026-11-23T12:00:00Z
[account]
backend = "https://accounts.harbor.example"
email = "mina@harbor.example"
[user_information]
name = "Mina"
"#;

fn findings(text: &str) -> Vec<(usize, String)> {
    let (plan, findings) = Plan::read(Path::new("x.postern-plan"), text);
    assert_eq!(plan, None, "{text}");
    findings.0.into_iter().map(|finding| (finding.line, finding.key)).collect()
}

#[test]
fn everything_wrong_is_said_at_once() {
    // CFG-2
    assert!(Plan::read(Path::new("x"), GOOD).0.is_some());
    let wrong = GOOD
        .replace("name = \"Mina\"", "name = \"a name that is longer than twenty\"\npasword = \"x\"")
        .replace("2026-11-23T12:00:00Z", "\"soon\"")
        .replace("https://accounts.harbor.example", "accounts.harbor.example");
    let found = findings(&wrong);
    assert_eq!(
        found,
        [
            (7, "plan.prepared_at".to_owned()),
            (9, "account.backend".to_owned()),
            (12, "user_information.name".to_owned()),
            (13, "user_information.pasword".to_owned()),
        ]
    );
}

#[test]
fn a_plan_says_what_it_needs_or_nothing() {
    let with = |needs: &str| GOOD.replace("[account]", &format!("needs = [{needs}]\n[account]"));
    assert!(Plan::read(Path::new("x"), &with("\"password\"")).0.is_some());
    assert_eq!(findings(&with("\"nothing at all\"")), [(8, "plan.needs".to_owned())]);
    let idle = GOOD.replace("name = \"Mina\"", "");
    assert_eq!(findings(&idle).len(), 1);
}

#[test]
fn cfg_5_no_key_of_a_plan_could_hold_a_secret() {
    let schema = Plan::schema().to_string();
    for word in ["\"password\"", "\"secret\"", "\"token\"", "\"number\"", "\"code\"", "\"proof\""] {
        assert!(!schema.contains(&format!("{word}:")), "{word}");
    }
}

fn done(number: u128) -> Done {
    let at = Moment::from_millisecond(1_795_435_200_123);
    Done {
        plan: Uuid::from_u128(number),
        file: format!("{number}.postern-plan"),
        author: "Joon".to_owned(),
        reason: "New quarter".to_owned(),
        account: "mina@harbor.example".to_owned(),
        backend: "embedded".to_owned(),
        began_at: at,
        ended_at: at,
        steps: vec![Outcome { subject: StepSubject::Name, standing: Standing::Done, at }],
    }
}

fn four(folder: &Path) -> (Receipts, std::path::PathBuf) {
    let places = Places::under(folder);
    let receipts = Receipts::at(&places);
    for number in 1..=4 {
        let receipt = receipts.add(done(number)).unwrap();
        assert!(receipt.intact && u128::from(receipt.number.0) == number);
    }
    assert!(receipts.are_whole().unwrap());
    (receipts, places.receipts())
}

#[test]
fn a_receipt_is_added_once() {
    let folder = tempfile::tempdir().unwrap();
    let (receipts, _) = four(folder.path());
    assert_eq!(receipts.add(done(2)).unwrap().number, ReceiptNumber(2));
    assert_eq!(receipts.list().unwrap().len(), 4);
    let exported = String::from_utf8(receipts.export(ReceiptNumber(3)).unwrap()).unwrap();
    assert!(exported.contains("\"previous\"") && exported.contains("3.postern-plan"));
}

/// What is done to the lines.
type How = &'static dyn Fn(&mut Vec<String>);

#[test]
fn tampering_removal_reordering_and_cutting_are_found() {
    let change = |how: &dyn Fn(&mut Vec<String>)| {
        let folder = tempfile::tempdir().unwrap();
        let (receipts, path) = four(folder.path());
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        how(&mut lines);
        lines.push(String::new());
        std::fs::write(&path, lines.join("\n")).unwrap();
        (receipts, folder)
    };
    let ways: [(&str, How); 7] = [
        ("altered", &(|lines: &mut Vec<String>| lines[1] = lines[1].replace("Joon", "Jun"))),
        ("taken out", &|lines| {
            lines.remove(1);
        }),
        ("first taken out", &|lines| {
            lines.remove(0);
        }),
        ("put elsewhere", &|lines| lines.swap(1, 2)),
        ("cut off", &|lines| {
            lines.pop();
        }),
        ("emptied", &|lines| lines.clear()),
        ("made unreadable", &|lines| lines[2] = "{}".to_owned()),
    ];
    for (what, how) in ways {
        let (receipts, _folder) = change(how);
        assert!(!receipts.are_whole().unwrap(), "{what}");
    }
    for (what, how) in ways {
        // what is applied later does not make whole what was not
        let (receipts, _folder) = change(how);
        for number in 5..=7 {
            receipts.add(done(number)).unwrap();
            assert!(!receipts.are_whole().unwrap(), "{what}, then {number}");
        }
        receipts.add(done(7)).unwrap();
        assert!(!receipts.are_whole().unwrap(), "{what}, then the last again");
    }
    for (head, number) in [(false, 4), (true, 4), (true, 1)] {
        let (receipts, folder) = change(&|_| ());
        let file = folder.path().join("receipts/last.json");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        if head {
            std::fs::write(&file, text.replace("\"number\":4", "\"number\":2")).unwrap();
        }
        receipts.add(done(number)).unwrap();
        receipts.add(done(5)).unwrap();
        assert!(!receipts.are_whole().unwrap(), "the last was forgotten: {head}, {number}");
    }
    let (receipts, _folder) = change(&|lines| lines[2] = lines[2].replace("New quarter", "Old quarter"));
    let intact: Vec<_> = receipts.list().unwrap().iter().map(|receipt| receipt.intact).collect();
    assert_eq!(intact, [false, false, true, true], "what stands before it is still whole");
}

/// Sol's account, as a backend answers it.
fn sols() -> Seen {
    let (id, at) = (Uuid::from_u128(7), "2026-11-23T12:00:00Z");
    let account = serde_json::json!({
        "id": id, "etag": "\"1\"", "name": "Sol", "email": "sol@harbor.example", "mobile_phone": "+821055501234",
        "mobile_phone_shown": "+82 10 5550 1234", "task": null, "created_at": at, "password_changed_at": at,
        "changed_at": at, "changed_from": null,
    });
    let security = serde_json::json!({
        "etag": "\"1\"", "two_factor": false, "method": "email", "email": "sol@harbor.example",
        "mobile_phone_masked": "",
    });
    Seen {
        account: serde_json::from_value(account).unwrap(),
        security: serde_json::from_value(security).unwrap(),
        keys: Vec::new(),
        held: None,
        key: None,
    }
}

#[test]
fn nobody_countersigns_for_their_own_account_whatever_the_plan_calls_it() {
    let seen = sols();
    let text = GOOD.replace("mina@harbor.example", "decoy@harbor.example");
    let mut plan = Plan::read(Path::new("x"), &text).0.unwrap();
    let mark = |email: &str| mark::of(seen.account.id, "email", email);
    let base = |email: &str| {
        let marks = Fingerprints {
            key: None,
            name: String::new(),
            task: String::new(),
            email: mark(email),
            mobile_phone: String::new(),
            two_factor: String::new(),
        };
        let version = "\"1\"".to_owned();
        let (account, security) = (version.clone(), version);
        Some(Base { account, security, fingerprint: seen.own_mark(), fingerprints: Some(marks) })
    };
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::read(&Places::under(folder.path()), plan.plan.id).unwrap();
    plan.base = base("sol@harbor.example");
    let other = refusal::of_account(&plan, &journal, &seen);
    assert_eq!(other, Some(PlanRefusal::OtherAccount("decoy@harbor.example".to_owned())));

    // the account's owner can make the address's fingerprint too: the account says whose it is
    plan.base = base("decoy@harbor.example");
    assert_eq!(refusal::of_account(&plan, &journal, &seen), None);
    let person = |name: &str, email: &str| Countersigner {
        name: name.to_owned(),
        email: email.to_owned(),
        key: String::new(),
    };
    let (sol, aiko) = (person("Sol Han", "Sol@harbor.example"), person("Aiko Mori", "aiko@harbor.example"));
    let policy =
        Policy { acts: vec![CountersignedAct::DisableTwoFactor], people: vec![sol.clone(), aiko.clone()] };
    plan.security = Some(Security { two_factor: false, method: None });
    let now = Moment::from_millisecond(0);
    let refused = |good: &Countersigner, owner: Option<&str>| {
        let signatures = Signatures { good: vec![good.clone()], wrong: None };
        refusal::of_itself(&plan, &journal, &signatures, &policy, owner, now)
    };
    let missing = PlanRefusal::CountersignatureMissing(vec!["Aiko Mori".to_owned()]);
    assert_eq!(refused(&sol, Some(&seen.account.email)), Some(missing));
    assert_eq!(refused(&aiko, Some(&seen.account.email)), None);
}

#[test]
fn f14_a_refused_character_of_a_plan_is_named() {
    for (text, key) in [
        (GOOD.replace("mina@harbor.example", "mina@har\u{200b}bor.example"), "account.email"),
        (format!("{GOOD}\n[keys]\nadd = [\"Wor\u{200b}ker\"]\n"), "keys.add.0"),
    ] {
        let (_, findings) = Plan::read(Path::new("x"), &text);
        let of: Vec<_> = findings.0.iter().filter(|finding| finding.key == key).collect();
        assert!(!of.is_empty(), "{findings}");
        assert!(of[0].to_string().contains("U+200B is invisible and not allowed"), "{}", of[0]);
    }
}
