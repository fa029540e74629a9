//! The forms that texts in a file must have, and the rules over several keys.

use super::file::{BackendEntry, PolicySection};
use crate::base_url::proxy_url;
use crate::options;
use crate::transport::pin::Pin;
use minisign::PublicKey;
use postern_backend::config::finding::Notes;
use postern_backend::config::reading::Format;
use postern_contract::rules::{self, CodePoint};
use postern_contract::text::domain;
use postern_contract::text::script::suspect;
use reqwest::Url;
use std::collections::BTreeSet;

/// The longest name, in characters as a person counts them.
pub(super) const NAME_MAX: u32 = 40;

/// Which rule of a form a text breaks, and where.
pub(super) fn broken_rule(form: &str, text: &str) -> Option<String> {
    let fault = match form {
        "backend-url" => options::backend_url(text).err(),
        "proxy-url" => proxy_url(text).err(),
        _ => None,
    };
    fault.map(|fault| fault.to_string())
}

/// Every form.
pub(super) const ALL: &[Format] = &[
    Format {
        name: "name",
        holds: is_name,
        expected: "1–40 characters in one line, with none at its ends that cannot be seen",
    },
    Format {
        name: "backend-url",
        holds: |text| options::backend_url(text).is_ok(),
        expected: "`https://HOST` or `https://HOST:PORT` and nothing after it, without user name and password, like `https://accounts.harbor.example`; `http://` for this computer alone",
    },
    Format {
        name: "proxy-url",
        holds: |text| proxy_url(text).is_ok(),
        expected: "`http://HOST:PORT` or `https://HOST:PORT` and nothing after it, without user name and password, like `http://proxy.harbor.example:3128`",
    },
    Format {
        name: "pin",
        holds: |text| text.parse::<Pin>().is_ok(),
        expected: "`sha256/` and the SHA-256 of the public key in base64, 44 characters",
    },
    Format {
        name: "public-key",
        holds: |text| PublicKey::from_base64(text).is_ok(),
        expected: "a public key of minisign: the 56 characters of the line that begins with `RW`",
    },
    Format {
        name: "email",
        holds: |text| rules::email_address(text).is_ok(),
        expected: "an email address, like `mina@harbor.example`",
    },
];

/// The host of a URL where it passes for another one, and the letter by which it does.
fn suspect_host(text: &str) -> Option<(String, CodePoint)> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    domain::suspect(host).map(|letter| (host.to_owned(), letter))
}

/// A URL as it is shown: as it was typed, and with A-labels where its host passes for another one.
pub(super) fn shown_url(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) if suspect_host(text).is_some() => url.as_str().trim_end_matches('/').to_owned(),
        _ => text.to_owned(),
    }
}

fn is_name(text: &str) -> bool {
    rules::line(text, NAME_MAX).is_ok_and(|canonical| canonical == text)
}

/// Rules over the backends of one file.
pub(super) fn backends(section: &str, all: &[BackendEntry], notes: &mut Notes) {
    let mut names = BTreeSet::new();
    for (at, backend) in all.iter().enumerate() {
        // one that has no name yet is said to lack it
        if !backend.name.is_empty() && !names.insert(&backend.name) {
            notes.error(
                &format!("{section}.{at}.name"),
                format!("a second backend of the name \"{}\"", backend.name),
                "a name that no other backend of this file has",
                "rename one of them, or remove it",
            );
        }
        for (key, url) in [("url", Some(&backend.url)), ("proxy", backend.proxy.as_ref())] {
            let Some((host, letter)) = url.and_then(|url| suspect_host(url)) else { continue };
            notes.warning(
                &format!("{section}.{at}.{key}"),
                format!("the host {host}, which mixes writing systems ({letter})"),
                "a host whose letters are of one writing system",
                "compare it letter by letter with the address that its operator gave",
            );
        }
        if let Some(letter) = suspect(&backend.name) {
            notes.warning(
                &format!("{section}.{at}.name"),
                format!("the name \"{}\", which mixes writing systems ({letter})", backend.name),
                "a name whose letters are of one writing system",
                "type it again, so that it does not pass for another name",
            );
        }
        if backend.proxy.is_some()
            && options::backend_url(&backend.url).is_ok_and(|url| url.scheme() == "http")
        {
            notes.error(
                &format!("{section}.{at}.proxy"),
                "a proxy on the way to a backend without TLS",
                "no proxy: `http://` is for this computer alone, and passwords would leave it as plain text",
                "remove `proxy`, or reach the backend over `https://`",
            );
        }
        if let (Some(connect), Some(total)) = (backend.connect_seconds, backend.total_seconds)
            && connect > total
        {
            notes.error(
                &format!("{section}.{at}.connect_seconds"),
                format!("{connect} seconds"),
                &format!("at most `total_seconds`, which is {total}"),
                "shorten it, or give the whole answer more time",
            );
        }
    }
}

/// Rules over what is asked of files from elsewhere.
pub(super) fn policy(policy: &PolicySection, notes: &mut Notes) {
    let mut names = BTreeSet::new();
    for (at, signer) in policy.signers.iter().enumerate() {
        if !signer.name.is_empty() && !names.insert(&signer.name) {
            twice(&format!("policy.signers.{at}.name"), &signer.name, notes);
        }
    }
    let mut names = BTreeSet::new();
    for (at, countersigner) in policy.countersigners.iter().enumerate() {
        if !countersigner.name.is_empty() && !names.insert(&countersigner.name) {
            twice(&format!("policy.countersigners.{at}.name"), &countersigner.name, notes);
        }
    }
}

fn twice(key: &str, name: &str, notes: &mut Notes) {
    notes.error(
        key,
        format!("a second one of the name \"{name}\""),
        "a name that nobody else in this list has, so that a signature says whose it is",
        "rename one of them, or remove it",
    );
}
