//! A database whose connections die silently: packets are dropped, and nobody says that the connection is gone. Requests end
//! within the limit of a statement, and once the network is back every place of the pool is too.
#![cfg(unix)]

use crate::post_office::eventually;
use crate::postgres::Server;
use crate::world::{PASSWORD, World};
use contract::operation::GetAccount;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixStream};
use tokio::time::Instant;

/// The limit of a statement, of waiting for a connection, and what a busy machine adds.
const LIMIT: Duration = Duration::from_secs(10 + 5 + 10);

/// A way to a server on which everything can get lost. A connection that was open then stays open, and silent for ever.
struct Network {
    port: u16,
    /// How often everything got lost; odd while it does.
    losses: Arc<AtomicU64>,
}

impl Network {
    async fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, losses) = (listener.local_addr().unwrap().port(), Arc::<AtomicU64>::default());
        let shared = Arc::clone(&losses);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (losses, began) = (Arc::clone(&shared), shared.load(Ordering::SeqCst));
                let server = UnixStream::connect(&socket).await.unwrap();
                let is_lost = move || began % 2 == 1 || losses.load(Ordering::SeqCst) != began;
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(carry(from_client, to_server, is_lost.clone()));
                tokio::spawn(carry(from_server, to_client, is_lost));
            }
        });
        Self { port, losses }
    }

    fn lose_everything(&self) {
        assert!(self.losses.fetch_add(1, Ordering::SeqCst).is_multiple_of(2));
    }

    fn come_back(&self) {
        assert!(!self.losses.fetch_add(1, Ordering::SeqCst).is_multiple_of(2));
    }
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    is_lost: impl Fn() -> bool,
) {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut bytes).await.unwrap_or(0);
        if is_lost() {
            if read == 0 {
                // the end gets lost too
                std::future::pending::<()>().await;
            }
        } else if read == 0 || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

// sqlx#4349: a pool that asks a connection that comes back whether it is there waits for the answer for ever
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_falls_silent_is_found_again_with_every_connection() {
    let server = Server::fresh("");
    let network = Network::to(server.socket().join(".s.PGSQL.5432")).await;
    let url = format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", network.port);
    let world = Arc::new(World::at(url).await);
    let person = world.person("mina@harbor.example", "+821055501234").await;
    // reads and writes, more at once than there are connections
    let at_once = async || {
        let asked: Vec<_> = (0..32)
            .map(|n| {
                let (world, email, token) = (Arc::clone(&world), person.email.clone(), person.token.clone());
                tokio::spawn(async move {
                    let began = Instant::now();
                    let done = if n % 4 == 0 {
                        world.sign_in(&email, PASSWORD, &format!("place {n}")).await.map(drop)
                    } else {
                        world.ask(GetAccount { body: () }, Some(&token)).await.map(drop)
                    };
                    (done, began.elapsed())
                })
            })
            .collect();
        let mut all = Vec::new();
        for one in asked {
            all.push(one.await.unwrap());
        }
        all
    };
    for _ in 0..3 {
        assert!(at_once().await.iter().all(|(done, _)| done.is_ok()));
        // some of the connections are just coming back to the pool
        network.lose_everything();
        for (done, took) in at_once().await {
            assert!(done.is_err() && took < LIMIT, "{done:?} after {took:?}");
        }
        network.come_back();
        let began = Instant::now();
        eventually("the database", async || {
            world.ask(GetAccount { body: () }, Some(&person.token)).await.ok()
        })
        .await;
        assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
        // none of the places is lost: as many as there are do not wait for each other
        for (done, took) in at_once().await {
            assert!(done.is_ok() && took < LIMIT, "{done:?} after {took:?}");
        }
    }
}
