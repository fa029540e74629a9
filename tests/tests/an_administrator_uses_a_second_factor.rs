//! Two-factor authentication enabled by email, switched to text message, and disabled after the notice.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::{Page, Role, World, steps, steps::MINA, with_account};

/// Signs in with password and number, and again on the Login page; answers Security settings.
async fn security_settings(world: &World, sent_to: &str) -> Result<Page> {
    let main = world.window(Window::Main).await?;
    steps::enter_credentials(&main, MINA.email, MINA.password).await?;
    steps::answer_number(world, &main, sent_to).await?;
    main.find_starting(Role::Button, MINA.name).await?;
    steps::choose_from_user_menu(&main, MINA.name, "Manage account").await?;
    let page = world.window(Window::ManageAccount).await?;
    steps::log_in(&page, MINA.password).await?;
    steps::answer_number(world, &page, sent_to).await?;
    page.click(Role::Tab, steps::title(Tab::SecuritySettings)).await?;
    Ok(page)
}

async fn save(page: &Page) -> Result<()> {
    page.press("OK").await?;
    page.hears("The security settings are now changed.").await
}

async fn sign_out(world: &World) -> Result<()> {
    let main = world.window(Window::Main).await?;
    steps::choose_from_user_menu(&main, MINA.name, "Sign out").await?;
    main.find(Role::Heading, "Sign in").await?;
    Ok(())
}

#[tokio::test]
async fn an_administrator_enables_switches_and_disables_the_second_factor() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::SecuritySettings).await?;
            page.find(Role::Radiogroup, "2-Factor authentication").await?;
            page.click(Role::Radio, "Enable").await?;
            page.find(Role::Radiogroup, "Authentication method").await?;
            page.click(Role::Radio, "Email").await?;
            save(&page).await?;
            sign_out(world).await?;

            let page = security_settings(world, MINA.email).await?;
            page.click(Role::Radio, "Text message").await?;
            save(&page).await?;
            sign_out(world).await?;

            let page = security_settings(world, MINA.phone).await?;
            page.click(Role::Radio, "Disable").await?;
            page.find(Role::Alertdialog, "Disable 2-Factor authentication?").await?;
            page.focus_is_on("Keep enabled").await?;
            page.press("Keep enabled").await?;
            let enable = page.find(Role::Radio, "Enable").await?;
            ensure!(enable.is_selected().await?, "the choice is put back");
            page.click(Role::Radio, "Disable").await?;
            page.press("Disable").await?;
            save(&page).await?;
            sign_out(world).await?;
            steps::sign_in(world, &MINA).await?;
            Ok(())
        })
        .await
}
