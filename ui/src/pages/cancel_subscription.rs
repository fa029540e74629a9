//! Cancel subscription: a rehearsal of what would be deleted, made from what there is, a box to agree, one red button.
//! Once it is done the shell closes this window, and sign-in says it.

use crate::bridge;
use crate::dom;
use crate::form::Form;
use crate::load::{Load, load};
use crate::pages::console::keys_of;
use crate::pages::manage_account::{Notice, Panel, Sheet, Unlock, mended};
use crate::pages::offline::{TRY_AGAIN, recalling, unsaid, when_back};
use crate::parts::{Icon, Kind, Results, Skeleton, Submit};
use crate::session::Here;
use crate::words::{self, Act, Said, Waits};
use postern_contract::Problem;
use postern_contract::operation::ListSessions;
use postern_contract::rules::Rule;
use postern_contract::session::Sessions;
use postern_contract::shell::{CancelInput, KeyList, KeyRow, command, event};
use sycamore::prelude::*;

/// What is known and whether the person agrees. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The keys that would stop working.
    pub keys: Load<KeyList>,
    /// The places that would be signed out.
    pub places: Load<Sessions>,
    /// Whether the box is ticked.
    pub agrees: Signal<bool>,
    /// With the button.
    pub form: Form,
    missing: Signal<bool>,
    unlock: Unlock,
    here: Here,
}

impl Draft {
    /// Not agreed yet.
    pub fn new(keys: Load<KeyList>, places: Load<Sessions>) -> Self {
        let here = Here::get();
        here.heed_keys(keys);
        Self {
            keys,
            places,
            agrees: create_signal(false),
            form: Form::new(&[]),
            missing: create_signal(false),
            unlock: Unlock::get(),
            here,
        }
    }

    /// The box was ticked or cleared.
    pub fn agree(self, agrees: bool) {
        batch(|| {
            self.agrees.set(agrees);
            self.missing.set(false);
        });
    }

    /// The button was pressed. Without agreement it says what is missing.
    pub fn submit(self) {
        if untrack(|| self.away()) {
            return dom::focus(TRY_AGAIN);
        }
        if !self.agrees.get_untracked() {
            self.missing.set(true);
            return dom::focus("agree");
        }
        // what cannot be undone needs the password, however long changes are unlocked
        self.unlock.ask_first(move || self.cancel());
    }

    fn cancel(self) {
        self.form.ask_heeding(
            || bridge::call::<command::CancelSubscription>(CancelInput { agree: true }),
            move |()| self.here.refresh(),
            move |problem| self.refused(problem),
        );
    }

    fn refused(self, problem: &Problem) -> bool {
        if problem.rule_of("agree").is_some() {
            self.missing.set(true);
            return true;
        }
        self.unlock.heed(problem, move || self.cancel())
    }

    fn read_again(self) {
        self.keys.again();
        self.places.again();
    }

    fn problem(self) -> Option<(Problem, Act)> {
        let reading = || {
            let unread = self.keys.problem().or_else(|| self.places.problem());
            unsaid(self.here, unread).map(|problem| (problem, Act::Read))
        };
        self.form.problem().map(|problem| (problem, Act::Cancel)).or_else(reading)
    }

    fn away(self) -> bool {
        self.here.trouble().is_some()
    }

    fn said(self) -> Option<(Kind, Said)> {
        mended(&self.here.mended())
    }

    fn again(self) {
        if self.form.problem().is_some() { self.submit() } else { self.read_again() }
    }
}

/// The tab.
#[component(inline_props)]
pub fn CancelSubscription(sheet: Sheet) -> View {
    let keys = load(|| bridge::call::<command::ListKeys>(()));
    let places = load(|| bridge::send(ListSessions { body: () }));
    recalling(keys, keys_of);
    let draft = Draft::new(keys, places);
    when_back(draft.here, move || draft.read_again());
    bridge::listen_here(event::ACCOUNT_CHANGED, move |_: String| draft.read_again());
    view! { CancelSubscriptionWith(sheet=sheet, draft=draft) }
}

/// The tab over what is known.
#[component(inline_props)]
pub fn CancelSubscriptionWith(sheet: Sheet, draft: Draft) -> View {
    let form = draft.form;
    let away = create_selector(move || draft.away());
    view! {
        Panel(sheet=sheet) {
            form(class="page wide", id="cancel", novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                draft.submit();
            }) {
                div(class="stack tight") {
                    div(class="section-head") {
                        div {
                            h2(id="rehearsal") { "What would be deleted, as of now" }
                            p(class="quiet-text") { "Nothing has been deleted yet. This is what will be." }
                        }
                    }
                    Rehearsal(draft=draft)
                    Agree(draft=draft)
                }
            }
        }
        Results { Notice(problem=move || draft.problem(), said=move || draft.said(), again=move || draft.again()) }
        footer(class="actions") {
            p(class="note", id="cancel-note") { (if away.get() {
                words::needs_connection(Waits::Cancel)
            } else {
                "Next: the account is deleted and Postern returns to sign-in."
            }) }
            Submit(label="Cancel subscription", busy_label="Canceling…", class="button danger", form="cancel",
                busy=move || form.busy(), held_back=move || away.get(), described="cancel-note")
        }
    }
}

#[component(inline_props)]
fn Rehearsal(draft: Draft) -> View {
    let known = create_selector(move || {
        let places = draft.places.value();
        // where somebody is signed in is not kept here
        if places.is_none() && !draft.away() { None } else { Some((draft.keys.value()?, places)) }
    });
    let waits =
        create_selector(move || known.with(Option::is_none) && draft.problem().is_none() && !draft.away());
    view! { (match known.get_clone() {
        Some((keys, places)) => {
            let rows = vec![
                row("key", words::keys_deleted(&keys.rows, bridge::now_ms(), bridge::local_date)),
                row("person", words::profile_deleted()),
                row("laptop", places_row(places, &keys.rows)),
                row("file", words::what_remains()),
            ];
            view! { ul(class="rows", role="list", "aria-labelledby"="rehearsal") { (rows) } }
        }
        None if waits.get() => view! { Skeleton(what="Reading what would be deleted") },
        None => view! {},
    }) }
}

fn places_row(places: Option<Sessions>, keys: &[KeyRow]) -> Said {
    places.map_or_else(words::places_unknown, |places| words::places_deleted(&places.sessions, keys))
}

fn row(icon: &'static str, said: Said) -> View {
    view! {
        li(class="row-item") { Icon(name=icon) div { strong { (said.what) } p { (said.rest) } } }
    }
}

#[component(inline_props)]
fn Agree(draft: Draft) -> View {
    let node = create_node_ref();
    let missing = draft.missing;
    let described = move || if missing.get() { "agree-error agree-about" } else { "agree-about" };
    let input = view! {
        input(
            r#type="checkbox",
            id="agree",
            r#ref=node,
            "aria-describedby"=described,
            "aria-required"="true",
            "aria-invalid"=move || missing.get().then_some("true"),
            on:change=move |event: web_sys::Event| draft.agree(dom::ticked(&event)),
        )
    };
    dom::keep_ticked(node, move || draft.agrees.get());
    view! {
        div(class="agree") {
            (input)
            label(r#for="agree") { "I agree to the subscription cancellation" }
            p(id="agree-about") { "It cannot be undone, not even by the operator of the backend." }
        }
        (if missing.get() {
            view! {
                p(class="error", id="agree-error", role="alert") {
                    Icon(name="alert")
                    span { (words::rule(Rule::NotAgreed, "agree", "")) }
                }
            }
        } else {
            view! {}
        })
    }
}
