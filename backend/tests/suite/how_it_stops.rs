//! The end of the program, under load: whoever spreads requests sees it coming, every answer that was begun is whole, and
//! whoever comes too late is refused before anything is begun.
#![cfg(unix)]

use crate::wire::{LONG, connect, get, say, status};
use crate::world::{PASSWORD, World};
use axum::body::Body;
use axum::http::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpStream;
use tokio::time::Instant;

fn tell_to_stop(world: &World) {
    let process = world.served_by().process().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
}

/// Asks on one connection after the other until nobody is there any more.
async fn keep_asking(address: String, answered: Arc<AtomicU32>) {
    loop {
        let Ok(stream) = TcpStream::connect(&address).await else { return };
        let Ok((mut sender, connection)) = http1::handshake(TokioIo::new(stream)).await else { continue };
        tokio::spawn(connection);
        loop {
            let request = Request::get("/openapi.json").header("host", &address).body(Body::empty()).unwrap();
            // no answer was begun: the connection was closed before
            let Ok(answer) = sender.send_request(request).await else { break };
            assert!(answer.status().is_success() || answer.status() == 503);
            let bytes = axum::body::to_bytes(Body::new(answer.into_body()), 1 << 20).await;
            let bytes = bytes.expect("an answer that was begun is whole");
            serde_json::from_slice::<serde_json::Value>(&bytes).expect("and can be read");
            answered.fetch_add(1, Ordering::SeqCst);
        }
    }
}

// API-6: SIGTERM under load
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_no_answer_is_half_when_it_stops() {
    let mut world = World::program(&[]).await;
    world.create("mina@harbor.example", "+821055501234", PASSWORD).await.unwrap();
    let address = world.served_by().address().to_owned();
    let answered = Arc::new(AtomicU32::new(0));
    let asking: Vec<_> =
        (0..8).map(|_| tokio::spawn(keep_asking(address.clone(), Arc::clone(&answered)))).collect();
    let until = Instant::now() + LONG;
    while answered.load(Ordering::SeqCst) < 100 {
        assert!(Instant::now() < until, "it answers");
        tokio::task::yield_now().await;
    }
    // one whose connection is open and whose request has not begun does not hold the end up
    let waiting = connect(&address, "127.0.0.1").await.unwrap();
    tell_to_stop(&world);
    for one in asking {
        tokio::time::timeout(LONG, one).await.expect("it refuses in the end").unwrap();
    }
    assert!(world.serving().ended_well());
    assert!(connect(&address, "127.0.0.1").await.is_err(), "nobody listens any more");
    assert!(world.served_by().log().contains("stopped"));
    drop(waiting);
}

// API-6: a request under way is finished, however long it takes
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_what_was_begun_is_finished() {
    let world = Arc::new(World::program(&[]).await);
    world.create("mina@harbor.example", "+821055501234", PASSWORD).await.unwrap();
    let body = format!(r#"{{"email":"mina@harbor.example","password":"{PASSWORD}"}}"#);
    let sign_ins: Vec<_> = (0..16)
        .map(|_| {
            let (world, body) = (Arc::clone(&world), body.clone());
            tokio::spawn(async move {
                let request = Request::post("/v1/sessions").header("content-type", "application/json");
                // no answer was begun: the connection was closed before
                let answer =
                    world.served_by().try_send(request.body(Body::from(body)).unwrap()).await.ok()?;
                assert_eq!(answer.status(), 200);
                let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await;
                bytes.expect("an answer that was begun is whole");
                Some(())
            })
        })
        .collect();
    // the first is answered while others still wait for their turn to be hashed
    let until = Instant::now() + LONG;
    while !sign_ins.iter().any(tokio::task::JoinHandle::is_finished) {
        assert!(Instant::now() < until, "one is answered");
        tokio::task::yield_now().await;
    }
    tell_to_stop(&world);
    let mut served = 0;
    for one in sign_ins {
        served += u32::from(one.await.unwrap().is_some());
    }
    assert!(served > 2, "{served}");
}

// API-6: whoever spreads requests over replicas sees the end coming while requests are still answered
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_it_says_that_it_leaves_before_it_does() {
    let mut world = World::program(&["http.notice_seconds = 300"]).await;
    let address = world.served_by().address().to_owned();
    assert_eq!(status(&say(&address, "127.0.0.1", &get("/readyz", "")).await), 200);
    tell_to_stop(&world);
    let until = Instant::now() + LONG;
    while status(&say(&address, "127.0.0.1", &get("/readyz", "")).await) != 503 {
        assert!(Instant::now() < until, "it says no");
    }
    for (path, expected) in [("/v1/capabilities", 200), ("/livez", 200), ("/readyz", 503)] {
        assert_eq!(status(&say(&address, "127.0.0.1", &get(path, "")).await), expected, "{path}");
    }
    // told again, it does not wait
    tell_to_stop(&world);
    assert!(world.serving().ended_well());
}
