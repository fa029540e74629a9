//! A desktop that is known keeps guessing strangers from holding up whoever works there, and opens nothing by itself.

use crate::world::{PASSWORD, World, challenge, refused, token};
use contract::account::PasswordChange;
use contract::operation::{AnswerChallenge, ChangePassword, ChangeSecurity, GetSecurity, OpenSession};
use contract::security::SecurityChange;
use contract::session::{Credentials, Number, SignIn};
use contract::verification::Channel;
use contract::{Problem, ProblemCode, Secret};

on_both_stages! {
    otp_6_a_desktop_is_known_after_a_complete_sign_in_and_opens_nothing,
    otp_6_strangers_do_not_hold_up_a_known_desktop,
}

on_both_databases! {
    otp_6_wrong_numbers_elsewhere_do_not_hold_up_a_known_desktop,
    otp_8_sign_ins_elsewhere_use_up_no_numbers_of_a_known_desktop,
    otp_6_desktops_come_and_go,
    enum_1_a_made_up_desktop_says_nothing,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";
const WRONG: &str = "not the password at all";

async fn sign_in(
    world: &World,
    email: &str,
    password: &str,
    desktop: Option<&Secret<String>>,
) -> Result<SignIn, Problem> {
    let body = Credentials {
        email: email.to_owned(),
        password: Secret::from(password),
        place: None,
        desktop: desktop.cloned(),
    };
    world.ask(OpenSession { body }, None).await
}

/// What a sign-in gives to be kept.
fn given(signed_in: SignIn) -> Option<Secret<String>> {
    match signed_in {
        SignIn::Complete { desktop, .. } => desktop,
        SignIn::SecondFactor { .. } => panic!("the second factor is asked for"),
    }
}

/// Somebody with a second factor by text message, and the secret of a desktop that is known since.
async fn with_two_factor(world: &World) -> Secret<String> {
    let person = world.person(EMAIL, PHONE).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    let id = challenge(sign_in(world, EMAIL, PASSWORD, None).await.unwrap()).id;
    let body = Number { number: world.number(PHONE).await };
    given(world.ask(AnswerChallenge { id, body }, None).await.unwrap()).unwrap()
}

/// Guesses until it must wait, or only a number opens a sign-in.
async fn shut(world: &World, desktop: Option<&Secret<String>>) {
    while let Err(Problem { code: ProblemCode::CredentialsRefused, .. }) =
        sign_in(world, EMAIL, WRONG, desktop).await
    {}
}

// OTP-6: given once, after the second factor where there is one; a made-up one is as good as none
async fn otp_6_a_desktop_is_known_after_a_complete_sign_in_and_opens_nothing(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    let answer = async |signed_in: SignIn| {
        let body = Number { number: world.number(PHONE).await };
        world.ask(AnswerChallenge { id: challenge(signed_in).id, body }, None).await.unwrap()
    };
    let half = sign_in(&world, EMAIL, PASSWORD, None).await.unwrap();
    let desktop = given(answer(half).await).unwrap();
    assert_eq!(desktop.expose().len(), 43);
    // it neither stands for the password nor for the second factor, and is not given again while it is good
    let wrong = refused(sign_in(&world, EMAIL, WRONG, Some(&desktop)).await);
    assert_eq!(wrong.code, ProblemCode::CredentialsRefused);
    let half = sign_in(&world, EMAIL, PASSWORD, Some(&desktop)).await.unwrap();
    assert_eq!(given(answer(half).await), None);
    let half = sign_in(&world, EMAIL, PASSWORD, Some(&Secret::from("made up"))).await.unwrap();
    let other = given(answer(half).await).unwrap();
    assert_ne!(other, desktop);
    assert!(!world.wrote(&[desktop.expose(), other.expose()]));

    // another account's desktop is none of this account's
    world.create("juno@harbor.example", "+821055505678", PASSWORD).await.unwrap();
    let signed_in = sign_in(&world, "juno@harbor.example", PASSWORD, Some(&desktop)).await.unwrap();
    assert!(given(signed_in).is_some());
}

// OTP-6: the door is shut for strangers, and the person at a known desktop signs in
async fn otp_6_strangers_do_not_hold_up_a_known_desktop(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let desktop = given(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap()).unwrap();
    for _ in 0..3 {
        shut(&world, None).await;
    }
    assert_eq!(given(sign_in(&world, EMAIL, PASSWORD, Some(&desktop)).await.unwrap()), None);
    // which does not open it for strangers: at most as many guesses as the clock allowed meanwhile
    for _ in 0..7 {
        shut(&world, None).await;
    }
}

// OTP-6: who has the password, but not the second factor, does not keep the person at a known desktop from answering
async fn otp_6_wrong_numbers_elsewhere_do_not_hold_up_a_known_desktop(world: World) {
    let desktop = with_two_factor(&world).await;
    let thief = challenge(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap());
    let number = world.number(PHONE).await;
    let answer = |id, number: &str| AnswerChallenge { id, body: Number { number: number.to_owned() } };
    for _ in 0..5 {
        refused(world.ask(answer(thief.id, &World::wrong(&number)), None).await);
    }
    let dead = refused(world.ask(answer(thief.id, &number), None).await);
    assert_eq!(dead.code, ProblemCode::NumberExhausted);
    let mine = challenge(sign_in(&world, EMAIL, PASSWORD, Some(&desktop)).await.unwrap());
    let number = world.number(PHONE).await;
    token(world.ask(answer(mine.id, &number), None).await.unwrap());
}

// OTP-8: who only has the password may ask for numbers until none is sent any more, and the person at a known desktop
// or in a session still gets theirs
async fn otp_8_sign_ins_elsewhere_use_up_no_numbers_of_a_known_desktop(world: World) {
    let desktop = with_two_factor(&world).await;
    let mut sent = 0;
    while sign_in(&world, EMAIL, PASSWORD, None).await.is_ok() {
        sent += 1;
    }
    assert!(sent > 0);
    let mine = challenge(sign_in(&world, EMAIL, PASSWORD, Some(&desktop)).await.unwrap());
    let body = Number { number: world.number(PHONE).await };
    let me = token(world.ask(AnswerChallenge { id: mine.id, body }, None).await.unwrap());
    challenge(world.step_up(&me, PASSWORD).await.unwrap());
    // which are not without end either
    let all = (0..100).map(|_| sign_in(&world, EMAIL, PASSWORD, Some(&desktop)));
    let mut more = 0;
    for one in all {
        more += u32::from(one.await.is_ok());
    }
    assert!(more < sent, "{more} more than {sent}");
}

// a desktop is known for ninety days after it was used; the eleventh drives out the one that was not used for longest; a
// new password leaves only the one where it was changed
async fn otp_6_desktops_come_and_go(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let is_known = async |desktop: &Secret<String>, password: &str| {
        given(sign_in(&world, EMAIL, password, Some(desktop)).await.unwrap()).is_none()
    };
    let first = given(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap()).unwrap();
    world.clock().advance(90 * 86_400 - 1);
    assert!(is_known(&first, PASSWORD).await);
    world.clock().advance(90 * 86_400);
    assert!(!is_known(&first, PASSWORD).await);

    let mut desktops = Vec::new();
    for _ in 0..10 {
        world.clock().advance(1);
        desktops.push(given(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap()).unwrap());
    }
    world.clock().advance(1);
    assert!(is_known(&desktops[0], PASSWORD).await);
    world.clock().advance(1);
    given(sign_in(&world, EMAIL, PASSWORD, None).await.unwrap()).unwrap();
    world.clock().advance(1);
    assert!(is_known(&desktops[0], PASSWORD).await);
    assert!(!is_known(&desktops[1], PASSWORD).await);

    let here = &desktops[0];
    let me = token(sign_in(&world, EMAIL, PASSWORD, Some(here)).await.unwrap());
    let me = token(world.step_up(&me, PASSWORD).await.unwrap());
    let body = PasswordChange {
        current_password: Secret::from(PASSWORD),
        new_password: Secret::from("eleven harbor lamps"),
    };
    world.ask(ChangePassword { body }, Some(&me)).await.unwrap();
    assert!(is_known(here, "eleven harbor lamps").await);
    assert!(!is_known(&desktops[9], "eleven harbor lamps").await);
}

// ENUM-1: a made-up desktop is answered alike at any address
async fn enum_1_a_made_up_desktop_says_nothing(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    for shown in [Secret::from("made up"), Secret::from(""), Secret::new("d".repeat(43))] {
        for _ in 0..8 {
            let at = async |email: &str| {
                let refusal = refused(sign_in(&world, email, WRONG, Some(&shown)).await);
                Problem { request_id: None, ..refusal }
            };
            assert_eq!(at(EMAIL).await, at("nobody@harbor.example").await);
            world.clock().advance(30 * 86_400);
        }
    }
}
