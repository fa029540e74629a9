//! The migrations, carried in the program. Each database has its own folder with the same names and numbers.
//!
//! A migration is one transaction together with the note that it was made, so one that is interrupted never happened and
//! is made by the next start. Two backends that start at once take turns: on a server one waits for the other, and on a
//! file whoever finds that another was faster looks again what is left to do.
//!
//! Invariant: a migration takes nothing away that the version before reads or writes, and asks nothing of the rows that it
//! writes, so that replicas of that version go on beside the first of this one. What is not used any more goes a version
//! later.

use crate::error::OpenError;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, SqlSafeStr as _};

/// A number, a name, and the text.
type Step = (i64, &'static str, &'static str);

macro_rules! migrations {
    ($($number:literal $name:literal $file:literal;)*) => {
        /// For SQLite.
        pub(super) const SQLITE: &[Step] =
            &[$(($number, $name, include_str!(concat!("../../migrations/sqlite/", $file)))),*];
        /// For PostgreSQL.
        #[cfg(feature = "server")]
        pub(super) const POSTGRES: &[Step] =
            &[$(($number, $name, include_str!(concat!("../../migrations/postgres/", $file)))),*];
    };
}

migrations! {
    1 "accounts" "0001_accounts.sql";
    2 "numbers" "0002_numbers.sql";
    3 "traces" "0003_traces.sql";
    4 "limits" "0004_limits.sql";
    5 "budgets" "0005_budgets.sql";
    6 "delivery" "0006_delivery.sql";
    7 "wishes" "0007_wishes.sql";
    8 "services" "0008_services.sql";
    9 "desktops" "0009_desktops.sql";
    10 "key_check" "0010_key_check.sql";
    11 "time" "0011_time.sql";
    12 "sweep" "0012_sweep.sql";
    13 "outbox_end" "0013_outbox_end.sql";
    15 "confirmations" "0015_confirmations.sql";
    17 "registered_keys" "0017_registered_keys.sql";
    18 "noise" "0018_noise.sql";
}

/// How often a migration that failed is tried again, beside once for each that another backend may have made meanwhile.
const TRIES: usize = 2;

/// How many there are.
pub(super) const COUNT: usize = SQLITE.len();

/// The newest.
#[cfg(feature = "server")]
pub(super) fn newest() -> i64 {
    SQLITE.last().map_or(0, |(number, ..)| *number)
}

/// Brings the schema to this version, or says why it cannot be.
pub(super) async fn migrate(connection: &mut AnyConnection, steps: &[Step]) -> Result<(), OpenError> {
    run(connection, steps).await.map_err(|fault| OpenError::Migration(fault.to_string()))
}

/// Whether the schema is this version's; where it must not change, nothing but reading is asked for. `noted` counts the
/// tables in which it stands which migrations were made.
pub(super) async fn compare(
    connection: &mut AnyConnection,
    steps: &[Step],
    noted: &'static str,
) -> Result<(), OpenError> {
    let unread = |fault: sqlx::Error| OpenError::Unanswered(fault.to_string());
    let (noted,): (i64,) = sqlx::query_as(noted).fetch_one(&mut *connection).await.map_err(unread)?;
    if noted == 0 {
        return Err(OpenError::Older);
    }
    let made = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
    let made: Vec<(i64, Vec<u8>)> = sqlx::query_as(made).fetch_all(connection).await.map_err(unread)?;
    let known = migrations(steps);
    for (version, checksum) in &made {
        let fault = match known.iter().find(|migration| migration.version == *version) {
            None => MigrateError::VersionMissing(*version),
            Some(migration) if migration.checksum[..] != checksum[..] => {
                MigrateError::VersionMismatch(*version)
            }
            Some(_) => continue,
        };
        return Err(OpenError::Migration(fault.to_string()));
    }
    if made.len() < known.len() { Err(OpenError::Older) } else { Ok(()) }
}

fn migrations(steps: &[Step]) -> Vec<Migration> {
    let migration = |(number, name, sql): &Step| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    };
    steps.iter().map(migration).collect()
}

async fn run(connection: &mut AnyConnection, steps: &[Step]) -> Result<(), MigrateError> {
    let migrator = Migrator::with_migrations(migrations(steps));
    let mut tries = 0;
    loop {
        match migrator.run(&mut *connection).await {
            // another may be faster with each of them in turn
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..))
                if tries < steps.len() + TRIES =>
            {
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Store;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn names(database: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
        std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn both_databases_have_the_same_migrations_and_all_are_carried() {
        assert_eq!(names("sqlite"), names("postgres"));
        let carried: BTreeSet<String> =
            super::SQLITE.iter().map(|(number, name, _)| format!("{number:04}_{name}.sql")).collect();
        assert_eq!(names("sqlite"), carried);
    }

    // DB-4: whoever starts while another is making the migrations waits, or goes on where the other is
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn db_4_several_start_on_a_fresh_file_at_once() {
        for _ in 0..10 {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}/accounts.db", folder.path().display());
            let start = || Store::open(&url);
            let starts = tokio::join!(start(), start(), start(), start());
            for store in [starts.0, starts.1, starts.2, starts.3] {
                let store = store.unwrap();
                assert!(store.ready().await.unwrap());
                store.close().await;
            }
        }
    }
}
