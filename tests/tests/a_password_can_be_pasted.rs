//! Passwords and numbers meet password managers halfway: paste works, the browser knows what each field is for, what is
//! typed can be shown; and however a weak password arrives, the backend refuses it.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::{Page, Role, steps, steps::MINA, with_account};

/// Pastes into the focused field as the engine would, and answers whether a page may have held it up.
const PASTE: &str = "
    const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: new DataTransfer() });
    return document.activeElement.dispatchEvent(event)";

/// Sends a change past every page, as hostile code in one would.
const SEND: &str = "
    const request = { body: { current_password: arguments[0], new_password: arguments[1] } };
    return window.__TAURI_INTERNALS__.invoke('send', { input: { operation: 'ChangePassword', request } })
        .then(() => 'accepted', problem => JSON.stringify(problem))";

async fn is_for(page: &Page, name: &str, autocomplete: &str) -> Result<()> {
    let field = page.find(Role::Textbox, name).await?;
    ensure!(
        field.attr("autocomplete").await?.as_deref() == Some(autocomplete),
        "“{name}” is for {autocomplete}"
    );
    ensure!(field.attr("type").await?.as_deref() == Some("password"), "“{name}” is hidden at first");
    field.focus().await?;
    ensure!(page.ask(PASTE, vec![]).await? == true, "pasting into “{name}” is not held up");
    page.press(&format!("Show what is typed in {name}")).await?;
    ensure!(field.attr("type").await?.as_deref() == Some("text"), "“{name}” can be shown");
    page.press(&format!("Show what is typed in {name}")).await
}

#[tokio::test]
async fn a_password_can_be_pasted_and_shown_and_a_weak_one_is_refused_however_it_arrives() -> Result<()> {
    // PW-6
    with_account()
        .tell(async |world| {
            let main = world.window(Window::Main).await?;
            is_for(&main, "Password", "current-password").await?;
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::ChangePassword).await?;
            is_for(&page, "Current password", "current-password").await?;
            is_for(&page, "New password", "new-password").await?;
            is_for(&page, "Confirm new password", "new-password").await?;

            page.fill("New password", "aaaaaaaaaaaaaaaaaa").await?;
            page.sees("Weak.").await?;
            for (weak, rule) in [("short", "too_short"), ("passwordpassword", "common_password")] {
                let answer = page.ask(SEND, vec![MINA.password.into(), weak.into()]).await?;
                let answer = answer.as_str().unwrap_or_default().to_owned();
                ensure!(answer.contains("\"status\":422") && answer.contains(rule), "“{weak}” got {answer}");
            }
            steps::open_tab(&page, Tab::UserInformation).await?;
            page.fill("Email address", "mina@lighthouse.example").await?;
            page.press("Send authentication number to email").await?;
            let number = page.find(Role::Textbox, "Authentication number (email)").await?;
            ensure!(
                number.attr("autocomplete").await?.as_deref() == Some("one-time-code"),
                "a number is a number"
            );
            ensure!(
                number.attr("inputmode").await?.as_deref() == Some("numeric"),
                "digits are offered first"
            );
            Ok(())
        })
        .await
}
