//! Holds four lists together: the contract's commands, the handlers, the manifest that Tauri checks, and the capability
//! files; and the settings that keep a page from doing more than it is given. IPC-1, IPC-3, CSP-1

use contract::shell::{COMMANDS, Tab, Window};
use postern_contract as contract;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// The two permissions every window has beside our own commands: to hear events.
const EVENTS: [&str; 2] = ["core:event:allow-listen", "core:event:allow-unlisten"];

fn json(path: impl AsRef<Path>) -> Value {
    let text = std::fs::read_to_string(Path::new(FOLDER).join(path)).expect("the file is there");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Each capability file by the kind of window in its name.
fn capabilities() -> BTreeMap<String, Value> {
    std::fs::read_dir(Path::new(FOLDER).join("capabilities"))
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let kind = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (kind, json(path))
        })
        .collect()
}

#[test]
fn packages_bring_the_manual_and_completions_of_the_command_line() {
    let linux = &json("tauri.conf.json")["bundle"]["linux"];
    for kind in ["deb", "rpm"] {
        let files = linux[kind]["files"].as_object().expect("files");
        for (at, from) in files {
            let from = Path::new(FOLDER).join(from.as_str().expect("a path"));
            assert!(from.exists(), "{kind}: {at} comes from {}, which is not there", from.display());
        }
        let from: BTreeSet<&str> = files.values().filter_map(Value::as_str).collect();
        for wanted in
            ["man", "completions/postern.bash", "completions/postern.zsh", "completions/postern.fish"]
        {
            assert!(from.contains(format!("../docs/{wanted}").as_str()), "{kind} lacks {wanted}");
        }
    }
}

#[test]
fn every_command_is_handled_and_nothing_else_is() {
    // IPC-1
    let contract: BTreeSet<&str> = COMMANDS.iter().map(|command| command.name).collect();
    let handled: BTreeSet<&str> = postern_desktop::commands::HANDLED.iter().copied().collect();
    assert_eq!(
        handled, contract,
        "put the missing name into src-tauri/src/commands.rs, or take the other away"
    );
    assert_eq!(handled.len(), postern_desktop::commands::HANDLED.len(), "a command stands twice");
}

#[test]
fn the_manifest_declares_every_command() {
    // IPC-1
    let manifest = json("gen/schemas/acl-manifests.json");
    let declared: BTreeSet<String> = manifest["__app-acl__"]["permissions"]
        .as_object()
        .expect("the application's own permissions")
        .values()
        .flat_map(|permission| words(&permission["commands"]["allow"]))
        .collect();
    let contract: BTreeSet<String> = COMMANDS.iter().map(|command| command.name.to_owned()).collect();
    assert_eq!(declared, contract, "build.rs declares contract::shell::COMMANDS; build src-tauri again");
}

#[test]
fn each_kind_of_window_is_allowed_what_the_contract_lists() {
    // IPC-1
    let files = capabilities();
    let kinds: BTreeSet<&str> = COMMANDS.iter().flat_map(|command| command.windows.iter().copied()).collect();
    assert_eq!(
        files.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        kinds,
        "one file per kind of window"
    );
    for (kind, file) in &files {
        let mut expected: BTreeSet<String> = EVENTS.iter().map(ToString::to_string).collect();
        for command in COMMANDS.iter().filter(|command| command.windows.contains(&kind.as_str())) {
            expected.insert(format!("allow-{}", command.name.replace('_', "-")));
        }
        let allowed: BTreeSet<String> = words(&file["permissions"]).into_iter().collect();
        assert_eq!(allowed, expected, "capabilities/{kind}.json");
        assert_eq!(allowed.len(), file["permissions"].as_array().map_or(0, Vec::len), "{kind}: a plain list");
        assert_eq!(file["identifier"], **kind);
        assert_eq!(file["local"], true);
        assert!(file.get("remote").is_none(), "{kind}: no page from elsewhere is ever allowed anything");
        assert!(file.get("webviews").is_none(), "{kind}: windows alone decide");
        let pattern = if kind == "tab" { "tab-*" } else { kind.as_str() };
        assert_eq!(words(&file["windows"]), [pattern]);
    }
    let used = words(&json("tauri.conf.json")["app"]["security"]["capabilities"]);
    assert_eq!(used, files.keys().cloned().collect::<Vec<_>>(), "tauri.conf.json names each file");
}

#[test]
fn every_window_has_one_kind() {
    let tabs = Tab::ALL.into_iter().map(Window::Tab);
    for window in [Window::Main, Window::ManageAccount, Window::Messages, Window::Settings, Window::Plans]
        .into_iter()
        .chain(tabs)
    {
        let label = window.label();
        let kinds: Vec<_> = capabilities()
            .into_iter()
            .filter(|(_, file)| {
                words(&file["windows"]).iter().any(|pattern| match pattern.strip_suffix('*') {
                    Some(start) => label.starts_with(start),
                    None => label == *pattern,
                })
            })
            .collect();
        assert_eq!(kinds.len(), 1, "{label}");
    }
}

#[test]
fn the_security_settings_are_these() {
    // IPC-3, CSP-1: as resolved into the binary, not as written
    let context = postern_desktop::context::<tauri::test::MockRuntime>();
    let config = context.config();
    let security = &config.app.security;
    let resolved = serde_json::json!({
        "csp": security.csp,
        "dev_csp": security.dev_csp,
        "freeze_prototype": security.freeze_prototype,
        "csp_left_alone": security.dangerous_disable_asset_csp_modification,
        "asset_protocol": security.asset_protocol.enable,
        "headers": security.headers,
        "global_tauri": config.app.with_global_tauri,
        "windows_from_configuration": config.app.windows.len(),
        "identifier": config.identifier,
        "plugins": config.plugins,
    });
    let expected = serde_json::json!({
        "csp": {
            "default-src": "'none'",
            "script-src": "'self' 'wasm-unsafe-eval'",
            "style-src": "'self'",
            "img-src": "'self'",
            "font-src": "'self'",
            "connect-src": "'self' ipc: http://ipc.localhost",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
            "object-src": "'none'",
        },
        "dev_csp": null,
        "freeze_prototype": true,
        "csp_left_alone": false,
        "asset_protocol": false,
        "headers": null,
        "global_tauri": false,
        "windows_from_configuration": 0,
        "identifier": "io.postern.desktop",
        "plugins": {},
    });
    assert_eq!(resolved, expected);
    // not part of what is embedded: read by the build of Tauri and its plugins, by way of .cargo/config.toml
    assert_eq!(json("tauri.conf.json")["build"]["removeUnusedCommands"], true);
}

#[test]
fn dl_1_the_desktop_hands_over_our_files_and_links_and_no_others() {
    let bundle = &json("tauri.conf.json")["bundle"];
    let associated: BTreeSet<String> = bundle["fileAssociations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|kind| kind["mimeType"].as_str().expect("a type").to_owned())
        .collect();
    assert_eq!(
        associated,
        BTreeSet::from(["application/x-postern-bundle".into(), "application/x-postern-plan".into()])
    );
    for package in ["deb", "rpm"] {
        assert_eq!(bundle["linux"][package]["desktopTemplate"], "linux/postern.desktop");
        let files = &bundle["linux"][package]["files"];
        assert_eq!(files["/usr/share/mime/packages/postern.xml"], "linux/postern.mime.xml");
    }
    let read = |name: &str| std::fs::read_to_string(Path::new(FOLDER).join("linux").join(name)).expect(name);
    let entry = read("postern.desktop");
    let types = entry.lines().find_map(|line| line.strip_prefix("MimeType=")).expect("the types");
    let types: BTreeSet<String> = types.split_terminator(';').map(str::to_owned).collect();
    let mut expected = associated.clone();
    expected.insert("x-scheme-handler/postern".to_owned());
    assert_eq!(types, expected);
    assert!(entry.lines().any(|line| line == "Exec={{exec}} %U"), "files and links come as words: {entry}");
    let described = read("postern.mime.xml");
    for (kind, ending) in [
        ("application/x-postern-plan", "*.postern-plan"),
        ("application/x-postern-bundle", "*.postern-bundle"),
    ] {
        assert!(described.contains(kind) && described.contains(ending), "{ending}: {described}");
    }
}
