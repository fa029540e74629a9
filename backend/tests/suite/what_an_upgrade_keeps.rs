//! Databases of every earlier schema, with data: opened by this version they have its schema and all of their data,
//! also where an upgrade before was killed at any of its writes. A newer schema is left alone.

use crate::depth::rounds;
use crate::postgres;
use crate::seed::SeededRandom;
use crate::stage::{configuration, url};
use crate::what_a_kill_leaves::report;
use crate::world::{Database, World, fast};
use axum::body::Body;
use axum::http::Request;
use contract::Secret;
use contract::operation::GetAccount;
use postern_backend::operate::is_keyed;
use postern_backend::settings::Delivery;
use postern_backend::{Backend, Clock as _, OpenError, Settings, SystemClock};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, SqlSafeStr as _};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tower::ServiceExt as _;

/// The rows of the first schemas are written as this one has them.
const WRITTEN: i64 = 5;

/// Rows of each schema. `NOW` and `SOON` stand for the time, which is the real one: nothing of them has had its time.
const ROWS: &[(i64, &str)] = &[
    (
        1,
        "INSERT INTO account VALUES ('11111111-1111-4111-8111-111111111111', 'Mina Park', 'mina@harbor.example', \
         'mina@harbor.example', '+821055501234', 'Gate keys', '$argon2id$', 1, NOW, 0, 'email', 7, 3, NOW, NOW, 'rack 4')",
    ),
    (
        1,
        "INSERT INTO account VALUES ('22222222-2222-4222-8222-222222222222', '박미나', 'pier@harbor.example', \
         'pier@harbor.example', '+821055505678', NULL, '$argon2id$', 0, NOW, 1, 'text_message', 1, 1, NOW, NOW, NULL)",
    ),
    (1, "INSERT INTO password_history VALUES ('11111111-1111-4111-8111-111111111111', 1, '$argon2id$old')"),
    (
        1,
        "INSERT INTO session VALUES ('33333333-3333-4333-8333-333333333333', '11111111-1111-4111-8111-111111111111', \
         'token', 'desk', NOW, NOW, NULL)",
    ),
    (
        1,
        "INSERT INTO authentication_key VALUES ('11111111-1111-4111-8111-111111111111', \
         '44444444-4444-4444-8444-444444444444', 'Robot', 'sha256', 'wxyz', NOW, NULL, NULL)",
    ),
    (
        2,
        "INSERT INTO number VALUES ('55555555-5555-4555-8555-555555555555', 'asker', 'sign_up', 'email', 'address', \
         'mac', 2, NOW, SOON, NULL, NULL, NULL)",
    ),
    (2, "INSERT INTO proof VALUES ('hash', 'asker', 'sign_up', 'email', 'address', SOON, NULL)"),
    (
        2,
        "INSERT INTO challenge VALUES ('66666666-6666-4666-8666-666666666666', '22222222-2222-4222-8222-222222222222', \
         NULL, 'desk', '55555555-5555-4555-8555-555555555555', NOW)",
    ),
    (
        2,
        "INSERT INTO sending (address, number_id, at) VALUES ('address', '55555555-5555-4555-8555-555555555555', NOW)",
    ),
    (3, "INSERT INTO activity VALUES ('11111111-1111-4111-8111-111111111111', 1, NOW, 'signed_in', 'desk')"),
    (
        3,
        "INSERT INTO audit VALUES ('77777777-7777-4777-8777-777777777777', NOW, 'subscription_canceled', 'pseudonym')",
    ),
    (
        3,
        "INSERT INTO outbox VALUES ('88888888-8888-4888-8888-888888888888', NULL, NULL, 'address', 'email', 1, NOW, \
         'sealed', NULL)",
    ),
    (4, "INSERT INTO failure VALUES ('outside:11111111-1111-4111-8111-111111111111', 3, NOW)"),
    (
        6,
        "INSERT INTO outbox (id, account_id, address, channel, at, sealed, state, urgency, due_at, tries, claim, fault) \
         VALUES ('99999999-9999-4999-8999-999999999991', '11111111-1111-4111-8111-111111111111', 'address', 'email', \
         NOW, 'sealed', 'waiting', 1, SOON, 3, '99999999-9999-4999-8999-99999999999a', 'put_off')",
    ),
    (
        6,
        "INSERT INTO outbox (id, address, channel, at, sealed, state, urgency, due_at, tries, fault, done_at) \
         VALUES ('99999999-9999-4999-8999-999999999992', 'address', 'text_message', NOW, 'sealed', 'dead', 0, NOW, 12, \
         'no_connection', NOW)",
    ),
    (6, "INSERT INTO dispatch (channel, at) VALUES ('email', NOW)"),
    (
        7,
        "INSERT INTO wish (subject, request, claim, claimed_at, answer, account_id) VALUES ('subject', 'request', \
         'claim', NOW, 'sealed', '11111111-1111-4111-8111-111111111111')",
    ),
    (8, "INSERT INTO service_credential (name, sha256, created_at) VALUES ('quay', 'sha256', NOW)"),
    (8, "UPDATE account SET disabled_at = NOW WHERE id = '22222222-2222-4222-8222-222222222222'"),
    (
        9,
        "INSERT INTO desktop (sha256, account_id, made_at, last_used_at) VALUES ('desktop', \
         '11111111-1111-4111-8111-111111111111', NOW, NOW)",
    ),
    (9, "UPDATE session SET desktop = 'desktop'"),
    (9, "UPDATE challenge SET desktop = 'desktop'"),
    (9, "INSERT INTO peer (subject, used_until) VALUES ('peer', SOON)"),
    (11, "INSERT INTO seen_time (id, latest) VALUES (1, NOW)"),
];

/// What of them is looked for, from which schema on.
const LOOKED_FOR: &[(i64, &str)] = &[
    (
        1,
        "SELECT id || name || email || mobile_phone || password || version || security_version || two_factor FROM account",
    ),
    (1, "SELECT account_id || position || password FROM password_history"),
    (1, "SELECT id || account_id || token || place FROM session"),
    (1, "SELECT account_id || id || label || sha256 || hint FROM authentication_key"),
    (2, "SELECT id || binding || mac || tries FROM number"),
    (2, "SELECT hash || binding || address FROM proof"),
    (2, "SELECT id || account_id || number_id FROM challenge"),
    (2, "SELECT address || number_id || at FROM sending"),
    (3, "SELECT account_id || position || event || place FROM activity"),
    (3, "SELECT id || event || pseudonym FROM audit"),
    (3, "SELECT id || address || channel FROM outbox"),
    (4, "SELECT subject || failures FROM failure"),
    (
        6,
        "SELECT id || state || urgency || due_at || tries || COALESCE(claim, '-') || COALESCE(fault, '-') || \
         COALESCE(done_at, 0) FROM outbox",
    ),
    (6, "SELECT channel || at FROM dispatch"),
    (7, "SELECT subject || request || claim || claimed_at || answer || account_id FROM wish"),
    (8, "SELECT name || sha256 || created_at FROM service_credential"),
    (8, "SELECT id || disabled_at FROM account WHERE disabled_at IS NOT NULL"),
    (9, "SELECT sha256 || account_id || made_at || last_used_at FROM desktop"),
    (9, "SELECT id || desktop FROM session"),
    (9, "SELECT id || desktop FROM challenge"),
    (9, "SELECT subject || used_until FROM peer"),
    // it only grows
    (11, "SELECT 'seen' || id FROM seen_time"),
];

/// The migrations of a database, from their folder.
fn migrations(on: Database) -> BTreeMap<i64, Migration> {
    let name = if on == Database::Sqlite { "sqlite" } else { "postgres" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(name);
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let read = files.map(|file| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let (number, name) = name.split_once('_').unwrap();
        let number: i64 = number.parse().unwrap();
        let sql = AssertSqlSafe(std::fs::read_to_string(&file).unwrap()).into_sql_str();
        (number, Migration::new(number, name.to_owned().into(), MigrationType::Simple, sql, false))
    });
    read.collect()
}

/// Every schema there was or is.
fn schemas(on: Database) -> Vec<i64> {
    migrations(on).into_keys().collect()
}

/// A database with an earlier schema.
struct Old {
    url: String,
    schema: i64,
    rows: Vec<Vec<String>>,
    folder: tempfile::TempDir,
    shared: Option<postgres::Database>,
}

async fn connect(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let mode = if url.starts_with("sqlite") { "?mode=rwc" } else { "" };
    AnyConnection::connect(&format!("{url}{mode}")).await.unwrap()
}

async fn rows(connection: &mut AnyConnection, schema: i64) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (_, sql) in LOOKED_FOR.iter().filter(|(since, _)| *since <= schema) {
        let rows: Vec<(String,)> = sqlx::query_as(*sql).fetch_all(&mut *connection).await.unwrap();
        let mut rows: Vec<String> = rows.into_iter().map(|(row,)| row).collect();
        rows.sort();
        found.push(rows);
    }
    found
}

impl Old {
    async fn of(on: Database, schema: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shared = (on == Database::Postgres).then(postgres::Database::fresh);
        let file = || url(&folder.path().join("accounts.db"));
        let url = shared.as_ref().map_or_else(file, postgres::Database::url);
        let mut connection = connect(&url).await;
        let up_to = |last: i64| {
            let steps = migrations(on).into_iter().filter(|(number, _)| *number <= last);
            Migrator::with_migrations(steps.map(|(_, step)| step).collect())
        };
        let now = SystemClock.now().as_millisecond();
        let (now, soon) = (now.to_string(), (now + 600_000).to_string());
        let mut written = 0;
        for shape in schema.min(WRITTEN)..=schema {
            up_to(shape).run(&mut connection).await.unwrap();
            for (_, sql) in ROWS.iter().filter(|(since, _)| (written + 1..=shape).contains(since)) {
                let sql = sql.replace("NOW", &now).replace("SOON", &soon);
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
            }
            written = shape;
        }
        let rows = rows(&mut connection, schema).await;
        assert!(rows.iter().all(|rows| !rows.is_empty()));
        connection.close().await.unwrap();
        Self { url, schema, rows, folder, shared }
    }

    /// Opened by this version it has its schema and all of its data.
    async fn is_whole(&self) {
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SeededRandom::new()));
        // what is looked for is what the upgrade leaves: nobody sends or tidies
        let delivery = Delivery { elsewhere: true, ..Delivery::default() };
        let settings = Settings { delivery, tends: false, ..fast() };
        let backend = Backend::open(settings, &self.url, Secret::new([9; 32]), clock, random).await.unwrap();
        let asked = Request::get("/readyz").body(Body::empty()).unwrap();
        let ready = backend.router().oneshot(asked).await.unwrap();
        assert_eq!(ready.status(), 200, "from {}", self.schema);
        backend.close().await;
        let mut connection = connect(&self.url).await;
        assert_eq!(rows(&mut connection, self.schema).await, self.rows, "from {}", self.schema);
        let (applied,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations").fetch_one(&mut connection).await.unwrap();
        assert_eq!(usize::try_from(applied).unwrap(), schemas(Database::Sqlite).len());
        connection.close().await.unwrap();
    }

    /// The schema that a start has left behind. Looking at a file would mend it: a copy is looked at.
    async fn left_at(&self) -> i64 {
        let copies = tempfile::tempdir().unwrap();
        let mut copy = self.url.clone();
        if self.shared.is_none() {
            for file in std::fs::read_dir(self.folder.path()).unwrap() {
                let file = file.unwrap();
                std::fs::copy(file.path(), copies.path().join(file.file_name())).unwrap();
            }
            copy = url(&copies.path().join("accounts.db"));
        }
        let mut connection = connect(&copy).await;
        let (newest,): (i64,) = sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        newest
    }

    /// Starts the program on it and kills it at this call of its kind; whether it died of that.
    fn killed_at(&self, calls: &str, call: u32) -> bool {
        let key = format!("key.file = \"{}\"", self.folder.path().join("key").display());
        let configuration = configuration(&self.url, &[&key]);
        let mut program = Command::new("strace");
        std::os::unix::process::CommandExt::process_group(&mut program, 0);
        let mut program = program
            .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={calls}:signal=KILL:when={call}")])
            .args([env!("CARGO_BIN_EXE_postern-backend"), "serve", "--config"])
            .arg(configuration.path())
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let killed = said.is_empty();
        // the tracer's death would set free what it traces: both are ended together
        let group = format!("-{}", program.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        program.wait().unwrap();
        killed
    }
}

async fn every_schema(on: Database) {
    for schema in schemas(on) {
        Old::of(on, schema).await.is_whole().await;
    }
}

/// Kills the upgrade at one call after the other: in a daily run at some of them, up to the one that it survives. In a deep
/// one at every call of every migration as well, each begun on the schema before it.
async fn every_write(on: Database, calls: &str) {
    const STEP: u32 = 9;
    let mut kills = kills_from(on, WRITTEN, calls, STEP, i64::MAX).await;
    assert!(kills > 0, "nothing was ever killed");
    let all = schemas(on);
    for schema in all.iter().take(usize::try_from(rounds(0, u32::MAX)).unwrap().min(all.len() - 1)) {
        kills += kills_from(on, *schema, calls, 1, schema + 1).await;
    }
    report(&format!("DB-4: {kills} upgrades killed, all data there"));
}

/// Kills it from this schema on, until it survives or has got as far as `up_to`. How often it died.
async fn kills_from(on: Database, schema: i64, calls: &str, step: u32, up_to: i64) -> u32 {
    let mut kills = 0;
    for call in (1..).step_by(step as usize) {
        let old = Old::of(on, schema).await;
        let killed = old.killed_at(calls, call);
        let came_to = old.left_at().await;
        old.is_whole().await;
        if !killed {
            break;
        }
        kills += 1;
        if came_to >= up_to {
            break;
        }
    }
    kills
}

// DB-4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_4_every_earlier_schema_is_upgraded_with_its_data() {
    every_schema(Database::Sqlite).await;
}

// DB-4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_4_every_earlier_schema_is_upgraded_with_its_data_on_postgres() {
    every_schema(Database::Postgres).await;
}

// DB-4: killed at a write to the file
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_4_an_upgrade_killed_at_any_write_is_made_by_the_next_start() {
    every_write(Database::Sqlite, "pwrite64").await;
}

// DB-4: killed at a statement on its way to the server
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_4_an_upgrade_killed_at_any_statement_is_made_by_the_next_start_on_postgres() {
    every_write(Database::Postgres, "sendto").await;
}

// DB-4: two replicas that start at once on an earlier schema take turns; a newer schema is refused and left alone
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_4_two_start_at_once_and_a_newer_schema_is_refused_on_postgres() {
    let old = Old::of(Database::Postgres, 3).await;
    let both = tokio::join!(World::at(old.url.clone()), World::at(old.url.clone()));
    both.0.backend.close().await;
    both.1.backend.close().await;
    old.is_whole().await;

    let mut connection = connect(&old.url).await;
    note_a_newer(&mut connection).await;
    let refusal = World::try_at(fast(), old.url.clone()).await.unwrap_err().to_string();
    assert!(refusal.contains("newer Postern") && refusal.contains("unchanged"), "{refusal}");
    assert_eq!(rows(&mut connection, 3).await, old.rows);
}

/// A migration of a later version was made.
async fn note_a_newer(connection: &mut AnyConnection) {
    let note = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                VALUES (9999, 'from the future', true, '', 0)";
    sqlx::raw_sql(note).execute(connection).await.unwrap();
}

/// While replicas are exchanged, those of the version before go on serving beside a schema that has more
async fn who_serves_goes_on_beside_a_newer_schema(on: Database, tables: &'static str) {
    let old = Old::of(on, *schemas(on).last().unwrap()).await;
    let world = World::at(old.url.clone()).await;
    let before = world.person("before@harbor.example", "+821055500001").await;
    let mut connection = connect(&old.url).await;
    let tables: Vec<(String,)> = sqlx::query_as(tables).fetch_all(&mut connection).await.unwrap();
    assert!(tables.len() > 15);
    for (table,) in tables {
        let more = AssertSqlSafe(format!("ALTER TABLE \"{table}\" ADD COLUMN later TEXT"));
        sqlx::raw_sql(more).execute(&mut connection).await.unwrap();
    }
    note_a_newer(&mut connection).await;
    let ready = world.send(Request::get("/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(ready.status(), 200);
    for person in [&before, &world.person("after@harbor.example", "+821055500002").await] {
        world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap();
    }
    // with less than it knows it does not
    let less = "DELETE FROM _sqlx_migrations WHERE version IN (9999, 1)";
    sqlx::raw_sql(less).execute(&mut connection).await.unwrap();
    let ready = world.send(Request::get("/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(ready.status(), 503);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_4_who_serves_goes_on_beside_a_newer_schema() {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 1) <> '_' \
                  AND substr(name, 1, 7) <> 'sqlite_'";
    who_serves_goes_on_beside_a_newer_schema(Database::Sqlite, tables).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_4_who_serves_goes_on_beside_a_newer_schema_on_postgres() {
    let tables = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public' \
                  AND left(table_name, 1) <> '_'";
    who_serves_goes_on_beside_a_newer_schema(Database::Postgres, tables).await;
}

// DB-4: where `serve` is not to change the schema, it needs no right to
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_4_who_may_only_read_and_write_rows_serves_what_another_has_migrated() {
    let database = postgres::Database::fresh();
    database.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE clerk LOGIN");
    let clerk = database.url().replace("//postgres@", "//clerk@");
    let settings = || Settings { migrates: false, ..fast() };
    let refusal = World::try_at(settings(), clerk.clone()).await.unwrap_err();
    assert!(matches!(refusal, OpenError::Older), "{refusal}");
    World::try_at(fast(), database.url()).await.unwrap();
    // what it may not read is not taken for an older schema
    let refusal = World::try_at(settings(), clerk.clone()).await.unwrap_err();
    assert!(
        matches!(&refusal, OpenError::Unanswered(fault) if fault.contains("permission denied")),
        "{refusal}"
    );

    let unread = is_keyed(&clerk).await.unwrap_err().to_string();
    assert!(unread.contains("permission denied"), "{unread}");

    database.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk");
    assert!(!is_keyed(&clerk).await.unwrap());
    let world = World::at_with(settings(), clerk.clone()).await;
    world.person("mina@harbor.example", "+821055501234").await;
    let ready = world.send(Request::get("/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(ready.status(), 200);
    world.backend.close().await;

    for (change, said) in [
        (
            "UPDATE _sqlx_migrations SET checksum = '' WHERE version = 1",
            "previously applied but has been modified",
        ),
        ("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1", "newer Postern"),
    ] {
        database.sql(change);
        let refusal = World::try_at(settings(), clerk.clone()).await.unwrap_err();
        assert!(matches!(refusal, OpenError::Migration(_)), "{refusal}");
        assert!(refusal.to_string().contains(said), "{refusal}");
    }
}
