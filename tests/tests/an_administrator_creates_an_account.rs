//! From nothing to an account: both addresses proven with numbers read in the Messages window.

use anyhow::{Result, ensure};
use postern_contract::shell::Window;
use postern_stories::{Role, empty, steps, steps::MINA};

#[tokio::test]
async fn an_administrator_creates_an_account() -> Result<()> {
    empty()
        .tell(async |world| {
            steps::create_account(world, &MINA).await?;
            let page = world.window(Window::Main).await?;
            ensure!(page.value("Email address").await? == MINA.email, "the address is ready to sign in with");
            steps::sign_in(world, &MINA).await?;
            page.lacks(Role::Heading, "Sign in").await
        })
        .await
}
