//! Text message abuse: which numbers are sent to, how many a day, and how many to one mailbox.

use crate::world::{Database, PASSWORD, World, fast, refused};
use contract::operation::StartVerification;
use contract::verification::{Channel, Purpose, VerificationRequest, VerificationSent};
use contract::{Problem, ProblemCode, Rule};
use postern_backend::Settings;
use postern_backend::config::TextCountries;

on_both_stages! {
    a5_numbers_of_no_country_and_of_services_are_refused,
    a5_spellings_of_one_mailbox_share_a_budget_and_stay_accounts,
}

async fn ask(world: &World, channel: Channel, address: &str) -> Result<VerificationSent, Problem> {
    let purpose = Purpose::SignUp { asker: world.asker() };
    let body = VerificationRequest { purpose, channel, address: address.to_owned() };
    world.ask(StartVerification { body }, None).await
}

async fn text(world: &World, phone: &str) -> Result<VerificationSent, Problem> {
    ask(world, Channel::TextMessage, phone).await
}

async fn a5_numbers_of_no_country_and_of_services_are_refused(world: World) {
    for (phone, rule) in [
        ("+881612345678", Rule::NotAMobilePhone),
        ("+870773111632", Rule::NotAMobilePhone),
        ("+8821612345678", Rule::NotAMobilePhone),
        ("+883510012345678", Rule::NotAMobilePhone),
        ("+878101234567890", Rule::NotAMobilePhone),
        ("+979123456789", Rule::NotAMobilePhone),
        ("+447012345678", Rule::NotAMobilePhone),
        ("+448441234567", Rule::NotAMobilePhone),
        ("+19002345678", Rule::NotAMobilePhone),
        ("050-1234-5678", Rule::NotAMobilePhone),
        // the country is another than the configured one
        ("+447400123456", Rule::CountryNotServed),
        ("+12015550123", Rule::CountryNotServed),
        ("+18762101234", Rule::CountryNotServed),
    ] {
        let refusal = refused(text(&world, phone).await);
        assert_eq!(
            (refusal.code, refusal.rule_of("address")),
            (ProblemCode::Rejected, Some(rule)),
            "{phone}"
        );
    }
    text(&world, "010-5550-1234").await.unwrap();
}

async fn a5_spellings_of_one_mailbox_share_a_budget_and_stay_accounts(world: World) {
    let mut sent = 0;
    for n in 0..11 {
        let domain = if n % 2 == 0 { "harbor.example" } else { "HARBOR.example" };
        sent += u32::from(ask(&world, Channel::Email, &format!("Victim+{n}@{domain}")).await.is_ok());
    }
    assert!((1..=10).contains(&sent), "{sent}");
    let refusal = refused(ask(&world, Channel::Email, "victim@harbor.example").await);
    assert_eq!(refusal.code, ProblemCode::TooManyRequests);
    assert!(refusal.retry_after_seconds.is_some());
    ask(&world, Channel::Email, "another@harbor.example").await.unwrap();
    // accounts are matched by the whole address
    world.create("mina+work@harbor.example", "+821055501111", PASSWORD).await.unwrap();
    world.create("mina+home@harbor.example", "+821055502222", PASSWORD).await.unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a5_an_operator_names_the_countries() {
    let world = World::program(&["accounts.text_message_countries = [\"GB\", \"JP\"]"]).await;
    text(&world, "+447400123456").await.unwrap();
    let refusal = refused(text(&world, "+821055501234").await);
    assert_eq!(refusal.rule_of("address"), Some(Rule::CountryNotServed));
    let world = World::program(&["accounts.text_message_countries = []"]).await;
    let refusal = refused(text(&world, "+821055501234").await);
    assert_eq!(refusal.rule_of("address"), Some(Rule::CountryNotServed));
    ask(&world, Channel::Email, "mina@harbor.example").await.unwrap();
}

async fn daily(database: Database) {
    let settings = Settings {
        text_countries: TextCountries::Only(vec!["KR".to_owned(), "GB".to_owned()]),
        texts_to_a_country_max: 2,
        texts_a_day_max: 3,
        ..fast()
    };
    let world = World::with_on(settings, database).await;
    let full = async |phone: &str| {
        let refusal = refused(text(&world, phone).await);
        assert_eq!(refusal.code, ProblemCode::TooManyRequests, "{phone}");
        assert!(refusal.retry_after_seconds.unwrap() > 3600, "{phone}");
    };
    text(&world, "+821055501111").await.unwrap();
    text(&world, "+821055502222").await.unwrap();
    full("+821055503333").await;
    text(&world, "+447400123456").await.unwrap();
    full("+447400123457").await;
    ask(&world, Channel::Email, "mina@harbor.example").await.unwrap();
    world.clock().advance(86_401);
    text(&world, "+821055503333").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a5_a_country_and_a_day_have_budgets() {
    daily(Database::Sqlite).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a5_a_country_and_a_day_have_budgets_on_postgres() {
    daily(Database::Postgres).await;
}
