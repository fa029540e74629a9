//! Everything the backend keeps of an account, for its owner to take away. No secret and no hash of one.

use crate::account::Account;
use crate::activity::Entry;
use crate::key::Key;
use crate::moment::Moment;
use crate::operation::Answer;
use crate::security::Security;
use crate::session::Place;
use serde::{Deserialize, Serialize};

/// An account's own data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Export {
    /// When this was written.
    pub exported_at: Moment,
    /// Who it is.
    pub account: Account,
    /// Two-factor and its method.
    pub security: Security,
    /// Authentication keys, oldest first: never a secret.
    pub keys: Vec<Key>,
    /// Where the account is signed in, newest first.
    pub sessions: Vec<Place>,
    /// Desktops that are known since somebody signed in there, the one last used first: never the secret of one.
    pub desktops: Vec<KnownDesktop>,
    /// The whole audit trail, newest first: as many entries as the backend keeps of one account.
    pub activity: Vec<Entry>,
}

impl Answer for Export {}

/// A desktop that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownDesktop {
    /// Since when.
    pub made_at: Moment,
    /// When somebody last signed in there.
    pub last_used_at: Moment,
}
