//! What device management puts into the watched folder: it is offered in a window, held to what the policy asks for, and
//! imported only when somebody confirms it; what came along waits over restarts. CFG-5

use crate::mock::{self, Alone, ask, until, window};
use contract::configuration::{ImportPreview, ImportRefusal, Offer, OfferKind, OfferedBy, Settings, Signed};
use contract::shell::Window;
use contract::{Moment, Problem, ProblemCode, Secret};
use postern_client::bundle::signature::{PublicKey, SecretKey, new_pair};
use postern_client::bundle::{self, Making};
use postern_client::config::Configured;
use postern_contract as contract;
use postern_desktop::arrivals;
use postern_desktop::offers::Offers;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use tauri::Manager;

const PLAN: &str = "format = 1\n[plan]\nid = \"0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b\"\nauthor = \"Joon\"\n\
    reason = \"New quarter\"\nprepared_at = 2026-11-23T12:00:00Z\n[account]\n\
    backend = \"https://accounts.harbor.example\"\nemail = \"mina@harbor.example\"\n\
    [user_information]\nname = \"Mina\"\n";

fn bundle(serial: u64, language: &str, key: Option<&SecretKey>) -> Vec<u8> {
    let configuration = format!("defaults.language = \"{language}\"\n");
    let making = Making {
        serial,
        made_at: Moment::from_millisecond(0),
        name: "harbor",
        configuration: &configuration,
        certificates: BTreeMap::new(),
        plans: BTreeMap::from([("desk.postern-plan".to_owned(), PLAN.as_bytes().to_vec())]),
    };
    let made = bundle::make(making).expect("a bundle").bytes;
    let Some(key) = key else { return made };
    let bundle = bundle::read(&made).expect("a bundle");
    bundle.signed(&bundle::sign(&bundle, key).expect("a signature")).expect("a signed bundle")
}

/// The application of a machine whose policy asks for Operations' signature, with its drop folder watched.
fn watched(public: &PublicKey) -> Alone {
    let app = mock::app_in(|folder| {
        let policies = folder.join("machine/policy.d");
        std::fs::create_dir_all(&policies).expect("a folder");
        let text = format!(
            "[policy]\nrequire_signature = true\n[[policy.signers]]\nname = \"Operations\"\nkey = \"{}\"\n",
            public.line()
        );
        std::fs::write(policies.join("10-harbor.toml"), text).expect("a policy");
    });
    mock::window(&app, "main");
    arrivals::watch_drop_folder(app.handle());
    until("the drop folder is made", || app.folder.path().join("drop").is_dir());
    app
}

/// The same machine after a restart.
fn restarted(app: &Alone) -> Alone {
    let again = mock::app_with(|seat| seat.configured = Configured::open(mock::places(app.folder.path())));
    arrivals::offer_what_was_imported(again.handle());
    again
}

/// What a window lists.
fn listed(app: &Alone, label: &str) -> Vec<Offer> {
    let answer = ask(&window(app, label), "list_offers", &json!({})).expect("a list");
    serde_json::from_value(answer).expect("offers")
}

fn put(app: &Alone, name: &str, bytes: &[u8]) -> Offer {
    std::fs::write(app.folder.path().join("drop").join(name), bytes).expect("a file");
    let there = || app.state::<Offers>().list(Window::Main).into_iter().find(|offer| offer.name == name);
    until(&format!("{name} is offered"), || there().is_some());
    there().expect("the offer")
}

fn preview(app: &Alone, offer: &Offer) -> ImportPreview {
    let answer = ask(&window(app, "settings"), "preview_import", &json!({"input": offer.id}));
    serde_json::from_value(answer.expect("a preview")).expect("a preview")
}

fn import(app: &Alone, preview: &ImportPreview) -> Result<Settings, Problem> {
    let input = json!({"input": {"offer": preview.offer.id, "version": preview.version}});
    ask(&window(app, "settings"), "apply_import", &input)
        .map(|settings| serde_json::from_value(settings).expect("settings"))
        .map_err(|problem| serde_json::from_value(problem).expect("a problem"))
}

fn language(app: &Alone) -> Option<String> {
    std::fs::read_to_string(app.folder.path().join("user/config.toml")).ok()
}

#[test]
fn cfg_5_a_dropped_bundle_is_offered_held_to_the_policy_and_imported_once_confirmed() {
    const NAME: &str =
        "dropped::cfg_5_a_dropped_bundle_is_offered_held_to_the_policy_and_imported_once_confirmed";
    if !mock::apart(NAME, &[]) {
        return;
    }
    let (file, public) = new_pair(None).expect("a pair");
    let (theirs, _) = new_pair(None).expect("another pair");
    let key = |file: &Secret<String>| SecretKey::read(file, None).expect("a key");
    let app = watched(&public);

    // without a signature, and with another's: shown with the reason, and refused however it is asked for
    for (name, signed) in [("none.postern-bundle", None), ("theirs.postern-bundle", Some(key(&theirs)))] {
        let offer = put(&app, name, &bundle(1, "ja", signed.as_ref()));
        assert_eq!((offer.kind, offer.by), (OfferKind::Bundle, OfferedBy::DropFolder));
        let shown = preview(&app, &offer);
        assert!(
            matches!(shown.refused, Some(ImportRefusal::SignatureMissing | ImportRefusal::SignerUnknown(_))),
            "{shown:?}"
        );
        assert!(shown.differences.is_empty());
        assert_eq!(import(&app, &shown).expect_err("it is refused").code, ProblemCode::FileRefused);
    }
    // a plain file bears no signature at all
    let plain = put(&app, "plain.toml", b"[defaults]\nlanguage = \"ja\"\n");
    assert_eq!(preview(&app, &plain).refused, Some(ImportRefusal::SignatureMissing));

    let offer = put(&app, "harbor.postern-bundle", &bundle(2, "ko", Some(&key(&file))));
    assert!(listed(&app, "settings").contains(&offer) && listed(&app, "main").contains(&offer));
    assert!(!listed(&app, "plans").contains(&offer));
    let shown = preview(&app, &offer);
    let by = Signed::By("Operations".to_owned());
    assert_eq!((shown.refused.clone(), shown.signed.clone()), (None, by), "{shown:?}");
    assert_eq!((shown.serial, shown.plans.as_slice()), (Some(2), &["desk.postern-plan".to_owned()][..]));
    assert_eq!(language(&app), None, "nobody confirmed anything so far");

    import(&app, &shown).expect("it is imported");
    assert_eq!(language(&app).as_deref(), Some("defaults.language = \"ko\"\n"));
    let drop = app.folder.path().join("drop");
    assert!(!drop.join("harbor.postern-bundle").exists());
    assert!(
        drop.join("imported/harbor.postern-bundle").is_file() && drop.join("none.postern-bundle").exists()
    );
    assert!(!listed(&app, "settings").iter().any(|left| left.id == offer.id));
    // the same again is old by now
    let again = put(&app, "again.postern-bundle", &bundle(2, "ja", Some(&key(&file))));
    let shown = preview(&app, &again);
    assert_eq!(shown.refused, Some(ImportRefusal::Replayed { serial: 2, before: 2 }));
}

#[test]
fn prepared_changes_that_came_along_wait_over_restarts_until_they_are_put_away() {
    const NAME: &str = "dropped::prepared_changes_that_came_along_wait_over_restarts_until_they_are_put_away";
    if !mock::apart(NAME, &[]) {
        return;
    }
    let (file, public) = new_pair(None).expect("a pair");
    let key = SecretKey::read(&file, None).expect("a key");
    let app = watched(&public);
    let offer = put(&app, "harbor.postern-bundle", &bundle(1, "ko", Some(&key)));
    import(&app, &preview(&app, &offer)).expect("it is imported");
    let is_plan = |offers: &[Offer]| match offers {
        [only] => {
            (only.kind, only.by, only.name.as_str())
                == (OfferKind::Plan, OfferedBy::Imported, "desk.postern-plan")
        }
        _ => false,
    };
    assert!(is_plan(&listed(&app, "plans")), "{:?}", listed(&app, "plans"));

    let again = restarted(&app);
    until("it is offered again", || is_plan(&again.state::<Offers>().list(Window::Plans)));
    let offer = listed(&again, "plans").remove(0);
    let opened = ask(&window(&again, "plans"), "open_plan", &json!({"input": offer.id})).expect("a plan");
    assert_eq!(opened["reason"], "New quarter");
    // it is read again as often as somebody asks, until it is put away
    ask(&window(&again, "plans"), "dismiss_offer", &json!({"input": offer.id})).expect("it is put away");
    let plans = app.folder.path().join("data/plans");
    assert!(!plans.join("desk.postern-plan").exists() && plans.join("put-away/desk.postern-plan").is_file());
    assert_eq!(listed(&again, "plans"), []);

    // what else lies there next time tells that the folder was looked through, and no link is followed
    std::fs::write(plans.join("other.postern-plan"), PLAN).expect("a file");
    link(&app.folder.path().join("policy"), &plans.join("link.postern-plan"));
    let third = restarted(&app);
    until("the other is offered", || !third.state::<Offers>().list(Window::Plans).is_empty());
    let names: Vec<_> = listed(&third, "plans").into_iter().map(|offer| offer.name).collect();
    assert_eq!(names, ["other.postern-plan"]);
}

fn link(to: &Path, at: &Path) {
    std::fs::write(to, PLAN).expect("a file");
    std::os::unix::fs::symlink(to, at).expect("a link");
}
