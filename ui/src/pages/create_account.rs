//! Create account: both addresses are proven before the account exists. The asker is random and this form's alone.

mod draft;

pub use draft::Draft;

use crate::dom;
use crate::pages::offline::{self, TRY_AGAIN};
use crate::pages::proving::Proving;
use crate::parts::{
    BackendChip, Icon, NumberField, PasswordField, Press, ProblemBanner, Results, SendButton, Strength,
    Submit, TextField,
};
use crate::session::Here;
use crate::words::{self, Waits};
use postern_contract::account::Created;
use sycamore::prelude::*;

/// The page over a draft. `created` gets the new account, `back` is the way out.
#[component(inline_props)]
pub fn CreateAccount(
    draft: Draft,
    created: impl Fn(Created) + Clone + 'static,
    back: impl Fn() + 'static,
) -> View {
    let here = Here::get();
    let face = untrack(|| here.backend());
    let leaves = if face.embedded { "Nothing leaves this computer." } else { "" };
    let away = create_selector(move || here.trouble().is_some());
    let needed = create_selector(move || {
        if away.get() {
            words::needs_connection(Waits::Account).to_owned()
        } else {
            words::still_needed(&draft.needed())
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if away.get_untracked() {
            return dom::focus(TRY_AGAIN);
        }
        draft.submit(created.clone());
    };
    view! {
        header(class="bar lined") {
            span(class="brand") { Icon(name="mark") "Postern" }
            span(class="end") { BackendChip(backend=face) }
        }
        main {
            form(class="page wide", id="create", novalidate=true, on:submit=submit) {
                div(class="across") {
                    h1 { "Create account" }
                    p(class="quiet-text") { "Both addresses are proven before the account exists. " (leaves) }
                }
                Fields(draft=draft)
            }
        }
        Results { (match draft.problem() {
            Some((problem, act)) => view! { ProblemBanner(problem=problem, act=act) },
            None => offline::banner(here).unwrap_or_default(),
        }) }
        footer(class="actions") {
            p(class="note", id="create-note") { (needed.get_clone()) }
            Press(press=back, class="button quiet") { Icon(name="back", class="icon small") "Back to sign in" }
            Submit(label="Create account", busy_label="Creating the account…", busy=move || draft.busy(), form="create",
                held_back=move || away.get(), described="create-note")
        }
    }
}

#[component(inline_props)]
fn Fields(draft: Draft) -> View {
    let here = Here::get();
    let capabilities = untrack(|| here.capabilities());
    let min = capabilities.password_min_alone;
    let strength = view! { Strength(id="advice", field=draft.password, min=min, advice=*draft.advice) };
    view! {
        div(class="stack across") {
            div(class="pair lead") {
                TextField(field=draft.name, label="Name", autocomplete="name", count_to=capabilities.name_max, autofocus=true)
            }
            div(class="pair lead") {
                Address(proving=draft.email, label="Email address", kind="email", autocomplete="username",
                    suffix=" to email", hint="You sign in with this address.")
                NumberField(field=draft.email.entered, label="Authentication number (email)", number=draft.email.number,
                    beside=draft.email.messages(), enter=draft.email.enter_number())
            }
            div(class="pair lead") {
                Address(proving=draft.phone, label="Mobile phone number", kind="tel", autocomplete="tel",
                    suffix=" to mobile phone", hint="With the country code, as on a business card.")
                NumberField(field=draft.phone.entered, label="Authentication number (mobile phone)",
                    number=draft.phone.number, beside=draft.phone.messages(), enter=draft.phone.enter_number())
            }
            div(class="pair lead") {
                PasswordField(field=draft.password, label="Password", autocomplete="new-password", described="advice", after=strength)
                PasswordField(field=draft.confirm, label="Confirm password", autocomplete="new-password")
            }
        }
    }
}

#[component(inline_props)]
fn Address(
    proving: Proving,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    suffix: &'static str,
    hint: &'static str,
) -> View {
    let here = Here::get();
    let away = create_selector(move || here.trouble().is_some());
    let said = create_selector(move || match proving.number.limit() {
        _ if away.get() => words::needs_connection(Waits::Address).to_owned(),
        Some(limit) if !proving.number.sent() => limit,
        _ => hint.to_owned(),
    });
    let send = view! {
        SendButton(number=proving.number, label="Send authentication number", suffix=suffix,
            busy=move || proving.sending(), disabled=move || proving.proven() || away.get(), send=move || proving.send())
    };
    view! {
        TextField(field=proving.address, label=label, kind=kind, autocomplete=autocomplete,
            hint=view! { span("aria-live"="polite") { (said.get_clone()) } }, action=send, enter=proving.enter_address())
    }
}
