//! A modal dialog. Focus starts on the harmless button (alertdialog) or the first field, Esc is harmless, and focus
//! returns to what had it before.

use crate::dom;
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;
use sycamore::prelude::*;

/// What kind of dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogRole {
    /// Something to fill in.
    Dialog,
    /// Something to decide.
    Alert,
}

/// Present while `open`. `first` is the id that gets the focus; `escape` is the harmless way out and must end with
/// `open` being false. Buttons stand in `div(class="row")`: the harmful one left, the harmless one right.
#[component(inline_props)]
pub fn Dialog(
    id: &'static str,
    role: DialogRole,
    #[prop(setter(into))] heading: MaybeDyn<Cow<'static, str>>,
    open: ReadSignal<bool>,
    first: &'static str,
    #[prop(default)] described: Option<&'static str>,
    escape: impl Fn() + 'static,
    content: impl Fn() -> View + 'static,
) -> View {
    modal(Modal {
        id,
        role,
        heading,
        open,
        first,
        described,
        escape: Rc::new(escape),
        content: Box::new(content),
    })
}

/// The same, boxed, so that the page holds one copy for all dialogs.
struct Modal {
    id: &'static str,
    role: DialogRole,
    heading: MaybeDyn<Cow<'static, str>>,
    open: ReadSignal<bool>,
    first: &'static str,
    described: Option<&'static str>,
    escape: Rc<dyn Fn()>,
    content: Box<dyn Fn() -> View>,
}

fn modal(modal: Modal) -> View {
    let Modal { id, role, heading, open, first, described, escape, content } = modal;
    let opener = Rc::new(Cell::new(dom::Opener::default()));
    let is_open = create_selector(move || open.get());
    create_effect(move || {
        if is_open.get() {
            // once a menu that led here has given the focus back
            let opener = Rc::clone(&opener);
            dom::soon(move || opener.set(dom::Opener::now()));
            dom::show_modal(id, first);
        } else {
            opener.take().give_back();
        }
    });
    let title = format!("{id}-title");
    let role = match role {
        DialogRole::Dialog => "dialog",
        DialogRole::Alert => "alertdialog",
    };
    view! { (if is_open.get() {
        let (escape, title, heading) = (Rc::clone(&escape), title.clone(), heading.clone());
        let labelled = title.clone();
        let content = untrack(&content);
        view! {
            dialog(
                class="dialog",
                id=id,
                role=role,
                "tabindex"="-1",
                "aria-modal"="true",
                "aria-labelledby"=labelled,
                "aria-describedby"=described,
                on:keydown=move |event: web_sys::KeyboardEvent| if event.key() == "Escape" {
                    event.prevent_default();
                    escape();
                },
            ) { h1(id=title) { (heading.get_clone()) } (content) }
        }
    } else {
        view! {}
    }) }
}
