//! A plan for an account that was never seen on this computer: no base, so every step that would change something is asked
//! about when it is applied. The rules are the same.

use super::file::{
    AUTHOR_MAX, About, Doomed, FORMAT, For, Keys, Method, Plan, REASON_MAX, Security, Subscription,
    UserInformation,
};
use super::review::{Faults, fresh_id, times};
use super::step;
use postern_backend::mobile_phone;
use postern_contract::capabilities::Capabilities;
use postern_contract::plan::{PlanFault, PlanFieldProblem, PlanInput};
use postern_contract::{Moment, Problem, Rule, rules};

/// Which account, and when.
#[derive(Debug, Clone, Copy)]
pub struct Unseen<'a> {
    /// With which address it signs in.
    pub email: &'a str,
    /// The backend: `embedded`, or a URL's scheme, host and port.
    pub backend: &'a str,
    /// The backend's limits, or the product's own.
    pub capabilities: &'a Capabilities,
    /// Now.
    pub now: Moment,
}

/// The plan, or what is wrong with what was typed.
pub fn prepare_unseen(
    input: &PlanInput,
    account: &Unseen<'_>,
) -> Result<Result<Plan, Vec<PlanFieldProblem>>, Problem> {
    let mut faults = Faults::default();
    let limits = account.capabilities;
    let email = faults.checked("account", rules::email_address(account.email)).unwrap_or_default();
    let author = faults.checked("author", rules::line(&input.author, AUTHOR_MAX)).unwrap_or_default();
    let reason = faults.checked("reason", rules::line(&input.reason, REASON_MAX)).unwrap_or_default();
    times(input, account.now, &mut faults);
    let line = |text: &str, max| rules::line(text, max);
    let name = input.name.as_ref().and_then(|name| faults.checked("name", line(name, limits.name_max)));
    let task = input.task.as_ref().and_then(|task| {
        let empty = task.trim().is_empty();
        faults.checked("task", if empty { Ok(String::new()) } else { line(task, limits.name_max) })
    });
    let new = input.email.as_ref().and_then(|email| faults.checked("email", rules::email_address(email)));
    let phone = input
        .mobile_phone
        .as_ref()
        .and_then(|phone| faults.checked("mobile_phone", mobile_phone(phone, &limits.default_region)));
    let security = match (input.two_factor, input.method) {
        (Some(false), _) => Some(Security { two_factor: false, method: None }),
        (Some(true) | None, Some(method)) => {
            Some(Security { two_factor: true, method: Some(Method::from(method)) })
        }
        (Some(true), None) => {
            faults.note("method", PlanFault::Rule(Rule::Missing));
            None
        }
        (None, None) => None,
    };
    let mut keys = Keys::default();
    for (at, label) in input.add_keys.iter().enumerate() {
        let field = format!("add_keys.{at}");
        let Some(label) = faults.checked(&field, line(label, limits.label_max)) else { continue };
        if keys.add.contains(&label) {
            faults.note(&field, PlanFault::KeyThere);
        } else if keys.add.len() >= limits.keys_max as usize {
            faults.note(&field, PlanFault::TooManyKeys { max: limits.keys_max });
        } else {
            keys.add.push(label);
        }
    }
    for (at, label) in input.delete_keys.iter().enumerate() {
        let Some(label) = faults.checked(&format!("delete_keys.{at}"), line(label, limits.label_max)) else {
            continue;
        };
        let doomed = Doomed { label, fingerprint: None };
        if !keys.delete.contains(&doomed) {
            keys.delete.push(doomed);
        }
    }
    let mut plan = Plan {
        format: FORMAT,
        plan: About {
            id: fresh_id()?,
            author,
            reason,
            prepared_at: account.now,
            not_before: input.not_before,
            expires_at: input.expires_at,
            needs: None,
        },
        account: For { backend: account.backend.to_owned(), email },
        base: None,
        user_information: UserInformation { name, task, email: new, mobile_phone: phone },
        security,
        keys,
        subscription: Subscription { cancel: input.cancel },
    };
    if faults.0.is_empty() && step::of(&plan).is_empty() {
        faults.note("", PlanFault::NothingToDo);
    }
    plan.plan.needs = Some(step::needs_in_words(&plan));
    Ok(if faults.0.is_empty() { Ok(plan) } else { Err(faults.0) })
}
