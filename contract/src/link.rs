//! `postern://` links: a fixed grammar and nothing beside it. A link shows something; it never changes anything, and each
//! one works once.
//!
//! ```text
//! postern://open/TAB?once=UUID          TAB as in shell::Tab: user-information, …
//! postern://open/settings?once=UUID
//! postern://open/plans?once=UUID
//! ```

use crate::shell::Tab;
use uuid::Uuid;

/// The longest link that is read, in bytes. The grammar needs fewer than a hundred.
pub const LENGTH_MAX: usize = 200;

/// What a link shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A tab of Manage account, behind the password as ever.
    Tab(Tab),
    /// The settings.
    Settings,
    /// Prepared changes.
    Plans,
}

/// A link that follows the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// What it shows.
    pub shown: Shown,
    /// What makes it this one link: it is refused a second time.
    pub once: Uuid,
}

impl Link {
    /// Reads a link; none where it does not follow the grammar to the letter.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LENGTH_MAX {
            return None;
        }
        let (word, once) = text.strip_prefix("postern://open/")?.split_once("?once=")?;
        let shown = match word {
            "settings" => Shown::Settings,
            "plans" => Shown::Plans,
            _ => Shown::Tab(Tab::ALL.into_iter().find(|tab| tab.as_str() == word)?),
        };
        // one spelling alone, so that a used link cannot come back in another
        let id = Uuid::try_parse(once).ok()?;
        (id.as_hyphenated().to_string() == once).then_some(Self { shown, once: id })
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, Shown};
    use crate::shell::Tab;

    const ONCE: &str = "0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b";

    #[test]
    fn only_the_grammar_is_read() {
        // DL-1
        let tab = Link::read(&format!("postern://open/change-password?once={ONCE}")).unwrap();
        assert_eq!((tab.shown, tab.once.to_string().as_str()), (Shown::Tab(Tab::ChangePassword), ONCE));
        assert!(Link::read(&format!("postern://open/settings?once={ONCE}")).is_some());
        for other in [
            String::new(),
            "postern://open/settings".to_owned(),
            format!("POSTERN://open/settings?once={ONCE}"),
            format!("postern://open/settings?once={}", ONCE.to_uppercase()),
            format!("postern://open/settings?once={{{ONCE}}}"),
            format!("postern://open/settings?once={ONCE}&x=1"),
            format!("postern://open/../settings?once={ONCE}"),
            format!("postern://open/settings/?once={ONCE}"),
            format!("postern://cancel?once={ONCE}"),
            format!("postern://open/settings?once={ONCE}#x"),
            format!(" postern://open/settings?once={ONCE}"),
            format!("postern://open/{}?once={ONCE}", "x".repeat(300)),
        ] {
            assert_eq!(Link::read(&other), None, "{other}");
        }
    }
}
