//! LOG-2: each step of an account's life leaves exactly its events in the account's own trail, with the place it came from.

use crate::stage::url;
use crate::world::{PASSWORD, World, challenge, refused, token};
use contract::account::{AccountChange, PasswordChange};
use contract::activity::Event;
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, AnswerChallenge, CancelSubscription, ChangeAccount, ChangePassword, ChangeSecurity, CloseSession,
    ConfirmVerification, DeleteKey, EndSession, ExportAccount, GetAccount, GetSecurity, GetSession,
    GetWhoAmI, ListActivity, StartVerification,
};
use contract::security::SecurityChange;
use contract::session::{Cancellation, Number, SignIn};
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{KeyId, Problem, Secret};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, Connection as _};
use std::collections::HashMap;
use std::fmt::Write as _;

on_both_stages! {
    log_2_each_step_leaves_exactly_its_events,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";
const NEW_PASSWORD: &str = "eleven harbor lamps";

/// What was read of the trail so far.
struct Trail<'a> {
    world: &'a World,
    /// How often each was told.
    told: HashMap<(Event, Option<String>), u32>,
}

impl Trail<'_> {
    /// Exactly these happened since the last time, in this order, at these places.
    async fn tells(&mut self, by: &Secret<String>, expected: &[(Event, Option<&str>)]) {
        let page = self.world.ask(ListActivity { cursor: None, body: () }, Some(by)).await.unwrap();
        assert_eq!(page.next, None);
        let mut counts: HashMap<(Event, Option<String>), u32> = HashMap::new();
        for entry in &page.entries {
            *counts.entry((entry.event, entry.place.clone())).or_default() += entry.count;
        }
        let mut left: HashMap<_, _> = counts
            .iter()
            .map(|(what, count)| (what.clone(), count - self.told.get(what).copied().unwrap_or_default()))
            .collect();
        // newest first; of an entry that was repeated, as many as are new
        let mut new = Vec::new();
        for entry in &page.entries {
            let left = left.get_mut(&(entry.event, entry.place.clone())).unwrap();
            let taken = (*left).min(entry.count);
            *left -= taken;
            new.extend((0..taken).map(|_| (entry.event, entry.place.as_deref())));
        }
        new.reverse();
        assert_eq!(new, expected);
        self.told = counts;
    }
}

async fn two_factor(world: &World, by: &Secret<String>, method: Channel) {
    let if_match = world.ask(GetSecurity { body: () }, Some(by)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method };
    world.ask(ChangeSecurity { if_match, body }, Some(by)).await.unwrap();
}

/// Answers the second factor: wrong once, then right.
async fn answer(world: &World, asked: SignIn, to: &str, by: Option<&Secret<String>>) -> Secret<String> {
    let asked = challenge(asked);
    let number = world.number(to).await;
    let answer = |number: String| AnswerChallenge { id: asked.id, body: Number { number } };
    refused(world.ask(answer(World::wrong(&number)), by).await);
    token(world.ask(answer(number), by).await.unwrap())
}

async fn change(world: &World, by: &Secret<String>, body: AccountChange) -> Result<(), Problem> {
    let if_match = world.ask(GetAccount { body: () }, Some(by)).await.unwrap().etag;
    world.ask(ChangeAccount { if_match, body }, Some(by)).await.map(|_| ())
}

#[allow(clippy::too_many_lines, reason = "one life")]
async fn log_2_each_step_leaves_exactly_its_events(world: World) {
    let mut trail = Trail { world: &world, told: HashMap::new() };
    let (desk, rack) = (Some("desk"), Some("rack 4"));
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let me = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    trail.tells(&me, &[(Event::AccountCreated, None), (Event::SignedIn, desk)]).await;
    refused(world.sign_in(EMAIL, "not the password at all", "kiosk").await);
    trail.tells(&me, &[(Event::SignInRefused, None)]).await;
    refused(world.step_up(&me, "not the password at all").await);
    let me = token(world.step_up(&me, PASSWORD).await.unwrap());
    trail.tells(&me, &[(Event::StepUpRefused, desk), (Event::SteppedUp, desk)]).await;

    // reading leaves nothing, nor does a change of nothing
    world.ask(GetSession { body: () }, Some(&me)).await.unwrap();
    change(&world, &me, AccountChange::default()).await.unwrap();
    trail.tells(&me, &[]).await;
    let (name, task) = (Some("Mina P.".to_owned()), Some("Gate keys".to_owned()));
    change(&world, &me, AccountChange { name, task, ..AccountChange::default() }).await.unwrap();
    trail.tells(&me, &[(Event::NameChanged, desk), (Event::TaskChanged, desk)]).await;

    let contact = Purpose::ChangeContact;
    let address = "mina@pier.example".to_owned();
    let body = VerificationRequest { purpose: contact, channel: Channel::Email, address };
    let sent = world.ask(StartVerification { body }, Some(&me)).await.unwrap();
    trail.tells(&me, &[]).await;
    let number = world.number("mina@pier.example").await;
    let confirm =
        |number: String| ConfirmVerification { id: sent.id, body: Confirmation { number, asker: None } };
    refused(world.ask(confirm(World::wrong(&number)), Some(&me)).await);
    trail.tells(&me, &[(Event::ContactNumberRefused, desk)]).await;
    let proof = world.ask(confirm(number), Some(&me)).await.unwrap().proof;
    let email = contract::account::ProvenAddress { address: "mina@pier.example".to_owned(), proof };
    let mobile_phone = world.prove(contact, Channel::TextMessage, "+821055505678", Some(&me)).await;
    let both =
        AccountChange { email: Some(email), mobile_phone: Some(mobile_phone), ..AccountChange::default() };
    change(&world, &me, both).await.unwrap();
    trail.tells(&me, &[(Event::EmailChanged, desk), (Event::MobilePhoneChanged, desk)]).await;

    for current in ["not the password at all", PASSWORD] {
        let body = PasswordChange {
            current_password: Secret::from(current),
            new_password: Secret::from(NEW_PASSWORD),
        };
        let _ = world.ask(ChangePassword { body }, Some(&me)).await;
    }
    trail.tells(&me, &[(Event::StepUpRefused, desk), (Event::PasswordChanged, desk)]).await;
    two_factor(&world, &me, Channel::TextMessage).await;
    two_factor(&world, &me, Channel::Email).await;
    trail.tells(&me, &[(Event::TwoFactorEnabled, desk), (Event::TwoFactorMethodChanged, desk)]).await;

    let half = world.sign_in("mina@pier.example", NEW_PASSWORD, "rack 4").await.unwrap();
    let other = answer(&world, half, "mina@pier.example", None).await;
    // the place is named once somebody is signed in there
    let asked = (Event::SecondFactorAsked, None);
    trail.tells(&me, &[asked, (Event::SecondFactorRefused, None), (Event::SignedIn, rack)]).await;
    let half = world.step_up(&other, NEW_PASSWORD).await.unwrap();
    let other = answer(&world, half, "mina@pier.example", Some(&other)).await;
    let asked = (Event::SecondFactorAsked, rack);
    trail.tells(&me, &[asked, (Event::SecondFactorRefused, rack), (Event::SteppedUp, rack)]).await;
    // whoever has the password and not the number leaves a trace too
    world.sign_in("mina@pier.example", NEW_PASSWORD, "kiosk").await.unwrap();
    trail.tells(&me, &[(Event::SecondFactorAsked, None)]).await;
    let id = world.ask(GetSession { body: () }, Some(&other)).await.unwrap().id;
    world.ask(EndSession { id, body: () }, Some(&me)).await.unwrap();
    trail.tells(&me, &[(Event::SessionEnded, desk)]).await;

    let secret = KeySecret::from_random(&[5; 32]);
    let sha256 = Sha256::digest(secret.expose()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let id = KeyId(uuid::Uuid::from_u128(5));
    let body = NewKey { label: "Robot".to_owned(), sha256, hint: secret.hint().to_owned(), expires_at: None };
    for _ in 0..2 {
        world.ask(AddKey { id, body: body.clone() }, Some(&me)).await.unwrap();
    }
    world.ask(GetWhoAmI { body: () }, Some(&Secret::from(secret.expose()))).await.unwrap();
    world.ask(DeleteKey { id, body: () }, Some(&me)).await.unwrap();
    trail.tells(&me, &[(Event::KeyAdded, desk), (Event::KeyDeleted, desk)]).await;
    world.ask(ExportAccount { body: () }, Some(&me)).await.unwrap();
    trail.tells(&me, &[(Event::DataExported, desk)]).await;

    let account = world.ask(GetSession { body: () }, Some(&me)).await.unwrap().account_id;
    world.backend.reset_two_factor(account).await.unwrap();
    world.backend.disable_account(account).await.unwrap();
    refused(world.sign_in("mina@pier.example", NEW_PASSWORD, "desk").await);
    world.backend.enable_account(account).await.unwrap();
    assert!(world.backend.unlock_account(account).await.unwrap());
    let me = token(world.sign_in("mina@pier.example", NEW_PASSWORD, "desk").await.unwrap());
    let by_operator = [
        (Event::TwoFactorReset, None),
        (Event::AccountDisabled, None),
        (Event::SignInRefused, None),
        (Event::AccountEnabled, None),
        (Event::AccountUnlocked, None),
        (Event::SignedIn, desk),
    ];
    trail.tells(&me, &by_operator).await;
    let other = token(world.sign_in("mina@pier.example", NEW_PASSWORD, "rack 4").await.unwrap());
    world.ask(CloseSession { body: () }, Some(&other)).await.unwrap();
    trail.tells(&me, &[(Event::SignedIn, rack), (Event::SignedOut, rack)]).await;
}

/// What concerns nobody who is left stays as one line each, under a pseudonym, and says whose act it was
async fn what_stays_says_whose_act_it_was(world: World, url: &str) {
    let mina = world.person(EMAIL, PHONE).await;
    let juno = world.create("juno@harbor.example", "+821055505678", PASSWORD).await.unwrap().id;
    let cancel = CancelSubscription { body: Cancellation { agree: true } };
    world.ask(cancel, Some(&mina.token)).await.unwrap();
    // one after the other by the clock
    world.clock().advance(1);
    world.backend.delete_account(juno).await.unwrap();
    for _ in 0..2 {
        world.clock().advance(1);
        world.backend.issue_service_credential("Gate").await.unwrap();
    }
    world.clock().advance(1);
    world.backend.revoke_service_credential("Gate").await.unwrap();
    // what was refused was no act
    world.backend.revoke_service_credential("Gate").await.unwrap_err();
    world.backend.issue_service_credential("").await.unwrap_err();

    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let lines: Vec<(String, String)> = sqlx::query_as("SELECT event, pseudonym FROM audit ORDER BY at")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let (events, of): (Vec<_>, Vec<_>) = lines.into_iter().unzip();
    let expected = [
        "subscription_canceled",
        "account_deleted_by_operator",
        "service_admitted",
        "service_exchanged",
        "service_removed",
    ];
    assert_eq!(events, expected);
    // a hash under the key of each, the same for what is the same
    assert!(of.iter().all(|pseudonym| pseudonym.len() == 64), "{of:?}");
    assert_eq!((&of[2], &of[2]), (&of[3], &of[4]));
    assert!(of[0] != of[1] && of[1] != of[2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_2_what_stays_says_whose_act_it_was() {
    let world = World::new().await;
    let url = url(&world.database());
    what_stays_says_whose_act_it_was(world, &url).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_2_what_stays_says_whose_act_it_was_on_postgres() {
    let database = crate::postgres::Database::fresh();
    what_stays_says_whose_act_it_was(World::at(database.url()).await, &database.url()).await;
}
