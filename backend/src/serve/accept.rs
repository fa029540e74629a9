//! Who gets in: connections are accepted as long as there is room, altogether and for each client. Whoever is one too many
//! is told so, as long as telling is not itself too much; nobody is left waiting at the door.

use super::connection::{self, Guest};
use super::origin::{canonical, client};
use super::{House, Limits};
use crate::serve::tls::Tls;
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How many of those who are one too many are told so at once; others are cut off.
const TOLD_AT_ONCE: usize = 64;
/// How long to let connections end where the operating system has no room for another.
const BREATH: Duration = Duration::from_millis(100);
/// Files beside connections: the database's, the listeners, the log.
const FILES: u64 = 128;

/// A listener and what is behind it.
pub(super) struct Door {
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    house: Arc<House>,
    room: Arc<Semaphore>,
    told: Arc<Semaphore>,
    guests: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Door {
    pub(super) fn new(listener: TcpListener, tls: Option<Arc<Tls>>, house: House) -> Self {
        let room = Arc::new(Semaphore::new(house.limits.connections));
        let told = Arc::new(Semaphore::new(TOLD_AT_ONCE));
        Self { listener, tls, house: Arc::new(house), room, told, guests: Arc::default() }
    }

    /// Lets connections in until it is told to stop, then closes; resolves once the last of them has ended.
    pub(super) async fn keep(self, stop: watch::Receiver<bool>) {
        let mut inside = JoinSet::new();
        let mut stopping = pin!(told(stop.clone()));
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok(accepted) => self.admit(accepted, &mut inside, &stop),
                    Err(fault) if is_of_one(&fault) => {}
                    Err(fault) => {
                        tracing::error!(%fault, "no connection can be accepted; those that are open go on");
                        // the next that ends may make room
                        let _ = timeout(BREATH, inside.join_next()).await;
                    }
                },
                Some(_) = inside.join_next(), if !inside.is_empty() => {}
                () = &mut stopping => break,
            }
        }
        // the operating system has already let these in
        while let Some(Ok(accepted)) = waiting(&self.listener).await {
            self.admit(accepted, &mut inside, &stop);
        }
        drop(self.listener);
        while inside.join_next().await.is_some() {}
    }

    fn admit(
        &self,
        (stream, peer): (TcpStream, SocketAddr),
        inside: &mut JoinSet<()>,
        stop: &watch::Receiver<bool>,
    ) {
        let peer = canonical(peer.ip());
        let measures = &self.house.measures;
        let room = Arc::clone(&self.room).try_acquire_owned();
        let place = Place::take(&self.guests, client(peer), self.most(peer));
        let (turned_away, permit) = match (room, &place) {
            (Ok(permit), Some(_)) => (false, permit),
            (refused, _) => {
                measures.turned_away(if refused.is_err() { "connections" } else { "connections_of_client" });
                let Ok(permit) = Arc::clone(&self.told).try_acquire_owned() else { return };
                (true, permit)
            }
        };
        // answers are small and whole: waiting for more to send gains nothing
        let _ = stream.set_nodelay(true);
        let (house, tls, stop) = (Arc::clone(&self.house), self.tls.clone(), stop.clone());
        measures.connected();
        let open = Open(Arc::clone(measures));
        inside.spawn(async move {
            let _held = (permit, place, open);
            connection::serve(stream, Guest { peer, turned_away }, tls.as_deref(), &house, stop).await;
        });
    }

    /// How many connections this peer may have. Behind a proxy there are many clients.
    fn most(&self, peer: IpAddr) -> usize {
        if self.house.trust.is_proxy(peer) { usize::MAX } else { self.house.limits.connections_per_client }
    }
}

/// Resolves once the program is told to stop.
pub(super) async fn told(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// A connection that waits to be accepted, if there is one.
async fn waiting(listener: &TcpListener) -> Option<io::Result<(TcpStream, SocketAddr)>> {
    poll_fn(|cx| match listener.poll_accept(cx) {
        Poll::Ready(accepted) => Poll::Ready(Some(accepted)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Whether the fault is that of the one connection, gone before it was accepted.
fn is_of_one(fault: &io::Error) -> bool {
    matches!(
        fault.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

/// One connection of a client, given back when it is dropped.
struct Place {
    guests: Arc<Mutex<HashMap<IpAddr, usize>>>,
    client: IpAddr,
}

impl Place {
    fn take(guests: &Arc<Mutex<HashMap<IpAddr, usize>>>, client: IpAddr, most: usize) -> Option<Self> {
        let mut counts = guests.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(client).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Self { guests: Arc::clone(guests), client })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

/// Counts an open connection.
struct Open(Arc<crate::measure::Measures>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.disconnected();
    }
}

/// The limits that the operating system allows: each connection is a file, and the process gets as many as it may have.
pub(super) fn affordable(limits: Limits) -> Limits {
    let files = files();
    let most = usize::try_from(files.saturating_sub(FILES)).unwrap_or(usize::MAX).max(1);
    if limits.connections > most {
        tracing::warn!(
            files,
            connections = most,
            "the process may not open as many files as there may be connections; fewer are accepted. \
             Raise LimitNOFILE, or lower the number of connections"
        );
    }
    Limits { connections: limits.connections.min(most), ..limits }
}

#[cfg(unix)]
fn files() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // where it cannot be raised, what is there must do
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(not(unix))]
fn files() -> u64 {
    u64::MAX
}
