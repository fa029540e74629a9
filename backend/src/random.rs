//! Randomness as a parameter: the one place where the backend asks for it. The only source in use is the operating
//! system's; a test may pass another to make a run repeatable.

use uuid::Uuid;

/// A source of unpredictable bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes`, or says that no randomness can be had.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Exhausted>;
}

/// The source gives nothing; whatever needed it must fail rather than go on with something predictable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted;

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Exhausted> {
        getrandom::fill(bytes).map_err(|_| Exhausted)
    }
}

/// `N` unpredictable bytes.
pub(crate) fn bytes<const N: usize>(random: &dyn Random) -> Result<[u8; N], Exhausted> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

/// A random (version 4) UUID.
pub(crate) fn uuid(random: &dyn Random) -> Result<Uuid, Exhausted> {
    Ok(uuid::Builder::from_random_bytes(bytes(random)?).into_uuid())
}
