//! Which second factors are offered is a policy, told to every client; who has one that is no longer offered is not locked
//! out.

use crate::world::{PASSWORD, World, challenge, fast, refused, token};
use contract::capabilities::Capabilities;
use contract::operation::{AnswerChallenge, ChangeSecurity, GetCapabilities, GetSecurity};
use contract::security::{Security, SecurityChange};
use contract::session::Number;
use contract::verification::Channel;
use contract::{Problem, ProblemCode, Rule, Secret};
use postern_backend::Settings;

const EMAIL: &str = "mina@harbor.example";

fn offering(methods: &[Channel]) -> Settings {
    let weak_methods = methods.iter().copied().filter(|method| *method == Channel::Email).collect();
    let capabilities = Capabilities { methods: methods.to_vec(), weak_methods, ..Capabilities::default() };
    Settings { capabilities, ..fast() }
}

async fn choose(
    world: &World,
    by: &Secret<String>,
    two_factor: bool,
    method: Channel,
) -> Result<Security, Problem> {
    let if_match = world.ask(GetSecurity { body: () }, Some(by)).await.unwrap().etag;
    world.ask(ChangeSecurity { if_match, body: SecurityChange { two_factor, method } }, Some(by)).await
}

// OTP-10: what every client is told under four policies, an email marked as weak wherever it is offered
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_10_capabilities_under_four_policies() {
    for (line, methods, weak) in [
        ("accounts.methods = [\"text_message\", \"email\"]", r#"["text_message","email"]"#, r#"["email"]"#),
        ("accounts.methods = [\"text_message\"]", r#"["text_message"]"#, "[]"),
        ("accounts.methods = [\"email\"]", r#"["email"]"#, r#"["email"]"#),
        ("accounts.methods = []", "[]", "[]"),
    ] {
        let world = World::program(&[line]).await;
        let told = world.ask(GetCapabilities { body: () }, None).await.unwrap();
        let expected = format!(
            "{{\"sign_up\":true,\"name_max\":20,\"label_max\":40,\"password_min_alone\":15,\
             \"password_min_with_two_factor\":8,\"password_max\":256,\"password_history\":3,\"number_digits\":6,\
             \"number_lifetime_seconds\":600,\"number_tries\":5,\"number_resend_seconds\":60,\"keys_max\":5,\
             \"methods\":{methods},\"weak_methods\":{weak},\"session_idle_seconds\":3600,\
             \"session_absolute_seconds\":86400,\"step_up_seconds\":600,\"default_region\":\"KR\"}}"
        );
        assert_eq!(serde_json::to_string(&told).unwrap(), expected);
        // alone it is served, and said to be weak
        let said = world.served_by().log();
        assert_eq!(said.contains("warning: accounts.methods"), methods == weak && weak != "[]", "{said}");
    }
}

// OTP-10: a method that is not offered cannot be chosen, and says which field it is about
#[tokio::test]
async fn otp_10_a_forbidden_method_is_refused() {
    for (offered, forbidden) in
        [(&[Channel::TextMessage][..], &[Channel::Email][..]), (&[], &[Channel::Email, Channel::TextMessage])]
    {
        let world = World::with(offering(offered)).await;
        let person = world.person(EMAIL, "+821055501234").await;
        for method in forbidden {
            let refusal = refused(choose(&world, &person.token, true, *method).await);
            assert_eq!((refusal.status, refusal.code), (403, ProblemCode::NotPermitted));
            assert_eq!(refusal.rule_of("method"), Some(Rule::NotOffered));
        }
        for method in offered {
            assert!(choose(&world, &person.token, true, *method).await.unwrap().two_factor);
        }
    }
}

// OTP-10: who has a method that is no longer offered signs in by it, may change to another or disable it, and not go back
#[tokio::test]
async fn otp_10_nobody_is_locked_out_by_a_new_policy() {
    let world = World::new().await;
    let person = world.person(EMAIL, "+821055501234").await;
    choose(&world, &person.token, true, Channel::Email).await.unwrap();
    let world = world.reopen(offering(&[Channel::TextMessage])).await;
    let asked = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    assert_eq!(asked.channel, Channel::Email);
    let body = Number { number: world.number(EMAIL).await };
    token(world.ask(AnswerChallenge { id: asked.id, body }, None).await.unwrap());

    let me = &person.token;
    assert!(choose(&world, me, true, Channel::Email).await.unwrap().two_factor);
    assert!(!choose(&world, me, false, Channel::Email).await.unwrap().two_factor);
    assert_eq!(refused(choose(&world, me, true, Channel::Email).await).code, ProblemCode::NotPermitted);
    assert!(choose(&world, me, true, Channel::TextMessage).await.unwrap().two_factor);
    let back = refused(choose(&world, me, false, Channel::Email).await);
    assert_eq!(back.rule_of("method"), Some(Rule::NotOffered));
    // no method at all any more: what is there still works, and can be disabled
    let world = world.reopen(offering(&[])).await;
    challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    assert!(!choose(&world, me, false, Channel::TextMessage).await.unwrap().two_factor);
    token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
}
