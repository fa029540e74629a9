//! Every story, one file each, named as a sentence. All are one binary, since linking is what costs.

mod a_file_is_dragged_onto_the_window;
mod a_link_is_followed;
mod a_password_can_be_pasted;
mod a_policy_fixes_a_setting;
mod a_signed_bundle_is_imported;
mod an_administrator_cancels_the_subscription;
mod an_administrator_changes_the_password;
mod an_administrator_changes_the_user_information;
mod an_administrator_creates_an_account;
mod an_administrator_keeps_authentication_keys;
mod an_administrator_signs_in;
mod an_administrator_uses_a_second_factor;
mod an_authentication_number_is_wrong_or_too_old;
mod changes_are_prepared_offline;
mod changes_lock_while_a_form_is_filled;
mod the_backend_cannot_be_reached;
mod the_main_job;
mod the_network_is_pulled_out;
mod the_page_is_confined;
mod the_page_names_no_host;
mod the_secret_store_cannot_be_used;
mod the_window_answers_while_the_backend_does_not;
mod two_windows_edit_at_once;
mod unlocking;
