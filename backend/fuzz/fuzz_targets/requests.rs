//! Whatever arrives as a request is read or refused: without a panic, within a bound of memory, and with a refusal that
//! stays small. API-4.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A body is at most 64 KiB; reading one takes a few copies of it, never a multiple that grows with its depth.
const MOST: usize = 4 * 1024 * 1024;

fuzz_target!(|data: &[u8]| -> Corpus {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let read = postern_backend::fuzz::request(data);
    let took = MEMORY.peak_usage().saturating_sub(before);
    assert!(took <= MOST, "{} bytes were read with {took} bytes of memory", data.len());
    match read {
        Ok(_) => {}
        Err(problem) => {
            assert!((400..500).contains(&problem.status), "{problem:?}");
            assert!(problem.fields.iter().all(|field| field.field.chars().count() <= 64), "{problem:?}");
        }
    }
    Corpus::Keep
});
