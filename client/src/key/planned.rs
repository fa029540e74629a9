//! A key whose id was chosen before: a plan notes it durably, so that the same key is finished and no second one is made,
//! whatever became of the run that began it.

use super::entry::KeyEntry;
use super::mend::Standing;
use crate::Desk;
use crate::desk::Held;
use postern_contract::{KeyId, Problem};

impl Desk {
    /// Makes the key of that id and label for that session's account, or finishes it. Its secret must rest in the secret store: memory would lose it with
    /// this run, and nobody would ever have seen it.
    pub(crate) async fn add_key_under(&self, held: &Held, id: KeyId, label: &str) -> Result<(), Problem> {
        let _one_at_a_time = self.key_work().await;
        let of = self.keys_of(held);
        self.vault().usable().await?;
        if let Some(reason) = self.vault().memory_reason() {
            return Err(Problem::new(reason));
        }
        let left = self.entries(&of).await?.into_iter().find(|(known, _)| *known == id);
        let (entry, standing) = if let Some((_, entry)) = left {
            (entry, Standing::Left)
        } else {
            let (_, entry) = KeyEntry::born(label.to_owned())?;
            self.vault().write(&of.name(id), entry.to_text()?).await?;
            (entry, Standing::New)
        };
        self.register(held, id, &entry, standing).await.map(|_| ())
    }
}
