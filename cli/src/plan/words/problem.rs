//! What goes wrong with a plan, in words: why it is not applied, what a backend or a file answered, and which value is at fault.

use super::finding;
use crate::ending::Ending;
use postern_contract::configuration::{Finding, Gravity};
use postern_contract::connection::CertificateFault;
use postern_contract::plan::PlanRefusal;
use postern_contract::{Problem, ProblemCode, Rule};
use std::fmt::Write as _;

/// Why a plan is not applied.
pub fn refusal(refusal: &PlanRefusal) -> String {
    match refusal {
        PlanRefusal::Findings => "Not applied: something is wrong with the file. Nothing was changed. `postern plan check` says what.".to_owned(),
        PlanRefusal::OtherBackend(backend) => format!("Not applied: it is for the backend {backend}. Nothing was changed. Reach that one, and apply it there."),
        PlanRefusal::OtherAccount(account) => format!("Not applied: it is for the account {account}, and another account is signed in. Nothing was changed."),
        PlanRefusal::OtherFingerprints(_) => "Not applied: This plan was prepared for another account: its fingerprints do not match. Nothing was changed. Prepare a new plan, or run `postern plan refresh` on this one.".to_owned(),
        PlanRefusal::SignedOut => "Not applied: nobody is signed in. Nothing was changed.".to_owned(),
        PlanRefusal::TooEarly(from) => format!("Not applied: not before {from}. Nothing was changed. Apply it then."),
        PlanRefusal::TooLate(to) => format!("Not applied: it was for the time until {to}. Nothing was changed. Prepare a new plan."),
        PlanRefusal::CountersignatureMissing(names) if names.is_empty() => "Not applied: the policy wants a second administrator's signature, and names nobody who could give it. Nothing was changed. Ask whoever looks after the policy.".to_owned(),
        PlanRefusal::CountersignatureMissing(names) => format!("Not applied: the policy wants the signature of {}. Nothing was changed. They sign with `postern plan countersign`.", names.join(" or ")),
        PlanRefusal::SignatureWrong(key) => {
            let of = if key.is_empty() { String::new() } else { format!(" of key {key}") };
            format!("Not applied: a signature{of} does not fit the plan, which was altered since, or the signature was. Nothing was changed. Have it signed again.")
        }
        PlanRefusal::AppliedAlready(at) => format!("It was applied already, {at}. Nothing was changed. `postern plan status` has the receipt."),
        PlanRefusal::Unreachable => "The backend cannot be reached, so it was not held against the account. Nothing was changed. Try again later.".to_owned(),
    }
}

/// What went wrong: the code's title, what is wrong with a certificate, a value or a file, how long to wait.
pub fn problem(problem: &Problem) -> String {
    let mut out = format!("{}.", problem.code.title());
    if let Some(fault) = problem.certificate {
        let _ = write!(out, " {}", certificate(fault));
    }
    for field in &problem.fields {
        let _ = write!(out, " {}: {}.", field.field.replace('_', " "), rule(field.rule));
    }
    if let Some(tries) = problem.tries_left {
        let _ = write!(out, " {tries} tries are left.");
    }
    if let Some(seconds) = problem.retry_after_seconds {
        let _ = write!(out, " Try again in {seconds} seconds.");
    }
    for one in &problem.findings {
        let _ = write!(out, "\n{}", finding(one));
    }
    out
}

/// Why a backend's certificate is refused, and who can mend it.
const fn certificate(fault: CertificateFault) -> &'static str {
    match fault {
        CertificateFault::Expired => {
            "It is too old, so nothing was sent. Whoever runs the backend has to renew it."
        }
        CertificateFault::NotYetValid => {
            "It is not valid yet, so nothing was sent. Whoever runs the backend has to look at it, or this computer's clock is wrong."
        }
        CertificateFault::WrongName => {
            "It belongs to another host, so nothing was sent. Check the address of the backend."
        }
        CertificateFault::NamesNoHost => {
            "It names no host in subjectAltName, so nothing was sent. Whoever runs the backend has to replace it: postern-backend check-config says how."
        }
        CertificateFault::IsAuthority => {
            "This is a CA certificate, not a server's, so nothing was sent. Whoever runs the backend has to replace it: postern-backend check-config says how."
        }
        CertificateFault::WrongPurpose => {
            "It was not issued for a server, so nothing was sent. Whoever runs the backend has to replace it: postern-backend check-config says how."
        }
        CertificateFault::TooWeak => {
            "Its key or signature is too weak, so nothing was sent. Whoever runs the backend has to replace it: postern-backend check-config says how."
        }
        CertificateFault::UnknownIssuer => {
            "Nobody this computer trusts has signed it, so nothing was sent. The configuration can name who signs it, with the key ca of the backend."
        }
        CertificateFault::Revoked => {
            "It was withdrawn, so nothing was sent. Whoever runs the backend has to replace it."
        }
        CertificateFault::NotPinned => {
            "It is not the one that the configuration pins, so nothing was sent. Ask whoever runs the backend for the new pin."
        }
        CertificateFault::AuthorityUnreadable => {
            "A file of the configuration that says who signs it cannot be read, so nothing was sent. Put it back, or name another as the key ca of the backend."
        }
        CertificateFault::OutdatedProtocol => {
            "The backend offers only encryption that is no longer safe, so nothing was sent. It has to be updated."
        }
        CertificateFault::NotEncrypted => {
            "What answers does not encrypt, so nothing was sent. Check the address of the backend."
        }
        CertificateFault::Other => {
            "It cannot be checked, so nothing was sent. Whoever runs the backend has to look at it."
        }
    }
}

/// A rule that a value does not follow, in a few words.
pub fn rule(rule: Rule) -> String {
    let fixed = match rule {
        Rule::Missing => "is missing",
        Rule::Unknown => "is not known to the backend",
        Rule::Duplicate => "stands twice",
        Rule::WrongType => "is of another type",
        Rule::TooShort { min } => return format!("is shorter than {min} characters"),
        Rule::TooLong { max } => return format!("is longer than {max} characters"),
        Rule::ForbiddenCharacter { code_point } => {
            return format!("is not accepted: {} is not allowed", code_point.named());
        }
        Rule::InvisibleCharacter { code_point } => {
            return format!("is not accepted: {code_point} is invisible and not allowed");
        }
        Rule::StackedCharacters => "has too many marks on one character",
        Rule::NotAnEmailAddress => "is no email address",
        Rule::NotAMobilePhone => "is no mobile phone number",
        Rule::NotANumber => "has not six digits",
        Rule::CommonPassword => "is among the first passwords that are guessed",
        Rule::ContextWord => "is made of the name, the address or the product's name",
        Rule::UsedBefore => "is one of the last three passwords",
        Rule::Differs => "is not the same both times",
        Rule::NotAgreed => "is not agreed to",
        Rule::NotAFingerprint => "is no fingerprint",
        Rule::Wrong => "is not right",
        Rule::NotProven => "is not proven yet",
        Rule::CountryNotServed => "is of a country that text messages are not sent to",
        Rule::NotOffered => "is not offered by this backend",
    };
    fixed.to_owned()
}

/// A finding about the backend of the plan in that file.
fn of_backend(file: &str, found: String, expected: &str, fix: &str) -> Problem {
    finding_of(file, "account.backend", found, expected, fix)
}

/// A finding about a plan's file, as why it is refused.
pub fn finding_of(file: &str, key: &str, found: String, expected: &str, fix: &str) -> Problem {
    let finding = Finding {
        gravity: Gravity::Error,
        file: file.to_owned(),
        line: 0,
        column: 0,
        key: key.to_owned(),
        found,
        expected: expected.to_owned(),
        fix: fix.to_owned(),
    };
    Problem::new(ProblemCode::PlanRefused).findings(vec![finding])
}

/// The plan is for another backend than the one that a policy, or the machine's file, fixes in that place.
pub fn backend_fixed(file: &str, wanted: &str, fixed: &str, place: &str) -> Problem {
    let expected = format!("the backend {fixed}, which is fixed in {place}");
    let fix = "apply it where its backend is the one that is fixed; --backend cannot name another here. Nothing was changed";
    of_backend(file, wanted.to_owned(), &expected, fix)
}

/// The plan is for a backend that nothing here names.
pub fn backend_not_configured(file: &str, wanted: &str) -> Problem {
    let expected = "a backend that is configured here, or named on the command line";
    let fix =
        "name it with --backend URL, or configure it. Nothing was changed, and no password was asked for";
    of_backend(file, format!("{wanted}, which is not configured here"), expected, fix)
}

/// A descriptor that answers or a password should come from.
pub fn descriptor_closed(option: &str, number: u32, fault: &std::io::Error) -> Problem {
    Problem::new(ProblemCode::FileFailed).findings(vec![Finding {
        gravity: Gravity::Error,
        file: format!("{option} {number}"),
        line: 0,
        column: 0,
        key: String::new(),
        found: fault.to_string(),
        expected: "a descriptor that is open for reading; nothing was changed".to_owned(),
        fix: format!("open it where the command is run: {option} {number} {number}<FILE"),
    }])
}

/// What a problem means for a script.
pub fn ending(problem: &Problem) -> Ending {
    match problem.code {
        ProblemCode::PlanRefused | ProblemCode::FileRefused | ProblemCode::CredentialsRefused => {
            Ending::Refused
        }
        ProblemCode::StepUpRequired | ProblemCode::Unauthenticated | ProblemCode::TooManyRequests => {
            Ending::Waiting
        }
        _ => Ending::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::{problem, refusal, rule};
    use postern_contract::connection::CertificateFault as F;
    use postern_contract::plan::PlanRefusal;
    use postern_contract::{Problem, ProblemCode, Rule};
    use std::collections::BTreeSet;

    #[test]
    fn why_a_certificate_is_refused_is_said() {
        let all = [
            F::Expired,
            F::NotYetValid,
            F::WrongName,
            F::NamesNoHost,
            F::IsAuthority,
            F::WrongPurpose,
            F::TooWeak,
            F::UnknownIssuer,
            F::Revoked,
            F::NotPinned,
            F::OutdatedProtocol,
            F::NotEncrypted,
            F::Other,
        ];
        let said = |fault| problem(&Problem::new(ProblemCode::CertificateRefused).certificate(fault));
        let words: BTreeSet<_> = all.into_iter().map(said).collect();
        assert_eq!(words.len(), all.len(), "{words:?}");
        let bare = problem(&Problem::new(ProblemCode::CertificateRefused));
        for said in words {
            assert!(said.starts_with(&bare) && said.contains("so nothing was sent"), "{said}");
        }
    }

    #[test]
    fn the_values_at_fault_are_named_with_the_rule_they_break() {
        for one in Rule::SAMPLES {
            let said = problem(&Problem::field(ProblemCode::Rejected, "mobile_phone", *one));
            assert_eq!(said, format!("A value breaks a rule. mobile phone: {}.", rule(*one)));
        }
        assert_eq!(rule(Rule::TooLong { max: 20 }), "is longer than 20 characters");
    }

    #[test]
    fn a_signature_is_told_of_with_its_key_where_that_is_known() {
        let said = |key: &str| refusal(&PlanRefusal::SignatureWrong(key.to_owned()));
        assert!(said("0123456789ABCDEF").contains("a signature of key 0123456789ABCDEF does not fit"));
        assert!(said("").contains("a signature does not fit"), "{}", said(""));
    }
}
