//! The configuration file of the server, `/etc/postern/backend.toml`: its sections, the rules between them, and what the
//! backend is told of it. The manual and the schema are made from the words in these files.

use super::accounts::{Accounts, Method, is_region};
use super::around::{Expected, Named};
use super::database::{Database, Key, is_address};
use super::delivery::{Mail, Messages, TextMessage, Tries, WithoutCarrier, is_hello_name, is_mailbox};
use super::finding::Notes;
use super::http::{Http, is_network};
use super::limits::{Budgets, HashingCost, Lifetimes};
use super::log::Log;
use super::reading::{Configured, Format};
use super::{Hashing, Settings, TextCountries};
use crate::settings::{self, Delivery, Gateway, Retry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The configuration of postern-backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Configuration of postern-backend")]
#[allow(missing_docs, reason = "each section says itself what it is for")]
pub struct Configuration {
    pub database: Database,
    #[serde(default)]
    pub key: Key,
    #[serde(default)]
    pub http: Http,
    #[serde(default)]
    pub log: Log,
    #[serde(default)]
    pub accounts: Accounts,
    #[serde(default)]
    pub lifetimes: Lifetimes,
    #[serde(default)]
    pub hashing: HashingCost,
    #[serde(default)]
    pub budgets: Budgets,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Mail")]
    pub mail: Option<Mail>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "TextMessage")]
    pub text_message: Option<TextMessage>,
    #[serde(default)]
    pub retry: Tries,
    #[serde(default)]
    pub messages: Messages,
}

impl Configured for Configuration {
    const FORMATS: &'static [Format] = &[
        Format {
            name: "database",
            holds: is_address,
            expected: "`sqlite:///ABSOLUTE/PATH` or `postgres://USER@HOST/NAME`",
        },
        Format {
            name: "socket-address",
            holds: |text| text.parse::<SocketAddr>().is_ok(),
            expected: "an IP address and a port, like `127.0.0.1:8737` or `[::1]:8737`",
        },
        Format {
            name: "network",
            holds: is_network,
            expected: "an IP address or a network, like `192.0.2.7`, `10.0.0.0/8` or `fd00::/8`",
        },
        Format {
            name: "mailbox",
            holds: is_mailbox,
            expected: "an address, or a name with an address: `Postern <postern@harbor.example>`",
        },
        Format {
            name: "hello-name",
            holds: is_hello_name,
            expected: "a full name like `accounts.harbor.example`, or an address literal like `[192.0.2.7]`",
        },
        Format { name: "region", holds: is_region, expected: "two capital letters of ISO 3166-1, like `KR`" },
    ];

    fn rules(&self, notes: &mut Notes) {
        self.database.rules(&self.key, notes);
        self.http.rules(notes);
        self.accounts.rules(notes);
        if let Some(mail) = &self.mail {
            mail.rules(notes);
        }
        if let Some(text_message) = &self.text_message {
            text_message.rules(notes);
        }
        self.warn_of_missing_carriers(notes);
        let lifetimes = &self.lifetimes;
        if lifetimes.number_resend_seconds > lifetimes.number_seconds {
            notes.error(
                "lifetimes.number_resend_seconds",
                format!("{} seconds", lifetimes.number_resend_seconds),
                &format!("at most `number_seconds`, which is {}", lifetimes.number_seconds),
                "shorten it, so that a number that has expired can be replaced at once",
            );
        }
        if lifetimes.session_idle_seconds > lifetimes.session_absolute_seconds {
            notes.error(
                "lifetimes.session_idle_seconds",
                format!("{} seconds", lifetimes.session_idle_seconds),
                &format!(
                    "at most `session_absolute_seconds`, which is {}",
                    lifetimes.session_absolute_seconds
                ),
                "shorten it",
            );
        }
    }
}

impl Configuration {
    /// On a shared database nobody looks after messages that are kept in place.
    fn warn_of_missing_carriers(&self, notes: &mut Notes) {
        if self.database.path().is_some() || self.without_carrier() == WithoutCarrier::Kept {
            return;
        }
        let Accounts { sign_up, methods, .. } = &self.accounts;
        for (section, method, what, there) in [
            ("mail", Method::Email, "emails", self.mail.is_some()),
            ("text_message", Method::TextMessage, "text messages", self.text_message.is_some()),
        ] {
            if !there && (*sign_up || methods.contains(&method)) {
                notes.warning(
                    section,
                    "nothing",
                    &format!("who carries {what}, since people are to get numbers so"),
                    &format!("add the section `[{section}]`, or offer neither sign-up nor this method in `[accounts]`"),
                );
            }
        }
    }

    /// Where the backend's key is.
    pub fn key_file(&self) -> PathBuf {
        self.key.file.clone().unwrap_or_else(|| {
            let mut path = self.database.path().unwrap_or_else(|| "backend".as_ref()).as_os_str().to_owned();
            path.push(".key");
            path.into()
        })
    }

    /// Every path in it.
    pub fn paths<'a>(&'a mut self) -> Vec<Named<'a>> {
        let named = |key, path, expected| Named { key, path, expected };
        let mut all = Vec::new();
        if let Some(path) = &mut self.key.file {
            all.push(named("key.file", path, Expected::Made));
        }
        if let Some(path) = &mut self.database.password_file {
            all.push(named("database.password_file", path, Expected::Secret));
        }
        if let Some(tls) = &mut self.http.tls {
            all.push(named("http.tls.certificate", &mut tls.certificate, Expected::Chain));
            all.push(named("http.tls.key", &mut tls.key, Expected::Key));
        }
        let (mail, text) = (self.mail.as_mut(), self.text_message.as_mut());
        let mut optional = |key, path: Option<&'a mut PathBuf>, expected| {
            all.extend(path.map(|path| named(key, path, expected)));
        };
        if let Some(mail) = mail {
            optional("mail.password_file", mail.password_file.as_mut(), Expected::Secret);
            optional("mail.ca_file", mail.ca_file.as_mut(), Expected::Authorities);
        }
        if let Some(text) = text {
            optional("text_message.token_file", text.token_file.as_mut(), Expected::Secret);
            optional("text_message.ca_file", text.ca_file.as_mut(), Expected::Authorities);
        }
        all
    }

    /// What becomes of messages that nothing here sends. Beside other servers on a shared database, or where one of the
    /// carriers is there, a missing one may well be an oversight.
    pub fn without_carrier(&self) -> WithoutCarrier {
        let alone = self.database.path().is_some() && self.mail.is_none() && self.text_message.is_none();
        let usual = if alone { WithoutCarrier::Kept } else { WithoutCarrier::Queued };
        self.messages.without_carrier.unwrap_or(usual)
    }

    /// What the backend is told.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings {
            hashing: Hashing::from(&self.hashing),
            proof_lifetime_seconds: self.lifetimes.proof_seconds,
            sends_max: self.budgets.numbers_to_an_address,
            sends_daily_max: self.budgets.numbers_to_an_address_daily,
            sends_of_account_max: self.budgets.numbers_of_an_account,
            sends_altogether_max: self.budgets.numbers_altogether,
            peer_sends_max: self.budgets.numbers_asked_from_one_place,
            peer_failures_max: self.budgets.refusals_from_one_place,
            activity_max: self.budgets.activity_entries,
            texts_to_a_country_max: self.budgets.texts_to_a_country_a_day,
            texts_a_day_max: self.budgets.texts_a_day,
            text_countries: match &self.accounts.text_message_countries {
                Some(countries) => {
                    TextCountries::Only(countries.iter().map(|country| country.0.clone()).collect())
                }
                None => TextCountries::DefaultRegion,
            },
            language: self.accounts.language.into(),
            insists_on_key: true,
            migrates: self.database.migrate,
            request_time_limit: self.http.request_time_limit(),
            delivery: Delivery {
                elsewhere: false,
                uncarried: self.without_carrier().into(),
                retry: Retry::from(&self.retry),
                mail: self.mail.as_ref().map(settings::Mail::from),
                text_message: self.text_message.as_ref().map(Gateway::from),
            },
            ..Settings::default()
        };
        let capabilities = &mut settings.capabilities;
        capabilities.sign_up = self.accounts.sign_up;
        capabilities.default_region.clone_from(&self.accounts.default_region);
        capabilities.methods = self.accounts.methods.iter().map(|method| (*method).into()).collect();
        capabilities.weak_methods.retain(|weak| capabilities.methods.contains(weak));
        capabilities.number_lifetime_seconds = self.lifetimes.number_seconds;
        capabilities.number_resend_seconds = self.lifetimes.number_resend_seconds;
        capabilities.step_up_seconds = self.lifetimes.step_up_seconds;
        capabilities.session_idle_seconds = self.lifetimes.session_idle_seconds;
        capabilities.session_absolute_seconds = self.lifetimes.session_absolute_seconds;
        settings
    }
}
