//! Password acceptance: long enough, not easily guessed, not made of what is known of its owner. No kind of character is
//! asked for, and nothing is ever cut.

mod advice;
mod context;
mod hashed;
mod hashing;
mod keyboard;
mod shares;
mod strength;
mod variant;
mod workers;

pub use advice::advise;
pub(crate) use context::Context;
pub(crate) use hashed::Hashed;
pub(crate) use hashing::Hasher;
pub(crate) use shares::Requester;
pub(crate) use strength::prepare;

use contract::{Rule, rules};
use zeroize::Zeroizing;

/// Checks a new password; answers its canonical form, the one to hash.
pub(crate) fn accept(typed: &str, min: u32, context: &Context) -> Result<Zeroizing<String>, Rule> {
    rules::new_password(typed, min)?;
    let canonical = rules::canonical_password(typed);
    match strength::weakness(&canonical, context) {
        Some(rule) => Err(rule),
        None => Ok(canonical),
    }
}

/// Whether the password, as typed, may stand without a second factor.
pub(crate) fn stands_alone(typed: &str, min_alone: u32) -> bool {
    rules::new_password(typed, min_alone).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Context, accept, stands_alone};
    use contract::Rule;
    use proptest::prelude::*;

    fn context() -> Context {
        Context::of(["Mina Park", "mina.park@harbor.example", "+821055501234"])
    }

    // PW-3: words of the product, the organisation, the name and the mail address
    #[test]
    fn pw_3_a_password_made_of_the_context_is_refused_with_its_reason() {
        for made in [
            "minaparkminapark",
            "Mina.Park@harbor.example",
            "postern-postern-2026",
            "HarborMina1234567",
            "park-harbor-postern!",
        ] {
            assert_eq!(accept(made, 15, &context()).unwrap_err(), Rule::ContextWord, "{made}");
        }
        for good in ["mina sings at the harbor", "a park bench in july"] {
            assert!(accept(good, 15, &context()).is_ok(), "{good}");
        }
        assert_eq!(accept("password12345678", 15, &context()).unwrap_err(), Rule::CommonPassword);
    }

    #[test]
    fn standing_alone_is_a_matter_of_length() {
        assert!(stands_alone("seven harbor lamps", 15));
        assert!(!stands_alone("kelp 41 tide", 15));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        // PW-1, PW-2: accepted or not depends on the length and the lists alone
        #[test]
        fn pw_1_acceptance_depends_on_length_and_lists_alone(typed in "[a-zA-Z0-9 !é가👍]{1,300}") {
            let length = typed.chars().count();
            match accept(&typed, 15, &context()) {
                Ok(canonical) => {
                    prop_assert!((15..=256).contains(&length));
                    prop_assert_eq!(canonical.chars().count(), length);
                }
                Err(Rule::TooShort { min }) => prop_assert!(min == 15 && length < 15),
                Err(Rule::TooLong { max }) => prop_assert!(max == 256 && length > 256),
                Err(rule) => prop_assert!(matches!(rule, Rule::CommonPassword | Rule::ContextWord)),
            }
        }
    }
}
