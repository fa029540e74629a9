//! CFG-3: every source against every key.

use super::{computer, machine, open, write};
use crate::config::Places;
use postern_contract::configuration::{Gravity, SettingKey, Source};

/// A key, and what each of the six sources writes for it, with what that is as text.
const KEYS: [(SettingKey, [(&str, &str); 6]); 5] = [
    (
        SettingKey::Backend,
        [("\"A\"", "A"), ("\"B\"", "B"), ("\"C\"", "C"), ("\"D\"", "D"), ("\"E\"", "E"), ("\"F\"", "F")],
    ),
    (
        SettingKey::Language,
        [
            ("\"en\"", "en"),
            ("\"ko\"", "ko"),
            ("\"ja\"", "ja"),
            ("\"en\"", "en"),
            ("\"ko\"", "ko"),
            ("\"ja\"", "ja"),
        ],
    ),
    (
        SettingKey::Theme,
        [
            ("\"dark\"", "dark"),
            ("\"light\"", "light"),
            ("\"system\"", "system"),
            ("\"dark\"", "dark"),
            ("\"light\"", "light"),
            ("\"dark\"", "dark"),
        ],
    ),
    (
        SettingKey::Tabs,
        [
            ("[\"change-password\"]", "change-password"),
            ("[\"security-settings\"]", "security-settings"),
            ("[\"user-information\", \"change-password\"]", "user-information,change-password"),
            ("[\"cancel-subscription\"]", "cancel-subscription"),
            ("[\"manage-authentication-key\"]", "manage-authentication-key"),
            ("[\"user-information\"]", "user-information"),
        ],
    ),
    (
        SettingKey::ClipboardSeconds,
        [("11", "11"), ("12", "12"), ("13", "13"), ("14", "14"), ("15", "15"), ("16", "16")],
    ),
];

/// The sources, the strongest first; the last two recommend.
const SOURCES: [(Source, bool); 6] = [
    (Source::MachinePolicy, false),
    (Source::UserPolicy, false),
    (Source::SystemFile, false),
    (Source::UserFile, false),
    (Source::MachinePolicy, true),
    (Source::UserPolicy, true),
];

/// Writes those values of a key whose sources are in the set.
fn write_some(places: &Places, key: SettingKey, values: &[(&str, &str); 6], set: u32) {
    let name = key.as_str().trim_start_matches("defaults.");
    let line = |section: &str, at: usize| {
        let has = set & (1 << at) != 0;
        if has { format!("[{section}]\n{name} = {}\n", values[at].0) } else { String::new() }
    };
    let policy = |path: &std::path::Path, fixed: usize, recommended: usize| {
        let text = line("managed.defaults", fixed) + &line("recommended.defaults", recommended);
        if text.is_empty() {
            let _ = std::fs::remove_file(path);
        } else {
            write(path, &text);
        }
    };
    policy(&machine(places).policy.join("10.toml"), 0, 4);
    policy(&places.user_policy.join("10.toml"), 1, 5);
    write(&machine(places).file, &line("defaults", 2));
    write(&places.user_file, &line("defaults", 3));
}

// CFG-3: each key × each set of sources: the strongest counts, with its place; the weaker ones are listed after it
#[test]
fn cfg_3_the_strongest_source_counts_for_each_key() {
    let (_folder, places) = computer();
    for (key, values) in KEYS {
        for set in 0..1 << SOURCES.len() {
            write_some(&places, key, &values, set);
            let now = open(&places).now();
            let setting = now.settings().into_iter().find(|setting| setting.key == key).unwrap();
            let there: Vec<_> = (0..SOURCES.len()).filter(|at| set & (1 << at) != 0).collect();
            let case = format!("{key:?} {set:06b}");
            let all = now.candidates(key.as_str()).unwrap();
            assert_eq!(all.len(), there.len() + 1, "{case}");
            let Some(first) = there.first() else {
                assert_eq!((setting.source, setting.place), (Source::Default, None), "{case}");
                continue;
            };
            assert_eq!(setting.value, values[*first].1, "{case}");
            assert_eq!((setting.source, setting.recommended), SOURCES[*first], "{case}");
            assert_eq!(setting.managed, *first < 3, "{case}");
            let place = setting.place.unwrap();
            let (file, line) = place.rsplit_once(':').unwrap();
            let text = std::fs::read_to_string(file).unwrap();
            let line = text.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap();
            assert!(line.ends_with(values[*first].0), "{case}: {place} is {line}");
            let lost: Vec<_> = all[1..there.len()].iter().map(|lost| &*lost.value).collect();
            let weaker: Vec<_> = there[1..].iter().map(|at| values[*at].1).collect();
            assert_eq!(lost, weaker, "{case}");
        }
    }
}

#[test]
fn cfg_3_a_backend_counts_as_a_whole() {
    let (folder, places) = computer();
    write(&folder.path().join("home/ca.pem"), include_str!("ca.pem"));
    write(
        &machine(&places).policy.join("10.toml"),
        "[[managed.backends]]\nname = \"Harbor\"\nurl = \"https://harbor.example\"\n",
    );
    write(
        &places.user_file,
        "[[backends]]\nname = \"Harbor\"\nurl = \"https://elsewhere.example\"\nca = [\"ca.pem\"]\nproxy = \"http://proxy.example:3128\"\n\
         [[backends]]\nname = \"Rack 4\"\nurl = \"https://rack4.example\"\ncolor = \"plum\"\ntotal_seconds = 9\n",
    );
    let now = open(&places).now();
    assert_eq!(now.findings(), []);
    let harbor = now.backend_named("Harbor").unwrap();
    assert_eq!(harbor.url.as_str(), "https://harbor.example/");
    assert!(harbor.ca.is_empty() && harbor.proxy.is_none(), "a weaker file adds nothing to it");
    let rack = now.backend_named("Rack 4").unwrap();
    assert_eq!((rack.face().name.as_str(), rack.face().color.as_str()), ("Rack 4", "plum"));
    assert_eq!(rack.limits.total.as_secs(), 9);
    assert!(now.is_managed("backends.Harbor.ca") && !now.is_managed("backends.Rack 4.url"));
    let url = &now.candidates("backends.Rack 4.url").unwrap()[0];
    assert!(url.place.as_ref().unwrap().ends_with("home/config.toml:8"), "{:?}", url.place);
}

#[test]
fn cfg_3_a_users_own_file_can_only_ask_for_more() {
    let (_folder, places) = computer();
    let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    write(
        &machine(&places).policy.join("10.toml"),
        "[policy]\nrequire_signature = true\ncountersign = [\"cancel\"]\n",
    );
    write(
        &places.user_file,
        &format!(
            "[policy]\nrequire_signature = false\ncountersign = [\"add-keys\"]\n\
             [[policy.signers]]\nname = \"Me\"\nkey = \"{key}\"\n"
        ),
    );
    let now = open(&places).now();
    let policy = now.policy();
    assert!(policy.requires_signature, "not taken back");
    assert!(policy.signers.is_empty(), "nobody names himself");
    assert_eq!(policy.countersigned.len(), 2, "both are asked for");
    assert!(
        now.findings().iter().any(|finding| finding.found.contains("nobody's count")),
        "{:?}",
        now.findings()
    );
    write(
        &machine(&places).policy.join("20.toml"),
        &format!("[[policy.signers]]\nname = \"Mina\"\nkey = \"{key}\"\n"),
    );
    let names: Vec<_> = open(&places).now().policy().signers.iter().map(|one| one.name.clone()).collect();
    assert_eq!(names, ["Mina"]);
}

// CFG-3: passwords are kept by origin, so another name for the same origin would take a managed backend over
#[test]
fn cfg_3_no_weaker_file_takes_a_backend_over_under_another_name() {
    let (_folder, places) = computer();
    write(
        &machine(&places).policy.join("10.toml"),
        "[[managed.backends]]\nname = \"Harbor\"\nurl = \"https://accounts.harbor.example\"\n\
         pins = [\"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"]\n",
    );
    for url in [
        "https://accounts.harbor.example",
        "https://ACCOUNTS.harbor.example:443/",
        "https://accounts.harbor.example.",
    ] {
        let text = format!(
            "[[backends]]\nname = \"Harbor two\"\nurl = \"{url}\"\nproxy = \"http://elsewhere.example:3128\"\n\
             [[backends]]\nname = \"Pier\"\nurl = \"https://accounts.harbor.example:8443\"\n\
             [defaults]\nbackend = \"Harbor two\"\n"
        );
        for weaker in [&places.user_policy.join("10.toml"), &machine(&places).file, &places.user_file] {
            let text = if weaker.starts_with(&places.user_policy) {
                text.replace("[[backends", "[[recommended.backends")
                    .replace("[defaults", "[recommended.defaults")
            } else {
                text.clone()
            };
            write(weaker, &text);
            let now = open(&places).now();
            let names: Vec<_> = now.backends().iter().map(|backend| backend.name.as_str()).collect();
            assert_eq!(names, ["Harbor", "Pier"], "{url} in {}", weaker.display());
            assert_eq!(now.backend(), None);
            assert_eq!(now.candidates("backends.Harbor two"), None);
            let found = now.findings().iter().find(|one| one.key == "backends.Harbor two").unwrap();
            assert_eq!((found.line, found.file.as_str()), (1, weaker.to_str().unwrap()));
            assert!(found.fix.contains("choose \"Harbor\""), "{found:?}");
            std::fs::remove_file(weaker).unwrap();
        }
    }
    // what is only recommended can be had under another name
    write(
        &machine(&places).policy.join("10.toml"),
        "[[recommended.backends]]\nname = \"Harbor\"\nurl = \"https://accounts.harbor.example\"\n",
    );
    write(&places.user_file, "[[backends]]\nname = \"Mine\"\nurl = \"https://accounts.harbor.example\"\n");
    let now = open(&places).now();
    assert_eq!((now.backends().len(), now.findings()), (2, &[][..]));
}

#[test]
fn f14_a_host_that_passes_for_another_is_shown_with_a_labels_and_warned_about() {
    let (_folder, places) = computer();
    write(
        &places.user_file,
        "[[backends]]\nname = \"Harbor\"\nurl = \"https://\u{430}ccounts.harbor.example\"\n\
         [[backends]]\nname = \"B\u{fc}ro\"\nurl = \"https://b\u{fc}ro.example\"\n\
         [[backends]]\nname = \"Rack 4\"\nurl = \"https://rack4.example\"\nproxy = \"http://pr\u{43e}xy.example:3128\"\n\
         [[backends]]\nname = \"R\u{430}ck 5\"\nurl = \"https://rack5.example\"\n",
    );
    let now = open(&places).now();
    let keys: Vec<_> = now.findings().iter().map(|finding| (&*finding.key, finding.gravity)).collect();
    let warned = |key| (key, Gravity::Warning);
    assert_eq!(keys, [warned("backends.0.url"), warned("backends.2.proxy"), warned("backends.3.name")]);
    assert!(now.findings()[0].found.contains("xn--") && now.findings()[0].found.contains("U+0430"));
    let shown = |key: &str| now.candidates(key).unwrap()[0].value.clone();
    assert!(shown("backends.Harbor.url").starts_with("https://xn--"), "{}", shown("backends.Harbor.url"));
    assert!(shown("backends.Rack 4.proxy").starts_with("http://xn--"));
    assert_eq!(shown("backends.B\u{fc}ro.url"), "https://b\u{fc}ro.example");
}
