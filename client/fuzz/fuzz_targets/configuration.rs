//! Whatever stands in a configuration file or a policy is read or refused with findings that can be shown, and what is read is
//! written and read again as it was: without a panic, and within a bound of memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use postern_client::config::file::File;
use postern_client::config::policy_file::PolicyFile;
use postern_client::config::{finding, read_text};
use std::path::Path;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// For a file of a few kibibytes, with the schema that it is held against.
const MOST: usize = 16 * 1024 * 1024;

/// Reads a text as one of the two shapes, and what was read once more.
macro_rules! read {
    ($shape:ty, $text:expr) => {{
        let text: &str = $text;
        let path = Path::new("config.toml");
        let (read, findings) = read_text::<$shape>(path, text);
        assert_eq!(read.is_none(), finding::refused(&findings), "what is refused says why: {findings:?}");
        let lines = text.lines().count() + 1;
        assert!(findings.iter().all(|one| one.line as usize <= lines && !finding::text(one).is_empty()));
        if let Some(read) = read {
            let written = toml::to_string(&read).expect("what was read can be written");
            let (again, findings) = read_text::<$shape>(path, &written);
            assert_eq!(again, Some(read), "{findings:?}");
        }
    }};
}

fuzz_target!(|text: &str| {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    read!(File, text);
    read!(PolicyFile, text);
    let took = MEMORY.peak_usage().saturating_sub(before);
    assert!(took <= MOST, "{} bytes were read with {took} bytes of memory", text.len());
});
