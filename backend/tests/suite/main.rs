//! What the backend promises, shown through its public interface alone. One program, since linking is what takes time.
//!
//! A test that is listed in `on_both_stages!` runs three times: against the router called in-process, on SQLite and on
//! PostgreSQL, and against the binary over HTTP. A test that moves the clock runs in-process only. Each test that shows a
//! row of the acceptance list begins with that row's id.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what must hold")]

extern crate postern_contract as contract;

/// Runs each of these functions with a world of its own, on either stage.
macro_rules! on_both_stages {
    ($($test:ident),+ $(,)?) => {
        mod in_process {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::world::World::new().await).await;
            })+
        }
        #[cfg(unix)]
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::world::World::on(crate::world::Database::Postgres).await).await;
            })+
        }
        #[cfg(unix)]
        mod over_http {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::world::World::program(&[]).await).await;
            })+
        }
    };
}

/// Runs each of these functions in-process, with a world of its own on either database: for those that move the clock or
/// serve by several.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod by_hand_on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::world::World::new().await).await;
            })+
        }
        #[cfg(unix)]
        mod by_hand_on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::world::World::on(crate::world::Database::Postgres).await).await;
            })+
        }
    };
}

mod activity_trail;
mod an_administrator_from_sign_up_to_the_end;
mod depth;
#[cfg(target_os = "linux")]
mod disk;
mod faketime;
mod how_it_stops;
mod ipv6;
mod ledger;
mod number_limits;
mod password_strength;
mod person;
#[cfg(unix)]
mod pooler;
mod post_office;
mod postgres;
mod process_memory;
mod registered_keys;
mod relay_refusals;
mod request_framing;
mod seed;
mod served_certificate;
mod sign_in_throttling;
mod sign_up_throttling;
mod silent_database;
mod stage;
mod text_messages;
mod the_program;
mod the_unit;
mod typed_text;
mod what_a_clock_does;
mod what_a_configuration_says;
mod what_a_copy_holds;
#[cfg(unix)]
mod what_a_fail_over_keeps;
mod what_a_flood_meets;
mod what_a_full_disk_leaves;
mod what_a_gateway_is_told;
mod what_a_hash_ends;
mod what_a_hundred_failures_meet;
mod what_a_kill_leaves;
mod what_a_lost_database_sends;
mod what_a_new_password_meets;
mod what_a_password_opens;
mod what_a_power_cut_leaves;
mod what_an_export_holds;
mod what_an_operator_does;
#[cfg(unix)]
mod what_an_upgrade_keeps;
mod what_contacts_need;
#[cfg(unix)]
mod what_crosses_to_the_database;
mod what_desktops_keep;
mod what_editors_see;
mod what_every_answer_carries;
mod what_guessing_meets;
mod what_is_done_once;
mod what_is_logged;
mod what_is_never_written;
mod what_keys_do;
mod what_mail_carries;
mod what_nobody_carries;
mod what_numbers_open;
mod what_one_place_may_do;
mod what_operators_see;
mod what_policies_offer;
mod what_proxies_may_say;
mod what_races_decide;
mod what_remains_at_the_end;
mod what_replicas_share;
mod what_services_learn;
mod what_slow_clients_meet;
mod what_strangers_learn;
mod what_the_trail_tells;
mod what_the_wire_refuses;
mod what_time_ends;
mod what_tls_offers;
mod what_wrong_clocks_may_do;
mod who_may_ask;
mod wire;
mod world;
