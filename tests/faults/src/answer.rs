//! Answers that no backend gives.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// 100 MB.
pub const HUGE: usize = 100 * 1024 * 1024;
/// How deep is too deep.
const DEPTH: usize = 100_000;

/// A complete answer; `headers` end with a line break each.
fn complete(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// The head of an answer whose body is [`HUGE`].
pub fn huge_head() -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {HUGE}\r\n\r\n")
        .into_bytes()
}

/// 100 MB of spaces, packed: a hundred members of one, since what is packed may be written one after the other.
pub fn gzip_bomb() -> Vec<u8> {
    let spaces = vec![b' '; 1024 * 1024];
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(&spaces).unwrap();
    let member = packer.finish().unwrap();
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    complete("200 OK", headers, &member.repeat(HUGE / spaces.len()))
}

/// Arrays within arrays.
pub fn deep_json() -> Vec<u8> {
    let body = [vec![b'['; DEPTH], vec![b']'; DEPTH]].concat();
    complete("200 OK", "content-type: application/json\r\n", &body)
}

const WELCOME: &[u8] = b"<!doctype html><title>Harbor hotel</title><h1>Welcome. Sign in to the network.</h1>";

/// Leads to the page of a network.
pub fn redirect() -> Vec<u8> {
    complete("302 Found", "location: http://portal.harbor-hotel.invalid/welcome\r\n", b"")
}

/// The page of a network.
pub fn page() -> Vec<u8> {
    complete("200 OK", "content-type: text/html; charset=utf-8\r\n", WELCOME)
}

/// The network asks for a sign-in.
pub fn network_sign_in() -> Vec<u8> {
    complete("511 Network Authentication Required", "content-type: text/html\r\n", WELCOME)
}

/// What stands before a backend that is down says so.
pub fn bad_gateway() -> Vec<u8> {
    complete("502 Bad Gateway", "content-type: text/html\r\n", b"<h1>502 Bad Gateway</h1>")
}

/// A backend that is at its limit.
pub fn busy(seconds: u32) -> Vec<u8> {
    let body = format!(
        r#"{{"type":"urn:postern:problem:overloaded","title":"The backend is busy","status":503,"code":"overloaded","retry_after_seconds":{seconds}}}"#
    );
    let headers = format!("content-type: application/problem+json\r\nretry-after: {seconds}\r\n");
    complete("503 Service Unavailable", &headers, body.as_bytes())
}

/// Something that is not HTTP.
pub fn not_http() -> Vec<u8> {
    b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n".to_vec()
}
