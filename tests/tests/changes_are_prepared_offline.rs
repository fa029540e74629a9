//! An administrator prepares changes without a network, carries the file over, and applies it: nothing is done twice, nothing is
//! overwritten unseen, and what needs a second administrator waits for one.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, dialog, steps, steps::MINA, with_account};
use std::path::{Path, PathBuf};

const CONFIGURED: &str = "[[backends]]\nname = \"Harbor\"\nurl = \"{url}\"\ncolor = \"moss\"\nconnect_seconds = 2\ntotal_seconds = 5\n\n\
                          [defaults]\nbackend = \"Harbor\"\n";
const NEW_ADDRESS: &str = "mina@pier.example";

/// The window Prepared changes at a new plan.
async fn preparing(world: &World) -> Result<Page> {
    let main = world.window(Window::Main).await?;
    steps::choose_from_user_menu(&main, MINA.name, "Prepared changes").await?;
    let page = world.window(Window::Plans).await?;
    page.press("Prepare changes").await?;
    page.find(Role::Heading, "Prepare changes").await?;
    page.fill("Reason", "Night shift").await?;
    Ok(page)
}

/// Reviews what is typed and saves it on a stick.
async fn saved(world: &mut World, page: &Page) -> Result<PathBuf> {
    page.press("Review").await?;
    page.find(Role::Heading, "Review").await?;
    page.sees("the password of the account").await?;
    world.picture(page, "review").await?;
    page.press("Save plan").await?;
    let file = world.stick("night-shift.postern-plan")?;
    dialog::answer(world, "Save", &file).await?;
    page.hears("night-shift.postern-plan is saved").await?;
    page.press("All prepared changes").await?;
    Ok(file)
}

/// Prepares a new task with the backend out of reach, and answers the file.
async fn prepared_offline(world: &mut World) -> Result<PathBuf> {
    let main = steps::sign_in(world, &MINA).await?;
    // the console shows the keys too: all of the account was seen
    main.sees("0 of 5").await?;
    world.backend_mut()?.stop();
    let page = preparing(world).await?;
    page.fill("Task", "Harbor gate keys").await?;
    world.picture(&page, "prepare").await?;
    let file = saved(world, &page).await?;
    let text = std::fs::read_to_string(&file)?;
    ensure!(text.contains("Harbor gate keys"), "{text}");
    for never in [MINA.password, MINA.name, MINA.phone] {
        let author = format!("author = \"{never}\"");
        ensure!(!text.replace(&author, "").contains(never), "the plan holds {never}: {text}");
    }
    Ok(file)
}

/// Opens a plan in the window Prepared changes.
async fn opened(world: &World, file: &Path) -> Result<Page> {
    let _second = world.hand_over(&file.to_string_lossy())?;
    let page = world.window(Window::Plans).await?;
    page.press("Open night-shift.postern-plan").await?;
    page.find(Role::Table, "Steps").await?;
    Ok(page)
}

/// Prepares a plan of two steps, of which the second needs a number.
async fn two_steps(world: &mut World) -> Result<PathBuf> {
    steps::sign_in(world, &MINA).await?;
    let page = preparing(world).await?;
    page.fill("Task", "Harbor gate keys").await?;
    page.fill("Email address", NEW_ADDRESS).await?;
    saved(world, &page).await
}

/// Presses the button that begins, and enters the password where changes are locked.
async fn begin(page: &Page, button: &str) -> Result<()> {
    page.press(button).await?;
    until("the password or what comes after it", async || {
        // the question takes the button's place in one go, so what comes after it is there by now
        if page.has(Role::Button, button).await? {
            return Ok(None);
        }
        if page.has(Role::Textbox, "Password").await? {
            page.fill("Password", MINA.password).await?;
            page.press("Continue").await?;
            page.lacks(Role::Textbox, "Password").await?;
        }
        Ok(Some(()))
    })
    .await
}

/// What a field of the tab User information holds by now.
async fn user_information(world: &World, field: &str) -> Result<String> {
    let tab = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
    tab.value(field).await
}

#[tokio::test]
async fn prepared_offline_applied_online_with_a_receipt() -> Result<()> {
    with_account()
        .remote(&[])
        .configured(CONFIGURED)
        .tell(async |world| {
            let file = prepared_offline(world).await?;
            world.backend_mut()?.again().await?;
            steps::try_until_reached(&world.window(Window::Main).await?).await?;
            let page = opened(world, &file).await?;
            page.sees("To do").await?;
            world.picture(&page, "plan").await?;
            begin(&page, "Apply").await?;
            page.find(Role::Heading, "Receipt").await?;
            page.sees("1 done").await?;
            page.sees("at Harbor").await?;
            world.picture(&page, "receipt").await?;
            page.press("Export receipt…").await?;
            let receipt = world.stick("receipt.json")?;
            dialog::answer(world, "Save", &receipt).await?;
            page.hears("receipt.json").await?;
            let text = std::fs::read_to_string(&receipt)?;
            ensure!(text.contains("Night shift") && !text.contains("Harbor gate keys"), "{text}");
            ensure!(user_information(world, "Task").await? == "Harbor gate keys");
            // it waits no more, and whoever opens it again is told: nothing is done twice
            page.press("All prepared changes").await?;
            page.sees("Night shift").await?;
            page.lacks(Role::Button, "Open night-shift.postern-plan").await?;
            let page = opened(world, &file).await?;
            page.sees("This plan was applied already").await?;
            ensure!(!page.has(Role::Button, "Apply").await?, "it can be applied again");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn what_is_typed_in_a_window_of_its_own_goes_along_into_the_plan() -> Result<()> {
    with_account()
        .remote(&[])
        .configured(CONFIGURED)
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            main.sees("0 of 5").await?;
            let manage = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            manage.press("Open this tab in its own window").await?;
            let tab = world.window(Window::Tab(Tab::UserInformation)).await?;
            tab.fill("Task", "Harbor gate keys").await?;
            world.backend_mut()?.stop();
            tab.press("OK").await?;
            tab.hears("No connection").await?;
            // what needs a connection says so, and asking for one says what came of it
            tab.sees("Needs a connection: a number has to reach the new address.").await?;
            tab.fill("Email address", NEW_ADDRESS).await?;
            let send = tab.find(Role::Button, "Send authentication number to email").await?;
            ensure!(!send.is_enabled().await?, "no number can reach anybody");
            tab.press("Try again").await?;
            tab.hears("Still no connection.").await?;
            world.picture(&tab, "tab-offline").await?;
            main.sees("You see the account as last seen").await?;
            world.picture(&main, "console-offline").await?;

            tab.press("Prepare changes").await?;
            let page = world.window(Window::Plans).await?;
            page.hears("Filled in as you typed it: task, email address").await?;
            ensure!(page.value("Task").await? == "Harbor gate keys");
            ensure!(page.value("Email address").await? == NEW_ADDRESS);
            ensure!(page.value("Name").await? == MINA.name, "what was not touched stays as it is");
            page.fill("Reason", "Night shift").await?;
            world.picture(&page, "filled-in").await?;
            // more that is typed goes along too, into the plan that is open
            tab.fill("Name", "Mina Lee").await?;
            tab.press("Prepare changes").await?;
            page.hears("Filled in as you typed it: name, task, email address").await?;
            ensure!(page.value("Name").await? == "Mina Lee" && page.value("Reason").await? == "Night shift");
            // tabs that are opened only now show what was last seen, and what cannot be had
            steps::open_tab(&manage, Tab::ManageAuthenticationKey).await?;
            manage.sees("Adding and deleting need a connection.").await?;
            world.picture(&manage, "keys-offline").await?;
            steps::open_tab(&manage, Tab::CancelSubscription).await?;
            manage.sees("Where this account is signed in is not known without a connection.").await?;
            world.picture(&manage, "cancel-offline").await?;
            steps::open_tab(&manage, Tab::SecuritySettings).await?;
            manage.click(Role::Radio, "Enable").await?;
            world.picture(&manage, "security-offline").await?;
            manage.press("Prepare changes").await?;
            page.hears("Filled in as you typed it: 2-Factor authentication").await?;
            ensure!(page.value("Name").await? == "Mina Lee", "what came from another window stays");
            let file = saved(world, &page).await?;
            ensure!(
                tab.value("Task").await? == "Harbor gate keys",
                "what was typed stays where it was typed"
            );
            let page = opened(world, &file).await?;
            page.sees("Not known").await?;
            world.picture(&page, "plan-offline").await?;

            world.backend_mut()?.again().await?;
            steps::try_until_reached(&tab).await?;
            tab.hears("answers again.").await?;
            page.sees("To do").await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_asked_about() -> Result<()> {
    with_account()
        .remote(&[])
        .configured(CONFIGURED)
        .tell(async |world| {
            let file = prepared_offline(world).await?;
            world.backend_mut()?.again().await?;
            steps::try_until_reached(&world.window(Window::Main).await?).await?;
            let tab = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            tab.fill("Task", "Day shift").await?;
            tab.press("OK").await?;
            tab.hears("Your user information is now changed.").await?;
            let page = opened(world, &file).await?;
            page.sees("Drifted").await?;
            begin(&page, "Apply").await?;
            page.sees("Theirs").await?;
            page.sees("Day shift").await?;
            world.picture(&page, "drift").await?;
            page.press("Keep theirs").await?;
            page.find(Role::Heading, "Receipt").await?;
            page.sees("1 skipped").await?;
            ensure!(user_information(world, "Task").await? == "Day shift", "nothing was overwritten");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn killed_in_the_middle_it_goes_on_where_it_stopped() -> Result<()> {
    with_account()
        .tell(async |world| {
            let file = two_steps(world).await?;
            let page = opened(world, &file).await?;
            begin(&page, "Apply").await?;
            page.find(Role::Textbox, "Authentication number").await?;
            world.picture(&page, "number").await?;
            // the first step is done, and the second waits for its number
            page.sees("Done").await?;
            world.kill().await?;
            world.open().await?;
            world.window(Window::Main).await?.find_starting(Role::Button, MINA.name).await?;

            let page = opened(world, &file).await?;
            page.sees("Done").await?;
            begin(&page, "Go on").await?;
            page.find(Role::Textbox, "Authentication number").await?;
            let number = steps::number_sent_to(world, &page, NEW_ADDRESS).await?;
            page.type_last("Authentication number", &number).await?;
            // the unlock ended with the application: the number counts once the password is entered
            page.fill("Password", MINA.password).await?;
            page.press("Continue").await?;
            page.find(Role::Heading, "Receipt").await?;
            page.sees("2 done").await?;
            ensure!(user_information(world, "Email address").await? == NEW_ADDRESS);
            ensure!(user_information(world, "Task").await? == "Harbor gate keys");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn keys_are_added_only_once_a_second_administrator_has_signed() -> Result<()> {
    with_account()
        .tell(async |world| {
            let key = world.stick("jun.key")?.to_string_lossy().into_owned();
            let made = world.cli(&["bundle", "key", "-o", &key, "--password-fd", "0"], "lantern\n").await?;
            ensure!(made.code == 0, "{made:?}");
            let public = std::fs::read_to_string(format!("{key}.pub"))?;
            let public = public.lines().nth(1).unwrap_or_default().to_owned();
            world.set_policy(&format!(
                "[policy]\ncountersign = [\"add-keys\"]\n\n[[policy.countersigners]]\nname = \"Jun Seo\"\n\
                 email = \"jun.seo@harbor.example\"\nkey = \"{public}\"\n"
            ))?;
            world.reopen().await?;
            steps::sign_in(world, &MINA).await?;
            let page = preparing(world).await?;
            page.fill("Label", "Crane log").await?;
            page.press("Add key to the plan").await?;
            page.sees("Made when the plan is applied").await?;
            let file = saved(world, &page).await?;

            let page = opened(world, &file).await?;
            page.sees("Another administrator’s signature is missing").await?;
            page.sees("Jun Seo").await?;
            world.picture(&page, "countersignature-missing").await?;
            ensure!(!page.has(Role::Button, "Apply").await?, "it can be applied without");
            let plan = file.to_string_lossy().into_owned();
            let signed = ["plan", "countersign", &plan, "--key", &key, "--password-fd", "0"];
            let signed = world.cli(&signed, "lantern\n").await?;
            ensure!(signed.code == 0, "{signed:?}");
            page.press("All prepared changes").await?;
            page.press("Open night-shift.postern-plan").await?;
            begin(&page, "Apply").await?;
            page.find(Role::Heading, "Receipt").await?;
            page.sees("1 done").await?;
            let tab = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            tab.find(Role::Button, "Copy Crane log").await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn d10_the_list_tells_how_much_of_a_plan_was_applied() -> Result<()> {
    with_account()
        .tell(async |world| {
            let file = two_steps(world).await?;
            let page = opened(world, &file).await?;
            page.press("All prepared changes").await?;
            page.sees("Nothing was done with it yet.").await?;
            page.press("Open night-shift.postern-plan").await?;
            begin(&page, "Apply").await?;
            page.find(Role::Textbox, "Authentication number").await?;
            page.press("Stop here").await?;
            page.find(Role::Button, "Go on").await?;
            page.press("All prepared changes").await?;
            page.sees("1 of 2 steps applied.").await?;
            world.picture(&page, "partly-applied").await
        })
        .await
}
