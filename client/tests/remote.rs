//! A remote backend's every fault, brought about by a real server on a real socket: each has its own code, arrives
//! within the limit, and nothing but a `GET` is ever sent twice.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod server;

use postern_client::options::backend_url;
use postern_client::transport::remote::{Limits, Remote};
use postern_client::transport::way::Way;
use postern_client::transport::{ANSWER_MAX, Transport, WireAnswer, WireRequest};
use postern_contract::capabilities::Capabilities;
use postern_contract::connection::CertificateFault;
use postern_contract::operation::{CloseSession, GetCapabilities};
use postern_contract::{Problem, ProblemCode, Secret};
use server::{Server, answer};
use std::time::Duration;
use tokio::time::timeout;

fn remote(server: &Server) -> Remote {
    let short = Duration::from_millis(700);
    Remote::new(&Way::to(server.url.clone(), Limits { connect: short, total: short })).unwrap()
}

async fn call(server: &Server) -> Result<WireAnswer, Problem> {
    let token = Secret::from("canary-token");
    let request = WireRequest::of(&CloseSession { body: () }, Some(token)).unwrap();
    remote(server).call(request).await
}

/// Much longer than a request may take.
const NOT_FOR_EVER: Duration = Duration::from_secs(20);

async fn fault(server: Server) -> ProblemCode {
    let problem = timeout(NOT_FOR_EVER, call(&server)).await.unwrap().unwrap_err();
    assert!(!format!("{problem:?}").contains("canary"), "LOG-1");
    problem.code
}

#[tokio::test]
async fn an_answer_comes_through() {
    let capabilities = serde_json::to_string(&Capabilities::default()).unwrap();
    let server = Server::answering(answer("200 OK", "application/json; charset=utf-8", &capabilities)).await;
    let request = WireRequest::of(&GetCapabilities { body: () }, None).unwrap();
    let told = remote(&server).call(request).await.unwrap();
    assert_eq!((told.status, told.media_type.as_deref()), (200, Some("application/json")));
    assert_eq!(told.bytes.expose(), capabilities.as_bytes());
    let heard = server.heard();
    assert!(heard[0].starts_with("GET /v1/capabilities HTTP/1.1\r\n"), "{heard:?}");
    assert!(!heard[0].to_lowercase().contains("authorization"), "nobody is signed in: {heard:?}");
}

#[tokio::test]
async fn a_token_travels_in_its_header_alone() {
    let server = Server::answering(answer("204 No Content", "", "")).await;
    assert_eq!(call(&server).await.unwrap().status, 204);
    let heard = server.heard().concat();
    assert!(heard.contains("authorization: Bearer canary-token\r\n"), "{heard}");
    assert_eq!(heard.matches("canary").count(), 1);
}

#[tokio::test]
async fn nobody_listens() {
    assert_eq!(fault(Server::refusing().await).await, ProblemCode::BackendUnreachable);
}

#[tokio::test]
async fn a_name_that_is_unknown() {
    let url = backend_url("https://accounts.harbor.invalid").unwrap();
    let remote = Remote::new(&Way::to(url, Limits::default())).unwrap();
    let request = WireRequest::of(&GetCapabilities { body: () }, None).unwrap();
    assert_eq!(remote.call(request).await.unwrap_err().code, ProblemCode::BackendUnreachable);
}

#[tokio::test]
async fn a_connection_that_is_reset() {
    assert_eq!(fault(Server::resetting(Vec::new()).await).await, ProblemCode::BackendUnreachable);
    let half = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{".to_vec();
    assert_eq!(fault(Server::resetting(half).await).await, ProblemCode::BackendUnreachable);
}

#[tokio::test]
async fn silence_and_a_drip_of_bytes_end_in_time() {
    assert_eq!(fault(Server::silent().await).await, ProblemCode::BackendTimeout);
    assert_eq!(fault(Server::dripping().await).await, ProblemCode::BackendTimeout);
}

#[tokio::test]
async fn net_3_another_program_and_a_page_of_the_network_are_recognised() {
    let page = "<html><h1>Welcome to the harbor hotel</h1></html>";
    for (other, code) in [
        (answer("200 OK", "text/html; charset=utf-8", page), ProblemCode::CaptivePortal),
        (answer("511 Network Authentication Required", "text/html", page), ProblemCode::CaptivePortal),
        (answer("404 Not Found", "text/html", page), ProblemCode::NotOurBackend),
        (answer("200 OK", "text/plain", "hello"), ProblemCode::NotOurBackend),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec(), ProblemCode::NotOurBackend),
        // what stands before a backend that is down
        (answer("502 Bad Gateway", "text/html", page), ProblemCode::BackendUnreachable),
    ] {
        let shown = String::from_utf8_lossy(&other).into_owned();
        assert_eq!(fault(Server::answering(other).await).await, code, "{shown}");
    }
}

#[tokio::test]
async fn net_2_a_redirect_is_never_followed() {
    let elsewhere = Server::answering(answer("200 OK", "application/json", "{}")).await;
    let (there, here) = (format!("{}v1/session", elsewhere.url), "/elsewhere".to_owned());
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        for (to, code) in [(&there, ProblemCode::CaptivePortal), (&here, ProblemCode::NotOurBackend)] {
            let redirect = format!("HTTP/1.1 {status}\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
            assert_eq!(fault(Server::answering(redirect.into_bytes()).await).await, code, "{status} {to}");
        }
    }
    assert_eq!(elsewhere.heard(), Vec::<String>::new(), "the token did not travel on");
}

#[tokio::test]
async fn an_endless_answer_is_left() {
    let large = answer("200 OK", "application/json", &" ".repeat(ANSWER_MAX + 1));
    assert_eq!(fault(Server::answering(large).await).await, ProblemCode::NotOurBackend);
    let fits = answer("200 OK", "application/json", &" ".repeat(ANSWER_MAX));
    assert!(call(&Server::answering(fits).await).await.is_ok());
}

#[tokio::test]
async fn net_2_a_server_without_tls_is_told_nothing() {
    // a server that does not speak TLS at all, asked over https
    let server = Server::answering(answer("200 OK", "application/json", "{}")).await;
    let mut url = server.url.clone();
    url.set_scheme("https").unwrap();
    let remote = Remote::new(&Way::to(url, Limits::default())).unwrap();
    let request = WireRequest::of(&CloseSession { body: () }, Some(Secret::from("canary-token"))).unwrap();
    let refused = remote.call(request).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::CertificateRefused);
    assert_eq!(refused.certificate, Some(CertificateFault::NotEncrypted));
    assert!(!server.heard().concat().contains("canary"), "nothing is said before the other side is known");
}
