//! A line of text with its label, hint, counter and error.
//!
//! The label is tied by `for` and never wraps the input: the webview would add what is typed to the accessible name. The
//! error stands last, in the gap to what follows, so that nothing moves when it comes.

use super::Icon;
use crate::form::Field;
use crate::{dom, words};
use postern_contract::rules;
use std::rc::Rc;
use sycamore::prelude::*;

/// The error under a field, with the id `<field>-error`.
#[component(inline_props)]
pub fn FieldError(field: Field) -> View {
    let text = create_selector(move || {
        field.said().or_else(|| field.error().map(|rule| words::rule(rule, field.name, &field.value())))
    });
    view! { (text.get_clone().map(|text| {
        let id = format!("{}-error", field.id);
        view! { p(class="error", id=id) { Icon(name="alert") span { (text) } } }
    })) }
}

/// The ids that describe a field's input: those given, and the error while there is one.
pub(super) fn described_by(field: Field, others: &str) -> Option<String> {
    let error = field.has_error().then(|| format!("{}-error", field.id));
    let ids: Vec<_> =
        error.into_iter().chain(Some(others.to_owned()).filter(|ids| !ids.is_empty())).collect();
    if ids.is_empty() { None } else { Some(ids.join(" ")) }
}

/// What Enter in a field does in place of submitting the form; answers whether it did anything.
pub type Enter = Rc<dyn Fn() -> bool>;

/// Enter in a field. The one that ends a composition does nothing.
pub(super) fn on_enter(enter: Option<Enter>) -> impl FnMut(web_sys::KeyboardEvent) {
    move |event| {
        if let Some(enter) = &enter
            && event.key() == "Enter"
            && !event.is_composing()
            && enter()
        {
            event.prevent_default();
        }
    }
}

/// `kind` is the input's type: `text`, `email`, `tel`. `count_to` shows "9 of 20". `action` stands beside the input; `enter`
/// takes Enter in place of the form.
#[component(inline_props)]
pub fn TextField(
    field: Field,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default)] autocomplete: Option<&'static str>,
    #[prop(default)] placeholder: Option<&'static str>,
    #[prop(default)] hint: Option<View>,
    #[prop(default)] optional: bool,
    #[prop(default)] count_to: u32,
    #[prop(default)] autofocus: bool,
    #[prop(default = false.into(), setter(into))] readonly: MaybeDyn<bool>,
    #[prop(default)] action: Option<View>,
    #[prop(default)] enter: Option<Enter>,
) -> View {
    let id = field.id;
    let (hint_id, count_id) = (format!("{id}-hint"), format!("{id}-count"));
    let others = match (hint.is_some(), count_to > 0) {
        (true, true) => format!("{hint_id} {count_id}"),
        (true, false) => hint_id.clone(),
        (false, true) => count_id.clone(),
        (false, false) => String::new(),
    };
    let node = create_node_ref();
    if autofocus {
        field.focus();
    }
    let input = view! {
        input(
            class="input",
            id=id,
            r#type=kind,
            r#ref=node,
            autocomplete=autocomplete,
            placeholder=placeholder,
            readonly=readonly,
            "aria-required"=(!optional).then_some("true"),
            "value"=dom::as_text(&field.now()),
            "aria-describedby"=move || described_by(field, &others),
            "aria-invalid"=move || field.has_error().then_some("true"),
            on:input=move |event: web_sys::Event| field.typed(dom::typed(&event)),
            on:keydown=on_enter(enter),
            on:blur=move |_| field.left(),
        )
    };
    dom::keep_value(node, move || field.value());
    let input = match action {
        None => input,
        Some(action) => view! { div(class="with-action") { (input) (action) } },
    };
    let hint = hint.map(|hint| view! { p(class="hint", id=hint_id) { (hint) } });
    let head = head(id, label, optional, (count_to > 0).then(|| counter(field, count_id, count_to)));
    view! { div(class="field") { (head) (input) (hint) FieldError(field=field) } }
}

fn head(id: &'static str, label: &'static str, optional: bool, counter: Option<View>) -> View {
    let mut label = view! { label(r#for=id) { (label) } };
    if optional {
        label = view! { span { (label) " " span(class="optional") { "(optional)" } } };
    }
    match counter {
        None => label,
        Some(counter) => view! { div(class="field-head") { (label) (counter) } },
    }
}

/// "9 of 20"; speaks only at five left and when over.
fn counter(field: Field, id: String, max: u32) -> View {
    let length = create_selector(move || rules::length(&field.value()));
    let spoken = move || {
        let length = length.get();
        if length > max || max - length == 5 { words::counter(length, max) } else { String::new() }
    };
    view! {
        span {
            span(class=move || if length.get() > max { "counter over" } else { "counter" }, id=id) {
                (words::counter(length.get(), max))
            }
            span(class="visually-hidden", role="status") { (spoken()) }
        }
    }
}
