//! What is published about a plan's file: the reference page and the schema for editors, both made from the documented structs
//! that it is read into, so that neither can say something else than the program does.

use super::file::Plan;
use postern_backend::config::reference;

const HEAD: &str = "\
# Prepared changes: the file

<!-- Made by `postern plan schema page`. The words come from client/src/plan/file.rs. -->

A plan says what an account is to be, so that it can be prepared without a network, carried over and applied later. It is one
TOML file, `NAME.postern-plan`, of at most 256 KiB, made by **Prepare changes** in the application or by `postern plan new`.
`postern plan check` says everything that is wrong with one, each with its line, what was found, what is expected and how to
mend it; so does the window that opens it. How plans are made, countersigned and applied is told in
[prepared-offline.md](prepared-offline.md).

No key takes a password, an authentication number or a secret, and no other key than these is accepted. What an account was is
held as fingerprints, never as values. `docs/plan.schema.json` is the same description for editors.

The signature of a second administrator stands beside the plan, in `NAME.postern-plan.minisig`, that of a further one in
`NAME.postern-plan.KEYID.minisig`. It counts for every byte of the file: a file that changed has to be signed again.

```toml
format = 2

[plan]
id = \"0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b\"
author = \"Jun Ito\"
reason = \"Night shift\"
prepared_at = 2026-11-23T12:00:00Z
not_before = 2026-11-28T22:00:00Z
expires_at = 2026-11-29T06:00:00Z
needs = [\"password\", \"secret store\"]

[account]
backend = \"https://accounts.harbor.example\"
email = \"mina.park@harbor.example\"

[user_information]
task = \"Gate 4\"

[keys]
add = [\"Night robot\"]
delete = [{ label = \"Day robot\" }]
```

Steps are done in this order: user information, security settings, keys to be deleted, keys to be made, the end of the
subscription. Without `[base]` nothing is known of what the account was, so each step that would change something is asked
about. Fingerprints of values are made under a random key that stays in the secret store of the computer that prepared the plan. On
every other computer the versions in `[base]` decide: at the same version nothing changed; at another, each step of a field is asked
about. Accounts and keys are recognised on every computer, since their fingerprints are those of random identifiers.

A step counts as done only after the account was read in the wanted state. `postern plan refresh` reads the base again.
";

const SECTIONS: &str =
    "\n## The file\n\nAbove all sections stands `format`, the version of this format. The sections:\n";

/// The reference page, as `docs/plan.md`.
pub fn page() -> String {
    let sections = reference::sections::<Plan>(3);
    // a single value that stands above the sections, and was told of there
    let told = sections.split("\n### ").filter(|told| !told.is_empty() && !told.starts_with("[format]"));
    let told = told.fold(String::new(), |all, told| all + "\n### " + told);
    format!("{HEAD}{SECTIONS}{told}")
}

/// The schema, as `docs/plan.schema.json`.
pub fn schema() -> String {
    reference::schema::<Plan>()
}

#[cfg(test)]
mod tests {
    use super::super::file::{FORMAT, Plan};
    use super::{page, schema};
    use std::path::Path;

    #[test]
    fn cfg_2_the_page_and_the_schema_of_a_plan_are_those_of_the_program() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        for (name, made, form) in [("plan.md", page(), "page"), ("plan.schema.json", schema(), "json")] {
            let kept = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
            assert!(kept == made, "run: cargo run -q -p postern-cli -- plan schema {form} > docs/{name}");
        }
        let sections = [
            "[plan]",
            "[account]",
            "[base]",
            "[base.fingerprints]",
            "[user_information]",
            "[security]",
            "[keys]",
            "[[keys.delete]]",
            "[subscription]",
        ];
        let headings: Vec<_> =
            page().lines().filter_map(|line| line.strip_prefix("### ").map(str::to_owned)).collect();
        let mut wanted = sections.map(str::to_owned).to_vec();
        wanted.sort();
        let mut found = headings.clone();
        found.sort();
        assert_eq!(found, wanted);
    }

    #[test]
    fn the_example_of_the_page_is_a_plan() {
        let page = page();
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let (plan, findings) = Plan::read(Path::new("example.postern-plan"), example);
        assert!(plan.is_some_and(|plan| plan.format == FORMAT) && findings.0.is_empty(), "{findings}");
    }
}
