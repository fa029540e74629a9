//! Being signed in: opening, proving again and ending a session, and the second factor on the way.

use crate::identifier::{AccountId, ChallengeId, KeyId, SessionId};
use crate::moment::Moment;
use crate::operation::{Answer, Body};
use crate::problem::FieldProblem;
use crate::rules::{self, Findings, Rule};
use crate::secret::Secret;
use crate::verification::{Channel, NumberState};
use serde::{Deserialize, Serialize};

/// Longest name of a place, in characters.
pub const PLACE_MAX: u32 = 64;

/// An address, a password, and what to call the place that signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credentials {
    /// The account's email address.
    #[cfg_attr(feature = "openapi", schema(format = "email", max_length = 254))]
    pub email: String,
    /// Its password.
    #[serde(with = "crate::secret::exposed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password, min_length = 1, max_length = 1024))]
    pub password: Secret<String>,
    /// What to call this place in the list of sessions, the computer's name: 1–64 visible characters, at most 768 code
    /// points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 768))]
    pub place: Option<String>,
    /// What an earlier sign-in on this desktop answered, if it was kept. It opens nothing; it says that this desktop has
    /// been here before, so that strangers who guess elsewhere cannot hold it up.
    #[serde(default, with = "crate::secret::exposed_option", skip_serializing_if = "Option::is_none")]
    pub desktop: Option<Secret<String>>,
}

impl Body for Credentials {
    fn check(&self) -> Vec<FieldProblem> {
        let place = self.place.as_deref().map_or(Ok(String::new()), |place| rules::line(place, PLACE_MAX));
        Findings::default()
            .add("email", rules::email_address(&self.email))
            .add("password", rules::password(self.password.expose()))
            .add("place", place)
            .done()
    }
}

/// The password, again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordAgain {
    /// The account's password. Wrong: `credentials_refused`.
    #[serde(with = "crate::secret::exposed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password, min_length = 1, max_length = 1024))]
    pub password: Secret<String>,
}

impl Body for PasswordAgain {
    fn check(&self) -> Vec<FieldProblem> {
        Findings::default().add("password", rules::password(self.password.expose())).done()
    }
}

/// The second factor's number, as it was typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Number {
    /// Six digits of any script; everything that is not displayed, white space, dashes and brackets are ignored.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub number: String,
}

crate::secret::unprinted!(Number);

impl Body for Number {
    fn check(&self) -> Vec<FieldProblem> {
        Findings::default().add("number", rules::number(&self.number)).done()
    }
}

/// Where a sign-in or a step-up stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SignIn {
    /// It is done.
    Complete {
        /// The session's token: opaque, 43 characters of base64url over 256 random bits. Any earlier token of the
        /// same session no longer works.
        #[serde(with = "crate::secret::exposed")]
        token: Secret<String>,
        /// The session.
        session: Session,
        /// To be kept and sent with the next sign-in to this account: see [`Credentials::desktop`]. Absent after a
        /// step-up, and where the one that was sent is still good.
        #[serde(default, with = "crate::secret::exposed_option", skip_serializing_if = "Option::is_none")]
        desktop: Option<Secret<String>>,
    },
    /// The second factor is asked for.
    SecondFactor {
        /// Under which it is answered.
        challenge: Challenge,
    },
}

impl Answer for SignIn {}

/// A second factor being asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    /// Under which it is answered.
    pub id: ChallengeId,
    /// How the number was sent.
    pub channel: Channel,
    /// The last two digits of the phone, or the address with its local part masked: `34`, `m••••@harbor.example`.
    pub sent_to: String,
    /// Whether the number was sent only if the password is right: so many sign-ins failed at this address that a number opens
    /// each, and the answer is the same for any password and any address. Then `channel` and `sent_to` are those of the
    /// email address that was sent, and the number went where the account's second factors go, or to that address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conditional: bool,
    /// What may still be done with the number.
    pub number: NumberState,
}

impl Answer for Challenge {}

/// The session that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Which session.
    pub id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The account's name.
    pub name: String,
    /// The account's email address.
    pub email: String,
    /// Seconds until it ends for want of use, and in any case: the nearer of the two.
    pub ends_in_seconds: u32,
    /// Seconds for which changes are still unlocked; 0 where the password must be entered again.
    pub unlocked_for_seconds: u32,
}

impl Answer for Session {}

/// Where the account is signed in, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sessions {
    /// Live sessions only.
    pub sessions: Vec<Place>,
}

impl Answer for Sessions {}

/// One place where the account is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Place {
    /// Which session.
    pub id: SessionId,
    /// What it called itself.
    pub place: Option<String>,
    /// When it signed in.
    pub signed_in_at: Moment,
    /// When it last asked for anything.
    pub last_seen_at: Moment,
    /// Whether it is the session that asks.
    pub here: bool,
}

/// Which session is to end, named by what opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revocation {
    /// SHA-256 of the session's token, 64 lower-case hexadecimal digits.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub token_sha256: String,
}

impl Body for Revocation {
    fn check(&self) -> Vec<FieldProblem> {
        Findings::default().add("token_sha256", rules::fingerprint(&self.token_sha256)).done()
    }
}

/// Agreement to the cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cancellation {
    /// Must be true.
    #[cfg_attr(feature = "openapi", schema(schema_with = agreed))]
    pub agree: bool,
}

#[cfg(feature = "openapi")]
fn agreed() -> utoipa::openapi::schema::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::Boolean)
        .enum_values(Some([true]))
        .description(Some("Must be true."))
        .build()
}

impl Body for Cancellation {
    fn check(&self) -> Vec<FieldProblem> {
        Findings::default().add("agree", if self.agree { Ok(()) } else { Err(Rule::NotAgreed) }).done()
    }
}

/// Whose a key or a session is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhoAmI {
    /// The account.
    pub account_id: AccountId,
    /// The key that asked; none where a session did.
    pub key: Option<KeyId>,
    /// The key's label.
    pub label: Option<String>,
}

impl Answer for WhoAmI {}
