//! [`super`] by the browser engine's `Date`, which reads and writes RFC 3339.

use js_sys::Date;
use wasm_bindgen::JsValue;

pub fn parse(text: &str) -> Option<i64> {
    let millisecond = Date::parse(text);
    #[allow(clippy::cast_possible_truncation, reason = "a Date holds whole milliseconds within ±8.64e15")]
    millisecond.is_finite().then_some(millisecond as i64)
}

pub fn print(millisecond: i64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of any year we write stay exact in a double")]
    let date = Date::new(&JsValue::from_f64(millisecond as f64));
    date.to_iso_string().into()
}
