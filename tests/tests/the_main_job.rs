//! The whole main job in one go, as the tour shows it: from an empty desktop to an account and back to none.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::keyring::entries;
use postern_stories::{Role, empty, steps, steps::MINA};

/// The password that it is changed to.
const CHANGED: &str = "seven harbor lamps in the fog";

#[tokio::test]
async fn the_main_job_from_an_empty_desktop_to_an_empty_desktop() -> Result<()> {
    empty()
        .tell(async |world| {
            let main = world.window(Window::Main).await?;
            main.find(Role::Heading, "Sign in").await?;
            world.picture(&main, "sign-in").await?;

            main.press("Create account").await?;
            main.fill("Name", MINA.name).await?;
            main.fill("Email address", MINA.email).await?;
            steps::prove(world, &main, "email", MINA.email).await?;
            world.picture(&world.window(Window::Messages).await?, "messages").await?;
            main.fill("Mobile phone number", MINA.phone).await?;
            steps::prove(world, &main, "mobile phone", MINA.phone).await?;
            main.fill("Password", MINA.password).await?;
            main.fill("Confirm password", MINA.password).await?;
            world.picture(&main, "create-account").await?;
            main.press("Create account").await?;
            main.find(Role::Heading, "Sign in").await?;

            steps::sign_in(world, &MINA).await?;
            // every part of the console has been read
            main.sees("0 of 5").await?;
            main.sees("The password alone signs in").await?;
            world.picture(&main, "console").await?;
            let button = main.find_starting(Role::Button, MINA.name).await?;
            main.hover(&button).await?;
            main.find(Role::Menuitem, "Manage account").await?;
            world.picture(&main, "user-menu").await?;
            main.click(Role::Menuitem, "Manage account").await?;

            let page = world.window(Window::ManageAccount).await?;
            page.find(Role::Heading, "Login").await?;
            world.picture(&page, "login").await?;
            steps::log_in(&page, MINA.password).await?;

            steps::open_tab(&page, Tab::UserInformation).await?;
            page.fill("Task", "Harbor gate keys").await?;
            world.picture(&page, "user-information").await?;
            page.press("OK").await?;
            page.hears("Your user information is now changed.").await?;

            steps::open_tab(&page, Tab::ChangePassword).await?;
            page.fill("Current password", MINA.password).await?;
            page.fill("New password", CHANGED).await?;
            page.fill("Confirm new password", CHANGED).await?;
            world.picture(&page, "change-password").await?;
            page.press("OK").await?;
            page.hears("Your password is now changed.").await?;

            steps::open_tab(&page, Tab::SecuritySettings).await?;
            page.click(Role::Radio, "Enable").await?;
            page.click(Role::Radio, "Text message").await?;
            world.picture(&page, "security-settings").await?;
            page.press("OK").await?;
            page.hears("The security settings are now changed.").await?;
            page.click(Role::Radio, "Disable").await?;
            page.find(Role::Alertdialog, "Disable 2-Factor authentication?").await?;
            world.picture(&page, "security-notice").await?;
            page.press("Keep enabled").await?;

            steps::open_tab(&page, Tab::ManageAuthenticationKey).await?;
            for label in ["Release robot", "Gate monitor"] {
                steps::add_key(&page, label).await?;
            }
            page.press("Copy Gate monitor").await?;
            page.hears("Copied").await?;
            world.picture(&page, "authentication-keys").await?;

            steps::open_tab(&page, Tab::CancelSubscription).await?;
            // all that would be deleted has been read, and moves the box no more
            page.sees("1 sign-in and 2 secrets").await?;
            page.click(Role::Checkbox, "I agree to the subscription cancellation").await?;
            world.picture(&page, "cancel-subscription").await?;
            page.press("Cancel subscription").await?;
            page.sees("This cannot be undone.").await?;
            steps::log_in(&page, CHANGED).await?;
            steps::answer_number(world, &page, MINA.phone).await?;
            main.find(Role::Heading, "Sign in").await?;
            main.hears("Your user information is deleted.").await?;
            world.picture(&main, "signed-out").await?;
            let left = entries(&world.around).await?;
            ensure!(
                !left.contains("session@") && !left.contains("key/"),
                "the secret store still holds {left}"
            );
            Ok(())
        })
        .await
}
