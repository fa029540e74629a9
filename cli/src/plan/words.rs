//! Every sentence of `postern plan …`. As everywhere: what happened, what still works, what to do.

mod drift;
mod prepared;
mod problem;
mod waiting;

use super::apply::Applied;
use crate::words::shown;
use postern_client::config::finding::plain;
use postern_client::options::BackendUrlError;
use postern_client::plan::Plan;
use postern_client::plan::file::EMBEDDED;
use postern_contract::plan::{
    Need, PlanFault, PlanFieldProblem, PlanStep, PlanView, Receipt, Standing, StepSubject,
};
use postern_contract::session::Challenge;
use postern_contract::verification::Channel;
use postern_contract::{Problem, Rule};
use std::fmt::Write as _;
use std::path::Path;

pub use drift::{drift, drifted};
pub use postern_client::config::finding::text as finding;
pub use prepared::{NO_BACKEND, NOT_PREPARED, refresh_of_begun, refreshed, written};
pub use problem::{backend_fixed, backend_not_configured, descriptor_closed, ending, problem, refusal, rule};
pub use waiting::{journal_unreadable, no_receipt, nothing_to_put_away, offered, put_away, under_way};

/// Below the long help of `apply`.
pub const GRAMMAR: &str = "\
Answers come from the terminal, or with --answers-fd N from the file descriptor N, one in a line, each kind in its own order:
  plan FILE                  the lines below are for this plan alone: its path, or its name where no other has it
  password TEXT              the account's password, once for each plan
  number 123456              the authentication number that was sent
  resend                     send another number instead
  drift mine|theirs          put what the plan wants in the place of what somebody else changed, or leave that
  trouble again|skip|stop    try a step that failed again, leave it, or stop here
  trouble canceled           the cancellation that was sent is done: nobody can sign in any more
Of one plan, the line `plan` may be left out. Of several, each has its own; a line above the first is nobody's and is passed over.
What is asked for is printed on standard error. Where an answer is missing or is none of these, the plan waits: apply it again to go on.";

/// No terminal and no descriptor.
pub const NOBODY_ANSWERS: &str = "Nobody can answer here. Nothing more was changed. Run it in a terminal, or give answers with --answers-fd N.";

/// The descriptor holds no more answers.
pub fn answers_ended(kind: &str) -> String {
    format!("Answers ended: no answer for \"{kind}\".")
}

/// A line that follows no grammar. It may hold a secret, so it is not repeated.
pub const NOT_AN_ANSWER: &str = "A line among the answers was passed over: it begins with none of plan, password, number, resend, drift, trouble.";

/// A line for no plan among those that are worked on. It may hold a secret, so it is not repeated.
pub const ANSWER_FOR_NO_PLAN: &str = "A line among the answers was passed over: it is for none of these plans. Of several plans, each has its answers below a line `plan FILE`.";

/// What was typed as a number can be none.
pub const NOT_A_NUMBER: &str =
    "An authentication number has six digits; that was not sent. Type it again, or resend.";

/// The same, where it holds a character that a number never has.
pub fn not_a_number(broken: Rule) -> String {
    format!("The number {}; it was not sent. Type it again, or resend.", rule(broken))
}

/// A number went out in the place of one that no longer counts.
pub const SENT_ANEW: &str =
    "An earlier number no longer counts, since its session has ended. Another was sent.";

/// What was typed is none of the words that were asked for.
pub fn none_of(among: &[&str]) -> String {
    format!("That is none of {}. Nothing was done with it.", among.join(", "))
}

/// Whose answers are asked for.
pub fn turn(plan: &Path) -> String {
    format!("For {}:", plan.display())
}

/// Asks before a key without a password signs.
pub const SIGN: &str = "Sign this? yes or no:";

/// Nobody said yes.
pub const NOT_SIGNED: &str = "Not signed: nobody said yes. Run it in a terminal, or with --yes once you have read what it would change.";

/// No journal and no receipt.
pub const NOTHING_YET: &str = "No plan has been applied on this computer.";

/// Plans that wait.
pub const PLANS_WAIT: &str = "Plans wait: some were begun, or came with an import. Apply them.";

/// The chain of receipts is broken.
pub const NOT_WHOLE: &str = "The receipts are not whole: one was altered, taken out or put elsewhere. Those marked so cannot be relied on; compare them with exported ones.";

/// Asks for the account's password.
pub fn password(account: &str, backend: &str) -> String {
    format!("Password of {account} at {}:", at(backend))
}

/// A backend as a person knows it.
fn at(backend: &str) -> &str {
    if backend == EMBEDDED { "the backend inside the application" } else { backend }
}

/// What was typed is no backend's address.
pub fn address_refused(fault: BackendUrlError) -> String {
    format!("the address of --backend is not accepted: {fault}\n")
}

/// Asks for the second factor.
pub fn second_factor(challenge: &Challenge, is_dead: bool) -> String {
    let way = match challenge.channel {
        _ if challenge.conditional => format!(
            "to {} or the account's mobile phone, if the password is right: many sign-ins failed lately",
            challenge.sent_to
        ),
        Channel::Email => format!("by email to {}", challenge.sent_to),
        Channel::TextMessage => format!("by text message to the phone that ends in {}", challenge.sent_to),
    };
    if is_dead {
        return format!("The number sent {way} is no longer valid. Enter to send another:");
    }
    format!("Authentication number sent {way} ({} tries left, or resend):", challenge.number.tries_left)
}

/// Asks for the number that proves a new address.
pub fn number(address: &str, tries_left: u32) -> String {
    if tries_left == 0 {
        return format!("The number sent to {address} is no longer valid. Enter to send another:");
    }
    format!("Authentication number sent to {address} ({tries_left} tries left, or resend):")
}

/// Asks about a step that failed.
pub fn trouble(of: &StepSubject, found: &Problem, sent: bool, over: bool) -> String {
    if over {
        return "The cancellation was sent and its answer was lost; nobody is signed in who could look. stop, and apply the plan again, if the password was mistyped; canceled, if nobody can sign in any more; skip notes that its outcome is not known. again, canceled, skip or stop?".to_owned();
    }
    let left = if sent {
        "It was sent, so it may have been done; skip looks once more, and notes that it is not known where that cannot be."
    } else {
        "It was not sent; skip notes that it failed."
    };
    format!("{} could not be done. {} {left} again, skip or stop?", subject(of), problem(found))
}

/// The backend asks to wait.
pub fn waits(seconds: u32) -> String {
    format!("The backend asks to wait {seconds} seconds. It goes on by itself.")
}

/// What a step is about.
pub fn subject(subject: &StepSubject) -> String {
    match subject {
        StepSubject::Name => "Name".to_owned(),
        StepSubject::Task => "Task".to_owned(),
        StepSubject::Email => "Email address".to_owned(),
        StepSubject::MobilePhone => "Mobile phone".to_owned(),
        StepSubject::TwoFactor => "2-Factor authentication".to_owned(),
        StepSubject::AddKey(label) => format!("Add authentication key {}", marked(label)),
        StepSubject::DeleteKey(label) => format!("Delete authentication key {}", marked(label)),
        StepSubject::Cancel => "Cancel subscription".to_owned(),
    }
}

/// A text with a mark where it mixes writing systems, so that it may pass for another text.
fn marked(text: &str) -> String {
    match postern_contract::text::script::suspect(text) {
        Some(letter) => format!("{text} [mixes writing systems: {letter}]"),
        None => text.to_owned(),
    }
}

fn standing(standing: &Standing) -> String {
    match standing {
        Standing::Same => "same".to_owned(),
        Standing::ToDo => "to do".to_owned(),
        Standing::AlreadyDone => "already done".to_owned(),
        Standing::Drifted => "drifted".to_owned(),
        Standing::Done => "done".to_owned(),
        Standing::Skipped => "left as it is".to_owned(),
        Standing::Failed(cause) => format!("failed: {}", problem(cause)),
        Standing::NotKnown => "not known".to_owned(),
        Standing::Stated => "stated by a person, not verified".to_owned(),
    }
}

fn step(step: &PlanStep) -> String {
    let values = match (&step.from, &step.to) {
        (Some(from), Some(to)) => format!(": {} -> {}", marked(from), marked(to)),
        (None, Some(to)) => format!(": {}", marked(to)),
        (Some(_) | None, None) => String::new(),
    };
    let why = step.drift.map(|_| format!("\n                {}", drifted(step))).unwrap_or_default();
    format!("  {:<13} {}{values}{why}", standing(&step.standing), subject(&step.subject))
}

fn need(need: &Need) -> String {
    match need {
        Need::Password => "password".to_owned(),
        Need::SecondFactor(Channel::Email) => "second factor by email".to_owned(),
        Need::SecondFactor(Channel::TextMessage) => "second factor by text message".to_owned(),
        Need::Mailbox(address) => format!("mailbox {address}"),
        Need::Phone(masked) => format!("phone {masked} in hand"),
        Need::SecretStore => "secret store".to_owned(),
        Need::Countersignature(names) => format!("countersignature of {}", names.join(" or ")),
    }
}

/// A plan held against its account.
pub fn view(view: &PlanView) -> String {
    let mut out = format!(
        "{}: {} at {}\n  {} ({})",
        plain(&view.file),
        view.account,
        view.backend,
        marked(&view.reason),
        marked(&view.author)
    );
    for one in &view.steps {
        let _ = write!(out, "\n{}", step(one));
    }
    let needs: Vec<_> = view.needs.iter().map(need).collect();
    let _ = write!(out, "\n  needs         {}", needs.join("; "));
    if !view.signed_by.is_empty() {
        let _ = write!(out, "\n  signed by     {}", view.signed_by.join(", "));
    }
    for one in &view.findings {
        let _ = write!(out, "\n{}", finding(one));
    }
    if let Some(why) = &view.refused {
        let _ = write!(out, "\n  {}", refusal(why));
    }
    out
}

/// A plan without findings.
pub fn good(file: &str) -> String {
    let file = plain(file);
    format!("{file}: a plan that can be applied, as far as the file alone can tell.")
}

/// A plan with findings, which stand on standard error.
pub fn to_mend(file: &str) -> String {
    let file = plain(file);
    format!("{file}: something is to be mended, so it cannot be applied.")
}

/// A plan that was not held against its account.
pub fn not_held(path: &Path, ending: &str, found: Option<&Problem>) -> String {
    let why = found.map(|found| format!("\n  {}", problem(found))).unwrap_or_default();
    format!("{}: {}{why}", shown(path), ending)
}

/// How many of several plans can be applied.
pub fn checked(all: usize, good: usize) -> String {
    format!("{all} plans: {good} can be applied, {} to mend.", all - good)
}

/// A folder without a plan in it.
pub const NO_PLAN_INSIDE: &str = "no file in it ends in .postern-plan";

/// What is about to be signed.
pub fn signing(plan: &Plan) -> String {
    let mut out = format!(
        "{} ({}), for {} at {}:",
        marked(&plan.plan.reason),
        marked(&plan.plan.author),
        plan.account.email,
        plan.account.backend
    );
    for (of, to) in plan.wants() {
        let to = to.map(|to| format!(": {}", marked(&to))).unwrap_or_default();
        let _ = write!(out, "\n  {}{to}", subject(&of));
    }
    out
}

/// The signature is there.
pub fn signed(path: &Path) -> String {
    format!("Signed: {}. Keep it beside the plan.", shown(path))
}

/// The account was never seen here.
pub const UNSEEN: &str = "This account was not seen on this computer, so the plan has no base: each step that would change something will be asked about. `postern plan new --refresh`, or later `postern plan refresh`, reads it with the password.";

/// What is wrong with what was asked for.
pub fn fault(problem: &PlanFieldProblem) -> String {
    fault_of(problem, "Not prepared")
}

fn fault_of(problem: &PlanFieldProblem, not: &str) -> String {
    let what = match problem.fault {
        PlanFault::Rule(broken) => rule(broken),
        PlanFault::NothingToDo => "the plan would change nothing: say what is to change".to_owned(),
        PlanFault::NoSuchKey => "the account has no key of that label".to_owned(),
        PlanFault::SeveralKeys => {
            "the account has several keys of that label; delete it in the application".to_owned()
        }
        PlanFault::KeyThere => "a key of that label is there or stands in the plan already".to_owned(),
        PlanFault::TooManyKeys { max } => format!("the account would have more than {max} keys"),
        PlanFault::EndsBeforeItBegins => "the plan would end before it begins".to_owned(),
        PlanFault::Over => "that time is over".to_owned(),
    };
    if problem.field.is_empty() {
        format!("{not}: {what}.")
    } else {
        format!("{not}: {}: {what}.", problem.field.replace('_', "-"))
    }
}

/// What became of one plan.
pub fn applied(applied: &Applied) -> String {
    let mut out = format!("{}: {}", plain(&applied.file), applied.ending);
    if !applied.account.is_empty() {
        let _ = write!(out, " ({})", applied.account);
    }
    for one in &applied.steps {
        let _ = write!(out, "\n{}", step(one));
    }
    if let Some(why) = &applied.refused {
        let _ = write!(out, "\n  {}", refusal(why));
    }
    if let Some(cause) = &applied.problem {
        let _ = write!(out, "\n  {}", problem(cause));
    }
    if applied.receipt.is_none() && applied.refused.is_none() && !applied.steps.is_empty() {
        let _ = write!(out, "\n  What is done stays done. Apply it again to go on.");
    }
    if let Some(receipt) = &applied.receipt {
        let _ = write!(out, "\n  receipt {}", receipt.number.0);
    }
    out
}

/// How many ended how.
pub fn summary(all: &[&str]) -> String {
    let count = |ending: &str| all.iter().filter(|word| **word == ending).count();
    let mut parts = Vec::new();
    for word in ["done", "waiting", "refused", "failed"] {
        let number = count(word);
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    format!("{} plans: {}.", all.len(), parts.join(", "))
}

/// A receipt.
pub fn receipt(receipt: &Receipt) -> String {
    let mut out = format!(
        "receipt {}: {} for {} at {}, {} to {} ({}; {}){}",
        receipt.number.0,
        plain(&receipt.file),
        receipt.account,
        receipt.backend,
        receipt.began_at,
        receipt.ended_at,
        receipt.reason,
        receipt.author,
        if receipt.intact { "" } else { "  NOT WHOLE" }
    );
    for outcome in &receipt.steps {
        let _ = write!(
            out,
            "\n  {:<13} {}  {}",
            standing(&outcome.standing),
            subject(&outcome.subject),
            outcome.at
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{signing, step};
    use postern_client::plan::Plan;
    use postern_contract::plan::{PlanStep, Standing, StepSubject};
    use std::path::Path;

    #[test]
    fn f14_what_mixes_writing_systems_is_marked_where_it_is_signed_and_where_it_is_deleted() {
        let text = "format = 1\n[plan]\nid = \"0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b\"\nauthor = \"J\u{43e}on\"\n\
            reason = \"New quarter\"\nprepared_at = 2026-11-23T12:00:00Z\n[account]\nbackend = \"embedded\"\n\
            email = \"mina@harbor.example\"\n[keys]\nadd = [\"D\u{430}y robot\", \"Night robot\"]\n\
            [[keys.delete]]\nlabel = \"\u{415}vening robot\"\n";
        let signed = signing(&Plan::read(Path::new("x"), text).0.unwrap());
        for marked in [
            "J\u{43e}on [mixes writing systems: U+043E]",
            "D\u{430}y robot [mixes writing systems: U+0430]",
            "\u{415}vening robot [mixes writing systems: U+0415]",
            "key Night robot:",
        ] {
            assert!(signed.contains(marked), "{signed}");
        }
        let deletes = PlanStep {
            subject: StepSubject::DeleteKey("D\u{430}y robot".to_owned()),
            from: Some("D\u{430}y robot".to_owned()),
            to: None,
            standing: Standing::ToDo,
            drift: None,
        };
        assert!(step(&deletes).contains("U+0430"), "{}", step(&deletes));
    }
}
