//! Preparing changes: the forms of the tabs in one page, with who prepares them and what for.

use super::draft::Draft;
use super::review::Review;
use super::{Place, Wanted};
use crate::load::load;
use crate::pages::when::when;
use crate::parts::{
    Awaited, Banner, Choice, Choices, Empty, Enter, Icon, Kind, Press, ProblemBanner, Results, Submit,
    TextField,
};
use crate::words::{self, Act};
use crate::{bridge, dom};
use postern_contract::plan::PlanBase;
use postern_contract::shell::command;
use postern_contract::verification::Channel;
use postern_contract::{ProblemCode, rules};
use std::rc::Rc;
use sycamore::prelude::*;
use sycamore::reactive::try_use_context;

/// The part: what it starts from is read first; where no account was ever seen here it says so.
#[component(inline_props)]
pub fn Preparing(place: Signal<Place>) -> View {
    let base = load(|| async {
        match bridge::call::<command::BeginPlan>(()).await {
            Ok(base) => Ok(Some(base)),
            Err(problem) if problem.code == ProblemCode::NotFound => Ok(None),
            Err(problem) => Err(problem),
        }
    });
    let ready = move |base: Option<PlanBase>| {
        if let Some(base) = base {
            let draft = Draft::new(base);
            if let Some(wanted) = try_use_context::<Wanted>() {
                wanted.goes_into(draft);
            }
            return view! { PreparingWith(draft=draft) };
        }
        let said = words::nothing_prepared();
        let back = move || place.set(Place::Start);
        view! {
            main {
                Empty(icon="person", heading="There is no account to prepare changes for", text=said.rest) {
                    Press(press=back) { "All prepared changes" }
                }
            }
        }
    };
    view! { Awaited(load=base, what="Reading the account as last seen", ready=ready) }
}

/// The part over a draft: the form, or what it would do.
#[component(inline_props)]
pub fn PreparingWith(draft: Draft) -> View {
    let reviewed = create_selector(move || draft.review.with(Option::is_some));
    view! { (if reviewed.get() {
        view! { Review(draft=draft) }
    } else {
        view! { Form(draft=draft) }
    }) }
}

#[component(inline_props)]
fn Form(draft: Draft) -> View {
    let seen = draft.base.with_untracked(|base| base.base.seen_at);
    let problem = move || draft.form.problem();
    let (faults, keys) = (faults(draft), keys(draft));
    dom::appear("preparing");
    let cancel = tick(
        "plan-cancel",
        "Cancel the subscription, last of all".to_owned(),
        Rc::new(move || draft.cancel.get()),
        Box::new(move |yes| draft.cancel.set(yes)),
    );
    view! {
        main { form(class="page", id="prepare", novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            draft.ask_review();
        }) {
            div(class="stack") {
                div {
                    h2(id="preparing", "tabindex"="-1") { "Prepare changes" }
                    p(class="quiet-text") { (words::as_last_seen(&when(seen))) }
                }
                (draft.filled_in.get_clone().map(|said| view! { Banner(kind=Kind::Policy, said=said) }))
                TextField(field=draft.author, label="Author")
                TextField(field=draft.reason, label="Reason", placeholder="What this is for")
                TextField(field=draft.not_before, label="Not before", optional=true, hint=time_hint())
                TextField(field=draft.expires, label="Expires", optional=true, hint=time_hint())
                h3 { "User information" }
                TextField(field=draft.name, label="Name", count_to=rules::NAME_MAX)
                TextField(field=draft.task, label="Task", optional=true, count_to=rules::NAME_MAX)
                TextField(field=draft.email, label="Email address", kind="email")
                TextField(field=draft.mobile_phone, label="Mobile phone number", kind="tel")
                h3 { "Security settings" }
                Choices(id="two-factor", legend="2-Factor authentication", chosen=*draft.two_factor,
                    options=two_factor(), choose=move |enabled| draft.two_factor.set(enabled))
                Choices(id="method", legend="Authentication method", chosen=*draft.method, options=methods(draft),
                    choose=move |method| draft.method.set(method), disabled=move || !draft.two_factor.get())
                h3 { "Authentication keys" }
                (keys)
                h3 { "Cancel subscription" }
                (cancel)
            }
        } }
        Results {
            (problem().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Read) }))
            (faults)
        }
        footer(class="actions form") {
            p(class="note") { "Nothing is changed now. The plan is a file that is applied later." }
            Submit(label="Review", busy_label="Looking…", form="prepare", busy=move || draft.form.busy())
        }
    }
}

fn time_hint() -> View {
    view! { "As 2026-11-23 18:00, or only the day, by this computer’s clock" }
}

fn faults(draft: Draft) -> View {
    view! { (if draft.faults.with(Vec::is_empty) {
        view! {}
    } else {
        let said = words::Said::new("The plan cannot be saved yet", draft.faults.get_clone().join(" "));
        view! { Banner(kind=Kind::Error, said=said) }
    }) }
}

fn two_factor() -> Vec<Choice<bool>> {
    let choice = |value, id: &'static str, label: &'static str, about: &str| Choice {
        value,
        id: id.into(),
        label: label.into(),
        about: vec![about.to_owned()],
    };
    vec![
        choice(true, "tf-on", "Enable", "Signing in asks for the password and a number."),
        choice(false, "tf-off", "Disable", "Signing in asks for the password alone."),
    ]
}

fn methods(draft: Draft) -> Vec<Choice<Channel>> {
    let (offered, in_use) =
        draft.base.with_untracked(|base| (base.capabilities.methods.clone(), base.base.security.method));
    [(Channel::Email, "m-email"), (Channel::TextMessage, "m-text")]
        .into_iter()
        .filter(|(channel, _)| offered.contains(channel) || in_use == *channel)
        .map(|(value, id)| Choice {
            value,
            id: id.into(),
            label: words::method(value).into(),
            about: vec![words::about_method(value, false).to_owned()],
        })
        .collect()
}

/// The keys that are there, each with a box to delete it, and those to be made.
fn keys(draft: Draft) -> View {
    // cloned: nothing may be made while a signal is read
    let known = draft.base.with_untracked(|base| base.base.keys.clone());
    let one = |(at, key): (usize, postern_contract::key::Key)| {
        let (label, marked) = (key.label.clone(), key.label.clone());
        let (is, set) = (move || draft.deletes(&label), move |yes| draft.delete(&marked, yes));
        tick(
            &format!("delete-key-{at}"),
            format!("Delete {}", words::marked(&key.label)),
            Rc::new(is),
            Box::new(set),
        )
    };
    let there: Vec<View> = known.into_iter().enumerate().map(one).collect();
    // Enter in a label that is typed adds the key; in an empty one it goes on to the review
    let enter: Enter = Rc::new(move || {
        let typed = !draft.label.now().trim().is_empty();
        if typed {
            draft.add_key();
        }
        typed
    });
    let add = view! { Press(press=move || draft.add_key()) { "Add key to the plan" } };
    view! {
        div(class="stack tight") {
            (there)
            ul(class="rows", role="list", "aria-label"="Keys to be made") {
                Indexed(
                    list=move || draft.add_keys.get_clone().into_iter().enumerate().collect::<Vec<_>>(),
                    view=move |(at, label): (usize, String)| {
                        let name = format!("Leave out {label}");
                        view! {
                            li(class="row-item") {
                                Icon(name="key")
                                div { strong { (label) } p { "Made when the plan is applied, in the secret store of that computer" } }
                                Press(class="button quiet", name=name, press=move || draft.drop_key(at)) { "Leave out" }
                            }
                        }
                    },
                )
            }
            TextField(field=draft.label, label="Label", optional=true, count_to=rules::LABEL_MAX, action=add, enter=enter)
        }
    }
}

/// A box with its words.
fn tick(id: &str, label: String, is: Rc<dyn Fn() -> bool>, set: Box<dyn Fn(bool)>) -> View {
    let node = create_node_ref();
    let (input, r#for) = (id.to_owned(), id.to_owned());
    let view = view! {
        div(class="agree") {
            input(r#type="checkbox", id=input, r#ref=node, on:change=move |event: web_sys::Event| set(dom::ticked(&event)))
            label(r#for=r#for) { (label) }
        }
    };
    dom::keep_ticked(node, move || is());
    view
}
