//! Work without a connection: the account as it was last seen stands in for what cannot be read, one banner says what is
//! wrong with the way to the backend, and changes can be prepared meanwhile.

use crate::bridge;
use crate::form::Form;
use crate::load::{Load, Phase};
use crate::pages::when::when;
use crate::parts::{Banner, Chip, Kind, Press};
use crate::route;
use crate::session::Here;
use crate::words::{self, Said};
use postern_contract::connection::Recalled;
use postern_contract::shell::{Window, command};
use postern_contract::{Moment, ProblemCode};
use sycamore::prelude::*;

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
    let mut before = untrack(|| here.trouble().is_some());
    create_effect(move || {
        let now = here.trouble().is_some();
        if std::mem::replace(&mut before, now) && !now {
            load.again();
        }
    });
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

/// `Try again`, and `Prepare changes` where this window can open them and there is an account to prepare for.
pub fn ways(here: Here) -> View {
    let acts = Form::new(&[]);
    let again = move || {
        acts.ask(
            || bridge::call::<command::TryConnection>(()),
            move |connection| here.connection_is(connection),
        );
    };
    let prepare = (opens_plans() && here.recalls()).then(|| {
        view! { Press(press=move || open_plans(acts)) { "Prepare changes" } }
    });
    view! { Press(press=again) { "Try again" } (prepare) }
}

/// Whether this window may open Prepared changes.
pub fn opens_plans() -> bool {
    matches!(route::window(), Some(Window::Main | Window::ManageAccount))
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
