//! What was typed, held against the account as last seen: what is wrong with it, what it would do, and the plan itself.
//! The same rules as the account's own forms have, without a network.

use super::countersign::Policy;
use super::file::{
    AUTHOR_MAX, About, Base as Before, Doomed, FORMAT, Fingerprints, For, Keys, Plan, REASON_MAX, Security,
    Subscription, UserInformation,
};
use super::mark::FingerprintKey;
use super::seen::{Seen, field};
use super::{standing, step};
use postern_backend::{canonical_email, mobile_phone};
use postern_contract::capabilities::Capabilities;
use postern_contract::connection::Recalled;
use postern_contract::plan::{
    Need, PlanFault, PlanFieldProblem, PlanInput, PlanReview, Standing, StepSubject,
};
use postern_contract::{Moment, Problem, ProblemCode, Rule, rules};
use uuid::{Builder, Uuid};

/// What a plan is prepared against.
#[derive(Debug, Clone, Copy)]
pub struct Base<'a> {
    /// The account as last seen.
    pub recalled: &'a Recalled,
    /// The backend's limits.
    pub capabilities: &'a Capabilities,
    /// The backend: [`crate::Desk::origin`].
    pub backend: &'a str,
    /// The key of the account's fingerprints; without it a plan has none of values.
    pub key: Option<&'a FingerprintKey>,
    /// What the policy wants signed.
    pub policy: &'a Policy,
    /// Now.
    pub now: Moment,
}

/// What a plan would do, and what is wrong with it.
pub fn review(input: &PlanInput, base: &Base<'_>) -> PlanReview {
    let (plan, fields) = draft(input, base, Uuid::nil());
    let seen = Seen::from(base.recalled);
    let steps = step::of(&plan);
    let steps = steps.iter().map(|step| standing::shown(step, Some(&seen), (Standing::ToDo, None))).collect();
    PlanReview { fields, steps, needs: needs(&plan, base.policy, Some(&seen)) }
}

/// The plan, where nothing is wrong with it; else `plan_refused`, and [`review`] says why.
pub fn prepare(input: &PlanInput, base: &Base<'_>) -> Result<Plan, Problem> {
    match draft(input, base, fresh_id()?) {
        (plan, fields) if fields.is_empty() => Ok(plan),
        _ => Err(Problem::new(ProblemCode::PlanRefused)),
    }
}

/// A plan's id.
pub(super) fn fresh_id() -> Result<Uuid, Problem> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| Problem::new(ProblemCode::Internal))?;
    Ok(Builder::from_random_bytes(id).into_uuid())
}

/// What applying needs, as far as the account and the policy are known.
pub(super) fn needs(plan: &Plan, policy: &Policy, seen: Option<&Seen>) -> Vec<Need> {
    let mut needs = step::needs(plan);
    if let Some(seen) = seen.filter(|seen| seen.security.two_factor) {
        needs.insert(1, Need::SecondFactor(seen.security.method));
    }
    if policy.wants(plan) {
        needs.push(Need::Countersignature(
            policy.may_sign(plan, seen.map(|seen| seen.account.email.as_str())),
        ));
    }
    needs
}

/// What is wrong with what was typed, so far.
#[derive(Debug, Default)]
pub(super) struct Faults(pub(super) Vec<PlanFieldProblem>);

impl Faults {
    pub(super) fn note(&mut self, field: &str, fault: PlanFault) {
        self.0.push(PlanFieldProblem { field: field.to_owned(), fault });
    }

    pub(super) fn checked<T>(&mut self, field: &str, checked: Result<T, Rule>) -> Option<T> {
        checked.map_err(|rule| self.note(field, PlanFault::Rule(rule))).ok()
    }
}

/// Whether the plan has a time.
pub(super) fn times(input: &PlanInput, now: Moment, faults: &mut Faults) {
    if input.expires_at.is_some_and(|end| end <= now) {
        faults.note("expires_at", PlanFault::Over);
    } else if input.not_before.zip(input.expires_at).is_some_and(|(from, to)| from >= to) {
        faults.note("expires_at", PlanFault::EndsBeforeItBegins);
    }
}

fn draft(input: &PlanInput, base: &Base<'_>, id: Uuid) -> (Plan, Vec<PlanFieldProblem>) {
    let seen = Seen::from(base.recalled);
    let mut faults = Faults::default();
    let author = faults.checked("author", rules::line(&input.author, AUTHOR_MAX)).unwrap_or_default();
    let reason = faults.checked("reason", rules::line(&input.reason, REASON_MAX)).unwrap_or_default();
    times(input, base.now, &mut faults);
    let about = About {
        id,
        author,
        reason,
        prepared_at: base.now,
        not_before: input.not_before,
        expires_at: input.expires_at,
        needs: None,
    };
    let mut plan = Plan {
        format: FORMAT,
        plan: about,
        account: For { backend: base.backend.to_owned(), email: seen.account.email.clone() },
        base: Some(before(&seen, base.key)),
        user_information: information(input, &seen, base.capabilities, &mut faults),
        security: security(input, &seen, base.capabilities, &mut faults),
        keys: keys(input, &seen, base.capabilities, &mut faults),
        subscription: Subscription { cancel: input.cancel },
    };
    if faults.0.is_empty() && step::of(&plan).is_empty() {
        faults.note("", PlanFault::NothingToDo);
    }
    plan.plan.needs = Some(step::needs_in_words(&plan));
    (plan, faults.0)
}

/// What the account is now, as a plan's base.
pub(super) fn before(seen: &Seen, key: Option<&FingerprintKey>) -> Before {
    let fingerprints = key.map(|key| {
        let of = |subject| key.fingerprint(field(&subject), &seen.value(&subject));
        Fingerprints {
            key: Some(key.id()),
            name: of(StepSubject::Name),
            task: of(StepSubject::Task),
            email: of(StepSubject::Email),
            mobile_phone: of(StepSubject::MobilePhone),
            two_factor: of(StepSubject::TwoFactor),
        }
    });
    Before {
        account: seen.account.etag.as_str().to_owned(),
        security: seen.security.etag.as_str().to_owned(),
        fingerprint: seen.own_mark(),
        fingerprints,
    }
}

fn information(
    input: &PlanInput,
    seen: &Seen,
    capabilities: &Capabilities,
    faults: &mut Faults,
) -> UserInformation {
    let typed = |text: &Option<String>| text.clone();
    let name =
        typed(&input.name).and_then(|name| faults.checked("name", rules::line(&name, capabilities.name_max)));
    let task = typed(&input.task).and_then(|task| {
        let checked = if task.trim().is_empty() {
            Ok(String::new())
        } else {
            rules::line(&task, capabilities.name_max)
        };
        faults.checked("task", checked)
    });
    let email = typed(&input.email).and_then(|email| faults.checked("email", rules::email_address(&email)));
    let phone = typed(&input.mobile_phone)
        .and_then(|phone| faults.checked("mobile_phone", mobile_phone(&phone, &capabilities.default_region)));
    // what is there already is no change
    let differs = |subject: StepSubject| move |value: &String| *value != seen.value(&subject);
    UserInformation {
        name: name.filter(differs(StepSubject::Name)),
        task: task.filter(differs(StepSubject::Task)),
        email: email.filter(|email| canonical_email(email) != seen.value(&StepSubject::Email)),
        mobile_phone: phone.filter(differs(StepSubject::MobilePhone)),
    }
}

fn security(
    input: &PlanInput,
    seen: &Seen,
    capabilities: &Capabilities,
    faults: &mut Faults,
) -> Option<Security> {
    let two_factor = input.two_factor.unwrap_or(seen.security.two_factor);
    let method = input.method.unwrap_or(seen.security.method);
    let wanted = Security { two_factor, method: two_factor.then(|| method.into()) };
    if wanted == seen.settings() {
        return None;
    }
    // a method that is no longer offered may be kept, and cannot be chosen
    if two_factor && method != seen.security.method && !capabilities.methods.contains(&method) {
        faults.note("method", PlanFault::Rule(Rule::NotOffered));
    }
    Some(wanted)
}

fn keys(input: &PlanInput, seen: &Seen, capabilities: &Capabilities, faults: &mut Faults) -> Keys {
    let mut keys = Keys::default();
    for (at, label) in input.delete_keys.iter().enumerate() {
        let named: Vec<_> = seen.keys.iter().filter(|key| key.label == *label).collect();
        match named[..] {
            [key] => {
                let doomed = Doomed { label: label.clone(), fingerprint: Some(seen.mark_of(key)) };
                if !keys.delete.contains(&doomed) {
                    keys.delete.push(doomed);
                }
            }
            [] => faults.note(&format!("delete_keys.{at}"), PlanFault::NoSuchKey),
            _ => faults.note(&format!("delete_keys.{at}"), PlanFault::SeveralKeys),
        }
    }
    let left: Vec<_> = seen
        .keys
        .iter()
        .filter(|key| !keys.delete.iter().any(|doomed| doomed.label == key.label))
        .map(|key| key.label.as_str())
        .collect();
    let room = (capabilities.keys_max as usize).saturating_sub(left.len());
    for (at, label) in input.add_keys.iter().enumerate() {
        let field = format!("add_keys.{at}");
        let Some(label) = faults.checked(&field, rules::line(label, capabilities.label_max)) else {
            continue;
        };
        let same = |other: &str| rules::same_line(other, &label);
        if left.iter().any(|other| same(other)) || keys.add.iter().any(|other| same(other)) {
            faults.note(&field, PlanFault::KeyThere);
        } else if keys.add.len() >= room {
            faults.note(&field, PlanFault::TooManyKeys { max: capabilities.keys_max });
        } else {
            keys.add.push(label);
        }
    }
    keys
}
