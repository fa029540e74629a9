//! What crosses a boundary of Postern: operations, views, problems, rules.
//!
//! Window, command, client and backend all speak these types, so a change that one side forgets does not compile.
//! There is no IO, no clock, no randomness and no async here, and everything builds for wasm and for native.
//!
//! # How to add an operation, in four steps
//!
//! 1. Put its body and answer into the file of its noun ([`account`], [`key`], …) with a sample in [`samples`].
//! 2. Add one line to the list in [`operation`]; choose the section: *webview*, *shell* where a secret is
//!    involved, *service* where no desktop asks it; mark it `once` where it sends or creates.
//! 3. Write the handler in `backend/src/http/<noun>.rs`. Until it exists the backend does not compile.
//! 4. Webview: call `bridge::send` from a page. Shell: add a command to [`shell::COMMANDS`] and write it.
#![warn(missing_docs)]

pub mod account;
pub mod activity;
pub mod advice;
pub mod capabilities;
pub mod configuration;
pub mod connection;
pub mod export;
pub mod identifier;
pub mod introspection;
pub mod key;
pub mod link;
pub mod message;
pub mod moment;
pub mod operation;
pub mod plan;
pub mod problem;
pub mod rules;
pub mod samples;
pub mod secret;
pub mod security;
pub mod session;
pub mod shell;
pub mod text;
pub mod verification;
pub mod window;

pub use identifier::{AccountId, AskerId, ChallengeId, ETag, KeyId, MessageId, SessionId, VerificationId};
pub use moment::Moment;
pub use operation::{Access, Media, Method, Operation, Section};
pub use problem::{Current, FieldProblem, Problem, ProblemCode};
pub use rules::Rule;
pub use secret::Secret;
