//! A password: hidden, shown on demand, hidden again on leaving the window. And the bar that repeats the advice.

use super::text_field::described_by;
use super::{FieldError, Icon};
use crate::form::Field;
use crate::{dom, words};
use postern_contract::Rule;
use postern_contract::advice::PasswordAdvice;
use postern_contract::rules;
use sycamore::prelude::*;

/// Shows and hides what is typed in the field that has the focus.
const REVEAL: &str = "Alt+F8";

/// `autocomplete` is `current-password` or `new-password`. `after` (advice) stands under the input and is described by
/// the ids in `described`.
#[component(inline_props)]
pub fn PasswordField(
    field: Field,
    label: &'static str,
    #[prop(default = "current-password")] autocomplete: &'static str,
    #[prop(default)] autofocus: bool,
    #[prop(default)] described: &'static str,
    #[prop(default)] after: Option<View>,
) -> View {
    let shown = create_signal(false);
    dom::on_leaving_window(move || shown.set(false));
    // what is typed next is another secret
    create_effect(move || {
        field.track_starts();
        shown.set(false);
    });
    let node = create_node_ref();
    if autofocus {
        field.focus();
    }
    let name = format!("Show what is typed in {label}");
    let tip = words::tip(&name, Some(REVEAL));
    let input = view! {
        input(
            class="input",
            id=field.id,
            r#type=move || if shown.get() { "text" } else { "password" },
            r#ref=node,
            autocomplete=autocomplete,
            "spellcheck"="false",
            "aria-required"="true",
            "autocapitalize"="none",
            "aria-describedby"=move || described_by(field, described),
            "aria-invalid"=move || field.has_error().then_some("true"),
            on:input=move |event: web_sys::Event| field.typed(dom::typed(&event)),
            on:blur=move |_| field.left(),
        )
    };
    dom::keep_value(node, move || field.value());
    view! {
        div(class="field") {
            label(r#for=field.id) { (label) }
            div(class="reveal") {
                (input)
                button(
                    r#type="button",
                    class="button icon-only",
                    title=tip,
                    "aria-label"=name,
                    "aria-keyshortcuts"=REVEAL,
                    "aria-pressed"=move || if shown.get() { "true" } else { "false" },
                    on:click=move |_| shown.set(!shown.get()),
                ) { (if shown.get() { view! { Icon(name="eye-off") } } else { view! { Icon(name="eye") } }) }
            }
            (after)
            FieldError(field=field)
        }
    }
}

/// The bar of four and one sentence of advice, with the id `id` for `described`. `advice` is none until the shell answers.
#[component(inline_props)]
pub fn Strength(
    id: &'static str,
    field: Field,
    #[prop(setter(into))] min: MaybeDyn<u32>,
    advice: ReadSignal<Option<PasswordAdvice>>,
) -> View {
    let said = create_selector(move || {
        let length = rules::password_length(&field.value());
        match advice.get() {
            // the error under the field says how many are missing
            Some(_) if matches!(field.error(), Some(Rule::TooShort { .. })) => words::advice_while_short(),
            Some(advice) => words::advice(advice, length, min.get()),
            None => (String::new(), String::new()),
        }
    });
    let level = move || advice.get().map_or(0, |advice| advice.level.min(4)).to_string();
    view! {
        div(class="strength", "data-level"=level, "aria-hidden"="true") { i {} i {} i {} i {} }
        p(class="hint", id=id, role="status") { span { b { (said.get_clone().0) } " " (said.get_clone().1) } }
    }
}
