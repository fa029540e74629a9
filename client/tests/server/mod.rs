//! A server that behaves in one way, on a real socket of this computer.
#![allow(dead_code, reason = "each test binary uses its own part of it")]

use reqwest::Url;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server; it ends with the test.
pub struct Server {
    /// Where it is.
    pub url: Url,
    heard: Arc<Mutex<Vec<String>>>,
}

/// A complete answer.
pub fn answer(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n");
    if status.starts_with("204") {
        return b"HTTP/1.1 204 No Content\r\n\r\n".to_vec();
    }
    [head.as_bytes(), body.as_bytes()].concat()
}

impl Server {
    /// Answers every connection with these bytes and closes it.
    pub async fn answering(bytes: Vec<u8>) -> Self {
        Self::start(move |mut stream| {
            let bytes = bytes.clone();
            async move {
                // a client that has left already is part of some tests
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
        })
        .await
    }

    /// Sends these bytes, then resets the connection.
    pub async fn resetting(bytes: Vec<u8>) -> Self {
        Self::start(move |mut stream| {
            let bytes = bytes.clone();
            async move {
                let _ = stream.write_all(&bytes).await;
                stream.set_zero_linger().unwrap();
            }
        })
        .await
    }

    /// Takes the request and says nothing.
    pub async fn silent() -> Self {
        Self::start(|stream| async move {
            std::future::pending::<()>().await;
            drop(stream);
        })
        .await
    }

    /// Answers one byte at a time, for ever.
    pub async fn dripping() -> Self {
        Self::start(|mut stream| async move {
            let head =
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n";
            let mut left = stream.write_all(head).await.is_err();
            let mut beat = tokio::time::interval(Duration::from_millis(50));
            while !left {
                beat.tick().await;
                left = stream.write_all(b" ").await.is_err();
            }
        })
        .await
    }

    /// An address where nobody listens.
    pub async fn refusing() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { url: address(&listener), heard: Arc::default() }
    }

    /// What was asked so far, a text for each connection.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    async fn start<B, F>(behave: B) -> Self
    where
        B: Fn(TcpStream) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { url: address(&listener), heard: Arc::default() };
        let heard = Arc::clone(&server.heard);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 65_536];
                let read = stream.read(&mut request).await.unwrap_or(0);
                heard.lock().unwrap().push(String::from_utf8_lossy(&request[..read]).into_owned());
                tokio::spawn(behave(stream));
            }
        });
        server
    }
}

fn address(listener: &TcpListener) -> Url {
    format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()
}
