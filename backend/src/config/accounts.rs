//! The section `[accounts]`: who may have one, and what they may use.

use super::Language;
use super::finding::Notes;
use contract::verification::Channel;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who may have an account, and what they may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Accounts {
    /// Whether anybody may create an account. Where it is false, an operator does: `postern-backend account create`.
    pub sign_up: bool,
    /// The country of a phone number that is typed without one, as ISO 3166-1 writes it: two capital letters.
    #[schemars(extend("format" = "region"))]
    pub default_region: String,
    /// Countries of which new phone numbers are sent text messages, as ISO 3166-1 writes them; none where the list is empty.
    /// Without the key it is the country of `default_region`. Phone numbers that accounts have already stay served.
    #[schemars(extend("uniqueItems" = true))]
    pub text_message_countries: Option<Vec<Country>>,
    /// Second factors on offer, strongest first. An email is a weak one (NIST SP 800-63B, 3.1.3.1): it is marked so, and a
    /// check warns where nothing else is offered.
    #[schemars(extend("uniqueItems" = true))]
    pub methods: Vec<Method>,
    /// The language of messages to whom no wish is known.
    pub language: MessageLanguage,
}

impl Default for Accounts {
    fn default() -> Self {
        let default_region = "KR".to_owned();
        let methods = vec![Method::TextMessage, Method::Email];
        Self {
            sign_up: true,
            default_region,
            text_message_countries: None,
            methods,
            language: MessageLanguage::English,
        }
    }
}

impl Accounts {
    /// Rules over several keys.
    pub(super) fn rules(&self, notes: &mut Notes) {
        if self.methods == [Method::Email] {
            notes.warning(
                "accounts.methods",
                "an email as the only second factor",
                "another one beside it, since an email is a weak one (NIST SP 800-63B, 3.1.3.1): it proves that somebody \
                 reads the mail, and not what they hold",
                "write `methods = [\"text_message\", \"email\"]`, and say in `[text_message]` who carries them",
            );
        }
    }
}

/// A country, as ISO 3166-1 writes it: two capital letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, extend("format" = "region"))]
pub struct Country(pub String);

/// How a second factor arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A number by email.
    Email,
    /// A number by text message.
    TextMessage,
}

impl From<Method> for Channel {
    fn from(method: Method) -> Self {
        match method {
            Method::Email => Self::Email,
            Method::TextMessage => Self::TextMessage,
        }
    }
}

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MessageLanguage {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Korean.
    #[serde(rename = "ko")]
    Korean,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
}

impl From<MessageLanguage> for Language {
    fn from(language: MessageLanguage) -> Self {
        match language {
            MessageLanguage::English => Self::English,
            MessageLanguage::Korean => Self::Korean,
            MessageLanguage::Japanese => Self::Japanese,
        }
    }
}

/// Two capital letters that name a country with phone numbers.
pub(super) fn is_region(text: &str) -> bool {
    text.len() == 2
        && text.bytes().all(|byte| byte.is_ascii_uppercase())
        && text.parse::<phonenumber::country::Id>().is_ok()
}
