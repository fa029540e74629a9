//! The account: who the administrator is, and how that is changed.

use crate::identifier::{AccountId, AskerId, ETag};
use crate::moment::Moment;
use crate::operation::{Answer, Body};
use crate::problem::FieldProblem;
use crate::rules::{self, Findings};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// The account as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Account {
    /// Which account.
    #[cfg_attr(feature = "json-schema", schemars(with = "String"))]
    pub id: AccountId,
    /// The version to send back as `If-Match`. Changes with anything below.
    #[cfg_attr(feature = "json-schema", schemars(with = "String"))]
    pub etag: ETag,
    /// 1–20 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub name: String,
    /// The proven address that signs in.
    #[cfg_attr(feature = "openapi", schema(format = "email", max_length = 254))]
    pub email: String,
    /// The proven mobile phone in E.164: `+821055501234`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[+][0-9]{7,15}$"))]
    pub mobile_phone: String,
    /// The same as people write it: `+82 10 5550 1234`.
    pub mobile_phone_shown: String,
    /// 1–20 characters, or none.
    pub task: Option<String>,
    /// When it was created.
    pub created_at: Moment,
    /// When the password was last set.
    pub password_changed_at: Moment,
    /// When anything above last changed, and from which place.
    pub changed_at: Moment,
    /// The place that made the last change, as it named itself when signing in; none for the creation.
    pub changed_from: Option<String>,
}

impl Answer for Account {
    fn etag(&self) -> Option<&ETag> {
        Some(&self.etag)
    }
}

/// What creating an account needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewAccount {
    /// The asker that both verifications were started with.
    pub asker: AskerId,
    /// 1–20 visible characters, at most 240 code points.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 240))]
    pub name: String,
    /// The proven address.
    pub email: ProvenAddress,
    /// The proven mobile phone.
    pub mobile_phone: ProvenAddress,
    /// 0–20 visible characters, at most 240 code points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 240))]
    pub task: Option<String>,
    /// 15–256 code points.
    #[serde(with = "crate::secret::exposed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password, min_length = 15, max_length = 256))]
    pub password: Secret<String>,
}

impl Body for NewAccount {
    fn check(&self) -> Vec<FieldProblem> {
        Findings::default()
            .add("name", rules::display_name(&self.name))
            .add("email.address", rules::email_address(&self.email.address))
            .add("mobile_phone.address", rules::mobile_phone(&self.mobile_phone.address))
            .add("task", rules::task(self.task.as_deref().unwrap_or_default()))
            .add("password", rules::new_password(self.password.expose(), rules::PASSWORD_MIN_ALONE))
            .done()
    }
}

/// An address with the proof that its owner asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProvenAddress {
    /// As it was typed when the number was asked for.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 254))]
    pub address: String,
    /// [`crate::verification::Proof::proof`].
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{43}$"))]
    pub proof: String,
}

/// The account exists; sign in to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Created {
    /// Which account.
    pub id: AccountId,
    /// The address that signs in.
    #[cfg_attr(feature = "openapi", schema(format = "email"))]
    pub email: String,
}

impl Answer for Created {}

/// What is to change; a field that is left out stays as it is. An empty `task` removes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountChange {
    /// 1–20 visible characters, at most 240 code points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 240))]
    pub name: Option<String>,
    /// 0–20 visible characters, at most 240 code points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 240))]
    pub task: Option<String>,
    /// The new address with its proof; the old one stays until this request succeeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<ProvenAddress>,
    /// The new mobile phone with its proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile_phone: Option<ProvenAddress>,
}

impl Body for AccountChange {
    fn check(&self) -> Vec<FieldProblem> {
        let mut findings = Findings::default();
        if let Some(name) = &self.name {
            findings = findings.add("name", rules::display_name(name));
        }
        if let Some(task) = &self.task {
            findings = findings.add("task", rules::task(task));
        }
        if let Some(email) = &self.email {
            findings = findings.add("email.address", rules::email_address(&email.address));
        }
        if let Some(phone) = &self.mobile_phone {
            findings = findings.add("mobile_phone.address", rules::mobile_phone(&phone.address));
        }
        findings.done()
    }
}

/// The current password and the new one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// Checked again, although the session is stepped up. Wrong: `rejected` with [`rules::Rule::Wrong`].
    #[serde(with = "crate::secret::exposed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password, min_length = 1, max_length = 1024))]
    pub current_password: Secret<String>,
    /// 15–256 code points, or 8–256 where a second factor is enabled.
    #[serde(with = "crate::secret::exposed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password, min_length = 8, max_length = 256))]
    pub new_password: Secret<String>,
}

impl Body for PasswordChange {
    fn check(&self) -> Vec<FieldProblem> {
        Findings::default()
            .add("current_password", rules::password(self.current_password.expose()))
            .add(
                "new_password",
                rules::new_password(self.new_password.expose(), rules::PASSWORD_MIN_WITH_TWO_FACTOR),
            )
            .done()
    }
}
