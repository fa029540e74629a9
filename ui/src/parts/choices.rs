//! A named group of radio cards; the whole card is the target.

use crate::dom;
use sycamore::prelude::*;

/// One card.
#[derive(Clone)]
pub struct Choice<T> {
    /// What is chosen.
    pub value: T,
    /// The input's id.
    pub id: &'static str,
    /// Its words.
    pub label: &'static str,
    /// Lines under them.
    pub about: Vec<String>,
}

/// `id` names the legend and the radio group. `choose` is called with the new value; `chosen` shows which one is.
#[component(inline_props)]
pub fn Choices<T: Copy + PartialEq + 'static>(
    id: &'static str,
    legend: &'static str,
    chosen: ReadSignal<T>,
    options: Vec<Choice<T>>,
    choose: impl Fn(T) + 'static,
    #[prop(default = false.into(), setter(into))] disabled: MaybeDyn<bool>,
) -> View {
    let choose = std::rc::Rc::new(choose);
    let cards: Vec<View> = options
        .into_iter()
        .map(|option| {
            let Choice { value, id: input, label, about } = option;
            let (choose, disabled) = (std::rc::Rc::clone(&choose), disabled.clone());
            let about_id = format!("{input}-about");
            let (described, node) = (about_id.clone(), create_node_ref());
            let lines: Vec<View> = about.into_iter().map(|line| view! { span { (line) } br {} }).collect();
            let card = view! {
                div(class="choice") {
                    input(
                        r#type="radio",
                        id=input,
                        name=id,
                        r#ref=node,
                        "checked"=dom::as_text("").filter(|_| chosen.get_untracked() == value),
                        disabled=disabled,
                        "aria-describedby"=described,
                        on:change=move |_| choose(value),
                    )
                    label(r#for=input) { (label) }
                    p(class="about", id=about_id) { (lines) }
                }
            };
            dom::keep_ticked(node, move || chosen.get() == value);
            card
        })
        .collect();
    view! {
        fieldset(role="radiogroup", "aria-labelledby"=id) {
            span(class="legend", id=id) { (legend) }
            div(class="choices") { (cards) }
        }
    }
}
