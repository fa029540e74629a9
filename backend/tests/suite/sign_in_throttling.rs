//! Throttling of sign-ins: what strangers do holds up nobody who has the password and a factor, and tells nothing about
//! who has an account.

use crate::person::{challenge, token};
use crate::world::{PASSWORD, World, refused};
use contract::account::AccountChange;
use contract::message::Content;
use contract::operation::{
    AnswerChallenge, CancelSubscription, ChangeAccount, ChangeSecurity, EndSession, GetAccount, GetSecurity,
    ListSessions, OpenSession, ResendChallenge,
};
use contract::security::SecurityChange;
use contract::session::{Cancellation, Challenge, Credentials, Number, SignIn};
use contract::verification::{Channel, Purpose};
use contract::{Problem, ProblemCode, Secret};

on_both_databases! {
    a6_the_owner_gets_in_after_ten_days_of_guessing,
    a6_a_guesser_never_keeps_the_owner_out_for_a_quarter_of_an_hour,
    a6_every_answer_is_the_same_whoever_is_meant,
    a6_a_second_factor_by_text_message_opens_it_too,
    a6_wrong_passwords_use_up_no_numbers_of_the_owner,
    a6_a_confirmation_ends_with_what_it_was_made_for,
    a7_ending_a_session_forgets_its_desktop,
    a7_each_desktop_has_its_own_count_and_is_forgotten_at_its_end,
    a8_a_sign_in_resets_nothing_that_strangers_see,
    a8_the_life_of_an_account_resets_nothing_that_strangers_see,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";
const WRONG: &str = "not the password at all";
const DAY: i64 = 86_400;

async fn sign_in(
    world: &World,
    email: &str,
    password: &str,
    desktop: Option<&Secret<String>>,
) -> Result<SignIn, Problem> {
    let (email, password) = (email.to_owned(), Secret::from(password));
    world
        .ask(
            OpenSession { body: Credentials { email, password, place: None, desktop: desktop.cloned() } },
            None,
        )
        .await
}

async fn answer(world: &World, challenge: &Challenge, number: &str) -> Result<SignIn, Problem> {
    let body = Number { number: number.to_owned() };
    world.ask(AnswerChallenge { id: challenge.id, body }, None).await
}

/// The secret of the desktop from where somebody signs in from now on.
async fn desktop(world: &World) -> Secret<String> {
    match sign_in(world, EMAIL, PASSWORD, None).await.unwrap() {
        SignIn::Complete { desktop, .. } => desktop.unwrap(),
        SignIn::SecondFactor { .. } => panic!("there is no second factor"),
    }
}

async fn two_factor(world: &World, token: &Secret<String>, method: Channel) {
    let if_match = world.ask(GetSecurity { body: () }, Some(token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method };
    world.ask(ChangeSecurity { if_match, body }, Some(token)).await.unwrap();
}

/// Guesses at an address, waiting whenever it must, until each sign-in is opened by a number.
async fn shut(world: &World, email: &str) {
    while let Err(problem) = sign_in(world, email, WRONG, None).await {
        world.clock().advance(problem.retry_after_seconds.unwrap_or_default().into());
    }
}

/// How many messages hold a number for signing in.
async fn numbers(world: &World) -> usize {
    let messages = world.backend.messages().await.unwrap().messages;
    messages.iter().filter(|message| matches!(message.content, Content::Number { .. })).count()
}

// A6: forty wrong sign-ins over ten days; then the right password at a new computer is answered at once, and the number that
// goes to the owner's mail opens it. That computer is known from then on
async fn a6_the_owner_gets_in_after_ten_days_of_guessing(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    for _ in 0..40 {
        let _ = sign_in(&world, EMAIL, WRONG, None).await;
        world.clock().advance(10 * DAY / 40);
    }
    for _ in 0..12 {
        let _ = sign_in(&world, EMAIL, WRONG, None).await;
        world.clock().advance(301);
    }
    let asked = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    assert!(asked.conditional);
    assert_eq!((asked.channel, asked.sent_to.as_str()), (Channel::Email, "m••••@harbor.example"));
    let number = world.number(EMAIL).await;
    let SignIn::Complete { token, desktop: Some(desktop), .. } =
        answer(&world, &asked, &number).await.unwrap()
    else {
        panic!("the number opens it")
    };
    world.ask(GetAccount { body: () }, Some(&token)).await.unwrap();
    assert_eq!(refused(answer(&world, &asked, &number).await).code, ProblemCode::NumberExpired);
    // which it opens for this one sign-in: elsewhere the next one asks again, and at the known desktop nothing does
    assert!(challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap()).conditional);
    crate::person::token(sign_in(&world, EMAIL, PASSWORD, Some(&desktop)).await.unwrap());
}

// A6: a guesser who takes every moment at which a guess is compared makes the owner wait for less than a quarter of an hour
async fn a6_a_guesser_never_keeps_the_owner_out_for_a_quarter_of_an_hour(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let began = world.now();
    let mut compared = 0;
    while let Err(problem) = sign_in(&world, EMAIL, WRONG, None).await {
        match (problem.code, problem.retry_after_seconds) {
            (ProblemCode::CredentialsRefused, None) => compared += 1,
            (ProblemCode::TooManyRequests, Some(seconds)) => {
                // the owner is told the same
                let owner = refused(sign_in(&world, EMAIL, PASSWORD, None).await);
                assert_eq!(owner.retry_after_seconds, Some(seconds));
                world.clock().advance(seconds.into());
            }
            _ => panic!("{problem:?}"),
        }
    }
    assert!(world.now() - began < 900_000);
    assert_eq!(compared, 12);
    let asked = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    token(answer(&world, &asked, &world.number(EMAIL).await).await.unwrap());
}

/// What an answer says beside its id.
fn said(answer: Result<SignIn, Problem>) -> serde_json::Value {
    match answer {
        Ok(signed_in) => {
            let mut said = serde_json::to_value(signed_in).unwrap();
            said["challenge"]["id"] = serde_json::Value::Null;
            said
        }
        Err(problem) => serde_json::to_value(Problem { request_id: None, ..problem }).unwrap(),
    }
}

// A6, ENUM-1: with the right password, a wrong one, a disabled account or none at all: the sign-in, its wrong numbers, another
// number, the pace of those and the end of the tries are answered alike, and only the owner is sent anything
async fn a6_every_answer_is_the_same_whoever_is_meant(world: World) {
    let disabled = "mara@harbor.example";
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let account = world.create(disabled, "+821055505678", PASSWORD).await.unwrap().id;
    world.backend.disable_account(account).await.unwrap();
    for email in [EMAIL, disabled, "mooo@harbor.example"] {
        shut(&world, email).await;
    }
    world.clock().advance(3600);
    let before = numbers(&world).await;
    let meant = [(EMAIL, PASSWORD), (EMAIL, WRONG), (disabled, PASSWORD), ("mooo@harbor.example", PASSWORD)];
    let mut told = Vec::new();
    for (n, (email, password)) in meant.into_iter().enumerate() {
        let asked = challenge(sign_in(&world, email, password, None).await.unwrap());
        // one when the owner signs in and one when the owner asks again; nobody else is sent any
        assert_eq!(numbers(&world).await, before + 1 + n.min(1), "{email} {password}");
        let wrong =
            async || if n == 0 { World::wrong(&world.number(EMAIL).await) } else { "000000".to_owned() };
        let again = async || world.ask(ResendChallenge { id: asked.id, body: () }, None).await;
        let mut heard = vec![said(Ok(SignIn::SecondFactor { challenge: asked.clone() }))];
        heard.push(said(answer(&world, &asked, &wrong().await).await));
        heard.push(said(again().await.map(|challenge| SignIn::SecondFactor { challenge })));
        world.clock().advance(60);
        heard.push(said(again().await.map(|challenge| SignIn::SecondFactor { challenge })));
        for _ in 0..5 {
            heard.push(said(answer(&world, &asked, &wrong().await).await));
        }
        world.clock().advance(60);
        heard.push(said(again().await.map(|challenge| SignIn::SecondFactor { challenge })));
        world.clock().advance(600);
        heard.push(said(answer(&world, &asked, &wrong().await).await));
        world.clock().advance(3600);
        heard.push(said(answer(&world, &asked, &wrong().await).await));
        told.push(heard);
    }
    assert!(told.iter().all(|heard| *heard == told[0]), "{told:#?}");
    assert_eq!(told[0][1]["code"], "number_wrong");
    assert_eq!(told[0][2]["code"], "too_many_requests");
    assert_eq!(told[0][3]["challenge"]["number"]["tries_left"], 4);
    assert_eq!(told[0][8]["code"], "number_exhausted");
}

// A6: where the account's second factors go by text message, the number goes there, and opens it alone
async fn a6_a_second_factor_by_text_message_opens_it_too(world: World) {
    let me = world.person(EMAIL, PHONE).await;
    two_factor(&world, &me.token, Channel::TextMessage).await;
    shut(&world, EMAIL).await;
    let asked = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    assert!(asked.conditional && asked.channel == Channel::Email);
    token(answer(&world, &asked, &world.number(PHONE).await).await.unwrap());
}

// A6: a thousand wrong passwords leave the owner every number, and send none
async fn a6_wrong_passwords_use_up_no_numbers_of_the_owner(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    shut(&world, EMAIL).await;
    let before = numbers(&world).await;
    for _ in 0..100 {
        assert!(challenge(sign_in(&world, EMAIL, WRONG, None).await.unwrap()).conditional);
    }
    assert_eq!(numbers(&world).await, before);
    let asked = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    token(answer(&world, &asked, &world.number(EMAIL).await).await.unwrap());
    // whoever has the password and not the mail has no more sent than the budget holds, and sees no difference
    let sent = async || numbers(&world).await;
    let at_first = sent().await;
    for _ in 0..30 {
        assert!(challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap()).conditional);
    }
    assert_eq!(sent().await - at_first, 9);
}

// A6: a number opens nothing any more once the account is disabled, has another address, or is gone; what is answered is what
// a wrong number is
async fn a6_a_confirmation_ends_with_what_it_was_made_for(world: World) {
    let me = world.person(EMAIL, PHONE).await;
    let account = world.ask(GetAccount { body: () }, Some(&me.token)).await.unwrap();
    shut(&world, EMAIL).await;
    world.clock().advance(600);
    let me = token(world.step_up(&me.token, PASSWORD).await.unwrap());
    let asked = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    let number = world.number(EMAIL).await;
    let proven = world.prove(Purpose::ChangeContact, Channel::TextMessage, "+821055509999", Some(&me)).await;
    let body = AccountChange { mobile_phone: Some(proven), ..AccountChange::default() };
    world.ask(ChangeAccount { if_match: account.etag, body }, Some(&me)).await.unwrap();
    assert_eq!(refused(answer(&world, &asked, &number).await).code, ProblemCode::NumberWrong);

    let asked = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    let number = world.number(EMAIL).await;
    world.backend.disable_account(account.id).await.unwrap();
    world.backend.enable_account(account.id).await.unwrap();
    assert_eq!(refused(answer(&world, &asked, &number).await).code, ProblemCode::NumberWrong);

    let asked = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    let number = world.number(EMAIL).await;
    world.backend.delete_account(account.id).await.unwrap();
    refused(answer(&world, &asked, &number).await);
}

// A7: ending the session of a lost laptop forgets the laptop: nine wrong passwords with what it keeps are a stranger's, and
// the owner at another known desktop signs in at once. So does a change of the second factor
async fn a7_ending_a_session_forgets_its_desktop(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let (laptop, desk) = (desktop(&world).await, desktop(&world).await);
    let at_laptop = token(sign_in(&world, EMAIL, PASSWORD, Some(&laptop)).await.unwrap());
    let lost = world.ask(ListSessions { body: () }, Some(&at_laptop)).await.unwrap().sessions;
    let lost: Vec<_> = lost.iter().filter(|session| session.here).map(|session| session.id).collect();
    let me = token(sign_in(&world, EMAIL, PASSWORD, Some(&desk)).await.unwrap());
    let me = token(world.step_up(&me, PASSWORD).await.unwrap());
    let end = |id| EndSession { id, body: () };
    world.ask(end(lost[0]), Some(&me)).await.unwrap();
    for _ in 0..9 {
        refused(sign_in(&world, EMAIL, WRONG, Some(&laptop)).await);
    }
    // the laptop's guesses are throttled as anybody's are, and the desk knows nothing of it
    assert_eq!(
        refused(sign_in(&world, EMAIL, WRONG, Some(&laptop)).await).code,
        ProblemCode::TooManyRequests
    );
    let SignIn::Complete { desktop: given, .. } =
        sign_in(&world, EMAIL, PASSWORD, Some(&desk)).await.unwrap()
    else {
        panic!("there is no second factor")
    };
    assert_eq!(given, None);
    // ending another session at one's own desktop does not forget that
    let beside = token(sign_in(&world, EMAIL, PASSWORD, Some(&desk)).await.unwrap());
    let beside = world.ask(ListSessions { body: () }, Some(&beside)).await.unwrap().sessions;
    let beside = beside.iter().find(|session| session.here).unwrap().id;
    world.ask(end(beside), Some(&me)).await.unwrap();
    let is_known = async |secret: &Secret<String>| match sign_in(&world, EMAIL, PASSWORD, Some(secret)).await
    {
        Ok(SignIn::Complete { desktop, .. }) => desktop.is_none(),
        other => panic!("{other:?}"),
    };
    assert!(is_known(&desk).await);
    world.clock().advance(3600 * 24 * 7 * 12);
    let (desk, other) = (desktop(&world).await, desktop(&world).await);
    let me = token(sign_in(&world, EMAIL, PASSWORD, Some(&desk)).await.unwrap());
    let me = token(world.step_up(&me, PASSWORD).await.unwrap());
    two_factor(&world, &me, Channel::Email).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&me)).await.unwrap().etag;
    let body = SecurityChange { two_factor: false, method: Channel::Email };
    world.ask(ChangeSecurity { if_match, body }, Some(&me)).await.unwrap();
    assert!(is_known(&desk).await && !is_known(&other).await);
}

// A7, OTP-6: wrong passwords with what one desktop keeps hold up no other, and the tenth makes it a stranger's
async fn a7_each_desktop_has_its_own_count_and_is_forgotten_at_its_end(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let (stolen, desk) = (desktop(&world).await, desktop(&world).await);
    let mut compared = 0;
    let mut waited = Vec::new();
    while compared < 10 {
        let problem = refused(sign_in(&world, EMAIL, WRONG, Some(&stolen)).await);
        compared += u32::from(problem.code == ProblemCode::CredentialsRefused);
        if let Some(seconds) = problem.retry_after_seconds {
            waited.push(seconds);
            // the desk next to it is let in meanwhile, and so is a stranger who knows the password
            token(sign_in(&world, EMAIL, PASSWORD, Some(&desk)).await.unwrap());
            token(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
            world.clock().advance(seconds.into());
        }
    }
    assert_eq!(waited, [1, 3, 5, 10, 30]);
    // it is not known any more: the right password is given another secret, at once
    let SignIn::Complete { desktop: Some(_), .. } =
        sign_in(&world, EMAIL, PASSWORD, Some(&stolen)).await.unwrap()
    else {
        panic!("it is still known")
    };
    // a success at a desktop begins its count anew
    for _ in 0..3 {
        for _ in 0..4 {
            refused(sign_in(&world, EMAIL, WRONG, Some(&desk)).await);
        }
        token(sign_in(&world, EMAIL, PASSWORD, Some(&desk)).await.unwrap());
    }
}

/// What three more guesses at each of these addresses are told, which is to be the same.
async fn same(world: &World, emails: &[&str], when: &str) {
    for _ in 0..3 {
        let mut heard = Vec::new();
        for email in emails {
            heard.push(said(sign_in(world, email, WRONG, None).await));
        }
        assert!(heard.iter().all(|one| *one == heard[0]), "{when}: {heard:#?}");
    }
}

// A8: eight failures at an account and at an address without one; then the owner signs in, from anywhere and at a known
// desktop; then more failures at each, for weeks: each is told the same
async fn a8_a_sign_in_resets_nothing_that_strangers_see(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let desk = desktop(&world).await;
    let (both, mut failures) = ([EMAIL, "mobody@harbor.example"], 0);
    while failures < 8 {
        let problem = refused(sign_in(&world, both[0], WRONG, None).await);
        assert_eq!(said(Err(problem.clone())), said(sign_in(&world, both[1], WRONG, None).await));
        failures += u32::from(problem.code == ProblemCode::CredentialsRefused);
        world.clock().advance(problem.retry_after_seconds.unwrap_or_default().into());
    }
    token(sign_in(&world, EMAIL, PASSWORD, Some(&desk)).await.unwrap());
    same(&world, &both, "after a sign-in at a known desktop").await;
    world.clock().advance(60);
    token(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    for turn in 0..30 {
        same(&world, &both, &format!("turn {turn} after a sign-in from anywhere")).await;
        let asked = sign_in(&world, EMAIL, PASSWORD, None).await;
        if let Ok(SignIn::SecondFactor { challenge }) = asked {
            token(answer(&world, &challenge, &world.number(EMAIL).await).await.unwrap());
        }
        world.clock().advance(DAY);
    }
}

// A8: neither does making, renaming, disabling, or ending an account, nor a new password
async fn a8_the_life_of_an_account_resets_nothing_that_strangers_see(world: World) {
    let all = ["mina@harbor.example", "mara@harbor.example", "mona@harbor.example"];
    for _ in 0..12 {
        same(&world, &all, "before").await;
        world.clock().advance(301);
    }
    // the first has an account from now on
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    same(&world, &all, "made").await;
    let signed_in = match sign_in(&world, EMAIL, PASSWORD, None).await.unwrap() {
        SignIn::SecondFactor { challenge } => {
            answer(&world, &challenge, &world.number(EMAIL).await).await.unwrap()
        }
        complete @ SignIn::Complete { .. } => complete,
    };
    let me = token(world.step_up(&token(signed_in), PASSWORD).await.unwrap());
    let account = world.ask(GetAccount { body: () }, Some(&me)).await.unwrap();
    world.backend.disable_account(account.id).await.unwrap();
    same(&world, &all, "disabled").await;
    world.backend.enable_account(account.id).await.unwrap();
    same(&world, &all, "enabled").await;
    let asked = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    let me = token(answer(&world, &asked, &world.number(EMAIL).await).await.unwrap());
    let me = token(world.step_up(&me, PASSWORD).await.unwrap());
    // it goes to the second
    let proven = world.prove(Purpose::ChangeContact, Channel::Email, all[1], Some(&me)).await;
    let body = AccountChange { email: Some(proven), ..AccountChange::default() };
    let if_match = world.ask(GetAccount { body: () }, Some(&me)).await.unwrap().etag;
    world.ask(ChangeAccount { if_match, body }, Some(&me)).await.unwrap();
    same(&world, &all, "moved").await;
    world.ask(CancelSubscription { body: Cancellation { agree: true } }, Some(&me)).await.unwrap();
    same(&world, &all, "gone").await;
}
