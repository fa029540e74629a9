//! A Secret Service that misbehaves in one way: the answers of the real one that a test cannot bring about.

#![allow(
    clippy::used_underscore_binding,
    clippy::unused_async,
    reason = "the interface macro uses what the service ignores"
)]

use std::collections::HashMap;
use std::time::Duration;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, fdo, interface};

const SERVICE: &str = "/org/freedesktop/secrets";
const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";
const PROMPT: &str = "/org/freedesktop/secrets/prompt/p1";
/// Longer than any test.
const FOR_EVER: Duration = Duration::from_hours(1);

/// How it misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It takes calls and never answers them.
    Silent,
    /// It refuses whoever asks.
    Refusing,
    /// It is locked, and the person dismisses the prompt.
    Dismissed,
    /// It is locked, and the prompt stays open.
    PromptLeftOpen,
}

/// Provides it until the connection is dropped.
pub async fn provide(manner: Manner) -> Connection {
    zbus::connection::Builder::session()
        .unwrap()
        .serve_at(SERVICE, Service(manner))
        .unwrap()
        .serve_at(COLLECTION, Collection)
        .unwrap()
        .serve_at(PROMPT, Prompt(manner))
        .unwrap()
        .name("org.freedesktop.secrets")
        .unwrap()
        .build()
        .await
        .unwrap()
}

struct Service(Manner);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    async fn open_session(&self, algorithm: &str, _input: Value<'_>) -> (OwnedValue, OwnedObjectPath) {
        // any number will do as a public key: no secret is ever sent
        let output = if algorithm == "plain" { Value::from("") } else { Value::from(vec![2_u8; 128]) };
        (output.try_to_owned().unwrap(), path("/org/freedesktop/secrets/session/s1"))
    }

    async fn read_alias(&self, _name: &str) -> fdo::Result<OwnedObjectPath> {
        match self.0 {
            Manner::Silent => {
                tokio::time::timeout(FOR_EVER, std::future::pending::<()>()).await.ok();
                Err(fdo::Error::Failed("the test is long over".to_owned()))
            }
            Manner::Refusing => Err(fdo::Error::AccessDenied("not for you".to_owned())),
            Manner::Dismissed | Manner::PromptLeftOpen => Ok(path(COLLECTION)),
        }
    }

    async fn search_items(
        &self,
        _attributes: HashMap<String, String>,
    ) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        (Vec::new(), Vec::new())
    }

    async fn unlock(&self, _objects: Vec<ObjectPath<'_>>) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        (Vec::new(), path(PROMPT))
    }
}

struct Collection;

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    #[zbus(property)]
    async fn locked(&self) -> bool {
        true
    }
}

struct Prompt(Manner);

#[interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    async fn prompt(
        &self,
        _window: &str,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> fdo::Result<()> {
        if self.0 == Manner::Dismissed {
            Self::completed(&emitter, true, Value::from("")).await?;
        }
        Ok(())
    }

    #[zbus(signal)]
    async fn completed(emitter: &SignalEmitter<'_>, dismissed: bool, result: Value<'_>) -> zbus::Result<()>;
}

fn path(text: &str) -> OwnedObjectPath {
    OwnedObjectPath::try_from(text).unwrap()
}
