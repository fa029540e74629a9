//! A named group of radio cards; the whole card is the target.

use crate::dom;
use std::borrow::Cow;
use std::rc::Rc;
use sycamore::prelude::*;

/// One card.
#[derive(Clone)]
pub struct Choice<T> {
    /// What is chosen.
    pub value: T,
    /// The input's id.
    pub id: Cow<'static, str>,
    /// Its words.
    pub label: Cow<'static, str>,
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
    let choose = Rc::new(choose);
    let cards = options.into_iter().map(|option| {
        let Choice { value, id: input, label, about } = option;
        let choose = Rc::clone(&choose);
        let (is_chosen, choose) = (move || chosen.get() == value, move || choose(value));
        card(id, input, (label, about), Rc::new(is_chosen), Box::new(choose), disabled.clone())
    });
    group(id, legend, cards.collect())
}

/// Boxed, so that the page holds one copy, whatever is chosen.
fn card(
    group: &'static str,
    input: Cow<'static, str>,
    (label, about): (Cow<'static, str>, Vec<String>),
    chosen: Rc<dyn Fn() -> bool>,
    choose: Box<dyn Fn()>,
    disabled: MaybeDyn<bool>,
) -> View {
    let about_id = format!("{input}-about");
    let tied = input.clone();
    let (described, node, at_first) = (about_id.clone(), create_node_ref(), Rc::clone(&chosen));
    let lines: Vec<View> = about.into_iter().map(|line| view! { span { (line) } br {} }).collect();
    let card = view! {
        div(class="choice") {
            input(
                r#type="radio",
                id=input,
                name=group,
                r#ref=node,
                "checked"=dom::as_text("").filter(|_| untrack(|| at_first())),
                disabled=disabled,
                "aria-describedby"=described,
                on:change=move |_| choose(),
            )
            label(r#for=tied) { (label) }
            p(class="about", id=about_id) { (lines) }
        }
    };
    dom::keep_ticked(node, move || chosen());
    card
}

fn group(id: &'static str, legend: &'static str, cards: Vec<View>) -> View {
    view! {
        fieldset(role="radiogroup", "aria-labelledby"=id) {
            span(class="legend", id=id) { (legend) }
            div(class="choices") { (cards) }
        }
    }
}
