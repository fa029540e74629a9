//! What went wrong, as data. Sentences are made from it in one place only: `ui::words`.

use crate::account::Account;
use crate::configuration::Finding;
use crate::connection::CertificateFault;
use crate::rules::Rule;
use crate::security::Security;
use serde::{Deserialize, Serialize};

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $name:ident = $wire:literal, $status:literal, $title:literal;)*) => {
        /// Every way a request can fail. A code exists only if a consumer branches on it. The backend's own answers are
        /// the ones with a status other than 0; the rest arise on the desktop and never travel over HTTP.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $wire)] $name,)*
        }

        impl ProblemCode {
            /// All of them, in the order of this list.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire),* }
            }

            /// The HTTP status (RFC 9110, RFC 6585), or 0 for a problem that arises on the desktop.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// A short English summary for logs and developers (RFC 9457 `title`); people read `ui::words`.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }
        }
    };
}

impl ProblemCode {
    /// Whether it is about the secret store, so that a store that answers again solves it.
    pub fn is_of_store(self) -> bool {
        self.as_str().starts_with("store_")
    }
}

problem_codes! {
    /// Not JSON, or not of the operation's shape: `fields` names the place and the rule.
    Malformed = "malformed", 400, "The request could not be read";
    /// A value breaks a rule: `fields` names each.
    Rejected = "rejected", 422, "A value breaks a rule";
    /// No such thing, or not yours to know of.
    NotFound = "not_found", 404, "There is no such thing";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    /// The body is larger than 64 KiB.
    TooLarge = "too_large", 413, "The request is too large";
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", 415, "The body must be application/json";
    /// No session, or it has ended or expired: sign in.
    Unauthenticated = "unauthenticated", 401, "A session is needed";
    /// The session is good, but the password must be entered again (RFC 9470).
    StepUpRequired = "step_up_required", 401, "The password must be entered again";
    /// Unknown account or wrong password; the two are never told apart.
    CredentialsRefused = "credentials_refused", 403, "The address or the password is not right";
    /// The caller can never do this: a key on an account route, sign-up where it is closed, a method that the backend
    /// does not offer (`fields` names it).
    NotPermitted = "not_permitted", 403, "This caller may not do this";
    /// The authentication number is not the one that was sent: `tries_left` says how many remain.
    NumberWrong = "number_wrong", 422, "The authentication number is not right";
    /// The authentication number is older than its lifetime, was replaced, or was already used.
    NumberExpired = "number_expired", 410, "The authentication number is no longer valid";
    /// All tries are used up; only a new verification helps.
    NumberExhausted = "number_exhausted", 410, "No tries are left for this authentication number";
    /// A proof was used, is too old, or belongs to another purpose, address, account or asker.
    ProofRefused = "proof_refused", 422, "The proof of an address is not accepted";
    /// `If-Match` is missing.
    PreconditionRequired = "precondition_required", 428, "If-Match is required";
    /// `If-Match` names an older version: `current` carries the newest.
    PreconditionFailed = "precondition_failed", 412, "It was changed elsewhere in the meantime";
    /// The account has as many authentication keys as it may.
    KeyLimitReached = "key_limit_reached", 409, "There are as many authentication keys as allowed";
    /// This key id is registered with another hash.
    KeyIdTaken = "key_id_taken", 409, "The key id is registered with another secret";
    /// The `Idempotency-Key` was used for another request.
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The Idempotency-Key stands for another request";
    /// A request with this `Idempotency-Key` is still being worked on: ask again.
    RequestInFlight = "request_in_flight", 409, "The same request is still being worked on";
    /// The password is shorter than one that stands alone must be, so two-factor cannot be disabled yet.
    PasswordTooShortAlone = "password_too_short_alone", 409, "The password is too short to stand alone";
    /// Too many requests for now: wait `retry_after_seconds`.
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    /// The backend is at its limit of parallel work: wait `retry_after_seconds`.
    Overloaded = "overloaded", 503, "The backend is busy";
    /// The backend has no room left to write: reading goes on, and changes work again when there is room.
    StorageFull = "storage_full", 507, "The backend has no room left to write";
    /// A fault of the backend's own; its log has the `request_id`.
    Internal = "internal", 500, "The backend failed";

    /// The backend cannot be reached (refused, no route, name unknown, connection lost).
    BackendUnreachable = "backend_unreachable", 0, "The backend cannot be reached";
    /// The backend did not answer in time. Whether it acted is not known.
    BackendTimeout = "backend_timeout", 0, "The backend did not answer in time";
    /// Something answered that does not speak this contract.
    NotOurBackend = "not_our_backend", 0, "Something other than a Postern backend answered";
    /// This computer has no network at all.
    Offline = "offline", 0, "This computer is not connected to a network";
    /// The backend's certificate is refused: `certificate` says why. Nothing was sent.
    CertificateRefused = "certificate_refused", 0, "The backend's certificate is refused";
    /// A page of the network answered in the backend's place: sign in to the network first. No token is sent meanwhile.
    CaptivePortal = "captive_portal", 0, "The network asks for a sign-in of its own";
    /// The configured proxy asks for credentials, or refuses to carry the request.
    ProxyRefused = "proxy_refused", 0, "The proxy does not carry the request";
    /// The certificate is refused because this computer's clock is wrong: `certificate` says how.
    ClockWrong = "clock_wrong", 0, "This computer's clock is wrong";
    /// A policy fixes this setting.
    SettingManaged = "setting_managed", 0, "A policy fixes this setting";
    /// A file is not accepted: `findings` say what is wrong where.
    FileRefused = "file_refused", 0, "The file is not accepted";
    /// The file was changed by somebody else since it was shown.
    FileChanged = "file_changed", 0, "The file was changed in the meantime";
    /// A file cannot be read or written.
    FileFailed = "file_failed", 0, "The file cannot be read or written";
    /// The plan cannot be applied as things are: open it again to see why.
    PlanRefused = "plan_refused", 0, "The plan cannot be applied";
    /// The secret store is locked.
    StoreLocked = "store_locked", 0, "The secret store is locked";
    /// The person dismissed the prompt that would have unlocked it.
    StorePromptDismissed = "store_prompt_dismissed", 0, "The unlock prompt was dismissed";
    /// The secret store refuses this application.
    StoreDenied = "store_denied", 0, "The secret store refuses this application";
    /// No program provides a secret store on this desktop.
    StoreAbsent = "store_absent", 0, "There is no secret store";
    /// There is no session bus, so no secret store can be reached.
    StoreNoBus = "store_no_bus", 0, "There is no session bus";
    /// The secret store did not answer within its limit.
    StoreHung = "store_hung", 0, "The secret store does not answer";
    /// The connection to the secret store broke, or it answered with something unexpected.
    StoreFailed = "store_failed", 0, "The secret store failed";
    /// More than one entry matches where there must be one.
    StoreAmbiguous = "store_ambiguous", 0, "The secret store holds more than one matching entry";
    /// The secret is longer than the store takes.
    StoreTooLong = "store_too_long", 0, "The secret store does not take a secret of this length";
    /// The key's secret is not in this computer's secret store.
    KeyNotHere = "key_not_here", 0, "The secret of this key is not on this computer";
    /// The clipboard cannot be written.
    ClipboardRefused = "clipboard_refused", 0, "The clipboard cannot be written";
    /// A window cannot be opened, or this window may not do this.
    WindowRefused = "window_refused", 0, "The window cannot be opened";
}

/// An RFC 9457 problem, the only error that crosses a boundary. Over HTTP: `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// `urn:postern:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// [`ProblemCode::title`].
    pub title: String,
    /// [`ProblemCode::status`].
    pub status: u16,
    /// The word to branch on.
    pub code: ProblemCode,
    /// What is wrong with which field; empty where no field is at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// How many times the authentication number may still be tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
    /// Seconds to wait before trying again; also in the `Retry-After` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// The newest state, where the request was made against an older one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Box<Current>>,
    /// The backend's name for this request, to be found in its log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What is wrong with the backend's certificate. Arises on the desktop alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub certificate: Option<CertificateFault>,
    /// What is wrong with a file. Arises on the desktop alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub findings: Vec<Finding>,
}

/// The newest state of what a stale `If-Match` was about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum Current {
    /// The account as it is now.
    Account(Account),
    /// The security settings as they are now.
    Security(Security),
}

/// One field and the rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct FieldProblem {
    /// The field's name in the request, dotted where it is nested: `email.proof`. Empty for the body as a whole.
    pub field: String,
    /// The rule it breaks.
    pub rule: Rule,
}

impl Problem {
    /// A problem with nothing more to say than its code.
    pub fn new(code: ProblemCode) -> Self {
        Self {
            kind: format!("urn:postern:problem:{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            fields: Vec::new(),
            tries_left: None,
            retry_after_seconds: None,
            current: None,
            request_id: None,
            certificate: None,
            findings: Vec::new(),
        }
    }

    /// A rejected or malformed request that names one field.
    pub fn field(code: ProblemCode, field: &str, rule: Rule) -> Self {
        Self { fields: vec![FieldProblem { field: field.to_owned(), rule }], ..Self::new(code) }
    }

    /// [`ProblemCode::Rejected`] with everything that was found, or nothing where nothing was.
    pub fn rejected(fields: Vec<FieldProblem>) -> Result<(), Self> {
        if fields.is_empty() { Ok(()) } else { Err(Self { fields, ..Self::new(ProblemCode::Rejected) }) }
    }

    /// Says how long to wait.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Says how many tries are left.
    #[must_use]
    pub fn tries_left(mut self, tries: u32) -> Self {
        self.tries_left = Some(tries);
        self
    }

    /// Says what is wrong with the certificate.
    #[must_use]
    pub fn certificate(mut self, fault: CertificateFault) -> Self {
        self.certificate = Some(fault);
        self
    }

    /// Says what is wrong with a file.
    #[must_use]
    pub fn findings(mut self, findings: Vec<Finding>) -> Self {
        self.findings = findings;
        self
    }

    /// Carries the newest state.
    #[must_use]
    pub fn current(mut self, current: Current) -> Self {
        self.current = Some(Box::new(current));
        self
    }

    /// The rule that `field` breaks, if it is named.
    pub fn rule_of(&self, field: &str) -> Option<Rule> {
        self.fields.iter().find(|problem| problem.field == field).map(|problem| problem.rule)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.title)
    }
}

impl std::error::Error for Problem {}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, ProblemCode};
    use std::collections::HashSet;

    #[test]
    fn codes_are_distinct_and_survive_the_wire() {
        let words: HashSet<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), ProblemCode::ALL.len());
        for code in ProblemCode::ALL {
            let problem = Problem::new(*code).tries_left(2);
            let text = serde_json::to_string(&problem).unwrap();
            assert!(text.contains(&format!("\"code\":\"{}\"", code.as_str())));
            assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
        }
    }
}
