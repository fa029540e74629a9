//! [`super`] in a window of the shell.

use super::Task;
use js_sys::{Array, Date, Function, Intl, JSON, Object, Promise, Reflect};
use postern_contract::{AskerId, Moment, Problem, ProblemCode};
use serde::de::DeserializeOwned;
use sycamore::reactive::NodeHandle;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

const INTERNALS: &str = "__TAURI_INTERNALS__";

fn refused() -> Problem {
    Problem::new(ProblemCode::WindowRefused)
}

/// What the shell answered with instead of an answer. Tauri itself refuses with plain text (an unlisted command).
fn problem(value: &JsValue) -> Problem {
    read(value).unwrap_or_else(refused)
}

/// A value of the page as one of ours, by way of its JSON text: one deserializer for everything keeps the page small.
fn read<T: DeserializeOwned>(value: &JsValue) -> Option<T> {
    serde_json::from_str(&text(value)).ok()
}

fn text(value: &JsValue) -> String {
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.unwrap_or_else(|| "null".to_owned())
}

fn path(names: &[&str]) -> Result<JsValue, JsValue> {
    names.iter().try_fold(JsValue::from(js_sys::global()), |at, name| Reflect::get(&at, &(*name).into()))
}

fn tauri(function: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let internals = path(&[INTERNALS])?;
    let function: Function = Reflect::get(&internals, &function.into())?.dyn_into()?;
    Reflect::apply(&function, &internals, &arguments.iter().collect::<Array>())
}

async fn invoke_raw(name: &str, arguments: &Object) -> Result<JsValue, JsValue> {
    let promise: Promise = tauri("invoke", &[name.into(), arguments.into()])?.dyn_into()?;
    JsFuture::from(promise).await
}

pub async fn invoke(name: &str, input: Option<String>) -> Result<String, Problem> {
    let input = JSON::parse(&input.ok_or_else(refused)?).map_err(|_| refused())?;
    let arguments = Object::new();
    if !input.is_null() {
        Reflect::set(&arguments, &"input".into(), &input).map_err(|_| refused())?;
    }
    let answer = invoke_raw(name, &arguments).await.map_err(|refusal| problem(&refusal))?;
    Ok(text(&answer))
}

/// An event being listened to; dropping it stops that.
pub struct Listening {
    event: &'static str,
    registered: Option<Promise>,
    handler: Option<Closure<dyn FnMut(JsValue)>>,
}

/// The handler gets the payload as JSON text.
pub fn listen(event: &'static str, mut handler: Box<dyn FnMut(String)>) -> Listening {
    let handler = Closure::new(move |heard: JsValue| {
        handler(text(&Reflect::get(&heard, &"payload".into()).unwrap_or(JsValue::NULL)));
    });
    let register = || -> Result<Promise, JsValue> {
        let callback = tauri("transformCallback", &[handler.as_ref().clone()])?;
        let target = Object::new();
        Reflect::set(&target, &"kind".into(), &"WebviewWindow".into())?;
        Reflect::set(&target, &"label".into(), &window_label().into())?;
        let arguments = Object::new();
        Reflect::set(&arguments, &"event".into(), &event.into())?;
        Reflect::set(&arguments, &"target".into(), &target)?;
        Reflect::set(&arguments, &"handler".into(), &callback)?;
        tauri("invoke", &["plugin:event|listen".into(), arguments.into()])?.dyn_into()
    };
    let registered = register().ok();
    Listening { event, registered, handler: Some(handler) }
}

impl Listening {
    /// Stops listening, as dropping it does.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let (event, handler) = (self.event, self.handler.take());
        let Some(registered) = self.registered.take() else { return };
        wasm_bindgen_futures::spawn_local(async move {
            let stop = async || -> Result<(), JsValue> {
                let id = JsFuture::from(registered).await?;
                let internals = path(&["__TAURI_EVENT_PLUGIN_INTERNALS__"])?;
                let unregister: Function =
                    Reflect::get(&internals, &"unregisterListener".into())?.dyn_into()?;
                unregister.call2(&internals, &event.into(), &id)?;
                let arguments = Object::new();
                Reflect::set(&arguments, &"event".into(), &event.into())?;
                Reflect::set(&arguments, &"eventId".into(), &id)?;
                invoke_raw("plugin:event|unlisten", &arguments).await.map(drop)
            };
            // A window that is closing cannot be told; then there is nothing left to stop either.
            let _ = stop().await;
            drop(handler);
        });
    }
}

pub fn spawn_in(scope: NodeHandle, task: Task<()>) {
    scope.run_in(|| sycamore::futures::spawn_local_scoped(task));
}

pub async fn pause(milliseconds: u32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Ok(timer) = path(&["setTimeout"]).and_then(JsCast::dyn_into::<Function>) {
            let _ = timer.call2(&JsValue::UNDEFINED, &resolve, &milliseconds.into());
        }
    });
    let _ = JsFuture::from(promise).await;
}

pub fn window_label() -> String {
    path(&[INTERNALS, "metadata", "currentWindow", "label"])
        .ok()
        .and_then(|label| label.as_string())
        .unwrap_or_default()
}

pub fn random_asker() -> AskerId {
    let uuid = path(&["crypto"]).and_then(|crypto| {
        let function: Function = Reflect::get(&crypto, &"randomUUID".into())?.dyn_into()?;
        function.call0(&crypto)
    });
    uuid.ok().and_then(|text| text.as_string()?.parse().ok()).unwrap_or(AskerId(uuid::Uuid::nil()))
}

pub fn now_ms() -> f64 {
    Date::now()
}

fn format(moment: Moment, options: &[(&str, &str)]) -> String {
    let wanted = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&wanted, &(*name).into(), &(*value).into());
    }
    #[allow(
        clippy::cast_precision_loss,
        reason = "milliseconds of any year we can write stay exact in a double"
    )]
    let date = Date::new(&(moment.as_millisecond() as f64).into());
    let format = Intl::DateTimeFormat::new(&Array::of1(&"en-GB".into()), &wanted).format();
    format.call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

pub fn local_date(moment: Moment) -> String {
    format(moment, &[("day", "numeric"), ("month", "short"), ("year", "numeric")])
}

pub fn local_time(moment: Moment) -> String {
    format(moment, &[("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")])
}

pub fn local_moment(year: u32, month: u32, day: u32, hour: u32, minute: u32) -> Option<Moment> {
    // what the calendar has not, such as 30 February, would become another day
    let (month_before, signed) = (i32::try_from(month).ok()? - 1, |number: u32| i32::try_from(number).ok());
    let date = Date::new_with_year_month_day_hr_min(
        year,
        month_before,
        signed(day)?,
        signed(hour)?,
        signed(minute)?,
    );
    #[allow(clippy::cast_possible_truncation, reason = "milliseconds of a year of four digits")]
    let moment = Moment::from_millisecond(date.get_time() as i64);
    (date.get_date() == day).then_some(moment)
}

pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
