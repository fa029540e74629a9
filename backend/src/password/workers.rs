//! The threads that hash, each with memory that it keeps. One that is done takes what waits longest by itself, so that
//! no processor rests while somebody is woken to hand the next password over.

use argon2::Block;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
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

/// The threads. Dropped, they end once nothing waits.
#[derive(Debug)]
pub(super) struct Workers {
    queue: mpsc::Sender<Place>,
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
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..count {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("postern-hash".to_owned()).spawn(move || work(&waiting))?;
        }
        Ok(Self { queue })
    }

    /// Puts a job behind those that wait.
    pub(super) fn ask(&self, job: Job) -> Asked {
        let place = Place(Arc::new(Mutex::new(Some(job))));
        // without a worker the job is dropped, and whoever waits for its answer hears that there is none
        if self.queue.send(place.clone()).is_err() {
            place.take();
        }
        Asked(place)
    }
}

/// What a worker does for as long as there are [`Workers`].
fn work(queue: &Mutex<mpsc::Receiver<Place>>) {
    let mut memory = Vec::new();
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(place) = next else { return };
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
                workers.ask(Box::new(move |memory| {
                    done.send((number, memory.len())).unwrap();
                    memory.push(Block::default());
                }))
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
        let at_work = workers.ask(Box::new(move |_| wait.recv().unwrap()));
        let unwanted = workers.ask(holds("unwanted"));
        let panics = workers.ask(Box::new(|_| panic!("a test")));
        let wanted = workers.ask(holds("wanted"));
        drop(unwanted);
        // nobody holds a sender but the one that is wanted and the one here
        go_on.send(()).unwrap();
        drop(done);
        assert_eq!(seen.iter().collect::<Vec<_>>(), ["wanted"]);
        drop((at_work, panics, wanted));
    }
}
