//! Sign-ins, beside what the processors could do if a sign-in were nothing but its hash.

use crate::load::{median, post, round};
use crate::stock::{Engine, PASSWORD, Stock, email};
use crate::table::{Limit, Table};
use crate::{hash, place};
use std::time::Duration;

const PEOPLE: usize = 500;
const CONNECTIONS: usize = 12;
const TURNS: usize = 5;
const LASTS: Duration = Duration::from_secs(5);

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
    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        place::quiet().await;
        let limit = place::processors() as f64 / hash::seconds();
        let shared = place::processors() as f64 / hash::seconds_at_once(place::processors());
        let rate = sign_ins(LASTS).await.per_second();
        eprintln!(
            "   hash limit {limit:.1}/s, all processors hashing at once {shared:.1}/s, sign-ins {rate:.1}/s"
        );
        ratios.push(rate / limit);
        rates.push(rate);
    }
    table.row(
        "sign-ins ÷ (processors ÷ time of a bare hash)",
        format!("{:.1}/s", median(rates)),
        median(ratios),
        Limit::AtLeast(0.85),
    );
}
