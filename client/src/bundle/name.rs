//! The names that files within a bundle may have. Everything else is refused, so no name can lead out of a folder.

/// The manifest.
pub const MANIFEST: &str = "bundle.toml";
/// The configuration.
pub const CONFIGURATION: &str = "config.toml";
/// The folder of certificates, with its slash.
pub const CERTIFICATES: &str = "ca/";
/// The folder of prepared changes, with its slash.
pub const PLANS: &str = "plans/";
/// The ending of a certificate.
pub const CERTIFICATE: &str = ".pem";
/// The ending of a prepared change.
pub const PLAN: &str = ".postern-plan";
/// What a signature beside a file ends with.
pub const SIGNED: &str = ".minisig";

/// The longest name of a file before its ending, in characters.
pub const STEM_MAX: usize = 48;

/// Where the signature of a file is looked for: `FILE.minisig`.
pub fn beside(file: &std::path::Path) -> std::path::PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(SIGNED);
    name.into()
}

/// What a file within a bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `bundle.toml`.
    Manifest,
    /// `config.toml`.
    Configuration,
    /// `ca/NAME.pem`.
    Certificate,
    /// `plans/NAME.postern-plan`.
    Plan,
    /// `plans/NAME.postern-plan.minisig`, and `plans/NAME.postern-plan.KEYID.minisig` of every further signer.
    PlanSignature,
}

/// What the name says; none for one that has no place in a bundle.
pub fn kind(name: &str) -> Option<Kind> {
    match name {
        MANIFEST => return Some(Kind::Manifest),
        CONFIGURATION => return Some(Kind::Configuration),
        _ => {}
    }
    if let Some(rest) = name.strip_prefix(CERTIFICATES) {
        return plain(rest, CERTIFICATE).then_some(Kind::Certificate);
    }
    let rest = name.strip_prefix(PLANS)?;
    if plain(rest, PLAN) {
        return Some(Kind::Plan);
    }
    plain(signed_plan(rest)?, PLAN).then_some(Kind::PlanSignature)
}

/// The plan that a file is named as a signature of: `PLAN.minisig`, or `PLAN.KEYID.minisig` with the id of the signer's key.
pub fn signed_plan(file: &str) -> Option<&str> {
    let signed = file.strip_suffix(SIGNED)?;
    if signed.ends_with(PLAN) {
        return Some(signed);
    }
    let (plan, id) = signed.rsplit_once('.')?;
    let is_id =
        id.len() == 16 && id.bytes().all(|digit| digit.is_ascii_hexdigit() && !digit.is_ascii_lowercase());
    (is_id && plan.ends_with(PLAN)).then_some(plan)
}

/// Whether it is `STEM` and the ending, the stem of 1–48 letters, digits, `-`, `_` and inner dots of ASCII.
fn plain(file: &str, ending: &str) -> bool {
    let Some(stem) = file.strip_suffix(ending) else { return false };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=STEM_MAX).contains(&stem.len())
        && stem.chars().all(fits)
        && !stem.starts_with('.')
        && !stem.contains("..")
}

/// A stem that is allowed, made from any file's: other characters become `-`.
pub fn stem(of: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let stem: String = of.chars().map(fits).take(40).collect();
    if stem.is_empty() { "file".to_owned() } else { stem }
}
