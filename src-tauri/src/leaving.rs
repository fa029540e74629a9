//! Closing with changes that are not saved. A window that can hold any is asked before it closes, and closes once it says
//! so. Signing out and quitting ask one window after the other, and go on only where all of them agree.

use contract::shell::{LeaveAnswer, LeaveReason, Window, event};
use postern_contract as contract;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{announce, windows};

/// How long a page may take to answer or to show its question. One that takes longer has failed and is closed.
const PATIENCE: Duration = Duration::from_secs(5);

/// The windows that want to be asked, each with who waits for its answer.
#[derive(Debug, Default)]
pub struct Leaving(Mutex<HashMap<Window, Option<UnboundedSender<LeaveAnswer>>>>);

impl Leaving {
    fn windows(&self) -> MutexGuard<'_, HashMap<Window, Option<UnboundedSender<LeaveAnswer>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A window says something.
    pub fn hear(&self, window: Window, answer: LeaveAnswer) {
        let mut windows = self.windows();
        if answer == LeaveAnswer::Listens {
            windows.insert(window, None);
        } else if let Some(Some(waits)) = windows.get(&window) {
            // an error means that the answer is no longer waited for
            let _ = waits.send(answer);
        }
    }

    /// A window is closed: nothing in it can be lost any more.
    pub fn gone(&self, window: Window) {
        if let Some(Some(waits)) = self.windows().remove(&window) {
            let _ = waits.send(LeaveAnswer::Leaves);
        }
    }

    fn listens(&self, window: Window) -> bool {
        self.windows().contains_key(&window)
    }

    /// Begins to wait for a window's answer; none where it does not want to be asked. An earlier question is called off.
    fn wait_for(&self, window: Window) -> Option<UnboundedReceiver<LeaveAnswer>> {
        let mut windows = self.windows();
        let place = windows.get_mut(&window)?;
        let (sender, receiver) = unbounded_channel();
        if let Some(earlier) = place.replace(sender) {
            let _ = earlier.send(LeaveAnswer::Stays);
        }
        Some(receiver)
    }
}

/// A window is asked to close. Answers whether it stays for now: then it closes once it agrees. Closing main quits.
pub fn asks_before_closing<R: Runtime>(app: &AppHandle<R>, window: Window) -> bool {
    let (reason, closing) = match window {
        Window::Main => (LeaveReason::Quit, windows::all().collect()),
        window => (LeaveReason::Close, vec![window]),
    };
    let leaving = app.state::<Leaving>();
    if !closing.iter().any(|window| leaving.listens(*window)) {
        return false;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if agreed(&app, reason, closing).await {
            windows::close(&app, window);
        }
    });
    true
}

/// Asks each of these windows, one after the other; answers whether all of them may close. Until then none does, so that
/// what was discarded in the first is still there where the person goes on editing in the second.
pub async fn agreed<R: Runtime>(
    app: &AppHandle<R>,
    reason: LeaveReason,
    closing: impl IntoIterator<Item = Window>,
) -> bool {
    for window in closing {
        if !agrees(app, reason, window).await {
            return false;
        }
    }
    true
}

async fn agrees<R: Runtime>(app: &AppHandle<R>, reason: LeaveReason, window: Window) -> bool {
    let Some(mut answers) = app.state::<Leaving>().wait_for(window) else { return true };
    announce::one(app, &window.label(), event::ASK_TO_LEAVE, reason);
    let Ok(first) = tokio::time::timeout(PATIENCE, answers.recv()).await else {
        tracing::warn!(label = window.label(), "the page does not answer and is closed without a question");
        return true;
    };
    if first != Some(LeaveAnswer::Asks) {
        return first == Some(LeaveAnswer::Leaves);
    }
    windows::raise_open(app, window);
    answers.recv().await == Some(LeaveAnswer::Leaves)
}

#[cfg(test)]
mod tests {
    use super::Leaving;
    use contract::shell::{LeaveAnswer, Window};
    use postern_contract as contract;

    #[test]
    fn d2_only_a_window_that_listens_is_waited_for() {
        let leaving = Leaving::default();
        assert!(leaving.wait_for(Window::Plans).is_none());
        leaving.hear(Window::Plans, LeaveAnswer::Listens);
        let mut answers = leaving.wait_for(Window::Plans).expect("it listens");
        leaving.hear(Window::Plans, LeaveAnswer::Asks);
        assert_eq!(answers.try_recv(), Ok(LeaveAnswer::Asks));
        leaving.gone(Window::Plans);
        assert_eq!(answers.try_recv(), Ok(LeaveAnswer::Leaves));
        assert!(leaving.wait_for(Window::Plans).is_none());
    }

    #[test]
    fn d2_a_new_question_calls_the_earlier_one_off() {
        let leaving = Leaving::default();
        leaving.hear(Window::Main, LeaveAnswer::Listens);
        let mut closing = leaving.wait_for(Window::Main).expect("it listens");
        let mut quitting = leaving.wait_for(Window::Main).expect("it still does");
        assert_eq!(closing.try_recv(), Ok(LeaveAnswer::Stays));
        leaving.hear(Window::Main, LeaveAnswer::Leaves);
        assert_eq!(quitting.try_recv(), Ok(LeaveAnswer::Leaves));
    }
}
