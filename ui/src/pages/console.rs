//! The console's frame: the top bar with the user name and its menu.

use crate::bridge;
use crate::parts::{BackendChip, Icon, Item, Menu, MenuFace, ProblemBanner};
use crate::session::Here;
use crate::words::Act;
use postern_contract::Problem;
use postern_contract::shell::command;
use std::rc::Rc;
use sycamore::prelude::*;

/// The bar, and what an act of its menu may answer.
#[component]
pub fn Console() -> View {
    let here = Here::get();
    let (scope, problem) = (use_current_scope(), create_signal(None::<Problem>));
    let (name, email) =
        untrack(|| here.session()).map(|session| (session.name, session.email)).unwrap_or_default();
    let manage = move || {
        bridge::spawn_in(scope, async move {
            let tab = untrack(|| here.tab());
            problem.set(bridge::call::<command::OpenManageAccount>(tab).await.err());
        });
    };
    let sign_out = move || {
        bridge::spawn_in(scope, async move {
            match bridge::call::<command::SignOut>(()).await {
                Ok(()) => here.ended(),
                Err(refused) => problem.set(Some(refused)),
            }
        });
    };
    let items = vec![
        Item { label: "Manage account", icon: "person", danger: false, act: Rc::new(manage) },
        Item { label: "Sign out", icon: "sign-out", danger: false, act: Rc::new(sign_out) },
    ];
    view! {
        header(class="bar lined") {
            span(class="brand") { Icon(name="mark") "Postern" }
            div(class="end") {
                BackendChip(backend=here.backend())
                Menu(id="user", face=MenuFace::User { name, email }, items=items, hover=true)
            }
        }
        main {
            h1(class="visually-hidden") { "Postern" }
            div(class="page wide") {
                (problem.get_clone().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Open) }))
            }
        }
    }
}
