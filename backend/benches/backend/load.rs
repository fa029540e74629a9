//! The load: a few connections that are kept open, each asking again as soon as it was answered.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{HeaderMap, Method, Request};
use hyper_util::rt::TokioIo;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// One answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub took: Duration,
}

/// What became of a round.
#[derive(Debug, Default)]
pub struct Round {
    /// How long each answer took, in order of length.
    pub took: Vec<Duration>,
    pub lasted: Duration,
}

impl Round {
    /// What became of another turn of it.
    fn add(&mut self, turn: Self) {
        self.took.extend(turn.took);
        self.took.sort_unstable();
        self.lasted += turn.lasted;
    }

    pub fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.lasted.as_secs_f64()
    }

    /// What so many of a hundred answers took at most.
    pub fn percentile(&self, of_hundred: usize) -> Duration {
        self.took[(self.took.len() * of_hundred / 100).min(self.took.len() - 1)]
    }
}

/// The only clock of the benchmark.
#[allow(clippy::disallowed_methods, reason = "durations are what is measured")]
pub fn now() -> Instant {
    Instant::now()
}

/// The middle one.
pub fn median(values: Vec<f64>) -> f64 {
    quarters(values)[1]
}

/// What a quarter of them, half and three quarters stay below: the middle one, and how far they scatter.
pub fn quarters(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}

pub type Ask = Request<Full<Bytes>>;

pub fn get(path: &str, token: &str) -> Ask {
    let ask = Request::builder().uri(path).header("host", "postern.example");
    ask.header("authorization", format!("Bearer {token}")).body(Full::default()).unwrap()
}

pub fn post(path: &str, body: String) -> Ask {
    let ask = Request::builder().method(Method::POST).uri(path).header("host", "postern.example");
    ask.header("content-type", "application/json").body(Full::from(body)).unwrap()
}

/// An open connection.
pub struct Line(SendRequest<Full<Bytes>>);

impl Line {
    pub async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    pub async fn ask(&mut self, ask: Ask) -> Answer {
        let began = now();
        self.0.ready().await.unwrap();
        let (head, body) = self.0.send_request(ask).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status.as_u16(), headers: head.headers, body, took: began.elapsed() }
    }
}

/// How long one of two things is measured before it is the other's turn: what slows the machine for a while meets both.
const TURN: Duration = Duration::from_millis(250);

/// Two rounds in short turns, one of which begins as often as the other: each has so many turns.
pub async fn in_turns(
    turns: usize,
    one: impl AsyncFn(Duration) -> Round,
    other: impl AsyncFn(Duration) -> Round,
) -> (Round, Round) {
    let (mut ones, mut others) = (Round::default(), Round::default());
    for turn in 0..turns {
        if turn % 2 == 0 {
            ones.add(one(TURN).await);
            others.add(other(TURN).await);
        } else {
            others.add(other(TURN).await);
            ones.add(one(TURN).await);
        }
    }
    (ones, others)
}

/// So many connections ask for so long; every answer must be a success. `ask` makes the request of a number that no
/// other request of the round has.
pub async fn round(
    address: &str,
    connections: usize,
    lasts: Duration,
    ask: impl Fn(usize) -> Ask + Clone + 'static,
) -> Round {
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            let mut lines = Vec::new();
            for _ in 0..connections {
                lines.push(Line::open(address).await);
            }
            let began = now();
            let tasks = lines.into_iter().enumerate().map(|(first, mut line)| {
                let ask = ask.clone();
                tokio::task::spawn_local(async move {
                    let mut took = Vec::with_capacity(1 << 16);
                    let mut number = first;
                    while began.elapsed() < lasts {
                        let answer = line.ask(ask(number)).await;
                        assert!(answer.status < 300, "{} {:?}", answer.status, answer.body);
                        took.push(answer.took);
                        number += connections;
                    }
                    took
                })
            });
            let mut took = Vec::new();
            for task in tasks.collect::<Vec<_>>() {
                took.extend(task.await.unwrap());
            }
            let lasted = began.elapsed();
            took.sort_unstable();
            Round { took, lasted }
        })
        .await
}
