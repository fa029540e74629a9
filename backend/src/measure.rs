//! What is counted while the backend works, for whoever runs it: numbers without a name, an address or an id in them. A
//! server shows them on `/metrics`; in the desktop, which has no such page, the same calls do nothing.

#[cfg(feature = "server")]
mod counted;
#[cfg(not(feature = "server"))]
mod uncounted;

#[cfg(feature = "server")]
pub(crate) use counted::Measures;
#[cfg(not(feature = "server"))]
pub(crate) use uncounted::Measures;
