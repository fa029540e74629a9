//! What a page may not do even if it wanted to: run inline code, leave, open windows, keep secrets; and text is text.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::keyring::secrets;
use postern_stories::patience::{stays, until};
use postern_stories::{Page, clipboard, empty, steps, steps::MINA, traces, with_account};

/// Puts real elements into the page, since scripts of the driver itself are exempt from the policy.
const ATTACK: &str = "
    window.violations = [];
    document.addEventListener('securitypolicyviolation', e => window.violations.push(e.effectiveDirective));
    const inline = document.createElement('script'); inline.textContent = 'window.attacked = 1';
    const handler = document.createElement('div'); handler.setAttribute('onclick', 'window.attacked = 2');
    const image = document.createElement('img'); image.src = 'https://attacker.example/pixel.png';
    const frame = document.createElement('iframe'); frame.src = 'https://attacker.example/';
    const object = document.createElement('object'); object.data = 'https://attacker.example/';
    const style = document.createElement('style'); style.textContent = 'body { color: red }';
    document.body.append(inline, handler, image, frame, object, style);
    handler.click();
    fetch('https://attacker.example/').catch(() => {});";

async fn seen(page: &Page, directive: &str) -> Result<()> {
    until(&format!("{directive} is refused"), async || {
        let seen = page.ask("return window.violations.join(' ')", vec![]).await?;
        Ok(seen.as_str().is_some_and(|seen| seen.contains(directive)).then_some(()))
    })
    .await
}

#[tokio::test]
async fn the_policy_refuses_what_is_not_the_applications_own() -> Result<()> {
    // CSP-1, IPC-3
    empty()
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            page.sees("Sign in").await?;
            page.ask(ATTACK, vec![]).await?;
            for directive in ["script-src", "img-src", "style-src", "connect-src", "frame-src", "object-src"]
            {
                seen(&page, directive).await?;
            }
            let text = "try { window.eval('window.attacked = 3') } catch (refused) { return refused.name }";
            ensure!(page.ask(text, vec![]).await? == "EvalError", "text is never run as code");
            ensure!(page.ask("return window.attacked ?? 0", vec![]).await? == 0, "no inline code ran");
            ensure!(
                page.ask("return typeof window.__TAURI__", vec![]).await? == "undefined",
                "no global shell"
            );
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_page_can_neither_leave_nor_open_windows() -> Result<()> {
    // NAV-1
    empty()
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            page.sees("Sign in").await?;
            let here = page.ask("return location.href", vec![]).await?;
            for address in [
                "https://attacker.example/",
                "http://tauri.localhost.evil/",
                "file:///etc/passwd",
                "smb://attacker/x",
            ] {
                page.ask("location.href = arguments[0]", vec![address.into()]).await?;
                page.ask("window.open(arguments[0])", vec![address.into()]).await?;
                let link =
                    "const a = document.createElement('a'); a.href = arguments[0]; a.target = '_blank';
                    document.body.append(a); a.click(); a.remove()";
                page.ask(link, vec![address.into()]).await?;
            }
            stays("one window, on its own page", async || {
                let left = page.ask("return location.href", vec![]).await? != here;
                Ok((left || world.app()?.windows().await? != 1).then_some(()))
            })
            .await?;
            page.sees("Sign in").await
        })
        .await
}

#[tokio::test]
async fn hostile_text_is_only_ever_text() -> Result<()> {
    // XSS-1
    const HOSTILE: &str = "<img src onerror=a>";
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            let elements = "return document.querySelectorAll('img, script:not([src]), iframe').length";
            page.fill("Name", HOSTILE).await?;
            page.fill("Task", "<script>a()</script>").await?;
            page.press("OK").await?;
            page.hears("Your user information is now changed.").await?;
            steps::open_tab(&page, Tab::ManageAuthenticationKey).await?;
            steps::add_key(&page, "<iframe src=//attacker.example>").await?;
            let main = world.window(Window::Main).await?;
            for page in [&page, &main] {
                page.sees(HOSTILE).await?;
                ensure!(page.ask(elements, vec![]).await? == 0, "no element came out of text");
            }
            Ok(())
        })
        .await
}

#[tokio::test]
async fn no_secret_is_kept_by_a_page_a_file_or_a_log() -> Result<()> {
    // SEC-4, LOG-1, OTP-9
    with_account()
        .loud()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.fill("Email address", "mina@lighthouse.example").await?;
            page.press("Send authentication number to email").await?;
            let number = steps::number_sent_to(world, &page, "mina@lighthouse.example").await?;
            page.fill("Authentication number (email)", &number).await?;
            page.press("OK").await?;
            page.hears("Your user information is now changed.").await?;
            steps::open_tab(&page, Tab::ManageAuthenticationKey).await?;
            steps::add_key(&page, "Crane log").await?;
            page.press("Copy Crane log").await?;
            let key = until("the key is on the clipboard", async || {
                let text = clipboard::text(&world.around).await?;
                Ok(text.starts_with("pst_").then_some(text))
            })
            .await?;
            let stored = secrets(&world.around).await?;
            ensure!(stored.len() == 4 && stored.contains(&key), "a token, a key, this desktop's, the backend's own");
            let kept = "return JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.title,
                history.state, document.cookie])";
            for page in [&page, &world.window(Window::Main).await?] {
                let kept = page.ask(kept, vec![]).await?;
                let kept = kept.as_str().unwrap_or_default();
                ensure!(kept.starts_with("[{},{},"), "a page keeps nothing: {kept}");
            }
            let log = world.around.log("app");
            ensure!(
                log.contains("postern_backend") && log.contains("answered"),
                "our own crates speak in the log: {log}"
            );
            let stored = stored.iter().map(String::as_str);
            let typed = [MINA.password, MINA.email, "mina@lighthouse.example", "1055501234", &number];
            for secret in typed.into_iter().chain(stored.clone()) {
                ensure!(!log.contains(secret), "“{secret}” is in the log");
            }
            world.shut().await?;
            for secret in [MINA.password, &number].into_iter().chain(stored) {
                let found = traces::of(&world.data(), secret)?;
                ensure!(found.is_empty(), "“{secret}” lies in {found:?}");
            }
            Ok(())
        })
        .await
}
