//! Account changes that are prepared without a network and applied later. A plan is a small file: whose account, what it was
//! when the plan was prepared (fingerprints, never values), and what it is to be. It holds no password, number or secret.
//!
//! [`review`] makes a plan of what was typed and the account as last seen; [`opened`] reads one back and holds it against the
//! account; [`Application`] walks its steps, asking for what only a person has, and notes each in a [`journal`] before and
//! after, so that it goes on where it stopped whatever stopped it. What was done ends in [`receipts`].

use postern_backend::Clock;
use postern_contract::Moment;

mod application;
pub mod brought;
pub mod countersign;
pub mod duplicates;
pub mod file;
mod journal;
pub mod manual;
pub mod mark;
pub mod opened;
pub mod packed;
pub mod receipts;
pub mod refreshing;
mod refusal;
pub mod review;
mod seen;
mod standing;
pub mod status;
mod step;
#[cfg(test)]
mod tests;
pub mod unseen;
mod writing;

pub use application::Application;
pub use countersign::{Countersigner, Policy};
pub use file::Plan;
pub use journal::Places;
pub use opened::{Opened, With, text, write};
pub use postern_backend::SystemClock;
pub use receipts::{Here, Receipts, Verified};
pub use review::{Base, prepare, review};
pub use unseen::{Unseen, prepare_unseen};

/// The time by that clock: a shell has none of its own.
pub fn now(clock: &impl Clock) -> Moment {
    clock.now()
}
