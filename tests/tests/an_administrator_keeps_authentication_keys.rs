//! Five keys and no sixth; copied now and after a restart; deleted and dead at once.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::caller::whoami;
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, clipboard, steps, steps::MINA, with_account};

/// Waits until the clipboard holds a key's secret, and answers it.
async fn copied(world: &World) -> Result<String> {
    until("a key is on the clipboard", async || {
        let text = clipboard::text(&world.around).await?;
        Ok(text.starts_with("pst_").then_some(text))
    })
    .await
}

/// Adds a key, copies it from the list, and answers its secret.
async fn add_and_copy(world: &World, page: &Page, label: &str) -> Result<String> {
    steps::add_key(page, label).await?;
    page.press(&format!("Copy {label}")).await?;
    page.hears("Copied").await?;
    copied(world).await
}

#[tokio::test]
async fn an_administrator_adds_five_keys_and_is_refused_a_sixth() -> Result<()> {
    // KEY-1
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            for label in ["Release robot", "Gate monitor", "Terraform, rack 4", "Nightly backup", "Crane log"]
            {
                steps::add_key(&page, label).await?;
            }
            page.find(Role::Table, "Authentication keys").await?;
            page.sees("5 of 5").await?;
            page.press("Add authentication key").await?;
            page.sees("You have 5 keys, the maximum.").await?;
            ensure!(!page.has(Role::Dialog, "Add authentication key").await?, "no sixth is asked for");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_copied_key_answers_on_whoami_and_can_be_copied_again_after_a_restart() -> Result<()> {
    with_account()
        .remote(&[])
        .tell(async |world| {
            let backend = world.backend()?.address.clone();
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            let key = add_and_copy(world, &page, "Crane log").await?;
            ensure!(whoami(&backend, &key).await? == 200, "the copied key works");
            // KEY-2: what a page holds never includes the secret
            let html = page.ask("return document.documentElement.outerHTML", vec![]).await?;
            ensure!(
                !html.as_str().unwrap_or_default().contains(&key[8..30]),
                "the page never holds the secret"
            );
            // CLIP-1: clipboard managers are asked to keep nothing
            let kinds = clipboard::kinds(&world.around).await?;
            ensure!(kinds.contains("x-kde-passwordManagerHint"), "{kinds}");
            page.press("Clear now").await?;
            until("the clipboard is cleared", async || {
                Ok((clipboard::text(&world.around).await? != key).then_some(()))
            })
            .await?;

            world.reopen().await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            page.press("Copy Crane log").await?;
            ensure!(copied(world).await? == key, "the same key comes from the secret store again");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_deleted_key_stops_working() -> Result<()> {
    // KEY-3
    with_account()
        .remote(&[])
        .tell(async |world| {
            let backend = world.backend()?.address.clone();
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            let key = add_and_copy(world, &page, "Crane log").await?;
            ensure!(whoami(&backend, &key).await? == 200, "it works");
            page.press("More actions for Crane log").await?;
            page.click(Role::Menuitem, "Delete").await?;
            steps::confirm_deletion(&page).await?;
            page.lacks(Role::Button, "Copy Crane log").await?;
            ensure!(whoami(&backend, &key).await? == 401, "it no longer works");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn an_interrupted_addition_is_finished_at_the_next_start() -> Result<()> {
    use postern_stories::wire::Mode;
    with_account()
        .remote(&[])
        .tell(async |world| {
            let backend = world.backend()?.address.clone();
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            steps::add_key(&page, "Release robot").await?;
            world.wire()?.set(Mode::Hold("PUT /v1/account/keys/"));
            steps::ask_for_key(&page, "Crane log").await?;
            world.wire()?.holds().await;
            // the secret is stored, the key is not registered
            world.kill().await?;
            world.wire()?.set(Mode::Carry);
            world.open().await?;
            let main = world.window(Window::Main).await?;
            main.sees("Adding “Crane log” was interrupted before.").await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            for label in ["Release robot", "Crane log"] {
                page.press(&format!("Copy {label}")).await?;
                page.sees("Copied").await?;
                let key = until("another key is on the clipboard", async || {
                    let text = clipboard::text(&world.around).await?;
                    let works = text.starts_with("pst_") && whoami(&backend, &text).await? == 200;
                    Ok(works.then_some(text))
                })
                .await?;
                clipboard::put(&world.around, "something else").await?;
                ensure!(key.starts_with("pst_"), "no working key is lost");
            }
            Ok(())
        })
        .await
}
