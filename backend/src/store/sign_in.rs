//! What a sign-in has to know, in one question before the password is hashed and one after: each question wakes another
//! thread or crosses a network, which beside the hash is most of what a sign-in costs. Both ask for as much where there is
//! no account, so that their time does not say that there is one.

use super::account::{FIELDS, read, spellings};
use super::desktop::KNOWN;
use super::lane::Look;
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
    /// Up to when the budget of the network address is used up in advance.
    pub peer_used_until: i64,
}

/// What holds once the password was hashed, until the transaction ends.
#[derive(Debug)]
pub(crate) struct Standing {
    pub account: Option<AccountRow>,
    /// The failures at the door since its last success, and when the last of them was.
    pub failures: (u32, i64),
    /// Whether any are counted at the doors that are to be opened.
    pub any_failures: bool,
    pub peer_used_until: i64,
}

/// The account, where there is one.
fn account(row: &AnyRow) -> Stored<Option<AccountRow>> {
    let id: Option<String> = row.try_get("id")?;
    id.map(|_| read(row)).transpose()
}

impl Look {
    /// Who has this address, and whether this desktop and this network address are known.
    pub(crate) async fn arrival(
        self,
        email: &str,
        desktop: Option<&str>,
        peer: Option<&str>,
        now: i64,
    ) -> Stored<Arrival> {
        let sql = format!(
            "SELECT {FIELDS}, COALESCE(used_until, 0) AS used_until, \
                 (SELECT COUNT(*) FROM desktop WHERE sha256 = $2 AND account_id = account.id AND last_used_at > $3) AS known \
             FROM (SELECT 1 AS one) AS nobody \
             LEFT JOIN account ON email_canonical IN ($1, $5, $6) LEFT JOIN peer ON subject = $4 \
             ORDER BY CASE email_canonical WHEN $1 THEN 0 ELSE 1 END LIMIT 1"
        );
        let [typed, ascii, unicode] = spellings(email);
        let question = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(typed)
            .bind(desktop.unwrap_or_default())
            .bind(now - KNOWN)
            .bind(peer.unwrap_or_default())
            .bind(ascii)
            .bind(unicode);
        let row = self.row(question).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(Arrival {
            account: account(&row)?,
            desktop_known: row.try_get::<i64, _>("known")? > 0,
            peer_used_until: row.try_get("used_until")?,
        })
    }
}

impl Tx {
    /// The account as it is by now, what was guessed at this door and at the at most three that are `opened` if all is
    /// right, and what the network address has used up.
    pub(crate) async fn standing(
        &mut self,
        of: Option<AccountId>,
        door: &str,
        opened: &[&str],
        peer: Option<&str>,
    ) -> Stored<Standing> {
        let sql = format!(
            "SELECT {FIELDS}, COALESCE(failures, 0) AS failures, COALESCE(last_at, 0) AS last_at, \
                 COALESCE(used_until, 0) AS used_until, \
                 (SELECT COUNT(*) FROM failure WHERE subject IN ($4, $5, $6)) AS counted \
             FROM (SELECT 1 AS one) AS nobody LEFT JOIN account ON id = $1 \
             LEFT JOIN failure ON failure.subject = $2 LEFT JOIN peer ON peer.subject = $3"
        );
        let mut question = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(of.map(|id| id.to_string()).unwrap_or_default())
            .bind(door)
            .bind(peer.unwrap_or_default());
        for at in 0..3 {
            question = question.bind(opened.get(at).copied().unwrap_or_default());
        }
        let row = question.fetch_one(self.on()).await?;
        let failures: i64 = row.try_get("failures")?;
        Ok(Standing {
            account: account(&row)?,
            failures: (u32::try_from(failures).unwrap_or(u32::MAX), row.try_get("last_at")?),
            any_failures: row.try_get::<i64, _>("counted")? > 0,
            peer_used_until: row.try_get("used_until")?,
        })
    }
}
