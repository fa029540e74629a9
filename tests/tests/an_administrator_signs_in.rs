//! An account is created from nothing, and whoever created it signs in.

use anyhow::Result;
use postern_contract::shell::Window;
use postern_stories::{Role, empty, steps, steps::MINA};

#[tokio::test]
async fn an_administrator_creates_an_account_and_signs_in() -> Result<()> {
    empty()
        .tell(async |world| {
            steps::create_account(world, &MINA).await?;
            let page = steps::sign_in(world, &MINA).await?;
            page.lacks(Role::Heading, "Sign in").await?;
            world.window(Window::Main).await?;
            Ok(())
        })
        .await
}
