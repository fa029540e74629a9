//! The plans that are being worked on: the one that is prepared, those that were opened, and those that are being applied.
//! What was looked at is what is applied, whatever becomes of the file meanwhile; what is applied rests in the client's
//! journal, so nothing is lost with this.

use contract::capabilities::Capabilities;
use contract::configuration::OfferId;
use contract::connection::Recalled;
use contract::plan::{PlanAnswer, PlanProgress, Standing};
use contract::{Problem, ProblemCode};
use postern_client::Desk;
use postern_client::config::Configured;
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
}

/// A plan that was opened, and its application once it has begun.
#[derive(Clone)]
struct Worked {
    opened: Arc<Opened>,
    application: Arc<tokio::sync::Mutex<Option<UnderWay>>>,
}

/// A plan that is being applied, and how many steps were done the last time.
struct UnderWay {
    application: Application,
    done: usize,
}

/// The plans that are being worked on in the window Prepared changes.
#[derive(Default)]
pub struct Plans {
    begun: Mutex<Option<Begun>>,
    worked: Mutex<BTreeMap<OfferId, Worked>>,
}

impl Plans {
    fn worked(&self) -> MutexGuard<'_, BTreeMap<OfferId, Worked>> {
        self.worked.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// A plan was opened. One that was being applied from the same file is put down, to be taken up again from its journal.
    pub fn open(&self, offer: OfferId, opened: Opened) -> Arc<Opened> {
        let opened = Arc::new(opened);
        let worked = Worked { opened: Arc::clone(&opened), application: Arc::default() };
        self.worked().insert(offer, worked);
        opened
    }

    /// Puts everything down: the window is closed. What is being applied can be gone on with.
    pub fn put_down(&self) {
        self.worked().clear();
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
            Some(under_way) => under_way,
            None => UnderWay { application: Application::of(&worked.opened, with).await?, done: 0 },
        };
        let progress = under_way.application.answer(answer).await;
        let before = std::mem::replace(&mut under_way.done, done(&progress));
        let changed = under_way.done != before;
        if progress.receipt.is_none() {
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
