//! Proving an address: the number goes out, comes back, and becomes a proof.

use super::Handle;
use crate::address::Address;
use crate::caller::{SignedIn, Unlocked};
use crate::code::{fingerprint, token};
use crate::guess::Door;
use crate::number::{self, Issue, Quiet};
use crate::peer::{self, Act};
use crate::state::Backend;
use crate::store::{Binding, Budget, NumberPurpose, ProofRow, Tried};
use contract::activity::Event;
use contract::message::NumberReason;
use contract::operation::{ConfirmVerification, StartVerification};
use contract::verification::{Channel, Proof, Purpose, VerificationSent};
use contract::{Problem, ProblemCode, Rule, VerificationId};

impl Handle for StartVerification {
    type Caller = Option<SignedIn>;
    async fn handle(self, caller: Option<SignedIn>, backend: &Backend) -> Result<VerificationSent, Problem> {
        let capabilities = &backend.settings().capabilities;
        // who may ask comes before what is asked
        let owner = match self.body.purpose {
            Purpose::SignUp { .. } if !capabilities.sign_up => return Err(ProblemCode::NotPermitted.into()),
            Purpose::SignUp { .. } => None,
            Purpose::ChangeContact => {
                Some(Unlocked::of(caller.ok_or(ProblemCode::Unauthenticated)?, backend)?.0)
            }
        };
        let to = Address::read(self.body.channel, &self.body.address, &capabilities.default_region)
            .map_err(|rule| Problem::field(ProblemCode::Rejected, "address", rule))?;
        if to.channel == Channel::TextMessage {
            let country = crate::address::country(&to.canonical);
            let served = &backend.settings().text_countries;
            if !served.serve(country.as_deref(), &capabilities.default_region) {
                return Err(Problem::field(ProblemCode::Rejected, "address", Rule::CountryNotServed));
            }
        }
        let mut tx = match &owner {
            Some(owner) => owner.begin(backend).await?,
            None => backend.store().write().await?,
        };
        // both columns are asked in one statement whatever the channel, so that known and unknown take the same work
        let taken = tx.taken(&to.canonical, &to.canonical, None).await?;
        let issue = match (self.body.purpose, &owner) {
            (Purpose::SignUp { asker }, _) => Issue {
                binding: Binding::Asker(asker),
                purpose: NumberPurpose::SignUp,
                budget: Budget::SignUp,
                reason: NumberReason::CreateAccount,
                to: &to,
                account: None,
                paced: true,
                registered: taken.email || taken.mobile_phone,
                quiet: Quiet::No,
            },
            (Purpose::ChangeContact, None) => return Err(ProblemCode::Unauthenticated.into()),
            (Purpose::ChangeContact, Some(owner)) => Issue {
                binding: Binding::Session(owner.session.id),
                purpose: NumberPurpose::ChangeContact,
                budget: Budget::ChangeContact,
                reason: match to.channel {
                    Channel::Email => NumberReason::ChangeEmail,
                    Channel::TextMessage => NumberReason::ChangeMobilePhone,
                },
                to: &to,
                account: Some(owner.account()),
                paced: true,
                registered: false,
                quiet: Quiet::No,
            },
        };
        if owner.is_none() {
            peer::allowed(backend, &mut tx, Act::SignUp).await?;
            peer::count(backend, &mut tx, Act::SignUp).await?;
        }
        let (row, number) = number::issue(backend, &mut tx, issue).await?;
        let sent = VerificationSent { id: VerificationId(row.id), number };
        backend.acknowledge(tx, sent).await
    }
}

impl Handle for ConfirmVerification {
    type Caller = Option<SignedIn>;
    async fn handle(self, caller: Option<SignedIn>, backend: &Backend) -> Result<Proof, Problem> {
        let mut tx = match &caller {
            Some(caller) => caller.begin(backend).await?,
            None => backend.store().write().await?,
        };
        // the number is the session's that asked for it; its proof is the account's, so that it outlives a new sign-in
        let (asked, proven, account) = match (self.body.asker, &caller) {
            (Some(asker), _) => ((Binding::Asker(asker), NumberPurpose::SignUp), Binding::Asker(asker), None),
            (None, Some(caller)) => {
                let asked = (Binding::Session(caller.session.id), NumberPurpose::ChangeContact);
                (asked, Binding::Account(caller.account()), Some(caller.account()))
            }
            (None, None) => return Err(ProblemCode::NotFound.into()),
        };
        let door = caller.as_ref().filter(|_| account.is_some());
        let door = door.map(|caller| Door::Session(caller.session.id, caller.account()));
        let typed = &self.body.number;
        let tried = number::attempt(backend, &mut tx, self.id.0, asked, door.as_ref(), typed).await?;
        let counted = matches!(tried, Tried::Wrong { .. });
        let row = match number::right(backend, tried) {
            Ok(row) => row,
            Err(refusal) if refusal.code == ProblemCode::NotFound => return Err(refusal),
            Err(refusal) => {
                if let (Some(caller), Some(account)) = (&caller, account) {
                    let (most, place) = (backend.settings().activity_max, caller.session.place.as_deref());
                    tx.record(account, Event::ContactNumberRefused, place, backend.now(), most).await?;
                }
                if counted {
                    return backend.refuse(tx, refusal).await;
                }
                backend.commit_number(tx).await?;
                return Err(refusal);
            }
        };
        let proof = token(backend.random())?;
        let lifetime = backend.settings().proof_lifetime_seconds;
        let stored = ProofRow {
            hash: fingerprint(proof.expose()),
            binding: proven,
            purpose: row.purpose,
            channel: row.channel,
            address: row.address,
        };
        tx.insert_proof(&stored, account, backend.now() + i64::from(lifetime) * 1000).await?;
        let proof = Proof { proof: proof.expose().clone(), valid_for_seconds: lifetime };
        backend.acknowledge(tx, proof).await
    }
}
