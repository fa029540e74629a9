//! The migrations, carried in the program. Each database has its own folder with the same names and numbers.

use sqlx::AnyPool;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "accounts", include_str!("../../migrations/sqlite/0001_accounts.sql")),
    (2, "numbers", include_str!("../../migrations/sqlite/0002_numbers.sql")),
    (3, "traces", include_str!("../../migrations/sqlite/0003_traces.sql")),
    (4, "limits", include_str!("../../migrations/sqlite/0004_limits.sql")),
    (5, "budgets", include_str!("../../migrations/sqlite/0005_budgets.sql")),
    (7, "wishes", include_str!("../../migrations/sqlite/0007_wishes.sql")),
    (8, "services", include_str!("../../migrations/sqlite/0008_services.sql")),
    (9, "desktops", include_str!("../../migrations/sqlite/0009_desktops.sql")),
    (11, "time", include_str!("../../migrations/sqlite/0011_time.sql")),
];

/// How many there are.
pub(super) const COUNT: usize = MIGRATIONS.len();

/// Brings the schema to this version, or says why it cannot be.
pub(super) async fn migrate(pool: &AnyPool) -> Result<(), MigrateError> {
    let migrations = MIGRATIONS
        .iter()
        .map(|(number, name, sql)| {
            Migration::new(*number, (*name).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
        })
        .collect();
    Migrator::with_migrations(migrations).run(pool).await
}

#[cfg(test)]
mod tests {
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
            super::MIGRATIONS.iter().map(|(number, name, _)| format!("{number:04}_{name}.sql")).collect();
        assert_eq!(names("sqlite"), carried);
    }
}
