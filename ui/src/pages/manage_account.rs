//! The window Manage account: the bar, Login while changes are locked, then the five tabs. A torn-off tab has the same
//! bar and that one tab.
//!
//! A tab is built when it is first shown and stays until the account changes, so a draft survives another tab, the
//! password asked again, and the end of the session.

mod conflict;
mod notice;
mod reading;
mod sheet;
mod unlock;
mod versions;

pub use conflict::{BothVersions, Conflict};
pub use notice::{Notice, mended};
pub use reading::Reading;
pub use sheet::{Panel, Sheet, heading_id, latched};
pub use unlock::{Unlock, UnlockDialog, UnlockDialogWith};
pub use versions::{Changed, Side, Version, Versions, changed};

use crate::bridge;
use crate::dom;
use crate::form::Form;
use crate::pages::carrying::Carrying;
use crate::pages::offline::{OfflineChip, open_plans, recall_in_trouble};
use crate::pages::unsaved::{Drafts, LeaveDialog};
use crate::pages::{
    cancel_subscription, change_password, login, manage_authentication_key, security_settings,
    user_information,
};
use crate::parts::{BackendChip, Gate, Icon, LockChip, Press, ProblemBanner, Results, Tabs, Who, tab_id};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::Problem;
use postern_contract::session::Session;
use postern_contract::shell::{Ended, Tab, command, event};
use sycamore::prelude::*;

/// What the window holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// All five tabs.
    AllTabs,
    /// One that was torn off.
    Only(Tab),
}

/// The window, for whoever is signed in.
#[component(inline_props)]
pub fn ManageAccount(holds: Holds) -> View {
    let here = Here::get();
    let mut known = None;
    let account = create_selector(move || {
        known = here.session().map(|session| session.account_id).or(known);
        known
    });
    let shows = create_selector(move || account.get().is_some() || here.stays());
    view! { (if shows.get() { view! { Account(holds=holds) } } else { view! { SignedOut() } }) }
}

/// The window for one account. What was typed for another never shows here.
#[component(inline_props)]
fn Account(holds: Holds) -> View {
    let here = Here::get();
    let unlock = Unlock::provide();
    Carrying::provide();
    let drafts = Drafts::provide();
    recall_in_trouble(here);
    let only = match holds {
        Holds::AllTabs => None,
        Holds::Only(tab) => Some(tab),
    };
    let offered = create_selector(move || here.appearance().tabs);
    let first = untrack(|| here.tab());
    let offers = move |tab: Tab| offered.with(|all| all.contains(&tab));
    let chosen = create_signal(only.unwrap_or(first));
    // what is configured away is not shown, and what was typed in it waits
    let hidden = create_selector(move || only.is_some_and(|tab| !offers(tab)));
    if only.is_none() {
        create_effect(move || {
            if let Some(first) = offered.with(|all| all.first().copied())
                && !offers(chosen.get_untracked())
            {
                chosen.set(first);
            }
        });
        bridge::listen_here(event::SHOW_TAB, move |tab| {
            if untrack(|| offers(tab)) {
                chosen.set(tab);
                dom::focus(tab_id(tab));
            }
        });
    }
    bridge::listen_here(event::ACCOUNT_CHANGED, move |_: String| here.refresh());
    // without a connection nothing can be changed: what was last seen is read without the password
    let entered = latched(move || here.unlocked_seconds() > 0 || here.looks_back());
    // Where the backend cannot be asked who is signed in, nobody is signed out yet.
    let out = create_selector(move || !here.stays() && here.problem().is_none());
    let open = create_selector(move || entered.get() && !out.get() && !hidden.get());
    let tabs = only.map_or_else(|| Tab::ALL.to_vec(), |tab| vec![tab]);
    let sheets: Vec<View> =
        tabs.into_iter().map(|tab| sheet(Sheet::new(tab, only.is_some(), open, *chosen))).collect();
    let failed = create_signal(None::<Problem>);
    // the first control of what appears once the password is entered, and where another window leads
    let arrive = move || match only {
        None => dom::appear(tab_id(chosen.get_untracked())),
        Some(tab) => dom::appear(&heading_id(tab)),
    };
    create_effect(move || {
        if open.get() {
            arrive();
        }
    });
    view! {
        header {
            Bar(open=open, chosen=*chosen, torn_off=only.is_some(), failed=failed)
            ({
                // read here: what a part is made of is not followed
                let all = offered.get_clone();
                if open.get() && only.is_none() {
                    let changed = move |tab| drafts.changed_in(tab);
                    view! { Tabs(label="Manage account", chosen=chosen, offered=all, changed=changed) }
                } else {
                    view! {}
                }
            })
        }
        (match (out.get(), hidden.get(), entered.get()) {
            (true, ..) => view! { SignedOut() },
            (false, true, _) => view! { Hidden() },
            (false, false, false) => view! { login::Login() },
            (false, false, true) => view! {},
        })
        (sheets)
        Results { (failed.get_clone().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Open) })) }
        LeaveDialog(drafts=drafts)
        UnlockDialog(unlock=unlock)
    }
}

fn sheet(sheet: Sheet) -> View {
    let seen = latched(move || sheet.shown());
    let panel = sheet.panel();
    view! {
        div(
            class="sheet",
            role=panel.map(|(role, ..)| role),
            id=panel.map(|(_, id, _)| id),
            "aria-labelledby"=panel.map(|(.., label)| label),
            hidden=move || !sheet.shown(),
        ) {
            (if seen.get() { page(sheet) } else { view! {} })
        }
    }
}

fn page(sheet: Sheet) -> View {
    match sheet.tab {
        Tab::ChangePassword => view! { change_password::ChangePassword(sheet=sheet) },
        Tab::UserInformation => view! { user_information::UserInformation(sheet=sheet) },
        Tab::SecuritySettings => view! { security_settings::SecuritySettings(sheet=sheet) },
        Tab::ManageAuthenticationKey => {
            view! { manage_authentication_key::ManageAuthenticationKey(sheet=sheet) }
        }
        Tab::CancelSubscription => view! { cancel_subscription::CancelSubscription(sheet=sheet) },
    }
}

/// Who, where, for how long changes are unlocked, and the way into a window of its own.
#[component(inline_props)]
fn Bar(
    open: ReadSignal<bool>,
    chosen: ReadSignal<Tab>,
    torn_off: bool,
    failed: Signal<Option<Problem>>,
) -> View {
    let (here, unlock) = (Here::get(), Unlock::get());
    let mut known = None::<Session>;
    let person = create_selector(move || {
        known = here.session().or_else(|| known.take());
        known
            .clone()
            .map(|session| (session.name, session.email))
            .or_else(|| here.whose())
            .unwrap_or_default()
    });
    let (scope, refused) = (use_current_scope(), create_signal(None::<Problem>));
    let tear_off = move || {
        bridge::spawn_in(scope, async move {
            refused.set(bridge::call::<command::TearOff>(chosen.get_untracked()).await.err());
        });
    };
    let plans = Form::new(&[]);
    let class = if torn_off { "bar account lined" } else { "bar account" };
    create_effect(move || failed.set(refused.get_clone().or_else(|| plans.problem())));
    view! {
        div(class=class) {
            (who(person.get_clone()))
            div(class="end") {
                (view! { BackendChip(backend=here.backend()) })
                OfflineChip()
                (if open.get() && here.trouble().is_none() {
                    view! { LockChip(seconds=move || here.unlocked_seconds(), ask=move || unlock.ask(), lock=move || unlock.lock()) }
                } else { view! {} })
                (if torn_off { view! {} } else { plans_button(plans) })
                (if open.get() && !torn_off { tear_off_button(tear_off) } else { view! {} })
            }
        }
    }
}

fn who((name, email): (String, String)) -> View {
    view! { Who(name=name, email=email) }
}

fn plans_button(acts: Form) -> View {
    view! {
        Press(class="button icon-only", name="Prepared changes", keys="Control+8", press=move || open_plans(acts)) { Icon(name="file") }
    }
}

fn tear_off_button(tear_off: impl Fn() + Copy + 'static) -> View {
    view! {
        Press(class="button icon-only", id="tear-off", name="Open this tab in its own window", keys="Control+Shift+N",
            press=tear_off) { Icon(name="tear-off") }
    }
}

/// The session is over. What was typed waits until the same account signs in again.
#[component]
fn SignedOut() -> View {
    let here = Here::get();
    let said = words::ended(here.why_ended().unwrap_or(Ended::ByBackend));
    let rest = said.rest;
    view! {
        Gate(icon="sign-out", heading="You are signed out", intro=view! { (rest) }) {
            p(class="quiet-text", role="status") {
                "Sign in again in the window Postern. What you typed here and did not save waits for you."
            }
        }
    }
}

/// The tab of this window was configured away while it was open. What was typed waits until it is back.
#[component]
fn Hidden() -> View {
    let said = words::tab_hidden();
    let rest = said.rest;
    view! {
        Gate(icon="policy", heading="This tab is hidden", intro=view! { (said.what) }) {
            p(class="quiet-text", role="status") { (rest) }
        }
    }
}
