//! Ten minutes pass while somebody types: the password is asked for again and nothing typed is lost.

use anyhow::{Result, ensure};
use postern_contract::shell::Tab;
use postern_stories::{Role, steps, steps::MINA, with_account};

#[tokio::test]
async fn the_step_up_expires_in_the_middle_of_a_form_and_nothing_typed_is_lost() -> Result<()> {
    // SES-4, SES-2
    with_account()
        .moved_clock()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.fill("Name", "Mina Park-Lee").await?;
            page.fill("Task", "Harbor gate keys").await?;
            world.clock.ahead(11 * 60)?;
            page.press("OK").await?;
            page.find(Role::Dialog, "Login").await?;
            page.fill("Password", MINA.password).await?;
            page.press("Continue").await?;
            page.hears("Your user information is now changed.").await?;
            ensure!(page.value("Name").await? == "Mina Park-Lee", "the name is as typed");
            ensure!(page.value("Task").await? == "Harbor gate keys", "the task is as typed");
            Ok(())
        })
        .await
}
