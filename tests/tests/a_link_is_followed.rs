//! A link shows a page of the application that is running, behind the password as ever, and works once.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::patience::until;
use postern_stories::{Role, World, steps, steps::MINA, with_account};

const FIRST: &str = "0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b";
const SECOND: &str = "0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1c";

/// The desktop opens a link: it starts the program once more, which hands the link over and ends.
async fn open(world: &World, link: &str) -> Result<()> {
    let mut second = world.hand_over(link)?;
    until("the second start has ended", async || Ok((!second.runs()?).then_some(()))).await
}

#[tokio::test]
async fn dl_1_a_link_shows_its_tab_behind_the_password_and_works_once() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let link = format!("postern://open/change-password?once={FIRST}");
            open(world, &link).await?;
            let page = world.window(Window::ManageAccount).await?;
            steps::log_in(&page, MINA.password).await?;
            page.find(Role::Textbox, "Current password").await?;
            ensure!(page.has(Role::Tab, steps::title(Tab::ChangePassword)).await?, "the tab is shown");

            // the same link again does nothing, not after a restart either; another one is followed
            world.reopen().await?;
            world.window(Window::Main).await?.find_starting(Role::Button, MINA.name).await?;
            open(world, &link).await?;
            open(world, &format!("postern://open/settings?once={FIRST}")).await?;
            open(world, &format!("postern://open/plans?once={SECOND}")).await?;
            world.window(Window::Plans).await?;
            ensure!(!world.app()?.is_open(Window::ManageAccount).await?, "a used link was followed");
            ensure!(!world.app()?.is_open(Window::Settings).await?, "a used link was followed");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn dl_1_what_is_no_link_of_ours_changes_nothing() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            for no_link in [
                format!("postern://cancel?once={FIRST}"),
                format!("postern://open/cancel-subscription/agree?once={FIRST}"),
                format!("postern://open/change-password?once={FIRST}&password=x"),
                "postern://open/plans".to_owned(),
                "--backend=https://evil.example".to_owned(),
                "../../../etc/passwd".to_owned(),
            ] {
                open(world, &no_link).await?;
            }
            for window in [Window::ManageAccount, Window::Settings, Window::Plans, Window::Messages] {
                ensure!(!world.app()?.is_open(window).await?, "{} was opened", window.label());
            }
            let page = world.window(Window::Main).await?;
            page.find_starting(Role::Button, MINA.name).await?;
            Ok(())
        })
        .await
}
