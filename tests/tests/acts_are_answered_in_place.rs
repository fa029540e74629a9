//! What a person does is answered where it was done: the focus goes to what appeared or back to what opened it, and nothing
//! moves under the pointer.

use anyhow::{Context, Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, steps, steps::MINA, with_account};
use thirtyfour::Key;

/// Waits until the focus is on a control whose name begins so, and not on the page's body.
async fn focus_is_at(page: &Page, start: &str) -> Result<()> {
    until(&format!("the focus is at “{start}…”"), async || {
        let on_body = page.ask("return document.activeElement === document.body", vec![]).await?;
        let at = page.focused().await?;
        Ok((on_body == false && at.starts_with(start)).then_some(()))
    })
    .await
    .with_context(|| format!("waited for the focus at “{start}”"))
}

/// Presses a key where the focus is.
async fn press_key(page: &Page, key: Key) -> Result<()> {
    page.face().await?.active_element().await?.send_keys(key + "").await.map_err(Into::into)
}

/// Where a control is drawn: left, top, width and height.
async fn place(page: &Page, role: Role, name: &str) -> Result<Vec<i64>> {
    let control = page.find(role, name).await?;
    let script = "const at = arguments[0].getBoundingClientRect();
        return [at.x, at.y, at.width, at.height].map(Math.round);";
    let found = page.face().await?.execute(script, vec![control.to_json()?]).await?;
    Ok(serde_json::from_value(found.json().clone())?)
}

async fn opened(world: &World, item: &str, window: Window) -> Result<Page> {
    let main = world.window(Window::Main).await?;
    steps::choose_from_user_menu(&main, MINA.name, item).await?;
    world.window(window).await
}

#[tokio::test]
async fn d6_the_focus_goes_to_what_appeared_or_back_to_what_opened_it() -> Result<()> {
    with_account()
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            focus_is_at(&main, "Postern").await?;

            // a window, Login, the tabs, a dialog that is left
            let page = opened(world, "Manage account", Window::ManageAccount).await?;
            focus_is_at(&page, "Password").await?;
            page.fill("Password", MINA.password).await?;
            page.press("Continue").await?;
            focus_is_at(&page, "User information").await?;
            page.find_starting(Role::Button, "Unlocked").await?.click().await?;
            page.click(Role::Menuitem, "Start the ten minutes again").await?;
            page.find(Role::Dialog, "Login").await?;
            focus_is_at(&page, "Password").await?;
            press_key(&page, Key::Escape).await?;
            page.lacks(Role::Dialog, "Login").await?;
            focus_is_at(&page, "Unlocked").await?;

            // the notice before disabling
            steps::open_tab(&page, Tab::SecuritySettings).await?;
            page.click(Role::Radio, "Enable").await?;
            page.click(Role::Radio, "Email").await?;
            page.press("OK").await?;
            page.hears("The security settings are now changed.").await?;
            page.click(Role::Radio, "Disable").await?;
            focus_is_at(&page, "Keep enabled").await?;
            page.sees("It is disabled when you press OK.").await?;
            world.picture(&page, "notice").await?;
            page.press("Disable").await?;
            page.lacks(Role::Alertdialog, "Disable 2-Factor authentication?").await?;
            focus_is_at(&page, "Disable").await?;
            page.press("Undo changes").await?;
            focus_is_at(&page, "Enable").await?;

            // the password and the number again, in the dialog
            page.find_starting(Role::Button, "Unlocked").await?.click().await?;
            page.click(Role::Menuitem, "Start the ten minutes again").await?;
            page.fill("Password", MINA.password).await?;
            page.press("Continue").await?;
            page.find(Role::Dialog, "Enter the number we sent").await?;
            focus_is_at(&page, "Authentication number").await?;
            page.sees(MINA.email).await?;
            world.picture(&page, "dialog-number").await?;
            let number = steps::number_sent_to(world, &page, MINA.email).await?;
            let messages = world.window(Window::Messages).await?;
            focus_is_at(&messages, "Messages").await?;
            page.type_last("Authentication number", &number).await?;
            page.lacks(Role::Dialog, "Enter the number we sent").await?;
            focus_is_at(&page, "Unlocked").await?;
            // D13: it is used, here and in the other window
            messages.sees("Used at").await?;
            messages.lacks(Role::Button, &format!("Copy number {number}")).await?;

            let settings = opened(world, "Settings", Window::Settings).await?;
            focus_is_at(&settings, "Settings").await?;

            // preparing, reviewing, going back
            let plans = opened(world, "Prepared changes", Window::Plans).await?;
            focus_is_at(&plans, "Prepare now, apply later").await?;
            plans.press("Prepare changes").await?;
            focus_is_at(&plans, "Prepare changes").await?;
            plans.fill("Reason", "Night shift").await?;
            plans.press("Review").await?;
            // D14: without a change the first field says so
            focus_is_at(&plans, "Name").await?;
            plans.sees("This plan changes nothing.").await?;
            world.picture(&plans, "nothing-to-review").await?;
            plans.fill("Task", "Harbor gate keys").await?;
            plans.press("Review").await?;
            focus_is_at(&plans, "Review").await?;
            plans.press("Back to the form").await?;
            focus_is_at(&plans, "Prepare changes").await?;
            plans.press("All prepared changes").await?;
            plans.find(Role::Alertdialog, "Save your changes?").await?;
            plans.press("Discard").await?;
            focus_is_at(&plans, "Prepare now, apply later").await
        })
        .await
}

#[tokio::test]
async fn d15_nothing_moves_when_an_act_is_answered() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            let name = place(&page, Role::Textbox, "Name").await?;
            let ok = place(&page, Role::Button, "OK").await?;
            // D24: Enter sends the number and submits nothing
            page.fill("Mobile phone number", "010-5550-9876").await?;
            press_key(&page, Key::Enter).await?;
            page.find(Role::Textbox, "Authentication number (mobile phone)").await?;
            page.sees("Not saved yet: mobile phone number").await?;
            page.sees("Send another at").await?;
            world.picture(&page, "number-sent").await?;
            page.press("Undo changes").await?;
            page.lacks(Role::Textbox, "Authentication number (mobile phone)").await?;
            page.fill("Name", "").await?;
            page.press("OK").await?;
            page.sees("Enter your name.").await?;
            let errors = place(&page, Role::Textbox, "Mobile phone number").await?;
            world.picture(&page, "error").await?;
            page.fill("Name", "Mina Park-Lee").await?;
            ensure!(
                place(&page, Role::Textbox, "Mobile phone number").await? == errors,
                "an error moves what is below"
            );
            page.press("OK").await?;
            page.hears("Your user information is now changed.").await?;
            world.picture(&page, "saved").await?;
            ensure!(place(&page, Role::Textbox, "Name").await? == name, "the form moved");
            ensure!(place(&page, Role::Button, "OK").await? == ok, "OK moved");

            steps::open_tab(&page, Tab::ManageAuthenticationKey).await?;
            for label in ["Release robot", "Gate monitor", "Crane log", "Nightly backup", "Rack 4"] {
                steps::add_key(&page, label).await?;
            }
            let row = place(&page, Role::Button, "Copy Crane log").await?;
            page.press("Add authentication key").await?;
            page.sees("You have 5 keys, the maximum.").await?;
            world.picture(&page, "keys-refused").await?;
            ensure!(place(&page, Role::Button, "Copy Crane log").await? == row, "the banner moved the keys");
            page.press("Copy Crane log").await?;
            page.hears("Copied “Crane log”").await?;
            page.sees_no("the maximum").await?;
            world.picture(&page, "keys-copied").await?;
            let copied = place(&page, Role::Button, "Copy Crane log").await?;
            ensure!(copied == row, "copying moved the keys: {copied:?} {row:?}");
            Ok(())
        })
        .await
}
