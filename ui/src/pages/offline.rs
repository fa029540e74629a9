//! Work without a connection: the account as it was last seen stands in for what cannot be read, one banner says what is
//! wrong with the way to the backend, and changes can be prepared meanwhile.

use crate::bridge;
use crate::form::Form;
use crate::load::{Load, Phase};
use crate::pages::carrying::{Carrying, prepare_changes};
use crate::pages::when::when;
use crate::parts::{Banner, Chip, Kind, Press, Tries};
use crate::route;
use crate::session::{Here, Tried};
use crate::words::{self, Act, Said};
use postern_contract::connection::Recalled;
use postern_contract::shell::{Window, command};
use postern_contract::{Moment, Problem, ProblemCode};
use sycamore::prelude::*;

/// The id of the button that asks whether the backend answers: what cannot be done without a connection leads there.
pub const TRY_AGAIN: &str = "try-again";

/// A problem of reading, less what the banner about the connection says already.
pub fn unsaid(here: Here, problem: Option<Problem>) -> Option<Problem> {
    problem.filter(|problem| !(words::is_of_connection(problem.code) && here.trouble().is_some()))
}

/// Shows what was kept where `load` cannot be read for want of a connection, and reads it once there is one again.
pub fn recalling<T: Clone + 'static>(load: Load<T>, pick: fn(Recalled) -> T) {
    let here = Here::get();
    let scope = use_current_scope();
    let unread = create_selector(move || {
        let problem = load.problem().is_some_and(|problem| words::is_of_connection(problem.code));
        problem && load.phase() == Phase::Failed
    });
    create_effect(move || {
        if unread.get() && here.recalls() {
            bridge::spawn_in(scope, async move {
                if let Ok(Some(recalled)) = bridge::call::<command::Recall>(()).await {
                    stand_in(here, load, recalled, pick);
                }
            });
        }
    });
    when_back(here, move || load.again());
}

/// Looks up what was kept whenever there is no way to the backend, so that it is known that changes can be prepared, and
/// of when the account is that is shown.
pub fn recall_in_trouble(here: Here) {
    let scope = use_current_scope();
    let troubled = create_selector(move || here.trouble().is_some());
    create_effect(move || {
        if troubled.get() {
            bridge::spawn_in(scope, async move {
                if let Ok(Some(recalled)) = bridge::call::<command::Recall>(()).await {
                    here.saw(&recalled);
                }
            });
        }
    });
}

/// What was kept is shown, unless the answer came meanwhile.
pub fn stand_in<T: Clone + 'static>(here: Here, load: Load<T>, recalled: Recalled, pick: fn(Recalled) -> T) {
    if untrack(|| load.phase()) == Phase::Failed {
        here.saw(&recalled);
        load.stands_in(pick(recalled));
    }
}

/// What is wrong with the way to the backend, in words; none while nothing is.
pub fn said(here: Here) -> Option<Said> {
    let connection = here.connection();
    let since = connection.since.map(when);
    let seen = here.seen_as_of().map(|seen: Moment| words::as_last_seen(&when(seen)));
    words::trouble(&connection, &here.backend().name, since.as_deref(), seen.as_deref())
}

/// The banner with its ways on.
pub fn banner(here: Here) -> Option<View> {
    let (said, kind) = (said(here)?, kind(here.trouble()?));
    let ways = ways(here);
    Some(view! { Banner(kind=kind, said=said, row=ways) })
}

/// A network that is away is a fact; what answers in the backend's place, or not as it should, is a warning.
pub const fn kind(code: ProblemCode) -> Kind {
    match code {
        ProblemCode::Offline | ProblemCode::BackendUnreachable | ProblemCode::BackendTimeout => Kind::Offline,
        _ => Kind::Warn,
    }
}

/// `Try again` with what came of it, and `Prepare changes` where this window can open them and there is an account to
/// prepare for.
pub fn ways(here: Here) -> View {
    let (acts, drafts) = (Form::new(&[]), Carrying::here());
    let prepare = (opens_plans() && here.recalls()).then(|| {
        view! { Press(press=move || prepare_changes(acts, drafts)) { "Prepare changes" } }
    });
    let asking = create_selector(move || here.tried() == Tried::Asking);
    let in_vain = create_selector(move || match here.tried() {
        Tried::InVain(at) => Some(words::tried_in_vain(&bridge::local_time(at))),
        Tried::Not | Tried::Asking | Tried::Back => None,
    });
    let refused =
        create_selector(move || acts.problem().map(|problem| words::problem(&problem, Act::Open).what));
    view! {
        Tries(label="Try again", id=TRY_AGAIN, busy=move || asking.get(), press=move || here.try_again())
        (prepare)
        (in_vain.get_clone().map(|text| view! { p { (text) } }))
        (refused.get_clone().map(|text| view! { p(class="error") { (text) } }))
    }
}

/// That the backend answers again, while that is news.
pub fn is_back(here: Here) -> Option<(Kind, Said)> {
    (here.tried() == Tried::Back).then(|| (Kind::Ok, words::back(&here.backend().name)))
}

/// What stands beside OK: what is not saved, and without a connection that OK needs one. `carried` where a plan can take it.
pub fn held_back(here: Here, note: String, carried: bool) -> String {
    if here.trouble().is_some() { words::held_back(&note, carried) } else { note }
}

/// Calls `act` each time the backend answers again.
pub fn when_back(here: Here, act: impl Fn() + 'static) {
    let mut before = untrack(|| here.trouble().is_some());
    create_effect(move || {
        let now = here.trouble().is_some();
        if std::mem::replace(&mut before, now) && !now {
            act();
        }
    });
}

/// Whether this window may open Prepared changes at a plan.
pub fn opens_plans() -> bool {
    matches!(route::window(), Some(Window::Main | Window::ManageAccount | Window::Tab(_)))
}

/// Opens (or raises) the window Prepared changes.
pub fn open_plans(acts: Form) {
    acts.ask(|| bridge::call::<command::OpenPlans>(()), |()| {});
}

/// `Offline since 13:58`, in the bar.
#[component]
pub fn OfflineChip() -> View {
    let here = Here::get();
    let text = create_selector(move || {
        let connection = here.connection();
        let since = connection.since.map(when);
        connection.trouble.map(|code| words::offline_chip(code, since.as_deref()))
    });
    view! { (text.get_clone().map(|text| view! { Chip(icon="offline", text=text) })) }
}
