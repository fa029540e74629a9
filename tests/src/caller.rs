//! Another program that speaks to the backend directly: one that holds a key, or another place that signs in.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a request was answered with.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body; null where it is none.
    pub body: Value,
}

/// `GET /v1/whoami` with a key's or a session's secret: 200 where it works.
pub async fn whoami(address: &str, secret: &str) -> Result<u16> {
    Ok(ask(address, "GET", "/v1/whoami", Some(secret), None).await?.status)
}

/// Signs in from another place and answers that session's token.
pub async fn sign_in(address: &str, email: &str, password: &str, place: &str) -> Result<String> {
    let credentials = json!({ "email": email, "password": password, "place": place });
    let answer = ask(address, "POST", "/v1/sessions", None, Some(credentials)).await?;
    let token = answer.body["token"].as_str();
    token.map(str::to_owned).with_context(|| format!("nobody is signed in: {answer:?}"))
}

/// One request on a connection of its own.
pub async fn ask(
    address: &str,
    method: &str,
    path: &str,
    bearer: Option<&str>,
    body: Option<Value>,
) -> Result<Answer> {
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let mut lines = vec![
        format!("{method} {path} HTTP/1.1"),
        format!("host: {address}"),
        "connection: close".to_owned(),
        format!("content-length: {}", body.len()),
    ];
    lines.extend(bearer.map(|secret| format!("authorization: Bearer {secret}")));
    if !body.is_empty() {
        lines.push("content-type: application/json".to_owned());
    }
    let request = format!("{}\r\n\r\n{body}", lines.join("\r\n"));

    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    Ok(Answer {
        status: status.with_context(|| format!("not an answer: {answer}"))?,
        body: serde_json::from_str(body).unwrap_or_default(),
    })
}
