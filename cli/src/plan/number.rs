//! The question for an authentication number, when signing in and while a plan is applied: typed, typed again where it was
//! wrong or could be none, or sent again.

use super::answers::{Answers, Kind};
use super::words;
use crate::said;
use postern_client::Desk;
use postern_contract::operation::{ResendChallenge, WebviewOperation as _};
use postern_contract::session::Challenge;
use postern_contract::shell::{AnswerNumberInput, SignInStep};
use postern_contract::{ChallengeId, Problem, ProblemCode, Rule, rules};
use std::time::Duration;

/// The longest wait that a backend may ask for and that is waited out here, in seconds: a number may be sent again after 60.
const WAIT_MAX: u32 = 120;

/// What was answered.
pub enum Typed {
    /// Six digits.
    Number(String),
    /// Another is to be sent.
    Resend,
}

/// Asks for a number, again where what was typed can be none. Where the one that was sent is dead, any answer sends another.
/// None where nobody answers.
pub fn number(answers: &mut Answers, question: &str, is_dead: bool) -> Option<Typed> {
    loop {
        let typed = answers.ask(Kind::Number, question)?;
        if is_dead || typed.expose().trim().eq_ignore_ascii_case("resend") {
            return Some(Typed::Resend);
        }
        match rules::number(typed.expose()) {
            Ok(number) => return Some(Typed::Number(number)),
            Err(rule @ (Rule::ForbiddenCharacter { .. } | Rule::InvisibleCharacter { .. })) => {
                said::aside(words::not_a_number(rule));
            }
            Err(_) => said::aside(words::NOT_A_NUMBER),
        }
    }
}

/// The same for a second factor.
pub fn of_challenge(challenge: &Challenge, answers: &mut Answers) -> Option<Typed> {
    let is_dead = challenge.number.tries_left == 0 || challenge.number.valid_for_seconds == 0;
    number(answers, &words::second_factor(challenge, is_dead), is_dead)
}

/// How a second factor ended.
pub enum Factor {
    /// It was right.
    Right,
    /// Only the password asks for another number.
    Over,
    /// Nobody answers.
    Nobody,
}

/// Asks for the second factor of a sign-in until it is right.
pub async fn second_factor(
    desk: &Desk,
    mut challenge: Challenge,
    answers: &mut Answers,
) -> Result<Factor, Problem> {
    loop {
        let Some(typed) = of_challenge(&challenge, answers) else { return Ok(Factor::Nobody) };
        let number = match typed {
            // its tries are counted over each number that is sent
            Typed::Resend if challenge.number.tries_left == 0 => return Ok(Factor::Over),
            Typed::Resend => match resend(desk, challenge.id).await {
                Ok(again) => {
                    challenge = again;
                    continue;
                }
                Err(problem) if is_over(problem.code) => return Ok(Factor::Over),
                Err(problem) => return Err(problem),
            },
            Typed::Number(number) => number,
        };
        let problem = match desk.answer_number(AnswerNumberInput { challenge: challenge.id, number }).await {
            Ok(SignInStep::Complete { .. }) => return Ok(Factor::Right),
            Ok(SignInStep::SecondFactor { challenge: next }) => {
                challenge = next;
                continue;
            }
            Err(problem) => problem,
        };
        match problem.code {
            ProblemCode::NotFound => return Ok(Factor::Over),
            ProblemCode::NumberWrong | ProblemCode::NumberExhausted => {
                challenge.number.tries_left = problem.tries_left.unwrap_or_default();
            }
            ProblemCode::NumberExpired => challenge.number.valid_for_seconds = 0,
            _ if wait_for(&problem).is_some() => {}
            _ => return Err(problem),
        }
        said::aside(words::problem(&problem));
        if let Some(seconds) = wait_for(&problem) {
            rest(seconds).await;
        }
    }
}

/// Has another number sent, as soon as one may be.
async fn resend(desk: &Desk, id: ChallengeId) -> Result<Challenge, Problem> {
    loop {
        let sent = desk.send(ResendChallenge { id, body: () }.into_request()).await;
        match sent {
            Ok(answer) => {
                return serde_json::from_value(answer).map_err(|_| Problem::new(ProblemCode::NotOurBackend));
            }
            Err(problem) => match wait_for(&problem) {
                Some(seconds) => {
                    said::aside(words::waits(seconds));
                    rest(seconds).await;
                }
                None => return Err(problem),
            },
        }
    }
}

const fn is_over(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::NotFound | ProblemCode::NumberExpired)
}

/// How long the backend asks to wait, where that is waited out.
pub fn wait_for(problem: &Problem) -> Option<u32> {
    let seconds = problem.retry_after_seconds?;
    (problem.code == ProblemCode::TooManyRequests && seconds <= WAIT_MAX).then_some(seconds)
}

#[allow(
    clippy::disallowed_methods,
    reason = "the backend said how long to wait; nothing tells when it is over"
)]
pub async fn rest(seconds: u32) {
    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
}
