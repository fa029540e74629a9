//! Keys of a real keyboard move the focus, and wherever it goes its ring is drawn.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::input::Input;
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, empty, steps, steps::MINA, with_account};
use serde_json::Value;

/// What has the focus, and whether a ring of two pixels or more is drawn around it, or around the card that it stands for.
const FOCUS: &str = "
    const active = document.activeElement;
    if (!active || active === document.body) return ['', false];
    const rings = [active, active.closest('.choice')].filter(Boolean).map(element => getComputedStyle(element));
    const drawn = rings.some(style => style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2);
    return [active.id || active.outerHTML.slice(0, 200), drawn];";

async fn focus(page: &Page) -> Result<(String, bool)> {
    let found = page.ask(FOCUS, vec![]).await?;
    let ring = found.get(1).and_then(Value::as_bool).unwrap_or_default();
    Ok((found.get(0).and_then(Value::as_str).unwrap_or_default().to_owned(), ring))
}

/// Presses a key and waits until the focus is elsewhere, with a ring.
async fn moves(input: &Input<'_>, page: &Page, key: &str) -> Result<String> {
    let (before, _) = focus(page).await?;
    input.keys(&[key]).await?;
    let mut last = before.clone();
    until(&format!("{key} moves the focus from {before} to where a ring is drawn"), async || {
        let (now, ring) = focus(page).await?;
        ensure!(ring || now == before, "no ring around {now}");
        last.clone_from(&now);
        Ok((now != before).then_some(()))
    })
    .await?;
    Ok(last)
}

/// Goes through a radio group with the arrow keys, after a click on its first button.
async fn arrows_keep_the_ring(world: &World, window: Window, page: &Page, radios: [&str; 2]) -> Result<()> {
    let input = Input::to(world, window).await?;
    input.click(page, Role::Radio, radios[0]).await?;
    let mut known = Vec::new();
    for key in ["Down", "Up", "Right", "Left"] {
        known.push(moves(&input, page, key).await?);
    }
    ensure!(known[0] == known[2] && known[1] == known[3] && known[0] != known[1], "{radios:?}: {known:?}");
    Ok(())
}

#[tokio::test]
async fn d5_arrow_keys_in_radio_groups_keep_the_ring() -> Result<()> {
    with_account()
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            steps::choose_from_user_menu(&main, MINA.name, "Settings").await?;
            let settings = world.window(Window::Settings).await?;
            arrows_keep_the_ring(world, Window::Settings, &settings, ["10 s", "20 s"]).await?;
            let page = steps::manage_account(world, &MINA, Tab::SecuritySettings).await?;
            let two_factor = ["Enable", "Disable"];
            let input = Input::to(world, Window::ManageAccount).await?;
            input.click(&page, Role::Radio, "Disable").await?;
            moves(&input, &page, "Up").await?;
            until("the methods can be chosen", async || {
                let methods =
                    page.ask("return document.querySelectorAll('[name=method]:enabled').length", vec![]);
                Ok((methods.await? == 2).then_some(()))
            })
            .await?;
            arrows_keep_the_ring(world, Window::ManageAccount, &page, ["Email", "Text message"]).await?;
            ensure!(page.has(Role::Radio, two_factor[0]).await?, "the choice is still there");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn d5_each_stop_of_the_tab_key_shows_a_ring() -> Result<()> {
    empty()
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            page.find(Role::Heading, "Sign in").await?;
            let input = Input::to(world, Window::Main).await?;
            for _ in 0..4 {
                moves(&input, &page, "Tab").await?;
            }
            page.press("Create account").await?;
            page.focus_is_on("Name").await?;
            for _ in 0..6 {
                moves(&input, &page, "Tab").await?;
            }
            for _ in 0..4 {
                moves(&input, &page, "shift+Tab").await?;
            }
            Ok(())
        })
        .await
}

#[tokio::test]
async fn d19_icon_buttons_have_a_tooltip_with_name_and_shortcut_which_works() -> Result<()> {
    // what shows an icon alone
    const TIPS: &str = "
        return [...document.querySelectorAll('button')].filter(button =>
            button.checkVisibility({ visibilityProperty: true }) && !button.innerText.trim())
            .map(button => [button.getAttribute('aria-label'), button.title, button.getAttribute('aria-keyshortcuts')]);";
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            steps::add_key(&page, "Release robot").await?;
            let mut names = Vec::new();
            for tab in [Tab::ManageAuthenticationKey, Tab::ChangePassword] {
                steps::open_tab(&page, tab).await?;
                let tips: Vec<(String, String, Option<String>)> =
                    serde_json::from_value(page.ask(TIPS, vec![]).await?)?;
                for (name, tip, keys) in tips {
                    let keys = keys.unwrap_or_default().replace("Control", "Ctrl");
                    ensure!(
                        tip == format!("{name} ({keys})"),
                        "“{name}” has the tooltip “{tip}”, not {keys}"
                    );
                    names.push(name);
                }
            }
            for name in [
                "More actions for Release robot",
                "Open this tab in its own window",
                "Prepared changes",
                "Show what is typed in Current password",
            ] {
                ensure!(names.iter().any(|known| known == name), "{name} is not among {names:?}");
            }
            let input = Input::to(world, Window::ManageAccount).await?;
            input.click(&page, Role::Textbox, "New password").await?;
            input.keys(&["alt+F8"]).await?;
            let typed = page.find(Role::Textbox, "New password").await?;
            until("what is typed is shown", async || {
                Ok((typed.attr("type").await?.as_deref() == Some("text")).then_some(()))
            })
            .await?;
            input.keys(&["ctrl+shift+n"]).await?;
            world.window(Window::Tab(Tab::ChangePassword)).await?;
            Input::to(world, Window::ManageAccount).await?.keys(&["ctrl+8"]).await?;
            world.window(Window::Plans).await?;
            Ok(())
        })
        .await
}
