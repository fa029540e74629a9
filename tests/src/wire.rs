//! A wire between the application and its backend that a story can cut, hold and mend.

use anyhow::Result;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// What the wire does with a new connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Carries it to the backend.
    Carry,
    /// Takes the request whose line begins so and never answers; the backend does not see it. Others are carried.
    Hold(&'static str),
    /// Ends it at once.
    Cut,
}

/// A wire; it is torn out when dropped.
#[derive(Debug)]
pub struct Wire {
    mode: watch::Sender<Mode>,
    held: Arc<Notify>,
    task: JoinHandle<()>,
    /// Where the application connects to.
    pub url: String,
}

impl Wire {
    /// A wire to a backend's address.
    pub async fn to(backend: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (mode, watched) = watch::channel(Mode::Carry);
        let held = Arc::new(Notify::new());
        let seen = Arc::clone(&held);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, backend.clone(), watched.clone(), Arc::clone(&seen)));
            }
        });
        Ok(Self { mode, held, task, url })
    }

    /// Changes what happens to requests from now on.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Waits until a request is held.
    pub async fn holds(&self) {
        self.held.notified().await;
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One connection. A kept-alive one is looked at anew with each request's first bytes.
async fn carry(mut client: TcpStream, backend: String, mode: watch::Receiver<Mode>, held: Arc<Notify>) {
    let mut bytes = vec![0; 16 * 1024];
    let Ok(read) = client.read(&mut bytes).await else { return };
    let mode = *mode.borrow();
    match mode {
        Mode::Cut => {}
        Mode::Hold(line) if bytes[..read].starts_with(line.as_bytes()) => {
            held.notify_one();
            // until the other side gives up or dies
            while client.read(&mut bytes).await.is_ok_and(|more| more > 0) {}
        }
        Mode::Hold(_) | Mode::Carry => {
            let Ok(mut server) = TcpStream::connect(backend).await else { return };
            let asked = close_after(&bytes[..read]);
            if server.write_all(&asked).await.is_ok() {
                drop(copy_bidirectional(&mut client, &mut server).await);
            }
        }
    }
}

/// The request with `Connection: close`, so that the next one comes as a connection of its own.
fn close_after(request: &[u8]) -> Vec<u8> {
    match request.windows(2).position(|pair| pair == b"\r\n") {
        Some(end) => [&request[..end], b"\r\nconnection: close".as_slice(), &request[end..]].concat(),
        None => request.to_vec(),
    }
}
