//! What the secret store itself holds while memory stands in for it: left by earlier runs, and to be cleared away as
//! soon as the store answers. Nobody waits for it, so what the store says here changes no state.

use super::Vault;
use super::entry::{KeysOf, Name, Origin};
use postern_contract::{ProblemCode, Secret};

impl Vault {
    /// The secret that the store holds under that name.
    pub async fn stored(&self, name: &Name) -> Result<Option<Secret<String>>, ProblemCode> {
        let user = name.user();
        self.call(move |keychain| keychain.read(&user)).await
    }

    /// The accounts at that backend of which the store says that their cancellation was sent.
    pub async fn cancellations(&self, origin: &Origin) -> Result<Vec<KeysOf>, ProblemCode> {
        let of = origin.clone();
        let found = self.call(move |keychain| keychain.find(|user| KeysOf::canceled(&of, user).is_some()));
        Ok(found.await?.iter().filter_map(|(user, _)| KeysOf::canceled(origin, user)).collect())
    }

    /// Removes what the store holds under that name, if it is still exactly this.
    pub async fn remove_stored(&self, name: &Name, secret: Secret<String>) -> Result<(), ProblemCode> {
        let user = name.user();
        self.call(move |keychain| keychain.remove_exactly(&user, &secret)).await
    }
}
