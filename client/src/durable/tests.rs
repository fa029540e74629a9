//! What can be seen without killing anybody; the kills are in the command line's tests, on the program that is shipped.

use super::{Locked, append, lines, previous, put, replace};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

#[test]
fn cfg_1_the_mode_and_the_copy_before_are_kept() {
    let folder = folder();
    let path = folder.path().join("inner/deep/config.toml");
    replace(&path, b"one").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "a new file is closed");
    assert!(!previous(&path).exists());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    replace(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(fs::read(previous(&path)).unwrap(), b"one");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    put(&path, b"three").unwrap();
    assert_eq!(fs::read(previous(&path)).unwrap(), b"one", "put keeps no copy of its own");
}

#[test]
fn what_a_killed_writer_left_is_swept() {
    let folder = folder();
    let path = folder.path().join("config.toml");
    let left = folder.path().join(".config.toml.aB3xY9.new");
    let others = folder.path().join(".other.toml.aB3xY9.new");
    fs::write(&left, "half").unwrap();
    fs::write(&others, "half").unwrap();
    replace(&path, b"one").unwrap();
    assert!(!left.exists() && others.exists());
}

#[test]
fn a_link_is_followed() {
    let folder = folder();
    let (real, link) = (folder.path().join("real.toml"), folder.path().join("config.toml"));
    fs::write(&real, "one").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    replace(&link, b"two").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&real).unwrap(), b"two");
}

#[test]
fn a_torn_line_of_a_journal_goes() {
    let folder = folder();
    let path = folder.path().join("journal");
    assert_eq!(lines(&path).unwrap(), Vec::<String>::new());
    append(&path, "one").unwrap();
    append(&path, "two").unwrap();
    let mut torn = fs::read(&path).unwrap();
    torn.extend_from_slice(b"thr");
    fs::write(&path, torn).unwrap();
    assert_eq!(lines(&path).unwrap(), ["one", "two"]);
    append(&path, "four").unwrap();
    assert_eq!(lines(&path).unwrap(), ["one", "two", "four"]);
    assert!(append(&path, "two\nlines").is_err());
}

#[test]
fn cfg_4_writers_follow_each_other() {
    let folder = folder();
    let path = folder.path().join("count");
    fs::write(&path, "0").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let held = Locked::of(&path).unwrap();
                    let count: u32 = fs::read_to_string(&path).unwrap().parse().unwrap();
                    held.replace((count + 1).to_string().as_bytes()).unwrap();
                }
            });
        }
    });
    assert_eq!(fs::read_to_string(&path).unwrap(), "20");
}
