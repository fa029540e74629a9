//! The names of things: one type per thing, so that a key's id cannot be passed where a session's is wanted.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        /// On the wire: a UUID in its hyphenated lower-case form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .format(Some(utoipa::openapi::schema::SchemaFormat::Custom("uuid".to_owned())))
                    .into()
            }
        }
        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )*};
}

identifiers! {
    /// An account. Made by the backend.
    AccountId;
    /// A session: one place where the account is signed in. Not the token.
    SessionId;
    /// An authentication key. Made by the desktop, scoped by account: another account's id behaves as unknown.
    KeyId;
    /// A request to prove an address.
    VerificationId;
    /// A second factor being asked for.
    ChallengeId;
    /// A message of the embedded backend.
    MessageId;
    /// Whoever is creating an account, before there is an account: random, made by the page, kept for that form.
    AskerId;
}

/// The version of a resource, as in RFC 9110 section 8.8.3: a strong entity tag with its quotes, such as `"7"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(pattern = "^\"[0-9]{1,19}\"$"))]
pub struct ETag(String);

impl ETag {
    /// The tag of the `version`-th state of a resource.
    pub fn of_version(version: i64) -> Self {
        Self(format!("\"{version}\""))
    }

    /// The version it stands for; `None` for anything [`ETag::of_version`] did not make (a weak tag, `*`, a list).
    pub fn version(&self) -> Option<i64> {
        self.0.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
    }

    /// Takes an `If-Match` header as it came. Whether it names a version is for [`ETag::version`] to say.
    pub fn from_header(value: &str) -> Self {
        Self(value.trim().to_owned())
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::ETag;

    #[test]
    fn a_tag_names_a_version_or_nothing() {
        assert_eq!(ETag::of_version(7).version(), Some(7));
        for odd in ["*", "W/\"7\"", "7", "\"7", "\"a\"", "\"1\", \"2\"", ""] {
            assert_eq!(ETag::from_header(odd).version(), None, "{odd}");
        }
    }
}
