//! A new password: the rules said by the backend, the old one dead, every other place signed out.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::caller;
use postern_stories::{steps, steps::MINA, with_account};

const NEW: &str = "seven harbor lamps in the fog";

#[tokio::test]
async fn an_administrator_changes_the_password_and_other_sessions_end() -> Result<()> {
    // PW-4
    with_account()
        .remote(&[])
        .tell(async |world| {
            let backend = world.backend()?.address.clone();
            let elsewhere = caller::sign_in(&backend, MINA.email, MINA.password, "Rack 4 console").await?;
            ensure!(caller::whoami(&backend, &elsewhere).await? == 200, "another place is signed in");
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ChangePassword).await?;
            page.sees("Rack 4 console").await?;

            page.fill("Current password", "not the lantern of this account").await?;
            page.fill("New password", NEW).await?;
            page.fill("Confirm new password", NEW).await?;
            page.press("OK").await?;
            page.focus_is_on("Current password").await?;
            ensure!(page.value("New password").await? == NEW, "what was typed is still there");

            page.fill("Current password", MINA.password).await?;
            page.press("OK").await?;
            page.hears("Your password is now changed.").await?;
            ensure!(caller::whoami(&backend, &elsewhere).await? == 401, "the other place is signed out");

            let main = world.window(Window::Main).await?;
            steps::choose_from_user_menu(&main, MINA.name, "Sign out").await?;
            steps::enter_credentials(&main, MINA.email, MINA.password).await?;
            main.hears("The email address or the password is not right").await?;
            steps::sign_in(world, &steps::Person { password: NEW, ..MINA }).await?;
            Ok(())
        })
        .await
}
