//! How much of a story is told: a bounded part in the daily run, the whole in the deep one. Read from the environment here
//! and nowhere else.

/// So many rounds in a daily run, so many when `POSTERN_DEEP` is set, as `cargo xtask test --deep` does.
#[allow(clippy::disallowed_methods, reason = "the allowed home of this one variable")]
pub fn rounds(daily: u32, deep: u32) -> u32 {
    if std::env::var_os("POSTERN_DEEP").is_some() { deep } else { daily }
}
