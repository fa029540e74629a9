//! The account at a glance: four facts, each read by itself.

use super::Overview;
use crate::bridge;
use crate::load::{Course, Load, Phase};
use crate::session::Here;
use crate::words;
use postern_contract::Moment;
use sycamore::prelude::*;

/// The four facts.
#[component(inline_props)]
pub fn Facts(overview: Overview) -> View {
    let here = Here::get();
    let max = untrack(|| here.capabilities()).keys_max;
    view! {
        dl(class="facts") {
            Fact(load=overview.security, label="2-Factor authentication", say=|security| words::two_factor_fact(&security))
            Fact(load=overview.account, label="Password", say=|account| {
                let changed = account.password_changed_at;
                words::password_fact(days_since(changed), &bridge::local_date(changed))
            })
            Fact(load=overview.keys, label="Authentication keys", say=move |list| words::keys_fact(&list.rows, max, here.trouble().is_some()))
            Fact(load=overview.places, label="Signed in", say=|list| words::places_fact(&list.sessions))
        }
    }
}

/// Whole days since then, by this computer's clock.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "clamped to what fits"
)]
pub fn days_since(moment: Moment) -> u32 {
    let milliseconds = bridge::now_ms() - moment.as_millisecond() as f64;
    (milliseconds / 86_400_000.0).floor().clamp(0.0, f64::from(u32::MAX)) as u32
}

#[component(inline_props)]
fn Fact<T: Clone + 'static>(
    load: Load<T>,
    label: &'static str,
    say: impl Fn(T) -> (String, String) + 'static,
) -> View {
    fact(load.course, label, Box::new(move || load.value().map(&say)))
}

/// Boxed, so that the page holds one copy for all four.
fn fact(course: Course, label: &'static str, say: Box<dyn Fn() -> Option<(String, String)>>) -> View {
    let said = create_selector(say);
    let phase = create_selector(move || course.phase());
    view! {
        div {
            dt { (label) }
            (match (said.get_clone(), phase.get()) {
                (Some((fact, about)), _) => view! { dd(class="num") { (fact) } dd { (about) } },
                (None, Phase::Failed) => view! { dd { "Not known" } dd { "It could not be read" } },
                (None, Phase::Waiting) => view! {
                    dd("aria-busy"="true") { span(class="visually-hidden") { "Reading" } div(class="skeleton w70") {} }
                    dd { div(class="skeleton w40") {} }
                },
                (None, _) => view! { dd("aria-busy"="true") { "\u{a0}" } dd { "\u{a0}" } },
            })
        }
    }
}
