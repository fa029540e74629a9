//! Whatever stands in a plan's file is read or refused with findings that can be shown, and what is read is written and read
//! again as it was: without a panic, and within a bound of memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use postern_client::plan::Plan;
use std::path::Path;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// For a file of a few kibibytes, with the schema that it is held against.
const MOST: usize = 16 * 1024 * 1024;

fuzz_target!(|text: &str| {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let path = Path::new("x.postern-plan");
    let (plan, findings) = Plan::read(path, text);
    assert_eq!(plan.is_none(), findings.refused(), "what is refused says why: {findings:?}");
    let lines = text.lines().count() + 1;
    assert!(findings.0.iter().all(|finding| finding.line <= lines && !finding.to_string().is_empty()));
    if let Some(plan) = plan {
        let (again, findings) = Plan::read(path, &plan.to_text());
        let needs = again.as_ref().and_then(|plan| plan.plan.needs.clone());
        let mut written = plan;
        written.plan.needs = needs;
        assert_eq!(again, Some(written), "{findings}");
    }
    let took = MEMORY.peak_usage().saturating_sub(before);
    assert!(took <= MOST, "{} bytes were read with {took} bytes of memory", text.len());
});
