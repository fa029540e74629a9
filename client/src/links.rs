//! Which links were followed: each works once. What makes a link this one link is kept before it is followed, so that
//! neither a kill nor a second start brings it back.

use crate::durable::Locked;
use postern_contract::link::Link;
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// How many are remembered. With one more the oldest goes; a link that old is told apart by nothing else, and still only
/// shows something.
pub const REMEMBERED: usize = 1000;

/// The file in the folder of the desktop's state: one identifier on a line, oldest first.
const FILE: &str = "used-links";

/// Why a link is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkRefused {
    /// It was followed before.
    UsedBefore,
    /// That it is used now cannot be kept, so that it would work again.
    CannotBeKept(io::ErrorKind),
}

impl std::fmt::Display for LinkRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UsedBefore => f.write_str("the link was followed before"),
            Self::CannotBeKept(kind) => write!(f, "that the link is used cannot be kept ({kind})"),
        }
    }
}

impl std::error::Error for LinkRefused {}

/// The links that were followed on this computer.
#[derive(Debug)]
pub struct UsedLinks(PathBuf);

impl UsedLinks {
    /// The links that were followed, kept in this folder.
    pub fn kept_in(state: &Path) -> Self {
        Self(state.join(FILE))
    }

    /// Uses a link up, durably. Only then may it be followed.
    pub fn use_up(&self, link: &Link) -> Result<(), LinkRefused> {
        let kept = |fault: io::Error| LinkRefused::CannotBeKept(fault.kind());
        // another process may be at the same link
        let file = Locked::of(&self.0).map_err(kept)?;
        let mut used = self.read().map_err(kept)?;
        if used.contains(&link.once) {
            return Err(LinkRefused::UsedBefore);
        }
        used.push(link.once);
        let newest = used.len().saturating_sub(REMEMBERED);
        let lines: Vec<_> = used[newest..].iter().map(Uuid::to_string).collect();
        file.put((lines.join("\n") + "\n").as_bytes()).map_err(kept)
    }

    /// What is remembered, oldest first. Lines that are something else remember nothing.
    fn read(&self) -> io::Result<Vec<Uuid>> {
        match std::fs::read(&self.0) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes);
                Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
            }
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(fault) => Err(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LinkRefused, REMEMBERED, UsedLinks};
    use postern_contract::link::{Link, Shown};
    use uuid::Uuid;

    fn link(number: u128) -> Link {
        Link { shown: Shown::Settings, once: Uuid::from_u128(number) }
    }

    #[test]
    fn dl_1_a_link_works_once_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let links = UsedLinks::kept_in(&state);
        assert_eq!(links.use_up(&link(1)), Ok(()));
        assert_eq!(links.use_up(&link(1)), Err(LinkRefused::UsedBefore));
        assert_eq!(links.use_up(&link(2)), Ok(()));
        let again = UsedLinks::kept_in(&state);
        assert_eq!(again.use_up(&link(2)), Err(LinkRefused::UsedBefore));
        assert_eq!(again.use_up(&link(3)), Ok(()));
    }

    #[test]
    fn dl_1_the_oldest_is_forgotten_and_damage_forgets_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = vec!["not an identifier".to_owned()];
        kept.extend((1..=REMEMBERED as u128).map(|number| Uuid::from_u128(number).to_string()));
        std::fs::write(folder.path().join("used-links"), kept.join("\n")).unwrap();
        let links = UsedLinks::kept_in(folder.path());
        assert_eq!(links.use_up(&link(1)), Err(LinkRefused::UsedBefore));
        assert_eq!(links.use_up(&link(5000)), Ok(()));
        let again = UsedLinks::kept_in(folder.path());
        assert_eq!(again.use_up(&link(2)), Err(LinkRefused::UsedBefore));
        assert_eq!(again.use_up(&link(1)), Ok(()), "it was the oldest of one too many");
    }

    #[test]
    fn dl_1_what_cannot_be_kept_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("a file, not a folder");
        std::fs::write(&state, "").unwrap();
        let links = UsedLinks::kept_in(&state);
        assert!(matches!(links.use_up(&link(1)), Err(LinkRefused::CannotBeKept(_))));
    }
}
