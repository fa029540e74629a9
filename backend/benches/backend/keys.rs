//! The check of a key, where there are a thousand accounts and where there are a million: what 99 of 100 take at most. The
//! small one is asked with all its keys; the large one with so many, spread over all, that hardly a page of its index is left
//! out, so that nothing is quick because it was asked for a moment ago.

use crate::load::{Round, get, in_turns, median, round};
use crate::place;
use crate::stage::Program;
use crate::stock::{Engine, KEYS_EACH, Stock};
use crate::table::{Limit, Table};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

const FEW: u64 = 1000;
const MANY: u64 = 1_000_000;
/// Keys asked with of the few: all.
const OF_FEW: u64 = FEW * KEYS_EACH;
/// Keys asked with of the many: more than there are pages in the index of their hashes, about 80,000.
const OF_MANY: u64 = 100_000;
const CONNECTIONS: usize = 2;
const ROUNDS: usize = 15;
/// Of a round, for each of the two.
const TURNS: usize = 8;
/// As long as it takes to ask with every key that is known, about.
const WARM_UP: Duration = Duration::from_secs(15);

pub async fn measure(table: &mut Table) {
    for engine in Engine::BOTH {
        on(engine, table).await;
    }
}

async fn on(engine: Engine, table: &mut Table) {
    let (few, many) = (Stock::fresh(engine).await, Stock::fresh(engine).await);
    few.people(FEW).await;
    many.people(MANY).await;
    let of_few = few.keys(FEW, OF_FEW).await;
    let of_many = many.keys(MANY, OF_MANY).await;
    let (small, large) = (few.serve(), many.serve());
    let (small, large) = (Side::new(small, of_few), Side::new(large, of_many));
    place::quiet().await;
    for side in [&small, &large] {
        side.ask(WARM_UP).await;
    }
    let (mut ratios, mut values) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (before, after) =
            in_turns(TURNS, async |lasts| small.ask(lasts).await, async |lasts| large.ask(lasts).await).await;
        let milliseconds = |round: &Round| round.percentile(99).as_secs_f64() * 1000.0;
        ratios.push(milliseconds(&after) / milliseconds(&before));
        values.push((milliseconds(&before), milliseconds(&after)));
    }
    let before = median(values.iter().map(|(before, _)| *before).collect());
    let after = median(values.iter().map(|(_, after)| *after).collect());
    table.rounds(
        &format!("key check: p99 among 3,000,000 keys ÷ among 3,000 ({})", engine.name()),
        format!("{after:.2} ms ÷ {before:.2} ms"),
        ratios,
        Limit::AtMost(1.3),
    );
}

/// One of the two.
struct Side {
    program: Program,
    secrets: Rc<[String]>,
    /// How many were asked with: each turn goes on where the one before ended.
    asked: Cell<usize>,
}

impl Side {
    fn new(program: Program, secrets: Vec<String>) -> Self {
        Self { program, secrets: secrets.into(), asked: Cell::new(0) }
    }

    async fn ask(&self, lasts: Duration) -> Round {
        let (secrets, first) = (Rc::clone(&self.secrets), self.asked.get());
        let ask = move |n: usize| get("/v1/whoami", &secrets[(first + n) % secrets.len()]);
        let round = round(self.program.address(), CONNECTIONS, lasts, ask).await;
        self.asked.set(first + round.took.len());
        round
    }
}
