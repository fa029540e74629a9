//! The secret store in words: its states, where a key's secret is, what was mended.

use super::Said;
use postern_contract::ProblemCode;
use postern_contract::shell::{Ended, Mended, SecretPlace, StoreState};

/// What to say about the store; none while it answers.
pub fn store(state: StoreState) -> Option<Said> {
    match state {
        StoreState::Ready => None,
        StoreState::Failing(code) => Some(cause(code)),
        StoreState::MemoryOnly(code) => {
            let rest = "They are gone once Postern closes: you sign in again then, and keys added now can be copied \
                        until then.";
            Some(Said::new(
                "Secrets are kept in memory only",
                format!("{rest} {}", once_usable(code, "keep them")),
            ))
        }
    }
}

const UNLOCK: &str = "Unlock secret store";

/// What the words about a problem of the store offer: a button each, and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// The label of the button that asks the store again; none where asking again cannot help.
    pub again: Option<&'static str>,
    /// Whether memory may be used for this session.
    pub memory: bool,
}

/// The ways on after a problem of the store.
pub const fn ways(code: ProblemCode) -> Ways {
    let (again, memory) = match code {
        ProblemCode::StoreLocked | ProblemCode::StorePromptDismissed => (Some(UNLOCK), true),
        ProblemCode::StoreNoBus | ProblemCode::StoreTooLong => (None, true),
        ProblemCode::StoreAmbiguous => (Some("Try again"), false),
        _ => (Some("Try again"), true),
    };
    Ways { again, memory }
}

/// How the store becomes usable, and what can be done then.
pub(super) fn once_usable(code: ProblemCode, then: &str) -> String {
    match ways(code).again {
        Some(UNLOCK) => format!("Unlock the secret store to {then}."),
        Some(_) => format!("Try the secret store again to {then}."),
        None => format!("Start Postern where a secret store can be used to {then}."),
    }
}

/// The ways on in a state: in memory only the store can be asked again.
pub const fn ways_in(state: StoreState) -> Option<Ways> {
    match state {
        StoreState::Ready => None,
        StoreState::Failing(code) => Some(ways(code)),
        StoreState::MemoryOnly(code) => Some(Ways { memory: false, ..ways(code) }),
    }
}

pub(super) fn cause(code: ProblemCode) -> Said {
    let works = "Authentication keys keep working, and Postern never keeps a secret in a file.";
    let (what, rest) = match code {
        ProblemCode::StoreLocked => (
            "The secret store of this computer is locked",
            "Unlock it, or use memory for this session only; secrets are then gone once Postern closes.",
        ),
        ProblemCode::StorePromptDismissed => (
            "The secret store is still locked",
            "Its prompt was closed without a password. Unlock it, or use memory for this session only.",
        ),
        ProblemCode::StoreDenied => (
            "The secret store refuses Postern",
            "Allow Postern in the settings of the secret store and try again, or use memory for this session only.",
        ),
        ProblemCode::StoreAbsent => (
            "There is no secret store on this computer",
            "Start or install one, such as GNOME Keyring or KWallet, and try again, or use memory for this session only.",
        ),
        ProblemCode::StoreNoBus => (
            "The secret store cannot be reached",
            "This session has no message bus. Start Postern from a desktop session, or use memory for this session only.",
        ),
        ProblemCode::StoreHung => (
            "The secret store does not answer",
            "It may be waiting for a prompt behind another window. Look for it and try again, or use memory for this \
             session only.",
        ),
        ProblemCode::StoreAmbiguous => (
            "The secret store holds the same entry twice",
            "Remove one of the entries named postern in the program of the secret store, then try again.",
        ),
        ProblemCode::StoreTooLong => (
            "The secret store does not take a secret of this length",
            "Another secret store may. Use memory for this session only until then.",
        ),
        _ => (
            "The connection to the secret store broke",
            "Try again in a moment, or use memory for this session only.",
        ),
    };
    Said::new(what, format!("{works} {rest}"))
}

/// Why the session ended, said at sign-in.
pub fn ended(ended: Ended) -> Said {
    match ended {
        Ended::SignedOut => Said::new("You are signed out.", ""),
        Ended::ByBackend => Said::new(
            "You are signed out",
            "The session ended after a while without use, or from elsewhere. What was saved stays saved. Sign in to go on.",
        ),
        Ended::Canceled => Said::new(super::changed(postern_contract::shell::Tab::CancelSubscription), ""),
    }
}

/// The last minute for which changes are unlocked.
pub fn locks_soon() -> Said {
    Said::new(
        "Changes lock in a minute",
        "What you typed stays here either way. Enter your password now to go on without a pause.",
    )
}

/// Whether it is known to be locked, and not out of reach for another reason.
pub(super) const fn locked(state: StoreState) -> bool {
    use ProblemCode::{StoreLocked, StorePromptDismissed};
    use StoreState::{Failing, MemoryOnly};
    matches!(
        state,
        Failing(StoreLocked | StorePromptDismissed) | MemoryOnly(StoreLocked | StorePromptDismissed)
    )
}

/// Where a key's secret is, as a key's row says it; `store` as it was when it was looked for.
pub const fn place_of_secret(place: SecretPlace, store: StoreState) -> &'static str {
    match place {
        SecretPlace::Here => "on this computer",
        SecretPlace::InMemory => "in memory until Postern closes",
        SecretPlace::Elsewhere => "not on this computer",
        SecretPlace::Unknown if locked(store) => "locked on this computer",
        SecretPlace::Unknown => "not known yet",
    }
}

/// What an interrupted run left behind, and what was done about it.
pub fn mended(mended: &Mended) -> String {
    match mended {
        Mended::Finished { label } => {
            format!(
                "Adding “{label}” was interrupted before. It is finished now: the key works and can be copied."
            )
        }
        Mended::AlreadyThere { label } => {
            format!("Adding “{label}” was interrupted before, but had worked. The key can be copied.")
        }
        Mended::Removed { label } => {
            format!("“{label}” was deleted elsewhere. Its secret is now removed from this computer too.")
        }
        Mended::Waiting { label } => {
            format!(
                "Adding “{label}” was interrupted before. Its secret is kept, and it is finished as soon as you enter your password again."
            )
        }
        Mended::GivenUp { label, problem } => {
            format!(
                "Adding “{label}” was interrupted before and could not be finished: {}. It never worked, so its secret is removed. Add it again.",
                given_up(*problem)
            )
        }
    }
}

/// Why a key could not be registered, as part of a sentence.
const fn given_up(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::KeyLimitReached => "you have the maximum number of keys",
        ProblemCode::KeyIdTaken => "another key took its place",
        _ => "the backend does not take it",
    }
}

#[cfg(test)]
mod tests {
    use super::{cause, store, ways, ways_in};
    use postern_contract::ProblemCode;
    use postern_contract::shell::StoreState;

    /// Every problem of the store.
    fn all() -> impl Iterator<Item = ProblemCode> {
        ProblemCode::ALL.iter().copied().filter(|code| code.is_of_store())
    }

    // U17, U18: every state offers exactly what its text says
    #[test]
    fn u17_every_state_offers_exactly_what_its_text_says() {
        assert!(all().count() > 8);
        for code in all() {
            let (said, offered) = (cause(code).rest, ways(code));
            assert_eq!(
                offered.memory,
                said.to_lowercase().contains("use memory for this session only"),
                "{code:?}"
            );
            assert_eq!(offered.again == Some("Unlock secret store"), said.contains("Unlock it"), "{code:?}");
            assert_eq!(
                offered.again == Some("Try again"),
                said.to_lowercase().contains("try again"),
                "{code:?}"
            );
            let state = StoreState::MemoryOnly(code);
            let (said, offered) = (store(state).unwrap().rest, ways_in(state).unwrap());
            assert!(!offered.memory, "{code:?}");
            assert_eq!(offered.again.is_some(), said.contains("the secret store"), "{code:?}");
        }
    }
}
