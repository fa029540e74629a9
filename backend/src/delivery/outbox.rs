//! Messages on their way: queued in the transaction of what they tell about, and sealed, so that neither an address nor
//! an authentication number ever lies in the database in clear.

use crate::address::Address;
use crate::code::Keys;
use crate::config::Language;
use crate::random::{Exhausted, Random, uuid};
use crate::sealed;
use crate::store::{OutboxRow, Stored, Tx};
use contract::AccountId;
use contract::message::{Notice, NumberReason};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

/// What a message says, without what is only known when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Says {
    Number {
        number: String,
        reason: NumberReason,
        /// How long it works, from when it was asked for.
        #[serde(default = "usual_minutes")]
        minutes: u32,
    },
    AlreadyRegistered,
    /// Nothing: it is stored as done, so that storing it takes the work of a message.
    Nothing,
    Notice {
        notice: Notice,
        place: Option<String>,
    },
}

/// What was sealed before letters said it.
const fn usual_minutes() -> u32 {
    10
}

/// What is sealed: where to, in which language, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub to: String,
    #[serde(default)]
    pub language: Language,
    pub says: Says,
}

/// A letter with what is stored beside it.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub to: &'a Address,
    pub language: Language,
    pub says: Says,
    pub account: Option<AccountId>,
    pub number: Option<Uuid>,
    pub at: i64,
}

/// Seals the letter and queues it in `tx`.
pub(crate) async fn queue(
    tx: &mut Tx,
    keys: &Keys,
    random: &dyn Random,
    message: Outgoing<'_>,
) -> Result<(), contract::Problem> {
    let id = uuid(random)?;
    let done = message.says == Says::Nothing;
    let letter = Letter { to: message.to.shown.clone(), language: message.language, says: message.says };
    let sealed = seal(keys, random, id, &letter)?;
    let row = OutboxRow {
        id,
        account_id: message.account,
        number_id: message.number,
        address: keys.address(message.to.kind(), &message.to.canonical),
        channel: message.to.channel,
        at: message.at,
        sealed,
        done,
    };
    let queued: Stored<()> = tx.queue(&row).await;
    Ok(queued?)
}

/// Always of a multiple of 256 bytes, so that its length does not tell a number from a notice.
fn seal(keys: &Keys, random: &dyn Random, id: Uuid, letter: &Letter) -> Result<String, Exhausted> {
    let mut text = Zeroizing::new(serde_json::to_vec(letter).map_err(|_| Exhausted)?);
    let padded = text.len().next_multiple_of(256);
    text.resize(padded, b' ');
    sealed::seal(keys.seal(), random, id.as_bytes(), &text)
}

/// Opens what [`seal`] made; `None` where it was made under another key.
pub(crate) fn unseal(keys: &Keys, id: Uuid, sealed: &str) -> Option<Letter> {
    let text = sealed::unseal(keys.seal(), id.as_bytes(), sealed)?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::{Keys, Letter, Says, seal, unseal};
    use crate::config::Language;
    use crate::random::SystemRandom;
    use contract::Secret;
    use contract::message::NumberReason;
    use uuid::Uuid;

    // OTP-9: what is stored of a message tells nothing without the key
    #[test]
    fn otp_9_a_sealed_letter_opens_with_its_key_and_id_alone() {
        let keys = Keys::derive(&Secret::new([1; 32]));
        let letter = Letter {
            to: "mina.park@harbor.example".to_owned(),
            language: Language::Korean,
            says: Says::Number { number: "012345".to_owned(), reason: NumberReason::SignIn, minutes: 10 },
        };
        let id = Uuid::from_u128(1);
        let sealed = seal(&keys, &SystemRandom, id, &letter).unwrap();
        assert!(!sealed.contains("012345") && !sealed.contains("mina"));
        assert_eq!(unseal(&keys, id, &sealed), Some(letter));
        assert_eq!(unseal(&keys, Uuid::from_u128(2), &sealed), None);
        assert_eq!(unseal(&Keys::derive(&Secret::new([2; 32])), id, &sealed), None);
        assert_eq!(unseal(&keys, id, "short"), None);
    }
}
