//! Sign-ins, beside what the processors could do if a sign-in were nothing but its hash.

use crate::load::{median, post, round};
use crate::stock::{Engine, PASSWORD, Stock, email};
use crate::table::{Limit, Table};
use crate::{hash, place};
use std::time::Duration;

const PEOPLE: usize = 500;
const CONNECTIONS: usize = 12;
const ROUNDS: usize = 15;
const LASTS: Duration = Duration::from_secs(2);

/// A sign-in of that person.
pub fn sign_in(person: usize) -> crate::load::Ask {
    let body = serde_json::json!({ "email": email(person), "password": PASSWORD, "place": "harbor-desk" });
    post("/v1/sessions", body.to_string())
}

pub async fn measure(table: &mut Table) {
    let stock = Stock::fresh(Engine::Sqlite).await;
    stock.people(PEOPLE as u64).await;
    let program = stock.serve();
    let sign_ins = |lasts| round(program.address(), CONNECTIONS, lasts, |n| sign_in(n % PEOPLE + 1));
    sign_ins(Duration::from_millis(500)).await;
    let (mut ratios, mut plain, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    place::quiet().await;
    // without a pause from here on: a processor that rested is faster for a while
    let mut before = Limits::now();
    for _ in 0..ROUNDS {
        let rate = sign_ins(LASTS).await.per_second();
        let after = Limits::now();
        let limit = f64::midpoint(before.alone, after.alone);
        let shared = f64::midpoint(before.at_once, after.at_once);
        eprintln!(
            "   hash limit {limit:.1}/s, all processors hashing at once {shared:.1}/s, sign-ins {rate:.1}/s"
        );
        plain.push(rate / f64::midpoint(before.plain, after.plain));
        ratios.push(rate / limit);
        rates.push(rate);
        before = after;
    }
    let rate = format!("{:.1}/s", median(rates));
    let limit = Limit::AtLeast(0.85);
    table.rounds("sign-ins ÷ (processors ÷ time of a bare hash)", rate.clone(), ratios, limit);
    table.rounds("the same, of a hash that takes its memory anew", rate, plain, limit);
}

/// Hashes a second of all processors.
struct Limits {
    /// As many times as there are processors what one does while the others rest.
    alone: f64,
    /// The same of what takes its memory anew each time.
    plain: f64,
    /// What all do at once.
    at_once: f64,
}

impl Limits {
    fn now() -> Self {
        let processors = place::processors();
        let of = |seconds: f64| processors as f64 / seconds;
        let (plain, at_once) = (hash::seconds_of_a_plain_call(), hash::seconds_at_once(processors));
        Self { plain: of(plain), at_once: of(at_once), alone: of(hash::seconds()) }
    }
}
