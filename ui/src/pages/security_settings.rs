//! Security settings: two-factor on or off, and by which method. Disabling is asked about once, when it is chosen.

mod consequences;
mod draft;

pub use draft::Draft;

use crate::bridge;
use crate::dom;
use crate::load::load;
use crate::pages::manage_account::{BothVersions, Notice, Panel, Reading, Sheet};
use crate::pages::offline::{recalling, when_back};
use crate::parts::{Actions, Choice, Choices, Dialog, DialogRole, Next, Press, Results};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::operation::{GetSecurity, ListSessions};
use postern_contract::shell::event;
use postern_contract::verification::Channel;
use std::rc::Rc;
use sycamore::prelude::*;

/// The tab.
#[component(inline_props)]
pub fn SecuritySettings(sheet: Sheet) -> View {
    let security = load(|| bridge::send(GetSecurity { body: () }));
    let places = load(|| bridge::send(ListSessions { body: () }));
    recalling(security, |recalled| recalled.security);
    let ready = move |security| {
        let draft = Draft::new(security, places);
        bridge::listen_here(event::ACCOUNT_CHANGED, move |_: String| draft.read_again());
        when_back(Here::get(), move || draft.read_again());
        view! { SecuritySettingsWith(sheet=sheet, draft=draft) }
    };
    view! { Reading(sheet=sheet, load=security, what="Reading the security settings", ready=ready) }
}

/// The tab over a draft: the form, or both versions where the settings were changed elsewhere.
#[component(inline_props)]
pub fn SecuritySettingsWith(sheet: Sheet, draft: Draft) -> View {
    let problem = move || draft.form.problem().map(|problem| (problem, Act::Change));
    let compared = create_signal(false);
    view! { (match draft.conflict.get_clone() {
        None => {
            if compared.replace_silent(false) {
                dom::appear("security-ok");
            }
            view! { Form(sheet=sheet, draft=draft) }
        }
        Some(conflict) => {
            compared.set_silent(true);
            let theirs = conflict.theirs.clone();
            view! {
                BothVersions(sheet=sheet, form="security-versions", conflict=conflict, problem=problem,
                    busy=move || draft.form.busy(), resolve=move |conflict| draft.resolve(conflict),
                    take_theirs=move || draft.take_theirs(theirs.clone()))
            }
        }
    }) }
}

#[component(inline_props)]
fn Form(sheet: Sheet, draft: Draft) -> View {
    let form = draft.form;
    let done = move || {
        let saved = draft.saved().then(|| words::changed(sheet.tab).to_owned());
        saved.or_else(|| draft.told())
    };
    let problem = move || form.problem().map(|problem| (problem, Act::Change));
    view! {
        Panel(sheet=sheet) {
            form(class="page", id="security", novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                draft.save();
            }) {
                div(class="stack") {
                    Choices(id="two-factor", legend="2-Factor authentication", chosen=*draft.two_factor,
                        options=two_factor(), choose=move |enabled| draft.choose_two_factor(enabled))
                    Methods(draft=draft)
                }
                Next(lines=move || consequences::of(draft))
            }
        }
        Results { Notice(problem=problem, said=|| None, again=move || draft.save()) }
        Actions(form="security", note=move || draft.note(), done=Rc::new(done), changed=move || draft.changed(),
            busy=move || form.busy(), go_back=move || draft.undo())
        DisableNotice(draft=draft)
    }
}

fn two_factor() -> Vec<Choice<bool>> {
    let choice = |value, id: &'static str, label: &'static str, about: &str| Choice {
        value,
        id: id.into(),
        label: label.into(),
        about: vec![about.to_owned()],
    };
    vec![
        choice(true, "tf-on", "Enable", "Signing in asks for your password and a number."),
        choice(false, "tf-off", "Disable", "Signing in asks for your password alone."),
    ]
}

/// The methods on offer, and the one in use even where it no longer is.
#[component(inline_props)]
fn Methods(draft: Draft) -> View {
    let here = Here::get();
    let limits = untrack(|| here.capabilities());
    let addresses = create_selector(move || draft.addresses());
    let off = move || !draft.two_factor.get();
    let options = move |(email, phone): (String, String)| {
        let offered = |channel: &Channel| limits.methods.contains(channel) || draft.in_use() == *channel;
        let about = |channel, address: &str| {
            let weak = limits.weak_methods.contains(&channel);
            vec![address.to_owned(), words::about_method(channel, weak).to_owned()]
        };
        let all = [(Channel::Email, "m-email", email), (Channel::TextMessage, "m-text", phone)];
        all.into_iter()
            .filter(|(channel, ..)| untrack(|| offered(channel)))
            .map(|(value, id, address)| Choice {
                value,
                id: id.into(),
                label: words::method(value).into(),
                about: about(value, &address),
            })
            .collect::<Vec<_>>()
    };
    view! { ({
        let options = options(addresses.get_clone());
        view! {
            Choices(id="method", legend="Authentication method", chosen=*draft.method, options=options,
                choose=move |method| draft.choose_method(method), disabled=off)
        }
    }) }
}

/// The notice: Esc and `Keep enabled` put the choice back, `Disable` keeps it, and OK still commits.
#[component(inline_props)]
fn DisableNotice(draft: Draft) -> View {
    let content = move || {
        view! {
            div(id="notice-text", class="quiet-text") { p { (words::before_disabling()) } }
            div(class="row") {
                Press(class="button danger", press=move || draft.notice.set(false)) { "Disable" }
                Press(id="keep-enabled", press=move || draft.keep_enabled()) { "Keep enabled" }
            }
        }
    };
    view! {
        Dialog(id="notice", role=DialogRole::Alert, heading="Disable 2-Factor authentication?", open=*draft.notice,
            first="keep-enabled", described="notice-text", escape=move || draft.keep_enabled(), content=content)
    }
}
