//! A point in time as it is written on the wire.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;

#[cfg(target_arch = "wasm32")]
#[path = "moment/engine.rs"]
mod source;
#[cfg(not(target_arch = "wasm32"))]
#[path = "moment/tables.rs"]
mod source;

/// RFC 3339 in UTC, such as `2026-11-23T13:36:40.123Z`; millisecond precision, as the databases keep it.
/// Durations that a countdown needs are sent as seconds instead, so that a desktop with a wrong clock shows them right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The latest that can be written: 9999-12-30T21:59:59.999Z, before which every time zone is still in the year 9999.
    const LAST: i64 = 253_402_207_199_999;
    /// 1970-01-01T00:00:00Z.
    const EPOCH: i64 = 0;

    /// From milliseconds since 1970-01-01T00:00:00Z. Before that, or after the year 9999, becomes the nearest that can
    /// be written.
    pub fn from_millisecond(millisecond: i64) -> Self {
        Self(millisecond.clamp(Self::EPOCH, Self::LAST))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millisecond(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&source::print(self.0))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let read = source::parse(&text).filter(|moment| (Self::EPOCH..=Self::LAST).contains(moment));
        read.map(Self).ok_or_else(|| {
            de::Error::invalid_type(de::Unexpected::Other("other text"), &"an RFC 3339 instant")
        })
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Moment {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::schema::SchemaFormat::Custom("date-time".to_owned())))
            // from 1970 on
            .pattern(Some("^(19[7-9][0-9]|[2-9][0-9]{3})-"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Moment {}

#[cfg(feature = "json-schema")]
impl schemars::JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time", "description": "RFC 3339, in UTC" })
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn a_moment_survives_the_wire() {
        let moment = Moment::from_millisecond(1_795_435_200_123);
        let text = serde_json::to_string(&moment).unwrap();
        assert_eq!(text, "\"2026-11-23T12:00:00.123Z\"");
        assert_eq!(serde_json::from_str::<Moment>(&text).unwrap(), moment);
        for odd in ["\"yesterday\"", "7", "null", "\"1969-12-31T23:59:59Z\"", "\"2026-11-23\""] {
            assert!(serde_json::from_str::<Moment>(odd).is_err(), "{odd}");
        }
        assert!(serde_json::to_string(&Moment::from_millisecond(i64::MAX)).unwrap().starts_with("\"9999"));
    }
}
