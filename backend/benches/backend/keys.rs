//! The check of a key, where there are a thousand accounts and where there are a million: what 99 of 100 take at most.

use crate::load::{get, median, round};
use crate::place;
use crate::stock::{Engine, Stock};
use crate::table::{Limit, Table};
use std::time::Duration;

const FEW: u64 = 1000;
const MANY: u64 = 1_000_000;
/// Keys asked with, of those there are.
const KNOWN: u64 = 30_000;
const CONNECTIONS: usize = 2;
const TURNS: usize = 7;
const LASTS: Duration = Duration::from_secs(3);

pub async fn measure(table: &mut Table) {
    for engine in Engine::BOTH {
        on(engine, table).await;
    }
}

async fn on(engine: Engine, table: &mut Table) {
    let (few, many) = (Stock::fresh(engine).await, Stock::fresh(engine).await);
    few.people(FEW).await;
    many.people(MANY).await;
    let of_few = few.keys(FEW, FEW).await;
    let of_many = many.keys(MANY, KNOWN).await;
    let (small, large) = (few.serve(), many.serve());
    let ask = async |address: &str, secrets: &[String], lasts| {
        let secrets = secrets.to_vec();
        round(address, CONNECTIONS, lasts, move |n| get("/v1/whoami", &secrets[n % secrets.len()])).await
    };
    for (program, secrets) in [(&small, &of_few), (&large, &of_many)] {
        ask(program.address(), secrets, Duration::from_secs(1)).await;
    }
    let (mut ratios, mut values) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        place::quiet().await;
        let before = ask(small.address(), &of_few, LASTS).await;
        let after = ask(large.address(), &of_many, LASTS).await;
        eprintln!(
            "   {FEW}: p50 {:?} p99 {:?} {:.0}/s, {MANY}: p50 {:?} p99 {:?} {:.0}/s",
            before.percentile(50),
            before.percentile(99),
            before.per_second(),
            after.percentile(50),
            after.percentile(99),
            after.per_second(),
        );
        ratios.push(after.percentile(99).as_secs_f64() / before.percentile(99).as_secs_f64());
        values.push(after.percentile(99).as_secs_f64() * 1000.0);
    }
    table.row(
        &format!("key check: p99 of 3,000,000 keys ÷ of 3,000 ({})", engine.name()),
        format!("{:.2} ms", median(values)),
        median(ratios),
        Limit::AtMost(1.3),
    );
}
