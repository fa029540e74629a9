//! One setting: its control, where its value comes from, and whether a policy fixes it.

use super::Draft;
use crate::dom;
use crate::parts::{Choice, Choices, Icon, Press};
use crate::words;
use postern_contract::configuration::{Setting, SettingKey, Source};
use sycamore::prelude::*;

/// Seconds until a copied secret leaves the clipboard that are offered; the allowed range is 5–120.
const SECONDS: [&str; 5] = ["10", "20", "30", "60", "120"];

/// The setting; nothing until it is read. The control is built anew only where its choices change.
pub fn one(draft: Draft, key: SettingKey) -> View {
    let setting = create_selector(move || draft.setting(key));
    let frame = create_selector(move || {
        setting.with(|setting| setting.as_ref().map(|setting| (choices_of(setting), setting.managed)))
    });
    view! { (match frame.get_clone() {
        None => view! {},
        Some((choices, managed)) => {
            let control = if key == SettingKey::Tabs {
                boxes(draft, setting, choices, managed)
            } else {
                radios(draft, key, setting, choices, managed)
            };
            view! { section(class="stack tight") { (control) (about(draft, key, setting)) } }
        }
    }) }
}

fn choices_of(setting: &Setting) -> Vec<String> {
    let mut choices = setting.choices.clone();
    if setting.key == SettingKey::ClipboardSeconds && choices.is_empty() {
        choices = SECONDS.map(str::to_owned).to_vec();
    }
    if setting.key != SettingKey::Tabs && !choices.contains(&setting.value) {
        choices.insert(0, setting.value.clone());
    }
    choices
}

const fn word(key: SettingKey) -> &'static str {
    match key {
        SettingKey::Backend => "backend",
        SettingKey::Language => "language",
        SettingKey::Theme => "theme",
        SettingKey::Tabs => "tabs",
        SettingKey::ClipboardSeconds => "clipboard",
    }
}

fn radios(
    draft: Draft,
    key: SettingKey,
    setting: ReadSignal<Option<Setting>>,
    choices: Vec<String>,
    managed: bool,
) -> View {
    let chosen = create_signal(usize::MAX);
    let known = choices.clone();
    create_effect(move || {
        draft.refused.track();
        let value = setting.get_clone().map(|setting| setting.value).unwrap_or_default();
        chosen.set(known.iter().position(|choice| *choice == value).unwrap_or(usize::MAX));
    });
    let options = choices.iter().enumerate().map(|(at, value)| Choice {
        value: at,
        id: format!("{}-{at}", word(key)).into(),
        label: words::choice(key, value).into(),
        about: Vec::new(),
    });
    let options = options.collect();
    let choose = move |at: usize| {
        chosen.set(at);
        draft.choose(key, choices.get(at).cloned());
    };
    view! {
        Choices(id=word(key), legend=words::setting(key), chosen=*chosen, options=options, choose=choose, disabled=managed)
    }
}

/// One box for each tab; the last that is ticked stays.
fn boxes(draft: Draft, setting: ReadSignal<Option<Setting>>, choices: Vec<String>, managed: bool) -> View {
    let shown = move || {
        let value = setting.get_clone().map(|setting| setting.value).unwrap_or_default();
        value.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>()
    };
    let all = choices.clone();
    let boxes = choices.into_iter().enumerate().map(|(at, value)| {
        let (id, node) = (format!("tabs-{at}"), create_node_ref());
        let (label, tied) = (words::choice(SettingKey::Tabs, &value), id.clone());
        let (own, mine, all) = (value.clone(), value.clone(), all.clone());
        let is_last = move || draft.last_tab.get() == Some(at);
        let toggle = move |event: web_sys::Event| {
            let ticked = dom::ticked(&event);
            let now = untrack(shown);
            let kept: Vec<_> = all
                .iter()
                .filter(|tab| if **tab == value { ticked } else { now.contains(tab) })
                .map(String::as_str)
                .collect();
            if kept.is_empty() {
                return draft.keep_last_tab(at);
            }
            draft.choose(SettingKey::Tabs, Some(kept.join(",")));
        };
        let card = view! {
            div(class="agree") {
                input(r#type="checkbox", id=id, r#ref=node, disabled=managed,
                    "aria-invalid"=move || is_last().then_some("true"),
                    "aria-describedby"=move || is_last().then_some("tabs-error"),
                    "checked"=dom::as_text("").filter(|_| untrack(shown).contains(&own)), on:change=toggle)
                label(r#for=tied) { (label) }
            }
        };
        dom::keep_ticked(node, move || {
            draft.refused.track();
            shown().contains(&mine)
        });
        card
    });
    let boxes: Vec<View> = boxes.collect();
    view! {
        fieldset(role="group", "aria-labelledby"="tabs") {
            span(class="legend", id="tabs") { (words::setting(SettingKey::Tabs)) }
            div(class="choices") { (boxes) }
            (if draft.last_tab.get().is_some() {
                view! {
                    p(class="error", id="tabs-error", role="alert") {
                        Icon(name="alert") span { (words::last_tab()) }
                    }
                }
            } else {
                view! {}
            })
        }
    }
}

/// What the setting is for, where its value comes from, and the way back to what counts without the person's choice.
fn about(draft: Draft, key: SettingKey, setting: ReadSignal<Option<Setting>>) -> View {
    view! { (setting.get_clone().map(|setting| {
        let (source, managed) = (words::source(&setting), setting.managed);
        let name = format!("Remove your choice for {}", words::setting(key));
        let details = setting.place.clone().map(|place| {
            view! { details(class="hint") { summary { "Details" } p(class="mono") { (place) } } }
        });
        let icon = if managed { view! { Icon(name="lock", class="icon small") } } else { view! {} };
        let back = (setting.source == Source::UserFile && !managed).then(|| view! {
            Press(class="button quiet", name=name, press=move || draft.choose(key, None)) { "Remove your choice" }
        });
        view! {
            div(class="section-head kept") {
                div {
                    p(class="hint") { span { (words::setting_about(key)) } " " span { (icon) " " (source) } }
                    (details)
                }
                (back)
            }
        }
    })) }
}
