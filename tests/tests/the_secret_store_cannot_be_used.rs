//! Locked, absent, without a bus, hung: each said in its own words, each with a way on, and never a secret in a file.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::keyring::{Keyring, entries, unlock_at_the_prompt};
use postern_stories::patience::until;
use postern_stories::{Plan, Role, clipboard, steps, steps::MINA, traces, with_account};

/// Signs in with memory only, after the state was said in these words and with this way to ask the store again.
async fn memory_only(plan: Plan, words: &str, again: Option<&str>) -> Result<()> {
    plan.tell(async |world| {
        let page = world.window(Window::Main).await?;
        page.sees(words).await?;
        for label in ["Unlock secret store", "Try again"] {
            ensure!(page.has(Role::Button, label).await? == (again == Some(label)), "{label}");
        }
        page.press("Use memory for this session only").await?;
        steps::sign_in(world, &MINA).await?;

        // SEC-2: what is kept in memory is in no file
        let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
        steps::add_key(&page, "Crane log").await?;
        page.press("Copy Crane log").await?;
        let key = until("a key is on the clipboard", async || {
            let text = clipboard::text(&world.around).await?;
            Ok(text.starts_with("pst_").then_some(text))
        })
        .await?;
        let found = traces::of(world.home(), &key)?;
        ensure!(found.is_empty(), "the secret lies in {found:?}");

        world.reopen().await?;
        let page = world.window(Window::Main).await?;
        page.find(Role::Heading, "Sign in").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_secret_store_is_locked() -> Result<()> {
    // SEC-1
    memory_only(
        with_account().keyring(Keyring::Locked),
        "The secret store of this computer is locked",
        Some("Unlock secret store"),
    )
    .await
}

#[tokio::test]
async fn the_secret_store_is_unlocked_at_its_own_prompt() -> Result<()> {
    // SEC-1
    with_account()
        .keyring(Keyring::Locked)
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            page.sees("The secret store of this computer is locked").await?;
            page.press("Unlock secret store").await?;
            unlock_at_the_prompt(&world.around).await?;
            page.sees_no("The secret store of this computer is locked").await?;
            steps::sign_in(world, &MINA).await?;
            ensure!(entries(&world.around).await?.contains("session@"), "the token is in the secret store");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn the_secret_store_is_absent() -> Result<()> {
    // SEC-1
    memory_only(
        with_account().keyring(Keyring::Absent),
        "There is no secret store on this computer",
        Some("Try again"),
    )
    .await
}

#[tokio::test]
async fn the_secret_store_has_no_bus() -> Result<()> {
    // SEC-1
    memory_only(with_account().keyring(Keyring::NoBus), "The secret store cannot be reached", None).await
}

#[tokio::test]
async fn the_secret_store_hangs_and_the_windows_stay_alive() -> Result<()> {
    // SEC-3
    with_account()
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            page.find(Role::Heading, "Sign in").await?;
            world.store()?.hang()?;
            steps::enter_credentials(&page, MINA.email, MINA.password).await?;
            // the shell answers something cheap again and again while the store is asked and does not answer
            let script = "const done = arguments[0]; const input = { password: 'lantern', context: [], min: 15 };
                const ask = left => left === 0 ? done(true)
                    : window.__TAURI_INTERNALS__.invoke('advise_password', { input }).then(() => ask(left - 1));
                ask(5);";
            page.face().await?.execute_async(script, vec![]).await?;
            ensure!(
                !page.text().await?.contains("The secret store does not answer"),
                "the shell answers while the store is still waited for"
            );
            page.sees("The secret store does not answer").await?;
            // signing in has been given up
            page.find(Role::Button, "Sign in").await?;
            world.store()?.resume()?;
            page.press("Try again").await?;
            page.sees_no("The secret store does not answer").await?;
            steps::sign_in(world, &MINA).await?;
            Ok(())
        })
        .await
}
