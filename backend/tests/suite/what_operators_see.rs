//! What whoever runs the program sees of it: metrics on an address of their own, and word to the supervisor.
#![cfg(target_os = "linux")]

use crate::wire::{get, header, say, status};
use crate::world::{PASSWORD, World, refused};
use std::os::unix::net::UnixDatagram;

/// The address that the program says it shows its metrics on.
fn metrics_of(world: &World) -> String {
    let log = world.served_by().log();
    let line = log.lines().find(|line| line.contains("metrics are shown")).expect("it says where");
    let (_, address) = line.split_once("address=").unwrap();
    address.trim().to_owned()
}

/// The value of a series.
fn value(text: &str, series: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_count_what_goes_on_and_name_nobody() {
    let world = World::program(&["http.metrics_listen = \"127.0.0.1:0\""]).await;
    let metrics = metrics_of(&world);
    let person = world.person("canary.park@harbor.example", "+821055501234").await;
    refused(world.sign_in(&person.email, "a guess that is wrong", "Canary place").await);
    say(world.served_by().address(), "127.0.0.1", &get("/v1/canary", "")).await;

    let answer = say(&metrics, "127.0.0.1", &get("/metrics", "")).await;
    assert_eq!(status(&answer), 200);
    assert!(header(&answer, "content-type").unwrap().starts_with("application/openmetrics-text"));
    let (_, text) = answer.split_once("\r\n\r\n").unwrap();
    let requests = |operation: &str, status: u16| {
        value(text, &format!("postern_requests_total{{operation=\"{operation}\",status=\"{status}\"}}"))
    };
    assert_eq!(requests("CreateAccount", 201), Some(1.0));
    assert_eq!(requests("OpenSession", 200), Some(1.0));
    assert_eq!(requests("OpenSession", 403), Some(1.0));
    assert_eq!(requests("other", 404), Some(1.0));
    let seconds = "postern_request_duration_seconds";
    assert_eq!(value(text, &format!("{seconds}_count{{operation=\"OpenSession\"}}")), Some(2.0));
    assert!(value(text, &format!("{seconds}_sum{{operation=\"OpenSession\"}}")).unwrap() > 0.0);
    for (series, expected) in [
        ("postern_hashing_in_use", 0.0),
        ("postern_hashing_waiting", 0.0),
        ("postern_database_up", 1.0),
        ("postern_database_conflicts_given_up_total", 0.0),
    ] {
        assert_eq!(value(text, series), Some(expected), "{series}\n{text}");
    }
    assert!(value(text, "postern_connections_accepted_total").unwrap() >= 4.0);
    // two numbers for signing up; no notice yet
    let states = ["queued", "waiting", "sent", "dead"];
    let held: f64 = states
        .iter()
        .filter_map(|state| value(text, &format!("postern_outbox_messages{{state=\"{state}\"}}")))
        .sum();
    assert!(held >= 2.0, "{text}");
    assert!(value(text, "postern_outbox_oldest_seconds").is_some(), "{text}");
    assert!(text.ends_with("# EOF\n"));
    for private in ["canary", "Canary", "harbor", "55501234", PASSWORD, "127.0.0", person.token.expose()] {
        assert!(!text.contains(private), "{private}: {text}");
    }

    // on the address of the API there is no such page, and on this one there is no other
    let elsewhere = say(world.served_by().address(), "127.0.0.1", &get("/metrics", "")).await;
    assert_eq!(status(&elsewhere), 404);
    assert_eq!(status(&say(&metrics, "127.0.0.1", &get("/v1/capabilities", "")).await), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_is_told_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notify");
    let told = UnixDatagram::bind(&socket).unwrap();
    told.set_read_timeout(Some(crate::wire::LONG)).unwrap();
    let hear = || {
        let mut bytes = [0; 64];
        let length = told.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    };
    let name = format!("NOTIFY_SOCKET={}", socket.display());
    let database = folder.path().join("accounts.db");
    let mut program = crate::stage::Program::start_within(&["env", &name], &database, &[], "info");
    assert_eq!(hear(), "READY=1");
    program.stop();
    assert_eq!(hear(), "STOPPING=1");
}
