//! What a start hands over: files to look at and a link to follow. The words come from a command line that anybody may
//! have written (a file manager, a browser, another program), so they are counted, measured and sorted here, and nothing
//! is done with them but to show something.

use contract::link::Link;
use postern_contract as contract;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use tauri::Url;

/// The most words that are looked at. Source: far above the files that a person selects; what is beyond is told in the record.
pub const WORDS_MAX: usize = 1024;

/// The longest word that is looked at, in bytes. Source: `PATH_MAX` of Linux.
pub const LENGTH_MAX: usize = 4096;

/// What a start hands over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Handed {
    /// The link to follow: the first one that follows the grammar.
    pub link: Option<Link>,
    /// The files to look at, whatever they are, by their whole paths.
    pub files: Vec<PathBuf>,
}

/// How a link begins, in whatever spelling: such a word is never taken for a file.
const SCHEME: &str = "postern:";

/// Sorts words, less flags and the program's name. A relative path is one of that folder.
pub fn sort(words: impl IntoIterator<Item = OsString>, folder: &Path) -> Handed {
    let mut handed = Handed::default();
    let mut words = words.into_iter();
    for word in words.by_ref().take(WORDS_MAX).filter(|word| (1..=LENGTH_MAX).contains(&word.len())) {
        let text = word.to_string_lossy();
        if text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME)) {
            let link = Link::read(&text);
            if link.is_none() {
                tracing::warn!("a link that does not follow the grammar is not followed");
            }
            handed.link = handed.link.or(link);
        } else if text.starts_with("file:") {
            handed.files.extend(file_of(&text));
        } else {
            handed.files.push(folder.join(word));
        }
    }
    if words.next().is_some() {
        tracing::warn!(
            most = WORDS_MAX,
            "more files were handed over than are looked at; open the others again"
        );
    }
    handed
}

/// The path that a URI names, if it is a file's of this computer. Desktops hand files over as URIs.
pub fn file_of(uri: &str) -> Option<PathBuf> {
    let url = Url::parse(uri).ok().filter(|url| url.scheme() == "file")?;
    url.to_file_path().ok()
}

#[cfg(test)]
mod tests {
    use super::{LENGTH_MAX, WORDS_MAX, file_of, sort};
    use contract::link::{Link, Shown};
    use contract::shell::Tab;
    use postern_contract as contract;
    use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    const ONCE: &str = "0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b";

    fn words(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn dl_1_files_and_one_link_are_told_apart() {
        let link = format!("postern://open/change-password?once={ONCE}");
        let second = format!("postern://open/settings?once={ONCE}");
        let handed = sort(
            words(&["a.toml", "/b/c.postern-plan", &link, &second, "POSTERN:x.toml"]),
            Path::new("/home/mina"),
        );
        assert_eq!(handed.files, [PathBuf::from("/home/mina/a.toml"), PathBuf::from("/b/c.postern-plan")]);
        assert_eq!(handed.link.map(|link| link.shown), Some(Shown::Tab(Tab::ChangePassword)));
    }

    #[test]
    fn only_files_of_this_computer_are_named_by_a_uri() {
        let handed = sort(words(&["file:///home/mina/a%20plan.postern-plan"]), Path::new("/"));
        assert_eq!(handed.files, [PathBuf::from("/home/mina/a plan.postern-plan")]);
        assert_eq!(file_of("file://localhost/a.toml"), Some(PathBuf::from("/a.toml")));
        for other in
            ["file://elsewhere/a.toml", "https://example.com/a.toml", "/a.toml", "", "smb://x/a.toml"]
        {
            assert_eq!(file_of(other), None, "{other}");
        }
    }

    #[test]
    fn dl_1_what_is_too_much_is_not_looked_at() {
        let many = vec![OsString::from("a.toml"); WORDS_MAX + 1];
        assert_eq!(sort(many, Path::new("/")).files.len(), WORDS_MAX);
        assert!(
            sort([OsString::from("x".repeat(LENGTH_MAX + 1)), OsString::new()], Path::new("/"))
                .files
                .is_empty()
        );
    }

    fn word() -> impl Strategy<Value = OsString> {
        let link = prop_oneof![
            Just("postern://open/settings?once="),
            Just("postern:"),
            Just("PoStErN://open/plans"),
        ];
        prop_oneof![
            any::<String>().prop_map(OsString::from),
            (link, any::<String>()).prop_map(|(start, end)| OsString::from(format!("{start}{end}"))),
            proptest::collection::vec(any::<u8>(), 0..64).prop_map(of_bytes),
        ]
    }

    #[cfg(unix)]
    fn of_bytes(bytes: Vec<u8>) -> OsString {
        std::os::unix::ffi::OsStringExt::from_vec(bytes)
    }

    #[cfg(not(unix))]
    fn of_bytes(bytes: Vec<u8>) -> OsString {
        String::from_utf8_lossy(&bytes).into_owned().into()
    }

    proptest! {
        #[test]
        fn dl_1_any_words_are_sorted_without_harm(given in proptest::collection::vec(word(), 0..40)) {
            let handed = sort(given.clone(), Path::new("/home/mina"));
            proptest::prop_assert!(handed.files.len() <= WORDS_MAX);
            for file in &handed.files {
                proptest::prop_assert!(file.is_absolute());
                proptest::prop_assert!(!file.to_string_lossy().to_lowercase().starts_with("/home/mina/postern:"));
            }
            let grammar = given.iter().take(WORDS_MAX).find_map(|word| Link::read(&word.to_string_lossy()));
            proptest::prop_assert_eq!(handed.link, grammar);
        }
    }
}
