//! How deep the tests of this crate go: every day as far as there is time for, and all the way where `POSTERN_DEEP` is set.

/// `daily`, or `deep` where `POSTERN_DEEP` is set.
#[allow(clippy::disallowed_methods, reason = "the one place where these tests are told how deep to go")]
pub fn rounds(daily: u32, deep: u32) -> u32 {
    if std::env::var("POSTERN_DEEP").is_ok_and(|value| !value.is_empty()) { deep } else { daily }
}
