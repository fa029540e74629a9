//! A plan's file: what stands in it, and what is wrong with one. Read as every file of the product is, so that all findings
//! come at once. There is no key that could hold a password, a number or a secret.

use super::step;
use postern_backend::config::finding::{Finding, Findings, Notes, unsuitable};
use postern_backend::config::reading::{self, Configured, Format};
use postern_contract::Moment;
use postern_contract::plan::StepSubject;
use postern_contract::rules::{self, email};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;
use uuid::Uuid;

/// Longest name of an author, in characters.
pub const AUTHOR_MAX: u32 = 64;
/// Longest reason, in characters.
pub const REASON_MAX: u32 = 200;
/// Largest file that is read, in bytes: a hundred times what the longest plan needs.
pub const SIZE_MAX: u64 = 256 * 1024;
/// Most keys in one list, far above what an account may have.
const KEYS_MAX: u32 = 50;
/// The format of plans that are prepared. Those of format 1 are still read.
pub const FORMAT: u32 = 2;
/// How the embedded backend is named.
pub const EMBEDDED: &str = "embedded";

/// Account changes that were prepared. It holds no password, no authentication number and no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Prepared account changes of Postern")]
#[allow(missing_docs, reason = "each section says itself what it is for")]
pub struct Plan {
    /// The version of this format: 2. Plans of format 1 are still read.
    #[schemars(range(min = 1, max = 2))]
    pub format: u32,
    pub plan: About,
    pub account: For,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Base")]
    pub base: Option<Base>,
    #[serde(default)]
    pub user_information: UserInformation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Security")]
    pub security: Option<Security>,
    #[serde(default)]
    pub keys: Keys,
    #[serde(default)]
    pub subscription: Subscription,
}

/// Who prepared it, when and what for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// What makes it this one plan: it is applied once. A UUID.
    #[schemars(with = "String", extend("format" = "plan-id"))]
    pub id: Uuid,
    /// Who prepared it, 1–64 characters.
    #[schemars(extend("format" = "author"))]
    pub author: String,
    /// What for, 1–200 characters.
    #[schemars(extend("format" = "reason"))]
    pub reason: String,
    /// When it was prepared.
    #[schemars(with = "String", extend("format" = "moment"))]
    pub prepared_at: Moment,
    /// Not to be applied before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "moment"))]
    pub not_before: Option<Moment>,
    /// Not to be applied after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "moment"))]
    pub expires_at: Option<Moment>,
    /// What applying it will need, in words, for whoever reads the file. It must fit what the plan holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    pub needs: Option<Vec<String>>,
}

/// Which account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct For {
    /// The backend: `https://` and host, or `embedded` for the one inside the application.
    #[schemars(extend("format" = "backend"))]
    pub backend: String,
    /// With which address the account signed in when the plan was prepared.
    #[schemars(extend("format" = "email"))]
    pub email: String,
}

/// What the account was when the plan was prepared. Fingerprints, never values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// The version of the account.
    pub account: String,
    /// The version of its security settings.
    pub security: String,
    /// Which account it was.
    #[schemars(extend("format" = "fingerprint"))]
    pub fingerprint: String,
    /// What each field was. Without them the versions tell whether something changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Fingerprints")]
    pub fingerprints: Option<Fingerprints>,
}

/// What each field was: HMAC-SHA-256, the first 16 hexadecimal digits. The key is random and stays in the secret store of the
/// computer that prepared the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "named as the fields are")]
pub struct Fingerprints {
    /// Under which key they were made. In format 1 it was the account's id, and is not named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "fingerprint"))]
    pub key: Option<String>,
    /// The name.
    #[schemars(extend("format" = "fingerprint"))]
    pub name: String,
    /// The task.
    #[schemars(extend("format" = "fingerprint"))]
    pub task: String,
    /// The email address.
    #[schemars(extend("format" = "fingerprint"))]
    pub email: String,
    /// The mobile phone.
    #[schemars(extend("format" = "fingerprint"))]
    pub mobile_phone: String,
    /// Two-factor authentication.
    #[schemars(extend("format" = "fingerprint"))]
    pub two_factor: String,
}

/// What the user information is to be. What is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UserInformation {
    /// The name, 1–20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "name"))]
    pub name: Option<String>,
    /// The task, at most 20 characters. Empty: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "task"))]
    pub task: Option<String>,
    /// The email address. It is proven with a number when the plan is applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "email"))]
    pub email: Option<String>,
    /// The mobile phone with its country, as +821055501234. It is proven with a number when the plan is applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "mobile-phone"))]
    pub mobile_phone: Option<String>,
}

/// What the security settings are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// Whether signing in asks for a number.
    pub two_factor: bool,
    /// How the number is sent. Only where two-factor is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Method")]
    pub method: Option<Method>,
}

/// How a second factor arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A number by email.
    Email,
    /// A number by text message.
    TextMessage,
}

/// Authentication keys. They are made when the plan is applied; no secret is ever in this file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// Labels of keys to be made, each 1–40 characters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true, "maxItems" = KEYS_MAX))]
    pub add: Vec<String>,
    /// Keys to be deleted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true, "maxItems" = KEYS_MAX))]
    pub delete: Vec<Doomed>,
}

/// A key to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Doomed {
    /// Its label.
    #[schemars(extend("format" = "label"))]
    pub label: String,
    /// Which key it was, so that another of the same label is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "fingerprint"))]
    pub fingerprint: Option<String>,
}

/// The end of the subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Subscription {
    /// Whether the subscription is canceled, last of all.
    pub cancel: bool,
}

impl Configured for Plan {
    const IS_CHECKED_IN_PART: bool = true;
    const FORMATS: &'static [Format] = &[
        Format {
            name: "plan-id",
            holds: is_id,
            expected: "a UUID, like `0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b`",
        },
        Format {
            name: "author",
            holds: |text| is_line(text, AUTHOR_MAX),
            expected: "a name of 1 to 64 characters in one line",
        },
        Format {
            name: "reason",
            holds: |text| is_line(text, REASON_MAX),
            expected: "a reason of 1 to 200 characters in one line",
        },
        Format {
            name: "moment",
            holds: is_moment,
            expected: "a time with its zone, like 2026-12-01T22:00:00Z",
        },
        Format {
            name: "backend",
            holds: is_backend,
            expected: "`embedded`, or `https://` and a host, like `https://accounts.harbor.example`",
        },
        Format {
            name: "email",
            holds: |text| {
                let read = email::Address::parse(text);
                read.is_ok_and(|address| address.displayed() == text || address.sent() == text)
            },
            expected: "an email address",
        },
        Format {
            name: "fingerprint",
            holds: is_fingerprint,
            expected: "16 hexadecimal digits in lower case",
        },
        Format {
            name: "name",
            holds: |text| is_line(text, rules::NAME_MAX),
            expected: "a name of 1 to 20 characters",
        },
        Format {
            name: "task",
            holds: |text| text.is_empty() || is_line(text, rules::NAME_MAX),
            expected: "a task of at most 20 characters, or an empty text for none",
        },
        Format {
            name: "mobile-phone",
            holds: is_phone,
            expected: "a mobile phone with its country, like `+821055501234`",
        },
        Format {
            name: "label",
            holds: |text| is_line(text, rules::LABEL_MAX),
            expected: "a label of 1 to 40 characters",
        },
    ];

    fn rules(&self, notes: &mut Notes) {
        // values that are at fault are left out then, so nothing can be said to be missing
        let is_whole = !notes.is_partial();
        if is_whole
            && let Some(of) = self.base.as_ref().and_then(|base| base.fingerprints.as_ref())
            && (self.format > 1) != of.key.is_some()
        {
            let found = if of.key.is_some() { "a key in format 1" } else { "no key" };
            let expected = "the key of the fingerprints in format 2, and none in format 1";
            notes.error("base.fingerprints.key", found, expected, "run `postern plan refresh` on the plan");
        }
        if is_whole && step::of(self).is_empty() {
            notes.error("", "a plan that changes nothing", "at least one change", "add what is to change");
        }
        for (at, label) in self.keys.add.iter().enumerate() {
            if !is_line(label, rules::LABEL_MAX) {
                let (key, expected) = (format!("keys.add.{at}"), "a label of 1 to 40 characters");
                let expected =
                    unsuitable(label).map_or(expected.to_owned(), |why| format!("{expected}; {why}"));
                notes.error(&key, "a text that is no label", &expected, "write it in one line");
            }
        }
        if let Some(security) = self.security
            && security.two_factor != security.method.is_some()
            && (is_whole || security.method.is_some())
        {
            let found = if security.two_factor { "no method" } else { "a method" };
            notes.error(
                "security.method",
                found,
                "a method where two_factor is true, and none where it is false",
                "add or remove `method`",
            );
        }
        if let (Some(from), Some(to)) = (self.plan.not_before, self.plan.expires_at)
            && from >= to
        {
            notes.error(
                "plan.expires_at",
                format!("{to}, not after {from}"),
                "a time after `not_before`",
                "choose a later time",
            );
        }
        if let Some(needs) = &self.plan.needs
            && is_whole
            && *needs != step::needs_in_words(self)
        {
            notes.error(
                "plan.needs",
                "another list than what the plan holds asks for",
                &step::needs_in_words(self).join("; "),
                "write this list, or remove `needs`",
            );
        }
    }
}

impl Fingerprints {
    /// The fingerprint of the field that a step is about.
    pub(super) fn field(&self, subject: &StepSubject) -> &str {
        match subject {
            StepSubject::Name => &self.name,
            StepSubject::Task => &self.task,
            StepSubject::Email => &self.email,
            StepSubject::MobilePhone => &self.mobile_phone,
            _ => &self.two_factor,
        }
    }
}

impl Plan {
    /// Reads a plan; none where an error was found.
    pub fn read(file: &Path, text: &str) -> (Option<Self>, Findings) {
        let (plan, sheet) = reading::read::<Self>(file, text);
        (plan, sheet.findings())
    }

    /// What it changes, in the order in which that is done: what about, and what is wanted, as shown.
    pub fn wants(&self) -> Vec<(StepSubject, Option<String>)> {
        step::of(self).into_iter().map(|step| (step.subject.clone(), step.shown())).collect()
    }

    /// The JSON Schema of the file.
    pub fn schema() -> serde_json::Value {
        reading::schema::<Self>()
    }
}

/// Findings as they cross the boundary.
pub(super) fn told(findings: Findings) -> Vec<postern_contract::configuration::Finding> {
    use postern_backend::config::finding::Gravity as Found;
    use postern_contract::configuration::Gravity;
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let one = |finding: Finding| postern_contract::configuration::Finding {
        gravity: match finding.gravity {
            Found::Error => Gravity::Error,
            Found::Warning => Gravity::Warning,
        },
        file: finding.file.display().to_string(),
        line: number(finding.line),
        column: number(finding.column),
        key: finding.key,
        found: finding.found,
        expected: finding.expected,
        fix: finding.fix,
    };
    findings.0.into_iter().map(one).collect()
}

fn is_line(text: &str, max: u32) -> bool {
    rules::line(text, max).is_ok_and(|line| line == text)
}

fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok_and(|id| id.as_hyphenated().to_string() == text)
}

fn is_moment(text: &str) -> bool {
    serde_json::from_value::<Moment>(text.into()).is_ok()
}

fn is_fingerprint(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_backend(text: &str) -> bool {
    text == EMBEDDED
        || crate::options::backend_url(text).is_ok_and(|url| url.origin().ascii_serialization() == text)
}

fn is_phone(text: &str) -> bool {
    text.starts_with('+') && rules::mobile_phone(text).is_ok_and(|compact| compact == text)
}
