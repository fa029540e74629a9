//! What carries a message on, and what may come of a try. A carrier knows nothing of the queue; it gets one message with
//! one key, the message's id, which is the same at every try, so that whoever gets it twice can tell.

use super::gateway::TextMessages;
use super::settings::Delivery;
use super::smtp::Relay;
use super::unusable::Unusable;
use crate::error::OpenError;
use contract::Moment;
use contract::verification::Channel;
use std::time::Duration;
use uuid::Uuid;

/// One message in words, for one address.
pub(crate) struct Parcel {
    /// The key by which a second copy is known.
    pub id: Uuid,
    pub to: String,
    /// When it was queued: the same at every try, as all else in it.
    pub at: Moment,
    pub wording: crate::words::Wording,
    pub language: crate::config::Language,
}

/// What came of a try. The word says why, for the log and the operator; nothing of the message is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tried {
    /// Taken over by the other side.
    Taken,
    /// It may go another time, at the earliest after so long, where the other side said so.
    Later { fault: &'static str, after: Option<Duration> },
    /// The other side refuses this server and not the message: it waits until an operator has seen to that, retried now and
    /// then. `fault` is one of [`crate::store::BLOCKED`].
    Blocked { fault: &'static str, after: Option<Duration> },
    /// It will never go.
    Refused { fault: &'static str },
}

impl Tried {
    pub(super) const fn later(fault: &'static str) -> Self {
        Self::Later { fault, after: None }
    }

    pub(super) const fn blocked(fault: &'static str) -> Self {
        Self::Blocked { fault, after: None }
    }
}

/// One of the two.
#[derive(Debug)]
pub(crate) enum Carrier {
    Relay(Box<Relay>),
    TextMessages(Box<TextMessages>),
}

impl Carrier {
    /// What carries this channel's messages, or nothing where they are kept in place.
    pub(crate) fn open(delivery: &Delivery, channel: Channel) -> Result<Option<Self>, OpenError> {
        match channel {
            Channel::Email => {
                let relay = delivery.mail.as_ref().map(Relay::open).transpose();
                relay
                    .map(|relay| relay.map(Box::new).map(Self::Relay))
                    .map_err(|fault| unusable("mail", &fault))
            }
            Channel::TextMessage => {
                let gateway = delivery.text_message.as_ref().map(TextMessages::open).transpose();
                gateway
                    .map(|gateway| gateway.map(Box::new).map(Self::TextMessages))
                    .map_err(|fault| unusable("text_message", &fault))
            }
        }
    }

    /// Tries once, within the time-out.
    pub(crate) async fn carry(&self, parcel: &Parcel) -> Tried {
        let carrying = async {
            match self {
                Self::Relay(relay) => relay.carry(parcel).await,
                Self::TextMessages(gateway) => gateway.carry(parcel).await,
            }
        };
        tokio::time::timeout(self.timeout(), carrying).await.unwrap_or(Tried::later("no_answer"))
    }

    pub(crate) fn timeout(&self) -> Duration {
        match self {
            Self::Relay(relay) => relay.timeout(),
            Self::TextMessages(gateway) => gateway.timeout(),
        }
    }

    pub(crate) fn per_minute(&self) -> u32 {
        match self {
            Self::Relay(relay) => relay.per_minute(),
            Self::TextMessages(gateway) => gateway.per_minute(),
        }
    }
}

/// What keeps each section of the configuration from being used, found as [`Carrier::open`] finds it.
pub(crate) fn unopened(delivery: &Delivery) -> Vec<(&'static str, Unusable)> {
    let relay = delivery.mail.as_ref().and_then(|mail| Relay::open(mail).err());
    let gateway = delivery.text_message.as_ref().and_then(|text| TextMessages::open(text).err());
    [("mail", relay), ("text_message", gateway)]
        .into_iter()
        .filter_map(|(section, fault)| Some((section, fault?)))
        .collect()
}

fn unusable(section: &str, fault: &Unusable) -> OpenError {
    OpenError::Delivery(format!("{section}.{fault}"))
}
