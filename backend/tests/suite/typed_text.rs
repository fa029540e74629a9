//! Typed text: what people type and paste means the same to every operation, and what cannot be seen is refused by name.

use crate::stage::url;
use crate::world::{PASSWORD, World, challenge, refused, token};
use contract::account::AccountChange;
use contract::key::NewKey;
use contract::operation::{
    AddKey, AnswerChallenge, ChangeAccount, ChangeSecurity, ConfirmVerification, GetAccount, GetSecurity,
    GetSession, ListActivity, StartVerification,
};
use contract::security::SecurityChange;
use contract::session::Number;
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{KeyId, Problem, ProblemCode, Rule};
use sqlx::{AnyConnection, Connection as _};

on_both_stages! {
    u2_a_phone_is_read_however_it_was_pasted,
    u3_a_number_is_read_however_it_was_typed,
    u4_one_mailbox_has_one_account,
    u6_what_cannot_be_seen_is_refused_by_name,
    a10_what_a_stranger_calls_the_place_is_not_shown,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";

async fn start(world: &World, channel: Channel, address: &str) -> Result<(), Problem> {
    let purpose = Purpose::SignUp { asker: world.asker() };
    let body = VerificationRequest { purpose, channel, address: address.to_owned() };
    world.ask(StartVerification { body }, None).await.map(|_| ())
}

async fn u2_a_phone_is_read_however_it_was_pasted(world: World) {
    for (at, typed) in [
        "\u{202a}010-5550-12N4\u{202c}",
        "\u{200e}010\u{200b}5550\u{feff}12N4",
        "010\u{2011}5550\u{2212}12N4",
        "０１０ー５５５０ー１２N４",
        "（010）5550\u{3000}12N4",
        "٠١٠ ٥٥٥٠ ١٢N٤",
    ]
    .into_iter()
    .enumerate()
    {
        start(&world, Channel::TextMessage, &typed.replace('N', &at.to_string())).await.unwrap();
        assert_eq!(world.number(&format!("+8210555012{at}4")).await.len(), 6, "{typed:?}");
    }
    let problem = refused(start(&world, Channel::TextMessage, "010-5550-12x4").await);
    assert_eq!(problem.rule_of("address"), Some(Rule::forbidden('x')));
}

async fn u3_a_number_is_read_however_it_was_typed(world: World) {
    for (at, digits) in ["０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"].into_iter().enumerate()
    {
        let (asker, address) = (world.asker(), format!("mina{at}@harbor.example"));
        let body = VerificationRequest {
            purpose: Purpose::SignUp { asker },
            channel: Channel::Email,
            address: address.clone(),
        };
        let sent = world.ask(StartVerification { body }, None).await.unwrap();
        let number = world.number(&address).await;
        let named = |number: String| ConfirmVerification {
            id: sent.id,
            body: Confirmation { number, asker: Some(asker) },
        };
        let problem = refused(world.ask(named(format!("{number}a")), None).await);
        assert_eq!(problem.rule_of("number"), Some(Rule::forbidden('a')));
        let digits: Vec<char> = digits.chars().collect();
        let typed: String = number.bytes().map(|digit| digits[usize::from(digit - b'0')]).collect();
        let (first, last) = typed.split_at(typed.len() / 2);
        world.ask(named(format!("\u{202d}{first}\u{a0}{last}\u{200b}\u{202c}")), None).await.unwrap();
    }
}

async fn u4_one_mailbox_has_one_account(world: World) {
    world.create("mina@bücher.example", PHONE, PASSWORD).await.unwrap();
    for typed in [
        "mina@bücher.example",
        "Mina@BÜCHER.example",
        "mina@xn--bcher-kva.example",
        "mina@bu\u{308}cher。example",
    ] {
        let me = token(world.sign_in(typed, PASSWORD, "desk").await.unwrap());
        let session = world.ask(GetSession { body: () }, Some(&me)).await.unwrap();
        assert_eq!(session.email, "mina@bücher.example", "{typed}");
        assert!(world.backend.find_account(typed).await.is_ok(), "{typed}");
    }
    // another sign-up with the other spelling is told that the mailbox has an account, and gets no number
    start(&world, Channel::Email, "mina@xn--bcher-kva.example").await.unwrap();
    let messages = world.backend.messages().await.unwrap().messages;
    let numbers = |message: &&contract::message::Message| {
        matches!(message.content, contract::message::Content::Number { .. })
    };
    assert_eq!(
        messages.iter().filter(|message| message.to == "mina@bücher.example").filter(numbers).count(),
        1
    );
    // and both spellings are counted as one address
    let asker = world.asker();
    let ask = async |address: &str| {
        let purpose = Purpose::SignUp { asker };
        let body = VerificationRequest { purpose, channel: Channel::Email, address: address.to_owned() };
        world.ask(StartVerification { body }, None).await
    };
    ask("juno@예시.example").await.unwrap();
    let problem = refused(ask("juno@xn--vv4b11d.example").await);
    assert_eq!(problem.code, ProblemCode::TooManyRequests);
}

async fn u6_what_cannot_be_seen_is_refused_by_name(world: World) {
    let me = world.person(EMAIL, PHONE).await.token;
    let rename = async |name: String| {
        let if_match = world.ask(GetAccount { body: () }, Some(&me)).await.unwrap().etag;
        let body = AccountChange { name: Some(name), ..AccountChange::default() };
        world.ask(ChangeAccount { if_match, body }, Some(&me)).await
    };
    for (name, rule) in [
        ("\u{3164}".to_owned(), Rule::invisible('\u{3164}')),
        ("Mi\u{200b}na".to_owned(), Rule::invisible('\u{200b}')),
        ("\u{2800}".to_owned(), Rule::invisible('\u{2800}')),
        ("\u{e000}".to_owned(), Rule::forbidden('\u{e000}')),
        ("\u{378}".to_owned(), Rule::forbidden('\u{378}')),
        (format!("a{}", "\u{301}".repeat(100)), Rule::StackedCharacters),
        ("\u{1100}".repeat(100), Rule::StackedCharacters),
    ] {
        assert_eq!(refused(rename(name.clone()).await).rule_of("name"), Some(rule), "{name:?}");
    }
    for (label, named) in
        [("Day\u{200c} robot", '\u{200c}'), ("\u{115f}", '\u{115f}'), ("a\u{e0061}", '\u{e0061}')]
    {
        let (sha256, hint) = ("0".repeat(64), "abcd".to_owned());
        let body = NewKey { label: label.to_owned(), sha256, hint, expires_at: None };
        let id = KeyId(uuid::Uuid::from_u128(7));
        let problem = refused(world.ask(AddKey { id, body }, Some(&me)).await);
        assert_eq!(problem.rule_of("label"), Some(Rule::invisible(named)), "{label:?}");
    }
    let problem = refused(world.sign_in(EMAIL, PASSWORD, "de\u{200b}sk").await);
    assert_eq!(problem.rule_of("place"), Some(Rule::invisible('\u{200b}')));
    rename("👩\u{200d}👧 Mina".to_owned()).await.unwrap();
}

async fn a10_what_a_stranger_calls_the_place_is_not_shown(world: World) {
    let me = world.person(EMAIL, PHONE).await.token;
    let lure = "Locked! Call 02-555-0100 or see help.example";
    refused(world.sign_in(EMAIL, "not the password at all", lure).await);
    let if_match = world.ask(GetSecurity { body: () }, Some(&me)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::Email };
    world.ask(ChangeSecurity { if_match, body }, Some(&me)).await.unwrap();
    // with the password and without the number
    let asked = challenge(world.sign_in(EMAIL, PASSWORD, lure).await.unwrap());
    let number = World::wrong(&world.number(EMAIL).await);
    refused(world.ask(AnswerChallenge { id: asked.id, body: Number { number } }, None).await);
    let page = world.ask(ListActivity { cursor: None, body: () }, Some(&me)).await.unwrap();
    let places: Vec<_> = page.entries.iter().filter_map(|entry| entry.place.as_deref()).collect();
    assert!(page.entries.len() > 4 && !places.iter().any(|place| place.contains("555")), "{places:?}");
}

/// Accounts of an earlier version, which compared domains as they were typed.
async fn u4_accounts_of_earlier_versions_stay_reachable(world: World, url: &str) {
    world.create("mina@harbor.example", PHONE, PASSWORD).await.unwrap();
    world.create("juno@harbor.example", "+821055505678", "eleven harbor lamps").await.unwrap();
    let mut database = AnyConnection::connect(url).await.unwrap();
    for (now, before) in [
        ("mina@bücher.example", "mina@harbor.example"),
        ("mina@xn--bcher-kva.example", "juno@harbor.example"),
    ] {
        sqlx::query("UPDATE account SET email = $1, email_canonical = $1 WHERE email_canonical = $2")
            .bind(now)
            .bind(before)
            .execute(&mut database)
            .await
            .unwrap();
    }
    // two accounts for one mailbox: each as it was typed
    let mina = token(world.sign_in("mina@bücher.example", PASSWORD, "desk").await.unwrap());
    let juno =
        token(world.sign_in("mina@xn--bcher-kva.example", "eleven harbor lamps", "desk").await.unwrap());
    // and neither is kept from a change of the name
    for (by, password) in [(&mina, PASSWORD), (&juno, "eleven harbor lamps")] {
        let by = token(world.step_up(by, password).await.unwrap());
        let account = world.ask(GetAccount { body: () }, Some(&by)).await.unwrap();
        assert_eq!(account.email, "mina@bücher.example");
        let body = AccountChange { name: Some("Mina P.".to_owned()), ..AccountChange::default() };
        world.ask(ChangeAccount { if_match: account.etag, body }, Some(&by)).await.unwrap();
    }
    // where there is one, by every spelling
    let gone = "UPDATE account SET email = $1, email_canonical = $1 WHERE email_canonical = $2";
    let end = sqlx::query(gone).bind("juno@harbor.example").bind("mina@xn--bcher-kva.example");
    end.execute(&mut database).await.unwrap();
    for typed in ["mina@bücher.example", "MINA@BÜCHER.EXAMPLE", "mina@xn--bcher-kva.example"] {
        token(world.sign_in(typed, PASSWORD, "desk").await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u4_accounts_of_earlier_versions_stay_reachable_on_sqlite() {
    let world = World::new().await;
    let url = url(&world.database());
    u4_accounts_of_earlier_versions_stay_reachable(world, &url).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u4_accounts_of_earlier_versions_stay_reachable_on_postgres() {
    let database = crate::postgres::Database::fresh();
    u4_accounts_of_earlier_versions_stay_reachable(World::at(database.url()).await, &database.url()).await;
}
