//! Timing side channel: whether how long a refusal takes tells an address with an account from one without. Refusals of both
//! kinds are asked in turns over one connection; compared are Welch's t without the slowest twentieth of each kind, and
//! the distance of the medians.

use crate::load::{Answer, Ask, Line, median, post};
use crate::place;
use crate::stock::{Engine, Stock, email};
use crate::table::{Limit, Table};
use serde_json::{Value, json};

/// How many refusals of each kind; another number where this variable names one.
const REFUSALS: usize = 2000;
const VARIABLE: &str = "POSTERN_BENCH_REFUSALS";
/// Samples as far apart are not of one kind, with less than one mistake in a hundred thousand. Source: ISO/IEC 17825.
const T_MAX: f64 = 4.5;
/// Milliseconds.
const GAP_MAX: f64 = 2.0;

const WRONG: &str = "not the password at all";

/// Milliseconds that each refusal took, at addresses with an account and without.
#[derive(Default)]
struct Samples([Vec<f64>; 2]);

impl Samples {
    fn add(&mut self, kind: usize, answer: &Answer, status: u16) {
        assert_eq!(answer.status, status, "{:?}", answer.body);
        self.0[kind].push(answer.took.as_secs_f64() * 1000.0);
    }

    fn report(self, table: &mut Table, what: &str) {
        let of_each = self.0[0].len();
        let medians = self.0.clone().map(median);
        let gap = (medians[0] - medians[1]).abs();
        let t = welch(self.0);
        let value = format!("{of_each} each, {:.2} and {:.2} ms", medians[0], medians[1]);
        table.row(&format!("{what}: Welch t, with and without an account"), value, t, Limit::AtMost(T_MAX));
        table.row(
            &format!("{what}: distance of the medians"),
            format!("{gap:.3} ms"),
            gap,
            Limit::AtMost(GAP_MAX),
        );
    }
}

/// Of both samples without their slowest twentieth.
fn welch(samples: [Vec<f64>; 2]) -> f64 {
    let moments = samples.map(|mut sample| {
        sample.sort_unstable_by(f64::total_cmp);
        sample.truncate(sample.len() * 19 / 20);
        let size = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / size;
        let variance = sample.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (size - 1.0);
        (mean, variance / size)
    });
    (moments[0].0 - moments[1].0).abs() / (moments[0].1 + moments[1].1).sqrt()
}

/// An address of each kind, of the same length.
fn address(kind: usize, number: usize) -> String {
    if kind == 0 { email(number) } else { email(number).replace("mina", "mona") }
}

/// A request that is done once.
fn once(path: &str, body: &Value, key: &str) -> Ask {
    let mut ask = post(path, body.to_string());
    ask.headers_mut().insert("idempotency-key", key.parse().unwrap());
    ask
}

#[allow(clippy::disallowed_methods, reason = "the allowed home of this one variable")]
pub async fn measure(table: &mut Table) {
    let refusals = std::env::var(VARIABLE).ok().map_or(REFUSALS, |text| text.parse().unwrap());
    for engine in Engine::BOTH {
        let stock = Stock::fresh(engine).await;
        stock.people(refusals as u64).await;
        let program = stock.serve_with(&["budgets.numbers_altogether = 1000000"]);
        let mut line = Line::open(program.address()).await;
        place::quiet().await;

        let mut sign_ins = Samples::default();
        for (number, kind) in turns(refusals) {
            let body = json!({ "email": address(kind, number), "password": WRONG });
            let answer = line.ask(post("/v1/sessions", body.to_string())).await;
            sign_ins.add(kind, &answer, 403);
        }
        sign_ins.report(table, &format!("refused sign-in, {}", engine.name()));

        let [mut sent, mut confirmed, mut created] = [(); 3].map(|()| Samples::default());
        for (number, kind) in turns(refusals) {
            let (asker, to) =
                (uuid::Uuid::from_u128(number as u128 * 2 + kind as u128 + 1), address(kind, number));
            let purpose = json!({ "for": "sign_up", "asker": asker });
            let body = json!({ "purpose": purpose, "channel": "email", "address": to });
            let answer = line.ask(once("/v1/verifications", &body, &format!("a{asker}"))).await;
            sent.add(kind, &answer, 202);
            let id =
                serde_json::from_slice::<Value>(&answer.body).unwrap()["id"].as_str().unwrap().to_owned();
            let body = json!({ "asker": asker, "number": "000000" });
            let path = format!("/v1/verifications/{id}/confirmation");
            let answer = line.ask(once(&path, &body, &format!("b{asker}"))).await;
            confirmed.add(kind, &answer, 422);
            let proof = "A".repeat(43);
            let body = json!({
                "asker": asker, "name": "Mina Park", "password": "seven harbor lamps",
                "email": { "address": to, "proof": proof },
                "mobile_phone": { "address": "+821099990000", "proof": proof },
            });
            let answer = line.ask(once("/v1/accounts", &body, &format!("c{asker}"))).await;
            created.add(kind, &answer, 422);
        }
        sent.report(table, &format!("number for a sign-up, {}", engine.name()));
        confirmed.report(table, &format!("wrong number of a sign-up, {}", engine.name()));
        created.report(table, &format!("sign-up without a proof, {}", engine.name()));
    }
}

/// Which number and kind is next: the kinds in turns, each as often first as the other.
fn turns(refusals: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..=refusals).flat_map(|number| [number % 2, (number + 1) % 2].map(|kind| (number, kind)))
}
