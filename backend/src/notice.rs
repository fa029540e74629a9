//! Tells the owner of an account what happened to it.

use crate::address::Address;
use crate::delivery::outbox::{Outgoing, Says, queue};
use crate::state::Backend;
use crate::store::{AccountRow, Tx};
use contract::Problem;
use contract::message::Notice;

/// Queues the notice for each of the addresses, once for each.
pub(crate) async fn tell(
    backend: &Backend,
    tx: &mut Tx,
    account: &AccountRow,
    notice: Notice,
    place: Option<&str>,
    to: &[Address],
) -> Result<(), Problem> {
    for (position, address) in to.iter().enumerate() {
        if to[..position].iter().any(|earlier| earlier.canonical == address.canonical) {
            continue;
        }
        let message = Outgoing {
            to: address,
            language: backend.language(),
            says: Says::Notice { notice, place: place.map(str::to_owned) },
            account: Some(account.id),
            number: None,
            at: backend.now(),
        };
        queue(tx, backend.keys(), backend.random(), message).await?;
    }
    Ok(())
}

/// The account's email address.
pub(crate) fn email_of(account: &AccountRow) -> Address {
    Address::stored_email(&account.email)
}

/// The account's mobile phone.
pub(crate) fn phone_of(account: &AccountRow) -> Address {
    Address::stored_phone(&account.mobile_phone)
}
