//! The console: the top bar with the user name and its menu, what needs attention, and the account at a glance.

mod attention;
mod facts;
mod overview;

pub use overview::{Overview, keys_of};

use crate::bridge;
use crate::dom;
use crate::form::Form;
use crate::pages::files_wait::FilesWait;
use crate::pages::offline::{self, OfflineChip};
use crate::pages::secret_store::store_banner;
use crate::pages::unsaved::sign_out;
use crate::parts::{
    BackendChip, Banner, Icon, Item, Kind, Menu, MenuFace, Press, ProblemBanner, Results, Who,
};
use crate::session::Here;
use crate::words::{self, Act};
use attention::Attentions;
use facts::Facts;
use postern_contract::shell::{StoreState, Tab, command};
use std::rc::Rc;
use sycamore::prelude::*;

/// The id of the heading, which gets the focus when the console opens.
const HEADING: &str = "console";

/// The page.
#[component]
pub fn Console() -> View {
    dom::focus(HEADING);
    view! { ConsoleWith(overview=Overview::read()) }
}

/// The page over what is read.
#[component(inline_props)]
pub fn ConsoleWith(overview: Overview) -> View {
    let here = Here::get();
    let acts = Form::new(&[]);
    let who = create_selector(move || {
        let account = overview.account.value().map(|account| (account.name, account.email));
        account.or_else(|| here.session().map(|session| (session.name, session.email))).unwrap_or_default()
    });
    view! {
        header(class="bar lined") {
            span(class="brand") { Icon(name="mark") "Postern" }
            div(class="end") {
                BackendChip(backend=untrack(|| here.backend()))
                OfflineChip()
                (user_menu(who.get_clone(), here, acts))
            }
        }
        main {
            h1(class="visually-hidden", id=HEADING, "tabindex"="-1") { "Postern" }
            div(class="page wide") {
                Attentions(overview=overview, review=move |tab| open(acts, tab))
                section(class="stack tight", "aria-labelledby"="accounts") {
                    h2(id="accounts") { "Accounts" }
                    div(class="rows") { (account(who.get_clone(), here, overview)) }
                }
            }
        }
        Results { (notice(overview, here, acts)) FilesWait() }
    }
}

fn user_menu((name, email): (String, String), here: Here, acts: Form) -> View {
    let manage = move || open(acts, untrack(|| here.tab()));
    let scope = use_current_scope();
    let leave = move || sign_out(here, acts, scope);
    let items = vec![
        Item {
            label: "Manage account",
            icon: "person",
            danger: false,
            act: Rc::new(manage),
            held_back: false.into(),
        },
        Item {
            label: "Prepared changes",
            icon: "file",
            danger: false,
            act: Rc::new(move || offline::open_plans(acts)),
            held_back: false.into(),
        },
        Item {
            label: "Settings",
            icon: "policy",
            danger: false,
            act: Rc::new(move || open_settings(acts)),
            held_back: false.into(),
        },
        Item {
            label: "Sign out",
            icon: "sign-out",
            danger: false,
            act: Rc::new(leave),
            held_back: false.into(),
        },
    ];
    view! { Menu(id="user", face=MenuFace::User { name, email }, items=items, hover=true) }
}

/// Opens (or raises) the window Settings.
pub fn open_settings(acts: Form) {
    acts.ask(|| bridge::call::<command::OpenSettings>(()), |()| {});
}

fn open(acts: Form, tab: Tab) {
    acts.ask(|| bridge::call::<command::OpenManageAccount>(tab), |()| {});
}

fn account((name, email): (String, String), here: Here, overview: Overview) -> View {
    let face = untrack(|| here.backend());
    let label = format!("{name}, {}", face.name);
    view! {
        article("aria-label"=label) {
            div(class="account-band") {
                Who(name=name, email=email)
                BackendChip(backend=face)
            }
            Facts(overview=overview)
        }
    }
}

/// The one banner, most pressing first.
fn notice(overview: Overview, here: Here, acts: Form) -> View {
    if let Some(problem) = acts.problem() {
        return view! { ProblemBanner(problem=problem, act=Act::Open) };
    }
    if let Some(banner) = offline::banner(here) {
        return banner;
    }
    if let Some((kind, said)) = offline::is_back(here) {
        return view! { Banner(kind=kind, said=said) };
    }
    if let Some(problem) = overview.problem() {
        let again = view! { Press(press=move || overview.again()) { "Try again" } };
        return view! { ProblemBanner(problem=problem, act=Act::Read, action=again) };
    }
    if matches!(here.store(), StoreState::Failing(_)) {
        return store_banner(here);
    }
    if let Some(said) = words::all_mended(&here.mended()) {
        let seen = view! { Press(press=move || here.mended_seen()) { "Dismiss" } };
        return view! { Banner(kind=Kind::Policy, said=said, action=seen) };
    }
    store_banner(here)
}
