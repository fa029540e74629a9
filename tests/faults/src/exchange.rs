//! One request read from a client, and its answer fetched from the backend; a connection for each.

use crate::heard::Heard;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A message of HTTP: its head up to and with the empty line, and its body.
#[derive(Debug, Clone)]
pub struct Message {
    pub head: String,
    pub body: Vec<u8>,
}

impl Message {
    /// Reads one; none where the other side has left.
    pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut body = bytes.split_off(end);
        let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        while body.len() < length {
            if stream.read_buf(&mut body).await.ok()? == 0 {
                return None;
            }
        }
        Some(Self { head, body })
    }

    /// What was asked.
    pub fn heard(&self) -> Option<Heard> {
        Heard::read(&self.head)
    }

    /// As bytes, with the connection's end announced.
    pub fn bytes(&self) -> Vec<u8> {
        let kept = self.head.trim_end_matches("\r\n").split("\r\n");
        let mut head: Vec<_> =
            kept.filter(|line| !line.to_ascii_lowercase().starts_with("connection:")).collect();
        head.push("connection: close\r\n\r\n");
        [head.join("\r\n").as_bytes(), &self.body].concat()
    }

    /// The same head with another body, whose length it says.
    pub fn with(&self, media_type: &str, body: &[u8]) -> Vec<u8> {
        let status = self.head.split("\r\n").next().unwrap_or_default();
        // an answer without a body gets one
        let status = if status.contains(" 204 ") { "HTTP/1.1 200 OK" } else { status };
        let length = body.len();
        let head = format!(
            "{status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    }

    /// What the body is said to be.
    pub fn media_type(&self) -> &str {
        header(&self.head, "content-type").unwrap_or("application/json")
    }
}

/// Asks the backend.
pub async fn fetch(backend: SocketAddr, request: &Message) -> Option<Message> {
    let mut stream = TcpStream::connect(backend).await.ok()?;
    stream.write_all(&request.bytes()).await.ok()?;
    Message::read(&mut stream).await
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    lines.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
