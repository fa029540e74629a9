//! Both databases grow by the same steps.

use crate::{files, none};
use std::collections::BTreeSet;

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| -> BTreeSet<String> {
        files(folder, &[".sql"])
            .into_iter()
            .filter_map(|(name, _)| name.rsplit('/').next().map(str::to_owned))
            .collect()
    };
    let (sqlite, postgres) = (names("backend/migrations/sqlite"), names("backend/migrations/postgres"));
    let apart: Vec<_> = sqlite.symmetric_difference(&postgres).cloned().collect();
    none(&apart, "these migrations stand in one of the two folders only");
    assert!(!sqlite.is_empty(), "backend/migrations/sqlite holds the schema");
}
