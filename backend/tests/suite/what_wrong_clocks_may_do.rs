//! Several programs serve one database, each on a machine with a clock of its own: one that is wrong ends nothing, revives
//! nothing and frees nothing.
#![cfg(unix)]

use crate::faketime::Clock;
use crate::world::{Database, PASSWORD, World, fast, request, token};
use contract::operation::{GetSession, ListSessions};
use postern_backend::Settings;

const YEAR: i64 = 366 * 86_400;

/// Who begins beside the server, and leaves the database's time and what has had its time to it.
async fn command_beside(world: &World) {
    let command = world.replica_with(Settings { tends: false, ..fast() }).await;
    assert_eq!(command.backend.accounts().await.unwrap(), 1);
    command.backend.close().await;
}

async fn a_command_ends_no_session(database: Database) {
    let mut world = World::on(database).await;
    let person = world.person("mina@harbor.example", "+821055501234").await;
    for wrong in [YEAR, -YEAR] {
        world.clock().set(wrong);
        command_beside(&world).await;
        world.clock().set(-wrong);
        world = world.reopen(fast()).await;
        world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
    }
}

// CLK-1: a command given under a clock a year ahead, and one a year behind
#[tokio::test]
async fn clk_1_a_command_under_a_wrong_clock_ends_nothing() {
    a_command_ends_no_session(Database::Sqlite).await;
    a_command_ends_no_session(Database::Postgres).await;
}

// CLK-1: programs on one PostgreSQL go by its clock, whatever their own says
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clk_1_a_replica_under_a_wrong_clock_goes_by_the_servers() {
    let world = World::program_on(Database::Postgres, &[], "info").await;
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let mut wrong = Clock::new();
    wrong.advance(u32::try_from(YEAR).unwrap());
    let mut replica = world.another_program(&wrong.around());
    let ask = request(&GetSession { body: () }, Some(&person.token));
    assert_eq!(replica.send(ask).await.status(), 200);
    let there = world.sign_in(&person.email, PASSWORD, "elsewhere").await.unwrap();
    replica.stop();

    let replica = world.another_program(&[]);
    let sessions = world.ask(ListSessions { body: () }, Some(&token(there))).await.unwrap().sessions;
    assert_eq!(sessions.len(), 2);
    let ask = request(&GetSession { body: () }, Some(&person.token));
    assert_eq!(replica.send(ask).await.status(), 200);
}
