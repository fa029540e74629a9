//! Seeded randomness: every random input of these tests comes from the one seed that `cargo xtask test` prints, and from the
//! name of the test, so that a run can be repeated.

use postern_backend::{Exhausted, Random};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The seed, shared with the property tests. `.cargo/config.toml` sets it.
#[allow(clippy::disallowed_methods, reason = "the allowed home of this one variable")]
fn seed() -> u64 {
    let text = std::env::var("PROPTEST_RNG_SEED").unwrap_or_else(|_| "1".to_owned());
    text.parse().expect("PROPTEST_RNG_SEED is a whole number")
}

/// The current test by its name; a worker thread of a runtime has the name that the runtime gives it.
fn stream() -> String {
    std::thread::current().name().unwrap_or("unnamed").to_owned()
}

/// Random bytes that are the same in each run. Each source of a test has bytes of its own, as two servers have.
pub struct SeededRandom {
    start: [u8; 32],
    used: AtomicU64,
}

impl SeededRandom {
    /// The next source of this test.
    pub fn new() -> Self {
        static SOURCES: Mutex<Option<HashMap<String, u64>>> = Mutex::new(None);
        let stream = stream();
        let mut sources = SOURCES.lock().unwrap();
        let number = sources.get_or_insert_default().entry(stream.clone()).or_default();
        *number += 1;
        let start = Sha256::new()
            .chain_update(seed().to_le_bytes())
            .chain_update(number.to_le_bytes())
            .chain_update(stream)
            .finalize();
        Self { start: start.into(), used: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Exhausted> {
        for part in bytes.chunks_mut(32) {
            let block = self.used.fetch_add(1, Ordering::Relaxed);
            let block = Sha256::new().chain_update(self.start).chain_update(block.to_le_bytes()).finalize();
            part.copy_from_slice(&block[..part.len()]);
        }
        Ok(())
    }
}

/// A number below this one.
pub fn chance(below: u32) -> u32 {
    let mut bytes = [0; 4];
    SeededRandom::new().fill(&mut bytes).unwrap();
    u32::from_le_bytes(bytes) % below
}
