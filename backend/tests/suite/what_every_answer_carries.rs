//! The headers of every answer of every route, as one table: what they carry, and by that what they do not.
#![cfg(unix)]

use crate::wire::say;
use crate::world::World;
use contract::operation::OPERATIONS;
use std::collections::BTreeMap;

/// What differs from one answer to the next.
const VARYING: [&str; 4] = ["date", "x-request-id", "content-length", "etag"];

/// The names and values of an answer's headers, without those that vary.
fn headers(answer: &str) -> BTreeMap<String, String> {
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    let all: BTreeMap<_, _> = head
        .lines()
        .skip(1)
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    assert!(all.contains_key("x-request-id"), "{answer}");
    all.into_iter().filter(|(name, _)| !VARYING.contains(&name.as_str())).collect()
}

// API-7: nothing is kept, nothing is guessed at, no other origin is let in, and nobody says what answers
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_7_every_answer_carries_the_same() {
    let world = World::program(&["http.trusted_proxies = [\"127.0.0.9\"]"]).await;
    let address = world.served_by().address();
    // every route with every method, and what is no route; a page of another origin asks too
    let mut routes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for declared in OPERATIONS {
        routes.entry(declared.path).or_default().push(declared.method.as_str());
    }
    for path in ["/livez", "/readyz", "/openapi.json"] {
        routes.insert(path, vec!["GET"]);
    }
    routes.insert("/nowhere", Vec::new());
    for (path, allowed) in &routes {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let path = path.replace("{id}", "00000000-0000-0000-0000-000000000001");
            let question = format!(
                "{method} {path} HTTP/1.1\r\nhost: postern.example\r\nconnection: close\r\n\
                 origin: https://elsewhere.example\r\naccess-control-request-method: {method}\r\n\r\n"
            );
            let told = |extra: &[(&str, &str)]| {
                let common = [
                    ("cache-control", "no-store"),
                    ("connection", "close"),
                    ("x-content-type-options", "nosniff"),
                ];
                let all = common.iter().chain(extra);
                all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>()
            };
            let answer = say(address, "127.0.0.1", &question).await;
            let mut found = headers(&answer);
            let status = crate::wire::status(&answer);
            // which credential, when to come back, and what it is: each belongs to its status
            let challenge = found.remove("www-authenticate");
            assert_eq!(challenge.is_some(), status == 401, "{method} {path}");
            let later = found.remove("retry-after");
            assert!(later.is_none() || status == 429 || status == 503, "{method} {path}");
            let media = found.remove("content-type");
            let expected = match status {
                204 => None,
                200..=202 if media.is_none() => None,
                200..=202 => Some("application/json"),
                _ => Some("application/problem+json"),
            };
            assert_eq!(media.as_deref(), expected, "{method} {path}: {status}");
            if status == 405 {
                let mut allow: Vec<_> =
                    found.remove("allow").unwrap().split(',').map(str::to_owned).collect();
                // where there is GET, there is HEAD
                allow.retain(|method| method != "HEAD");
                allow.sort_unstable();
                let mut allowed = allowed.clone();
                allowed.sort_unstable();
                assert_eq!(allow, allowed, "{path}");
            } else {
                assert!(allowed.is_empty() || allowed.contains(&method), "{method} {path}: {status}");
            }
            assert_eq!(found, told(&[]), "{method} {path}: {status}");
            // the same through a proxy with TLS
            let found = headers(&say(address, "127.0.0.9", &question).await);
            assert_eq!(found["strict-transport-security"], "max-age=31536000", "{method} {path}");
        }
    }
}
