//! A backend that a policy or the machine's file describes stays as it is described there, under whatever name a weaker file
//! tries. Passwords and sessions are kept by a backend's origin, not by its name: another entry for the same origin, with a
//! proxy of its own and without the pins, would get them.

use super::Effective;
use super::file::BackendEntry;
use super::layer::{Layer, Rank};
use crate::options;
use postern_contract::configuration::{Finding, Gravity};
use std::collections::BTreeSet;

/// A backend that a file describes for everybody who is weaker.
#[derive(Debug)]
struct Fixed {
    origin: String,
    name: String,
    rank: Rank,
    place: String,
}

impl Fixed {
    fn all(layers: &[Layer]) -> Vec<Self> {
        let fixed = layers.iter().filter(|layer| layer.rank.is_fixed());
        let entries = fixed.flat_map(|layer| layer.backends.iter().map(move |entry| (layer, entry)));
        // of one name the strongest counts alone
        let mut names = BTreeSet::new();
        entries
            .filter(|(_, entry)| names.insert(&entry.name))
            .filter_map(|(layer, entry)| {
                Some(Self {
                    origin: origin(&entry.url)?,
                    name: entry.name.clone(),
                    rank: layer.rank,
                    place: layer.place(&format!("backends.{}", entry.name)),
                })
            })
            .collect()
    }

    /// Whether this is the same backend under another name, in a file of that strength.
    fn is_renamed(&self, entry: &BackendEntry, rank: Rank) -> bool {
        rank > self.rank && entry.name != self.name && origin(&entry.url).is_some_and(|at| at == self.origin)
    }

    fn found(&self, entry: &BackendEntry) -> String {
        format!("\"{}\" at {}, which {} describes as \"{}\"", entry.name, self.origin, self.place, self.name)
    }
}

const EXPECTED: &str = "a backend that no policy and no file of the machine describes";

/// Takes the entries out of the layers that describe a stronger file's backend under another name, and says so. The layers
/// come with the strongest first.
pub(super) fn leave_others(layers: &mut [Layer]) -> Vec<Finding> {
    let fixed = Fixed::all(layers);
    let mut findings = Vec::new();
    for layer in layers {
        for entry in std::mem::take(&mut layer.backends) {
            let Some(stronger) = fixed.iter().find(|one| one.is_renamed(&entry, layer.rank)) else {
                layer.backends.push(entry);
                continue;
            };
            let key = format!("backends.{}", entry.name);
            let line = u32::try_from(layer.line(&key).unwrap_or(0)).unwrap_or(0);
            findings.push(Finding {
                gravity: Gravity::Error,
                file: layer.file.display().to_string(),
                line,
                column: u32::from(line > 0),
                found: stronger.found(&entry) + "; it does not count",
                expected: EXPECTED.to_owned(),
                fix: format!("remove it, and choose \"{}\" instead", stronger.name),
                key,
            });
            layer.left_out.push(entry);
        }
    }
    findings
}

/// What is wrong with an entry of a file that is to become the user's: what was found, and what mends it. None where it may
/// count.
pub(super) fn fault(entry: &BackendEntry, now: &Effective) -> Option<(String, &'static str, String)> {
    let fixed = Fixed::all(now.layers());
    let stronger = fixed.iter().find(|one| one.is_renamed(entry, Rank::UserFile))?;
    Some((stronger.found(entry), EXPECTED, format!("remove it, and choose \"{}\" instead", stronger.name)))
}

/// By what passwords are kept; a host is the same with the dot of the root and without.
fn origin(url: &str) -> Option<String> {
    let mut url = options::backend_url(url).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    url.set_host(Some(&host)).ok()?;
    Some(url.origin().ascii_serialization())
}
