//! One short command per row of the contract's list of commands: check who calls, pass it to the desk, tell the other
//! windows. Nothing is decided here and no secret is answered.

pub mod connection;
pub mod key;
pub mod message;
pub mod offer;
pub mod plan;
pub mod session;
pub mod setting;
pub mod store;
pub mod window;

use postern_client::Desk;
use postern_contract::{Problem, ProblemCode};

/// The desk as a command borrows it.
pub type AtDesk<'a> = tauri::State<'a, Desk>;

/// Lists the commands once: for Tauri, and by name for the guard that compares them with the contract.
macro_rules! commands {
    ($($noun:ident::$name:ident),* $(,)?) => {
        /// The names of all commands that are handled.
        pub const HANDLED: &[&str] = &[$(stringify!($name)),*];

        /// Hands a call to its command.
        pub fn handler<R: tauri::Runtime>() -> impl Fn(tauri::ipc::Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($noun::$name),*]
        }
    };
}

commands! {
    session::send,
    session::start,
    session::sign_in,
    session::answer_number,
    session::step_up,
    session::sign_out,
    session::lock,
    session::cancel_subscription,
    window::answer_leave,
    window::open_manage_account,
    window::open_messages,
    window::tear_off,
    window::open_settings,
    window::open_plans,
    window::prepare_changes,
    key::list_keys,
    key::add_key,
    key::copy_key,
    key::delete_key,
    key::clear_clipboard,
    store::advise_password,
    store::unlock_store,
    store::use_memory_only,
    message::list_messages,
    message::copy_number,
    offer::list_offers,
    offer::choose_file,
    offer::dismiss_offer,
    connection::recall,
    connection::try_connection,
    setting::show_settings,
    setting::change_setting,
    setting::preview_import,
    setting::apply_import,
    setting::undo_import,
    plan::take_typed,
    plan::begin_plan,
    plan::review_plan,
    plan::save_plan,
    plan::open_plan,
    plan::answer_plan,
    plan::list_receipts,
    plan::export_receipt,
}

/// Runs what waits for a disk, or for another program, on a thread that may wait.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tauri::async_runtime::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work on a file ended early");
        ProblemCode::Internal
    })?
}
