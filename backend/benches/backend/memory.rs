//! Memory: at rest, and while two hundred sign in at once.

use crate::load::Line;
use crate::place::{self, held};
use crate::sign_ins::sign_in;
use crate::stock::{Engine, Stock};
use crate::table::{Limit, Table};
use postern_backend::Hashing;
use std::time::Duration;

const AT_ONCE: usize = 200;
/// MiB at rest.
const IDLE_MAX: f64 = 40.0;
/// MiB beside the hashes under way.
const BESIDE: f64 = 64.0;
/// Longer than any request may take.
const NEVER: Duration = Duration::from_mins(1);

pub async fn measure(table: &mut Table) {
    let stock = Stock::fresh(Engine::Sqlite).await;
    stock.people(AT_ONCE as u64).await;
    let program = stock.serve();
    let process = program.process();
    let idle = at_rest(process).await;
    table.row("memory at rest", format!("{idle:.1} MiB"), idle / IDLE_MAX, Limit::AtMost(1.0));

    let local = tokio::task::LocalSet::new();
    let (mut served, mut refused) = (0, 0);
    local
        .run_until(async {
            let mut lines = Vec::new();
            for _ in 0..AT_ONCE {
                lines.push(Line::open(program.address()).await);
            }
            let asked = lines.into_iter().enumerate().map(|(person, mut line)| {
                let answered = async move { line.ask(sign_in(person + 1)).await };
                tokio::task::spawn_local(tokio::time::timeout(NEVER, answered))
            });
            for one in asked.collect::<Vec<_>>() {
                let answer = one.await.unwrap().expect("nobody hangs");
                match answer.status {
                    200 => served += 1,
                    503 if answer.headers.contains_key("retry-after") => refused += 1,
                    other => panic!("{other} {:?}", answer.body),
                }
            }
        })
        .await;
    let peak = held(process, "VmHWM") - idle;
    let hashes = place::processors() as f64 * f64::from(Hashing::default().memory_kib) / 1024.0;
    table.row(
        "200 sign-ins at once: peak over rest",
        format!("{peak:.1} MiB, {served} in, {refused} told when to come back"),
        peak / (hashes + BESIDE),
        Limit::AtMost(1.0),
    );
}

/// What it holds once that does not change any more.
async fn at_rest(process: u32) -> f64 {
    let mut before = 0.0;
    for _ in 0..60 {
        let now = held(process, "VmRSS");
        if (now - before).abs() < f64::EPSILON {
            return now;
        }
        before = now;
        #[allow(clippy::disallowed_methods, reason = "rest is when nothing changes for a while")]
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("the program's memory does not come to rest");
}
