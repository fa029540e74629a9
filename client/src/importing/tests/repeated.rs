//! Repeated and older imports: the same file again is no failure, and no older one rolls the settings back, whoever signed it.

use super::{home, pair};
use postern_contract::configuration::ImportRefusal;

const KO: &str = "defaults.language = \"ko\"\n";
const JA: &str = "defaults.language = \"ja\"\n";

#[test]
fn f22_the_same_file_again_is_imported_already() {
    for requires_signature in [true, false] {
        let home = home(requires_signature);
        let bundle = home.bundle(7, KO, Some(&home.secret));
        home.import(&bundle).unwrap();
        for _ in 0..2 {
            assert_eq!(home.refused(&bundle), Some(ImportRefusal::ImportedAlready));
            assert!(home.preview(&bundle).findings.is_empty());
        }
        // what a person changed since is left alone
        let file = home.imports.0.places().user_file.clone();
        std::fs::write(&file, JA).unwrap();
        assert_eq!(home.refused(&bundle), Some(ImportRefusal::ImportedAlready));
        std::fs::write(&file, KO).unwrap();
        // it can still be undone, and then it is no longer what counts
        home.imports.undo().unwrap();
        assert_eq!(home.user_file(), None);
        assert_eq!(home.refused(&bundle), Some(ImportRefusal::Replayed { serial: 7, before: 7 }));
    }
}

#[test]
fn f22_a_plain_file_again_keeps_what_undoing_needs() {
    let home = home(false);
    let plain = home.at("plain.toml");
    std::fs::write(&plain, JA).unwrap();
    home.import(&plain).unwrap();
    std::fs::write(&plain, KO).unwrap();
    home.import(&plain).unwrap();
    assert_eq!(home.refused(&plain), Some(ImportRefusal::ImportedAlready));
    home.imports.undo().unwrap();
    assert_eq!(home.user_file().as_deref(), Some(JA), "the import before counts again");
    home.import(&plain).unwrap();
    // what was changed since is put right, as before
    std::fs::write(&home.imports.0.places().user_file, JA).unwrap();
    home.import(&plain).unwrap();
    assert_eq!(home.user_file().as_deref(), Some(KO));
}

#[test]
fn a20_an_older_bundle_of_another_signer_is_refused() {
    let home = home(true);
    let (second, public) = pair();
    let policy = format!("[[policy.signers]]\nname = \"Second\"\nkey = \"{}\"\n", public.line());
    let first = std::fs::read_to_string(home.at("etc/policy.d/10.toml")).unwrap();
    std::fs::write(home.at("etc/policy.d/10.toml"), first + &policy).unwrap();
    home.import(&home.bundle(8, KO, Some(&home.secret))).unwrap();
    for serial in [7, 8] {
        let older = home.bundle(serial, JA, Some(&second));
        assert_eq!(home.refused(&older), Some(ImportRefusal::Replayed { serial, before: 8 }));
        assert!(home.preview(&older).findings[0].found.contains("of another signer"));
    }
    assert_eq!(home.user_file().as_deref(), Some(KO));
    home.import(&home.bundle(9, JA, Some(&second))).unwrap();
    // and back: one counter for all of them, which no undoing turns back
    home.imports.undo().unwrap();
    let own = home.bundle(9, KO, Some(&home.secret));
    assert_eq!(home.refused(&own), Some(ImportRefusal::Replayed { serial: 9, before: 9 }));
    home.import(&home.bundle(10, KO, Some(&home.secret))).unwrap();
}
