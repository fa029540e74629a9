//! CFG-5: what an import takes and refuses, what it writes, and that it can be undone while its serial stays taken.

use super::{Imports, incoming, kind};
use crate::bundle::signature::{PublicKey, SecretKey, new_pair};
use crate::bundle::{self, Making};
use crate::config::{Configured, Machine, Places, Preferences};
use postern_contract::configuration::{
    ImportPreview, ImportRefusal, Offer, OfferId, OfferKind, OfferedBy, SettingDifference, Signed,
};
use postern_contract::{Moment, ProblemCode};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

mod brought;
mod dropped;
mod repeated;

/// A home of its own, with a policy that names one signer.
struct Home {
    folder: tempfile::TempDir,
    imports: Imports,
    secret: SecretKey,
    public: PublicKey,
}

fn pair() -> (SecretKey, PublicKey) {
    let (file, public) = new_pair(None).unwrap();
    (SecretKey::read(&file, None).unwrap(), public)
}

/// A plan that sets that name, for that backend.
fn plan(backend: &str, name: &str) -> Vec<u8> {
    format!(
        "format = 1\n[plan]\nid = \"0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b\"\nauthor = \"Joon\"\nreason = \"Shift\"\n\
         prepared_at = 2026-11-23T12:00:00Z\n[account]\nbackend = \"{backend}\"\n\
         email = \"mina@harbor.example\"\n[user_information]\nname = \"{name}\"\n"
    )
    .into_bytes()
}

/// The certificate of an authority, another one each time.
fn authority() -> String {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem()
}

fn home(require: bool) -> Home {
    let folder = tempfile::tempdir().unwrap();
    let (secret, public) = pair();
    let at = |name: &str| folder.path().join(name);
    let places = Places {
        machine: Some(Machine {
            policy: at("etc/policy.d"),
            owner: owner(folder.path()),
            file: at("etc/config.toml"),
        }),
        user_policy: at("config/policy.d"),
        user_file: at("config/config.toml"),
        state: at("state"),
        data: at("data"),
        drop: at("data/drop"),
        preferences: Preferences::default(),
    };
    std::fs::create_dir_all(at("etc/policy.d")).unwrap();
    let policy = format!(
        "[managed.defaults]\ntheme = \"dark\"\n[policy]\nrequire_signature = {require}\n\
         [[policy.signers]]\nname = \"Operations\"\nkey = \"{}\"\n",
        public.line()
    );
    std::fs::write(at("etc/policy.d/10.toml"), policy).unwrap();
    let imports = Imports::new(Configured::open(places));
    assert_eq!(imports.0.now().findings(), []);
    Home { folder, imports, secret, public }
}

#[cfg(unix)]
fn owner(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(path).unwrap())
}

#[cfg(not(unix))]
fn owner(_: &Path) -> u32 {
    0
}

impl Home {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn user_file(&self) -> Option<String> {
        std::fs::read_to_string(&self.imports.0.places().user_file).ok()
    }

    /// A bundle with that serial, signed by that key.
    fn bundle(&self, serial: u64, configuration: &str, key: Option<&SecretKey>) -> PathBuf {
        self.with(serial, configuration, key, BTreeMap::new(), BTreeMap::new())
    }

    fn with(
        &self,
        serial: u64,
        configuration: &str,
        key: Option<&SecretKey>,
        certificates: BTreeMap<String, Vec<u8>>,
        plans: BTreeMap<String, Vec<u8>>,
    ) -> PathBuf {
        let made_at = Moment::from_millisecond(0);
        let making = Making { serial, made_at, name: "x", configuration, certificates, plans };
        let mut bytes = bundle::make(making).unwrap().bytes;
        if let Some(key) = key {
            let bundle = bundle::read(&bytes).unwrap();
            bytes = bundle.signed(&bundle::sign(&bundle, key).unwrap()).unwrap();
        }
        let path = self.at(&format!("{serial}.postern-bundle"));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn preview(&self, path: &Path) -> ImportPreview {
        let (kind, name) = (kind(path).unwrap_or(OfferKind::Configuration), String::new());
        self.imports.preview(path, Offer { id: OfferId(1), kind, name, by: OfferedBy::Chosen, state: None })
    }

    fn import(&self, path: &Path) -> Result<super::Imported, ProblemCode> {
        let preview = self.preview(path);
        self.imports.apply(path, &preview.version).map_err(|problem| problem.code)
    }

    /// Refused in the preview, and in the import however it is asked for.
    fn refused(&self, path: &Path) -> Option<ImportRefusal> {
        let preview = self.preview(path);
        assert!(preview.refused.is_some() && preview.differences.is_empty(), "{preview:?}");
        let (before, problem) = (self.user_file(), self.imports.apply(path, &preview.version).unwrap_err());
        assert_eq!(problem.code, ProblemCode::FileRefused);
        // the same again is nothing that is wrong
        let is_again = preview.refused == Some(ImportRefusal::ImportedAlready);
        assert_eq!(problem.findings.is_empty(), is_again);
        assert_eq!(self.user_file(), before);
        preview.refused
    }
}

#[test]
fn cfg_5_a_signed_bundle_is_imported_as_it_was_shown_and_can_be_undone_once() {
    let home = home(true);
    let first = home.bundle(7, "defaults.language = \"ko\"\n", Some(&home.secret));
    let preview = home.preview(&first);
    assert_eq!((preview.signed.clone(), preview.serial), (Signed::By("Operations".to_owned()), Some(7)));
    let language = SettingDifference {
        key: "defaults.language".to_owned(),
        from: None,
        to: Some("ko".to_owned()),
        managed: false,
    };
    assert_eq!(preview.differences, [language]);
    assert_eq!(home.user_file(), None);
    let imported = home.import(&first).unwrap();
    assert!(imported.settings.undo.is_some());
    assert_eq!(home.user_file().unwrap(), "defaults.language = \"ko\"\n");

    let second =
        home.bundle(8, "defaults.language = \"ja\"\ndefaults.theme = \"light\"\n", Some(&home.secret));
    let differences = home.preview(&second).differences;
    assert_eq!(differences[0].from.as_deref(), Some("ko"));
    assert!(differences[1].managed && !differences[0].managed);
    home.import(&second).unwrap();
    assert!(home.imports.undo().unwrap().undo.is_none());
    assert_eq!(home.user_file().unwrap(), "defaults.language = \"ko\"\n");
    assert_eq!(home.imports.undo().unwrap_err().code, ProblemCode::NotFound);
    // undoing gives no serial back
    assert_eq!(home.refused(&second), Some(ImportRefusal::Replayed { serial: 8, before: 8 }));
    assert_eq!(home.refused(&first), Some(ImportRefusal::Replayed { serial: 7, before: 8 }));
    home.import(&home.bundle(9, "defaults.language = \"en\"\n", Some(&home.secret))).unwrap();
}

#[test]
fn d23_a_difference_names_the_default_that_counts_without_the_file() {
    let home = home(false);
    let file = home.at("seconds.toml");
    std::fs::write(&file, "defaults.clipboard_seconds = 60\ndefaults.theme = \"light\"\n").unwrap();
    let shown = |preview: ImportPreview| {
        preview.differences.into_iter().map(|one| (one.key, one.from, one.to)).collect::<Vec<_>>()
    };
    let of = |key: &str, from: &str, to: &str| (key.to_owned(), Some(from.to_owned()), Some(to.to_owned()));
    assert_eq!(
        shown(home.preview(&file)),
        [of("defaults.clipboard_seconds", "30", "60"), of("defaults.theme", "dark", "light")],
        "the theme is the policy's"
    );
    home.import(&file).unwrap();
    std::fs::write(&file, "defaults.theme = \"light\"\n").unwrap();
    assert_eq!(
        shown(home.preview(&file)),
        [of("defaults.clipboard_seconds", "60", "30")],
        "and what it goes back to"
    );
}

#[test]
fn cfg_5_what_the_policy_does_not_allow_is_refused_with_the_reason() {
    let home = home(true);
    let (other, stranger) = pair();
    let plain = home.at("plain.toml");
    std::fs::write(&plain, "defaults.language = \"ko\"\n").unwrap();
    assert_eq!(home.refused(&plain), Some(ImportRefusal::SignatureMissing));
    assert_eq!(home.refused(&home.bundle(1, "", None)), Some(ImportRefusal::SignatureMissing));
    let unknown = home.bundle(2, "", Some(&other));
    assert_eq!(home.refused(&unknown), Some(ImportRefusal::SignerUnknown(stranger.id())));
    // a good signature over other contents
    let (one, two) = (home.bundle(3, "", Some(&home.secret)), home.bundle(4, "", None));
    let signature = bundle::sign(&bundle::read(&std::fs::read(one).unwrap()).unwrap(), &home.secret).unwrap();
    let wrong = bundle::read(&std::fs::read(&two).unwrap()).unwrap().signed(&signature).unwrap();
    std::fs::write(&two, wrong).unwrap();
    let bears = |path: &Path| home.preview(path).signed;
    let found = [&plain, &unknown, &two].map(|path| bears(path));
    assert_eq!(found, [Signed::Not, Signed::Unnamed, Signed::Wrong]);
    assert_eq!(home.refused(&two), Some(ImportRefusal::SignatureWrong));
    let nothing = home.at("nothing.postern-bundle");
    std::fs::write(&nothing, "nothing").unwrap();
    assert_eq!(home.refused(&nothing), Some(ImportRefusal::Unreadable));
    let broken = home.bundle(5, "defaults.langage = \"ko\"\n", Some(&home.secret));
    assert_eq!(home.refused(&broken), Some(ImportRefusal::Findings));
    assert_eq!(home.preview(&broken).findings[0].line, 1);
    let missing = "[[backends]]\nname = \"a\"\nurl = \"https://a.example\"\nca = [\"ca/none.pem\"]\n";
    assert_eq!(home.refused(&home.bundle(6, missing, Some(&home.secret))), Some(ImportRefusal::Findings));
    assert!(!home.at("state/imported.json").exists());
    assert_eq!(home.public.id().len(), 16);
}

#[test]
fn cfg_5_a_wrong_signature_is_refused_even_where_none_is_asked_for() {
    let home = home(false);
    home.import(&home.bundle(3, "defaults.language = \"ko\"\n", Some(&home.secret))).unwrap();
    let older = home.bundle(2, "", Some(&home.secret));
    assert_eq!(home.refused(&older), Some(ImportRefusal::Replayed { serial: 2, before: 3 }));
    // a stranger's is taken, and said
    let unknown = home.bundle(4, "", Some(&pair().0));
    assert_eq!(home.preview(&unknown).findings.len(), 1);
    home.import(&unknown).unwrap();
}

#[test]
fn cfg_5_nothing_is_written_where_either_file_changed_since_it_was_shown() {
    let home = home(false);
    let file = home.at("plain.toml");
    std::fs::write(&file, "defaults.language = \"ko\"\n").unwrap();
    let shown = home.preview(&file).version;
    std::fs::write(&file, "defaults.language = \"ja\"\n").unwrap();
    assert_eq!(home.imports.apply(&file, &shown).unwrap_err().code, ProblemCode::FileChanged);
    let shown = home.preview(&file).version;
    std::fs::create_dir_all(home.at("config")).unwrap();
    std::fs::write(home.at("config/config.toml"), "# mine\n").unwrap();
    assert_eq!(home.imports.apply(&file, &shown).unwrap_err().code, ProblemCode::FileChanged);
    assert_eq!(home.user_file().unwrap(), "# mine\n");
    home.import(&file).unwrap();
    std::fs::write(home.at("config/config.toml"), "# mine again\n").unwrap();
    assert_eq!(super::undoable(home.imports.0.places()), None);
    assert_eq!(home.imports.undo().unwrap_err().code, ProblemCode::FileChanged);
    assert_eq!(home.user_file().unwrap(), "# mine again\n");
}

#[test]
fn cfg_5_certificates_and_prepared_changes_come_along() {
    let home = home(true);
    let pem = authority().into_bytes();
    let configuration = "[[backends]]\nname = \"a\"\nurl = \"https://a.example\"\nca = [\"root.pem\"]\n";
    let certificates = BTreeMap::from([("root.pem".to_owned(), pem.clone())]);
    let new = plan("https://a.example", "Mina");
    let plans = BTreeMap::from([
        ("a.postern-plan".to_owned(), new.clone()),
        ("a.postern-plan.minisig".to_owned(), b"signature".to_vec()),
    ]);
    std::fs::create_dir_all(home.at("data/plans")).unwrap();
    std::fs::write(home.at("data/plans/a.postern-plan"), "old").unwrap();
    let path = home.with(1, configuration, Some(&home.secret), certificates, plans);
    let preview = home.preview(&path);
    assert_eq!((preview.certificates.len(), preview.plans), (1, vec!["a.postern-plan".to_owned()]));
    let imported = home.import(&path).unwrap();
    // what was there keeps its name
    assert_eq!(std::fs::read(home.at("data/plans/a.postern-plan")).unwrap(), b"old");
    assert_eq!(std::fs::read(&imported.plans[0]).unwrap(), new);
    assert_eq!(std::fs::read(bundle::name::beside(&imported.plans[0])).unwrap(), b"signature");
    let certificate = incoming::certificate(&pem);
    assert!(home.user_file().unwrap().contains(&*certificate.to_string_lossy()));
    assert_eq!(std::fs::read(home.at("config").join(certificate)).unwrap(), pem);
    assert_eq!(imported.settings.findings, []);
    assert_eq!(home.imports.0.now().backends().len(), 1);
}

#[test]
fn cfg_5_a_plain_file_brings_the_certificates_beside_it() {
    let home = home(false);
    std::fs::create_dir_all(home.at("stick/certificates")).unwrap();
    std::fs::write(home.at("stick/certificates/root.pem"), authority()).unwrap();
    let file = home.at("stick/config.toml");
    let text = "[[backends]]\nname = \"a\"\nurl = \"https://a.example\"\nca = [\"certificates/root.pem\"]\n";
    std::fs::write(&file, text).unwrap();
    home.import(&file).unwrap();
    std::fs::remove_dir_all(home.at("stick")).unwrap();
    home.imports.0.reload();
    assert_eq!(home.imports.0.now().findings(), []);
}

#[test]
fn a_plan_that_comes_again_takes_no_countersignature_away() {
    let home = home(true);
    let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let text = plan("embedded", "Mina");
    let good = minisign::sign(None, &pair.sk, std::io::Cursor::new(&text), None, None).unwrap().into_string();
    let bundle = |serial: u64, signature: &str| {
        let plans = BTreeMap::from([
            ("a.postern-plan".to_owned(), text.clone()),
            ("a.postern-plan.minisig".to_owned(), signature.as_bytes().to_vec()),
        ]);
        home.with(serial, "defaults.language = \"ko\"\n", Some(&home.secret), BTreeMap::new(), plans)
    };
    // what is no signature gives way to one; a signature gives way to nothing
    for (serial, signature, there) in [(1, "rubbish", "rubbish"), (2, &*good, &*good), (3, "rubbish", &*good)]
    {
        let imported = home.import(&bundle(serial, signature)).unwrap();
        let beside = bundle::name::beside(&imported.plans[0]);
        assert_eq!(std::fs::read_to_string(beside).unwrap(), there, "{serial}");
    }
}
