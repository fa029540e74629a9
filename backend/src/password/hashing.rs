//! Argon2id by a bounded number of workers: as many hashes at once as there are processors, a bounded queue behind them,
//! and memory that the workers keep instead of asking for it anew with every request.

use super::shares::{Requester, Shares};
use super::workers::Workers;
use crate::config::Hashing;
use crate::error::{OpenError, internal};
use crate::random::{Random, bytes};
use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use contract::{Problem, ProblemCode, Secret};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;
use tokio::sync::{Semaphore, oneshot};
use zeroize::Zeroizing;

/// Length of the hash. Source: RFC 9106 section 4, a tag of 256 bits.
const OUTPUT: usize = 32;
/// Length of the salt. Source: RFC 9106 section 3.1, 16 bytes.
const SALT: usize = 16;

/// The pool.
pub(crate) struct Hasher {
    params: Params,
    random: Arc<dyn Random>,
    workers: Workers,
    /// One permit for each request that hashes or waits.
    places: Arc<Semaphore>,
    /// How many of them a requester holds.
    shares: Arc<Shares>,
    /// How many workers and how many places there are.
    #[cfg(feature = "server")]
    bounds: (usize, usize),
    /// What is verified for an address without an account, so that it takes as long.
    nobody: String,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").field("params", &self.params).finish_non_exhaustive()
    }
}

impl Hasher {
    /// Fails with parameters that Argon2id does not take, and where the system gives no threads.
    pub(crate) fn new(settings: Hashing, random: Arc<dyn Random>) -> Result<Self, OpenError> {
        let refused = |fault: argon2::Error| {
            OpenError::Hashing(format!("{fault}. Raise memory to at least 8 KiB and passes to at least 1"))
        };
        let params = Params::new(settings.memory_kib, settings.passes, 1, Some(OUTPUT));
        let params = params.map_err(refused)?;
        let parallel = match settings.parallel {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            given => given,
        };
        // the hash of nobody's password: an output that no password is known to give
        let nobody = phc(&params, &[0; SALT], &[0; OUTPUT]);
        let nobody = nobody.ok_or_else(|| refused(argon2::Error::OutputTooShort))?;
        let workers = Workers::start(parallel).map_err(|fault| {
            OpenError::Hashing(format!(
                "{parallel} threads cannot be started ({fault}). Lower how many hash at once"
            ))
        })?;
        Ok(Self {
            params,
            random,
            workers,
            places: Arc::new(Semaphore::new(parallel + settings.waiting)),
            shares: Shares::of(parallel + settings.waiting),
            #[cfg(feature = "server")]
            bounds: (parallel, parallel + settings.waiting),
            nobody,
        })
    }

    /// The PHC string of a new password in its canonical form.
    pub(crate) async fn hash(
        &self,
        requester: &Requester,
        canonical: Zeroizing<String>,
    ) -> Result<String, Problem> {
        let salt: [u8; SALT] = bytes(&*self.random)?;
        let params = self.params.clone();
        let output = self.compute(requester, canonical, vec![params], salt.to_vec()).await?;
        phc(&self.params, &salt, &*output).ok_or_else(|| internal("a hash has no PHC form"))
    }

    /// Whether the password is the one of this PHC string; `None` stands for no account and is never right. A hash with
    /// lesser parameters costs as much as one of today, so that its time does not say that there is one.
    pub(crate) async fn verify(
        &self,
        requester: &Requester,
        password: &Secret<String>,
        stored: Option<&str>,
    ) -> Result<bool, Problem> {
        let unreadable = || internal("a stored password is not a PHC string");
        let parsed = PasswordHash::new(stored.unwrap_or(&self.nobody)).map_err(|_| unreadable())?;
        let params = Params::try_from(&parsed).map_err(|_| unreadable())?;
        let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else { return Err(unreadable()) };
        let canonical = contract::rules::canonical_password(password.expose());
        let runs = std::iter::once(params.clone()).chain(self.rest(&params)).collect();
        let output = self.compute(requester, canonical, runs, salt.as_ref().to_vec()).await?;
        Ok(bool::from(output.as_slice().ct_eq(expected.as_bytes())) && stored.is_some())
    }

    /// Whether a stored hash was made with lesser parameters than today's.
    pub(crate) fn is_outdated(&self, stored: &str) -> bool {
        let params = PasswordHash::new(stored).ok().and_then(|hash| Params::try_from(&hash).ok());
        params.is_none_or(|p| p.m_cost() < self.params.m_cost() || p.t_cost() < self.params.t_cost())
    }

    /// From now on nothing can be hashed.
    #[cfg(test)]
    pub(crate) fn shut(&self) {
        self.places.close();
    }

    /// How many hashes are being computed, and how many requests wait for their turn.
    #[cfg(feature = "server")]
    pub(crate) fn load(&self) -> (usize, usize) {
        let (workers, places) = self.bounds;
        let inside = places.saturating_sub(self.places.available_permits());
        // no worker rests while anybody waits
        let hashing = inside.min(workers);
        (hashing, inside - hashing)
    }

    /// What must be computed beside a hash with these parameters for the work of one of today; nothing where they are not
    /// less, or not enough less.
    fn rest(&self, params: &Params) -> Option<Params> {
        let passes = self.params.t_cost();
        let whole = u64::from(self.params.m_cost()) * u64::from(passes);
        let left = whole.checked_sub(u64::from(params.m_cost()) * u64::from(params.t_cost()))?;
        let memory = u32::try_from(left / u64::from(passes)).ok()?;
        Params::new(memory, passes, 1, Some(OUTPUT)).ok()
    }

    /// Computes a hash with each of these parameters, one after another, and answers the first.
    async fn compute(
        &self,
        requester: &Requester,
        canonical: Zeroizing<String>,
        runs: Vec<Params>,
        salt: Vec<u8>,
    ) -> Result<Zeroizing<[u8; OUTPUT]>, Problem> {
        let overloaded = || Problem::new(ProblemCode::Overloaded).retry_after(1);
        let share = self.shares.take(requester).ok_or_else(overloaded)?;
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| overloaded())?;
        let (answer, answered) = oneshot::channel();
        let job = move |memory: &mut Vec<Block>| {
            let done = compute(&canonical, &runs, &salt, memory);
            // held by the worker: a request that goes away does not free a place that is still in use
            drop((share, place));
            let _ = answer.send(done);
        };
        // dropped with this request while it waits, the job is not done and its place is free
        let asked = self.workers.ask(requester.is_preferred(), Box::new(job));
        let computed = answered.await;
        drop(asked);
        match computed {
            Ok(Ok(output)) => Ok(output),
            Ok(Err(_)) => Err(internal("a password could not be hashed")),
            Err(_) => Err(internal("a hashing worker ended early")),
        }
    }
}

/// Computes each of these hashes in this memory, and answers the first.
fn compute(
    canonical: &Zeroizing<String>,
    runs: &[Params],
    salt: &[u8],
    memory: &mut Vec<Block>,
) -> Result<Zeroizing<[u8; OUTPUT]>, argon2::Error> {
    let mut done = Err(argon2::Error::OutputTooShort);
    for params in runs {
        memory.resize(params.block_count().max(memory.len()), Block::default());
        let mut output = Zeroizing::new([0; OUTPUT]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let one =
            argon2.hash_password_into_with_memory(canonical.as_bytes(), salt, &mut *output, &mut *memory);
        done = done.or_else(|_| one.map(|()| output));
    }
    done
}

fn phc(params: &Params, salt: &[u8], output: &[u8]) -> Option<String> {
    let hash = PasswordHash {
        algorithm: Ident::new("argon2id").ok()?,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(output).ok()?),
    };
    Some(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Hasher, Requester};
    use crate::config::Hashing;
    use crate::random::SystemRandom;
    use argon2::Params;
    use contract::rules::canonical_password;
    use contract::{ProblemCode, Secret};
    use std::sync::Arc;

    const NEARBY: Requester = Requester::Stranger(Vec::new());

    fn hasher(settings: Hashing) -> Hasher {
        Hasher::new(settings, Arc::new(SystemRandom)).unwrap()
    }

    // PW-5: Argon2id in a PHC string, with the parameters decided on
    #[tokio::test]
    async fn pw_5_a_hash_is_argon2id_and_verifies() {
        let hasher = hasher(Hashing::default());
        let stored = hasher.hash(&NEARBY, canonical_password("seven harbor lamps")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(hasher.verify(&NEARBY, &Secret::from("seven harbor lamps"), Some(&stored)).await.unwrap());
        assert!(!hasher.verify(&NEARBY, &Secret::from("seven harbor lampsx"), Some(&stored)).await.unwrap());
        assert!(!hasher.verify(&NEARBY, &Secret::from("seven harbor lamps"), None).await.unwrap());
        assert!(!hasher.is_outdated(&stored));
    }

    // PW-5: raised parameters make an older hash one to be renewed; hashes of either kind still verify
    #[tokio::test]
    async fn pw_5_lesser_parameters_are_outdated() {
        let before = hasher(Hashing { memory_kib: 16, ..Hashing::cheapest() });
        let after = hasher(Hashing { memory_kib: 32, ..Hashing::cheapest() });
        let old = before.hash(&NEARBY, canonical_password("seven harbor lamps")).await.unwrap();
        let new = after.hash(&NEARBY, canonical_password("seven harbor lamps")).await.unwrap();
        assert!(after.is_outdated(&old) && !after.is_outdated(&new));
        for stored in [&old, &new, &old] {
            assert!(after.verify(&NEARBY, &Secret::from("seven harbor lamps"), Some(stored)).await.unwrap());
        }
    }

    // ENUM-1, PW-5: an older hash costs what today's costs, neither less nor more
    #[tokio::test]
    async fn enum_1_an_older_hash_costs_what_todays_does() {
        let today = hasher(Hashing::default());
        let work = |params: &Params| u64::from(params.m_cost()) * u64::from(params.t_cost());
        let whole = work(&today.params);
        for (memory, passes) in [(4096, 1), (4096, 3), (19 * 1024, 1), (12 * 1024, 3)] {
            let before = Params::new(memory, passes, 1, Some(super::OUTPUT)).unwrap();
            let rest = today.rest(&before).unwrap();
            assert!((whole - work(&before)).abs_diff(work(&rest)) <= u64::from(passes));
        }
        assert!(today.rest(&today.params).is_none());
        // what is computed beside it does not change what is right
        let old = hasher(Hashing { memory_kib: 4096, ..Hashing::default() });
        let old = old.hash(&NEARBY, canonical_password("seven harbor lamps")).await.unwrap();
        assert!(today.verify(&NEARBY, &Secret::from("seven harbor lamps"), Some(&old)).await.unwrap());
        assert!(!today.verify(&NEARBY, &Secret::from("seven harbor lampsx"), Some(&old)).await.unwrap());
    }

    // API-5: one address does not take all the places
    #[tokio::test]
    async fn api_5_one_address_leaves_room_for_others() {
        let hasher = Arc::new(hasher(Hashing { parallel: 1, waiting: 15, ..Hashing::cheapest() }));
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let busy = hasher.workers.ask(false, Box::new(move |_| wait.recv().unwrap()));
        let ask = |from: &'static str| {
            let hasher = Arc::clone(&hasher);
            let from = Requester::Stranger(vec![from.to_owned()]);
            tokio::spawn(async move { hasher.hash(&from, canonical_password("seven harbor lamps")).await })
        };
        let greedy: Vec<_> = (0..40).map(|_| ask("203.0.113.7")).collect();
        let other = ask("203.0.113.8");
        while greedy.iter().filter(|one| one.is_finished()).count() < 38
            || hasher.places.available_permits() > 13
        {
            tokio::task::yield_now().await;
        }
        go_on.send(()).unwrap();
        drop(busy);
        other.await.unwrap().unwrap();
        let mut served = 0;
        for one in greedy {
            served += u32::from(one.await.unwrap().is_ok());
        }
        assert_eq!(served, 2);
    }

    // PW-1: one password however it is composed
    #[tokio::test]
    async fn pw_1_both_spellings_of_a_letter_are_one_password() {
        let hasher = hasher(Hashing::cheapest());
        let stored = hasher.hash(&NEARBY, canonical_password("caf\u{e9} at the harbor")).await.unwrap();
        assert!(
            hasher.verify(&NEARBY, &Secret::from("cafe\u{301} at the harbor"), Some(&stored)).await.unwrap()
        );
    }

    // PW-5: more than the pool and its queue hold are told to come back
    #[tokio::test]
    async fn pw_5_the_queue_is_bounded() {
        let hasher = Arc::new(hasher(Hashing { parallel: 1, waiting: 4, ..Hashing::cheapest() }));
        let all = (0..40).map(|_| {
            let hasher = Arc::clone(&hasher);
            tokio::spawn(async move { hasher.hash(&NEARBY, canonical_password("seven harbor lamps")).await })
        });
        let mut refused = 0;
        for one in all.collect::<Vec<_>>() {
            if let Err(problem) = one.await.unwrap() {
                assert_eq!(problem.code, ProblemCode::Overloaded);
                assert!(problem.retry_after_seconds.is_some());
                refused += 1;
            }
        }
        assert!((1..=36).contains(&refused), "{refused}");
    }
}
