//! Opening a desk: the vault, then the way to the backend. The secret store may fail here; the application starts all
//! the same.

use super::backend_key::BackendKey;
use super::owed::Owed;
use super::seen::SeenHere;
use super::signed_in::SignedIn;
use super::{Desk, Inner, face};
use crate::connection::{Pace, Watched};
use crate::error::OpenError;
use crate::hex;
use crate::options::Options;
use crate::transport::Transport;
use crate::transport::embedded::Embedded;
use crate::transport::remote::Remote;
use crate::vault::Vault;
use crate::vault::entry::{Name, Origin};
use crate::wish::Wishes;
use postern_backend::clock::SystemClock;
use postern_contract::Secret;
use postern_contract::shell::BackendFace;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

impl Desk {
    /// Opens a desk. Nobody is asked for anything yet but the secret store for the embedded backend's key.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let vault = Vault::new(options.store_limits);
        if let Some(backend) = options.backend {
            let (origin, face, way) = (Origin::of(&backend.url), backend.face(), backend.way());
            let remote = Remote::new(&way).map_err(OpenError::Https)?;
            let here = (options.place, options.data);
            return Ok(Self::new(Arc::new(remote), None, vault, (origin, face), here));
        }
        let key = backend_key(&vault).await?;
        let embedded = Embedded::open(&options.data, key.clone()).await?;
        let transport = Arc::new(embedded.clone());
        let sealed = (embedded, BackendKey::kept(key));
        let here = (options.place, options.data);
        Ok(Self::new(transport, Some(sealed), vault, (Origin::embedded(), face::embedded()), here))
    }

    fn new(
        transport: Arc<dyn Transport>,
        embedded: Option<(Embedded, BackendKey)>,
        vault: Vault,
        (origin, face): (Origin, BackendFace),
        (place, data): (Option<String>, PathBuf),
    ) -> Self {
        let (embedded, backend_key) = embedded.unzip();
        let way = Watched::new(transport, Arc::new(SystemClock), embedded.is_some());
        let (signed_in, owed) = (SignedIn::default(), Owed::default());
        let wishes = Wishes::default();
        let (keys, waiting) = (tokio::sync::Mutex::new(()), Mutex::default());
        let desk = Self(Arc::new(Inner {
            way,
            embedded,
            backend_key,
            vault,
            origin,
            face,
            place,
            signed_in,
            owed,
            wishes,
            keys,
            waiting,
            seen: SeenHere::within(data),
        }));
        desk.watch_the_way(Pace::default());
        desk
    }
}

/// What the embedded backend seals messages and numbers with. Where the store cannot give or keep it in time, a key for
/// this run alone: numbers on their way and old messages cannot be read then, and nothing else is lost.
async fn backend_key(vault: &Vault) -> Result<Secret<[u8; 32]>, OpenError> {
    if let Ok(kept) = vault.read_at_start(&Name::EmbeddedBackendKey).await {
        if let Some(key) = kept.and_then(|text| hex::decode(text.expose())) {
            return Ok(Secret::new(key));
        }
        let key = random()?;
        if vault.write(&Name::EmbeddedBackendKey, Secret::new(hex::encode(key.expose()))).await.is_ok() {
            return Ok(key);
        }
    }
    tracing::warn!("the secret store does not keep the embedded backend's key: it is new for this run");
    random()
}

fn random() -> Result<Secret<[u8; 32]>, OpenError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| OpenError::Randomness)?;
    Ok(Secret::new(bytes))
}
