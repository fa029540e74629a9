//! Accounts as an operator makes, finds and removes them. Whoever makes one vouches for the addresses; the rules for what
//! is in it are those of everybody.

use crate::address::sent_to;
use crate::draft::{Draft, described};
use crate::erasure::erase;
use crate::http::insist::insist;
use crate::state::Backend;
use crate::store::{AccountRow, NewAccountRow, Remains};
use contract::activity::Event;
use contract::verification::Channel;
use contract::{AccountId, Moment, Problem, ProblemCode};

/// An account in an operator's list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    /// Which account.
    pub id: AccountId,
    /// Its email address, most of it masked.
    pub email: String,
    /// When it was created.
    pub created_at: Moment,
    /// Whether its owner enabled a second factor.
    pub two_factor: bool,
    /// Since when an operator keeps it from being used; none where it may be.
    pub disabled_at: Option<Moment>,
}

/// Why an account was not created.
#[derive(Debug, Clone, PartialEq)]
pub enum NotCreated {
    /// What is in it is refused, or the backend cannot do it now.
    Refused(Problem),
    /// One of the addresses, or both, belong to another account.
    Taken {
        /// The email address does.
        email: bool,
        /// The mobile phone does.
        mobile_phone: bool,
    },
}

impl<F: Into<Problem>> From<F> for NotCreated {
    fn from(fault: F) -> Self {
        Self::Refused(fault.into())
    }
}

impl Backend {
    /// Creates an account for somebody whose addresses the operator vouches for.
    pub async fn create_account(&self, draft: Draft<'_>) -> Result<AccountId, NotCreated> {
        let new = described(self, draft)?.hashed(self).await?;
        insist(self, || self.create_once(&new)).await?
    }

    async fn create_once(&self, new: &NewAccountRow) -> Result<Result<AccountId, NotCreated>, Problem> {
        let mut tx = self.store().write().await?;
        let taken = tx.taken(&new.email_canonical, &new.mobile_phone, None).await?;
        if taken.email || taken.mobile_phone {
            return Ok(Err(NotCreated::Taken { email: taken.email, mobile_phone: taken.mobile_phone }));
        }
        tx.insert_account(new).await?;
        tx.record(new.id, Event::AccountCreated, None, new.now, self.settings().activity_max).await?;
        tx.commit().await?;
        Ok(Ok(new.id))
    }

    /// At most `most` accounts after one, in the order of their ids.
    pub async fn list_accounts(&self, after: Option<AccountId>, most: u32) -> Result<Vec<Listed>, Problem> {
        let rows = insist(self, || async {
            Ok::<_, Problem>(self.store().read().await?.accounts_after(after, most).await?)
        });
        Ok(rows.await?.iter().map(listed).collect())
    }

    /// The account an operator names by its id or its email address.
    pub async fn find_account(&self, named: &str) -> Result<AccountId, Problem> {
        let found = insist(self, || async {
            let mut tx = self.store().read().await?;
            Ok::<_, Problem>(match named.parse::<uuid::Uuid>() {
                Ok(id) => tx.account(AccountId(id)).await?,
                Err(_) => tx.account_by_email(named).await?,
            })
        });
        Ok(found.await?.ok_or(ProblemCode::NotFound)?.id)
    }

    /// The email address of an account, whole: for whoever is asked to type it.
    pub async fn email_of_account(&self, id: AccountId) -> Result<String, Problem> {
        let found =
            insist(self, || async { Ok::<_, Problem>(self.store().read().await?.account(id).await?) });
        Ok(found.await?.ok_or(ProblemCode::NotFound)?.email)
    }

    /// Erases an account as its owner would: all of it, but for one pseudonymous line.
    pub async fn delete_account(&self, id: AccountId) -> Result<(), Problem> {
        insist(self, || async {
            let mut tx = self.store().write().await?;
            let account = tx.account(id).await?.ok_or(ProblemCode::NotFound)?;
            erase(self, tx, &account, Remains::AccountDeletedByOperator).await
        })
        .await
    }
}

fn listed(row: &AccountRow) -> Listed {
    Listed {
        id: row.id,
        email: sent_to(Channel::Email, &row.email, ""),
        created_at: Moment::from_millisecond(row.created_at),
        two_factor: row.two_factor,
        disabled_at: row.disabled_at.map(Moment::from_millisecond),
    }
}
