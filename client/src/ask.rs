//! Asks a backend for one operation and reads what comes back: the answer's type follows from the operation's.

use crate::again;
use crate::transport::{Transport, WireAnswer, WireRequest};
use crate::wish::Wish;
use postern_contract::operation::{Answer, Body, Operation};
use postern_contract::{Problem, ProblemCode, Secret};

/// Carries `operation` and reads its answer. What can be seen to be wrong is refused without asking.
/// What may be sent twice is tried again as [`again`] says.
pub async fn ask<O: Operation>(
    transport: &dyn Transport,
    operation: &O,
    token: Option<&Secret<String>>,
) -> Result<O::Answer, Problem> {
    ask_for(transport, operation, token, Wish::fresh(operation)?.as_ref()).await
}

/// The same for a wish that may have been sent before.
pub async fn ask_for<O: Operation>(
    transport: &dyn Transport,
    operation: &O,
    token: Option<&Secret<String>>,
    wish: Option<&Wish>,
) -> Result<O::Answer, Problem> {
    Problem::rejected(operation.body().check())?;
    let mut request = WireRequest::of(operation, token.cloned())?;
    request.wish = wish.map(|wish| wish.key.clone());
    let repeats = again::may_repeat(request.method, request.wish.is_some());
    let attempt = async || {
        let answer = transport.call(request.clone()).await?;
        read::<O::Answer>(O::DECLARED.success, &answer)
    };
    let answer = again::tried(repeats, attempt).await;
    transport.heard(answer.as_ref().err());
    answer
}

fn read<A: Answer>(success: u16, answer: &WireAnswer) -> Result<A, Problem> {
    if answer.status != success {
        return Err(problem(answer));
    }
    if success == 204 {
        return serde_json::from_slice(b"null").map_err(|_| foreign());
    }
    if answer.media_type.as_deref() != Some("application/json") {
        return Err(foreign());
    }
    serde_json::from_slice(answer.bytes.expose()).map_err(|_| foreign())
}

/// The problem that was answered, if it is one of ours: a code of the desktop's own does not come over a wire.
fn problem(answer: &WireAnswer) -> Problem {
    let ours = answer.media_type.as_deref() == Some("application/problem+json");
    let told = ours.then(|| serde_json::from_slice::<Problem>(answer.bytes.expose()).ok()).flatten();
    told.filter(|problem| problem.code.status() == answer.status).unwrap_or_else(foreign)
}

fn foreign() -> Problem {
    Problem::new(ProblemCode::NotOurBackend)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::transport::WireAnswer;
    use postern_contract::capabilities::Capabilities;
    use postern_contract::{Problem, ProblemCode, Secret};

    fn answer(status: u16, media_type: &str, text: &str) -> WireAnswer {
        WireAnswer {
            status,
            media_type: Some(media_type.to_owned()),
            bytes: Secret::new(text.as_bytes().to_vec()),
        }
    }

    #[test]
    fn an_answer_is_read_only_as_what_it_says_it_is() {
        let good = serde_json::to_string(&Capabilities::default()).unwrap();
        assert!(read::<Capabilities>(200, &answer(200, "application/json", &good)).is_ok());
        for foreign in [
            answer(200, "text/html", &good),
            answer(200, "application/json", "{\"sign_up\": tr"),
            answer(201, "application/json", &good),
            answer(302, "text/html", ""),
            answer(511, "text/html", "<h1>Welcome to the harbor hotel</h1>"),
        ] {
            assert_eq!(
                read::<Capabilities>(200, &foreign).unwrap_err().code,
                ProblemCode::NotOurBackend,
                "{}",
                foreign.status
            );
        }
        assert_eq!(read::<()>(204, &answer(204, "", "")), Ok(()));
    }

    #[test]
    fn a_backend_cannot_speak_for_the_secret_store() {
        let told = serde_json::to_string(&Problem::new(ProblemCode::StoreLocked)).unwrap();
        let wrong = answer(400, "application/problem+json", &told);
        assert_eq!(read::<()>(204, &wrong).unwrap_err().code, ProblemCode::NotOurBackend);
        let told = serde_json::to_string(&Problem::new(ProblemCode::StepUpRequired)).unwrap();
        let right = answer(401, "application/problem+json", &told);
        assert_eq!(read::<()>(204, &right).unwrap_err().code, ProblemCode::StepUpRequired);
    }
}
