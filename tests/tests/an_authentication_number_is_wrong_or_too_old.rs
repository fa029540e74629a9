//! A number that is wrong, and one that is right but too late.

use anyhow::Result;
use postern_contract::shell::Window;
use postern_stories::{empty, steps, steps::MINA};

#[tokio::test]
async fn a_wrong_number_can_be_tried_again_and_an_expired_one_cannot() -> Result<()> {
    empty()
        .moved_clock()
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            page.press("Create account").await?;
            page.fill("Name", MINA.name).await?;
            page.fill("Email address", MINA.email).await?;
            page.press("Send authentication number to email").await?;
            let number = steps::number_sent_to(world, &page, MINA.email).await?;
            // another number of six digits, whatever this one is
            let wrong = format!("{:06}", (number.parse::<u32>()? + 1) % 1_000_000);
            page.fill("Authentication number (email)", &wrong).await?;
            page.sees("That number is not right").await?;
            page.sees("4 tries left").await?;
            // OTP-2: ten minutes by the backend's clock
            world.clock.ahead(11 * 60)?;
            page.fill("Authentication number (email)", &number).await?;
            page.sees("That number is too old").await?;
            world.window(Window::Messages).await?.sees("No longer valid").await?;
            steps::prove(world, &page, "email", MINA.email).await
        })
        .await
}
