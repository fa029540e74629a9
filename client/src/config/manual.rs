//! What is published about the files: the reference page, the schemas for editors, and what device management reads (the
//! administrative template of Windows, a configuration profile for macOS). All of it is made from the documented structs, so
//! that none can say something else than the program does.

mod profile;
mod template;

pub use profile::profile;
#[cfg(test)]
pub(super) use profile::sample;
pub use template::{template, words};

use super::file::File;
use super::policy_file::PolicyFile;
use postern_backend::config::reference;

const HEAD: &str = "\
# Configuration of Postern

<!-- Made by `postern config schema page`. The words come from client/src/config/. -->

Everything can be prepared before a desktop has a network. One small TOML file says where the backends are and what a person
would else choose; policies fix or recommend the same. `postern config check` says everything that is wrong with a file, each
with its line, what was found, what is expected and how to mend it; the application opens all the same and shows it.
`postern config explain KEY` says why a value counts.

```toml
[[backends]]
name = \"Harbor\"
url = \"https://accounts.harbor.example\"
ca = [\"harbor-ca.pem\"]
color = \"plum\"

[defaults]
backend = \"Harbor\"
language = \"ko\"
```

## What counts

The first of these that says something about a key:

1. what a policy of the machine fixes: `[managed]` in `/etc/postern/policy.d/*.toml`, in the registry of Windows under
   `HKLM\\Software\\Policies\\Postern`, or in the managed preferences of macOS for `io.postern.desktop`;
2. what a policy of the user fixes: the same in `$XDG_CONFIG_HOME/postern/policy.d/*.toml`, under `HKCU`, or in the managed
   preferences of that user;
3. the machine's file, `/etc/postern/config.toml`;
4. the user's file, `$XDG_CONFIG_HOME/postern/config.toml`, by default `~/.config/postern/config.toml`;
5. what a policy recommends: `[recommended]` in the same files;
6. the product's default.

What stands in one of the first three is shown as managed, with its file and line, and a change of it is refused. Of two policy
files the one whose name comes later counts. A backend counts as a whole, by its name. What `[policy]` asks for can only become
more: whatever any file asks for is asked for, and whose signatures count is for a file to say that is not weaker than the one
that asks. A backend that one of the first three describes cannot be described under another name by a weaker file.

A policy file of the machine counts only if it and its folder belong to root and nobody else may write them. A policy that
cannot be read, or is wrong, goes on as it last was, and is said with since when; one that is removed is over. The last good
state is kept in `$XDG_STATE_HOME/postern`. Of one that was never good for a user, nothing is known: until it is mended nothing
is imported, and no prepared changes are applied that a policy can want countersigned.

On Windows no file is the machine's, since anybody can be the first to make a folder in `%ProgramData%`: there the registry
alone is, and a key without a single value in it is no policy any more. The user's files lie in `%APPDATA%\\Postern` and
`%LOCALAPPDATA%\\Postern`. What is said here of Windows and macOS is prepared and was never run there; Linux is what is tested.

Changes take effect at once, but for another backend: it is used from the next start. A file is replaced as a whole, so that a
power cut leaves the old one or the new one, and the one before stays beside it as `config.toml.previous`.

No key takes a secret: passwords are typed, and what must be kept is in the operating system's secret store. A file that others
may write is warned about. `docs/config.schema.json` and `docs/policy.schema.json` are the same descriptions for editors;
`docs/policy/` holds the administrative template for Windows and a sample profile for macOS.
";

const POLICY: &str = "\n## Policy files\n\nThe sections of a file in `policy.d`:\n";
const FILE: &str = "\n## The configuration file\n\nThe sections of `config.toml`:\n";

/// The reference page, as `docs/configuration.md`.
pub fn page() -> String {
    let (file, policy) = (reference::sections::<File>(3), reference::sections::<PolicyFile>(3));
    format!("{HEAD}{FILE}{file}{POLICY}{policy}")
}

/// The schema of the configuration file, as `docs/config.schema.json`.
pub fn schema() -> String {
    reference::schema::<File>()
}

/// The schema of a policy file, as `docs/policy.schema.json`.
pub fn policy_schema() -> String {
    reference::schema::<PolicyFile>()
}

/// A text inside XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
