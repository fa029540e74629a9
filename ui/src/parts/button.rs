//! Buttons. A busy one stays focusable and says so; it is never a trap for a second press, since the form refuses one.

use crate::words;
use std::borrow::Cow;
use sycamore::prelude::*;

/// The button that commits a form. `form` names the form's id where the button stands outside of it.
#[component(inline_props)]
pub fn Submit(
    label: &'static str,
    busy_label: &'static str,
    #[prop(setter(into))] busy: MaybeDyn<bool>,
    #[prop(default = "button primary".into(), setter(into))] class: MaybeDyn<Cow<'static, str>>,
    #[prop(default)] form: Option<&'static str>,
    #[prop(default, setter(into))] id: Option<String>,
    #[prop(default = false.into(), setter(into))] held_back: MaybeDyn<bool>,
    #[prop(default)] described: Option<&'static str>,
) -> View {
    let (waits, shown) = (busy.clone(), busy.clone());
    view! {
        button(
            r#type="submit",
            class=move || class.get_clone(),
            id=id,
            "form"=form,
            "aria-busy"=move || waits.get().then_some("true"),
            "aria-disabled"=move || (shown.get() || held_back.get()).then_some("true"),
            "aria-describedby"=described,
        ) { (if busy.get() { busy_label } else { label }) }
    }
}

/// A button that does something else. `name` is its accessible name where the words inside are not enough; where there are
/// none but an icon, it is the tooltip too. `keys` is its shortcut, as `aria-keyshortcuts` writes it. Held back, it
/// does nothing and keeps the focus.
#[component(inline_props)]
pub fn Press(
    press: impl FnMut() + 'static,
    #[prop(default = "button")] class: &'static str,
    #[prop(default)] id: Option<&'static str>,
    #[prop(default, setter(into))] name: Option<String>,
    #[prop(default)] keys: Option<&'static str>,
    #[prop(default = false.into(), setter(into))] held_back: MaybeDyn<bool>,
    children: Children,
) -> View {
    press_button(Box::new(press), class, id, (name, keys), held_back, children)
}

/// Boxed, so that the page holds one copy, whatever its buttons do.
fn press_button(
    mut press: Box<dyn FnMut()>,
    class: &'static str,
    id: Option<&'static str>,
    (name, keys): (Option<String>, Option<&'static str>),
    held_back: MaybeDyn<bool>,
    children: Children,
) -> View {
    let tip = name.as_deref().filter(|_| class.contains("icon-only")).map(|name| words::tip(name, keys));
    let held = held_back.clone();
    view! {
        button(
            r#type="button",
            class=class,
            id=id,
            "aria-label"=name,
            "aria-keyshortcuts"=keys,
            title=tip,
            "aria-disabled"=move || held_back.get().then_some("true"),
            on:click=move |_| if !held.get() { press() },
        ) { (children) }
    }
}

/// A button whose act takes a while: meanwhile it says so, keeps the focus, and takes no second press.
#[component(inline_props)]
pub fn Tries(
    press: impl FnMut() + 'static,
    label: &'static str,
    #[prop(setter(into))] busy: MaybeDyn<bool>,
    #[prop(default)] id: Option<&'static str>,
    #[prop(default = "button")] class: &'static str,
) -> View {
    let mut press: Box<dyn FnMut()> = Box::new(press);
    let (waits, shown, held) = (busy.clone(), busy.clone(), busy.clone());
    view! {
        button(
            r#type="button",
            class=class,
            id=id,
            "aria-busy"=move || waits.get().then_some("true"),
            "aria-disabled"=move || shown.get().then_some("true"),
            on:click=move |_| if !held.get() { press() },
        ) {
            (if busy.get() { view! { span(class="turning", "aria-hidden"="true") } } else { view! {} })
            (label)
        }
    }
}
