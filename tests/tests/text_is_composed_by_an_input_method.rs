//! Korean is typed with a real input method: a syllable is shown while it is composed, and leaving it in any way keeps it.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::input::Input;
use postern_stories::input_method::InputMethod;
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, empty, steps, steps::MINA, with_account};
use thirtyfour::WebElement;

/// The keys of 김민아 and of 민아 on a Korean keyboard.
const KIM_MINA: &str = "rlaalsdk";
const MINA_KEYS: &str = "alsdk";

/// Counts the keys that were released, which shows that their press was handled.
const COUNT_RELEASES: &str = "
    window.released = {};
    window.addEventListener('keyup', event => window.released[event.key] = (window.released[event.key] ?? 0) + 1, true);";
/// The visible fields of the page that take any text.
const TEXT_FIELDS: &str = "
    return [...document.querySelectorAll('input')].filter(field =>
        ['text', 'email', 'tel'].includes(field.type) && !field.readOnly && field.inputMode !== 'numeric'
        && field.checkVisibility({ visibilityProperty: true }));";

async fn shows(page: &Page, field: &str, text: &str) -> Result<()> {
    until(&format!("“{field}” shows {text}"), async || {
        Ok((page.value(field).await? == text).then_some(()))
    })
    .await
}

async fn released(page: &Page, key: &str, times: u64) -> Result<()> {
    until(&format!("{key} was released {times} times"), async || {
        let count = page.ask("return window.released[arguments[0]] ?? 0", vec![key.into()]).await?;
        Ok((count.as_u64() == Some(times)).then_some(()))
    })
    .await
}

/// Composes into each text field of a window and leaves it by Tab.
async fn every_field_keeps_what_is_composed(world: &World, window: Window, page: &Page) -> Result<()> {
    let input = Input::to(world, window).await?;
    let fields = page.face().await?.execute(TEXT_FIELDS, vec![]).await?.elements()?;
    ensure!(!fields.is_empty(), "{window:?} has text fields");
    InputMethod::korean(&world.around).await?;
    for field in fields {
        composed(&input, page, &field, MINA_KEYS, "민아").await?;
        input.keys(&["Tab"]).await?;
        until("the focus moves on", async || {
            Ok((page.face().await?.active_element().await?.element_id() != field.element_id()).then_some(()))
        })
        .await?;
        holds(&field, "민아", "after Tab").await?;
    }
    InputMethod::latin(&world.around).await
}

/// Clicks into a field and deletes what it holds.
async fn emptied(input: &Input<'_>, page: &Page, field: &WebElement) -> Result<()> {
    input.click_on(page, field, "1").await?;
    until("the field has the focus", async || {
        Ok((page.face().await?.active_element().await?.element_id() == field.element_id()).then_some(()))
    })
    .await?;
    input.keys(&["ctrl+a", "Delete"]).await?;
    holds(field, "", "once it is emptied").await
}

/// Composes a text into a field, which shows it before it is committed. An input context follows the engine a moment after it
/// was chosen: keys that arrived before that are typed again.
async fn composed(input: &Input<'_>, page: &Page, field: &WebElement, keys: &str, text: &str) -> Result<()> {
    until(&format!("{text} is composed"), async || {
        emptied(input, page, field).await?;
        input.types(keys).await?;
        let shown = until(&format!("the keys of {text} arrive"), async || {
            let shown = field.prop("value").await?.unwrap_or_default();
            Ok((shown == text || shown == keys).then_some(shown))
        })
        .await?;
        Ok((shown == text).then_some(()))
    })
    .await
}

async fn holds(field: &WebElement, text: &str, when: &str) -> Result<()> {
    let id = field.id().await?.unwrap_or_default();
    until(&format!("#{id} holds {text} {when}"), async || {
        Ok((field.prop("value").await?.unwrap_or_default() == text).then_some(()))
    })
    .await
}

#[tokio::test]
async fn u1_a_composed_name_is_shown_and_saved_whole_by_a_click_on_ok() -> Result<()> {
    with_account()
        .input_method()
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            let input = Input::to(world, Window::ManageAccount).await?;
            InputMethod::korean(&world.around).await?;
            composed(&input, &page, &page.find(Role::Textbox, "Name").await?, KIM_MINA, "김민아").await?;
            input.click(&page, Role::Button, "OK").await?;
            main.find_starting(Role::Button, "김민아").await?;
            shows(&page, "Name", "김민아").await?;
            InputMethod::latin(&world.around).await
        })
        .await
}

/// Opens the dialog for a key and composes its label.
async fn composed_label(input: &Input<'_>, page: &Page) -> Result<()> {
    page.press("Add authentication key").await?;
    page.find(Role::Dialog, "Add authentication key").await?;
    composed(input, page, &page.find(Role::Textbox, "Label").await?, MINA_KEYS, "민아").await
}

#[tokio::test]
async fn u1_the_enter_or_escape_that_ends_a_composition_does_nothing_else() -> Result<()> {
    with_account()
        .input_method()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            page.ask(COUNT_RELEASES, vec![]).await?;
            let input = Input::to(world, Window::ManageAccount).await?;
            InputMethod::korean(&world.around).await?;
            composed_label(&input, &page).await?;
            input.keys(&["Return"]).await?;
            released(&page, "Enter", 1).await?;
            shows(&page, "Label", "민아").await?;
            ensure!(page.has(Role::Dialog, "Add authentication key").await?, "nothing is submitted");
            input.keys(&["Return"]).await?;
            page.find(Role::Button, "Copy 민아").await?;

            composed_label(&input, &page).await?;
            input.keys(&["Escape"]).await?;
            released(&page, "Escape", 1).await?;
            ensure!(page.has(Role::Dialog, "Add authentication key").await?, "the dialog stays open");
            shows(&page, "Label", "민아").await?;
            input.keys(&["Escape"]).await?;
            page.lacks(Role::Dialog, "Add authentication key").await?;
            InputMethod::latin(&world.around).await
        })
        .await
}

#[tokio::test]
async fn u1_text_is_composed_in_every_field_before_sign_in() -> Result<()> {
    empty()
        .input_method()
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            page.find(Role::Heading, "Sign in").await?;
            every_field_keeps_what_is_composed(world, Window::Main, &page).await?;
            page.press("Create account").await?;
            page.find(Role::Textbox, "Name").await?;
            every_field_keeps_what_is_composed(world, Window::Main, &page).await
        })
        .await
}

#[tokio::test]
async fn u1_text_is_composed_in_windows_that_are_opened_later() -> Result<()> {
    with_account()
        .input_method()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.press("Prepared changes").await?;
            let plans = world.window(Window::Plans).await?;
            plans.press("Prepare changes").await?;
            plans.find(Role::Textbox, "Reason").await?;
            every_field_keeps_what_is_composed(world, Window::Plans, &plans).await?;
            page.press("Open this tab in its own window").await?;
            let tab = Window::Tab(Tab::UserInformation);
            let torn = world.window(tab).await?;
            torn.find(Role::Textbox, "Name").await?;
            every_field_keeps_what_is_composed(world, tab, &torn).await
        })
        .await
}
