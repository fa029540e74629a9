//! The end: nothing of the person is left in the database, in the secret store, or in any file.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::keyring::entries;
use postern_stories::patience::until;
use postern_stories::{Role, steps, steps::MINA, traces, with_account};

#[tokio::test]
async fn an_administrator_cancels_the_subscription_and_nothing_is_left() -> Result<()> {
    // DEL-1, SEC-5
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            steps::add_key(&page, "Crane log").await?;
            ensure!(!traces::of(&world.data(), "mina.park")?.is_empty(), "what is looked for can be found");

            page.click(Role::Tab, steps::title(Tab::CancelSubscription)).await?;
            page.press("Cancel subscription").await?;
            page.find(Role::Checkbox, "I agree to the subscription cancellation").await?;
            // all that would be deleted has been read, and moves the box no more
            page.sees("1 sign-in and ").await?;
            page.click(Role::Checkbox, "I agree to the subscription cancellation").await?;
            page.press("Cancel subscription").await?;
            // d17: what cannot be undone asks for the password, though changes are unlocked
            steps::log_in(&page, MINA.password).await?;
            let main = world.window(Window::Main).await?;
            main.find(Role::Heading, "Sign in").await?;
            main.hears("Your user information is deleted.").await?;
            main.focus_is_on("Email address").await?;
            until("the other windows close", async || Ok((world.app()?.windows().await? == 1).then_some(())))
                .await?;

            let left = entries(&world.around).await?;
            ensure!(
                !left.contains("session@") && !left.contains("key/"),
                "the secret store still holds {left}"
            );
            for trace in [MINA.name, "mina.park", "Crane log", "1055501234"] {
                let found = traces::of(&world.data(), trace)?;
                ensure!(found.is_empty(), "“{trace}” is left in {found:?}");
            }
            steps::enter_credentials(&main, MINA.email, MINA.password).await?;
            main.hears("The email address or the password is not right").await
        })
        .await
}
