//! Unicode data of [`super`] from the browser engine: `String.prototype.normalize`, `Intl.Segmenter`, property escapes of
//! regular expressions, and `URL`. The backend decides with tables of its own, so an engine of another Unicode version can
//! only make a page's hint differ, never what is accepted.

use super::Property;
use js_sys::{Array, Function, JsString, Reflect, RegExp};
use wasm_bindgen::{JsCast, JsValue};

pub fn nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

pub fn nfkc(text: &str) -> String {
    JsString::from(text).normalize("NFKC").into()
}

/// The number of code points of each extended grapheme cluster.
pub fn clusters(text: &str) -> Vec<u32> {
    segments(text).unwrap_or_else(|_| text.chars().map(|_| 1).collect())
}

fn segments(text: &str) -> Result<Vec<u32>, JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let segmenter = Reflect::construct(&constructor(&intl, "Segmenter")?, &Array::new())?;
    let segment: Function = Reflect::get(&segmenter, &"segment".into())?.dyn_into()?;
    let segments = Array::from(&segment.call1(&segmenter, &text.into())?);
    segments
        .iter()
        .map(|segment| {
            let text = Reflect::get(&segment, &"segment".into())?;
            Ok(text.as_string().map_or(1, |text| super::code_points(&text)))
        })
        .collect()
}

fn constructor(of: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(of, &name.into())?.dyn_into()
}

pub(super) fn has(property: Property, character: char) -> bool {
    let class = match property {
        Property::Ignorable => r"\p{DI}",
        Property::Control => r"\p{C}\p{Zl}\p{Zp}",
        Property::Digit => r"\p{Nd}",
        Property::Dash => r"\p{Dash}",
        Property::Bracket => r"\p{Ps}\p{Pe}\p{Pi}\p{Pf}",
        Property::Mark => r"\p{M}",
        Property::Nonspacing => r"\p{Mn}\p{Me}",
        Property::Emoji => r"\p{Emoji}",
        Property::Pictographic => r"\p{ExtPict}",
    };
    RegExp::new(&format!("[{class}]"), "u").test(character.encode_utf8(&mut [0; 4]))
}

/// The A-label form of a domain by UTS #46, as the engine resolves the host of a URL. `domain` holds no character that
/// separates the parts of a URL.
pub fn to_ascii(domain: &str) -> Option<String> {
    let url = constructor(&js_sys::global(), "URL").ok()?;
    let url = Reflect::construct(&url, &Array::of1(&format!("https://{domain}/").into())).ok()?;
    Reflect::get(&url, &"hostname".into()).ok()?.as_string()
}

/// See [`super::script::suspect`].
pub fn suspect(text: &str) -> Option<char> {
    const LATIN: &str = r"(?=\p{L})\p{scx=Latn}";
    const OTHER: &str = r"(?![\p{scx=Latn}\p{scx=Hani}\p{scx=Hang}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Zyyy}\p{scx=Zinh}])\p{L}";
    let first = RegExp::new(OTHER, "u").exec(text)?.get(0).as_string()?;
    RegExp::new(LATIN, "u").test(text).then(|| first.chars().next())?
}
