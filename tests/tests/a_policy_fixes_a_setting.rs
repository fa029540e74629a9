//! What a policy fixes is shown as managed with its source, and cannot be changed from the page by any means.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, empty, steps, steps::MINA, with_account};
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
            page.sees("Managed by your organization").await?;
            page.ask("document.querySelectorAll('summary').forEach(summary => summary.click())", vec![])
                .await?;
            page.sees("10-harbor.toml").await?;
            let dark = page.find(Role::Radio, "Dark").await?;
            dark.scroll_into_view().await?;
            world.picture(&page, "settings-managed").await?;
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
            world.picture(&page, "settings-findings").await?;
            world.window(Window::Main).await?.sees("in the configuration are wrong").await?;
            let check = world.cli(&["config", "check"], "").await?;
            ensure!(check.code == 3, "{check:?}");
            for said in ["config.toml:2:", "config.toml:3:"] {
                ensure!(check.out.contains(said) || check.err.contains(said), "{said}: {check:?}");
            }
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_tab_that_a_policy_hides_goes_wherever_it_is_open() -> Result<()> {
    // CFG-3
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let manage = steps::manage_account(world, &MINA, Tab::ChangePassword).await?;
            manage.press("Open this tab in its own window").await?;
            let tab = world.window(Window::Tab(Tab::ChangePassword)).await?;
            tab.fill("Current password", MINA.password).await?;
            world.set_policy("[managed.defaults]\ntabs = [\"user-information\", \"security-settings\"]\n")?;
            tab.find(Role::Heading, "This tab is hidden").await?;
            world.picture(&tab, "tab-hidden").await?;
            manage.lacks(Role::Tab, "Change password").await?;
            manage.find(Role::Textbox, "Name").await?;
            let script = "const done = arguments[arguments.length - 1];
                window.__TAURI_INTERNALS__.invoke('tear_off', { input: 'change-password' })
                .then(() => done('opened'), problem => done(problem.code));";
            let answer = manage.face().await?.execute_async(script, vec![]).await?.json().clone();
            ensure!(answer == json!("setting_managed"), "{answer}");
            // and what was typed is there again with the tab
            world.set_policy("[recommended.defaults]\nclipboard_seconds = 15\n")?;
            ensure!(tab.value("Current password").await? == MINA.password, "what was typed waited");
            Ok(())
        })
        .await
}

const WORN: &str = "[[backends]]\nname = \"Harbor\"\nurl = \"http://127.0.0.1:9\"\ncolor = \"plum\"\n\n\
                    [defaults]\nbackend = \"Harbor\"\ntheme = \"THEME\"\n";

/// The edge of the window as it is drawn, and whether all of it is light or dark.
async fn worn(page: &Page) -> Result<(String, String)> {
    let script = "const edge = getComputedStyle(document.querySelector('.window')).borderTopColor;
        return [edge, getComputedStyle(document.documentElement).colorScheme];";
    Ok(serde_json::from_value(page.ask(script, vec![]).await?)?)
}

#[tokio::test]
async fn every_window_wears_the_backends_colour_and_the_configured_theme() -> Result<()> {
    // CFG-3
    let worn_by = |theme: &str| WORN.replace("THEME", theme);
    empty()
        .configured(&worn_by("dark"))
        .tell(async |world| {
            let settings = settings(world).await?;
            let main = world.window(Window::Main).await?;
            main.sees("Harbor").await?;
            // the style sheet's plum in the dark, and then in the light, in windows that are open already
            for (theme, plum) in [("dark", "rgb(217, 163, 227)"), ("light", "rgb(132, 64, 143)")] {
                world.configure(&worn_by(theme))?;
                for page in [&main, &settings] {
                    until(&format!("the window is plum and {theme}"), async || {
                        Ok((worn(page).await? == (plum.to_owned(), theme.to_owned())).then_some(()))
                    })
                    .await?;
                }
            }
            Ok(())
        })
        .await
}
