//! Every operation of the desktop × every fault of a network, through a proxy before a real backend: each ends in a typed
//! problem, in time, and within bounds of memory.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod operations;
mod shared;

use operations::{Any, all};
use postern_client::again;
use postern_client::transport::remote::{Limits, Remote};
use postern_client::transport::way::Way;
use postern_contract::ProblemCode;
use postern_faults::{Mode, Proxy};
use shared::Shared;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// Until a connection stands, and until an answer is complete, where the fault is that it is not.
const SHORT: Limits = Limits { connect: Duration::from_millis(700), total: Duration::from_millis(1200) };
/// The same where the fault is another, on a computer that has much to do.
const LONG: Limits = Limits { connect: Duration::from_secs(10), total: Duration::from_secs(20) };
/// By how much the memory of this process may grow while it is offered 100 MB two dozen times at once, twice: ten times
/// what may be read of each.
const MEMORY_MAX: u64 = 256 * 1024 * 1024;

/// What an operation ends with, and the limits under which it does.
fn expected(mode: Mode) -> (ProblemCode, Limits) {
    match mode {
        Mode::BlackHole => (ProblemCode::BackendUnreachable, SHORT),
        Mode::Silence | Mode::Drip | Mode::Delay(_) => (ProblemCode::BackendTimeout, SHORT),
        Mode::Redirect | Mode::Page | Mode::NetworkSignIn => (ProblemCode::CaptivePortal, LONG),
        Mode::Cut
        | Mode::WrongType
        | Mode::Huge
        | Mode::GzipBomb
        | Mode::DeepJson
        | Mode::Corrupt
        | Mode::NotHttp => (ProblemCode::NotOurBackend, LONG),
        _ => (ProblemCode::BackendUnreachable, LONG),
    }
}

fn remote(url: &str, limits: Limits) -> Remote {
    Remote::new(&Way::to(url.parse().unwrap(), limits)).unwrap()
}

/// Asks for everything at once, each over a way of its own, and says how each ended.
async fn ask_all(url: &str, limits: Limits) -> Vec<(Any, Option<ProblemCode>)> {
    let deadline = limits.total * (1 + u32::try_from(again::TRIES_AGAIN).unwrap()) + again::WAIT_MAX;
    let mut asked = JoinSet::new();
    for any in all() {
        let way = remote(url, limits);
        asked.spawn(async move { (any, timeout(deadline, (any.ask)(&way)).await) });
    }
    let ended = asked.join_all().await;
    ended
        .into_iter()
        .map(|(any, ended)| {
            let problem = ended.unwrap_or_else(|_| panic!("{} hangs", any.name)).err();
            assert!(!format!("{problem:?}").contains("canary"), "LOG-1");
            (any, problem.map(|problem| problem.code))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn net_1_every_operation_meets_every_fault_with_a_typed_problem_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::serve(folder.path()).await;
    let proxy = Proxy::before(shared.address()).await;
    let before = memory();
    let (waited, other): (Vec<_>, Vec<_>) =
        Mode::FAULTS.into_iter().partition(|mode| expected(*mode).1 == SHORT);
    tokio::join!(walk(shared.address(), waited), walk(shared.address(), other));
    let nowhere = format!("http://{}", Mode::UNKNOWN_NAME);
    for (any, code) in ask_all(&nowhere, LONG).await {
        // a computer without any network says so instead
        let known = [Some(ProblemCode::BackendUnreachable), Some(ProblemCode::Offline)];
        assert!(known.contains(&code), "{} × an unknown name: {code:?}", any.name);
    }
    let grown = memory().saturating_sub(before);
    assert!(grown < MEMORY_MAX, "{grown} bytes more than before");
    // and what is whole comes through
    proxy.set(Mode::Whole).await;
    for (any, code) in ask_all(&proxy.url(), LONG).await {
        assert!(code.is_none_or(|code| code.status() != 0), "{}: {code:?}", any.name);
    }
}

/// Shows every operation these faults, one after the other.
async fn walk(backend: std::net::SocketAddr, modes: Vec<Mode>) {
    let proxy = Proxy::before(backend).await;
    for mode in modes {
        proxy.set(mode).await;
        let (expected, limits) = expected(mode);
        for (any, code) in ask_all(&proxy.url(), limits).await {
            assert_eq!(code, Some(expected), "{} × {mode:?}", any.name);
        }
    }
}

/// The most memory that this process ever had, in bytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn net_5_only_what_may_be_sent_twice_is() {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::serve(folder.path()).await;
    let proxy = Proxy::before(shared.address()).await;
    // the backend acts, and its answer is lost
    proxy.set(Mode::LoseAnswer).await;
    for any in all() {
        let way = remote(&proxy.url(), LONG);
        assert_eq!((any.ask)(&way).await.unwrap_err().code, ProblemCode::BackendUnreachable, "{}", any.name);
        let sent = proxy.heard();
        proxy.forget();
        assert!(sent.iter().all(|heard| heard.method == any.line.0), "{}", any.name);
        // of what may be sent twice, a slow try leaves no time for another
        let times = if any.repeats { 2..=1 + again::TRIES_AGAIN } else { 1..=1 };
        assert!(times.contains(&sent.len()), "{}: {}", any.name, sent.len());
        // the wish stays the same
        let key = sent[0].header("idempotency-key");
        assert!(sent.iter().all(|again| again.header("idempotency-key") == key), "{}", any.name);
        assert_eq!(key.is_some(), any.repeats && any.line.0 != "GET", "{}", any.name);
    }
    assert!(
        all().iter().any(|any| any.repeats && any.line.0 == "POST") && all().iter().any(|any| !any.repeats)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn net_5_a_busy_backend_is_asked_again_when_it_says_and_not_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::serve(folder.path()).await;
    let proxy = Proxy::before(shared.address()).await;
    let account = all().into_iter().find(|any| any.name == "GetAccount").unwrap();
    let way = remote(&proxy.url(), LONG);
    proxy.set(Mode::Busy(1)).await;
    let begun = Instant::now();
    assert_eq!((account.ask)(&way).await.unwrap_err().code, ProblemCode::Overloaded);
    assert!(begun.elapsed() >= Duration::from_secs(1), "it was left alone meanwhile");
    assert!((2..=1 + again::TRIES_AGAIN).contains(&proxy.count("GET /v1/account")));
    // a minute is for the person to wait
    proxy.forget();
    proxy.set(Mode::Busy(60)).await;
    let told = (account.ask)(&way).await.unwrap_err();
    assert_eq!((told.code, told.retry_after_seconds), (ProblemCode::Overloaded, Some(60)));
    assert_eq!(proxy.count("GET /v1/account"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn net_3_a_page_of_the_network_is_told_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::serve(folder.path()).await;
    let proxy = Proxy::before(shared.address()).await;
    let by_name = |name: &str| all().into_iter().find(|any| any.name == name).unwrap();
    for mode in [Mode::Page, Mode::Redirect, Mode::NetworkSignIn] {
        let way = remote(&proxy.url(), LONG);
        proxy.set(mode).await;
        proxy.forget();
        let code = (by_name("GetAccount").ask)(&way).await.unwrap_err().code;
        assert_eq!((code, proxy.heard().len()), (ProblemCode::CaptivePortal, 1), "{mode:?}");
        // from now on neither a token nor a password
        proxy.forget();
        for name in ["GetAccount", "OpenSession", "StepUp", "AddKey"] {
            let code = (by_name(name).ask)(&way).await.unwrap_err().code;
            assert_eq!(code, ProblemCode::CaptivePortal, "{mode:?} {name}");
        }
        for heard in proxy.heard() {
            assert_eq!(heard.line(), "GET /v1/capabilities", "{mode:?}");
            assert_eq!((heard.header("authorization"), heard.header("content-length")), (None, None));
        }
        assert_eq!(proxy.heard().len(), 4, "{mode:?}");
        // until the backend itself has answered
        proxy.set(Mode::Whole).await;
        proxy.forget();
        let code = (by_name("GetAccount").ask)(&way).await.unwrap_err().code;
        assert_eq!(code, ProblemCode::Unauthenticated, "{mode:?}");
        let lines: Vec<_> =
            proxy.heard().iter().map(|h| (h.line(), h.header("authorization").is_some())).collect();
        assert_eq!(
            lines,
            [("GET /v1/capabilities".to_owned(), false), ("GET /v1/account".to_owned(), true)],
            "{mode:?}"
        );
    }
}
