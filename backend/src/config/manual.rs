//! The reference page of the configuration file and its schema as they are published, both made from the documented
//! structs, so that neither can say something else than the program does.

use super::file::Configuration;
use super::reference;

const HEAD: &str = "\
# Configuration of postern-backend

<!-- Made by `postern-backend config-schema --page`. The words come from backend/src/config/. -->

One TOML file says everything: `/etc/postern/backend.toml`, or another named with `--config FILE`. Only `database.url` has no
default. `postern-backend check-config` says everything that is wrong with it, each with its line, what was found, what is
expected and how to mend it; `--json` says the same to programs. `docs/backend.schema.json` is the same description for editors.

The file holds no secrets: passwords and tokens are named as files of their own, which should be readable by the server alone. A
relative path begins at the folder of the configuration file. Defaults are the product's decisions; where a limit is given, a
configuration can only be stricter. `SIGHUP` reads certificates again, not this file: restart the server after a change.
";

/// The schema, as `docs/backend.schema.json`.
pub fn schema() -> String {
    reference::schema::<Configuration>()
}

/// The reference page, as `docs/backend-configuration.md`.
pub fn page() -> String {
    HEAD.to_owned() + &reference::sections::<Configuration>(2)
}
