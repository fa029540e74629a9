//! A thread of its own for calls that block, with a time limit for whoever waits. A call that outlives its limit leaves
//! the lane hung: later calls fail at once, until the call comes back or the lane has rested and is begun anew.
//!
//! Dropping the future that waits takes back a call that has not begun; one that has begun cannot be stopped, only left.

use postern_contract::ProblemCode;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

/// How many threads may be left behind in calls that do not come back.
const LEFT_BEHIND_MAX: usize = 4;

/// Where a call is: on its way, back, or on its way and counted as left behind.
const AWAY: usize = 0;
const BACK: usize = 1;
const COUNTED: usize = 2;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// A thread that owns an `S`, which is made on it and never leaves it.
pub struct Lane<S> {
    name: &'static str,
    rest: Duration,
    make: Arc<dyn Fn() -> S + Send + Sync>,
    now: Mutex<Now<S>>,
    left_behind: Arc<AtomicUsize>,
}

struct Now<S> {
    jobs: Option<Sender<Job<S>>>,
    hung: Option<Hung>,
    /// Counts threads, so that a late answer of an earlier one says nothing about this one.
    turn: u64,
}

struct Hung {
    since: Instant,
    /// Set by the call when it comes back after all.
    back: Arc<AtomicUsize>,
}

impl<S: 'static> Lane<S> {
    /// A lane whose thread is started when it is first needed.
    pub fn new(name: &'static str, rest: Duration, make: impl Fn() -> S + Send + Sync + 'static) -> Self {
        Self {
            name,
            rest,
            make: Arc::new(make),
            now: Mutex::new(Now { jobs: None, hung: None, turn: 0 }),
            left_behind: Arc::default(),
        }
    }

    /// Lets the next call through although the lane is hung.
    pub fn wake(&self) {
        let mut now = self.now();
        if now.hung.is_some() {
            *now = Now { jobs: None, hung: None, turn: now.turn + 1 };
        }
    }

    /// Has `ask` answered on the thread, within `limit`.
    pub async fn call<T, F>(&self, limit: Duration, ask: F) -> Result<T, ProblemCode>
    where
        T: Send + 'static,
        F: FnOnce(&mut S) -> Result<T, ProblemCode> + Send + 'static,
    {
        let (answer, waiting) = oneshot::channel();
        let back = Arc::new(AtomicUsize::new(AWAY));
        let signal = Arc::clone(&back);
        let left_behind = Arc::clone(&self.left_behind);
        let job: Job<S> = Box::new(move |state| {
            if !answer.is_closed() {
                // a call nobody waits for any more counts as left behind until it is back
                let _ = answer.send(ask(state));
            }
            if signal.swap(BACK, Ordering::SeqCst) == COUNTED {
                left_behind.fetch_sub(1, Ordering::SeqCst);
            }
        });
        let turn = self.enqueue(job)?;
        let told = match timeout(limit, waiting).await {
            Ok(Ok(told)) => told,
            Ok(Err(_)) => Err(ProblemCode::StoreFailed),
            Err(_) => {
                self.hang(turn, back);
                return Err(ProblemCode::StoreHung);
            }
        };
        if matches!(told, Err(ProblemCode::StoreHung)) {
            self.rest(turn);
        }
        told
    }

    fn enqueue(&self, job: Job<S>) -> Result<u64, ProblemCode> {
        let mut now = self.now();
        if let Some(hung) = &now.hung {
            if hung.back.load(Ordering::SeqCst) == BACK {
                now.hung = None;
            } else if hung.since.elapsed() >= self.rest {
                *now = Now { jobs: None, hung: None, turn: now.turn + 1 };
            } else {
                return Err(ProblemCode::StoreHung);
            }
        }
        let job = match &now.jobs {
            Some(jobs) => match jobs.send(job) {
                Ok(()) => return Ok(now.turn),
                Err(mpsc::SendError(job)) => job,
            },
            None => job,
        };
        let jobs = self.start()?;
        let _ = jobs.send(job);
        now.jobs = Some(jobs);
        Ok(now.turn)
    }

    fn start(&self) -> Result<Sender<Job<S>>, ProblemCode> {
        if self.left_behind.load(Ordering::SeqCst) >= LEFT_BEHIND_MAX {
            return Err(ProblemCode::StoreHung);
        }
        let (jobs, queue) = mpsc::channel::<Job<S>>();
        let make = Arc::clone(&self.make);
        let run = move || {
            let mut state = make();
            for job in queue {
                job(&mut state);
            }
        };
        let started = std::thread::Builder::new().name(self.name.to_owned()).spawn(run);
        started.map(|_| jobs).map_err(|_| ProblemCode::StoreFailed)
    }

    /// A call did not come back. Calls that waited behind it change nothing: one thread is left behind, once.
    fn hang(&self, turn: u64, back: Arc<AtomicUsize>) {
        let mut now = self.now();
        let first = now.turn == turn && now.hung.is_none();
        if first && back.compare_exchange(AWAY, COUNTED, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            self.left_behind.fetch_add(1, Ordering::SeqCst);
            now.hung = Some(Hung { since: Instant::now(), back });
        }
    }

    /// A call came back and said that the store does not answer.
    fn rest(&self, turn: u64) {
        let mut now = self.now();
        if now.turn == turn && now.hung.is_none() {
            now.hung = Some(Hung { since: Instant::now(), back: Arc::new(AtomicUsize::new(AWAY)) });
        }
    }

    fn now(&self) -> MutexGuard<'_, Now<S>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> fmt::Debug for Lane<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Lane;
    use postern_contract::ProblemCode;
    use std::sync::mpsc;
    use std::time::Duration;

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn a_call_that_hangs_is_left_and_the_lane_recovers_when_it_is_back() {
        // SEC-3
        let lane = Lane::new("test", LONG, || 0_u32);
        let (release, hold) = mpsc::channel::<()>();
        let stuck = lane.call(SHORT, move |_| hold.recv().map_err(|_| ProblemCode::StoreFailed)).await;
        assert_eq!(stuck, Err(ProblemCode::StoreHung));
        let begun = tokio::time::Instant::now();
        assert_eq!(lane.call(LONG, |_| Ok(())).await, Err(ProblemCode::StoreHung));
        assert!(begun.elapsed() < LONG / 2, "a later call fails at once");
        release.send(()).unwrap();
        let deadline = tokio::time::Instant::now() + LONG;
        while lane.call(LONG, |_| Ok(())).await.is_err() {
            assert!(tokio::time::Instant::now() < deadline, "the lane recovers");
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_rested_lane_begins_anew() {
        // SEC-3
        let lane = Lane::new("test", Duration::ZERO, || 0_u32);
        let (_never, hold) = mpsc::channel::<()>();
        let stuck = lane.call(SHORT, move |_| hold.recv().map_err(|_| ProblemCode::StoreFailed)).await;
        assert_eq!(stuck, Err(ProblemCode::StoreHung));
        assert_eq!(lane.call(LONG, |_| Ok(7)).await, Ok(7));
    }

    #[tokio::test]
    async fn a_call_nobody_waits_for_is_not_begun() {
        // SEC-3
        let lane = Lane::new("test", LONG, Vec::<u32>::new);
        let (release, hold) = mpsc::channel::<()>();
        let busy = lane.call(LONG, move |_| hold.recv().map_err(|_| ProblemCode::StoreFailed));
        let canceled = async {
            let asked = lane.call(LONG, |seen| {
                seen.push(1);
                Ok(())
            });
            assert!(tokio::time::timeout(SHORT, asked).await.is_err());
            release.send(()).unwrap();
        };
        let (busy, ()) = tokio::join!(busy, canceled);
        busy.unwrap();
        assert_eq!(lane.call(LONG, |seen| Ok(seen.clone())).await, Ok(Vec::new()));
    }
}
