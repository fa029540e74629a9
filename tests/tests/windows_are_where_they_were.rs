//! Windows open where they were left, never off the screen, and at first as large as their text needs.

use anyhow::{Result, ensure};
use postern_contract::shell::Window;
use postern_stories::input::{Geometry, Input};
use postern_stories::patience::until;
use postern_stories::{Role, World, empty, steps, steps::MINA, with_account};

/// The screen of a story.
const SCREEN: (i32, i32) = (1280, 900);

async fn geometry(world: &World, window: Window) -> Result<Geometry> {
    world.window(window).await?.find(Role::Heading, heading(window)).await?;
    Input::to(world, window).await?.geometry().await
}

const fn heading(window: Window) -> &'static str {
    match window {
        Window::Settings => "Import",
        _ => "Sign in",
    }
}

/// The window manager moves a window after it was shown, so its place is waited for.
async fn is_where_it_was(world: &World, window: Window, left: Geometry) -> Result<()> {
    until(&format!("{window:?} is at {left:?}"), async || {
        let now = geometry(world, window).await?;
        ensure!(now == left, "it is at {now:?}");
        Ok(Some(()))
    })
    .await
}

fn on_screen(at: Geometry) -> Result<()> {
    let inside = at.x >= 0 && at.y >= 0 && at.x + at.width <= SCREEN.0 && at.y + at.height <= SCREEN.1;
    ensure!(inside, "{at:?} is not wholly on the screen");
    Ok(())
}

#[tokio::test]
async fn d22_size_and_position_are_remembered_over_restarts() -> Result<()> {
    empty()
        .tell(async |world| {
            world.window(Window::Main).await?.find(Role::Heading, "Sign in").await?;
            let input = Input::to(world, Window::Main).await?;
            input.resize(700, 600).await?;
            input.place(210, 140).await?;
            let left = input.geometry().await?;
            for _ in 0..3 {
                world.leave().await?;
                world.open().await?;
                is_where_it_was(world, Window::Main, left).await?;
            }
            Ok(())
        })
        .await
}

#[tokio::test]
async fn d22_a_window_that_was_closed_opens_where_it_was() -> Result<()> {
    with_account()
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            steps::choose_from_user_menu(&main, MINA.name, "Settings").await?;
            world.window(Window::Settings).await?.find(Role::Heading, "Import").await?;
            let input = Input::to(world, Window::Settings).await?;
            input.resize(600, 500).await?;
            input.place(300, 120).await?;
            let left = input.geometry().await?;
            input.keys(&["alt+F4"]).await?;
            until("the window is closed", async || {
                Ok((!world.app()?.is_open(Window::Settings).await?).then_some(()))
            })
            .await?;
            world.leave().await?;
            world.open().await?;
            let main = world.window(Window::Main).await?;
            steps::choose_from_user_menu(&main, MINA.name, "Settings").await?;
            is_where_it_was(world, Window::Settings, left).await
        })
        .await
}

#[tokio::test]
async fn d22_what_was_kept_for_another_screen_is_brought_onto_this_one() -> Result<()> {
    empty()
        .tell(async |world| {
            let input = Input::to(world, Window::Main).await?;
            input.resize(700, 600).await?;
            let file = world.home().join("state/postern/windows.json");
            for (x, y) in [(3000, 200), (-650, 20), (1200, 860)] {
                world.leave().await?;
                let mut kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&file)?)?;
                kept["main"]["x"] = x.into();
                kept["main"]["y"] = y.into();
                kept["main"]["width"] = 1500.into();
                std::fs::write(&file, kept.to_string())?;
                world.open().await?;
                on_screen(geometry(world, Window::Main).await?)?;
            }
            world.leave().await?;
            std::fs::write(&file, "no longer JSON")?;
            world.open().await?;
            on_screen(geometry(world, Window::Main).await?)
        })
        .await
}

#[tokio::test]
async fn d22_the_first_window_is_as_large_as_its_text_and_no_larger_than_the_screen() -> Result<()> {
    for (percent, size) in [(100, (960, 680)), (125, (1200, 850)), (200, (1280, 860))] {
        empty()
            .text(percent)
            .tell(async |world| {
                let now = geometry(world, Window::Main).await?;
                // the edges of a frame take a few pixels of a window that is as wide as the screen
                let wide = (size.0 - 4..=size.0).contains(&now.width);
                ensure!(wide && now.height == size.1, "at {percent} % it is {now:?}");
                on_screen(now)
            })
            .await?;
    }
    Ok(())
}
