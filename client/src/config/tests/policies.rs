//! CFG-3: a policy that breaks goes on as it last was; one that was removed is over.

use super::{computer, machine, open, write};
use crate::config::Places;
use postern_contract::configuration::SettingKey;
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

const GOOD: &str = "[managed.defaults]\ntheme = \"dark\"\n";

/// The theme that counts, and whether a policy goes on as it last was.
fn theme(places: &Places) -> (String, bool) {
    let now = open(places).now();
    (now.value(SettingKey::Theme), now.kept_since().is_some())
}

fn mode(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn cfg_3_a_broken_policy_goes_on_as_it_last_was() {
    let (_folder, places) = computer();
    let file = machine(&places).policy.join("10.toml");
    for broken in [
        "",
        "# only a remark\n",
        "[managed.defaults]\ntheme = \"da",
        "[managed.defaults]\ntheme = 7\n",
        "\u{0}",
    ] {
        write(&file, GOOD);
        assert_eq!(theme(&places), ("dark".to_owned(), false));
        write(&file, broken);
        let now = open(&places).now();
        assert_eq!(now.value(SettingKey::Theme), "dark", "{broken:?}");
        assert!(now.is_managed("defaults.theme"), "{broken:?}");
        assert!(!now.findings().is_empty(), "{broken:?}");
        let since = now.kept_since().unwrap();
        assert_eq!(open(&places).now().kept_since(), Some(since), "since when does not move");
        // mended
        write(&file, "[managed.defaults]\ntheme = \"light\"\n");
        assert_eq!(theme(&places), ("light".to_owned(), false));
    }
    write(&file, "[managed");
    assert_eq!(theme(&places), ("light".to_owned(), true));
    // removed while it was broken
    fs::remove_file(&file).unwrap();
    assert_eq!(theme(&places), ("system".to_owned(), false));
    assert!(!places.state.join("machine-policy.json").exists(), "nothing is remembered of what was removed");
}

#[test]
fn cfg_3_other_policies_of_the_folder_go_on_being_read() {
    let (_folder, places) = computer();
    let (first, second) = (machine(&places).policy.join("10.toml"), machine(&places).policy.join("20.toml"));
    write(&first, GOOD);
    write(&second, "[managed.defaults]\nlanguage = \"ko\"\n");
    open(&places);
    write(&first, "broken");
    write(&second, "[managed.defaults]\nlanguage = \"ja\"\n");
    let now = open(&places).now();
    assert_eq!(
        (now.value(SettingKey::Theme).as_str(), now.value(SettingKey::Language).as_str()),
        ("dark", "ja")
    );
    // of two that say the same, the later name counts
    write(&first, "[managed.defaults]\nlanguage = \"en\"\n");
    assert_eq!(open(&places).now().value(SettingKey::Language), "ja");
}

#[test]
fn cfg_3_a_policy_that_cannot_be_read_goes_on() {
    let (_folder, places) = computer();
    let file = machine(&places).policy.join("10.toml");
    write(&file, GOOD);
    open(&places);
    for path in [&file, &machine(&places).policy] {
        let before = fs::metadata(path).unwrap().permissions();
        mode(path, 0o000);
        let read = without_overrides(&places);
        fs::set_permissions(path, before).unwrap();
        assert_eq!(read, ("dark".to_owned(), true), "{}", path.display());
        assert_eq!(theme(&places), ("dark".to_owned(), false));
    }
    // a folder that is gone is no folder that cannot be read
    fs::remove_dir_all(&machine(&places).policy).unwrap();
    assert_eq!(theme(&places), ("system".to_owned(), false));
}

/// The same on a thread to which modes of files apply, even where the tests run as root.
fn without_overrides(places: &Places) -> (String, bool) {
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let none = CapabilitySet::empty();
            set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })
                .unwrap();
            theme(places)
        });
        reading.join().unwrap()
    })
}

#[test]
fn cfg_3_only_roots_files_are_policies_of_the_machine() {
    let (_folder, mut places) = computer();
    let file = machine(&places).policy.join("10.toml");
    write(&file, GOOD);
    mode(&file, 0o666);
    let now = open(&places).now();
    assert_eq!(now.value(SettingKey::Theme), "system", "a file that anybody writes fixes nothing");
    assert!(
        now.findings().iter().any(|finding| finding.fix.starts_with("chmod go-w")),
        "{:?}",
        now.findings()
    );
    mode(&file, 0o644);
    assert_eq!(theme(&places), ("dark".to_owned(), false));
    // writable again: it goes on as it was before
    mode(&machine(&places).policy, 0o777);
    write(&file, "[managed.defaults]\ntheme = \"light\"\n");
    assert_eq!(theme(&places), ("dark".to_owned(), true));
    mode(&machine(&places).policy, 0o755);
    assert_eq!(theme(&places), ("light".to_owned(), false));
    fs::remove_dir_all(&places.state).unwrap();
    places.machine.as_mut().unwrap().owner += 1;
    let now = open(&places).now();
    assert_eq!(now.value(SettingKey::Theme), "system", "somebody else's folder");
    assert!(now.findings()[0].found.contains("belongs to the user"), "{:?}", now.findings());
}

// CFG-3: nothing is known of a policy that was broken from the first, so whatever one can refuse is refused
#[test]
fn cfg_3_a_policy_that_was_never_good_here_is_not_passed_over() {
    let (_folder, places) = computer();
    let file = machine(&places).policy.join("10.toml");
    let good = "[policy]\nrequire_signature = true\n";
    for broken in [&format!("{good}[oops\n"), "", "[managed.defaults]\ntheme = 7\n"] {
        write(&file, broken);
        // opened twice: that it was seen broken makes it no better
        for _ in 0..2 {
            let now = open(&places).now();
            let policy = now.policy();
            assert!(policy.unknown && policy.requires_signature, "{broken:?}");
            assert!(policy.signers.is_empty() && policy.countersigners.is_empty());
            assert_eq!(policy.countersigned.len(), 3);
            let said = now.findings().iter().any(|one| one.found.contains("nothing is imported"));
            assert!(said, "{:?}", now.findings());
        }
    }
    // a broken one beside a good one may be the stronger
    write(&machine(&places).policy.join("20.toml"), GOOD);
    assert!(open(&places).now().policy().unknown);
    // mended, and then broken again: it goes on as it was
    write(&file, good);
    assert!(!open(&places).now().policy().unknown);
    write(&file, "[oops");
    let now = open(&places).now();
    assert!(now.policy().requires_signature && !now.policy().unknown);
    // removed: it is over
    fs::remove_file(&file).unwrap();
    let now = open(&places).now();
    assert!(!now.policy().requires_signature && now.findings().is_empty());
    // a folder that is not the machine's, of which nothing is kept
    fs::remove_dir_all(&places.state).unwrap();
    mode(&machine(&places).policy, 0o777);
    assert!(open(&places).now().policy().unknown);
}
