//! Two windows change the same account: the second sees both versions and nothing is lost.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::{Role, steps, steps::MINA, with_account};

#[tokio::test]
async fn two_windows_edit_at_once_and_the_second_sees_both_versions() -> Result<()> {
    // API-2
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let one = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            one.press("Open this tab in its own window").await?;
            let other = world.window(Window::Tab(Tab::UserInformation)).await?;
            other.fill("Name", "Mina Park-Lee").await?;
            one.fill("Name", "Mina Lee").await?;
            one.fill("Task", "Cranes and keys").await?;
            one.press("OK").await?;
            one.hears("Your user information is now changed.").await?;

            other.press("OK").await?;
            other.sees("Mina Park-Lee").await?;
            other.sees("Mina Lee").await?;
            other.find(Role::Radio, "Yours").await?;
            other.find(Role::Radio, "Theirs").await?;
            other.click(Role::Radio, "Yours").await?;
            other.press("OK").await?;
            other.hears("Your user information is now changed.").await?;
            ensure!(other.value("Task").await? == "Cranes and keys", "what the other window saved stays");
            ensure!(other.value("Name").await? == "Mina Park-Lee", "what was chosen is saved");
            Ok(())
        })
        .await
}
