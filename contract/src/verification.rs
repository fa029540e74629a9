//! Proving an address: a number goes out, comes back, and becomes a single-use proof.

use crate::identifier::{AskerId, VerificationId};
use crate::operation::{Answer, Body};
use crate::problem::FieldProblem;
use crate::rules::{self, Findings};
use serde::{Deserialize, Serialize};

/// What kind of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum Channel {
    /// By mail to an email address.
    Email,
    /// By text message to a mobile phone.
    TextMessage,
}

/// What the address is wanted for. A number and its proof work for this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case", from = "SentPurpose")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Purpose {
    /// For an account that does not exist yet. Open to anybody.
    SignUp {
        /// Whoever is asking; both verifications and the account must name the same.
        asker: AskerId,
    },
    /// To become the account's address. Needs a stepped-up session.
    ChangeContact,
}

/// A purpose as it is read: a variant without fields would let any pass.
#[derive(Deserialize)]
#[serde(tag = "for", rename_all = "snake_case", deny_unknown_fields)]
enum SentPurpose {
    SignUp { asker: AskerId },
    ChangeContact {},
}

impl From<SentPurpose> for Purpose {
    fn from(sent: SentPurpose) -> Self {
        match sent {
            SentPurpose::SignUp { asker } => Self::SignUp { asker },
            SentPurpose::ChangeContact {} => Self::ChangeContact,
        }
    }
}

/// Asks for a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerificationRequest {
    /// What the address is wanted for.
    pub purpose: Purpose,
    /// By mail or by text message.
    pub channel: Channel,
    /// Where to: an email address, or a mobile phone typed nationally or internationally.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 254))]
    pub address: String,
}

impl Body for VerificationRequest {
    fn check(&self) -> Vec<FieldProblem> {
        let checked = match self.channel {
            Channel::Email => rules::email_address(&self.address),
            Channel::TextMessage => rules::mobile_phone(&self.address),
        };
        Findings::default().add("address", checked).done()
    }
}

/// A number is on its way. The same answer whether or not the address is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerificationSent {
    /// To confirm it under.
    pub id: VerificationId,
    /// What may still be done with it.
    pub number: NumberState,
}

impl Answer for VerificationSent {}

/// What may still be done with a number that was sent. Seconds from now, so that a wrong clock shows them right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NumberState {
    /// Seconds until it expires; 600 when new.
    pub valid_for_seconds: u32,
    /// Wrong numbers that may still be entered; 5 when new.
    pub tries_left: u32,
    /// Seconds until another may be sent; 60 when new.
    pub resend_in_seconds: u32,
}

/// The number as it was typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Confirmation {
    /// Six digits of any script; everything that is not displayed, white space, dashes and brackets are ignored.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub number: String,
    /// At sign-up, the asker that the verification was started with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker: Option<AskerId>,
}

crate::secret::unprinted!(Confirmation);

impl Body for Confirmation {
    fn check(&self) -> Vec<FieldProblem> {
        Findings::default().add("number", rules::number(&self.number)).done()
    }
}

/// The address is proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proof {
    /// To be sent with the change: 43 characters of base64url over 256 random bits. Works once, for the same address,
    /// purpose and account or asker; worth nothing to anybody else, so a page may hold it.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{43}$"))]
    pub proof: String,
    /// Seconds until it expires; 900 when new.
    pub valid_for_seconds: u32,
}

impl Answer for Proof {}
