//! Which new passwords are accepted: long enough, not one that is guessed first, not made of what everybody knows of its
//! owner, not one of the last. No kind of character is asked for, and nothing is ever cut.

mod common;
mod hashed;
mod hashing;
mod shares;
mod workers;

pub(crate) use common::prepare;
pub(crate) use hashed::Hashed;
pub(crate) use hashing::Hasher;
pub(crate) use shares::Requester;

use contract::{Rule, rules};
use zeroize::{Zeroize as _, Zeroizing};

/// Words that everybody knows of the owner of a password.
#[derive(Debug, Default)]
pub(crate) struct Context {
    words: Vec<String>,
}

impl Context {
    /// Shorter words occur in good passphrases by accident.
    const SHORTEST: usize = 3;

    pub(crate) fn of(name: &str, email: &str) -> Self {
        let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
        let mut words: Vec<String> = ["postern", name, email]
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(fold))
            .chain([fold(name), fold(local)])
            .filter(|word| word.chars().count() >= Self::SHORTEST)
            .collect();
        words.sort_unstable();
        words.dedup();
        Self { words }
    }

    /// Whether nothing but these words is left of the password once digits and punctuation are gone.
    fn makes_up(&self, canonical: &str) -> bool {
        let letters = Zeroizing::new(fold(canonical));
        if letters.is_empty() {
            return false;
        }
        // reachable[n]: the first n bytes are made of the words
        let mut reachable = vec![false; letters.len() + 1];
        reachable[0] = true;
        for start in 0..letters.len() {
            if reachable[start] {
                for word in self.words.iter().filter(|word| letters[start..].starts_with(word.as_str())) {
                    reachable[start + word.len()] = true;
                }
            }
        }
        let made = reachable[letters.len()];
        reachable.zeroize();
        made
    }
}

/// Letters alone, in lower case.
fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase()
}

/// Checks a new password; answers its canonical form, the one to hash.
pub(crate) fn accept(typed: &str, min: u32, context: &Context) -> Result<Zeroizing<String>, Rule> {
    rules::new_password(typed, min)?;
    let canonical = rules::canonical_password(typed);
    if common::is_common(&canonical) {
        return Err(Rule::CommonPassword);
    }
    if context.makes_up(&canonical) {
        return Err(Rule::ContextWord);
    }
    Ok(canonical)
}

/// Whether the password may stand without a second factor.
pub(crate) fn stands_alone(canonical: &str, min_alone: u32) -> bool {
    rules::new_password(canonical, min_alone).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Context, accept, stands_alone};
    use contract::Rule;
    use proptest::prelude::*;

    fn context() -> Context {
        Context::of("Mina Park", "mina.park@harbor.example")
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
        // PW-1, PW-2: accepted or not depends on the length and the lists alone
        #[test]
        fn pw_1_acceptance_depends_on_length_and_lists_alone(typed in "[a-zA-Z0-9 !é가👍]{1,300}") {
            let length = contract::rules::canonical_password(&typed).chars().count();
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
