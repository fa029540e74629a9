//! [`super`] where there is no window: commands are refused, tasks are not run, time stands still, so that pages render
//! to text the same way each time.

use super::Task;
use postern_contract::{AskerId, Moment, Problem, ProblemCode, samples};
use std::future::{Future, ready};
use sycamore::reactive::NodeHandle;

pub fn invoke(_: &str, _: Option<String>) -> impl Future<Output = Result<String, Problem>> {
    ready(Err(Problem::new(ProblemCode::WindowRefused)))
}

/// An event being listened to; there are none here.
pub struct Listening;

impl Listening {
    /// Stops listening, as dropping it does.
    #[allow(clippy::unused_self, reason = "as in a window")]
    pub fn stop(self) {}
}

pub fn listen(_: &'static str, _: Box<dyn FnMut(String)>) -> Listening {
    Listening
}

pub fn spawn_in(_: NodeHandle, task: Task<()>) {
    drop(task);
}

pub fn pause(_: u32) -> impl Future<Output = ()> {
    ready(())
}

pub fn window_label() -> String {
    "main".to_owned()
}

pub fn random_asker() -> AskerId {
    AskerId(uuid::Uuid::from_u128(0xa5))
}

#[allow(clippy::cast_precision_loss, reason = "a fixed sample")]
pub fn now_ms() -> f64 {
    samples::now().as_millisecond() as f64
}

pub fn local_date(moment: Moment) -> String {
    moment.to_string().chars().take(10).collect()
}

pub fn local_time(moment: Moment) -> String {
    moment.to_string().chars().skip(11).take(8).collect()
}

pub fn local_moment(year: u32, month: u32, day: u32, hour: u32, minute: u32) -> Option<Moment> {
    serde_json::from_str(&format!("\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z\"")).ok()
}

pub fn reload() {}
