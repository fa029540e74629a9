//! Files that were handed to the application and wait for somebody to look at them. A page knows them by number and name
//! alone; their paths stay here. That a file waits does nothing: it is read when a person opens it, and changes something
//! when a person says so.

use contract::configuration::{Offer, OfferId, OfferKind, OfferedBy};
use contract::shell::Window;
use contract::{Problem, ProblemCode};
use postern_contract as contract;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The longest name that is shown, in characters.
const NAME_MAX: usize = 80;

/// A file that waits.
#[derive(Debug, Clone)]
struct Waiting {
    offer: Offer,
    path: PathBuf,
    /// Whether a window lists it. One that is done with is listed no more, and found by whoever still shows it.
    listed: bool,
}

/// The files that wait, oldest first.
#[derive(Debug, Default)]
pub struct Offers(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    last: u32,
    waiting: VecDeque<Waiting>,
}

impl Offers {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a file wait; the same file waits once. None where it is not a file, or none of ours by its ending.
    pub fn add(&self, path: &Path, by: OfferedBy) -> Option<Offer> {
        let kind = kind(path)?;
        // its real place, so that a link that is turned elsewhere meanwhile is not followed
        let path = path.canonicalize().ok().filter(|path| path.is_file())?;
        let name = shown_name(&path);
        let mut table = self.table();
        if let Some(there) = table.waiting.iter_mut().find(|waiting| waiting.path == path) {
            // somebody wants to see it again
            there.listed = true;
            return Some(there.offer.clone());
        }
        table.last = table.last.wrapping_add(1);
        let offer = Offer { id: OfferId(table.last), kind, name, by, state: None };
        table.waiting.push_back(Waiting { offer: offer.clone(), path, listed: true });
        Some(offer)
    }

    /// The files that a window handles, oldest first; all of them for main.
    pub fn list(&self, window: Window) -> Vec<Offer> {
        self.list_with_paths(window).into_iter().map(|(offer, _)| offer).collect()
    }

    /// The same with where each lies.
    pub fn list_with_paths(&self, window: Window) -> Vec<(Offer, PathBuf)> {
        let table = self.table();
        table
            .waiting
            .iter()
            .filter(|waiting| waiting.listed && handles(window, waiting.offer.kind))
            .map(|waiting| (waiting.offer.clone(), waiting.path.clone()))
            .collect()
    }

    /// A file that a window handles: what it is, and where it lies.
    pub fn find(&self, window: Window, id: OfferId) -> Result<(Offer, PathBuf), Problem> {
        let table = self.table();
        let found = table
            .waiting
            .iter()
            .find(|waiting| waiting.offer.id == id && handles(window, waiting.offer.kind));
        found
            .map(|waiting| (waiting.offer.clone(), waiting.path.clone()))
            .ok_or_else(|| ProblemCode::NotFound.into())
    }

    /// What the file was for is done: it waits no more, and whoever still looks at it finds it.
    pub fn settle(&self, id: OfferId) {
        for waiting in self.table().waiting.iter_mut().filter(|waiting| waiting.offer.id == id) {
            waiting.listed = false;
        }
    }

    /// Puts a file away.
    pub fn dismiss(&self, window: Window, id: OfferId) -> Result<(), Problem> {
        self.find(window, id)?;
        self.table().waiting.retain(|waiting| waiting.offer.id != id);
        Ok(())
    }
}

/// What a file is, by its ending.
pub fn kind(path: &Path) -> Option<OfferKind> {
    match path.extension()?.to_str()? {
        "toml" => Some(OfferKind::Configuration),
        "postern-bundle" => Some(OfferKind::Bundle),
        "postern-plan" => Some(OfferKind::Plan),
        _ => None,
    }
}

/// The ending of a kind of file, without the dot.
pub const fn ending(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Configuration => "toml",
        OfferKind::Bundle => "postern-bundle",
        OfferKind::Plan => "postern-plan",
    }
}

/// The window in which a kind of file is looked at.
pub const fn window_of(kind: OfferKind) -> Window {
    match kind {
        OfferKind::Configuration | OfferKind::Bundle => Window::Settings,
        OfferKind::Plan => Window::Plans,
    }
}

/// Whether a window has to do with a kind of file.
fn handles(window: Window, kind: OfferKind) -> bool {
    window == Window::Main || window == window_of(kind)
}

/// A name that cannot pretend to be another: no control and no formatting characters, and not longer than a line.
pub fn shown_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let plain = name.chars().map(|c| if turns_text(c) { '\u{fffd}' } else { c });
    let mut shown: String = plain.clone().take(NAME_MAX).collect();
    if plain.count() > NAME_MAX {
        shown.push('…');
    }
    shown
}

/// Whether a character is not seen, or turns the direction of the text around it.
fn turns_text(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{Offers, shown_name};
    use contract::configuration::{OfferKind, OfferedBy};
    use contract::shell::Window;
    use postern_contract as contract;
    use std::path::Path;

    #[test]
    fn a_file_waits_once_and_where_it_is_handled() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, "").unwrap();
            path
        };
        let offers = Offers::default();
        let plan = offers.add(&path("desk.postern-plan"), OfferedBy::Opened).unwrap();
        let bundle = offers.add(&path("harbor.postern-bundle"), OfferedBy::Dragged).unwrap();
        assert_eq!((plan.kind, plan.name.as_str()), (OfferKind::Plan, "desk.postern-plan"));
        let around =
            folder.path().join("..").join(folder.path().file_name().unwrap()).join("desk.postern-plan");
        assert_eq!(offers.add(&around, OfferedBy::Dragged), Some(plan.clone()), "the same file");

        assert_eq!(offers.list(Window::Main), [plan.clone(), bundle.clone()]);
        assert_eq!(offers.list(Window::Plans), std::slice::from_ref(&plan));
        assert_eq!(offers.list(Window::Settings), std::slice::from_ref(&bundle));
        assert_eq!(offers.list(Window::Messages), []);
        assert!(
            offers.find(Window::Settings, plan.id).is_err()
                && offers.dismiss(Window::Settings, plan.id).is_err()
        );
        assert!(offers.find(Window::Plans, plan.id).unwrap().1.is_absolute());
        offers.settle(plan.id);
        assert_eq!(offers.list(Window::Plans), [], "it is done with");
        assert!(offers.find(Window::Plans, plan.id).is_ok(), "whoever shows it finds it");
        offers.add(&around, OfferedBy::Chosen).unwrap();
        assert_eq!(offers.list(Window::Plans).len(), 1, "somebody opened it again");
        assert_eq!(offers.dismiss(Window::Main, plan.id), Ok(()));
        assert!(offers.dismiss(Window::Main, plan.id).is_err());
    }

    #[test]
    fn f2_only_files_of_ours_wait_and_all_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let offers = Offers::default();
        std::fs::create_dir(folder.path().join("folder.toml")).unwrap();
        std::fs::write(folder.path().join("picture.png"), "").unwrap();
        for name in ["folder.toml", "picture.png", "missing.toml", ".toml", ""] {
            assert_eq!(offers.add(&folder.path().join(name), OfferedBy::Opened), None, "{name}");
        }
        for number in 0..300 {
            let path = folder.path().join(format!("{number}.toml"));
            std::fs::write(&path, "").unwrap();
            offers.add(&path, OfferedBy::Opened).unwrap();
        }
        let waiting = offers.list(Window::Main);
        assert_eq!((waiting.len(), waiting[0].name.as_str()), (300, "0.toml"), "none is put away unasked");
    }

    #[test]
    fn a_name_cannot_pretend_to_be_another() {
        assert_eq!(shown_name(Path::new("/a/회계 plan.toml")), "회계 plan.toml");
        assert_eq!(shown_name(Path::new("/a/nalp\u{202e}lmot.toml")), "nalp\u{fffd}lmot.toml");
        assert_eq!(shown_name(Path::new("/a/b\nc\u{7}.toml")), "b\u{fffd}c\u{fffd}.toml");
        assert_eq!(shown_name(&Path::new("/a").join("x".repeat(200))).chars().count(), 81);
    }
}
