//! The sections `[mail]` and `[text_message]`: how messages leave. Without a section its messages stay in the database,
//! where `postern-backend messages` shows them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How mail leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mail {}

/// How text messages leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextMessage {}
