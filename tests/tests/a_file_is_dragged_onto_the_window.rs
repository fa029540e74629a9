//! A file that is dragged onto a window waits where it is looked at. The page learns its name and nothing of where it lies, and
//! nothing is written before somebody wants it.

use anyhow::{Result, ensure};
use postern_contract::shell::Window;
use postern_stories::{drag, empty};

/// Hears whatever Tauri or the engine would tell a page of a drop.
const LISTEN: &str = "
    window.heard = [];
    for (const name of ['tauri://drag-enter', 'tauri://drag-over', 'tauri://drag-drop', 'tauri://file-drop']) {
        const handler = window.__TAURI_INTERNALS__.transformCallback(event => window.heard.push(JSON.stringify(event)));
        window.__TAURI_INTERNALS__.invoke('plugin:event|listen', { event: name, target: { kind: 'Any' }, handler });
    }
    window.addEventListener('drop', event => {
        for (const file of event.dataTransfer.files) window.heard.push(file.name);
    }, true);";

#[tokio::test]
async fn it_waits_in_the_window_that_looks_at_it_and_the_page_sees_no_path() -> Result<()> {
    empty()
        .tell(async |world| {
            let main = world.window(Window::Main).await?;
            main.ask(LISTEN, vec![]).await?;
            let file = world.stick("harbor.toml")?;
            std::fs::write(&file, "[defaults]\ntheme = \"dark\"\n")?;
            drag::onto(world, "Postern", &file).await?;
            let settings = world.window(Window::Settings).await?;
            settings.sees("harbor.toml").await?;
            let heard = main.ask("return window.heard.join(' ')", vec![]).await?;
            ensure!(heard == "", "the page heard {heard}");
            let folder = world.home().to_string_lossy().into_owned();
            for page in [&main, &settings] {
                let text = page.ask("return document.documentElement.outerHTML", vec![]).await?.to_string();
                ensure!(!text.contains(&folder), "a page shows where the file lies");
            }
            ensure!(!world.configuration().exists(), "nothing is written before somebody wants it");
            let shown = main.ask("return location.href", vec![]).await?;
            ensure!(
                shown.as_str().is_some_and(|at| at.starts_with("tauri://localhost")),
                "it went to {shown}"
            );
            Ok(())
        })
        .await
}
