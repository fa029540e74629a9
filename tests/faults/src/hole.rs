//! A port on which connections never come about: the queue of those that nobody has accepted is full, and the kernel drops
//! whoever comes then.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// A full queue.
#[derive(Debug)]
pub struct Hole {
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Hole {
    /// Takes the port and fills its queue.
    pub async fn dig(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(address).unwrap();
        let listener = socket.listen(1).unwrap();
        let mut queue = Vec::new();
        // a connection that takes this long on one computer has been dropped
        while let Ok(stream) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
            queue.push(stream.unwrap());
        }
        Self { _listener: listener, _queue: queue }
    }
}
