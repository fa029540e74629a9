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
use crate::language::MessageLanguage;
use crate::options::Options;
use crate::signed_out::SignedOut;
use crate::transport::Transport;
use crate::transport::embedded::Embedded;
use crate::transport::remote::{Remote, RemoteError};
use crate::transport::trust::TrustError;
use crate::transport::unvouched::Unvouched;
use crate::vault::Vault;
use crate::vault::entry::{Name, Origin};
use crate::wish::Wishes;
use postern_backend::clock::SystemClock;
use postern_contract::Secret;
use postern_contract::shell::BackendFace;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// This computer's part in a desk.
struct Here {
    place: Option<String>,
    data: PathBuf,
    language: MessageLanguage,
}

impl Desk {
    /// Opens a desk. Nobody is asked for anything yet but the secret store for the embedded backend's key.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let vault = Vault::new(options.store_limits);
        let here = Here { place: options.place, data: options.data, language: options.language };
        if let Some(backend) = options.backend {
            let (origin, face, way) = (Origin::of(&backend.url), backend.face(), backend.way());
            let transport: Arc<dyn Transport> = match Remote::new(&way) {
                Ok(remote) => Arc::new(remote),
                // a file can go at any time; everything else of the application works without
                Err(RemoteError::Trust(TrustError::File(file, why))) => {
                    tracing::warn!(file = %file.display(), why, "certificates cannot be used: nothing is sent");
                    Arc::new(Unvouched::new(way))
                }
                Err(fault) => return Err(OpenError::Https(fault)),
            };
            return Ok(Self::new(transport, None, vault, (origin, face), here));
        }
        let key = backend_key(&vault).await?;
        let embedded = Embedded::open(&here.data, key.clone()).await?;
        let transport = Arc::new(embedded.clone());
        let sealed = (embedded, BackendKey::kept(key));
        Ok(Self::new(transport, Some(sealed), vault, (Origin::embedded(), face::embedded()), here))
    }

    fn new(
        transport: Arc<dyn Transport>,
        embedded: Option<(Embedded, BackendKey)>,
        vault: Vault,
        (origin, face): (Origin, BackendFace),
        Here { place, data, language }: Here,
    ) -> Self {
        let (embedded, backend_key) = embedded.unzip();
        let clock = Arc::new(SystemClock);
        let way = Watched::new(transport, language, clock.clone(), embedded.is_some());
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
            clock,
            signed_in,
            owed,
            signed_out: Arc::new(SignedOut::within(&data)),
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
