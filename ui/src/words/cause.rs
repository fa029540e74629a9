//! Problems in words.

use super::{Act, Said};
use postern_contract::connection::CertificateFault;
use postern_contract::{Problem, ProblemCode};

/// The whole banner: what happened · what still works · what to do.
#[allow(clippy::too_many_lines, reason = "one arm for each code")]
pub fn problem(problem: &Problem, act: Act) -> Said {
    use ProblemCode as C;
    let then = problem.retry_after_seconds.map_or_else(|| "in a minute".to_owned(), again_at);
    let again = again(act);
    let said = |what: &str, rest: String| Said::new(what, rest);
    let unchanged = |why: &str| Said::new(opening(act), format!("{why} {} {again}", kept(act)));
    match problem.code {
        C::Malformed | C::TooLarge | C::UnsupportedMediaType | C::MethodNotAllowed | C::PreconditionRequired => unchanged(
            "This window and the backend do not understand each other; their versions may differ. Other pages keep \
             working.",
        ),
        C::Rejected => unchanged("A value is not accepted."),
        C::NotFound => said(
            "It is no longer there",
            "It was removed in the meantime, here or elsewhere. Everything else is as before. Load the page again to see \
             how it is now."
                .to_owned(),
        ),
        C::Unauthenticated => said(
            "You are signed out",
            "The session ended after a while without use, or another window ended it. What is saved stays saved. Sign in \
             again in the window Postern."
                .to_owned(),
        ),
        C::StepUpRequired => said(
            "Changes are locked",
            "What you typed is still here. Enter your password to save.".to_owned(),
        ),
        C::CredentialsRefused => match act {
            Act::Login => said(
                "That password is not right",
                "You stay signed in. Type the password of this account again.".to_owned(),
            ),
            _ => said(
                "The email address or the password is not right",
                "Nothing is locked. Check both and press Sign in again.".to_owned(),
            ),
        },
        C::NotPermitted => unchanged("This backend does not allow it here."),
        C::NumberWrong if problem.tries_left != Some(0) => said(
            "That number is not right",
            format!(
                "{} Look at the newest message and type it again.",
                problem.tries_left.map_or_else(|| "It can be tried again.".to_owned(), super::number::tries_left_sentence)
            ),
        ),
        C::NumberExpired => said(
            "That number is too old",
            "A newer one replaced it, or its ten minutes are over. What you typed elsewhere stays. Send another one.".to_owned(),
        ),
        C::NumberWrong | C::NumberExhausted => said(
            "That number has no tries left",
            format!("What you typed elsewhere stays. {}", super::number::send_another(problem.retry_after_seconds.map(clock).as_deref())),
        ),
        C::ProofRefused => said(
            "An address has to be proven again",
            "Too much time passed since its number was entered. What you typed is still here. Send another \
             authentication number to that address."
                .to_owned(),
        ),
        C::PreconditionFailed => said(
            "It was changed elsewhere in the meantime",
            format!("Nothing was saved over it. {} {again}", kept(act)),
        ),
        C::KeyLimitReached => said(
            "You have the maximum number of keys",
            "All of them keep working. Delete one that nothing uses, then add the new one.".to_owned(),
        ),
        C::IdempotencyKeyReused | C::RequestInFlight => unchanged("The same request is still running."),
        C::KeyIdTaken => unchanged("Another key took its place."),
        C::PasswordTooShortAlone => said(
            "2-Factor authentication stays enabled",
            "Your password is too short to protect the account alone. Signing in works as before. Change the password to \
             one of 15 characters or more, then disable it."
                .to_owned(),
        ),
        C::TooManyRequests if act == Act::SendNumber => {
            let next = super::number::send_another(problem.retry_after_seconds.map(clock).as_deref());
            said("Too many numbers requested", format!("{} {next}", kept(act)))
        }
        C::TooManyRequests => said(too_many(act), format!("{} You can try again {then}.", kept(act))),
        C::Overloaded => said("The backend is busy", format!("{} Try again {then}.", kept(act))),
        C::StorageFull => unchanged("The backend has no room left to write. Reading still works; tell its operator."),
        C::Internal => unchanged(&problem.request_id.as_ref().map_or_else(
            || "The backend failed.".to_owned(),
            |id| format!("The backend failed; its log has the details under {id}."),
        )),
        C::BackendUnreachable => said("No connection to the backend", format!("{} {} {again}", opening_sentence(act), kept(act))),
        C::BackendTimeout => said(
            "The backend did not answer in time",
            format!("It may have acted all the same. {} {again}", kept(act)),
        ),
        C::NotOurBackend => said(
            "Something other than a Postern backend answered",
            "Nothing was sent on. A sign-in page of the network can be the reason. Check the connection and the address \
             of the backend, then try again."
                .to_owned(),
        ),
        C::Offline => said(
            "This computer is offline",
            format!("{} {} Changes can be prepared meanwhile and applied later.", opening_sentence(act), kept(act)),
        ),
        C::CertificateRefused if problem.certificate == Some(CertificateFault::AuthorityUnreadable) => said(
            "The backend's certificate cannot be checked",
            problem.findings.first().map_or_else(
                || format!("{} {}", super::connection::certificate(problem.certificate), kept(act)),
                |file| format!("{}: nothing was sent. {} {}", file.file, super::finding::finding(file).rest, kept(act)),
            ),
        ),
        C::CertificateRefused => said("The backend's certificate is refused", format!("{} {}", super::connection::certificate(problem.certificate), kept(act))),
        C::ClockWrong => said(
            "This computer's clock is wrong",
            format!("With it the backend's certificate cannot be checked, so nothing was sent. {} Set the clock, then try again.", kept(act)),
        ),
        C::CaptivePortal => said(
            "This network requires a sign-in",
            format!("Nothing was sent on. {} Sign in to the network in a browser, then try again.", kept(act)),
        ),
        C::ProxyRefused => said(
            "The proxy does not carry the request",
            format!("It asks for credentials or refuses this backend. {} Ask your network administrator, or name another proxy in the configuration.", kept(act)),
        ),
        C::SettingManaged => said(
            "A policy fixes this setting",
            "It stays as it is. Your administrator can change it.".to_owned(),
        ),
        C::FileRefused => said("The file is not accepted", "Nothing was changed. What is wrong with it is listed below.".to_owned()),
        C::FileChanged => said(
            "The file was changed in the meantime",
            "Nothing was written over it. What stands now is shown; look again, then change it.".to_owned(),
        ),
        C::FileFailed => said(
            "The file cannot be read or written",
            "Nothing was changed. Check that it is still there and that you may use it, then try again.".to_owned(),
        ),
        C::PlanRefused => said(
            "The plan cannot be applied as things are",
            problem.findings.first().map_or_else(
                || "What was applied before stays. Open the plan again to see why.".to_owned(),
                |why| super::finding::finding(why).rest,
            ),
        ),
        code @ (C::StoreLocked
        | C::StorePromptDismissed
        | C::StoreDenied
        | C::StoreAbsent
        | C::StoreNoBus
        | C::StoreHung
        | C::StoreFailed
        | C::StoreAmbiguous
        | C::StoreTooLong) => super::store::cause(code),
        C::KeyNotHere => said(
            "The secret of this key is not on this computer",
            "The key keeps working where it is used. Copy it on the computer that made it, or add another one here.".to_owned(),
        ),
        C::ClipboardRefused => said(
            "Nothing was copied",
            "The clipboard of this desktop did not take it. The secret is still in the secret store. Try again.".to_owned(),
        ),
        C::WindowRefused => said(
            "This window cannot do that",
            "Everything else keeps working. Try it in the window Postern.".to_owned(),
        ),
    }
}

/// Whether pressing the same button again may help, so that a page offers `Try again`.
pub const fn solvable_by_trying_again(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::BackendUnreachable
            | ProblemCode::BackendTimeout
            | ProblemCode::Offline
            | ProblemCode::CertificateRefused
            | ProblemCode::ClockWrong
            | ProblemCode::CaptivePortal
            | ProblemCode::ProxyRefused
            | ProblemCode::NotOurBackend
            | ProblemCode::Overloaded
            | ProblemCode::StorageFull
            | ProblemCode::TooManyRequests
            | ProblemCode::Internal
    )
}

/// The time of day in so many seconds.
fn clock(seconds: u32) -> String {
    crate::beat::clock_in(seconds)
}

/// `in a minute`, `at 16:19`.
fn again_at(seconds: u32) -> String {
    if seconds < 60 { "in a minute".to_owned() } else { format!("at {}", clock(seconds)) }
}

const fn too_many(act: Act) -> &'static str {
    match act {
        Act::SignIn | Act::Login | Act::Change | Act::Apply => "Too many tries",
        _ => "Too many requests",
    }
}

const fn opening(act: Act) -> &'static str {
    match act {
        Act::SignIn => "You are not signed in",
        Act::Login => "Changes stay locked",
        Act::Read => "This page could not be read",
        Act::Change => "The change was not saved",
        Act::Add => "The authentication key was not added",
        Act::Delete => "The authentication key was not deleted",
        Act::Cancel => "The subscription was not canceled",
        Act::Create => "The account was not created",
        Act::SendNumber => "The authentication number was not sent",
        Act::Copy => "Nothing was copied",
        Act::Open => "The window did not open",
        Act::Set => "The setting was not changed",
        Act::Import => "Nothing was imported",
        Act::Save => "The file was not saved",
        Act::Apply => "The plan did not go on",
    }
}

fn opening_sentence(act: Act) -> String {
    format!("{}.", opening(act))
}

const fn kept(act: Act) -> &'static str {
    match act {
        Act::SignIn | Act::Login | Act::Change | Act::Add | Act::Create | Act::SendNumber | Act::Save => {
            "What you typed is still here."
        }
        Act::Cancel => "All of it is deleted at once, or none of it.",
        Act::Set | Act::Import => "Everything is as before.",
        Act::Apply => "What is done stays done.",
        Act::Read | Act::Copy | Act::Delete | Act::Open => "Nothing is lost.",
    }
}

const fn again(act: Act) -> &'static str {
    match act {
        Act::SignIn => "Press Sign in to try again.",
        Act::Login => "Press Continue to try again.",
        Act::Change => "Press OK to try again.",
        Act::Add => "Press Add to try again.",
        Act::Cancel => "Press Cancel subscription to try again.",
        Act::Create => "Press Create account to try again.",
        Act::SendNumber => "Send it again in a moment.",
        Act::Read | Act::Copy | Act::Delete | Act::Open | Act::Set | Act::Import | Act::Save | Act::Apply => {
            "Try again in a moment."
        }
    }
}
