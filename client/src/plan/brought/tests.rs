//! What came along with an import is offered until it is applied or put away, and nothing else of the folder is.

use super::{LOOKED_AT_MAX, OFFERED_MAX, is_applied, put_away, waiting};
use crate::plan::journal::{Entry, Journal};
use crate::plan::{Opened, Places};
use postern_contract::{AccountId, Moment};
use std::fs;
use std::path::{Path, PathBuf};
use uuid::Uuid;

fn text(id: u128) -> String {
    format!(
        "format = 1\n[plan]\nid = \"{}\"\nauthor = \"Joon\"\nreason = \"New quarter\"\n\
         prepared_at = 2026-11-23T12:00:00Z\n[account]\nbackend = \"https://accounts.harbor.example\"\n\
         email = \"mina@harbor.example\"\n[user_information]\nname = \"Mina\"\n",
        Uuid::from_u128(id)
    )
}

struct Place {
    folder: tempfile::TempDir,
    places: Places,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("plans")).unwrap();
        let places = Places::under(folder.path());
        Self { folder, places }
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.places.brought().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn names(&self) -> Vec<String> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        waiting(&self.places).iter().map(name).collect()
    }

    /// Applied to its end, on this computer.
    fn applied(&self, path: &Path, id: u128) {
        let at = Moment::from_millisecond(0);
        let mut journal = Journal::take(&self.places, Uuid::from_u128(id)).unwrap();
        let began = Entry::Began {
            at,
            sha256: Opened::read(path).unwrap().sha256(),
            file: "x".to_owned(),
            account: AccountId(Uuid::nil()),
            email: "mina@harbor.example".to_owned(),
            backend: "embedded".to_owned(),
        };
        journal.note(began).unwrap();
        assert!(!is_applied(&self.places, path), "begun is not applied");
        journal.note(Entry::Finished { at, receipt: 1 }).unwrap();
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join("plans").join(name)
    }
}

#[test]
fn what_came_along_waits_until_it_is_applied_or_put_away() {
    let place = Place::new();
    let (a, b) = (place.write("a.postern-plan", text(1)), place.write("b.postern-plan", text(2)));
    place.write("b.postern-plan.minisig", "signed");
    place.write("broken.postern-plan", "format = ");
    assert_eq!(place.names(), ["a.postern-plan", "b.postern-plan", "broken.postern-plan"]);

    place.applied(&a, 1);
    assert!(is_applied(&place.places, &a));
    assert_eq!(place.names(), ["b.postern-plan", "broken.postern-plan"]);
    assert!(place.at("applied/a.postern-plan").is_file());
    // another file of the same id was not applied
    let other = place.write("other.postern-plan", text(1).replace("Mina", "Sol"));
    assert!(!is_applied(&place.places, &other) && place.names().contains(&"other.postern-plan".to_owned()));

    put_away(&place.places, &b);
    put_away(&place.places, &place.at("broken.postern-plan"));
    put_away(&place.places, &other);
    assert_eq!(place.names(), Vec::<String>::new());
    assert!(place.at("put-away/b.postern-plan").is_file());
    assert!(place.at("put-away/b.postern-plan.minisig").is_file(), "its signature goes with it");
    // the same name again, with other contents: both stay
    let again = place.write("b.postern-plan", text(3));
    place.write("b.postern-plan.minisig", "signed again");
    put_away(&place.places, &again);
    assert_eq!(fs::read_to_string(place.at("put-away/b.postern-plan")).unwrap(), text(2));
    assert_eq!(fs::read_to_string(place.at("put-away/2-b.postern-plan")).unwrap(), text(3));
    assert!(place.at("put-away/2-b.postern-plan.minisig").is_file());
}

#[test]
fn a_file_that_lies_elsewhere_is_not_moved() {
    let place = Place::new();
    let elsewhere = place.folder.path().join("stick.postern-plan");
    fs::write(&elsewhere, text(1)).unwrap();
    put_away(&place.places, &elsewhere);
    put_away(&place.places, Path::new(""));
    assert!(elsewhere.is_file());
    assert!(waiting(&Places::under(Path::new("/nonexistent"))).is_empty());
}

#[cfg(unix)]
#[test]
fn links_and_odd_files_are_left_alone() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.write("a.postern-plan", text(1));
    let outside = place.folder.path().join("outside.postern-plan");
    fs::write(&outside, text(2)).unwrap();
    symlink(&outside, place.at("link.postern-plan")).unwrap();
    symlink("/nonexistent", place.at("dangling.postern-plan")).unwrap();
    fs::create_dir(place.at("folder.postern-plan")).unwrap();
    let pipe = place.at("pipe.postern-plan");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    place.write(".hidden.postern-plan", text(3));
    place.write(".postern-plan", text(3));
    place.write("large.postern-plan", " ".repeat(256 * 1024 + 1));
    place.write("a.postern-plan.minisig", "signed");
    place.write("config.toml", "");
    assert_eq!(place.names(), ["a.postern-plan"]);
    // whoever names such a file all the same is answered, and does not wait for what never comes
    assert!(Opened::read(&pipe).is_err() && Opened::read(&place.at("folder.postern-plan")).is_err());

    // a folder that is a link may lead anywhere
    let led = Place::new();
    fs::remove_dir(led.places.brought()).unwrap();
    symlink(place.places.brought(), led.places.brought()).unwrap();
    assert_eq!(led.names(), Vec::<String>::new());
}

#[test]
fn no_more_are_offered_than_a_window_lists() {
    let place = Place::new();
    for number in 0..LOOKED_AT_MAX + 10 {
        place.write(&format!("{number:04}.postern-plan"), "");
    }
    assert_eq!(place.names().len(), OFFERED_MAX);
}
