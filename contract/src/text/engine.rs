//! [`super`] by the browser engine: `String.prototype.normalize` and `Intl.Segmenter`. The backend decides with tables
//! of its own, so an engine of another Unicode version can only make a page's hint differ, never what is accepted.

use js_sys::{Array, Function, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};

pub fn nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

pub fn nfkc(text: &str) -> String {
    JsString::from(text).normalize("NFKC").into()
}

pub fn characters(text: &str) -> u32 {
    segments(text).unwrap_or_else(|_| u32::try_from(text.chars().count()).unwrap_or(u32::MAX))
}

fn segments(text: &str) -> Result<u32, JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let segmenter: Function = Reflect::get(&intl, &"Segmenter".into())?.dyn_into()?;
    let segmenter = Reflect::construct(&segmenter, &Array::new())?;
    let segment: Function = Reflect::get(&segmenter, &"segment".into())?.dyn_into()?;
    let segments = segment.call1(&segmenter, &text.into())?;
    Ok(Array::from(&segments).length())
}
