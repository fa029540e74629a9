//! Waiting for a condition, with a deadline. The one place where a story lets time pass.

use anyhow::{Error, Result, anyhow};
use std::time::Duration;

/// The most that anything on one computer may take while two stories share two cores.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a condition is looked at.
const GLANCE: Duration = Duration::from_millis(25);

/// Asks until the answer is there. What fails is asked again; at the deadline its last words are the error.
pub async fn until<T>(what: &str, condition: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    within(PATIENCE, what, condition).await
}

/// [`until`] with another deadline.
pub async fn within<T>(
    limit: Duration,
    what: &str,
    mut condition: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let mut last: Option<Error> = None;
    let asked = tokio::time::timeout(limit, async {
        let mut glances = tokio::time::interval(GLANCE);
        glances.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            glances.tick().await;
            match condition().await {
                Ok(Some(answer)) => return answer,
                Ok(None) => last = None,
                Err(error) => last = Some(error),
            }
        }
    });
    match asked.await {
        Ok(answer) => Ok(answer),
        Err(_) => Err(match last {
            Some(error) => error.context(format!("waited in vain: {what}")),
            None => anyhow!("waited in vain: {what}"),
        }),
    }
}

/// Holds that something stays as it is for a while; used only where a wrong change would come by itself.
pub async fn stays(what: &str, condition: impl AsyncFnMut() -> Result<Option<()>>) -> Result<()> {
    match within(Duration::from_millis(600), what, condition).await {
        Ok(()) => Err(anyhow!("it changed: {what}")),
        Err(_) => Ok(()),
    }
}
