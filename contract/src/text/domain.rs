//! Email domains: compared, counted and sent as A-labels (UTS #46), displayed as U-labels.

use super::source;

/// Longest domain and longest label, in octets. Source: RFC 1035 section 2.3.4.
const LENGTHS: (usize, usize) = (253, 63);

/// The A-label form of a domain in lower case; none where it is no host name with at least two labels.
pub fn ascii(domain: &str) -> Option<String> {
    // nothing that separates the parts of a URL
    if !domain.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '.')) {
        return None;
    }
    let ascii = if domain.is_ascii() && !has_a_label(domain) {
        domain.to_ascii_lowercase()
    } else {
        source::to_ascii(domain)?
    };
    let (all, last) = (ascii.split('.'), ascii.rsplit('.').next()?);
    let is_name = last.bytes().any(|byte| byte.is_ascii_alphabetic());
    (is_name && ascii.len() <= LENGTHS.0 && ascii.contains('.') && all.into_iter().all(is_label))
        .then_some(ascii)
}

fn is_label(text: &str) -> bool {
    let of_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let ends = text.starts_with('-') || text.ends_with('-');
    (1..=LENGTHS.1).contains(&text.len()) && text.bytes().all(of_host) && !ends
}

/// Whether a label is in A-label form, such as `xn--bcher-kva`.
pub fn has_a_label(domain: &str) -> bool {
    domain.split('.').any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
}

/// A domain as it is displayed: with U-labels, except for a label that passes for another one, which stays an A-label.
#[cfg(not(target_arch = "wasm32"))]
pub fn displayed(ascii: &str) -> String {
    use idna::uts46::{AsciiDenyList, Hyphens, Uts46};
    let (shown, valid) = Uts46::new().to_user_interface(
        ascii.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        |label, _, _| super::script::suspect(&label.iter().collect::<String>()).is_none(),
    );
    if valid.is_ok() { shown.into_owned() } else { ascii.to_owned() }
}

/// The first character by which a host passes for another one.
#[cfg(not(target_arch = "wasm32"))]
pub fn suspect(ascii: &str) -> Option<crate::rules::CodePoint> {
    unicode(ascii).split('.').find_map(super::script::suspect)
}

/// A domain with U-labels throughout.
#[cfg(not(target_arch = "wasm32"))]
pub fn unicode(ascii: &str) -> String {
    let (shown, valid) = idna::domain_to_unicode(ascii);
    if valid.is_ok() { shown } else { ascii.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{ascii, displayed};

    #[test]
    fn u4_a_domain_has_one_form() {
        for typed in [
            "bücher.example",
            "BÜCHER.example",
            "bu\u{308}cher.example",
            "xn--bcher-kva.example",
            "XN--BCHER-KVA.EXAMPLE",
            "bücher。example",
            "ｂücher.example",
        ] {
            assert_eq!(ascii(typed).as_deref(), Some("xn--bcher-kva.example"), "{typed}");
            assert_eq!(displayed(&ascii(typed).unwrap()), "bücher.example");
        }
        for bad in [
            "example",
            "a..example",
            "-a.example",
            "a.example.",
            "1.2.3.4",
            "a_b.example",
            "a/b.example",
            "xn--a.example",
            "",
            "a.b@c.example",
        ] {
            assert_eq!(ascii(bad), None, "{bad}");
        }
    }

    #[test]
    fn f14_a_domain_that_passes_for_another_is_displayed_as_a_labels() {
        let mixed = ascii("аccounts.harbor.example").unwrap();
        assert_eq!(displayed(&mixed), mixed);
        assert!(mixed.starts_with("xn--"));
        // a whole label in another script that looks like a Latin one
        let whole = ascii("сахо.example").unwrap();
        assert_eq!(displayed(&whole), whole);
        assert_eq!(displayed(&ascii("почта.example").unwrap()), "почта.example");
        assert_eq!(displayed(&ascii("예시.example").unwrap()), "예시.example");
    }
}
