//! Hashing on behalf of a request: within its address' share of the pool, and once, however often the database has the
//! request done again. So a conflict costs no second hash, and the time of an answer does not say whether there was one.

use super::Requester;
use crate::peer::networks;
use crate::state::Backend;
use contract::{AccountId, Problem, Secret, rules};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// What a request has hashed so far; gone with it.
#[derive(Default)]
pub(crate) struct Hashed {
    compared: Mutex<Vec<Compared>>,
    made: Mutex<Vec<(Zeroizing<String>, String)>>,
}

struct Compared {
    canonical: Zeroizing<String>,
    stored: Option<String>,
    right: bool,
}

impl Backend {
    /// Whether the password is the one of this hash; `None` stands for no account and is never right. `known` is the account
    /// whose known desktop or live session asks; none where a stranger does.
    pub(crate) async fn verify_password(
        &self,
        known: Option<AccountId>,
        typed: &Secret<String>,
        stored: Option<&str>,
    ) -> Result<bool, Problem> {
        let canonical = rules::canonical_password(typed.expose());
        if let Some(hashed) = self.hashed() {
            let compared = hashed.compared.lock().unwrap_or_else(PoisonError::into_inner);
            let same = |one: &&Compared| one.canonical == canonical && one.stored.as_deref() == stored;
            if let Some(known) = compared.iter().find(same) {
                return Ok(known.right);
            }
        }
        let right = self.hasher().verify(&self.requester(known), typed, stored).await?;
        if let Some(hashed) = self.hashed() {
            let compared = Compared { canonical, stored: stored.map(str::to_owned), right };
            hashed.compared.lock().unwrap_or_else(PoisonError::into_inner).push(compared);
        }
        Ok(right)
    }

    /// The hash of a new password in its canonical form.
    pub(crate) async fn hash_password(
        &self,
        known: Option<AccountId>,
        canonical: Zeroizing<String>,
    ) -> Result<String, Problem> {
        if let Some(hashed) = self.hashed() {
            let made = hashed.made.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, known)) = made.iter().find(|(of, _)| *of == canonical) {
                return Ok(known.clone());
            }
        }
        let hash = self.hasher().hash(&self.requester(known), canonical.clone()).await?;
        if let Some(hashed) = self.hashed() {
            hashed.made.lock().unwrap_or_else(PoisonError::into_inner).push((canonical, hash.clone()));
        }
        Ok(hash)
    }

    /// On whose behalf it hashes. Who is on this machine has no share to keep to: a proxy may stand there.
    fn requester(&self, known: Option<AccountId>) -> Requester {
        let from = self.from().filter(|from| !from.to_canonical().is_loopback());
        known.map_or_else(|| Requester::Stranger(from.map(networks).unwrap_or_default()), Requester::Account)
    }
}

#[cfg(test)]
mod tests {
    use crate::random::SystemRandom;
    use crate::{Backend, Hashing, Settings, SystemClock};
    use contract::{ProblemCode, Secret, rules};
    use std::sync::Arc;

    // ENUM-1, PW-5: a request that is done again hashes nothing again; another request does
    #[tokio::test]
    async fn enum_1_a_request_hashes_once_however_often_it_is_tried() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let settings = Settings { hashing: Hashing::cheapest(), ..Settings::default() };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let backend = Backend::open(settings, &url, Secret::new([1; 32]), clock, random).await.unwrap();
        let (right, wrong) = (Secret::from("seven harbor lamps"), Secret::from("seven harbor lampsx"));
        let request = backend.hashing_once();
        let hash = request.hash_password(None, rules::canonical_password(right.expose())).await.unwrap();
        for stored in [Some(hash.as_str()), None] {
            assert_eq!(request.verify_password(None, &right, stored).await.unwrap(), stored.is_some());
            assert!(!request.verify_password(None, &wrong, stored).await.unwrap());
        }
        backend.hasher().shut();
        assert_eq!(
            request.hash_password(None, rules::canonical_password(right.expose())).await.unwrap(),
            hash
        );
        for stored in [Some(hash.as_str()), None] {
            assert_eq!(request.verify_password(None, &right, stored).await.unwrap(), stored.is_some());
            assert!(!request.verify_password(None, &wrong, stored).await.unwrap());
        }
        let other = backend.hashing_once().verify_password(None, &right, Some(&hash)).await;
        assert_eq!(other.unwrap_err().code, ProblemCode::Overloaded);
    }
}
