//! Whatever stands in a configuration file is read or refused with findings that can be shown: without a panic, and
//! within a bound of memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use postern_backend::config::file::Configuration;
use postern_backend::config::reading;
use std::path::Path;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// For a file of a few kibibytes, with the schema that it is held against.
const MOST: usize = 16 * 1024 * 1024;

fuzz_target!(|text: &str| {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let (read, sheet) = reading::read::<Configuration>(Path::new("backend.toml"), text);
    let refused = sheet.refused();
    let findings = sheet.findings();
    assert_eq!(read.is_none(), refused, "what is refused says why: {findings:?}");
    let lines = text.lines().count() + 1;
    assert!(findings.0.iter().all(|finding| finding.line <= lines && !finding.to_string().is_empty()));
    let took = MEMORY.peak_usage().saturating_sub(before);
    assert!(took <= MOST, "{} bytes were read with {took} bytes of memory", text.len());
});
