//! One bare Argon2id hash with the backend's parameters: what a sign-in cannot do without.

use crate::load;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use postern_backend::Hashing;

const PASSWORD: &[u8] = b"seven harbor lamps";
const SALT: [u8; 16] = [7; 16];

/// Seconds that one hash takes on one processor, its memory reused: the median of some.
pub fn seconds() -> f64 {
    let argon2 = argon2();
    let mut memory = vec![Block::default(); argon2.params().block_count()];
    let mut output = [0; 32];
    timed(|| argon2.hash_password_into_with_memory(PASSWORD, &SALT, &mut output, &mut memory).unwrap())
}

/// The same as the library's plain call computes it, which takes its memory anew each time.
pub fn seconds_of_a_plain_call() -> f64 {
    let argon2 = argon2();
    let mut output = [0; 32];
    timed(|| argon2.hash_password_into(PASSWORD, &SALT, &mut output).unwrap())
}

fn argon2() -> Argon2<'static> {
    let Hashing { memory_kib, passes, .. } = Hashing::default();
    let params = Params::new(memory_kib, passes, 1, Some(32)).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn timed(mut hash: impl FnMut()) -> f64 {
    let mut once = || {
        let began = load::now();
        hash();
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
