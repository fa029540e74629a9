//! Authentication keys on the desktop. A key is born here: its secret is in the store before the backend hears of it,
//! and all the backend ever hears is a fingerprint. So a lost answer loses nothing, and copying works at any time.

mod entry;
mod mend;
mod planned;

use crate::Desk;
use crate::desk::Held;
use crate::vault::entry::KeysOf;
use entry::KeyEntry;
use mend::Standing;
use postern_contract::key::{Key, KeySecret};
use postern_contract::operation::{DeleteKey, ListKeys};
use postern_contract::shell::{AddKeyInput, KeyList, KeyRow, SecretPlace, StoreState};
use postern_contract::{KeyId, Problem, ProblemCode, rules};

impl Desk {
    /// The keys, each with whether its secret is here. What an interrupted run left behind is mended and told.
    pub async fn list_keys(&self) -> Result<KeyList, Problem> {
        let _one_at_a_time = self.key_work().await;
        let held = self.required().await?;
        let of = self.keys_of(&held);
        // the entries before the list: a key registered by then and not listed was deleted elsewhere
        let entries = self.entries(&of).await;
        let mut known = self.ask_as(Some(held.clone()), &ListKeys { body: () }).await?.keys;
        let (places, mended, store) = match entries {
            Ok(entries) => {
                let mended = self.mend(&held, &entries, &mut known).await;
                (Some(entries), mended, self.store_state().await)
            }
            Err(problem) => (None, Vec::new(), StoreState::Failing(problem.code)),
        };
        let rows = known
            .into_iter()
            .map(|key| KeyRow { secret: self.place(places.as_deref(), &key), key })
            .collect();
        Ok(KeyList { rows, mended, store })
    }

    /// Makes a key: secret into the store, fingerprint to the backend, then the mark that it is registered. A key of
    /// that label whose registering was interrupted is finished instead of making a second one.
    pub async fn add_key(&self, input: AddKeyInput) -> Result<KeyRow, Problem> {
        let label = rules::label(&input.label)
            .map_err(|rule| Problem::field(ProblemCode::Rejected, "label", rule))?;
        let _one_at_a_time = self.key_work().await;
        let held = self.required().await?;
        let of = self.keys_of(&held);
        self.vault().usable().await?;
        let left = self.entries(&of).await?.into_iter();
        let left =
            left.filter(|(_, entry)| !entry.registered && entry.label == label).min_by_key(|(id, _)| *id);
        let (id, entry, standing) = if let Some((id, entry)) = left {
            (id, entry, Standing::Left)
        } else {
            let (id, entry) = KeyEntry::born(label)?;
            self.vault().write(&of.name(id), entry.to_text()?).await?;
            (id, entry, Standing::New)
        };
        let key = self.register(&held, id, &entry, standing).await?;
        Ok(KeyRow { key, secret: self.kept() })
    }

    /// A key's label and secret, for the clipboard. Changes must be unlocked.
    pub async fn key_secret(&self, id: KeyId) -> Result<(String, KeySecret), Problem> {
        self.unlocked()?;
        let held = self.required().await?;
        let text = self.vault().read(&self.keys_of(&held).name(id)).await?;
        // what memory does not hold may be in the store that memory stands in for
        let missing = self.vault().memory_reason().unwrap_or(ProblemCode::KeyNotHere);
        let entry = text.and_then(|text| KeyEntry::from_text(&text)).ok_or(Problem::new(missing))?;
        Ok((entry.label.clone(), entry.secret()?))
    }

    /// Deletes a key at the backend, then its secret here. One that was deleted elsewhere is removed here too.
    pub async fn delete_key(&self, id: KeyId) -> Result<(), Problem> {
        self.delete_key_as(self.required().await?, id).await
    }

    /// The same as one session: never another account's, whoever has signed in since.
    pub(crate) async fn delete_key_as(&self, held: Held, id: KeyId) -> Result<(), Problem> {
        let _one_at_a_time = self.key_work().await;
        let of = self.keys_of(&held);
        let gone = self.ask_as(Some(held), &DeleteKey { id, body: () }).await;
        let unknown = gone.as_ref().is_err_and(|problem| problem.code == ProblemCode::NotFound);
        if unknown && self.vault().read(&of.name(id)).await?.is_none() {
            return gone;
        }
        if !unknown {
            gone?;
        }
        if let Err(problem) = self.vault().remove(&of.name(id)).await {
            // the key no longer works; the next listing removes what is left of it
            tracing::warn!(
                code = problem.code.as_str(),
                "a deleted key's secret is still in the secret store"
            );
        }
        Ok(())
    }

    /// The entries of an account's keys. One that cannot be read is left alone: it may be a newer version's.
    pub(crate) async fn entries(&self, of: &KeysOf) -> Result<Vec<(KeyId, KeyEntry)>, Problem> {
        let found = self.vault().keys(of).await?;
        Ok(found.into_iter().filter_map(|(id, text)| Some((id, KeyEntry::from_text(&text)?))).collect())
    }

    fn place(&self, entries: Option<&[(KeyId, KeyEntry)]>, key: &Key) -> SecretPlace {
        let Some(entries) = entries else { return SecretPlace::Unknown };
        let here = entries.iter().any(|(id, entry)| *id == key.id && entry.is_of(key));
        match (here, self.vault().in_memory()) {
            (true, _) => self.kept(),
            // it may be in the store that memory stands in for
            (false, true) => SecretPlace::Unknown,
            (false, false) => SecretPlace::Elsewhere,
        }
    }

    fn kept(&self) -> SecretPlace {
        if self.vault().in_memory() { SecretPlace::InMemory } else { SecretPlace::Here }
    }
}
