//! A proxy that stands between a client and a real backend and fails in one way at a time, on real sockets of this
//! computer: what a network does to an administrator's desktop, brought about at will. For tests alone.
//!
//! It keeps its port whatever it does, so that an application that runs can be shown one fault after the other.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "for tests alone, which fail where they are surprised"
)]

mod answer;
mod behave;
mod exchange;
mod heard;
mod hole;
mod mode;
mod proxy;

pub use heard::Heard;
pub use mode::Mode;
pub use proxy::Proxy;
