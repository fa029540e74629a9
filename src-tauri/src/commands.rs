//! One short command per row of the contract's list of commands: check who calls, pass it to the desk, tell the other
//! windows. Nothing is decided here and no secret is answered.

pub mod key;
pub mod message;
pub mod offer;
pub mod session;
pub mod store;
pub mod window;

use postern_client::Desk;

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
    session::cancel_subscription,
    window::open_manage_account,
    window::open_messages,
    window::tear_off,
    window::open_settings,
    window::open_plans,
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
}
