//! A backend as it is used: the entry of a file with its texts read and its paths complete.

use super::file::{BackendEntry, Color};
use super::layer::Layer;
use crate::base_url::proxy_url;
use crate::desk::face;
use crate::options;
use crate::transport::pin::Pin;
use crate::transport::way::{Limits, Way};
use postern_contract::shell::BackendFace;
use reqwest::Url;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A backend elsewhere, and the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub url: Url,
    /// PEM files with certificates that may vouch for it, beside those the operating system trusts.
    pub ca: Vec<PathBuf>,
    /// Public keys, one of which its certificate must have; none: any.
    pub pins: Vec<Pin>,
    /// The proxy on the way; none: there is none.
    pub proxy: Option<Url>,
    /// How long things may take.
    pub limits: Limits,
    /// The colour of its bar; none: one that stays its own.
    pub color: Option<Color>,
}

impl Backend {
    /// One that is named by its URL alone.
    pub fn at(url: Url) -> Self {
        let name = face::remote(&url).name;
        Self {
            name,
            url,
            ca: Vec::new(),
            pins: Vec::new(),
            proxy: None,
            limits: Limits::default(),
            color: None,
        }
    }

    /// An entry that was read without a finding.
    pub(super) fn of(entry: &BackendEntry, layer: &Layer) -> Option<Self> {
        let folder = layer.file.parent().unwrap_or(Path::new("."));
        let usual = Limits::default();
        let seconds = |set: Option<u16>, usual| set.map_or(usual, |set| Duration::from_secs(set.into()));
        Some(Self {
            name: entry.name.clone(),
            url: options::backend_url(&entry.url).ok()?,
            ca: entry.ca.iter().map(|named| folder.join(named)).collect(),
            pins: entry.pins.iter().filter_map(|pin| pin.parse().ok()).collect(),
            proxy: entry.proxy.as_deref().and_then(|proxy| proxy_url(proxy).ok()),
            limits: Limits {
                connect: seconds(entry.connect_seconds, usual.connect),
                total: seconds(entry.total_seconds, usual.total),
            },
            color: entry.color,
        })
    }

    /// The way to it.
    pub fn way(&self) -> Way {
        let Self { url, ca, pins, proxy, limits, .. } = self.clone();
        Way { origin: url, ca, pins, proxy, limits }
    }

    /// How it is named and coloured.
    pub fn face(&self) -> BackendFace {
        let usual = face::remote(&self.url);
        let color = self.color.map_or(usual.color, |color| color.as_str().to_owned());
        BackendFace { name: self.name.clone(), color, embedded: false }
    }
}
