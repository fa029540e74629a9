//! What a policy fixes is shown as managed with its source, and cannot be changed from the page by any means.

use anyhow::{Result, ensure};
use postern_contract::shell::Window;
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, empty};
use serde_json::json;

async fn settings(world: &World) -> Result<Page> {
    world.window(Window::Main).await?.press("Settings").await?;
    let page = world.window(Window::Settings).await?;
    page.find(Role::Heading, "Settings").await?;
    Ok(page)
}

#[tokio::test]
async fn a_managed_setting_is_shown_with_its_source_and_refused_in_the_command() -> Result<()> {
    // CFG-3
    empty()
        .tell(async |world| {
            world.set_policy(
                "[managed.defaults]\ntheme = \"dark\"\n\n[recommended.defaults]\nclipboard_seconds = 15\n",
            )?;
            world.reopen().await?;
            let page = settings(world).await?;
            page.sees("Managed by your organisation").await?;
            page.sees("10-harbor.toml").await?;
            world.picture(&page, "settings-managed").await?;
            let dark = page.find(Role::Radio, "Dark").await?;
            ensure!(!dark.is_enabled().await?, "it is greyed");
            // and a page that does not keep to that is refused
            let script = "const done = arguments[arguments.length - 1];
                const core = window.__TAURI_INTERNALS__;
                core.invoke('show_settings').then(shown => core.invoke('change_setting', { input: {
                    key: 'defaults.theme', value: 'light', version: shown.version } }))
                .then(() => done('changed'), problem => done(problem.code));";
            let answer = page.face().await?.execute_async(script, vec![]).await?.json().clone();
            ensure!(answer == json!("setting_managed"), "{answer}");
            // what is recommended may be changed
            page.click(Role::Radio, "60 s").await?;
            let written = until("the choice is written", async || {
                let written = std::fs::read_to_string(world.configuration()).unwrap_or_default();
                Ok(written.contains("clipboard_seconds = 60").then_some(written))
            })
            .await?;
            ensure!(!written.contains("theme"), "{written}");
            page.find(Role::Button, "Remove your choice for Clipboard").await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_broken_file_is_shown_and_the_application_opens_all_the_same() -> Result<()> {
    // CFG-2
    empty()
        .tell(async |world| {
            world.configure("[defaults]\ntheme = \"purple\"\nclipbord_seconds = 20\n")?;
            world.reopen().await?;
            let page = settings(world).await?;
            page.sees("defaults.theme").await?;
            page.sees("clipboard_seconds").await?;
            page.sees("line 2").await?;
            page.sees("line 3").await?;
            world.window(Window::Main).await?.sees("in the configuration need mending").await?;
            let check = world.cli(&["config", "check"], "").await?;
            ensure!(check.code == 3, "{check:?}");
            for said in ["config.toml:2:", "config.toml:3:"] {
                ensure!(check.out.contains(said) || check.err.contains(said), "{said}: {check:?}");
            }
            Ok(())
        })
        .await
}
