//! The one banner of a tab, most pressing first: a problem, what was done, the last minute of being unlocked.

use super::Unlock;
use crate::pages::{offline, store_ways};
use crate::parts::{Banner, Kind, Press, ProblemBanner};
use crate::session::Here;
use crate::words::{self, Act, Said};
use postern_contract::Problem;
use postern_contract::shell::Mended;
use std::rc::Rc;
use sycamore::prelude::*;

#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Problem(Box<(Problem, Act)>),
    Said(Kind, Said),
    LastMinute,
    NoConnection,
    Nothing,
}

/// `again` repeats what failed, where that may help.
#[component(inline_props)]
pub fn Notice(
    problem: impl Fn() -> Option<(Problem, Act)> + 'static,
    said: impl Fn() -> Option<(Kind, Said)> + 'static,
    again: impl Fn() + 'static,
) -> View {
    notice(Box::new(problem), Box::new(said), Rc::new(again))
}

/// Boxed, so that the page holds one copy for all tabs.
fn notice(
    problem: Box<dyn Fn() -> Option<(Problem, Act)>>,
    said: Box<dyn Fn() -> Option<(Kind, Said)>>,
    again: Rc<dyn Fn()>,
) -> View {
    let (unlock, here) = (Unlock::get(), Here::get());
    // what could not be sent is no longer the news once the backend answers again
    let (problem, settled): (Rc<dyn Fn() -> _>, _) = (Rc::from(problem), create_signal(None));
    let unsent = Rc::clone(&problem);
    offline::when_back(here, move || {
        settled.set(untrack(|| unsent()).filter(|(problem, _)| words::is_of_connection(problem.code)));
    });
    create_effect(move || {
        if here.trouble().is_some() {
            settled.set(None);
        }
    });
    let problem =
        move || problem().filter(|problem| settled.with(|settled| settled.as_ref() != Some(problem)));
    let shown = create_selector(move || match (problem(), said()) {
        (Some(problem), _) => Shown::Problem(Box::new(problem)),
        (None, Some((kind, said))) => Shown::Said(kind, said),
        (None, None) if here.trouble().is_some() => Shown::NoConnection,
        (None, None) if unlock.low() => Shown::LastMinute,
        (None, None) => offline::is_back(here).map_or(Shown::Nothing, |(kind, said)| Shown::Said(kind, said)),
    });
    view! { (match shown.get_clone() {
        Shown::Nothing => view! {},
        Shown::Said(kind, said) => view! { Banner(kind=kind, said=said) },
        Shown::NoConnection => offline::banner(here).unwrap_or_default(),
        // it says why it cannot be saved, and offers to prepare the change meanwhile
        Shown::Problem(problem) if words::is_of_connection(problem.0.code) && here.trouble().is_some() => {
            let (said, ways) = (words::problem(&problem.0, problem.1), offline::ways(here));
            view! { Banner(kind=Kind::Offline, said=said, row=ways) }
        }
        Shown::Problem(problem) if problem.0.code.is_of_store() => {
            let ((problem, act), again) = (*problem, Rc::clone(&again));
            store_ways::refusal(problem, act, move || again())
        }
        Shown::Problem(problem) => {
            let ((problem, act), again) = (*problem, Rc::clone(&again));
            let action = words::solvable_by_trying_again(problem.code).then(|| view! {
                Press(press=move || again()) { "Try again" }
            });
            view! { ProblemBanner(problem=problem, act=act, action=action.unwrap_or_default()) }
        }
        Shown::LastMinute => {
            let action = view! { Press(press=move || unlock.ask(), id="enter-password") { "Enter password" } };
            view! { Banner(kind=Kind::Warn, said=words::locks_soon(), action=action) }
        }
    }) }
}

/// What was mended, as such a banner: a warning where something is lost or left to do.
pub fn mended(all: &[Mended]) -> Option<(Kind, Said)> {
    let open = all.iter().any(|one| matches!(one, Mended::GivenUp { .. } | Mended::Waiting { .. }));
    let kind = if open { Kind::Warn } else { Kind::Ok };
    words::all_mended(all).map(|said| (kind, said))
}
