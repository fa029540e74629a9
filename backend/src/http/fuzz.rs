//! The door of the fuzzer: any bytes, read as a request the way the router reads one, up to the operation that a handler
//! would get. Not part of any program: built with the feature `fuzz` alone.

use super::{once, read};
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, IF_MATCH};
use axum::http::{HeaderValue, Request};
use contract::Problem;
#[allow(clippy::wildcard_imports, reason = "the list names them all")]
use contract::operation::*;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

type Reading = fn(&mut Lines) -> Result<Vec<u8>, Problem>;

macro_rules! readings {
    ($($operation:ident,)*) => { const READINGS: &[Reading] = &[$(reading::<$operation>,)*]; };
}
contract::with_operations!(readings);

/// Reads a request. The first byte chooses the operation; then a line each for the id in the path, the query, the media
/// type, `Authorization`, `If-Match` and `Idempotency-Key`; the rest is the body. What was accepted comes back as its
/// body would be written again.
pub fn request(data: &[u8]) -> Result<Vec<u8>, Problem> {
    let Some((first, rest)) = data.split_first() else { return Ok(Vec::new()) };
    READINGS[usize::from(*first) % READINGS.len()](&mut Lines(rest))
}

/// What is left to be read.
struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    fn next(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == b'\n').unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        line
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.next()).ok().filter(|text| !text.is_empty())
    }
}

fn reading<O: Operation>(lines: &mut Lines) -> Result<Vec<u8>, Problem> {
    let id = lines.text();
    let query = lines.text().map(|query| format!("?{query}")).unwrap_or_default();
    let mut request = Request::builder().uri(format!("/v1{query}"));
    for header in [CONTENT_TYPE, AUTHORIZATION, IF_MATCH, HeaderName::from_static("idempotency-key")] {
        // what cannot be a header never reaches the reader
        if let Some(value) = Some(lines.next())
            .filter(|line| !line.is_empty())
            .and_then(|line| HeaderValue::from_bytes(line).ok())
        {
            request = request.header(header, value);
        }
    }
    let Ok(request) = request.body(Body::from(lines.0.to_vec())) else { return Ok(Vec::new()) };
    let (head, body) = request.into_parts();
    read::bearer(&head.headers)?;
    let body = at_once(read::body::<O::Body>(&head.headers, body));
    let operation = O::read(&read::line(&head, id)?, body?)?;
    if O::DECLARED.once {
        once::key(&head.headers)?;
    }
    Ok(serde_json::to_vec(operation.body()).unwrap_or_default())
}

/// A body that is in memory is read without waiting.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::request;
    use contract::operation::OPERATIONS;

    // API-4: what the fuzzer begins with reaches every operation
    #[test]
    fn api_4_each_operation_has_a_seed_that_is_read() {
        let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/requests/");
        for (place, declared) in OPERATIONS.iter().enumerate() {
            let seed = std::fs::read(format!("{seeds}{}", declared.name)).unwrap();
            assert_eq!(usize::from(seed[0]) % OPERATIONS.len(), place, "{}", declared.name);
            assert!(request(&seed).is_ok(), "{}: {:?}", declared.name, request(&seed));
        }
        assert!(request(b"").is_ok() && request(b"\x01\n\n\n").is_err());
    }
}
