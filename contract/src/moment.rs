//! A point in time as it is written on the wire.

use serde::{Deserialize, Serialize};

/// RFC 3339 in UTC, such as `2026-11-23T13:36:40.123Z`; millisecond precision, as the databases keep it.
/// Durations that a countdown needs are sent as seconds instead, so that a desktop with a wrong clock shows them right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(jiff::Timestamp);

impl Moment {
    /// From milliseconds since 1970-01-01T00:00:00Z. Out of range (before year -9999 or after 9999) becomes the epoch.
    pub fn from_millisecond(millisecond: i64) -> Self {
        Self(jiff::Timestamp::from_millisecond(millisecond).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millisecond(self) -> i64 {
        self.0.as_millisecond()
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Moment {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::schema::SchemaFormat::Custom("date-time".to_owned())))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Moment {}
