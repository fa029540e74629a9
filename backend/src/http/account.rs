//! The account: creating it, reading it, changing it, and its end.

use super::Handle;
use crate::address::{Address, phone_shown};
use crate::caller::{Anybody, SignedIn, Unlocked, moment};
use crate::code::fingerprint;
use crate::draft::{Draft, described};
use crate::erasure::erase;
use crate::notice::{email_of, phone_of, tell};
use crate::peer::{self, Act, Budget};
use crate::state::Backend;
use crate::store::{AccountRow, Binding, NumberPurpose, ProofRow, Remains, Tx};
use contract::account::{Account, AccountChange, Created, ProvenAddress};
use contract::activity::Event;
use contract::message::Notice;
use contract::operation::{CancelSubscription, ChangeAccount, CreateAccount, GetAccount};
use contract::problem::FieldProblem;
use contract::rules;
use contract::verification::Channel;
use contract::{AccountId, Current, ETag, Problem, ProblemCode, Rule};

/// The account as its owner sees it.
pub(super) fn face(row: &AccountRow) -> Account {
    Account {
        id: row.id,
        etag: ETag::of_version(row.version),
        name: row.name.clone(),
        email: row.email.clone(),
        mobile_phone: row.mobile_phone.clone(),
        mobile_phone_shown: phone_shown(&row.mobile_phone),
        task: row.task.clone(),
        created_at: moment(row.created_at),
        password_changed_at: moment(row.password_changed_at),
        changed_at: moment(row.changed_at),
        changed_from: row.changed_from.clone(),
    }
}

/// The caller's own account, which is there as long as the session is.
pub(super) async fn own(tx: &mut Tx, id: AccountId) -> Result<AccountRow, Problem> {
    tx.account(id).await?.ok_or(ProblemCode::Unauthenticated.into())
}

fn rejected(field: &str) -> impl Fn(Rule) -> Problem + '_ {
    move |rule| Problem::field(ProblemCode::Rejected, field, rule)
}

/// A proof that was presented, as it must be stored to be accepted.
fn presented(backend: &Backend, proof: &str, to: &Address, purpose: NumberPurpose, of: Binding) -> ProofRow {
    ProofRow {
        hash: fingerprint(proof),
        binding: of,
        purpose,
        channel: to.channel,
        address: backend.keys().address(to.kind(), &to.canonical),
    }
}

/// Every refused proof, in one answer. A proof of an address that somebody else has by now is refused like any other.
fn proofs(email: bool, mobile_phone: bool) -> Result<(), Problem> {
    let field = |refused: bool, field: &str| {
        refused.then(|| FieldProblem { field: field.to_owned(), rule: Rule::NotProven })
    };
    let fields: Vec<_> =
        field(!email, "email.proof").into_iter().chain(field(!mobile_phone, "mobile_phone.proof")).collect();
    if fields.is_empty() { Ok(()) } else { Err(Problem { fields, ..ProblemCode::ProofRefused.into() }) }
}

impl Handle for CreateAccount {
    type Caller = Anybody;
    async fn handle(self, _: Anybody, backend: &Backend) -> Result<Created, Problem> {
        let capabilities = &backend.settings().capabilities;
        if !capabilities.sign_up {
            return Err(ProblemCode::NotPermitted.into());
        }
        let body = self.body;
        let draft = Draft {
            name: &body.name,
            email: &body.email.address,
            mobile_phone: &body.mobile_phone.address,
            task: body.task.as_deref(),
            password: &body.password,
        };
        let described = described(backend, draft)?;
        let asker = Binding::Asker(body.asker);
        let [email, phone] = [(&body.email, &described.email), (&body.mobile_phone, &described.mobile_phone)]
            .map(|(proven, to)| presented(backend, &proven.proof, to, NumberPurpose::SignUp, asker));

        // nothing is hashed for who has proven nothing; a network that tries it again and again is refused before that
        let budget = Budget::of(backend, Act::Failure);
        let mut tx = backend.store().glance().await?;
        if let Some(budget) = &budget {
            budget.allowed(backend, &mut tx).await?;
        }
        let now = backend.now();
        let proven = [tx.holds_proof(&email, now).await?, tx.holds_proof(&phone, now).await?];
        let taken = tx.taken(&described.email.canonical, &described.mobile_phone.canonical, None).await?;
        drop(tx);
        if let Err(refusal) = proofs(proven[0] && !taken.email, proven[1] && !taken.mobile_phone) {
            if let Some(budget) = &budget {
                let mut tx = backend.store().write().await?;
                budget.allowed(backend, &mut tx).await?;
                budget.count(backend, &mut tx).await?;
                tx.commit().await?;
            }
            return Err(refusal);
        }
        peer::watched(backend, async {
            let new = described.hashed(backend).await?;
            let mut tx = backend.store().write().await?;
            let email_proven = tx.use_proof(&email, new.now).await?;
            let phone_proven = tx.use_proof(&phone, new.now).await?;
            let taken = tx.taken(&new.email_canonical, &new.mobile_phone, None).await?;
            proofs(email_proven && !taken.email, phone_proven && !taken.mobile_phone)?;
            tx.insert_account(&new).await?;
            tx.adopt_numbers(body.asker, new.id).await?;
            let most = backend.settings().activity_max;
            tx.record(new.id, Event::AccountCreated, None, new.now, most).await?;
            backend.adopt_wish(&mut tx, new.id).await?;
            backend.acknowledge(tx, Created { id: new.id, email: new.email }).await
        })
        .await
    }
}

impl Handle for GetAccount {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, _: &Backend) -> Result<Account, Problem> {
        Ok(face(&caller.owner))
    }
}

impl Handle for ChangeAccount {
    type Caller = Unlocked;
    async fn handle(self, caller: Unlocked, backend: &Backend) -> Result<Account, Problem> {
        let Unlocked(caller) = caller;
        let change = Change::read(self.body, &backend.settings().capabilities.default_region)?;
        let mut tx = caller.begin(backend).await?;
        let before = own(&mut tx, caller.account()).await?;
        if self.if_match.version() != Some(before.version) {
            return Err(
                Problem::new(ProblemCode::PreconditionFailed).current(Current::Account(face(&before)))
            );
        }
        let mut after = before.clone();
        change.apply(backend, &mut tx, &mut after).await?;
        if after == before {
            // nothing differs: no new version, nobody is told; a proof that was spent stays spent
            tx.commit().await?;
            return Ok(face(&before));
        }
        let place = caller.session.place.as_deref();
        after.changed_at = backend.now();
        after.changed_from = place.map(str::to_owned);
        tx.update_account(&after).await?;
        after.version += 1;
        if (&after.email, &after.mobile_phone) != (&before.email, &before.mobile_phone) {
            tx.bump_security(after.id).await?;
            // a number that is on its way to the old address opens nothing any more
            tx.kill_challenges(after.id, after.changed_at).await?;
        }
        if factor_moved(&before, &after) {
            tx.delete_other_sessions(after.id, caller.session.id).await?;
        }
        let most = backend.settings().activity_max;
        for (event, happened) in [
            (Event::NameChanged, before.name != after.name),
            (Event::TaskChanged, before.task != after.task),
            (Event::EmailChanged, before.email != after.email),
            (Event::MobilePhoneChanged, before.mobile_phone != after.mobile_phone),
        ] {
            if happened {
                tx.record(after.id, event, place, after.changed_at, most).await?;
            }
        }
        if before.email != after.email {
            let both = [email_of(&before), email_of(&after)];
            tell(backend, &mut tx, &after, Notice::EmailChanged, place, &both).await?;
        }
        if before.mobile_phone != after.mobile_phone {
            let both = [phone_of(&before), phone_of(&after)];
            tell(backend, &mut tx, &after, Notice::MobilePhoneChanged, place, &both).await?;
        }
        backend.commit_and_deliver(tx).await?;
        Ok(face(&after))
    }
}

/// Whether second factors go to another address from now on: a change of factor, though the method is the same.
fn factor_moved(before: &AccountRow, after: &AccountRow) -> bool {
    before.two_factor
        && match before.method {
            Channel::Email => rules::canonical_email(&before.email) != rules::canonical_email(&after.email),
            Channel::TextMessage => before.mobile_phone != after.mobile_phone,
        }
}

/// What happens to the task.
enum TaskChange {
    Stays,
    Becomes(Option<String>),
}

/// A change with every value in its canonical form.
struct Change {
    name: Option<String>,
    task: TaskChange,
    email: Option<(Address, String)>,
    phone: Option<(Address, String)>,
}

impl Change {
    fn read(body: AccountChange, region: &str) -> Result<Self, Problem> {
        let address = |channel, proven: Option<ProvenAddress>, field: &str| {
            proven
                .map(|proven| Ok((Address::read(channel, &proven.address, region)?, proven.proof)))
                .transpose()
                .map_err(rejected(field))
        };
        Ok(Self {
            name: body.name.as_deref().map(rules::display_name).transpose().map_err(rejected("name"))?,
            task: match body.task.as_deref() {
                None => TaskChange::Stays,
                Some(typed) => TaskChange::Becomes(rules::task(typed).map_err(rejected("task"))?),
            },
            email: address(Channel::Email, body.email, "email.address")?,
            phone: address(Channel::TextMessage, body.mobile_phone, "mobile_phone.address")?,
        })
    }

    /// Uses the proofs up and writes the change into the row.
    async fn apply(self, backend: &Backend, tx: &mut Tx, row: &mut AccountRow) -> Result<(), Problem> {
        let (of, now) = (Binding::Account(row.id), backend.now());
        let proof_of =
            |to: &Address, proof: &str| presented(backend, proof, to, NumberPurpose::ChangeContact, of);
        let (mut email_proven, mut phone_proven, changes_email) = (true, true, self.email.is_some());
        if let Some((to, proof)) = self.email {
            email_proven = tx.use_proof(&proof_of(&to, &proof), now).await?;
            (row.email, row.email_canonical) = (to.shown, to.canonical);
        }
        if let Some((to, proof)) = self.phone {
            phone_proven = tx.use_proof(&proof_of(&to, &proof), now).await?;
            row.mobile_phone = to.canonical;
        }
        let taken = tx.taken(&row.email_canonical, &row.mobile_phone, Some(row.id)).await?;
        // two accounts that an earlier version allowed for one mailbox keep their addresses
        proofs(email_proven && !(changes_email && taken.email), phone_proven && !taken.mobile_phone)?;
        row.name = self.name.unwrap_or_else(|| std::mem::take(&mut row.name));
        if let TaskChange::Becomes(task) = self.task {
            row.task = task;
        }
        Ok(())
    }
}

impl Handle for CancelSubscription {
    type Caller = Unlocked;
    async fn handle(self, caller: Unlocked, backend: &Backend) -> Result<(), Problem> {
        let mut tx = caller.0.begin(backend).await?;
        let account = own(&mut tx, caller.0.account()).await?;
        erase(backend, tx, &account, Remains::SubscriptionCanceled).await
    }
}
