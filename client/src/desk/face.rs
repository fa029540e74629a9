//! How a backend is named and coloured, so that nobody works on the wrong one.

use crate::vault::entry::Origin;
use postern_contract::shell::BackendFace;
use reqwest::Url;

/// The style sheet's colours but teal, which is the embedded backend's alone.
const COLORS: [&str; 5] = ["graphite", "moss", "clay", "plum", "indigo"];

/// The face of the backend inside the application.
pub fn embedded() -> BackendFace {
    BackendFace { name: "On this computer".to_owned(), color: "teal".to_owned(), embedded: true }
}

/// The face of a backend elsewhere: its host, and a colour that stays its own.
pub fn remote(url: &Url) -> BackendFace {
    let host = url.host_str().unwrap_or_default();
    let name = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let sum: usize = Origin::of(url).to_string().bytes().map(usize::from).sum();
    BackendFace { name, color: COLORS[sum % COLORS.len()].to_owned(), embedded: false }
}

#[cfg(test)]
mod tests {
    use super::remote;

    #[test]
    fn a_backend_keeps_its_face() {
        let face = remote(&"https://accounts.harbor.example:8443".parse().unwrap());
        assert_eq!(face.name, "accounts.harbor.example:8443");
        assert_eq!(face, remote(&"https://accounts.harbor.example:8443/".parse().unwrap()));
        assert!(!face.embedded && face.color != "teal");
    }
}
