//! Databases with people in them: the schema is the product's own, rows are made in bulk by the database itself, so that
//! a million accounts take seconds. Some sessions and keys are known, to ask with.

use crate::postgres::Server;
use crate::stage::{Program, url};
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use contract::Secret;
use contract::key::KeySecret;
use postern_backend::{Backend, Hashing, Settings, SystemClock, SystemRandom};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use std::fmt::Write as _;
use std::sync::Arc;

pub const PASSWORD: &str = "seven harbor lamps";
pub const KEYS_EACH: u64 = 3;

/// What is different between the two where rows are made in bulk.
struct Dialect {
    /// Numbers from 1 to $1 as `n(i)`.
    numbers: &'static str,
    /// An identifier of the number in `#`, in no order.
    id: &'static str,
    /// 64 hexadecimal digits that nobody knows.
    unknown: &'static str,
    /// Before: nothing of this needs to outlive a power cut.
    first: &'static [&'static str],
    /// Afterwards.
    last: &'static [&'static str],
}

const SQLITE: Dialect = Dialect {
    numbers: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) ",
    id: "printf('%08x-0000-4000-8000-%012x', ((#) * 2654435761) % 4294967296, #)",
    unknown: "lower(hex(randomblob(32)))",
    first: &["PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -2000000"],
    last: &[],
};

const POSTGRES: Dialect = Dialect {
    numbers: "WITH n(i) AS (SELECT generate_series(1, $1::bigint)) ",
    id: "lpad(to_hex(((#) * 2654435761) % 4294967296), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(#), 12, '0')",
    unknown: "encode(sha256(gen_random_uuid()::text::bytea), 'hex')",
    first: &["SET synchronous_commit = off"],
    last: &["VACUUM ANALYZE", "CHECKPOINT"],
};
/// What an operator would give a database of that size. Nothing tidies up while something is measured.
const SERVER: &str = "-c shared_buffers=1GB -c max_wal_size=8GB -c checkpoint_timeout=1h";

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// The same identifier as the databases make.
fn id(number: u64) -> String {
    format!("{:08x}-0000-4000-8000-{number:012x}", number.wrapping_mul(2_654_435_761) % (1 << 32))
}

fn fingerprint(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A database of its own, and a folder for what belongs to it.
pub struct Stock {
    folder: tempfile::TempDir,
    server: Option<Server>,
    dialect: &'static Dialect,
}

impl Stock {
    /// An empty one.
    pub async fn fresh(engine: Engine) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let (server, dialect) = match engine {
            Engine::Sqlite => (None, &SQLITE),
            Engine::Postgres => (Some(Server::fresh(SERVER)), &POSTGRES),
        };
        let stock = Self { folder, server, dialect };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let settings = Settings::default();
        let key = Secret::new([1; 32]);
        Backend::open(settings, &stock.url(), key, clock, random).await.unwrap().close().await;
        stock
    }

    pub fn url(&self) -> String {
        match &self.server {
            None => url(&self.folder.path().join("accounts.db")),
            Some(server) => {
                format!(
                    "postgres://postgres@localhost/postgres?host={}&sslmode=disable",
                    server.socket().display()
                )
            }
        }
    }

    /// Serves it with the shipped defaults.
    pub fn serve(&self) -> Program {
        self.serve_with(&[])
    }

    /// The same with more lines of configuration.
    pub fn serve_with(&self, more: &[&str]) -> Program {
        Program::start_at(&self.url(), &self.folder.path().join("key"), more, "info")
    }

    async fn connect(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        AnyConnection::connect(&self.url()).await.unwrap()
    }

    /// Adds so many accounts, all with [`PASSWORD`], each with [`KEYS_EACH`] keys.
    pub async fn people(&self, count: u64) {
        let now = now();
        let Dialect { numbers, id, unknown, first, last } = self.dialect;
        let id = |number: &str| id.replace('#', number);
        let (account, password) = (id("i"), phc());
        let mut connection = self.connect().await;
        for sql in *first {
            sqlx::raw_sql(*sql).execute(&mut connection).await.unwrap();
        }
        let accounts = format!(
            "{numbers} INSERT INTO account (id, name, email, email_canonical, mobile_phone, password, \
                 password_is_long, password_changed_at, two_factor, method, version, security_version, \
                 created_at, changed_at) \
             SELECT {account}, 'Mina Park', 'mina-' || i || '@harbor.example', 'mina-' || i || '@harbor.example', \
                 '+8210' || (10000000 + i), '{password}', 1, {now}, 0, 'email', 1, 1, {now}, {now} FROM n"
        );
        let keys = format!(
            "{numbers}, k(j) AS (SELECT i FROM n WHERE i <= {KEYS_EACH}) \
             INSERT INTO authentication_key (account_id, id, label, sha256, hint, created_at) \
             SELECT {account}, {}, 'rack ' || j, {unknown}, 'wxyz', {now} FROM n, k",
            id(&format!("(i * {KEYS_EACH} + j)"))
        );
        for sql in [accounts, keys] {
            let count = i64::try_from(count).unwrap();
            sqlx::query(AssertSqlSafe(sql)).bind(count).execute(&mut connection).await.unwrap();
        }
        for sql in *last {
            sqlx::raw_sql(*sql).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
    }

    /// The tokens of sessions of the first so many people, one each.
    pub async fn sessions(&self, count: u64) -> Vec<String> {
        let mut connection = self.connect().await;
        let mut tx = connection.begin().await.unwrap();
        let mut tokens = Vec::new();
        for number in 1..=count {
            let token = format!("{number:043}");
            sqlx::query(
                "INSERT INTO session (id, account_id, token, signed_in_at, last_seen_at) \
                 VALUES ($1, $1, $2, $3, $3)",
            )
            .bind(id(number))
            .bind(fingerprint(&token))
            .bind(now())
            .execute(&mut *tx)
            .await
            .unwrap();
            tokens.push(token);
        }
        tx.commit().await.unwrap();
        connection.close().await.unwrap();
        tokens
    }

    /// The secrets of so many keys, spread evenly over `people`; in no order.
    pub async fn keys(&self, people: u64, count: u64) -> Vec<String> {
        let mut connection = self.connect().await;
        let mut tx = connection.begin().await.unwrap();
        let mut secrets = Vec::new();
        for number in 0..count {
            let raw: [u8; 32] = Sha256::digest(number.to_be_bytes()).into();
            let secret = KeySecret::from_random(&raw).expose().to_owned();
            let (key, person) = (number % KEYS_EACH + 1, number * people / count + 1);
            sqlx::query("UPDATE authentication_key SET sha256 = $3 WHERE account_id = $1 AND id = $2")
                .bind(id(person))
                .bind(id(person * KEYS_EACH + key))
                .bind(fingerprint(&secret))
                .execute(&mut *tx)
                .await
                .unwrap();
            secrets.push(secret);
        }
        tx.commit().await.unwrap();
        for sql in self.dialect.last {
            sqlx::raw_sql(*sql).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
        // by what is as good as chance
        secrets.sort_by_key(|secret| fingerprint(secret));
        secrets
    }
}

/// The person's address.
pub fn email(number: usize) -> String {
    format!("mina-{number}@harbor.example")
}

/// Milliseconds since 1970.
fn now() -> i64 {
    use postern_backend::Clock as _;
    SystemClock.now().as_millisecond()
}

/// [`PASSWORD`] with the shipped parameters.
fn phc() -> String {
    let Hashing { memory_kib, passes, .. } = Hashing::default();
    let params = Params::new(memory_kib, passes, 1, Some(32)).unwrap();
    let (salt, mut output) = ([7; 16], [0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    argon2.hash_password_into(PASSWORD.as_bytes(), &salt, &mut output).unwrap();
    let hash = PasswordHash {
        algorithm: argon2::password_hash::phc::Ident::new("argon2id").unwrap(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).unwrap(),
        salt: Some(Salt::new(&salt).unwrap()),
        hash: Some(Output::new(&output).unwrap()),
    };
    hash.to_string()
}
