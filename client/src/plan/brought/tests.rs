//! What came along with an import is offered until it is applied or put away, and nothing else of the folder is.

use super::{PutAway, is_applied, waiting};
use crate::plan::journal::{Entry, Journal};
use crate::plan::{Opened, Places, status};
use postern_contract::plan::Standing;
use postern_contract::{AccountId, Moment, ProblemCode};
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
        waiting(&self.places).unwrap().iter().map(name).collect()
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

    fn put_away(&self, path: &Path) -> Result<PutAway, ProblemCode> {
        super::put_away(&self.places, path, Moment::from_millisecond(0)).map_err(|problem| problem.code)
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

    place.put_away(&b).unwrap();
    place.put_away(&place.at("broken.postern-plan")).unwrap();
    place.put_away(&other).unwrap();
    assert_eq!(place.names(), Vec::<String>::new());
    assert!(place.at("put-away/b.postern-plan").is_file());
    assert!(place.at("put-away/b.postern-plan.minisig").is_file(), "its signature goes with it");
    // the same name again, with other contents: both stay
    let again = place.write("b.postern-plan", text(3));
    place.write("b.postern-plan.minisig", "signed again");
    place.write("b.postern-plan.0123456789ABCDEF.minisig", "signed by another");
    place.put_away(&again).unwrap();
    assert_eq!(fs::read_to_string(place.at("put-away/b.postern-plan")).unwrap(), text(2));
    assert_eq!(fs::read_to_string(place.at("put-away/2-b.postern-plan")).unwrap(), text(3));
    for ending in ["minisig", "0123456789ABCDEF.minisig"] {
        assert!(place.at(&format!("put-away/2-b.postern-plan.{ending}")).is_file(), "F7: {ending}");
    }
}

#[test]
fn a_file_that_lies_elsewhere_is_not_moved() {
    let place = Place::new();
    let elsewhere = place.folder.path().join("stick.postern-plan");
    fs::write(&elsewhere, text(1)).unwrap();
    for path in [&elsewhere, Path::new(""), Path::new("/nonexistent/x.postern-plan")] {
        assert_eq!(place.put_away(path), Err(ProblemCode::NotFound));
    }
    assert!(elsewhere.is_file());
    assert!(waiting(&Places::under(Path::new("/nonexistent"))).unwrap().is_empty());
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
fn f2_every_plan_is_offered_however_many_and_whatever_lies_beside_them() {
    let place = Place::new();
    for number in 0..300 {
        place.write(&format!("{number:04}.postern-plan"), "");
        place.write(&format!(".{number:04}.postern-plan.lock"), "");
    }
    place.write("large.postern-plan", " ".repeat(256 * 1024 + 1));
    assert_eq!(
        place.names().len(),
        301,
        "what is too large is offered too, and said to be so when it is opened"
    );
    let left = fs::read_dir(place.places.brought()).unwrap().count();
    assert_eq!(left, 301, "the lock files of killed programs are gone");
}

#[test]
fn f26_a_plan_that_was_begun_is_put_away_and_can_be_taken_up_again() {
    let place = Place::new();
    let path = place.write("a.postern-plan", text(1));
    let at = Moment::from_millisecond(0);
    let mut journal = Journal::take(&place.places, Uuid::from_u128(1)).unwrap();
    let began = Entry::Began {
        at,
        sha256: Opened::read(&path).unwrap().sha256(),
        file: "a.postern-plan".to_owned(),
        account: AccountId(Uuid::nil()),
        email: "mina@harbor.example".to_owned(),
        backend: "embedded".to_owned(),
    };
    journal.note(began).unwrap();
    journal.note(Entry::Ended { at, step: 0, standing: Standing::Done }).unwrap();
    assert_eq!(place.put_away(&path), Err(ProblemCode::PlanRefused), "it is being applied");
    drop(journal);
    assert_eq!(status::under_way(&place.places).len(), 1);
    // by its name alone, as it is listed
    let done = place.put_away(Path::new("a.postern-plan")).unwrap();
    assert_eq!((done.done, done.to), (Some(1), Some(place.at("put-away/a.postern-plan"))));
    assert!(status::under_way(&place.places).is_empty() && place.names().is_empty());
    // taken up again it waits again, and its file may be gone by then
    let mut journal = Journal::take(&place.places, Uuid::from_u128(1)).unwrap();
    journal.note(Entry::Doing { at, step: 0, key: None }).unwrap();
    drop(journal);
    assert_eq!(status::under_way(&place.places).len(), 1);
    assert_eq!(place.put_away(Path::new("a.postern-plan")), Ok(PutAway { to: None, done: Some(1) }));
    assert!(status::under_way(&place.places).is_empty());
}

#[test]
fn f8_two_files_of_one_id_are_a_finding_of_both() {
    let place = Place::new();
    let outside = place.folder.path().join("stick.postern-plan");
    fs::write(&outside, text(1)).unwrap();
    let imported = place.write("a.postern-plan", text(1).replace("Mina", "Sol"));
    let found = |all: &[&PathBuf]| -> Vec<String> {
        let paths: Vec<_> = all.iter().map(|path| (*path).clone()).collect();
        let read = Opened::read_all(&paths, &place.places).into_iter();
        read.map(|opened| match opened.unwrap().plan() {
            Ok(_) => String::new(),
            Err(findings) => findings.iter().map(|finding| finding.found.clone()).collect(),
        })
        .collect()
    };
    let names = |found: &str, other: &Path| {
        found.contains("the id of another plan") && found.contains(other.to_str().unwrap())
    };
    assert!(names(&found(&[&outside])[0], &imported), "one that came with an import");
    let both = found(&[&outside, &imported]);
    assert!(names(&both[0], &imported) && names(&both[1], &outside), "{both:?}");
    // the same contents are one plan, and one file is no copy of itself
    fs::write(&imported, text(1)).unwrap();
    assert_eq!(found(&[&outside, &outside]), ["", ""]);
    assert_eq!(found(&[&outside, &imported]), ["", ""]);
    let copies = Opened::read_all(&[outside.clone(), imported], &place.places);
    assert!(copies[0].as_ref().unwrap().findings()[0].found.starts_with("a copy of "));
    // another file of the id was applied here
    place.applied(&outside, 1);
    fs::write(&outside, text(1).replace("Mina", "Jun")).unwrap();
    assert!(found(&[&outside])[0].contains("begun here with other contents"));
}
