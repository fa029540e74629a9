//! Without its backend the application opens, says so, keeps what is typed, and goes on once the backend is back.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::{empty, steps, steps::MINA, with_account};

const OFFLINE: &str = "No connection to the backend";

#[tokio::test]
async fn the_application_opens_without_its_backend_and_says_so() -> Result<()> {
    empty()
        .nobody_at("http://127.0.0.1:9")
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            steps::enter_credentials(&page, MINA.email, MINA.password).await?;
            page.hears(OFFLINE).await?;
            ensure!(page.value("Email address").await? == MINA.email, "what was typed is still there");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn the_backend_goes_away_and_comes_back() -> Result<()> {
    with_account()
        .remote(&[])
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.fill("Task", "Harbor gate keys").await?;
            world.backend_mut()?.stop();
            page.press("OK").await?;
            page.hears(OFFLINE).await?;
            ensure!(page.value("Task").await? == "Harbor gate keys", "what was typed is still there");
            world.backend_mut()?.again().await?;
            page.press("OK").await?;
            page.hears("Your user information is now changed.").await
        })
        .await
}
