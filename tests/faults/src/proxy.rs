//! The proxy: one port, whose mode changes while it runs.

use crate::behave::serve;
use crate::heard::Heard;
use crate::hole::Hole;
use crate::mode::Mode;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A proxy; it ends with the test.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    wanted: watch::Sender<Mode>,
    current: watch::Receiver<Option<Mode>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Proxy {
    /// A proxy before the backend that listens at `backend`; it carries all until it is told otherwise.
    pub async fn before(backend: SocketAddr) -> Self {
        let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = first.local_addr().unwrap();
        drop(first);
        let (wanted, wants) = watch::channel(Mode::Whole);
        let (is, current) = watch::channel(None);
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        tokio::spawn(run(address, backend, wants, is, Arc::clone(&heard)));
        let proxy = Self { address, wanted, current, heard };
        proxy.set(Mode::Whole).await;
        proxy
    }

    /// Fails in this way from now on. Connections that stand are broken off.
    pub async fn set(&self, mode: Mode) {
        self.wanted.send_replace(mode);
        self.current.clone().wait_for(|current| *current == Some(mode)).await.unwrap();
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was asked so far. Requests that never arrived are not among it.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// How often this was asked: `GET /v1/account`.
    pub fn count(&self, line: &str) -> usize {
        self.heard().iter().filter(|heard| heard.line() == line).count()
    }

    /// Forgets what was asked.
    pub fn forget(&self) {
        self.heard.lock().unwrap().clear();
    }
}

async fn run(
    address: SocketAddr,
    backend: SocketAddr,
    mut wants: watch::Receiver<Mode>,
    is: watch::Sender<Option<Mode>>,
    heard: Arc<Mutex<Vec<Heard>>>,
) {
    loop {
        let mode = *wants.borrow_and_update();
        // what follows takes the port anew, and the last mode's connections end with it
        let going_on = match mode {
            Mode::Refuse => {
                let _taken = bound(address);
                is.send_replace(Some(mode));
                wants.changed().await
            }
            Mode::BlackHole => {
                let _hole = Hole::dig(address).await;
                is.send_replace(Some(mode));
                wants.changed().await
            }
            _ => {
                let listener = bound(address).listen(128).unwrap();
                is.send_replace(Some(mode));
                tokio::select! {
                    changed = wants.changed() => changed,
                    never = accept(&listener, mode, backend, &heard) => match never {},
                }
            }
        };
        if going_on.is_err() {
            return;
        }
    }
}

/// A socket that has the port and does not listen.
fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

async fn accept(
    listener: &TcpListener,
    mode: Mode,
    backend: SocketAddr,
    heard: &Arc<Mutex<Vec<Heard>>>,
) -> std::convert::Infallible {
    let mut served = JoinSet::new();
    loop {
        let Ok((mut stream, _)) = listener.accept().await else { continue };
        let heard = Arc::clone(heard);
        served.spawn(async move { serve(&mut stream, mode, backend, &heard).await });
        while served.try_join_next().is_some() {}
    }
}
