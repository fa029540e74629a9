//! A number opens what it was sent for, for whom it was sent, and nothing else; and how many are sent is limited.

use crate::world::{PASSWORD, Person, World, challenge, fast, refused, token};
use contract::account::AccountChange;
use contract::operation::{
    AnswerChallenge, ChangeAccount, ChangeSecurity, ConfirmVerification, GetAccount, GetSecurity,
    StartVerification,
};
use contract::security::SecurityChange;
use contract::session::Number;
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{AskerId, ChallengeId, Problem, ProblemCode, Secret, VerificationId};
use postern_backend::Settings;

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";

/// Where a number is entered, and who enters it.
#[derive(Clone)]
enum Door {
    SignUp(VerificationId, AskerId),
    Contact(VerificationId, Secret<String>),
    SignIn(ChallengeId),
    StepUp(ChallengeId, Secret<String>),
}

async fn enter(world: &World, door: &Door, number: &str) -> Result<(), Problem> {
    let (number, body) = (number.to_owned(), Number { number: number.to_owned() });
    match door.clone() {
        Door::SignUp(id, asker) => {
            let body = Confirmation { number, asker: Some(asker) };
            world.ask_patiently(ConfirmVerification { id, body }, None).await.map(|_| ())
        }
        Door::Contact(id, token) => {
            let body = Confirmation { number, asker: None };
            world.ask_patiently(ConfirmVerification { id, body }, Some(&token)).await.map(|_| ())
        }
        Door::SignIn(id) => world.ask_patiently(AnswerChallenge { id, body }, None).await.map(|_| ()),
        Door::StepUp(id, token) => {
            world.ask_patiently(AnswerChallenge { id, body }, Some(&token)).await.map(|_| ())
        }
    }
}

async fn start(
    world: &World,
    purpose: Purpose,
    address: &str,
    token: Option<&Secret<String>>,
) -> Result<VerificationId, Problem> {
    let channel = if address.contains('@') { Channel::Email } else { Channel::TextMessage };
    let body = VerificationRequest { purpose, channel, address: address.to_owned() };
    Ok(world.ask(StartVerification { body }, token).await?.id)
}

async fn with_two_factor(world: &World, email: &str, phone: &str) -> Person {
    let person = world.person(email, phone).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    person
}

// OTP-7: purposes × purposes: each number at each door; only its own opens
#[tokio::test]
async fn otp_7_a_number_opens_its_own_door_alone() {
    let world = World::new().await;
    let me = with_two_factor(&world, EMAIL, PHONE).await.token;
    let asker = world.asker();
    let sign_up = start(&world, Purpose::SignUp { asker }, "new@harbor.example", None).await.unwrap();
    let contact = start(&world, Purpose::ChangeContact, "pier@harbor.example", Some(&me)).await.unwrap();
    let sign_in = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let sign_in_number = world.number(PHONE).await;
    let step_up = challenge(world.step_up(&me, PASSWORD).await.unwrap());
    let pairs = [
        (Door::SignUp(sign_up, asker), world.number("new@harbor.example").await),
        (Door::Contact(contact, me.clone()), world.number("pier@harbor.example").await),
        (Door::SignIn(sign_in.id), sign_in_number),
        (Door::StepUp(step_up.id, me), world.number(PHONE).await),
    ];
    for (place, (door, own)) in pairs.iter().enumerate() {
        for (from, (_, number)) in pairs.iter().enumerate().filter(|(_, (_, number))| number != own) {
            let refusal = refused(enter(&world, door, number).await);
            assert_eq!(refusal.code, ProblemCode::NumberWrong, "{from} at {place}");
        }
    }
    for (place, (door, own)) in pairs.iter().enumerate() {
        enter(&world, door, own).await.unwrap_or_else(|problem| panic!("{place}: {problem}"));
    }
}

// OTP-7: somebody else's door is not even there, with the right number in hand
#[tokio::test]
async fn otp_7_a_number_is_its_askers_alone() {
    let world = World::new().await;
    let mina = with_two_factor(&world, EMAIL, PHONE).await;
    let juno = world.person("juno@harbor.example", "+821055505678").await;
    let elsewhere = challenge(world.sign_in(EMAIL, PASSWORD, "rack 4").await.unwrap());
    let body = Number { number: world.number(PHONE).await };
    let elsewhere = token(world.ask(AnswerChallenge { id: elsewhere.id, body }, None).await.unwrap());

    let asker = world.asker();
    let sign_up = start(&world, Purpose::SignUp { asker }, "new@harbor.example", None).await.unwrap();
    let contact =
        start(&world, Purpose::ChangeContact, "pier@harbor.example", Some(&mina.token)).await.unwrap();
    let step_up = challenge(world.step_up(&mina.token, PASSWORD).await.unwrap()).id;
    let new = world.number("new@harbor.example").await;
    let pier = world.number("pier@harbor.example").await;
    let stepping = world.number(PHONE).await;
    for (what, door, number) in [
        ("another asker", Door::SignUp(sign_up, world.asker()), &new),
        ("a session for an asker", Door::Contact(sign_up, mina.token.clone()), &new),
        ("another session", Door::Contact(contact, elsewhere.clone()), &pier),
        ("another account", Door::Contact(contact, juno.token.clone()), &pier),
        ("an asker for a session", Door::SignUp(contact, asker), &pier),
        ("a step-up without its session", Door::SignIn(step_up), &stepping),
        ("a step-up of another session", Door::StepUp(step_up, elsewhere), &stepping),
        ("a step-up of another account", Door::StepUp(step_up, juno.token), &stepping),
    ] {
        assert_eq!(refused(enter(&world, &door, number).await).code, ProblemCode::NotFound, "{what}");
    }
    // none of it used up a number or a try
    enter(&world, &Door::SignUp(sign_up, asker), &new).await.unwrap();
    enter(&world, &Door::Contact(contact, mina.token.clone()), &pier).await.unwrap();
    enter(&world, &Door::StepUp(step_up, mina.token), &stepping).await.unwrap();
}

// OTP-7, CON-1: a number on its way to an address opens nothing once the account has another
#[tokio::test]
async fn otp_7_a_number_sent_to_the_old_phone_opens_nothing() {
    let world = World::new().await;
    let me = with_two_factor(&world, EMAIL, PHONE).await.token;
    let begun = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let number = world.number(PHONE).await;
    let new = world.prove(Purpose::ChangeContact, Channel::TextMessage, "+821055509999", Some(&me)).await;
    let if_match = world.ask(GetAccount { body: () }, Some(&me)).await.unwrap().etag;
    let body = AccountChange { mobile_phone: Some(new), ..AccountChange::default() };
    world.ask(ChangeAccount { if_match, body }, Some(&me)).await.unwrap();
    let refusal = refused(enter(&world, &Door::SignIn(begun.id), &number).await);
    assert_eq!(refusal.code, ProblemCode::NotFound);
}

// OTP-8: one account cannot flood a thousand addresses, and is told when it may go on
#[tokio::test]
async fn otp_8_an_account_sends_thirty_times_in_ten_minutes() {
    let world = World::new().await;
    let person = world.person(EMAIL, PHONE).await;
    let mut sent = 0;
    let wait = loop {
        // each takes the place of the one before, a minute later
        let address = format!("flood{sent}@harbor.example");
        let token = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
        let token = crate::world::token(world.step_up(&token, PASSWORD).await.unwrap());
        match start(&world, Purpose::ChangeContact, &address, Some(&token)).await {
            Ok(_) => sent += 1,
            Err(problem) => break problem,
        }
    };
    assert_eq!((sent, wait.code), (30, ProblemCode::TooManyRequests));
    assert_eq!(wait.retry_after_seconds, Some(600));
    world.clock().advance(600);
    let me = token(world.step_up(&person.token, PASSWORD).await.unwrap());
    start(&world, Purpose::ChangeContact, "pier@harbor.example", Some(&me)).await.unwrap();
}

// OTP-8: a thousand askers and a thousand addresses stay within one budget
#[tokio::test]
async fn otp_8_there_is_one_budget_for_everybody() {
    let world = World::with(Settings { sends_altogether_max: 40, ..fast() }).await;
    let flood = async |address: String| {
        let purpose = Purpose::SignUp { asker: world.asker() };
        start(&world, purpose, &address, None).await
    };
    for n in 0..40 {
        flood(format!("flood{n}@harbor.example")).await.unwrap();
        world.clock().advance(1);
    }
    for n in 0..100 {
        let problem = refused(flood(format!("more{n}@harbor.example")).await);
        assert_eq!((problem.code, problem.retry_after_seconds), (ProblemCode::TooManyRequests, Some(560)));
    }
    assert_eq!(world.backend.messages().await.unwrap().messages.len(), 40);
    world.clock().advance(560);
    flood("more@harbor.example".to_owned()).await.unwrap();
}

// OTP-8: whatever strangers and other accounts use up, the second factor of an account is sent
#[tokio::test]
async fn otp_8_a_flood_from_outside_holds_up_nobodys_second_factor() {
    let world = World::with(Settings { sends_altogether_max: 20, ..fast() }).await;
    let mina = with_two_factor(&world, EMAIL, PHONE).await.token;
    let juno = world.person("juno@harbor.example", "+821055505678").await.token;
    let full = |answer| assert_eq!(refused(answer).code, ProblemCode::TooManyRequests);
    let strange =
        async |address: &str| start(&world, Purpose::SignUp { asker: world.asker() }, address, None).await;
    // one went there when the account was made
    for _ in 1..10 {
        strange(PHONE).await.unwrap();
    }
    full(strange(PHONE).await);
    for n in 0..7 {
        strange(&format!("flood{n}@harbor.example")).await.unwrap();
    }
    full(strange("more@harbor.example").await);
    for _ in 0..10 {
        let other = token(world.sign_in("juno@harbor.example", PASSWORD, "rack 4").await.unwrap());
        let other = token(world.step_up(&other, PASSWORD).await.unwrap());
        start(&world, Purpose::ChangeContact, PHONE, Some(&other)).await.unwrap();
    }
    full(start(&world, Purpose::ChangeContact, PHONE, Some(&juno)).await);

    let begun = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    enter(&world, &Door::SignIn(begun.id), &world.number(PHONE).await).await.unwrap();
    let again = challenge(world.step_up(&mina, PASSWORD).await.unwrap());
    enter(&world, &Door::StepUp(again.id, mina), &world.number(PHONE).await).await.unwrap();
}

// OTP-1: nothing in this crate draws randomness but through the operating system's source
#[test]
fn otp_1_the_only_source_is_the_operating_systems() {
    let crate_folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(crate_folder.join("Cargo.toml")).unwrap();
    let (dependencies, _) = manifest.split_once("[dev-dependencies]").unwrap();
    for other in ["rand", "fastrand", "oorandom", "rand_core"] {
        assert!(!dependencies.lines().any(|line| line.starts_with(other)), "{other}");
    }
    let mut folders = vec![crate_folder.join("src")];
    let mut sources = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            sources += 1;
            for word in ["rand::", "fastrand", "thread_rng", "OsRng", "new_v4", "RandomState"] {
                assert!(!text.contains(word) || text.contains("mod tests"), "{word} in {}", path.display());
            }
            let draws = text.contains("getrandom::");
            assert_eq!(draws, path.ends_with("src/random.rs"), "{}", path.display());
        }
    }
    assert!(sources > 30);
}
