//! By what a backend knows this desktop again: a secret that a completed sign-in answers and the next one shows. It
//! opens nothing; with it, strangers who guess elsewhere cannot hold up the person who works here. So it stays when
//! somebody signs out, and goes with the account. Where the backend throttles the desktop, signing in is tried once more
//! without it.

use super::Desk;
use crate::vault::entry::{KeysOf, Name};
use postern_contract::rules::canonical_email;
use postern_contract::session::Session;
use postern_contract::{Secret, secret};
use serde::{Deserialize, Serialize};

/// The entry of one account.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// With which address the account signs in.
    email: String,
    #[serde(with = "secret::exposed")]
    secret: Secret<String>,
}

impl Desk {
    /// What to show when signing in with this address. Signing in works without.
    pub(super) async fn known_as(&self, email: &str) -> Option<Secret<String>> {
        let kept = self.0.vault.desktops(&self.0.origin).await.ok()?;
        let known = kept.iter().filter_map(|text| serde_json::from_str::<Known>(text.expose()).ok());
        let same = |known: &Known| canonical_email(&known.email) == canonical_email(email);
        known.into_iter().find(same).map(|known| known.secret.clone())
    }

    /// The account signs in with another address from now on.
    pub(super) async fn rename_known(&self, email: &serde_json::Value) {
        let (Some(email), Ok(Some(held))) = (email.as_str(), self.held().await) else { return };
        let name = Name::Desktop(self.keys_of(&held));
        let Ok(Some(text)) = self.0.vault.read(&name).await else { return };
        let Ok(known) = serde_json::from_str::<Known>(text.expose()) else { return };
        if known.email != email {
            self.write_known(&name, &Known { email: email.to_owned(), ..known }).await;
        }
    }

    async fn write_known(&self, name: &Name, known: &Known) {
        let Ok(text) = serde_json::to_string(known) else { return };
        if let Err(problem) = self.0.vault.write(name, Secret::new(text)).await {
            tracing::warn!(code = problem.code.as_str(), "the backend will not know this desktop again");
        }
    }

    /// Keeps what a sign-in answered. Where the store fails, the next sign-in is that of an unknown desktop.
    pub(super) async fn keep_known(&self, session: &Session, secret: Option<Secret<String>>) {
        let Some(secret) = secret else { return };
        let of = KeysOf { origin: self.0.origin.clone(), account: session.account_id };
        let known = Known { email: session.email.clone(), secret };
        self.write_known(&Name::Desktop(of), &known).await;
    }
}
