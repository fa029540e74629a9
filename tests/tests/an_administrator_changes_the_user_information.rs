//! Name and task; the email address and the mobile phone number, each with the number sent to the new one.

use anyhow::{Result, ensure};
use postern_contract::shell::Tab;
use postern_stories::{steps, steps::MINA, with_account};

const CHANGED: &str = "Your user information is now changed.";

#[tokio::test]
async fn an_administrator_changes_name_and_task() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.fill("Name", "").await?;
            page.press("OK").await?;
            page.focus_is_on("Name").await?;
            page.fill("Name", "김민아 Park").await?;
            page.fill("Task", "Harbor gate keys").await?;
            page.press("OK").await?;
            page.hears(CHANGED).await?;
            world.reopen().await?;
            let main = world.window(postern_contract::shell::Window::Main).await?;
            main.sees("김민아 Park").await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn an_administrator_changes_the_email_with_the_number() -> Result<()> {
    // CON-1
    const NEW: &str = "mina@lighthouse.example";
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.fill("Email address", NEW).await?;
            steps::prove(world, &page, "email", NEW).await?;
            page.press("OK").await?;
            page.hears(CHANGED).await?;
            let told = steps::messages(world, &page).await?;
            for address in [MINA.email, NEW] {
                ensure!(
                    told.iter().any(|text| text.contains(address) && text.contains("email address")),
                    "{told:?}"
                );
            }
            let main = world.window(postern_contract::shell::Window::Main).await?;
            steps::choose_from_user_menu(&main, MINA.name, "Sign out").await?;
            steps::sign_in(world, &steps::Person { email: NEW, ..MINA }).await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn an_administrator_changes_the_mobile_phone() -> Result<()> {
    const NEW: &str = "+82 10-2345-6789";
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.fill("Mobile phone number", NEW).await?;
            steps::prove(world, &page, "mobile phone", NEW).await?;
            page.press("OK").await?;
            page.hears(CHANGED).await?;
            let shown = page.value("Mobile phone number").await?;
            ensure!(steps::digits(&shown).ends_with("1023456789"), "{shown}");
            Ok(())
        })
        .await
}
