//! Reading one's account, beside a bare point query on the same database. In turns; the median of the turns counts.

use crate::bare::Bare;
use crate::load::{Round, get, median, round};
use crate::place;
use crate::stock::{Engine, Stock, email};
use crate::table::{Limit, Table};
use std::time::Duration;

const PEOPLE: u64 = 1000;
const CONNECTIONS: usize = 16;
const TURNS: usize = 5;
const LASTS: Duration = Duration::from_secs(3);

pub async fn measure(table: &mut Table) {
    for engine in Engine::BOTH {
        on(engine, table).await;
    }
}

async fn on(engine: Engine, table: &mut Table) {
    let stock = Stock::fresh(engine).await;
    stock.people(PEOPLE).await;
    let tokens = stock.sessions(PEOPLE).await;
    let (program, bare) = (stock.serve(), Bare::start(&stock.url()));
    let ours = async |lasts| {
        let tokens = tokens.clone();
        round(program.address(), CONNECTIONS, lasts, move |n| get("/v1/account", &tokens[n % tokens.len()]))
            .await
    };
    let least = async |lasts| {
        let people = usize::try_from(PEOPLE).unwrap();
        round(&bare.address, CONNECTIONS, lasts, move |n| {
            get(&format!("/account/{}", email(n % people + 1)), "none")
        })
        .await
    };
    // the first requests of either fill caches
    ours(Duration::from_millis(500)).await;
    least(Duration::from_millis(500)).await;
    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        place::quiet().await;
        let (bare, own): (Round, Round) = (least(LASTS).await, ours(LASTS).await);
        eprintln!("   bare {:.0}/s, account {:.0}/s", bare.per_second(), own.per_second());
        ratios.push(own.per_second() / bare.per_second());
        rates.push(own.per_second());
    }
    table.row(
        &format!("GET /v1/account ÷ a bare point query ({})", engine.name()),
        format!("{:.0}/s", median(rates)),
        median(ratios),
        Limit::AtLeast(0.60),
    );
}
