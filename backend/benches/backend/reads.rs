//! Reading one's account, beside a bare point query on the same database. In turns; the median of the turns counts.

use crate::bare::Bare;
use crate::load::{get, in_turns, median, round};
use crate::place;
use crate::stock::{Engine, Stock, email};
use crate::table::{Limit, Table};
use std::rc::Rc;
use std::time::Duration;

const PEOPLE: u64 = 1000;
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 9;
/// Of a round, for each of the two.
const TURNS: usize = 6;
const WARM_UP: Duration = Duration::from_secs(1);

pub async fn measure(table: &mut Table) {
    for engine in Engine::BOTH {
        on(engine, table).await;
    }
}

async fn on(engine: Engine, table: &mut Table) {
    let stock = Stock::fresh(engine).await;
    stock.people(PEOPLE).await;
    let tokens: Rc<[String]> = stock.sessions(PEOPLE).await.into();
    let (program, bare) = (stock.serve(), Bare::start(&stock.url()));
    let ours = async |lasts| {
        let tokens = Rc::clone(&tokens);
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
    place::quiet().await;
    // the first requests of either fill caches
    ours(WARM_UP).await;
    least(WARM_UP).await;
    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (bare, own) = in_turns(TURNS, &least, &ours).await;
        ratios.push(own.per_second() / bare.per_second());
        rates.push((bare.per_second(), own.per_second()));
    }
    let own = median(rates.iter().map(|(_, own)| *own).collect());
    let bare = median(rates.iter().map(|(bare, _)| *bare).collect());
    table.rounds(
        &format!("GET /v1/account ÷ a bare point query ({})", engine.name()),
        format!("{own:.0}/s ÷ {bare:.0}/s"),
        ratios,
        Limit::AtLeast(0.60),
    );
}
