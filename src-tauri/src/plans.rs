//! The plans that are being worked on: the one that is prepared, those that were opened, and those that are being applied.
//! What was looked at is what is applied, whatever becomes of the file meanwhile; what is applied rests in the client's
//! journal, so nothing is lost with this.

use contract::capabilities::Capabilities;
use contract::configuration::OfferId;
use contract::connection::Recalled;
use contract::plan::{PlanAnswer, PlanAsk, PlanProgress, Standing, Typed};
use contract::{Problem, ProblemCode};
use postern_client::Desk;
use postern_client::config::Configured;
use postern_client::plan::mark::FingerprintKey;
use postern_client::plan::{Application, Opened, Places, Policy, SystemClock, With};
use postern_contract as contract;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What preparing started from: a plan is prepared against what was shown, not against what has come since.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The account as it was shown.
    pub base: Recalled,
    /// The backend's limits.
    pub capabilities: Capabilities,
    /// The key of the account's fingerprints.
    pub key: Option<FingerprintKey>,
}

/// A plan that was opened, and its application once it has begun.
#[derive(Clone)]
struct Worked {
    opened: Arc<Opened>,
    application: Arc<tokio::sync::Mutex<Option<UnderWay>>>,
}

/// A plan that is being applied, and how far it had come the last time.
struct UnderWay {
    application: Application,
    last: Option<PlanProgress>,
}

impl UnderWay {
    /// Answers. Somebody who comes back to a question and begins anew is asked it again.
    async fn answer(&mut self, answer: PlanAnswer) -> PlanProgress {
        let asks = |progress: &&PlanProgress| !matches!(progress.ask, None | Some(PlanAsk::Trouble { .. }));
        match (answer, self.last.as_ref().filter(asks)) {
            (PlanAnswer::Go, Some(last)) => PlanProgress { problem: None, ..last.clone() },
            (answer, _) => self.application.answer(answer).await,
        }
    }
}

/// The plans that are being worked on in the window Prepared changes.
#[derive(Default)]
pub struct Plans {
    typed: Mutex<Option<Typed>>,
    begun: Mutex<Option<Begun>>,
    worked: Mutex<BTreeMap<OfferId, Worked>>,
}

impl Plans {
    fn worked(&self) -> MutexGuard<'_, BTreeMap<OfferId, Worked>> {
        self.worked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn typed(&self) -> MutexGuard<'_, Option<Typed>> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another window wants a plan that begins with this; what was wanted before and not taken stays.
    pub fn want(&self, typed: Typed) {
        let mut wanted = self.typed();
        *wanted = Some(wanted.take().unwrap_or_default().then(typed));
    }

    /// What another window wants a plan to begin with, once.
    pub fn take_typed(&self) -> Option<Typed> {
        self.typed().take()
    }

    /// What preparing started from; `not_found` where it has not begun.
    pub fn begun(&self) -> Result<Begun, Problem> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).clone();
        begun.ok_or_else(|| ProblemCode::NotFound.into())
    }

    /// Preparing starts, from this.
    pub fn begin(&self, begun: Begun) {
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(begun);
    }

    /// A plan was opened. One that is being applied stays what it is: its file is read again once that has ended.
    pub fn open(&self, offer: OfferId, opened: Opened) -> Arc<Opened> {
        let mut worked = self.worked();
        // one that cannot be looked at is being answered just now
        let is_free = |there: &Worked| there.application.try_lock().is_ok_and(|none| none.is_none());
        if let Some(there) = worked.get(&offer).filter(|there| !is_free(there)) {
            return Arc::clone(&there.opened);
        }
        let opened = Arc::new(opened);
        worked.insert(offer, Worked { opened: Arc::clone(&opened), application: Arc::default() });
        opened
    }

    /// Puts everything down: the window is closed. What is being applied can be gone on with.
    pub fn put_down(&self) {
        self.worked().clear();
        self.take_typed();
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Answers what applying a plan waits for; the first answer takes the plan up. Says whether a step was done.
    pub async fn answer(
        &self,
        offer: OfferId,
        answer: PlanAnswer,
        with: With,
    ) -> Result<(PlanProgress, bool), Problem> {
        let worked = self.worked().get(&offer).cloned().ok_or(ProblemCode::NotFound)?;
        let mut place = worked.application.lock().await;
        let mut under_way = match place.take() {
            // the policy may be another since
            Some(mut under_way) => {
                under_way.application.under(with.policy);
                under_way
            }
            None => UnderWay { application: Application::of(&worked.opened, with).await?, last: None },
        };
        let progress = under_way.answer(answer).await;
        let before = under_way.last.replace(progress.clone()).as_ref().map_or(0, done);
        let changed = done(&progress) != before;
        // one that was stopped is taken up from its journal again, by whoever goes on with it
        if progress.ask.is_some() {
            *place = Some(under_way);
        }
        Ok((progress, changed))
    }
}

fn done(progress: &PlanProgress) -> usize {
    progress.steps.iter().filter(|step| step.standing == Standing::Done).count()
}

/// What a plan is looked at and applied with.
pub fn with(desk: &Desk, configured: &Configured) -> With {
    With {
        desk: desk.clone(),
        policy: Policy::from(configured.now().policy()),
        places: places(configured),
        clock: Arc::new(SystemClock),
    }
}

/// Where journals and receipts rest.
pub fn places(configured: &Configured) -> Places {
    Places::under(&configured.places().data)
}

#[cfg(test)]
mod tests {
    use super::Plans;
    use contract::plan::Typed;
    use postern_contract as contract;

    #[test]
    fn what_was_typed_is_told_once_and_nothing_of_it_outlives_the_window() {
        let plans = Plans::default();
        let named = |name: &str| Typed { name: Some(name.to_owned()), ..Typed::default() };
        plans.want(Typed { task: Some("Gate".to_owned()), ..named("Mina") });
        plans.want(named("Mina Lee"));
        let taken = plans.take_typed().expect("it waits");
        assert_eq!((taken.name.as_deref(), taken.task.as_deref()), (Some("Mina Lee"), Some("Gate")));
        assert_eq!(plans.take_typed(), None);
        plans.want(named("Mina"));
        plans.put_down();
        assert_eq!(plans.take_typed(), None);
    }

    #[test]
    fn a_password_has_no_place_in_it() {
        let wanted = serde_json::json!({"name": "Mina", "password": "quiet lantern"});
        assert!(serde_json::from_value::<Typed>(wanted).is_err());
    }
}
