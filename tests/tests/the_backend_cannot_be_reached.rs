//! The application opens without its backend, says so, and goes on once the backend is there.

use anyhow::Result;
use postern_contract::shell::Window;
use postern_stories::{empty, steps, steps::MINA};

#[tokio::test]
async fn the_application_opens_without_its_backend_and_says_so() -> Result<()> {
    empty()
        .nobody_at("http://127.0.0.1:9")
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            steps::enter_credentials(&page, MINA.email, MINA.password).await?;
            page.hears("No connection to the backend").await?;
            anyhow::ensure!(page.value("Email address").await? == MINA.email, "what was typed is still there");
            Ok(())
        })
        .await
}
