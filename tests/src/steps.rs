//! What an administrator does, one function per act. Every story is made of these.

use crate::find::{self, Role};
use crate::page::Page;
use crate::patience::until;
use crate::world::World;
use anyhow::Result;
use postern_contract::shell::{Tab, Window};

/// Who an account is for.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Person {
    pub name: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    pub password: &'static str,
}

/// The administrator of most stories.
pub const MINA: Person = Person {
    name: "Mina Park",
    email: "mina.park@harbor.example",
    phone: "+82 10-5550-1234",
    password: "quiet lantern over the long walk",
};

/// The digits of a phone number that a message is told by, however it is written.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// What the Messages window shows, newest first, one text for each message.
pub async fn messages(world: &World, asking: &Page) -> Result<Vec<String>> {
    if !world.app()?.is_open(Window::Messages).await? {
        asking.press("Open messages").await?;
    }
    let messages = world.window(Window::Messages).await?;
    let script = "return [...document.querySelectorAll('li')].map(e => e.innerText)";
    Ok(serde_json::from_value(messages.ask(script, vec![]).await?)?)
}

/// The newest authentication number that still works and was sent to this address, read in the Messages window.
pub async fn number_sent_to(world: &World, asking: &Page, address: &str) -> Result<String> {
    let wanted = if address.contains('@') { address.to_owned() } else { digits(address) };
    until(&format!("a number sent to {address}"), async || {
        let shown = messages(world, asking).await?;
        let of_address = |text: &str| text.contains(&wanted) || digits(text).contains(&wanted);
        let message = shown.iter().find(|text| text.contains("Valid for") && of_address(text));
        Ok(message.and_then(|text| six_digits(text)))
    })
    .await
}

/// Answers a second factor that is being asked for.
pub async fn answer_number(world: &World, page: &Page, sent_to: &str) -> Result<()> {
    page.find(Role::Heading, "Enter the number we sent").await?;
    let number = number_sent_to(world, page, sent_to).await?;
    page.type_last("Authentication number", &number).await?;
    page.lacks(Role::Heading, "Enter the number we sent").await
}

/// `418 209`, on a line of its own.
fn six_digits(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| {
        let digits = digits(line);
        digits.len() == 6 && line.chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
    })?;
    Some(digits(line))
}

/// Proves an address on the way to an account or to a change: asks for a number, reads it, enters it.
pub async fn prove(world: &World, page: &Page, what: &str, address: &str) -> Result<()> {
    page.press(&format!("Send authentication number to {what}")).await?;
    let number = number_sent_to(world, page, address).await?;
    page.fill(&format!("Authentication number ({what})"), &number).await?;
    page.sees("Proven").await
}

/// Presses Try again for as long as it is offered. A backend that is back may be noticed without it, which takes the button
/// away under the pointer.
pub async fn try_until_reached(page: &Page) -> Result<()> {
    until("nothing is left to be tried again", async || {
        match find::one(page.face().await?, Role::Button, &|name| name == "Try again").await? {
            Some(button) => button.click().await.map(|()| None).map_err(Into::into),
            None => Ok(Some(())),
        }
    })
    .await
}

/// Creates an account from the sign-in page and ends there again.
pub async fn create_account(world: &World, person: &Person) -> Result<()> {
    let page = world.window(Window::Main).await?;
    page.press("Create account").await?;
    page.fill("Name", person.name).await?;
    page.fill("Email address", person.email).await?;
    prove(world, &page, "email", person.email).await?;
    page.fill("Mobile phone number", person.phone).await?;
    prove(world, &page, "mobile phone", person.phone).await?;
    page.fill("Password", person.password).await?;
    page.fill("Confirm password", person.password).await?;
    page.press("Create account").await?;
    page.find(Role::Heading, "Sign in").await?;
    Ok(())
}

/// Types address and password and presses the button; what follows is the story's.
pub async fn enter_credentials(page: &Page, email: &str, password: &str) -> Result<()> {
    page.fill("Email address", email).await?;
    page.fill("Password", password).await?;
    page.press("Sign in").await
}

/// Signs in without a second factor and answers the console.
pub async fn sign_in(world: &World, person: &Person) -> Result<Page> {
    let page = world.window(Window::Main).await?;
    enter_credentials(&page, person.email, person.password).await?;
    page.find_starting(Role::Button, person.name).await?;
    Ok(page)
}

/// Opens the menu at the user name by pressing it, and chooses. That pointing at it is enough, the main job shows: the
/// driver now and then waits for ever until it has seen a move, which every other story can do without.
pub async fn choose_from_user_menu(page: &Page, name: &str, item: &str) -> Result<()> {
    page.click_element(&page.find_starting(Role::Button, name).await?).await?;
    page.click(Role::Menuitem, item).await
}

/// Manage account at a tab, past its Login page, which is skipped while changes are still unlocked.
pub async fn manage_account(world: &World, person: &Person, tab: Tab) -> Result<Page> {
    let main = world.window(Window::Main).await?;
    choose_from_user_menu(&main, person.name, "Manage account").await?;
    let page = world.window(Window::ManageAccount).await?;
    let locked = until("Login or the tabs", async || {
        let locked = page.has(Role::Heading, "Login").await?;
        Ok((locked || page.has(Role::Tab, title(tab)).await?).then_some(locked))
    })
    .await?;
    if locked {
        log_in(&page, person.password).await?;
    }
    open_tab(&page, tab).await?;
    Ok(page)
}

/// Shows a tab.
pub async fn open_tab(page: &Page, tab: Tab) -> Result<()> {
    page.click(Role::Tab, title(tab)).await
}

/// Opens the dialog, types the label, and presses Add.
pub async fn ask_for_key(page: &Page, label: &str) -> Result<()> {
    page.press("Add authentication key").await?;
    page.find(Role::Dialog, "Add authentication key").await?;
    page.fill("Label", label).await?;
    page.press("Add").await
}

/// Adds a key and waits until it stands in the list.
pub async fn add_key(page: &Page, label: &str) -> Result<()> {
    ask_for_key(page, label).await?;
    page.lacks(Role::Dialog, "Add authentication key").await?;
    page.find(Role::Button, &format!("Copy {label}")).await?;
    Ok(())
}

/// Answers the question that stands before a key is deleted.
pub async fn confirm_deletion(page: &Page) -> Result<()> {
    page.press("Delete").await
}

/// Enters the password on the Login page.
pub async fn log_in(page: &Page, password: &str) -> Result<()> {
    page.find(Role::Heading, "Login").await?;
    page.fill("Password", password).await?;
    page.press("Continue").await
}

/// The words on a tab.
pub const fn title(tab: Tab) -> &'static str {
    match tab {
        Tab::UserInformation => "User information",
        Tab::ChangePassword => "Change password",
        Tab::SecuritySettings => "Security settings",
        Tab::ManageAuthenticationKey => "Manage authentication key",
        Tab::CancelSubscription => "Cancel subscription",
    }
}
