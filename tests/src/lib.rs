//! Stories in real windows: what the files under `tests/` are written with.
//!
//! A [`World`] is one person's desktop, alone: a screen, a window manager, a bus, a secret store, an empty home, and
//! the application driven through WebDriver. Controls are found as a person names them: [`Page::button`] and its
//! neighbours ask the engine for the accessible name. [`steps`] are what an administrator does, one function per act.
//!
//! Deliberately not here: any way into the application but its windows. Time moves by `faketime` around a process,
//! failures are real ones (a locked keyring, a stopped server).

pub mod accessibility;
pub mod app;
pub mod authority;
pub mod backend;
pub mod bus;
pub mod cable;
pub mod caller;
pub mod carried;
pub mod clipboard;
pub mod clock;
pub mod depth;
pub mod dialog;
pub mod drag;
pub mod find;
pub mod heartbeat;
pub mod input;
pub mod input_method;
pub mod keyring;
pub mod machine;
pub mod page;
pub mod patience;
pub mod program;
pub mod room;
pub mod screen;
pub mod screenshot;
pub mod seed;
pub mod steps;
pub mod traces;
pub mod wire;
pub mod world;

pub use find::Role;
pub use page::Page;
pub use world::{Plan, World, empty, with_account};
