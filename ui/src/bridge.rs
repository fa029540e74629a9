//! The only file that knows Tauri: commands, operations, events, and what the page's host gives beside them (time,
//! randomness, local time formats).
//!
//! Tauri's functions are looked up on each call instead of being bound when the module loads, so that a page opened
//! without the shell shows a problem and not a blank window. On native targets every call answers `window_refused`.

use postern_contract::operation::WebviewOperation;
use postern_contract::shell::{Call, command};
use postern_contract::{AskerId, Moment, Problem, ProblemCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use sycamore::reactive::NodeHandle;

#[cfg(target_arch = "wasm32")]
#[path = "bridge/page.rs"]
mod host;
#[cfg(not(target_arch = "wasm32"))]
#[path = "bridge/native.rs"]
mod host;

/// Something under way, its type forgotten, so that the page holds one copy of whatever waits for it.
pub type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// Calls a command of the shell.
#[allow(clippy::needless_pass_by_value, reason = "an input is given away: a secret in it is not kept here")]
pub fn call<C: Call>(input: C::Input) -> Answering<C::Answer> {
    ask(C::NAME, text(&input))
}

/// Sends one operation to the backend, through the shell.
pub fn send<O: WebviewOperation>(operation: O) -> Answering<O::Answer> {
    ask(command::Send::NAME, text(&operation.into_request()))
}

/// An answer under way. It travels as JSON text and is read at its end: what lies before is there once, whatever is asked.
pub struct Answering<A> {
    text: Task<Result<String, Problem>>,
    read: fn(Result<String, Problem>) -> Result<A, Problem>,
}

impl<A> Future for Answering<A> {
    type Output = Result<A, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let read = self.read;
        self.text.as_mut().poll(context).map(read)
    }
}

fn ask<A: DeserializeOwned>(name: &'static str, input: Option<String>) -> Answering<A> {
    Answering { text: Box::pin(host::invoke(name, input)), read }
}

fn text<I: Serialize>(input: &I) -> Option<String> {
    serde_json::to_string(input).ok()
}

fn read<A: DeserializeOwned>(answer: Result<String, Problem>) -> Result<A, Problem> {
    serde_json::from_str(&answer?).map_err(|_| Problem::new(ProblemCode::NotOurBackend))
}

/// Listens to an event of the shell until the current scope ends. The payload is read as `T`; `()` for none. What is heard
/// is handled in that scope, as if the page had acted itself.
pub fn listen_here<T: DeserializeOwned + 'static>(event: &'static str, handler: impl FnMut(T) + 'static) {
    hear(event, Box::new(handler));
}

/// Boxed, so that the page holds one copy for each kind of payload.
fn hear<T: DeserializeOwned + 'static>(event: &'static str, mut handler: Box<dyn FnMut(T)>) {
    let scope = sycamore::reactive::use_current_scope();
    let heard = move |payload: String| {
        if let Ok(payload) = serde_json::from_str(&payload) {
            scope.run_in(|| handler(payload));
        }
    };
    let listening = host::listen(event, Box::new(heard));
    sycamore::reactive::on_cleanup(move || listening.stop());
}

/// Runs `task` in `scope`; it is dropped when the scope ends, so it never writes a signal that is gone.
pub fn spawn_in(scope: NodeHandle, task: impl Future<Output = ()> + 'static) {
    host::spawn_in(scope, Box::pin(task));
}

/// Waits that many milliseconds.
pub async fn pause(milliseconds: u32) {
    host::pause(milliseconds).await;
}

/// The label of this window, as Tauri knows it.
pub fn window_label() -> String {
    host::window_label()
}

/// A fresh handle for somebody who creates an account: random, kept for that form alone.
pub fn random_asker() -> AskerId {
    host::random_asker()
}

/// Milliseconds since 1970, by this computer's clock. For countdowns and "2 minutes ago", never for decisions.
pub fn now_ms() -> f64 {
    host::now_ms()
}

/// The same as a moment.
#[allow(clippy::cast_possible_truncation, reason = "milliseconds of any year we can write fit")]
pub fn now() -> Moment {
    Moment::from_millisecond(now_ms() as i64)
}

/// `3 Nov 2026`, in local time.
pub fn local_date(moment: Moment) -> String {
    host::local_date(moment)
}

/// `14:03:18`, in local time.
pub fn local_time(moment: Moment) -> String {
    host::local_time(moment)
}

/// The moment that `2026-11-23 18:00`, or the day alone, is by this computer's clock; none where it is no such time.
pub fn local_moment(text: &str) -> Option<Moment> {
    let (day, time) = text.trim().split_once([' ', 'T']).unwrap_or((text.trim(), "00:00"));
    let parts = |text: &str, mark, lengths: &[usize]| -> Option<Vec<u32>> {
        let parts: Vec<&str> = text.split(mark).collect();
        let fits = parts.len() == lengths.len()
            && parts.iter().zip(lengths).all(|(part, length)| part.len() == *length);
        let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        if fits && parts.iter().all(digits) {
            parts.iter().map(|part| part.parse().ok()).collect()
        } else {
            None
        }
    };
    let (day, time) = (parts(day, '-', &[4, 2, 2])?, parts(time.trim(), ':', &[2, 2])?);
    let good = (1..=12).contains(&day[1]) && (1..=31).contains(&day[2]) && time[0] < 24 && time[1] < 60;
    if good { host::local_moment(day[0], day[1], day[2], time[0], time[1]) } else { None }
}

/// Asks the window to reload itself.
pub fn reload() {
    host::reload();
}
