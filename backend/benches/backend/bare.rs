//! The bare counterpart of reading one's account: an axum handler that does one prepared point query on the same
//! database, over the native driver, and writes what it found as JSON. No authentication, no log, no limits. A process
//! of its own, as the backend is.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use sqlx::pool::PoolOptions;
use sqlx::{Pool, Postgres, Row as _, Sqlite};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

/// What the program is told to be this counterpart; the database's address follows.
pub const WORD: &str = "--bare";

#[derive(Serialize)]
struct Found {
    id: String,
    name: String,
    email: String,
    mobile_phone: String,
    task: Option<String>,
    version: i64,
    created_at: i64,
    password_changed_at: i64,
    changed_at: i64,
    changed_from: Option<String>,
}

const SQL: &str = "SELECT id, name, email, mobile_phone, task, version, created_at, password_changed_at, changed_at, \
     changed_from FROM account WHERE email_canonical = $1";

/// The handler for one of the databases, on as many connections as the backend keeps.
macro_rules! reading {
    ($name:ident, $database:ty, $connections:literal) => {
        async fn $name(url: &str) -> Router {
            let pool =
                PoolOptions::<$database>::new().max_connections($connections).connect(url).await.unwrap();
            let read = async |State(pool): State<Pool<$database>>, Path(email): Path<String>| {
                let row = sqlx::query(SQL).bind(email).fetch_one(&pool).await;
                let found = row.and_then(|row| {
                    Ok(Found {
                        id: row.try_get(0)?,
                        name: row.try_get(1)?,
                        email: row.try_get(2)?,
                        mobile_phone: row.try_get(3)?,
                        task: row.try_get(4)?,
                        version: row.try_get(5)?,
                        created_at: row.try_get(6)?,
                        password_changed_at: row.try_get(7)?,
                        changed_at: row.try_get(8)?,
                        changed_from: row.try_get(9)?,
                    })
                });
                found.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
            };
            Router::new().route("/account/{email}", get(read)).with_state(pool)
        }
    };
}
reading!(sqlite, Sqlite, 6);
reading!(postgres, Postgres, 12);

/// Serves until it is killed.
pub fn serve(url: &str) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let router = if url.starts_with("sqlite") { sqlite(url).await } else { postgres(url).await };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        std::io::stdout().flush().unwrap();
        axum::serve(listener, router).await.unwrap();
    });
}

/// The counterpart, serving. Ended when it is dropped.
pub struct Bare {
    child: Child,
    pub address: String,
}

impl Bare {
    pub fn start(url: &str) -> Self {
        let mut program = Command::new(std::env::current_exe().unwrap());
        let mut child = program.args([WORD, url]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().to_owned() }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
