//! Raw connections, for what no well-behaved client does: half a head, a body in drops, a stranger's headers. Each may come
//! from another address of this machine.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// What is shown is that there is an end, not how soon.
pub const LONG: Duration = Duration::from_secs(20);

/// A connection from this address of the machine (127.0.0.0/8 is all its own).
pub async fn connect(to: &str, from: &str) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from.parse().unwrap(), 0))?;
    socket.connect(to.parse().unwrap()).await
}

/// Sends this, and reads until the other side has no more to say.
pub async fn say(to: &str, from: &str, text: &str) -> String {
    let mut stream = connect(to, from).await.unwrap();
    // whoever is turned away may find the door shut before everything is said
    let _ = stream.write_all(text.as_bytes()).await;
    rest(&mut stream).await
}

/// What still comes, up to the end.
pub async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("the connection ends");
    match read {
        Ok(_) => {}
        Err(fault) => assert_eq!(fault.kind(), std::io::ErrorKind::ConnectionReset),
    }
    String::from_utf8(bytes).unwrap()
}

/// A request whose answer ends its connection.
pub fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: postern.example\r\nconnection: close\r\n{headers}\r\n")
}

/// The status of a whole answer.
pub fn status(answer: &str) -> u16 {
    let line = answer.strip_prefix("HTTP/1.1 ").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    line[..3].parse().unwrap()
}

/// The value of a header.
pub fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let (head, _) = answer.split_once("\r\n\r\n")?;
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// The address that a program says in its log it shows its metrics on.
pub fn metrics_of(log: &str) -> String {
    let line = log.lines().find(|line| line.contains("metrics are shown")).expect("it says where");
    let (_, address) = line.split_once("address=").unwrap();
    address.trim().to_owned()
}

/// The value of a series of metrics.
pub fn value(text: &str, series: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}
