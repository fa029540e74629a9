//! What a proxy in front may say of a request, and that nobody else may.
#![cfg(unix)]

use crate::depth::rounds;
use crate::wire::{get, header, say, status};
use crate::world::World;

const PROXY: &str = "127.0.0.9";
const STRANGER: &str = "127.0.0.8";

// API-5, API-8, LOG-1: a request's id is taken from a trusted proxy, if it is one, and from nobody else
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_5_only_a_trusted_proxy_names_requests() {
    let more = ["http.trusted_proxies = [\"127.0.0.9/32\", \"fd00::/8\"]", "log.format = \"json\""];
    let world = World::program(&more).await;
    let address = world.served_by().address();
    let named =
        |id: &str| get("/v1/account", &format!("x-request-id: {id}\r\nx-forwarded-for: 198.51.100.7\r\n"));
    let by_proxy = say(address, PROXY, &named("edge-7.a_B")).await;
    assert_eq!((status(&by_proxy), header(&by_proxy, "x-request-id")), (401, Some("edge-7.a_B")));
    assert!(by_proxy.contains("\"request_id\":\"edge-7.a_B\""));
    // API-8: what comes back is as it is described, whoever gave the name
    let described: serde_json::Value = serde_json::from_str(&postern_backend::openapi::text()).unwrap();
    let described = &described["components"]["headers"]["RequestId"]["schema"];
    let longest = "edge_".repeat(12) + "edge";
    for (from, id) in [(PROXY, longest.as_str()), (PROXY, "0"), (PROXY, "a=b"), (STRANGER, "edge-7")] {
        let answer = say(address, from, &named(id)).await;
        let given = header(&answer, "x-request-id").unwrap();
        assert!(jsonschema::is_valid(described, &given.into()), "{given}: {described}");
        assert_eq!(given == id, from == PROXY && id != "a=b", "{given}");
    }
    for (from, id) in [(STRANGER, "edge-8"), (PROXY, "edge 9"), (PROXY, "edge\tx"), (PROXY, "{}")] {
        let answer = say(address, from, &named(id)).await;
        let given = header(&answer, "x-request-id").unwrap();
        assert!(given != id && given.len() == 36, "{given}");
    }
    // what is no header at all is no request either
    assert_eq!(status(&say(address, PROXY, &named("edge\u{1b}[31m")).await), 400);
    // LOG-1: every line of a request says which, and none says where it came from
    let log = world.served_by().log();
    let (mut named, mut unread) = (0, 0);
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
        if line["fields"]["message"] == "refused" {
            let path = &line["spans"][0]["path"];
            // what was no request had no path either
            unread += u32::from(path == "-");
            assert!(path == "/v1/account" || path == "-", "{line}");
            named += u32::from(line["spans"][0]["id"] == "edge-7.a_B");
        }
    }
    assert_eq!((named, unread), (1, 1));
    for private in ["198.51.100.7", PROXY, STRANGER, "edge 9", "edge-8"] {
        assert!(!log.contains(private), "{private}");
    }
}

// API-5: who is a proxy is not counted as one client, and who only says so is
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_5_connections_of_a_proxy_are_not_one_clients() {
    let more = ["http.trusted_proxies = [\"127.0.0.9\"]", "http.connections_per_client = 1"];
    let world = World::program(&more).await;
    let address = world.served_by().address();
    let question =
        get("/v1/capabilities", "x-forwarded-for: 198.51.100.7\r\nforwarded: for=198.51.100.8\r\n");
    for (from, expected) in [(PROXY, 200), (STRANGER, 503)] {
        let _held = crate::wire::connect(address, from).await.unwrap();
        assert_eq!(status(&say(address, from, &question).await), expected, "{from}");
    }
}

// API-5: a thousand made-up origins are one client, to whom one budget is given
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_5_forged_origins_do_not_widen_a_budget() {
    const MOST: u32 = 10;
    let budget = format!("budgets.refusals_from_one_place = {MOST}");
    let world = World::program(&["http.trusted_proxies = [\"127.0.0.9\"]", &budget]).await;
    let address = world.served_by().address();
    let guess = async |from: &str, n: u32, headers: &str| {
        // a guess at another account each time: what is shown is not a lock of one
        let body = format!(r#"{{"email":"mina{n}@harbor.example","password":"a guess that is wrong"}}"#);
        let question = format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n\
             {headers}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        status(&say(address, from, &question).await)
    };
    let forged = |n: u32| format!("198.51.{}.{}", n / 250, n % 250);
    for from in [STRANGER, PROXY] {
        let mut answers = Vec::new();
        for n in 0..rounds(40, 1000) {
            let origin = forged(n);
            // what a proxy adds stands at the right
            let seen = if from == PROXY { ", 203.0.113.7" } else { "" };
            let headers = format!(
                "x-forwarded-for: {origin}{seen}\r\nforwarded: for={origin}\r\nx-real-ip: {origin}\r\n"
            );
            answers.push(guess(from, n, &headers).await);
        }
        let (let_in, kept_out) = answers.split_at(MOST as usize);
        assert!(let_in.iter().all(|status| *status == 403), "{from}: {answers:?}");
        assert!(kept_out.iter().all(|status| *status == 429), "{from}: {answers:?}");
    }
    // whom the proxy really sees for the first time has a budget of their own
    assert_eq!(guess(PROXY, 5000, "x-forwarded-for: 203.0.113.8\r\n").await, 403);
}
