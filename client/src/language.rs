//! In which language the backend is asked to write what it mails and texts: the one that is configured at the moment, else the
//! desktop's. The windows are in English for now, whatever this says.

use crate::config::Configured;
use std::ffi::OsString;

/// Where a desktop says its language, the strongest first (POSIX.1-2024, section 8.2).
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The language to ask for. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct MessageLanguage {
    configured: Option<Configured>,
    desktop: Option<String>,
}

impl MessageLanguage {
    /// What is configured at each moment, else what these variables say of the desktop.
    pub fn of(configured: &Configured, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        Self { configured: Some(configured.clone()), desktop: desktop(variable) }
    }

    /// As `Accept-Language` has it; none where nobody says any, and the backend chooses.
    pub fn tag(&self) -> Option<String> {
        let configured = self.configured.as_ref().and_then(|configured| configured.now().language());
        configured.map(|language| language.tag().to_owned()).or_else(|| self.desktop.clone())
    }
}

fn desktop(variable: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let said = VARIABLES.into_iter().filter_map(variable).find(|locale| !locale.is_empty());
    said.and_then(|locale| primary(locale.to_str()?))
}

/// The language of a locale such as `ko_KR.UTF-8`; none of `C` and `POSIX`, which are nobody's.
fn primary(locale: &str) -> Option<String> {
    let word = locale.split(['_', '-', '.', '@']).next()?;
    let is = (2..=3).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    is.then(|| word.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::desktop;
    use std::ffi::OsString;

    fn said(set: &[(&str, &str)]) -> Option<String> {
        desktop(|name| {
            set.iter().find(|(variable, _)| *variable == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_desktops_language_is_read_from_its_locale() {
        assert_eq!(said(&[("LANG", "ko_KR.UTF-8")]).as_deref(), Some("ko"));
        assert_eq!(said(&[("LANG", "ko_KR.UTF-8"), ("LC_MESSAGES", "ja_JP")]).as_deref(), Some("ja"));
        assert_eq!(said(&[("LC_MESSAGES", "ja_JP"), ("LC_ALL", "en_GB@euro")]).as_deref(), Some("en"));
        // one that is set to nothing says nothing
        assert_eq!(said(&[("LC_ALL", ""), ("LANG", "ko")]).as_deref(), Some("ko"));
        for nobodys in ["C", "C.UTF-8", "POSIX", "", "*", "한국어"] {
            assert_eq!(said(&[("LANG", nobodys)]), None, "{nobodys}");
        }
        // the strongest that says something counts, even where it is nobody's language
        assert_eq!(said(&[("LC_ALL", "C"), ("LANG", "ko")]), None);
        assert_eq!(said(&[]), None);
    }
}
