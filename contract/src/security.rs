//! Security settings: whether signing in asks for a second factor, and how its number is sent.

use crate::identifier::ETag;
use crate::operation::{Answer, Body};
use crate::verification::Channel;
use serde::{Deserialize, Serialize};

/// The settings as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Security {
    /// The version to send back as `If-Match`.
    #[cfg_attr(feature = "json-schema", schemars(with = "String"))]
    pub etag: ETag,
    /// Whether signing in asks for a number.
    pub two_factor: bool,
    /// How the number is sent, or would be.
    pub method: Channel,
    /// The email address it would go to.
    #[cfg_attr(feature = "openapi", schema(format = "email"))]
    pub email: String,
    /// The mobile phone it would go to, partly masked: `+82 10 •••• ••34`.
    pub mobile_phone_masked: String,
}

impl Answer for Security {
    fn etag(&self) -> Option<&ETag> {
        Some(&self.etag)
    }
}

/// The settings as they are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecurityChange {
    /// Whether signing in asks for a number. Disabling is refused with `password_too_short_alone` while the password
    /// is shorter than one that stands alone must be.
    pub two_factor: bool,
    /// How the number is sent. One that `capabilities.methods` does not offer can be kept, and cannot be chosen.
    pub method: Channel,
}

impl Body for SecurityChange {}
