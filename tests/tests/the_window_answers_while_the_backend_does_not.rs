//! Whatever becomes of the way to the backend, the window goes on answering, and each request ends in a problem that says
//! what is wrong.

use anyhow::{Context, Result, ensure};
use postern_contract::Problem;
use postern_contract::shell::Window;
use postern_faults::Mode;
use postern_stories::depth::rounds;
use postern_stories::heartbeat::{Heartbeat, Late};
use postern_stories::patience::until;
use postern_stories::{Page, Role, steps, steps::MINA, with_account};
use serde_json::Value;

/// The backend as somebody configured it, with little patience.
const CONFIGURED: &str = "[[backends]]\nname = \"Harbor\"\nurl = \"{url}\"\nconnect_seconds = 1\ntotal_seconds = 2\n\n\
                          [defaults]\nbackend = \"Harbor\"\n";

/// The most that a beat may be late, in milliseconds. Source: NET-1.
const LATE_MAX: f64 = 100.0;

/// How many beats and answers there must be before a fault has been seen for long enough.
const BEATS: u64 = 3;

/// What stays busiest in the shell while it fails; the others come in a deep run.
const DAILY: [Mode; 6] =
    [Mode::Silence, Mode::Huge, Mode::GzipBomb, Mode::DeepJson, Mode::Drip, Mode::BlackHole];

/// Asks for the account as the page does, and for the way to the backend, and waits for both answers.
const ASK: &str = "
    const done = arguments[arguments.length - 1];
    const invoke = window.__TAURI_INTERNALS__.invoke;
    const account = invoke('send', { input: { operation: 'GetAccount', request: { body: null } } });
    Promise.allSettled([account, invoke('try_connection')])
        .then(([account, way]) => done({ refused: account.reason ?? null, way: way.value ?? null }));";

async fn ask(page: &Page) -> Result<Value> {
    Ok(page.face().await?.execute_async(ASK, vec![]).await?.json().clone())
}

/// The fault as the page learns it, and how late the window was meanwhile: what fails at once fails again until the heart
/// has beaten, which one that stands still never does.
async fn failing(page: &Page, heart: &Heartbeat, mode: Mode) -> Result<(Problem, Late)> {
    heart.late(page).await?;
    let mut before: Option<Late> = None;
    let (answer, late) = until(&format!("{mode:?}: the heart beats"), async || {
        let answer = ask(page).await?;
        let now = heart.late(page).await?;
        let late = before.map_or(now, |before| before.and(now));
        before = Some(late);
        Ok((late.beats.0 >= BEATS && late.beats.1 >= BEATS).then_some((answer, late)))
    })
    .await?;
    let problem = serde_json::from_value(answer["refused"].clone());
    let problem = problem.with_context(|| format!("{mode:?}: {answer}"))?;
    ensure!(!answer["way"]["trouble"].is_null(), "{mode:?}: the way is said to be good: {answer}");
    Ok((problem, late))
}

#[tokio::test]
async fn net_1_no_beat_is_late_whatever_the_network_does() -> Result<()> {
    with_account()
        .remote(&[])
        .faulty()
        .configured(CONFIGURED)
        .tell(async |world| {
            let page = steps::sign_in(world, &MINA).await?;
            let heart = Heartbeat::of(&page).await?;
            let deep = rounds(0, 1) == 1;
            let modes = if deep { Mode::FAULTS.to_vec() } else { DAILY.to_vec() };
            for mode in modes {
                world.faults()?.set(mode).await;
                let mut seen = Vec::new();
                // a machine that holds everybody up does so now and then; a window that is blocked is late each time
                for _ in 0..5 {
                    let (problem, late) = failing(&page, &heart, mode).await?;
                    seen.push((problem.code, late));
                    if late.beyond_the_machine() <= LATE_MAX {
                        break;
                    }
                }
                println!("{mode:?}: {seen:?}");
                let (_, last) = seen.last().context("it was tried")?;
                ensure!(last.beyond_the_machine() <= LATE_MAX, "{mode:?}: {seen:?}");
            }
            // and once the network is well again, so is the window
            world.faults()?.set(Mode::Whole).await;
            let page = world.window(Window::Main).await?;
            until("the backend answers again", async || {
                Ok(ask(&page).await?["way"]["trouble"].is_null().then_some(()))
            })
            .await?;
            page.find_starting(Role::Button, MINA.name).await?;
            Ok(())
        })
        .await
}
