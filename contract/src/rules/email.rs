//! Email addresses by RFC 5321 syntax: how one is read, displayed, compared and sent.

use super::{EMAIL_MAX, Rule, domain, text, visible};

/// An address with a dotted domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As typed, in NFC.
    local: String,
    /// As typed, where it needs no conversion to be displayed.
    typed: Option<String>,
    /// With A-labels, in lower case.
    domain: String,
}

impl Address {
    /// Reads what was typed or pasted; what cannot be seen at its ends is dropped.
    pub fn parse(typed: &str) -> Result<Self, Rule> {
        const TOO_LONG: Rule = Rule::TooLong { max: EMAIL_MAX };
        if text::code_points(typed) > EMAIL_MAX {
            return Err(TOO_LONG);
        }
        let canonical = text::nfc(text::trim(typed));
        if canonical.is_empty() {
            return Err(Rule::Missing);
        }
        visible::seen(&canonical)?;
        let (local, typed) = canonical.rsplit_once('@').ok_or(Rule::NotAnEmailAddress)?;
        let domain = domain::ascii(typed).ok_or(Rule::NotAnEmailAddress)?;
        let address = Self {
            local: local.to_owned(),
            typed: (typed.is_ascii() && !domain::has_a_label(typed)).then(|| typed.to_owned()),
            domain,
        };
        let (sent, options) = (address.sent(), email_address::Options::default());
        let options = options.with_required_tld().without_display_text().without_domain_literal();
        if sent.len() > EMAIL_MAX as usize {
            return Err(TOO_LONG);
        }
        match email_address::EmailAddress::parse_with_options(&sent, options) {
            Ok(_) if !local.starts_with('"') => Ok(address),
            _ => Err(Rule::NotAnEmailAddress),
        }
    }

    /// As it is sent to: the domain with A-labels. Only a local part that is not ASCII needs SMTPUTF8.
    pub fn sent(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// As it is compared and counted.
    pub fn canonical(&self) -> String {
        format!("{}@{}", text::nfc(&self.local.to_lowercase()), self.domain)
    }

    /// As it is displayed: the domain with U-labels.
    pub fn displayed(&self) -> String {
        let domain = self.typed.clone().unwrap_or_else(|| displayed(&self.domain));
        format!("{}@{domain}", self.local)
    }

    /// The spellings under which earlier versions stored the address, which compared domains as they were typed.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn unicode_canonical(&self) -> String {
        format!("{}@{}", text::nfc(&self.local.to_lowercase()), domain::unicode(&self.domain))
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn displayed(ascii: &str) -> String {
    domain::displayed(ascii)
}

/// A page displays what the backend answered, and never what it made of typed text.
#[cfg(target_arch = "wasm32")]
fn displayed(ascii: &str) -> String {
    ascii.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{super::Rule, Address};

    #[test]
    fn u4_one_mailbox_has_one_canonical_form() {
        for typed in [
            "mina@bücher.example",
            "Mina@BÜCHER.example",
            "mina@xn--bcher-kva.example",
            " mina@bu\u{308}cher.example\u{200b}",
        ] {
            let address = Address::parse(typed).unwrap();
            assert_eq!(address.canonical(), "mina@xn--bcher-kva.example", "{typed}");
            assert_eq!(address.displayed().to_lowercase(), "mina@bücher.example", "{typed}");
            assert_eq!(address.unicode_canonical(), "mina@bücher.example", "{typed}");
        }
        let plain = Address::parse("Mina.Park@Harbor.example").unwrap();
        assert_eq!(plain.displayed(), "Mina.Park@Harbor.example");
        assert_eq!(plain.canonical(), "mina.park@harbor.example");
    }

    #[test]
    fn u5_an_address_is_sent_to_with_a_labels() {
        assert!(Address::parse("mina@bücher.example").unwrap().sent().is_ascii());
        assert_eq!(Address::parse("민아@예시.example").unwrap().sent(), "민아@xn--vv4b11d.example");
    }

    #[test]
    fn f14_a_domain_that_passes_for_another_is_not_displayed_as_it() {
        assert_eq!(Address::parse("mina@hаrbor.example").unwrap().displayed(), "mina@xn--hrbor-4ve.example");
    }

    #[test]
    fn the_length_of_what_is_sent_is_bounded() {
        let long = format!("{}@{}example", "m".repeat(60), "ü.".repeat(24));
        assert!(long.len() < 254 && Address::parse(&long).is_err(), "{}", long.len());
        assert_eq!(Address::parse(&long), Err(Rule::TooLong { max: 254 }));
        assert_eq!(Address::parse(&"m".repeat(255)), Err(Rule::TooLong { max: 254 }));
    }
}
