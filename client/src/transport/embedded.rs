//! The backend inside the application: the same router, called as a function. No port is opened and nothing else on
//! this computer can reach it.

use super::{ANSWER_MAX, Calling, Transport, WireAnswer, WireRequest, media_type};
use crate::error::OpenError;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use postern_backend::Backend;
use postern_backend::clock::SystemClock;
use postern_backend::config::{Settings, TextCountries};
use postern_backend::random::SystemRandom;
use postern_contract::message::Messages;
use postern_contract::{Problem, ProblemCode, Secret};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tower::ServiceExt;

/// The embedded backend.
#[derive(Clone)]
pub struct Embedded {
    backend: Backend,
    router: Router,
}

impl Embedded {
    /// Opens the backend on the database in `folder`, which only its owner may read.
    pub async fn open(folder: &Path, key: Secret<[u8; 32]>) -> Result<Self, OpenError> {
        let refused = |cause| OpenError::Folder(folder.to_owned(), cause);
        make(folder).map_err(refused)?;
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        // a path and not a URL: a home may have any name
        let file = folder.join("postern.db");
        // messages are kept in place: none costs anything
        let settings = Settings { text_countries: TextCountries::Any, ..Settings::default() };
        let backend = Backend::open_file(settings, &file, key, clock, random);
        let backend = backend.await.map_err(OpenError::Backend)?;
        Ok(Self { router: backend.router(), backend })
    }

    /// What would have been mailed or texted in the last 24 hours, newest first.
    pub async fn messages(&self) -> Result<Messages, Problem> {
        self.backend.messages().await
    }

    /// Changes whenever a message is queued.
    pub fn messages_changed(&self) -> watch::Receiver<u64> {
        self.backend.messages_changed()
    }

    /// How many accounts there are.
    pub async fn accounts(&self) -> Result<u64, Problem> {
        self.backend.accounts().await
    }

    /// Closes the database.
    pub async fn close(&self) {
        self.backend.close().await;
    }

    async fn carry(&self, request: WireRequest) -> Result<WireAnswer, Problem> {
        let mut builder = Request::builder().method(request.method.as_str()).uri(request.target());
        for (name, value) in request.headers() {
            builder = builder.header(name, value);
        }
        if let Some(token) = &request.bearer {
            builder = builder.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        let body = request.body.as_ref().map_or_else(Body::empty, |body| Body::from(body.expose().clone()));
        let request = builder.body(body).map_err(|_| Problem::new(ProblemCode::Malformed))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let media_type =
            head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(media_type);
        let bytes = axum::body::to_bytes(body, ANSWER_MAX)
            .await
            .map_err(|_| Problem::new(ProblemCode::NotOurBackend))?;
        Ok(WireAnswer { status: head.status.as_u16(), media_type, bytes: Secret::new(bytes.to_vec()) })
    }
}

/// Makes the folder for its owner alone, or closes one that is there.
#[cfg(unix)]
fn make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

/// Elsewhere a user's own folder is closed to others already.
#[cfg(not(unix))]
fn make(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

impl Transport for Embedded {
    fn call(&self, request: WireRequest) -> Calling<'_> {
        Box::pin(self.carry(request))
    }
}

#[cfg(test)]
mod tests {
    use super::Embedded;
    use crate::ask::ask;
    use crate::config::{Configured, Places};
    use crate::connection::Watched;
    use crate::language::MessageLanguage;
    use postern_backend::clock::SystemClock;
    use postern_contract::operation::StartVerification;
    use postern_contract::verification::{Channel, Purpose, VerificationRequest};
    use postern_contract::{AskerId, Secret};
    use std::sync::Arc;
    use uuid::Uuid;

    // U12: a home may have any name
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn u12_the_embedded_backend_opens_in_a_folder_of_any_name() {
        use std::os::unix::ffi::OsStrExt as _;
        for name in [&b"what?"[..], b"a?mode=ro#b %41", b"no \xff utf-8?"] {
            let home = tempfile::tempdir().unwrap();
            let folder = home.path().join(std::ffi::OsStr::from_bytes(name));
            let embedded = Embedded::open(&folder, Secret::new([7; 32])).await.unwrap();
            assert_eq!(embedded.accounts().await, Ok(0));
            assert!(folder.join("postern.db").exists());
            embedded.close().await;
        }
    }

    #[tokio::test]
    async fn the_embedded_backend_writes_messages_in_the_configured_language_too() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path()).unwrap();
        std::fs::create_dir_all(places.user_file.parent().unwrap()).unwrap();
        let embedded = Embedded::open(&folder.path().join("own"), Secret::new([7; 32])).await.unwrap();
        let configured = Configured::open(places.clone());
        let language = MessageLanguage::of(&configured, |_| None);
        let way = Watched::new(Arc::new(embedded.clone()), language, Arc::new(SystemClock), true);
        for (who, tag) in [(1, "ko"), (2, "ja")] {
            std::fs::write(&places.user_file, format!("[defaults]\nlanguage = \"{tag}\"\n")).unwrap();
            configured.reload();
            let address = format!("{tag}@harbor.example");
            let purpose = Purpose::SignUp { asker: AskerId(Uuid::from_u128(who)) };
            let body = VerificationRequest { purpose, channel: Channel::Email, address: address.clone() };
            ask(&way, &StartVerification { body }, None).await.unwrap();
            let posted = embedded.backend.posted().await.unwrap();
            let newest = posted.iter().find(|posted| posted.message.to == address).unwrap();
            assert_eq!(newest.language, tag);
        }
        embedded.close().await;
    }
}
