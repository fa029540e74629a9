//! A Unicode code point in the notation of the standard: `U+200B`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A character that is named because it may not be visible. On the wire: `"U+200B"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^U[+][0-9A-F]{4,6}$"))]
pub struct CodePoint(char);

impl CodePoint {
    pub(super) const LINE_FEED: Self = Self('\n');
    pub(super) const ZERO_WIDTH_SPACE: Self = Self('\u{200b}');

    /// The character.
    pub const fn character(self) -> char {
        self.0
    }

    /// Its notation, with the character itself where it can be displayed: `“x” (U+0078)`.
    pub fn named(self) -> String {
        if crate::text::is_graphic(self.0) { format!("“{}” ({self})", self.0) } else { self.to_string() }
    }
}

impl From<char> for CodePoint {
    fn from(character: char) -> Self {
        Self(character)
    }
}

/// Of a backend that does not say which one it is.
impl Default for CodePoint {
    fn default() -> Self {
        Self(char::REPLACEMENT_CHARACTER)
    }
}

impl fmt::Display for CodePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", u32::from(self.0))
    }
}

impl Serialize for CodePoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CodePoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let character = text.strip_prefix("U+").and_then(|digits| u32::from_str_radix(digits, 16).ok());
        character
            .and_then(char::from_u32)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected a code point such as U+200B"))
    }
}

#[cfg(feature = "json-schema")]
impl schemars::JsonSchema for CodePoint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CodePoint".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^U[+][0-9A-F]{4,6}$", "description": "Such as U+200B" })
    }
}

#[cfg(test)]
mod tests {
    use super::CodePoint;

    #[test]
    fn a_code_point_survives_the_wire() {
        for (character, written) in
            [('\n', "\"U+000A\""), ('\u{200b}', "\"U+200B\""), ('\u{e0061}', "\"U+E0061\"")]
        {
            let code_point = CodePoint::from(character);
            assert_eq!(serde_json::to_string(&code_point).unwrap(), written);
            assert_eq!(serde_json::from_str::<CodePoint>(written).unwrap(), code_point);
        }
        assert!(serde_json::from_str::<CodePoint>("\"U+D800\"").is_err());
    }
}
