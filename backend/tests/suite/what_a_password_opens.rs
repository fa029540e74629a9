//! A password opens its account whole and as it is, in either spelling, for as long as it is not changed; and changing it
//! takes the password again, with the second factor where there is one.

use crate::world::{PASSWORD, World, challenge, refused, token};
use contract::account::PasswordChange;
use contract::message::{Content, Notice};
use contract::operation::{AnswerChallenge, ChangePassword, ChangeSecurity, GetSecurity, GetSession};
use contract::rules::{PASSWORD_MAX, PASSWORD_MIN_ALONE};
use contract::security::SecurityChange;
use contract::session::Number;
use contract::verification::Channel;
use contract::{ProblemCode, Rule, Secret};
use proptest::prelude::*;

on_both_stages! {
    pw_1_nothing_of_a_password_is_cut,
    pw_4_a_change_takes_the_password_and_the_second_factor,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";
const NEW: &str = "eleven harbor lamps";

fn change(current: &str, new: &str) -> ChangePassword {
    let body = PasswordChange { current_password: Secret::from(current), new_password: Secret::from(new) };
    ChangePassword { body }
}

/// A good password of this many code points.
fn long(length: usize) -> String {
    "ten quiet ünicorns ".chars().cycle().take(length).collect()
}

// PW-1: the longest and the shortest; a longer one is refused and not cut; one more character, or one less, is another
// password; composed and decomposed are the same
async fn pw_1_nothing_of_a_password_is_cut(world: World) {
    let (most, least) = (long(PASSWORD_MAX as usize), long(PASSWORD_MIN_ALONE as usize));
    let person = world.person(EMAIL, PHONE).await;
    let me = Some(&person.token);
    for (new, rule) in [
        (long(PASSWORD_MAX as usize + 1), Rule::TooLong { max: PASSWORD_MAX }),
        (long(PASSWORD_MIN_ALONE as usize - 1), Rule::TooShort { min: PASSWORD_MIN_ALONE }),
    ] {
        let refusal = refused(world.ask(change(PASSWORD, &new), me).await);
        assert_eq!(refusal.rule_of("new_password"), Some(rule));
    }
    let mut current = PASSWORD.to_owned();
    for new in [most, least] {
        world.ask(change(&current, &new), me).await.unwrap();
        let shorter: String = new.chars().take(new.chars().count() - 1).collect();
        for other in [format!("{new}x"), shorter] {
            let refusal = refused(world.sign_in(EMAIL, &other, "desk").await);
            assert_eq!(refusal.code, ProblemCode::CredentialsRefused);
        }
        let decomposed = new.replace('ü', "u\u{308}");
        assert!(decomposed != new || !new.contains('ü'));
        for same in [&new, &decomposed] {
            world.sign_in(EMAIL, same, "desk").await.unwrap();
        }
        current = new;
    }
}

// PW-1: whatever the password, it signs in and the same with one more character does not
#[test]
fn pw_1_a_password_and_a_longer_one_never_both_sign_in() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let people = std::cell::Cell::new(0_u32);
    runner
        .run(&("[a-z]{4} [a-z가-힣é👍 ]{12,60}", "[a-z \u{301}]"), |(password, more)| {
            people.set(people.get() + 1);
            let person = people.get();
            let (email, phone) = (format!("p{person}@harbor.example"), format!("+8210555{person:05}"));
            runtime.block_on(async {
                prop_assert!(world.create(&email, &phone, &password).await.is_ok());
                let longer = format!("{password}{more}");
                prop_assert!(world.sign_in(&email, &password, "desk").await.is_ok());
                prop_assert!(world.sign_in(&email, &longer, "desk").await.is_err());
                Ok(())
            })
        })
        .unwrap();
}

// PW-2: a password does not grow old
#[tokio::test]
async fn pw_2_a_password_opens_after_ten_years() {
    let world = World::new().await;
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    world.clock().advance(10 * 366 * 86_400);
    let session = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let unlocked = token(world.step_up(&session, PASSWORD).await.unwrap());
    world.ask(GetSession { body: () }, Some(&unlocked)).await.unwrap();
}

// PW-3: the list is in the program. What the desktop embeds has no HTTP client at all; and what a server has, which sends
// messages by one, refuses the same passwords for the same reasons where there is no network to ask
#[cfg(target_os = "linux")]
#[test]
fn pw_3_no_network_is_asked() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let (shipped, _) = manifest.split_once("[dev-dependencies]").unwrap();
    for line in shipped.lines() {
        let client =
            ["reqwest", "hyper", "ureq", "curl", "isahc"].iter().any(|client| line.starts_with(client));
        assert!(!client || line.contains("optional = true"), "{line}");
    }
    let shown = "what_a_new_password_meets::in_process::pw_3_a_refused_password_is_told_its_reason";
    let alone = std::process::Command::new("unshare")
        .args(["--map-root-user", "--net", "sh", "-c"])
        .arg(r#"test "$(wc -l < /proc/net/route)" -le 1 && exec "$0" --exact "$1""#)
        .arg(std::env::current_exe().unwrap())
        .arg(shown)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(
        alone.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&alone.stderr)
    );
}

// PW-4: nobody, an ended session, a session not unlocked, a wrong password; with two-factor: the right password with a
// wrong number; then both right, which ends every other session and is told to both addresses
async fn pw_4_a_change_takes_the_password_and_the_second_factor(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let signed_in = token(world.sign_in(EMAIL, PASSWORD, "rack 4").await.unwrap());
    let dead = token(world.step_up(&signed_in, PASSWORD).await.unwrap());
    let me = token(world.step_up(&dead, PASSWORD).await.unwrap());
    let other = token(world.sign_in(EMAIL, PASSWORD, "kiosk").await.unwrap());
    for (who, bearer, code) in [
        ("nobody", None, ProblemCode::Unauthenticated),
        ("an older token", Some(&dead), ProblemCode::Unauthenticated),
        ("not unlocked", Some(&other), ProblemCode::StepUpRequired),
    ] {
        assert_eq!(refused(world.ask(change(PASSWORD, NEW), bearer).await).code, code, "{who}");
    }
    let wrong = refused(world.ask(change("not the password at all", NEW), Some(&me)).await);
    assert_eq!(wrong.rule_of("current_password"), Some(Rule::Wrong));

    let if_match = world.ask(GetSecurity { body: () }, Some(&me)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&me)).await.unwrap();
    // what was signed in elsewhere has ended
    for ended in [&person.token, &other] {
        assert_eq!(
            refused(world.ask(change(PASSWORD, NEW), Some(ended)).await).code,
            ProblemCode::Unauthenticated
        );
    }
    let asked = challenge(world.sign_in(EMAIL, PASSWORD, "kiosk").await.unwrap());
    let body = Number { number: world.number(PHONE).await };
    let kiosk = token(world.ask(AnswerChallenge { id: asked.id, body }, None).await.unwrap());
    let asked = challenge(world.step_up(&kiosk, PASSWORD).await.unwrap());
    let number = world.number(PHONE).await;
    let answer = |number: String| AnswerChallenge { id: asked.id, body: Number { number } };
    let refusal = refused(world.ask(answer(World::wrong(&number)), Some(&kiosk)).await);
    assert_eq!(refusal.code, ProblemCode::NumberWrong);
    let locked = refused(world.ask(change(PASSWORD, NEW), Some(&kiosk)).await);
    assert_eq!(locked.code, ProblemCode::StepUpRequired);
    let kiosk = token(world.ask(answer(number), Some(&kiosk)).await.unwrap());

    world.ask(change(PASSWORD, NEW), Some(&kiosk)).await.unwrap();
    let ended = refused(world.ask(GetSession { body: () }, Some(&me)).await);
    assert_eq!(ended.code, ProblemCode::Unauthenticated);
    let messages = world.backend.messages().await.unwrap().messages;
    let told = messages
        .iter()
        .filter(|message| matches!(message.content, Content::Notice { notice: Notice::PasswordChanged, .. }));
    let mut told: Vec<_> = told.map(|message| message.to.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, [PHONE, EMAIL]);
}
