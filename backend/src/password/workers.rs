//! The threads that hash, each with memory that it keeps. One that is done takes what waits longest by itself, so that
//! no processor rests while somebody is woken to hand the next password over. What is preferred is taken before the rest.

use argon2::Block;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What is to be done with a worker's memory, which has any size and content before.
pub(super) type Job = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// Where a job waits until a worker takes it, or nobody wants it any more.
#[derive(Clone, Default)]
struct Place(Arc<Mutex<Option<Job>>>);

impl Place {
    fn take(&self) -> Option<Job> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What waits for a worker.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    preferred: VecDeque<Place>,
    others: VecDeque<Place>,
    /// Nothing more will come.
    ended: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next to be done; none once nothing waits and nothing more will come.
    fn next(&self) -> Option<Place> {
        let mut waiting = self.lock();
        loop {
            if let Some(place) = waiting.preferred.pop_front().or_else(|| waiting.others.pop_front()) {
                return Some(place);
            }
            if waiting.ended {
                return None;
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The threads. Dropped, they end once nothing waits.
pub(super) struct Workers(Arc<Queue>);

impl Drop for Workers {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

/// Whoever asked for a job. Dropped, the job is not done, unless a worker has begun with it.
pub(super) struct Asked(Place);

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.take();
    }
}

impl Workers {
    /// So many. Fails where the system gives no more threads.
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let workers = Self(Arc::default());
        for _ in 0..count {
            let queue = Arc::clone(&workers.0);
            thread::Builder::new().name("postern-hash".to_owned()).spawn(move || work(&queue))?;
        }
        Ok(workers)
    }

    /// Puts a job behind those that wait; a preferred one before all that are not.
    pub(super) fn ask(&self, is_preferred: bool, job: Job) -> Asked {
        let place = Place(Arc::new(Mutex::new(Some(job))));
        let mut waiting = self.0.lock();
        let queue = if is_preferred { &mut waiting.preferred } else { &mut waiting.others };
        queue.push_back(place.clone());
        drop(waiting);
        self.0.changed.notify_one();
        Asked(place)
    }
}

/// What a worker does for as long as there are [`Workers`].
fn work(queue: &Queue) {
    let mut memory = Vec::new();
    while let Some(place) = queue.next() {
        let Some(job) = place.take() else { continue };
        // whoever waits hears of a panic by the answer that does not come; the worker goes on
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, Workers};
    use argon2::Block;
    use std::sync::mpsc;

    // PW-5: what is asked first is done first, in memory that is kept
    #[test]
    fn pw_5_a_worker_keeps_its_memory_and_the_order() {
        let workers = Workers::start(1).unwrap();
        let (done, seen) = mpsc::channel();
        let asked: Vec<_> = (0..5)
            .map(|number| {
                let done = done.clone();
                workers.ask(
                    false,
                    Box::new(move |memory| {
                        done.send((number, memory.len())).unwrap();
                        memory.push(Block::default());
                    }),
                )
            })
            .collect();
        assert_eq!(seen.iter().take(5).collect::<Vec<_>>(), (0..5).map(|n| (n, n)).collect::<Vec<_>>());
        drop(asked);
    }

    // what nobody waits for any more is not done, and what it held is let go at once; a panic ends no worker
    #[test]
    fn a_job_that_nobody_wants_is_not_done() {
        let workers = Workers::start(1).unwrap();
        let (go_on, wait) = mpsc::channel::<()>();
        let (done, seen) = mpsc::channel();
        let holds = |word: &'static str| -> Job {
            let done = done.clone();
            Box::new(move |_| done.send(word).unwrap())
        };
        let at_work = workers.ask(false, Box::new(move |_| wait.recv().unwrap()));
        let unwanted = workers.ask(false, holds("unwanted"));
        let panics = workers.ask(false, Box::new(|_| panic!("a test")));
        let wanted = workers.ask(false, holds("wanted"));
        drop(unwanted);
        // nobody holds a sender but the one that is wanted and the one here
        go_on.send(()).unwrap();
        drop(done);
        assert_eq!(seen.iter().collect::<Vec<_>>(), ["wanted"]);
        drop((at_work, panics, wanted));
    }

    // A1: what is preferred is done before what waited longer
    #[test]
    fn a1_a_preferred_job_is_done_first() {
        let workers = Workers::start(1).unwrap();
        let (go_on, wait) = mpsc::channel::<()>();
        let (done, seen) = mpsc::channel();
        let at_work = workers.ask(false, Box::new(move |_| wait.recv().unwrap()));
        let asked: Vec<_> = [(false, 3), (false, 4), (true, 1), (true, 2)]
            .into_iter()
            .map(|(is_preferred, place)| {
                let done = done.clone();
                workers.ask(is_preferred, Box::new(move |_| done.send(place).unwrap()))
            })
            .collect();
        go_on.send(()).unwrap();
        assert_eq!(seen.iter().take(4).collect::<Vec<_>>(), [1, 2, 3, 4]);
        drop((at_work, asked));
    }
}
