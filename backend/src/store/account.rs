//! Accounts and their earlier passwords.

use super::{Stored, Tx};
use contract::AccountId;
use contract::verification::Channel;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// An account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountRow {
    pub id: AccountId,
    pub name: String,
    pub email: String,
    pub email_canonical: String,
    pub mobile_phone: String,
    pub task: Option<String>,
    /// PHC string.
    pub password: String,
    pub password_is_long: bool,
    pub password_changed_at: i64,
    pub two_factor: bool,
    pub method: Channel,
    pub version: i64,
    pub security_version: i64,
    pub created_at: i64,
    pub changed_at: i64,
    pub changed_from: Option<String>,
    /// Since when an operator keeps it from being used.
    pub disabled_at: Option<i64>,
}

impl AccountRow {
    /// Whether the password is still the one it was in `before`. Hashing the same password anew makes no version,
    /// every change of password does.
    pub(crate) fn keeps_password_of(&self, before: &Self) -> bool {
        self.password == before.password || self.version == before.version
    }
}

/// What a new account begins with.
#[derive(Debug)]
pub(crate) struct NewAccountRow {
    pub id: AccountId,
    pub name: String,
    pub email: String,
    pub email_canonical: String,
    pub mobile_phone: String,
    pub task: Option<String>,
    pub password: String,
    pub password_is_long: bool,
    pub method: Channel,
    pub now: i64,
}

#[cfg(test)]
impl NewAccountRow {
    /// Somebody for tests of this crate, who cannot sign in.
    pub(crate) fn of_mina(id: AccountId, now: i64) -> Self {
        Self {
            id,
            name: "Mina Park".to_owned(),
            email: "mina@harbor.example".to_owned(),
            email_canonical: "mina@harbor.example".to_owned(),
            mobile_phone: "+821012345678".to_owned(),
            task: None,
            password: String::new(),
            password_is_long: true,
            method: Channel::Email,
            now,
        }
    }
}

/// Which address belongs to another account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub email: bool,
    pub mobile_phone: bool,
}

/// The columns that [`read`] needs.
pub(super) const FIELDS: &str = "id, name, email, email_canonical, mobile_phone, task, password, password_is_long, \
     password_changed_at, two_factor, method, version, security_version, created_at, changed_at, changed_from, \
     disabled_at";

/// An account out of a row that names its identifier `id`.
pub(super) fn read(row: &AnyRow) -> Stored<AccountRow> {
    read_as(row, "id")
}

/// An account out of a row that names its identifier otherwise.
pub(super) fn read_as(row: &AnyRow, id: &str) -> Stored<AccountRow> {
    let mut email: String = row.try_get("email")?;
    if !email.is_ascii() || email.contains("xn--") {
        // earlier versions stored the domain as it was typed
        email = contract::rules::email_address(&email).unwrap_or(email);
    }
    Ok(AccountRow {
        id: super::session::id(row, id)?,
        name: row.try_get("name")?,
        email,
        email_canonical: row.try_get("email_canonical")?,
        mobile_phone: row.try_get("mobile_phone")?,
        task: row.try_get("task")?,
        password: row.try_get("password")?,
        password_is_long: row.try_get::<i64, _>("password_is_long")? != 0,
        password_changed_at: row.try_get("password_changed_at")?,
        two_factor: row.try_get::<i64, _>("two_factor")? != 0,
        method: super::number::channel_from(&row.try_get::<String, _>("method")?)?,
        version: row.try_get("version")?,
        security_version: row.try_get("security_version")?,
        created_at: row.try_get("created_at")?,
        changed_at: row.try_get("changed_at")?,
        changed_from: row.try_get("changed_from")?,
        disabled_at: row.try_get("disabled_at")?,
    })
}

/// The spellings under which an account with this address may be stored: as an earlier version would have stored what was
/// typed, and with A-labels and U-labels in the domain. No text of PostgreSQL holds NUL, so no account has such an address.
pub(crate) fn spellings(typed: &str) -> [String; 3] {
    use contract::rules::email::Address;
    use unicode_normalization::UnicodeNormalization as _;
    if typed.contains('\0') {
        return [const { String::new() }; 3];
    }
    let before: String = typed.trim().nfc().collect::<String>().to_lowercase().nfc().collect();
    match Address::parse(typed) {
        Ok(address) => [before, address.canonical(), address.unicode_canonical()],
        Err(_) => [before.clone(), before.clone(), before],
    }
}

impl Tx {
    pub(crate) async fn account(&mut self, id: AccountId) -> Stored<Option<AccountRow>> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {FIELDS} FROM account WHERE id = $1"));
        let row = sqlx::query(sql).bind(id.to_string()).fetch_optional(self.on()).await?;
        row.as_ref().map(read).transpose()
    }

    pub(crate) async fn account_by_email(&mut self, typed: &str) -> Stored<Option<AccountRow>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {FIELDS} FROM account WHERE email_canonical IN ($1, $2, $3) \
             ORDER BY CASE email_canonical WHEN $1 THEN 0 ELSE 1 END LIMIT 1"
        ));
        let [typed, ascii, unicode] = spellings(typed);
        let row = sqlx::query(sql).bind(typed).bind(ascii).bind(unicode).fetch_optional(self.on()).await?;
        row.as_ref().map(read).transpose()
    }

    /// At most `most` accounts after one, in the order of their ids.
    pub(crate) async fn accounts_after(
        &mut self,
        after: Option<AccountId>,
        most: u32,
    ) -> Stored<Vec<AccountRow>> {
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT {FIELDS} FROM account WHERE id > $1 ORDER BY id LIMIT $2"));
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows = sqlx::query(sql).bind(after).bind(i64::from(most)).fetch_all(self.on()).await?;
        rows.iter().map(read).collect()
    }

    /// Whether an account other than `except` has the email address or the mobile phone.
    pub(crate) async fn taken(
        &mut self,
        email: &str,
        mobile_phone: &str,
        except: Option<AccountId>,
    ) -> Stored<Taken> {
        let [typed, ascii, unicode] = spellings(email);
        let (email, mobile_phone): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM account WHERE email_canonical IN ($1, $4, $5) AND id <> $3), \
                    (SELECT COUNT(*) FROM account WHERE mobile_phone = $2 AND id <> $3)",
        )
        .bind(typed)
        .bind(mobile_phone)
        .bind(except.map(|id| id.to_string()).unwrap_or_default())
        .bind(ascii)
        .bind(unicode)
        .fetch_one(self.on())
        .await?;
        Ok(Taken { email: email > 0, mobile_phone: mobile_phone > 0 })
    }

    pub(crate) async fn insert_account(&mut self, new: &NewAccountRow) -> Stored<()> {
        sqlx::query(
            "INSERT INTO account (id, name, email, email_canonical, mobile_phone, task, password, password_is_long, \
                 password_changed_at, two_factor, method, version, security_version, created_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 1, 1, $9, $9)",
        )
        .bind(new.id.to_string())
        .bind(&new.name)
        .bind(&new.email)
        .bind(&new.email_canonical)
        .bind(&new.mobile_phone)
        .bind(&new.task)
        .bind(&new.password)
        .bind(i64::from(new.password_is_long))
        .bind(new.now)
        .bind(super::number::channel_text(new.method))
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Writes name, addresses and task as they are in `account`, as its next version.
    pub(crate) async fn update_account(&mut self, account: &AccountRow) -> Stored<()> {
        sqlx::query(
            "UPDATE account SET name = $2, email = $3, email_canonical = $4, mobile_phone = $5, task = $6, \
                 changed_at = $7, changed_from = $8, version = version + 1 WHERE id = $1",
        )
        .bind(account.id.to_string())
        .bind(&account.name)
        .bind(&account.email)
        .bind(&account.email_canonical)
        .bind(&account.mobile_phone)
        .bind(&account.task)
        .bind(account.changed_at)
        .bind(&account.changed_from)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Writes two-factor and method as the next version of the security settings.
    pub(crate) async fn update_security(&mut self, id: AccountId, on: bool, method: Channel) -> Stored<()> {
        sqlx::query(
            "UPDATE account SET two_factor = $2, method = $3, security_version = security_version + 1 WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(i64::from(on))
        .bind(super::number::channel_text(method))
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// The security settings show the addresses: their version changes with them.
    pub(crate) async fn bump_security(&mut self, id: AccountId) -> Stored<()> {
        sqlx::query("UPDATE account SET security_version = security_version + 1 WHERE id = $1")
            .bind(id.to_string())
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Keeps the account from being used since `at`, or lets it be used again.
    pub(crate) async fn disable_account(&mut self, id: AccountId, at: Option<i64>) -> Stored<()> {
        sqlx::query("UPDATE account SET disabled_at = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(at)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// The same password under dearer parameters, unless it was changed in the meantime.
    pub(crate) async fn rehash_password(&mut self, id: AccountId, old: &str, new: &str) -> Stored<()> {
        sqlx::query("UPDATE account SET password = $3 WHERE id = $1 AND password = $2")
            .bind(id.to_string())
            .bind(old)
            .bind(new)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Sets a new password and keeps the `history` newest earlier ones, so that they can be refused.
    #[allow(clippy::too_many_arguments, reason = "the columns of one statement")]
    pub(crate) async fn change_password(
        &mut self,
        account: &AccountRow,
        new: &str,
        long: bool,
        history: u32,
        place: Option<&str>,
        now: i64,
    ) -> Stored<()> {
        let id = account.id.to_string();
        sqlx::query(
            "INSERT INTO password_history (account_id, position, password) \
             SELECT $1, COALESCE(MAX(position), 0) + 1, $2 FROM password_history WHERE account_id = $1",
        )
        .bind(&id)
        .bind(&account.password)
        .execute(self.on())
        .await?;
        sqlx::query(
            "DELETE FROM password_history WHERE account_id = $1 AND position <= \
                 (SELECT MAX(position) FROM password_history WHERE account_id = $1) - $2",
        )
        .bind(&id)
        .bind(i64::from(history))
        .execute(self.on())
        .await?;
        sqlx::query(
            "UPDATE account SET password = $2, password_is_long = $3, password_changed_at = $4, \
                 changed_at = $4, changed_from = $5, version = version + 1 WHERE id = $1",
        )
        .bind(&id)
        .bind(new)
        .bind(i64::from(long))
        .bind(now)
        .bind(place)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Earlier passwords, newest first, without the current one.
    pub(crate) async fn earlier_passwords(&mut self, id: AccountId) -> Stored<Vec<String>> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT password FROM password_history WHERE account_id = $1 ORDER BY position DESC",
        )
        .bind(id.to_string())
        .fetch_all(self.on())
        .await?;
        Ok(rows.into_iter().map(|(password,)| password).collect())
    }

    /// The account and everything that refers to it, but for the hashes of its keys.
    pub(crate) async fn delete_account(&mut self, id: AccountId) -> Stored<()> {
        self.keep_hashes(id).await?;
        sqlx::query("DELETE FROM account WHERE id = $1").bind(id.to_string()).execute(self.on()).await?;
        for sql in ["DELETE FROM activity WHERE account_id = $1", "DELETE FROM sending WHERE account_id = $1"]
        {
            sqlx::query(sql).bind(id.to_string()).execute(self.on()).await?;
        }
        Ok(())
    }

    pub(crate) async fn count_accounts(&mut self) -> Stored<u64> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM account").fetch_one(self.on()).await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}
