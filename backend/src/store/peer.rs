//! How much of its budget a network address has used up. What that means is decided in `peer`.

use super::{Stored, Tx};
use sqlx::Row as _;

/// In how many networks an address is counted at most.
pub(crate) const PEERS: usize = 3;

/// A column for each of these parameters, of which the first is `$first`: up to when that network's budget is used up in
/// advance; 0 where nothing is known.
pub(super) fn used_until(first: usize) -> String {
    let column = |place: usize| {
        let parameter = first + place;
        format!("COALESCE((SELECT used_until FROM peer WHERE subject = ${parameter}), 0) AS used_{place}")
    };
    (0..PEERS).map(column).collect::<Vec<_>>().join(", ")
}

/// What [`used_until`] found.
pub(super) fn read(row: &sqlx::any::AnyRow) -> Stored<[i64; PEERS]> {
    let mut all = [0; PEERS];
    for (place, until) in all.iter_mut().enumerate() {
        *until = row.try_get(format!("used_{place}").as_str())?;
    }
    Ok(all)
}

impl Tx {
    /// Up to when the budgets are used up in advance; long ago where nothing is known.
    pub(crate) async fn peers_used_until(&mut self, subjects: [&str; PEERS]) -> Stored<[i64; PEERS]> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {}", used_until(1)));
        let question = subjects.into_iter().fold(sqlx::query(sql), sqlx::query::Query::bind);
        read(&question.fetch_one(self.on()).await?)
    }

    pub(crate) async fn use_peer(&mut self, subject: &str, until: i64) -> Stored<()> {
        sqlx::query(
            "INSERT INTO peer (subject, used_until) VALUES ($1, $2) \
             ON CONFLICT (subject) DO UPDATE SET used_until = $2",
        )
        .bind(subject)
        .bind(until)
        .execute(self.on())
        .await?;
        Ok(())
    }
}
