//! Changing the password: what is refused and why, and what ends when it succeeds.

use crate::world::{PASSWORD, Person, World, refused, token};
use contract::account::{AccountChange, PasswordChange};
use contract::message::{Content, Notice};
use contract::operation::{
    ChangeAccount, ChangePassword, ChangeSecurity, GetAccount, GetSecurity, GetSession, ListActivity,
};
use contract::security::SecurityChange;
use contract::verification::{Channel, Purpose};
use contract::{Problem, ProblemCode, Rule, Secret};

on_both_stages! {
    pw_3_a_refused_password_is_told_its_reason,
    pw_4_a_change_ends_what_others_hold,
    the_last_three_passwords_are_refused_and_the_fourth_is_not,
    pw_1_a_short_password_needs_its_second_factor,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";

async fn change(world: &World, person: &Person, current: &str, new: &str) -> Result<(), Problem> {
    let body = PasswordChange { current_password: Secret::from(current), new_password: Secret::from(new) };
    world.ask(ChangePassword { body }, Some(&person.token)).await
}

async fn two_factor(world: &World, person: &Person, on: bool) -> Result<(), Problem> {
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await?.etag;
    let body = SecurityChange { two_factor: on, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.map(|_| ())
}

// PW-1, PW-3: the reason is told; PW-4: the current password is asked for again
async fn pw_3_a_refused_password_is_told_its_reason(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    for (current, new, field, rule) in [
        (PASSWORD, "too short", "new_password", Rule::TooShort { min: 15 }),
        (PASSWORD, "PasswordPassword", "new_password", Rule::CommonPassword),
        (PASSWORD, "mina.park@harbor!", "new_password", Rule::ContextWord),
        (PASSWORD, PASSWORD, "new_password", Rule::UsedBefore),
        ("not my password", "eleven harbor lamps", "current_password", Rule::Wrong),
    ] {
        let refusal = refused(change(&world, &person, current, new).await);
        assert_eq!((refusal.code, refusal.rule_of(field)), (ProblemCode::Rejected, Some(rule)), "{new}");
    }
    let both = refused(change(&world, &person, "not my password", "too short").await);
    assert_eq!(both.fields.len(), 2);
    let long = refused(change(&world, &person, PASSWORD, &"lamp ".repeat(52)).await);
    assert_eq!(long.rule_of("new_password"), Some(Rule::TooLong { max: 256 }));
    world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();
}

// PW-4: other sessions end, proofs under way die, and every address is told
async fn pw_4_a_change_ends_what_others_hold(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let other = token(world.sign_in(EMAIL, PASSWORD, "rack 4").await.unwrap());
    let purpose = Purpose::ChangeContact;
    let proven = world.prove(purpose, Channel::Email, "pier@harbor.example", Some(&person.token)).await;
    change(&world, &person, PASSWORD, "eleven harbor lamps").await.unwrap();

    world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
    let ended = refused(world.ask(GetSession { body: () }, Some(&other)).await);
    assert_eq!(ended.code, ProblemCode::Unauthenticated);
    let if_match = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = AccountChange { email: Some(proven), ..AccountChange::default() };
    let dead = refused(world.ask(ChangeAccount { if_match, body }, Some(&person.token)).await);
    assert_eq!(dead.code, ProblemCode::ProofRefused);
    let messages = world.backend.messages().await.unwrap().messages;
    let told = messages
        .iter()
        .filter(|message| matches!(message.content, Content::Notice { notice: Notice::PasswordChanged, .. }));
    let mut told: Vec<_> = told.map(|message| message.to.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, [PHONE, EMAIL]);
    refused(world.sign_in(EMAIL, PASSWORD, "desk").await);
    world.sign_in(EMAIL, "eleven harbor lamps", "desk").await.unwrap();
}

async fn the_last_three_passwords_are_refused_and_the_fourth_is_not(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let passwords = [PASSWORD, "eleven harbor lamps", "thirteen harbor lamps", "seventeen harbor lamps"];
    for pair in passwords.windows(2) {
        change(&world, &person, pair[0], pair[1]).await.unwrap();
    }
    for used in &passwords[1..] {
        let refusal = refused(change(&world, &person, passwords[3], used).await);
        assert_eq!(refusal.rule_of("new_password"), Some(Rule::UsedBefore), "{used}");
    }
    change(&world, &person, passwords[3], passwords[0]).await.unwrap();
}

// PW-1: eight are enough beside a second factor, which then cannot be taken away
async fn pw_1_a_short_password_needs_its_second_factor(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    two_factor(&world, &person, true).await.unwrap();
    let short = "kelp 41 tide";
    change(&world, &person, PASSWORD, short).await.unwrap();
    let kept = refused(two_factor(&world, &person, false).await);
    assert_eq!(kept.code, ProblemCode::PasswordTooShortAlone);
    change(&world, &person, short, "eleven harbor lamps").await.unwrap();
    two_factor(&world, &person, false).await.unwrap();

    // API-2: a change that changes nothing makes no version and no entry
    let trail =
        async || world.ask(ListActivity { cursor: None, body: () }, Some(&person.token)).await.unwrap();
    let before = (world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap(), trail().await);
    two_factor(&world, &person, false).await.unwrap();
    let after = (world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap(), trail().await);
    assert_eq!(before, after);
}
