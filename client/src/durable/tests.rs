//! What can be seen without killing anybody; the kills are in the command line's tests, on the program that is shipped.

use super::{LockFile, Locked, append, lines, previous, put, replace, sweep_locks};
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
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "the file and the copy before: no lock file stays"
    );
}

#[test]
fn f2_lock_files_are_removed_and_one_that_is_held_stays() {
    let folder = folder();
    let lock = folder.path().join(".plan.lock");
    fs::write(&lock, "").unwrap();
    sweep_locks(folder.path());
    assert!(!lock.exists(), "a killed program left it");
    let held = LockFile::take(&lock).unwrap().unwrap();
    sweep_locks(folder.path());
    assert!(lock.exists() && LockFile::take(&lock).unwrap().is_none());
    drop(held);
    assert!(!lock.exists());
    // one that is replaced by another file is that file's
    let held = LockFile::take(&lock).unwrap().unwrap();
    fs::remove_file(&lock).unwrap();
    let other = LockFile::take(&lock).unwrap().unwrap();
    drop(held);
    assert!(lock.exists());
    drop(other);
    assert!(!lock.exists());
}

/// Each kind of link to `config.toml`'s place: what is written goes through, and the link stays.
#[test]
fn u19_a_file_is_written_through_links_that_lead_nowhere_yet() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("config")).unwrap();
    fs::create_dir_all(at("dotfiles")).unwrap();
    symlink(at("dotfiles/absolute.toml"), at("config/absolute")).unwrap();
    symlink("../dotfiles/relative.toml", at("config/relative")).unwrap();
    symlink("relative-2", at("config/chain")).unwrap();
    symlink("../dotfiles/chain.toml", at("config/relative-2")).unwrap();
    symlink("../dotfiles/new/deep/inner.toml", at("config/deep")).unwrap();
    symlink(at("dotfiles"), at("linked-folder")).unwrap();
    symlink("by-folder.toml", at("dotfiles/by-folder")).unwrap();
    for (link, target) in [
        ("config/absolute", "dotfiles/absolute.toml"),
        ("config/relative", "dotfiles/relative.toml"),
        ("config/chain", "dotfiles/chain.toml"),
        ("config/deep", "dotfiles/new/deep/inner.toml"),
        ("linked-folder/by-folder", "dotfiles/by-folder.toml"),
    ] {
        for text in ["one", "two"] {
            replace(&at(link), text.as_bytes()).unwrap();
            assert!(at(link).is_symlink(), "{link} stays a link");
            assert!(!at(target).is_symlink());
            assert_eq!(fs::read_to_string(at(target)).unwrap(), text, "{link}");
        }
        assert_eq!(fs::read_to_string(previous(&at(target))).unwrap(), "one");
        super::remove(&at(link)).unwrap();
        assert!(at(link).is_symlink() && !at(target).exists(), "{link} stays when its file is removed");
    }
}

#[test]
fn u19_links_to_folders_and_circles_are_refused_and_stay() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("inner")).unwrap();
    symlink("inner", at("to-folder")).unwrap();
    symlink("b", at("a")).unwrap();
    symlink("a", at("b")).unwrap();
    for name in ["to-folder", "a"] {
        assert!(put(&at(name), b"x").is_err() && replace(&at(name), b"x").is_err(), "{name}");
        assert!(at(name).is_symlink());
    }
}

#[test]
fn f17_pipes_devices_and_long_files_are_not_read() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    std::os::unix::fs::symlink(at("pipe"), at("link")).unwrap();
    let paths = [at("pipe"), at("link"), folder.path().to_owned(), "/dev/zero".into(), "/dev/null".into()];
    for path in paths {
        let fault = super::whole(&path, 10).unwrap_err();
        assert!(fault.to_string().contains(super::NOT_A_REGULAR_FILE), "{path:?}: {fault}");
        // and none of them is ever replaced by a file
        assert!(put(&path, b"x").is_err() && !path.is_file(), "{path:?}");
    }
    fs::write(at("long"), "12345678901").unwrap();
    assert_eq!(super::whole(&at("long"), 10).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
    assert_eq!(super::whole(&at("long"), 11).unwrap(), b"12345678901");
}

#[test]
fn f3_a_new_file_takes_the_place_of_nothing() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    super::create(&at("new/file"), b"one").unwrap();
    assert_eq!(super::create(&at("new/file"), b"two").unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
    std::os::unix::fs::symlink("nowhere", at("link")).unwrap();
    assert_eq!(super::create(&at("link"), b"two").unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(at("new/file")).unwrap(), b"one");
    fs::hard_link(at("new/file"), at("second")).unwrap();
    std::os::unix::fs::symlink("second", at("third")).unwrap();
    for same in ["new/file", "second", "third", "new/../second"] {
        assert!(super::is_same_file(&at("new/file"), &at(same)), "{same}");
    }
    fs::write(at("other"), "one").unwrap();
    assert!(!super::is_same_file(&at("new/file"), &at("other")));
    assert!(!super::is_same_file(&at("missing"), &at("missing")), "no file is there to be overwritten");
}
