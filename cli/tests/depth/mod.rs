//! How deep the tests of this crate go: every day as far as there is time for, and all the way where `POSTERN_DEEP` is set.
#![allow(clippy::disallowed_methods, reason = "the one place where these tests are told how deep to go")]
#![allow(clippy::print_stdout, reason = "what repeats a run is shown where one fails")]

/// `daily`, or `deep` where `POSTERN_DEEP` is set.
pub fn rounds(daily: u32, deep: u32) -> u32 {
    if std::env::var("POSTERN_DEEP").is_ok_and(|value| !value.is_empty()) { deep } else { daily }
}

/// With which one a test begins that takes each `stride`th: it follows from the seed of the tests, so that another seed takes others.
/// It is printed, and `POSTERN_FROM` overrides it.
pub fn from(stride: u32) -> u32 {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let from = number("POSTERN_FROM").or_else(|| number("PROPTEST_RNG_SEED")).unwrap_or_default()
        % u64::from(stride);
    println!("each {stride}th from the {from}th on; POSTERN_FROM={from} repeats it");
    u32::try_from(from).unwrap()
}
