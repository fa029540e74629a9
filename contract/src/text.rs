//! Unicode as the rules need it: normal forms, and characters as a person counts them. The backend and the shell carry
//! the tables; a page asks the browser engine it runs in, which has them already, and is a third smaller for it.

#[cfg(not(target_arch = "wasm32"))]
#[path = "text/tables.rs"]
mod source;
#[cfg(target_arch = "wasm32")]
#[path = "text/engine.rs"]
mod source;

/// Normalization form C.
pub fn nfc(text: &str) -> String {
    source::nfc(text)
}

/// Normalization form KC.
pub fn nfkc(text: &str) -> String {
    source::nfkc(text)
}

/// The number of extended grapheme clusters.
pub fn characters(text: &str) -> u32 {
    source::characters(text)
}
