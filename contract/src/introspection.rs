//! What a service that accepts authentication keys asks of the backend. Source: RFC 7662.

use crate::identifier::{AccountId, KeyId};
use crate::operation::{Answer, Body, Media};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// A token somebody showed to a service. Sent as a form (RFC 7662 section 2.1): a parameter that is not known here is
/// ignored, and none may be there twice (RFC 6749 section 3.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question {
    /// The token, whatever it is.
    #[serde(with = "crate::secret::exposed")]
    pub token: Secret<String>,
    /// What the service takes it for; only said, never relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type_hint: Option<String>,
}

impl Body for Question {
    const MEDIA: Media = Media::Form;
}

/// What the backend knows of it. Where it does not work, `active` alone is said, and never why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Introspection {
    /// Whether it is an authentication key that works.
    pub active: bool,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<AccountId>,
    /// Which of the account's keys it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<KeyId>,
    /// `Bearer`: how it is shown (RFC 6749 section 7.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// When it was made, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// When it stops working, in seconds since 1970; absent where it does not by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
}

impl Introspection {
    /// Of a token that does not work.
    pub const fn inactive() -> Self {
        Self { active: false, sub: None, jti: None, token_type: None, iat: None, exp: None }
    }
}

impl Answer for Introspection {}
