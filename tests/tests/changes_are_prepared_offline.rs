//! An administrator prepares changes without a network, carries the file over, and applies it: nothing is done twice, nothing is
//! overwritten unseen, and what needs a second administrator waits for one.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::{Page, Role, World, dialog, steps, steps::MINA, with_account};
use std::path::PathBuf;

const CONFIGURED: &str = "[[backends]]\nname = \"Harbor\"\nurl = \"{url}\"\ncolor = \"moss\"\n\n[defaults]\nbackend = \"Harbor\"\n";

/// Prepares a new task and an enabled second factor, with the backend out of reach, and answers the file.
async fn prepared(world: &mut World, reason: &str) -> Result<PathBuf> {
    let main = steps::sign_in(world, &MINA).await?;
    main.sees("0 of 5").await?;
    world.backend_mut()?.stop();
    steps::choose_from_user_menu(&main, MINA.name, "Prepared changes").await?;
    let page = world.window(Window::Plans).await?;
    page.press("Prepare changes").await?;
    page.find(Role::Heading, "Prepare changes").await?;
    page.fill("Reason", reason).await?;
    page.fill("Task", "Harbor gate keys").await?;
    page.click(Role::Radio, "Enable").await?;
    world.picture(&page, "prepare").await?;
    page.press("Review").await?;
    page.find(Role::Heading, "Review").await?;
    page.sees("Harbor gate keys").await?;
    page.sees("password").await?;
    world.picture(&page, "review").await?;
    page.press("Save plan").await?;
    let file = world.stick("night-shift.postern-plan")?;
    dialog::answer(world, "Save", &file.with_extension("")).await?;
    page.hears("saved").await?;
    let text = std::fs::read_to_string(&file)?;
    for never in [MINA.password, MINA.phone] {
        ensure!(!text.contains(never), "the plan holds {never}");
    }
    Ok(file)
}

/// Opens a plan in the window that is open, with the backend back.
async fn opened(world: &mut World, file: &std::path::Path) -> Result<Page> {
    let _second = world.hand_over(&file.to_string_lossy())?;
    let page = world.window(Window::Plans).await?;
    page.press("All prepared changes").await?;
    page.press("Open night-shift.postern-plan").await?;
    page.find(Role::Table, "Steps").await?;
    Ok(page)
}

/// Begins, and enters the password that is asked for.
async fn apply(page: &Page) -> Result<()> {
    page.press("Apply").await?;
    page.fill("Password", MINA.password).await?;
    page.press("Continue").await
}

#[tokio::test]
async fn prepared_offline_applied_online_with_a_receipt() -> Result<()> {
    with_account()
        .remote(&[])
        .configured(CONFIGURED)
        .tell(async |world| {
            let file = prepared(world, "Night shift").await?;
            world.backend_mut()?.again().await?;
            let page = opened(world, &file).await?;
            page.sees("To do").await?;
            world.picture(&page, "plan").await?;
            apply(&page).await?;
            page.find(Role::Heading, "Receipt").await?;
            page.sees("Night shift").await?;
            world.picture(&page, "receipt").await?;
            let tab = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            ensure!(tab.value("Task").await? == "Harbor gate keys");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_asked_about() -> Result<()> {
    with_account()
        .remote(&[])
        .configured(CONFIGURED)
        .tell(async |world| {
            let file = prepared(world, "Night shift").await?;
            world.backend_mut()?.again().await?;
            let tab = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            tab.fill("Task", "Day shift").await?;
            tab.press("OK").await?;
            tab.hears("Your user information is now changed.").await?;
            let page = opened(world, &file).await?;
            page.sees("Drifted").await?;
            // the password was entered a moment ago, in the other window
            page.press("Apply").await?;
            page.sees("Day shift").await?;
            world.picture(&page, "drift").await?;
            page.press("Keep theirs").await?;
            page.find(Role::Heading, "Receipt").await?;
            page.sees("Skipped").await?;
            let tab = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            ensure!(tab.value("Task").await? == "Day shift", "nothing was overwritten");
            Ok(())
        })
        .await
}
