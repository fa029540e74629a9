//! How deep the tests of this crate go: every day as far as there is time for, and all the way where `POSTERN_DEEP` is set.
#![allow(clippy::disallowed_methods, reason = "the one place where these tests are told how deep to go")]
#![allow(clippy::print_stdout, reason = "what repeats a run is shown where one fails")]

use std::hash::{BuildHasher as _, RandomState};

/// `daily`, or `deep` where `POSTERN_DEEP` is set.
pub fn rounds(daily: u32, deep: u32) -> u32 {
    if std::env::var("POSTERN_DEEP").is_ok_and(|value| !value.is_empty()) { deep } else { daily }
}

/// With which one a test begins that takes each `stride`th: another one each time, so that each has its day. It is printed, and
/// `POSTERN_FROM` repeats it.
pub fn from(stride: u32) -> u32 {
    let told = std::env::var("POSTERN_FROM").ok().and_then(|value| value.parse::<u32>().ok());
    let from = told.map_or_else(|| RandomState::new().hash_one(stride) % u64::from(stride), u64::from);
    println!("each {stride}th from the {from}th on; POSTERN_FROM={from} repeats it");
    u32::try_from(from).unwrap()
}
