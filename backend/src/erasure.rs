//! The end of an account, whoever brings it about: nothing of it stays but one pseudonymous line that says who did.

use crate::guess;
use crate::notice::{email_of, phone_of};
use crate::random::uuid;
use crate::state::Backend;
use crate::store::{AccountRow, Remains, Tx};
use contract::Problem;

/// Erases the account in one transaction with the line that remains.
pub(crate) async fn erase(
    backend: &Backend,
    mut tx: Tx,
    account: &AccountRow,
    remains: Remains,
) -> Result<(), Problem> {
    let keys = backend.keys();
    let pseudonym = keys.pseudonym(&account.id.to_string());
    let id = uuid(backend.random())?;
    tx.audit(id, remains, &pseudonym, backend.now()).await?;
    let addresses = [email_of(account), phone_of(account)].map(|to| keys.address(to.kind(), &to.canonical));
    tx.forget_addresses(&addresses).await?;
    // what was counted at its addresses stays for as long as at any other: its end would show that there was an account
    guess::forget(&mut tx, account.id).await?;
    tx.delete_account(account.id).await?;
    tx.commit().await?;
    // erased for good once the log is empty too; held up by a reader, closing or the next start does it
    if !backend.store().empty_log().await.unwrap_or(false) {
        tracing::warn!("the write-ahead log could not be emptied after an erasure");
    }
    Ok(())
}
