//! Whether a window answers: a timer and a question to the shell, each every fiftieth of a second, and how late the latest of
//! them was. The test's own process keeps the same beat, since two busy processors hold up whoever waits for them.

use crate::page::Page;
use anyhow::{Context, Result};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often.
const BEAT: Duration = Duration::from_millis(20);

/// Starts the beat in a page, once.
const START: &str = "
    const beat = arguments[0];
    if (window.heart) return;
    const heart = window.heart = { timer: 0, shell: 0, beats: 0, answers: 0 };
    let due = performance.now() + beat;
    const tick = () => {
        const now = performance.now();
        heart.timer = Math.max(heart.timer, now - due);
        heart.beats += 1;
        due = now + beat;
        setTimeout(tick, beat);
    };
    setTimeout(tick, beat);
    const ask = async () => {
        const from = performance.now();
        await window.__TAURI_INTERNALS__.invoke('list_offers');
        heart.shell = Math.max(heart.shell, performance.now() - from);
        heart.answers += 1;
        setTimeout(ask, beat);
    };
    ask();";

/// What it was since the last time this was asked.
const LATEST: &str = "
    const heart = window.heart;
    const was = { ...heart };
    Object.assign(heart, { timer: 0, shell: 0, beats: 0, answers: 0 });
    return was;";

/// How late the latest beat was, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Late {
    /// The page's timer.
    pub timer: f64,
    /// The shell's answer to the page.
    pub shell: f64,
    /// This process's own timer.
    pub machine: f64,
    /// How many beats there were, and how many answers.
    pub beats: (u64, u64),
}

impl Late {
    /// Both together: the later of the two, each beside what the machine was meanwhile, and all beats.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        let later = if next.beyond_the_machine() > self.beyond_the_machine() { next } else { self };
        Self { beats: (self.beats.0 + next.beats.0, self.beats.1 + next.beats.1), ..later }
    }

    /// By how much the window was later than the machine made everybody.
    pub fn beyond_the_machine(&self) -> f64 {
        self.timer.max(self.shell) - self.machine
    }
}

/// The beat of a page and of this process.
#[derive(Debug)]
pub struct Heartbeat {
    own: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Heartbeat {
    /// Starts it.
    pub async fn of(page: &Page) -> Result<Self> {
        page.ask(START, vec![json!(BEAT.as_millis())]).await?;
        let own = Arc::new(AtomicU64::new(0));
        let latest = Arc::clone(&own);
        let task = tokio::spawn(async move {
            let mut beats = tokio::time::interval(BEAT);
            beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                let due = beats.tick().await;
                let late = u64::try_from(due.elapsed().as_millis()).unwrap_or(u64::MAX);
                latest.fetch_max(late, Ordering::Relaxed);
            }
        });
        Ok(Self { own, task })
    }

    /// How late it was since the last time this was asked.
    pub async fn late(&self, page: &Page) -> Result<Late> {
        let was = page.ask(LATEST, vec![]).await?;
        let number = |key: &str| was[key].as_f64().with_context(|| format!("{key} of {was}"));
        let count = |key: &str| was[key].as_u64().with_context(|| format!("{key} of {was}"));
        let machine = self.own.swap(0, Ordering::Relaxed);
        Ok(Late {
            timer: number("timer")?,
            shell: number("shell")?,
            #[allow(clippy::cast_precision_loss, reason = "milliseconds of one run")]
            machine: machine as f64,
            beats: (count("beats")?, count("answers")?),
        })
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.task.abort();
    }
}
