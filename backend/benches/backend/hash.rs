//! One bare Argon2id hash with the backend's parameters: what a sign-in cannot do without.

use crate::load;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use postern_backend::Hashing;

/// Seconds that one hash takes on one processor, its memory reused: the median of some.
pub fn seconds() -> f64 {
    let Hashing { memory_kib, passes, .. } = Hashing::default();
    let params = Params::new(memory_kib, passes, 1, Some(32)).unwrap();
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; 32];
    let mut once = || {
        let began = load::now();
        let password = b"seven harbor lamps";
        argon2.hash_password_into_with_memory(password, &[7; 16], &mut output, &mut memory).unwrap();
        began.elapsed().as_secs_f64()
    };
    once();
    load::median((0..40).map(|_| once()).collect())
}

/// The same where every processor computes one at once: they share the memory's width.
pub fn seconds_at_once(processors: usize) -> f64 {
    let all: Vec<_> = (0..processors).map(|_| std::thread::spawn(seconds)).collect();
    load::median(all.into_iter().map(|one| one.join().unwrap()).collect())
}
