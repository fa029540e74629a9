//! What a sign-in has to know, in one question before the password is hashed and one after: each question wakes another
//! thread or crosses a network, which beside the hash is most of what a sign-in costs. Both ask for as much where there is
//! no account, so that their time does not say that there is one.

use super::account::{FIELDS, read, spellings};
use super::desktop::KNOWN;
use super::failure::left;
use super::lane::Look;
use super::peer::{PEERS, read as read_peers, used_until};
use super::{AccountRow, Stored, Tx};
use contract::AccountId;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// What is known of who comes, before anything is hashed.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub account: Option<AccountRow>,
    /// Whether the desktop's secret is one of the account's.
    pub desktop_known: bool,
    /// The failures at the address that still count, and when the last of them was.
    pub failures: (u32, i64),
    /// Up to when the budgets of the network address are used up in advance.
    pub peers_used_until: [i64; PEERS],
}

/// What holds once the password was hashed, until the transaction ends.
#[derive(Debug)]
pub(crate) struct Standing {
    pub account: Option<AccountRow>,
    /// The failures at the door that still count, and when the last of them was.
    pub failures: (u32, i64),
    pub peers_used_until: [i64; PEERS],
}

fn failures(row: &AnyRow, now: i64) -> Stored<(u32, i64)> {
    let (failures, last_at): (i64, i64) = (row.try_get("failures")?, row.try_get("last_at")?);
    Ok((left(failures, now - last_at), last_at))
}

/// The account, where there is one.
fn account(row: &AnyRow) -> Stored<Option<AccountRow>> {
    let id: Option<String> = row.try_get("id")?;
    id.map(|_| read(row)).transpose()
}

impl Look {
    /// Who has this address, what failed there, and whether this desktop and this network address are known.
    pub(crate) async fn arrival(
        self,
        (email, door): (&str, &str),
        desktop: Option<&str>,
        peers: [&str; PEERS],
        now: i64,
    ) -> Stored<Arrival> {
        let sql = format!(
            "SELECT {FIELDS}, COALESCE(failures, 0) AS failures, COALESCE(last_at, 0) AS last_at, {}, \
                 (SELECT COUNT(*) FROM desktop WHERE sha256 = $2 AND account_id = account.id AND last_used_at > $3) AS known \
             FROM (SELECT 1 AS one) AS nobody \
             LEFT JOIN account ON email_canonical IN ($1, $5, $6) LEFT JOIN failure ON failure.subject = $4 \
             ORDER BY CASE email_canonical WHEN $1 THEN 0 ELSE 1 END LIMIT 1",
            used_until(7)
        );
        let [typed, ascii, unicode] = spellings(email);
        let question = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(typed)
            .bind(desktop.unwrap_or_default())
            .bind(now - KNOWN)
            .bind(door)
            .bind(ascii)
            .bind(unicode);
        let question = peers.into_iter().fold(question, sqlx::query::Query::bind);
        let row = self.row(question).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(Arrival {
            account: account(&row)?,
            desktop_known: row.try_get::<i64, _>("known")? > 0,
            failures: failures(&row, now)?,
            peers_used_until: read_peers(&row)?,
        })
    }
}

impl Tx {
    /// The account as it is by now, what failed at this door, and what the network address has used up.
    pub(crate) async fn standing(
        &mut self,
        of: Option<AccountId>,
        door: &str,
        peers: [&str; PEERS],
        now: i64,
    ) -> Stored<Standing> {
        let sql = format!(
            "SELECT {FIELDS}, COALESCE(failures, 0) AS failures, COALESCE(last_at, 0) AS last_at, {} \
             FROM (SELECT 1 AS one) AS nobody LEFT JOIN account ON id = $1 \
             LEFT JOIN failure ON failure.subject = $2",
            used_until(3)
        );
        let question = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(of.map(|id| id.to_string()).unwrap_or_default())
            .bind(door);
        let question = peers.into_iter().fold(question, sqlx::query::Query::bind);
        let row = question.fetch_one(self.on()).await?;
        Ok(Standing {
            account: account(&row)?,
            failures: failures(&row, now)?,
            peers_used_until: read_peers(&row)?,
        })
    }
}
