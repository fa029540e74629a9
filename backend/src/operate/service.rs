//! Credentials of services that accept authentication keys. Each act leaves a line that stays, under a pseudonym of the
//! service's name, in the transaction of the act.

use crate::code::fingerprint;
use crate::http::insist::insist;
use crate::random::{bytes, uuid};
use crate::state::Backend;
use crate::store::{Remains, ServiceRow, Tx};
use contract::key::ServiceSecret;
use contract::{Moment, Problem, ProblemCode, Rule, Secret, rules};
use zeroize::Zeroizing;

/// A service that may ask whether a key works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// What the operator calls it.
    pub name: String,
    /// When its credential was made.
    pub created_at: Moment,
}

impl Backend {
    /// Makes a service's credential, which is shown here and never again. One with this name before it stops working.
    pub async fn issue_service_credential(&self, name: &str) -> Result<Secret<String>, Problem> {
        let named = rules::label(name).map_err(|rule| Problem::field(ProblemCode::Rejected, "name", rule))?;
        let random = Zeroizing::new(bytes::<32>(self.random())?);
        let secret = ServiceSecret::from_random(&random);
        insist(self, || async {
            let mut tx = self.store().write().await?;
            let exchanged = tx.delete_service(&named).await?;
            tx.insert_service(&named, &fingerprint(secret.expose()), self.now()).await?;
            let what = if exchanged { Remains::ServiceExchanged } else { Remains::ServiceAdmitted };
            self.commit_with_line(tx, what, &named).await
        })
        .await?;
        Ok(Secret::from(secret.expose()))
    }

    /// The services that may ask, by name.
    pub async fn services(&self) -> Result<Vec<Service>, Problem> {
        let rows = insist(self, || async { Ok::<_, Problem>(self.store().read().await?.services().await?) });
        let face = |row: ServiceRow| Service {
            name: row.name,
            created_at: Moment::from_millisecond(row.created_at),
        };
        Ok(rows.await?.into_iter().map(face).collect())
    }

    /// Shuts a service out.
    pub async fn revoke_service_credential(&self, name: &str) -> Result<(), Problem> {
        insist(self, || async {
            let mut tx = self.store().write().await?;
            if !tx.delete_service(name).await? {
                return Err(Problem::field(ProblemCode::NotFound, "name", Rule::Unknown));
            }
            self.commit_with_line(tx, Remains::ServiceRemoved, name).await
        })
        .await
    }

    async fn commit_with_line(&self, mut tx: Tx, what: Remains, name: &str) -> Result<(), Problem> {
        let (id, pseudonym) = (uuid(self.random())?, self.keys().pseudonym(&format!("service {name}")));
        tx.audit(id, what, &pseudonym, self.now()).await?;
        tx.commit().await?;
        tracing::info!(line = %id, event = what.as_str(), "a service's credential was changed");
        Ok(())
    }
}
