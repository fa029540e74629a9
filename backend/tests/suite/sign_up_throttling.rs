//! Throttling of sign-ups: what strangers do keeps nobody from proving an address, costs no hash without a proof, and leaves
//! the hashing pool to known desktops and live sessions.

use crate::person::{challenge, token};
use crate::world::{PASSWORD, Person, World, fast, refused};
use contract::account::{NewAccount, ProvenAddress};
use contract::operation::{
    AnswerChallenge, ChangeSecurity, ConfirmVerification, GetSecurity, OpenSession, Operation,
    StartVerification,
};
use contract::security::SecurityChange;
use contract::session::{Credentials, Number, SignIn};
use contract::verification::{Channel, Confirmation, Proof, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode, Secret};
use postern_backend::{Hashing, Settings};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

on_both_databases! {
    a1_strangers_leave_the_hashing_to_who_is_known,
    a2_wrong_numbers_of_others_refuse_no_right_one_at_sign_up,
    a2_wrong_numbers_of_others_refuse_no_second_factor,
    a2_an_address_is_sent_so_many_numbers_a_day,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";
const WRONG: &str = "not the password at all";

// A1: while strangers ask for more hashes than the pool takes, nobody at a known desktop and nobody in a session is refused
async fn a1_strangers_leave_the_hashing_to_who_is_known(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let hashing = Hashing { memory_kib: 4 * 1024, passes: 1, parallel: 1, waiting: 7 };
    let world = Arc::new(world.reopen(Settings { hashing, ..fast() }).await);
    let sign_in = async |world: &World, email: String, desktop: Option<Secret<String>>| {
        let body = Credentials { email, password: Secret::from(PASSWORD), place: None, desktop };
        world.ask(OpenSession { body }, None).await
    };
    let SignIn::Complete { desktop: Some(desktop), token: session, .. } =
        sign_in(&world, EMAIL.to_owned(), None).await.unwrap()
    else {
        panic!("there is no second factor")
    };
    let over = Arc::new(AtomicBool::new(false));
    let strangers: Vec<_> = (0..24)
        .map(|n| {
            let (world, over) = (Arc::clone(&world), Arc::clone(&over));
            tokio::spawn(async move {
                let (mut overloaded, mut turn) = (0, 0);
                while !over.load(Ordering::SeqCst) {
                    turn += 1;
                    let refusal =
                        refused(world.sign_in(&format!("m{n}-{turn}@pier.example"), WRONG, "x").await);
                    overloaded += u32::from(refusal.code == ProblemCode::Overloaded);
                    tokio::task::yield_now().await;
                }
                overloaded
            })
        })
        .collect();
    let mut session = session;
    for _ in 0..15 {
        token(sign_in(&world, EMAIL.to_owned(), Some(desktop.clone())).await.unwrap());
        session = token(world.step_up(&session, PASSWORD).await.unwrap());
    }
    over.store(true, Ordering::SeqCst);
    let mut overloaded = 0;
    for stranger in strangers {
        overloaded += stranger.await.unwrap();
    }
    assert!(overloaded > 0, "the pool was never full");
}

/// A number for a sign-up with the address under another name each time; what confirms it.
async fn started(
    world: &World,
    address: &str,
) -> Result<impl AsyncFn(String) -> Result<Proof, Problem>, Problem> {
    let asker = world.asker();
    let channel = if address.contains('@') { Channel::Email } else { Channel::TextMessage };
    let body =
        VerificationRequest { purpose: Purpose::SignUp { asker }, channel, address: address.to_owned() };
    let id = world.ask(StartVerification { body }, None).await?.id;
    Ok(async move |number| {
        let body = Confirmation { asker: Some(asker), number };
        world.ask(ConfirmVerification { id, body }, None).await
    })
}

/// Strangers enter so many wrong numbers for an address.
async fn guess(world: &World, address: &str, wrong: u32) {
    let mut entered = 0;
    while entered < wrong {
        let confirm = loop {
            match started(world, address).await {
                Ok(confirm) => break confirm,
                Err(full) => world.clock().advance(full.retry_after_seconds.unwrap().into()),
            }
        };
        let number = World::wrong(&world.number(address).await);
        for _ in 0..5.min(wrong - entered) {
            assert_eq!(refused(confirm(number.clone()).await).code, ProblemCode::NumberWrong);
            entered += 1;
        }
        assert!(entered % 5 != 0 || refused(confirm(number).await).code == ProblemCode::NumberExhausted);
    }
}

// A2: twelve wrong numbers of strangers, and a hundred more, refuse the owner of the address nothing: neither a number sent
// before they began nor one sent after
async fn a2_wrong_numbers_of_others_refuse_no_right_one_at_sign_up(world: World) {
    for address in ["victim@harbor.example", "+821055507777"] {
        for wrong in [12, 100] {
            let before = started(&world, address).await.unwrap();
            let first = world.number(address).await;
            guess(&world, address, 12).await;
            before(first).await.unwrap();
            guess(&world, address, wrong).await;
            world.clock().advance(600);
            let after = started(&world, address).await.unwrap();
            // the owner's own wrong number costs a try and no wait
            let number = world.number(address).await;
            assert_eq!(refused(after(World::wrong(&number)).await).tries_left, Some(4));
            after(number).await.unwrap();
            world.clock().advance(86_400);
        }
    }
}

async fn with_two_factor(world: &World) -> Person {
    let person = world.person(EMAIL, PHONE).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    person
}

// A2: whoever has the password and guesses the number refuses no right number of another sign-in; and whoever guesses an
// address in a session refuses none of another account or of a sign-up
async fn a2_wrong_numbers_of_others_refuse_no_second_factor(world: World) {
    with_two_factor(&world).await;
    let answer = async |id, number: &str| {
        world.ask(AnswerChallenge { id, body: Number { number: number.to_owned() } }, None).await
    };
    let mine = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let number = world.number(PHONE).await;
    for _ in 0..5 {
        let thief = challenge(world.sign_in(EMAIL, PASSWORD, "thief").await.unwrap());
        let wrong = World::wrong(&world.number(PHONE).await);
        for _ in 0..5 {
            assert_eq!(refused(answer(thief.id, &wrong).await).code, ProblemCode::NumberWrong);
        }
        assert_eq!(refused(answer(thief.id, &wrong).await).code, ProblemCode::NumberExhausted);
    }
    token(answer(mine.id, &number).await.unwrap());
    let mine = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    token(answer(mine.id, &world.number(PHONE).await).await.unwrap());

    let juno = world.person("juno@harbor.example", "+821055505678").await;
    let address = "pier@harbor.example";
    let ours = started(&world, address).await.unwrap();
    let number = world.number(address).await;
    let body = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: address.to_owned(),
    };
    let id = world.ask(StartVerification { body }, Some(&juno.token)).await.unwrap().id;
    let wrong = World::wrong(&world.number(address).await);
    for _ in 0..5 {
        let body = Confirmation { number: wrong.clone(), asker: None };
        refused(world.ask(ConfirmVerification { id, body }, Some(&juno.token)).await);
    }
    ours(number).await.unwrap();
}

// A2, OTP-8: how often numbers of an address are guessed is bounded by how many are sent in a day, which strangers are told
async fn a2_an_address_is_sent_so_many_numbers_a_day(world: World) {
    let address = "victim@harbor.example";
    let (mut sent, mut waited) = (0, 0_i64);
    let last = loop {
        match started(&world, address).await {
            Ok(_) => sent += 1,
            Err(full) => {
                let seconds = i64::from(full.retry_after_seconds.unwrap());
                if seconds > 600 {
                    break seconds;
                }
                waited += seconds;
                world.clock().advance(seconds);
            }
        }
    };
    assert_eq!((sent, waited + last), (50, 86_400));
    world.clock().advance(last);
    for address in [address, "another@harbor.example"] {
        assert!(started(&world, address).await.is_ok());
    }
}

#[cfg(unix)]
mod over_http {
    use super::{
        Arc, Channel, NewAccount, Operation, PASSWORD, ProblemCode, ProvenAddress, Purpose, Secret, WRONG,
        World,
    };
    use crate::wire::{say, status};
    use crate::world::refused;
    use contract::operation::{CreateAccount, OpenSession, StartVerification};
    use contract::session::Credentials;
    use contract::verification::VerificationRequest;

    const PROXY: &str = "127.0.0.9";

    fn invented(world: &World) -> CreateAccount {
        let proven = |address: &str| ProvenAddress { address: address.to_owned(), proof: "A".repeat(43) };
        let body = NewAccount {
            asker: world.asker(),
            name: "Mina Park".to_owned(),
            email: proven("mina@harbor.example"),
            mobile_phone: proven("+821055501234"),
            task: None,
            password: Secret::from(PASSWORD),
        };
        CreateAccount { body }
    }

    // A1: sign-ups with invented proofs, each under another key, several at once: as many as the budget are told, the rest must
    // wait, and none meets a pool that is full. One more is told only after two minutes
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a1_invented_proofs_use_up_the_budget_of_the_network() {
        let world = Arc::new(World::program(&["budgets.refusals_from_one_place = 5"]).await);
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let world = Arc::clone(&world);
            asked.spawn(async move {
                let mut codes = Vec::new();
                for _ in 0..5 {
                    codes.push(refused(world.ask(invented(&world), None).await).code);
                }
                codes
            });
        }
        let codes = asked.join_all().await.concat();
        let of = |code| codes.iter().filter(|one| **one == code).count();
        assert_eq!((of(ProblemCode::ProofRefused), of(ProblemCode::TooManyRequests)), (5, 35), "{codes:?}");
        // the same network's sign-ins share it
        let full = refused(world.sign_in("mina@harbor.example", WRONG, "desk").await);
        assert_eq!(full.code, ProblemCode::TooManyRequests);
        assert!(full.retry_after_seconds.unwrap() <= 120);
    }

    /// The status of an operation that a proxy passes on from this address.
    async fn from<O: Operation>(world: &World, address: &str, operation: &O) -> u16 {
        let line = operation.line();
        let body = serde_json::to_string(operation.body()).unwrap();
        let key = world.asker();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: postern.example\r\nx-forwarded-for: {address}\r\nidempotency-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            line.path,
            body.len()
        );
        status(&say(world.served_by().address(), PROXY, &head).await)
    }

    fn wrong(n: u32) -> OpenSession {
        let (email, password) = (format!("m{n}@harbor.example"), Secret::from(WRONG));
        OpenSession { body: Credentials { email, password, place: None, desktop: None } }
    }

    // A11: another /64 of one /48 for each refused sign-in, and for each number asked for, meets a budget; the next /48 has
    // its own
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a11_a_network_of_many_networks_meets_a_budget() {
        let world = World::program(&[
            "http.trusted_proxies = [\"127.0.0.9/32\"]",
            "budgets.refusals_from_one_place = 10",
            "budgets.numbers_asked_from_one_place = 5",
        ])
        .await;
        let mut told = Vec::new();
        for n in 0..20 {
            told.push(from(&world, &format!("2001:db8:7:{:x}::1", n << 8), &wrong(n)).await);
        }
        assert_eq!(told.iter().filter(|status| **status == 403).count(), 14, "{told:?}");
        assert_eq!(told[14..], [429; 6]);
        assert_eq!(from(&world, "2001:db8:8::1", &wrong(20)).await, 403);
        assert_eq!(from(&world, "198.51.100.7", &wrong(21)).await, 403);

        let ask = |n: u32| {
            let (purpose, address) = (Purpose::SignUp { asker: world.asker() }, format!("m{n}@pier.example"));
            StartVerification { body: VerificationRequest { purpose, channel: Channel::Email, address } }
        };
        let mut told = Vec::new();
        for n in 0..10 {
            told.push(from(&world, &format!("2001:db8:7:{:x}::1", n << 8), &ask(n)).await);
        }
        assert_eq!(told, [[202; 7].as_slice(), &[429; 3]].concat());
    }

    // A2, OTP-8: one network has no more than half of what an address is sent, so that its owner elsewhere is sent a number
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a2_one_network_does_not_use_up_what_an_address_is_sent() {
        let world = World::program(&["http.trusted_proxies = [\"127.0.0.9/32\"]"]).await;
        let ask = || {
            let (purpose, address) =
                (Purpose::SignUp { asker: world.asker() }, "mina@pier.example".to_owned());
            StartVerification { body: VerificationRequest { purpose, channel: Channel::Email, address } }
        };
        for n in 0..12 {
            let expected = if n < 5 { 202 } else { 429 };
            assert_eq!(from(&world, &format!("2001:db8:7:{n}::1"), &ask()).await, expected, "{n}");
        }
        assert_eq!(from(&world, "198.51.100.7", &ask()).await, 202);
    }
}
