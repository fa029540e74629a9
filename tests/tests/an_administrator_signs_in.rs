//! Signing in, with the wrong and the right password, staying signed in over a restart, and signing out.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::keyring::entries;
use postern_stories::patience::until;
use postern_stories::{Role, steps, steps::MINA, with_account};

#[tokio::test]
async fn a_wrong_password_is_refused_and_the_right_one_signs_in() -> Result<()> {
    with_account()
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            // ENUM-1: an unknown address and a wrong password are told in the same words
            for (email, password) in
                [(MINA.email, "not the lantern of this account"), ("nobody@harbor.example", MINA.password)]
            {
                steps::enter_credentials(&page, email, password).await?;
                // what was said of the one before stays until this one is answered
                page.lacks(Role::Button, "Signing in…").await?;
                page.hears("The email address or the password is not right").await?;
                ensure!(page.value("Email address").await? == email, "what was typed is still there");
            }
            steps::sign_in(world, &MINA).await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_restart_keeps_the_person_signed_in_and_signing_out_leaves_no_session() -> Result<()> {
    // SEC-5
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            ensure!(
                entries(&world.around).await?.contains("session@embedded"),
                "the token is in the secret store"
            );
            world.reopen().await?;
            let page = world.window(Window::Main).await?;
            page.find_starting(Role::Button, MINA.name).await?;
            steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            steps::choose_from_user_menu(&page, MINA.name, "Sign out").await?;
            page.find(Role::Heading, "Sign in").await?;
            until("the other windows close", async || {
                Ok((!world.app()?.is_open(Window::ManageAccount).await?).then_some(()))
            })
            .await?;
            ensure!(!entries(&world.around).await?.contains("session@"), "the token is gone");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_session_ends_after_an_hour_without_use() -> Result<()> {
    // SES-2
    with_account()
        .moved_clock()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            world.shut().await?;
            world.clock.ahead(59 * 60)?;
            world.open().await?;
            let page = world.window(Window::Main).await?;
            page.find_starting(Role::Button, MINA.name).await?;
            world.shut().await?;
            world.clock.ahead(59 * 60 + 61 * 60)?;
            world.open().await?;
            let page = world.window(Window::Main).await?;
            page.find(Role::Heading, "Sign in").await?;
            Ok(())
        })
        .await
}
