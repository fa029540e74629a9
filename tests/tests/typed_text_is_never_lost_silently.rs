//! Closing a window, signing out and quitting ask before typed text is lost.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::input::Input;
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, steps, steps::MINA, with_account};

const CLOSING: &str = "Save your changes before closing?";
const SIGNING_OUT: &str = "Save your changes before signing out?";
const QUITTING: &str = "Save your changes before quitting Postern?";

/// Closes a window by the window manager.
async fn close(world: &World, window: Window) -> Result<()> {
    Input::to(world, window).await?.close().await
}

async fn is_closed(world: &World, window: Window) -> Result<()> {
    until(&format!("{window:?} is closed"), async || Ok((!world.app()?.is_open(window).await?).then_some(())))
        .await
}

/// The tabs with a dot, as they are described.
async fn marked(page: &Page) -> Result<Vec<String>> {
    let script = "
        const text = element => document.getElementById(element.getAttribute('aria-describedby')).textContent;
        return [...document.querySelectorAll('[role=tab][aria-describedby]')]
            .map(tab => `${tab.textContent.replace('●', '').trim()}: ${text(tab)}`)";
    Ok(serde_json::from_value(page.ask(script, vec![]).await?)?)
}

#[tokio::test]
async fn d2_closing_a_window_asks_and_each_answer_is_kept() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            ensure!(marked(&page).await?.is_empty(), "nothing is typed yet");
            page.fill("Name", "Mina Lee").await?;
            let dots = marked(&page).await?;
            ensure!(dots == ["User information: Not saved yet"], "{dots:?}");

            close(world, Window::ManageAccount).await?;
            page.find(Role::Alertdialog, CLOSING).await?;
            page.sees("Not saved yet: User information.").await?;
            world.picture(&page, "unsaved").await?;
            page.press("Keep editing").await?;
            page.lacks(Role::Alertdialog, CLOSING).await?;
            ensure!(page.value("Name").await? == "Mina Lee", "it is still typed");

            // what cannot be saved keeps the window open
            page.fill("Name", "Mina Park-Lee of the harbor office").await?;
            close(world, Window::ManageAccount).await?;
            page.press("Save").await?;
            page.hears("User information is not saved.").await?;
            page.press("Keep editing").await?;

            close(world, Window::ManageAccount).await?;
            page.press_last("Discard").await?;
            is_closed(world, Window::ManageAccount).await?;

            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            ensure!(page.value("Name").await? == MINA.name, "it was discarded");
            page.fill("Task", "Cranes and keys").await?;
            close(world, Window::ManageAccount).await?;
            page.press_last("Save").await?;
            is_closed(world, Window::ManageAccount).await?;

            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            ensure!(page.value("Task").await? == "Cranes and keys", "it was saved");
            close(world, Window::ManageAccount).await?;
            is_closed(world, Window::ManageAccount).await
        })
        .await
}

#[tokio::test]
async fn d2_signing_out_asks_in_every_window_and_waits_for_all() -> Result<()> {
    with_account()
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ChangePassword).await?;
            page.press("Open this tab in its own window").await?;
            let torn = world.window(Window::Tab(Tab::ChangePassword)).await?;
            torn.fill("Current password", "some of it").await?;
            steps::open_tab(&page, Tab::UserInformation).await?;
            page.fill("Task", "Cranes and keys").await?;

            steps::choose_from_user_menu(&main, MINA.name, "Sign out").await?;
            page.find(Role::Alertdialog, SIGNING_OUT).await?;
            page.press("Discard").await?;
            torn.find(Role::Alertdialog, SIGNING_OUT).await?;
            torn.press("Keep editing").await?;
            torn.lacks(Role::Alertdialog, SIGNING_OUT).await?;
            ensure!(page.value("Task").await? == "Cranes and keys", "nothing is lost until all agree");

            steps::choose_from_user_menu(&main, MINA.name, "Sign out").await?;
            page.press("Save").await?;
            torn.press_last("Discard").await?;
            main.find(Role::Heading, "Sign in").await?;
            is_closed(world, Window::ManageAccount).await?;
            is_closed(world, Window::Tab(Tab::ChangePassword)).await?;

            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            ensure!(page.value("Task").await? == "Cranes and keys", "it was saved before the session ended");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn d2_quitting_asks_in_every_window_with_changes() -> Result<()> {
    with_account()
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            steps::choose_from_user_menu(&main, MINA.name, "Prepared changes").await?;
            let plans = world.window(Window::Plans).await?;
            plans.press("Prepare changes").await?;
            plans.fill("Reason", "A new phone").await?;
            // leaving the page within the window is asked about as well
            plans.press("All prepared changes").await?;
            plans.find(Role::Alertdialog, "Save your changes?").await?;
            plans.press("Keep editing").await?;

            close(world, Window::Main).await?;
            plans.find(Role::Alertdialog, QUITTING).await?;
            plans.press("Keep editing").await?;
            plans.lacks(Role::Alertdialog, QUITTING).await?;
            main.find_starting(Role::Button, MINA.name).await?;
            ensure!(plans.value("Reason").await? == "A new phone", "it is still typed");

            close(world, Window::Main).await?;
            plans.press_last("Discard").await?;
            world.closed().await
        })
        .await
}
