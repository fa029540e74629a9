//! At 320 CSS pixels, with text of twice the size, and in narrow windows: nothing is cut off, nothing scrolls sideways, and
//! words break only between words (WCAG 1.4.4, 1.4.10).

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::input::Input;
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, steps, steps::MINA, with_account};

/// What does not fit: sideways scrolling, elements beyond the edge, texts that are cut, words that are broken.
const MISFITS: &str = r"
    const found = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    const hidden = element => !element.checkVisibility({ visibilityProperty: true }) || element.closest('.visually-hidden, svg, [aria-hidden=true]');
    const name = element => `${element.localName}.${element.className} “${element.textContent.trim().slice(0, 60)}”`;
    for (const element of document.body.querySelectorAll('*')) {
        if (hidden(element)) continue;
        const place = element.getBoundingClientRect();
        if (place.width <= 1 || place.height <= 1) continue;
        if (place.right > width + 1 || place.left < -1) found.push(`beyond the edge: ${name(element)}`);
        const style = getComputedStyle(element);
        if (element.localName !== 'input' && style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1)
            found.push(`cut: ${name(element)}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (hidden(text.parentElement)) continue;
        let block = text.parentElement;
        while (getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
        const style = getComputedStyle(block);
        const room = block.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        for (const word of text.data.matchAll(/[^\s\-–—\/…?]+/g)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = [...range.getClientRects()].filter(line => line.width > 0);
            const long = lines.reduce((sum, line) => sum + line.width, 0);
            if (new Set(lines.map(line => Math.round(line.top))).size > 1 && long <= room) found.push(`broken: ${word[0]}`);
        }
    }
    return found;";

async fn fits(world: &mut World, window: Window, name: &str) -> Result<()> {
    let page = world.window(window).await?;
    let found = page.ask(MISFITS, vec![]).await?;
    world.picture(&page, name).await?;
    ensure!(found.as_array().is_some_and(Vec::is_empty), "{name}: {found:#}");
    Ok(())
}

async fn sized(world: &World, window: Window, width: i32) -> Result<Page> {
    let page = world.window(window).await?;
    Input::to(world, window).await?.resize(width, 700).await?;
    Ok(page)
}

/// Every tab of Manage account at this width.
async fn tabs_fit(world: &mut World, width: i32) -> Result<()> {
    steps::manage_account(world, &MINA, Tab::UserInformation).await?;
    let page = sized(world, Window::ManageAccount, width).await?;
    steps::open_tab(&page, Tab::ManageAuthenticationKey).await?;
    steps::add_key(&page, "Release robot of the harbor").await?;
    for tab in [
        Tab::UserInformation,
        Tab::ChangePassword,
        Tab::SecuritySettings,
        Tab::ManageAuthenticationKey,
        Tab::CancelSubscription,
    ] {
        steps::open_tab(&page, tab).await?;
        fits(world, Window::ManageAccount, &format!("{width}-{}", tab.as_str())).await?;
    }
    Ok(())
}

/// A plan that changes the longest texts, at its form and at its review.
async fn plans_fit(world: &mut World, widths: &[i32]) -> Result<()> {
    let main = world.window(Window::Main).await?;
    steps::choose_from_user_menu(&main, MINA.name, "Prepared changes").await?;
    let page = world.window(Window::Plans).await?;
    page.press("Prepare changes").await?;
    page.fill("Reason", "Night shift at the harbor gate").await?;
    page.fill("Task", "Harbor gate keys").await?;
    page.fill("Email address", "mina.park.administrator@lighthouse.example").await?;
    page.fill("Label", "Release robot").await?;
    page.press("Add key to the plan").await?;
    for width in widths {
        sized(world, Window::Plans, *width).await?;
        fits(world, Window::Plans, &format!("{width}-prepare")).await?;
    }
    page.press("Review").await?;
    page.find(Role::Table, "Steps").await?;
    for width in widths {
        sized(world, Window::Plans, *width).await?;
        fits(world, Window::Plans, &format!("{width}-review")).await?;
    }
    Ok(())
}

/// The preview of a configuration with long keys and values.
async fn import_fits(world: &mut World, widths: &[i32]) -> Result<()> {
    let prepared = "[[backends]]\nname = \"Harbor\"\nurl = \"https://accounts.harbor.example:8443\"\ncolor = \"moss\"\n\n\
                    [defaults]\ntheme = \"dark\"\nclipboard_seconds = 20\n";
    let (file, bundle) = (world.stick("prepared.toml")?, world.stick("harbor.postern-bundle")?);
    std::fs::write(&file, prepared)?;
    let path = |file: &std::path::Path| file.to_string_lossy().into_owned();
    let words = ["bundle", "make", "-o", &path(&bundle), "--config", &path(&file), "--serial", "7"];
    let made = world.cli(&words, "").await?;
    ensure!(made.code == 0, "{made:?}");
    let _second = world.hand_over(&path(&bundle))?;
    let page = world.window(Window::Settings).await?;
    page.press("Open harbor.postern-bundle").await?;
    page.find(Role::Table, "Differences").await?;
    for width in widths {
        sized(world, Window::Settings, *width).await?;
        fits(world, Window::Settings, &format!("{width}-import")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn d7_every_page_wraps_at_320_css_pixels() -> Result<()> {
    with_account()
        .text(200)
        .tell(async |world| {
            let main = sized(world, Window::Main, 640).await?;
            until("640 pixels are 320 of the page's", async || {
                Ok((main.ask("return innerWidth", vec![]).await? == 320).then_some(()))
            })
            .await?;
            fits(world, Window::Main, "640-sign-in").await?;
            main.press("Create account").await?;
            main.find(Role::Textbox, "Name").await?;
            fits(world, Window::Main, "640-create-account").await?;
            main.press("Back to sign in").await?;
            steps::sign_in(world, &MINA).await?;
            main.sees("0 of 5").await?;
            fits(world, Window::Main, "640-console").await?;
            tabs_fit(world, 640).await
        })
        .await
}

#[tokio::test]
async fn d11_columns_are_as_wide_as_their_words_and_words_stay_whole() -> Result<()> {
    with_account()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            plans_fit(world, &[960, 480]).await?;
            tabs_fit(world, 480).await?;
            import_fits(world, &[960, 480]).await
        })
        .await
}

#[tokio::test]
async fn d11_words_stay_whole_in_text_of_twice_the_size() -> Result<()> {
    with_account()
        .text(200)
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            main.sees("0 of 5").await?;
            plans_fit(world, &[960, 640]).await?;
            import_fits(world, &[960, 640]).await
        })
        .await
}
