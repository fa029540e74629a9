//! Addresses in the forms that are compared, shown and masked. National phone formats come from libphonenumber's
//! tables, which only the backend carries.

use contract::Rule;
use contract::rules::{self, email};
use contract::verification::Channel;
use phonenumber::{Mode, PhoneNumber, Type};

/// An address that can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub channel: Channel,
    /// As it is written to and shown: the email as typed, the phone in E.164.
    pub shown: String,
    /// What makes two spellings the same address: the email in lower case with A-labels, the phone in E.164.
    pub canonical: String,
}

impl Address {
    /// Reads what was typed. `region` is where a phone number without a country code is taken to be.
    pub(crate) fn read(channel: Channel, typed: &str, region: &str) -> Result<Self, Rule> {
        match channel {
            Channel::Email => {
                let address = email::Address::parse(typed)?;
                Ok(Self { channel, canonical: address.canonical(), shown: address.displayed() })
            }
            Channel::TextMessage => {
                let phone = mobile_phone(typed, region)?;
                Ok(Self { channel, shown: phone.clone(), canonical: phone })
            }
        }
    }

    /// The email address of an account.
    pub(crate) fn stored_email(shown: &str) -> Self {
        Self { channel: Channel::Email, shown: shown.to_owned(), canonical: rules::canonical_email(shown) }
    }

    /// The mobile phone of an account.
    pub(crate) fn stored_phone(e164: &str) -> Self {
        Self { channel: Channel::TextMessage, shown: e164.to_owned(), canonical: e164.to_owned() }
    }

    /// The word for the kind of address in what is hashed.
    pub(crate) const fn kind(&self) -> &'static str {
        match self.channel {
            Channel::Email => "email",
            Channel::TextMessage => "text_message",
        }
    }
}

/// A mobile phone in E.164, read as typed. `region` is where a number without a country code is taken to be.
pub fn mobile_phone(typed: &str, region: &str) -> Result<String, Rule> {
    let compact = rules::mobile_phone(typed)?;
    let number = phonenumber::parse(region.parse().ok(), &compact).map_err(|_| Rule::NotAMobilePhone)?;
    let kind = number.number_type(&phonenumber::metadata::DATABASE);
    // codes of no country are satellites, networks and services: what a message to one costs is unbounded
    let national = number.country().id().is_some();
    if national && number.is_valid() && matches!(kind, Type::Mobile | Type::FixedLineOrMobile) {
        Ok(number.format().mode(Mode::E164).to_string())
    } else {
        Err(Rule::NotAMobilePhone)
    }
}

/// The country of an E.164 number, as ISO 3166-1 writes it.
pub(crate) fn country(e164: &str) -> Option<String> {
    Some(parsed(e164)?.country().id()?.as_ref().to_owned())
}

/// The mailbox that an email address reaches, for budgets alone: sub-addresses and, where the provider ignores them, dots
/// are taken out, so that a thousand spellings are one mailbox. Accounts are never matched by it.
pub(crate) fn mailbox(canonical: &str) -> String {
    let Some((local, domain)) = canonical.rsplit_once('@') else { return canonical.to_owned() };
    let base = local.split('+').next().filter(|base| !base.is_empty()).unwrap_or(local);
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", base.replace('.', "")),
        _ => format!("{base}@{domain}"),
    }
}

fn parsed(e164: &str) -> Option<PhoneNumber> {
    phonenumber::parse(None, e164).ok()
}

/// An E.164 number as people write it: `+82 10-5550-1234`.
pub fn phone_shown(e164: &str) -> String {
    parsed(e164)
        .map_or_else(|| e164.to_owned(), |number| number.format().mode(Mode::International).to_string())
}

/// The same with most of it masked: `+82 10 •••• ••34`.
pub fn phone_masked(e164: &str) -> String {
    let shown = phone_shown(e164);
    let groups: Vec<&str> = shown.split([' ', '-']).filter(|group| !group.is_empty()).collect();
    // country code and, where enough remains hidden, the operator's prefix
    let open = if groups.len() > 3 { 2 } else { 1 };
    let digits: usize = groups.iter().skip(open).map(|group| group.chars().count()).sum();
    let mut place = 0;
    let masked = groups.iter().enumerate().map(|(position, group)| {
        if position < open {
            return (*group).to_owned();
        }
        group
            .chars()
            .map(|digit| {
                place += 1;
                if place + 2 > digits { digit } else { '•' }
            })
            .collect()
    });
    masked.collect::<Vec<String>>().join(" ")
}

/// Where a second factor went, without telling it to somebody who does not know: `34`, `m••••@harbor.example`.
pub(crate) fn sent_to(channel: Channel, email: &str, e164: &str) -> String {
    match channel {
        Channel::Email => {
            let shown = rules::email_address(email).unwrap_or_else(|_| email.to_owned());
            let (local, domain) = shown.rsplit_once('@').unwrap_or((&shown, ""));
            let first: String = local.chars().take(1).collect();
            format!("{first}••••@{domain}")
        }
        Channel::TextMessage => {
            let digits: Vec<char> = e164.chars().collect();
            digits[digits.len().saturating_sub(2)..].iter().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, country, mailbox, phone_masked, phone_shown, sent_to};
    use contract::Rule;
    use contract::verification::Channel;

    #[test]
    fn one_phone_has_one_form_however_it_is_typed() {
        for typed in ["010-5550-1234", "+82 10 5550 1234", "+82-10-5550-1234", "01055501234"] {
            let address = Address::read(Channel::TextMessage, typed, "KR").unwrap();
            assert_eq!(address.canonical, "+821055501234", "{typed}");
        }
        assert_eq!(phone_shown("+821055501234"), "+82 10-5550-1234");
        assert_eq!(phone_masked("+821055501234"), "+82 10 •••• ••34");
        assert_eq!(sent_to(Channel::TextMessage, "m@harbor.example", "+821055501234"), "34");
    }

    // the people of the tests and of the generated requests have numbers of this range; one that is not valid would fail a run by chance
    #[test]
    fn u22_each_number_of_the_fixtures_range_is_valid() {
        for last in (0..1_000_000).step_by(997).chain([999_999]) {
            let typed = format!("+821055{last:06}");
            let address = Address::read(Channel::TextMessage, &typed, "KR");
            assert_eq!(address.map(|address| address.canonical).ok(), Some(typed.clone()), "{typed}");
        }
    }

    #[test]
    fn the_usual_examples_are_taken() {
        for typed in ["010-2345-6789", "+82 10 2345 6789", "010-1234-5678", "010-9876-5432"] {
            assert!(Address::read(Channel::TextMessage, typed, "KR").is_ok(), "{typed}");
        }
    }

    #[test]
    fn phones_of_other_countries_are_taken_and_landlines_are_not() {
        for (typed, canonical) in [
            ("+44 7400 123456", "+447400123456"),
            ("+1 201-555-0123", "+12015550123"),
            ("+33 6 12 34 56 78", "+33612345678"),
        ] {
            assert_eq!(Address::read(Channel::TextMessage, typed, "KR").unwrap().canonical, canonical);
        }
        for bad in [
            "02-312-3456",
            "010-12",
            "+82 10",
            "+999 1234567",
            "0000000",
            // A5: satellites, networks of no country, personal, premium, shared-cost and toll-free numbers
            "+881 612345678",
            "+881 812345678",
            "+870 773111632",
            "+870 301234567",
            "+882 16 12345678",
            "+883 510012345678",
            "+878 101234567890",
            "+979 123456789",
            "+808 12345678",
            "+800 12345678",
            "+44 70 1234 5678",
            "+44 909 879 0123",
            "+44 844 123 4567",
            "+44 800 123 4567",
            "+1 900 234 5678",
            "+1 500 234 5678",
            "050-1234-5678",
            "060-700-1234",
            "080-123-4567",
            "070-1234-5678",
        ] {
            let refused = Address::read(Channel::TextMessage, bad, "KR");
            assert_eq!(refused, Err(Rule::NotAMobilePhone), "{bad}");
        }
    }

    #[test]
    fn a5_spellings_of_one_mailbox_count_together() {
        for spelled in ["victim+1@harbor.example", "victim+a+b@harbor.example", "victim@harbor.example"] {
            assert_eq!(mailbox(spelled), "victim@harbor.example");
        }
        for spelled in ["vic.tim@gmail.com", "victim+x@googlemail.com", "v.i.c.t.i.m@gmail.com"] {
            assert_eq!(mailbox(spelled), "victim@gmail.com");
        }
        assert_eq!(
            mailbox("vic.tim@harbor.example"),
            "vic.tim@harbor.example",
            "dots tell mailboxes apart elsewhere"
        );
        assert_eq!(mailbox("+1@harbor.example"), "+1@harbor.example");
        assert_eq!(country("+821055501234").as_deref(), Some("KR"));
        assert_eq!(country("+18765551234").as_deref(), Some("JM"));
        assert_eq!(country("+12015550123").as_deref(), Some("US"));
    }

    #[test]
    fn an_email_is_shown_as_typed_and_compared_in_lower_case() {
        let address = Address::read(Channel::Email, " Mina.Park@Harbor.example ", "KR").unwrap();
        assert_eq!(address.shown, "Mina.Park@Harbor.example");
        assert_eq!(address.canonical, "mina.park@harbor.example");
        assert_eq!(sent_to(Channel::Email, &address.shown, ""), "M••••@Harbor.example");
    }

    #[test]
    fn a_mask_never_shows_more_than_the_last_two_digits_of_the_subscriber() {
        assert_eq!(phone_masked("+33612345678"), "+33 6 •• •• •• 78");
        assert!(phone_masked("+6591234567").ends_with("67"));
        assert!(!phone_masked("+6591234567").contains("9123"));
    }
}
