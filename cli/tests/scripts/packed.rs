//! Plans in bundles: each is read and checked when it is packed and when it is imported, and all its signatures travel.

use crate::command::Home;
use crate::{ACCOUNT, URL, new, prepared};
use postern_client::bundle::signature::new_pair;
use postern_client::bundle::{self, Making};
use postern_contract::Moment;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const OTHER: &str = "https://elsewhere.example";

/// A configuration that describes the backend of that URL.
fn configuration(url: &str) -> String {
    format!("[[backends]]\nname = \"Harbor\"\nurl = \"{url}\"\n")
}

/// What packs these plans.
fn make<'a>(config: &'a str, plans: &[&'a str]) -> Vec<&'a str> {
    let words = ["bundle", "make", "-o", "new.postern-bundle", "--config", config];
    let plans = plans.iter().flat_map(|plan| ["--plan", plan]);
    words.into_iter().chain(plans).collect()
}

/// A bundle as an older version or another program packs it: nothing is checked.
fn pack(home: &Home, configuration: &str, plans: &[&str]) {
    let plans: BTreeMap<_, _> =
        plans.iter().map(|plan| ((*plan).to_owned(), std::fs::read(home.at(plan)).unwrap())).collect();
    let (made_at, certificates) = (Moment::from_millisecond(0), BTreeMap::new());
    let making = Making { serial: 1, made_at, name: "x", configuration, certificates, plans };
    home.write("unchecked.postern-bundle", bundle::make(making).unwrap().bytes);
}

/// A home with good plans and others.
fn plans() -> Home {
    let home = prepared();
    home.write("harbor.toml", configuration(URL));
    home.write("elsewhere.toml", configuration(OTHER));
    let good = std::fs::read_to_string(home.at("a.postern-plan")).unwrap();
    home.write("hello.postern-plan", "hello");
    home.write("empty.postern-plan", "");
    home.write("bytes.postern-plan", b"\xff\xfe");
    home.write("later.postern-plan", good.replacen("format = 2", "format = 3", 1));
    home.write("nothing.postern-plan", good.split("[user_information]").next().unwrap());
    let inside = new("inside.postern-plan", &["--task", "Gate"]);
    let inside: Vec<_> = inside.into_iter().map(|word| if word == URL { "embedded" } else { word }).collect();
    home.ends(0, &inside);
    home
}

/// The configuration, the plan, the exit code, and what is said of the plan.
const CASES: [(&str, &str, i32, &str); 11] = [
    ("harbor.toml", "a.postern-plan", 0, ""),
    ("harbor.toml", "hello.postern-plan", 3, "hello.postern-plan:1"),
    ("harbor.toml", "empty.postern-plan", 3, "empty.postern-plan"),
    ("harbor.toml", "bytes.postern-plan", 3, "bytes that are no UTF-8"),
    ("harbor.toml", "later.postern-plan", 3, "later.postern-plan:"),
    ("harbor.toml", "nothing.postern-plan", 3, "at least one change"),
    ("harbor.toml", "bad.postern-plan", 3, "bad.postern-plan:"),
    ("harbor.toml", "inside.postern-plan", 3, "\"embedded\", which the configuration does not describe"),
    ("elsewhere.toml", "a.postern-plan", 3, "which the configuration does not describe"),
    // the files of other computers may describe it
    ("good.toml", "a.postern-plan", 0, "which the configuration does not describe"),
    ("good.toml", "inside.postern-plan", 0, ""),
];

#[test]
fn f6_plans_are_checked_when_they_are_packed() {
    for (config, plan, code, says) in CASES {
        let home = plans();
        let (_, err) = home.ends(code, &make(config, &[plan]));
        assert!(err.contains(says), "{config}, {plan}: {err}");
        assert_eq!(says.is_empty(), err.is_empty(), "{config}, {plan}: {err}");
        assert_eq!(home.at("new.postern-bundle").exists(), code == 0, "{config}, {plan}");
    }
    // everything at once
    let home = plans();
    let all = ["hello.postern-plan", "a.postern-plan", "inside.postern-plan", "nothing.postern-plan"];
    let (_, err) = home.ends(3, &make("harbor.toml", &all));
    for says in ["hello.postern-plan:1", "\"embedded\"", "at least one change"] {
        assert!(err.contains(says), "{err}");
    }
    assert!(!err.contains("a.postern-plan"), "{err}");
}

#[test]
fn f6_plans_are_checked_when_they_are_imported() {
    for (config, plan, code, says) in CASES {
        let home = plans();
        pack(&home, &std::fs::read_to_string(home.at(config)).unwrap(), &[plan]);
        for words in [&["--dry-run"][..], &["--yes"]] {
            let (_, err) =
                home.ends(code, &[&["config", "import", "unchecked.postern-bundle"], words].concat());
            assert!(err.contains(says), "{config}, {plan}: {err}");
        }
        let imported = home.at(".local/share/postern/plans").join(plan);
        assert_eq!(
            (home.user_file().is_some(), imported.exists()),
            (code == 0, code == 0),
            "{config}, {plan}"
        );
    }
    // what a policy of that computer describes counts there
    for (url, code) in [(URL, 0), (OTHER, 3)] {
        let home = plans();
        pack(&home, crate::GOOD, &["a.postern-plan"]);
        let managed = configuration(url).replace("backends", "managed.backends");
        home.write(".config/postern/policy.d/10.toml", managed);
        home.ends(code, &["config", "import", "unchecked.postern-bundle", "--yes"]);
    }
    // what the file that is replaced describes does not
    let home = plans();
    pack(&home, &configuration(OTHER), &["a.postern-plan"]);
    home.write(".config/postern/config.toml", configuration(URL));
    home.ends(3, &["config", "import", "unchecked.postern-bundle", "--yes"]);
}

#[test]
fn f8_two_plans_of_one_id_are_the_same_finding_in_a_bundle() {
    let home = plans();
    let good = std::fs::read_to_string(home.at("a.postern-plan")).unwrap();
    home.write("b.postern-plan", good.replace("\"Gate\"", "\"Pier\""));
    let both = ["a.postern-plan", "b.postern-plan"];
    let checked = home.ends(3, &[&["plan", "check"][..], &both].concat()).1;
    let packed = home.ends(3, &make("harbor.toml", &both)).1;
    for file in both {
        let finding = format!("the id of another plan: {file}");
        assert!(checked.contains(&finding) && packed.contains(&finding), "{checked}\n{packed}");
    }
    assert!(!home.at("new.postern-bundle").exists());
    pack(&home, &configuration(URL), &both);
    let (_, err) = home.ends(3, &["config", "import", "unchecked.postern-bundle", "--yes"]);
    assert_eq!(err.matches("the id of another plan").count(), 2, "{err}");
    // a copy is one plan
    home.write("b.postern-plan", &good);
    let (_, err) = home.ends(0, &make("harbor.toml", &both));
    assert!(err.contains("a copy of a.postern-plan"), "{err}");
    home.ends(0, &["config", "import", "new.postern-bundle", "--yes"]);
}

/// A secret key without a password and its id; writes the key's file.
fn key(home: &Home, name: &str) -> (String, String) {
    let (file, public) = new_pair(None).unwrap();
    home.write(name, file.expose());
    (public.id(), public.line())
}

fn names(home: &Home, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(home.at(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.contains(".postern-plan"));
    names.sort();
    names
}

#[test]
fn f7_all_signatures_of_a_plan_travel() {
    let from = Home::new();
    from.write("harbor.toml", configuration(URL));
    from.ends(0, &new("a.postern-plan", &["--cancel"]));
    let [mina, aiko, _] = ["mina.key", "aiko.key", "sol.key"].map(|name| key(&from, name));
    let sign = |key: &str| from.ends(0, &["plan", "countersign", "a.postern-plan", "--yes", "--key", key]);
    // the owner's signature, which does not count, is the first
    sign("mina.key");
    sign("aiko.key");
    // one that was named by hand
    let signature = from.at(&format!("a.postern-plan.{}.minisig", aiko.0));
    std::fs::rename(&signature, from.at("a.postern-plan.aiko.minisig")).unwrap();
    from.ends(0, &make("harbor.toml", &["a.postern-plan"]));
    // a bundle that was made before, with another person's signature alone
    std::fs::create_dir(from.at("early")).unwrap();
    std::fs::copy(from.at("a.postern-plan"), from.at("early/a.postern-plan")).unwrap();
    from.ends(0, &["plan", "countersign", "early/a.postern-plan", "--yes", "--key", "sol.key"]);
    let early = ["bundle", "make", "-o", "early.postern-bundle", "--config", "harbor.toml", "--plan"];
    from.ends(0, &[&early[..], &["early/a.postern-plan"]].concat());

    let to = Home::new();
    for bundle in ["new.postern-bundle", "early.postern-bundle"] {
        std::fs::copy(from.at(bundle), to.at(bundle)).unwrap();
    }
    let mut policy = "[policy]\ncountersign = [\"cancel\"]\n".to_owned();
    for (name, email, key) in [("Mina Park", ACCOUNT, &mina.1), ("Aiko Mori", "aiko@harbor.example", &aiko.1)]
    {
        let _ = writeln!(
            policy,
            "[[policy.countersigners]]\nname = \"{name}\"\nemail = \"{email}\"\nkey = \"{key}\""
        );
    }
    to.write(".config/postern/policy.d/10.toml", policy);
    let plan = ".local/share/postern/plans/a.postern-plan";
    to.ends(0, &["config", "import", "early.postern-bundle", "--yes"]);
    let (out, err) = to.ends(4, &["plan", "apply", plan]);
    assert!(out.contains("the policy wants the signature of Aiko Mori"), "{out}{err}");
    to.ends(0, &["config", "import", "new.postern-bundle", "--yes"]);
    let (out, err) = to.ends(4, &["plan", "apply", plan]);
    assert!(!out.contains("signature") && err.contains("Password of "), "{out}{err}");
    let mut signed = vec!["a.postern-plan".to_owned(), "a.postern-plan.minisig".to_owned()];
    signed.extend([&mina, &aiko].map(|(id, _)| format!("a.postern-plan.{id}.minisig")));
    signed.sort();
    assert_eq!(names(&to, ".local/share/postern/plans"), signed, "Sol's is the first, and stays");
    let first = std::fs::read_to_string(to.at(&format!("{plan}.minisig"))).unwrap();
    assert_eq!(first, std::fs::read_to_string(from.at("early/a.postern-plan.minisig")).unwrap());
    // nothing is written twice
    to.ends(0, &["config", "undo"]);
    to.ends(0, &["config", "import", "new.postern-bundle", "--yes"]);
    assert_eq!(names(&to, ".local/share/postern/plans"), signed);
    to.ends(0, &["plan", "put-away", plan]);
    assert_eq!(names(&to, ".local/share/postern/plans/put-away"), signed);
}

#[test]
fn f7_what_is_no_signature_is_not_packed() {
    let home = prepared();
    home.write("harbor.toml", configuration(URL));
    for name in ["a.postern-plan.minisig", "a.postern-plan.aiko.minisig"] {
        home.write(name, "hello");
        let (_, err) = home.ends(3, &make("harbor.toml", &["a.postern-plan"]));
        assert!(err.contains(name) && err.contains("no signature that minisign makes"), "{err}");
        std::fs::remove_file(home.at(name)).unwrap();
    }
    // two of one key under names of their own: which is meant is not known
    home.ends(0, &["plan", "countersign", "a.postern-plan", "--key", "key", "--yes"]);
    let signature = std::fs::read(home.at("a.postern-plan.minisig")).unwrap();
    for name in ["one", "two"] {
        home.write(&format!("a.postern-plan.{name}.minisig"), &signature);
    }
    let (_, err) = home.ends(3, &make("harbor.toml", &["a.postern-plan"]));
    assert!(err.contains("is there twice"), "{err}");
}
