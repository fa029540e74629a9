//! Locking and unlocking changes: an unlock ends with the application and with *Lock now*, and copying a secret needs one.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::patience::until;
use postern_stories::{Page, Role, clipboard, steps, steps::MINA, with_account};

async fn lock_now(page: &Page) -> Result<()> {
    page.find_starting(Role::Button, "Unlocked").await?.click().await?;
    page.click(Role::Menuitem, "Lock now").await?;
    page.find_starting(Role::Button, "Locked").await?;
    Ok(())
}

#[tokio::test]
async fn d17_an_unlock_ends_with_the_application() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.find_starting(Role::Button, "Unlocked").await?;
            world.reopen().await?;
            let main = world.window(Window::Main).await?;
            steps::choose_from_user_menu(&main, MINA.name, "Manage account").await?;
            let page = world.window(Window::ManageAccount).await?;
            page.find(Role::Heading, "Login").await?;
            steps::log_in(&page, MINA.password).await?;
            page.find_starting(Role::Button, "Unlocked").await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn d18_lock_now_keeps_the_chip_and_a_click_asks_for_the_password() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            lock_now(&page).await?;
            page.find_starting(Role::Button, "Locked").await?.click().await?;
            page.find(Role::Dialog, "Login").await?;
            steps::log_in(&page, MINA.password).await?;
            page.lacks(Role::Dialog, "Login").await?;
            page.find_starting(Role::Button, "Unlocked").await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a19_copying_a_secret_needs_an_unlock_and_follows_the_password() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            steps::add_key(&page, "Crane log").await?;
            lock_now(&page).await?;
            clipboard::put(&world.around, "something else").await?;
            page.press("Copy Crane log").await?;
            page.find(Role::Dialog, "Login").await?;
            ensure!(clipboard::text(&world.around).await? == "something else", "nothing was copied yet");
            steps::log_in(&page, MINA.password).await?;
            until("the secret is on the clipboard", async || {
                Ok(clipboard::text(&world.around).await?.starts_with("pst_").then_some(()))
            })
            .await
        })
        .await
}
