//! What is left of a program that is killed wherever it happens to be, while several people write: everything that was
//! acknowledged, nothing by half, and a database that needs no hand before the next start.
#![cfg(unix)]

use crate::depth::rounds;
use crate::ledger::Load;
use crate::postgres::Server;
use crate::seed::chance;
use crate::world::World;
use sqlx::{Connection as _, SqliteConnection};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The longest a program lives under load, in milliseconds.
const LONGEST: u32 = 500;
/// Every so many rounds somebody changes an address: numbers are sent so often and no more.
const CONTACT_EVERY: u32 = 8;

/// Says a figure, for whoever writes it down.
pub fn report(figure: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{figure}");
}

/// What SQLite itself says of the file.
pub async fn integrity(database: &Path) {
    let mut file = SqliteConnection::connect(&format!("sqlite://{}", database.display())).await.unwrap();
    let (said,): (String,) = sqlx::query_as("PRAGMA integrity_check").fetch_one(&mut file).await.unwrap();
    assert_eq!(said, "ok");
    let orphans: Vec<(String,)> =
        sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&mut file).await.unwrap();
    assert_eq!(orphans, []);
    file.close().await.unwrap();
}

// DB-1: killed at a random moment, again and again, on one and the same database
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_1_a_kill_loses_nothing_that_was_acknowledged() {
    let mut world = World::program(&[]).await;
    let mut load = Load::new(&world).await;
    world.look_away().await;
    let rounds = rounds(8, 200);
    for round in 0..rounds {
        if round % CONTACT_EVERY == 0 {
            world.look_in().await;
            load.prepare(&world).await;
            world.look_away().await;
        }
        let serving = Arc::new(world);
        let lives = Duration::from_millis(chance(LONGEST).into());
        let strike = async {
            let alive = tokio::time::timeout(lives, std::future::pending::<()>()).await;
            assert!(alive.is_err());
            serving.served_by().interrupt();
        };
        load = load.until(&serving, strike).await;
        world = Arc::into_inner(serving).unwrap().restart().await;
        load.settle(&world).await;
        integrity(&world.database()).await;
    }
    let promised = load.promised();
    // a busy machine acknowledges less between two kills, and never nothing
    assert!(promised.iter().sum::<u32>() > rounds, "{promised:?}");
    report(&format!("DB-1 SQLite: {rounds} kills, acknowledged {promised:?}, lost 0"));
}

/// Waits until the backend answers that it is ready.
async fn ready(world: &World) {
    let ready = async {
        loop {
            let request = axum::http::Request::get("/readyz").body(axum::body::Body::empty()).unwrap();
            if world.send(request).await.status().is_success() {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), ready).await.expect("it recovers by itself");
}

// DB-1: the same on PostgreSQL, where it is the backend that is killed in one round, and the database's server in the
// next, under a backend that goes on
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_1_a_kill_of_either_side_loses_nothing_on_postgresql() {
    let server = Arc::new(Server::fresh(""));
    let mut world = World::program_at(&server, &[]).await;
    let mut load = Load::new(&world).await;
    world.look_away().await;
    let rounds = rounds(4, 50);
    for round in 0..rounds {
        let lives = Duration::from_millis(chance(LONGEST).into());
        let first = load.after(1);
        let serving = Arc::new(world);
        let strike = async {
            first.await;
            assert!(tokio::time::timeout(lives, std::future::pending::<()>()).await.is_err());
            if round % 2 == 0 { serving.served_by().interrupt() } else { server.kill() }
        };
        load = load.until(&serving, strike).await;
        world = Arc::into_inner(serving).unwrap();
        if round % 2 == 0 {
            world = world.restart().await;
        } else {
            server.start_again();
            ready(&world).await;
        }
        load.settle(&world).await;
        world.check();
        assert!(!world.served_by().log().contains("panic"));
    }
    let promised = load.promised();
    assert!(promised[0] + promised[1] >= rounds, "{promised:?}");
    report(&format!("DB-1 PostgreSQL: {rounds} kills, acknowledged {promised:?}, lost 0"));
}
