//! `account`: what an operator does to accounts. A password is typed at a prompt or read from a descriptor, never given as
//! an argument, where every process of the machine could read it.

use super::words::not_created;
use super::{Fault, remark, say, words};
use clap::{Args, Subcommand};
use contract::{AccountId, Secret};
use postern_backend::operate::{Draft, Listed};
use postern_backend::{Backend, password_prompt};
use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};
use zeroize::Zeroizing;

/// How many accounts are listed at a time.
const PAGE: u32 = 500;
/// The longest password that is read from a descriptor, in bytes: more than any that is accepted.
const LONGEST: u64 = 4096;

/// What to do about accounts.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Create an account for somebody whose addresses you vouch for. Its password is asked for.
    Create(Create),
    /// List all accounts, with most of each address masked.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Keep an account from being used: its sessions end, its keys stop working, nothing is erased.
    Disable(Named),
    /// Let a disabled account be used again.
    Enable(Named),
    /// Forget what was guessed wrong at an account, so that its owner need not wait: for somebody who locked themself out.
    /// Whoever else guessed may guess again, so first find out who it was.
    Unlock(Named),
    /// Erase an account for good. Asks for its address to be typed.
    Delete {
        #[command(flatten)]
        named: Named,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Take the second factor away from an account whose owner has lost it; its sessions end and the owner is told.
    ResetTwoFactor(Named),
}

/// Which account.
#[derive(Debug, Args)]
pub struct Named {
    /// Its id, or its email address.
    account: String,
}

/// A new account.
#[derive(Debug, Args)]
pub struct Create {
    /// The owner's name, 1–20 characters.
    #[arg(long)]
    name: String,
    /// The owner's email address.
    #[arg(long)]
    email: String,
    /// The owner's mobile phone.
    #[arg(long)]
    mobile_phone: String,
    /// What the owner does, up to 20 characters.
    #[arg(long)]
    task: Option<String>,
    /// Read the password's line from this file descriptor instead of asking for it; 0 is standard input.
    #[arg(long, value_name = "N")]
    password_fd: Option<u32>,
}

/// Does it.
pub async fn account(backend: &Backend, what: &Account) -> Result<(), Fault> {
    match what {
        Account::Create(new) => create(backend, new).await,
        Account::List { json } => list(backend, *json).await,
        Account::Disable(named) => {
            let done =
                backend.disable_account(found(backend, named).await?).await.map_err(|fault| words(&fault))?;
            say(if done { "disabled\n" } else { "was disabled already\n" })
        }
        Account::Enable(named) => {
            let done =
                backend.enable_account(found(backend, named).await?).await.map_err(|fault| words(&fault))?;
            say(if done { "enabled\n" } else { "was enabled already\n" })
        }
        Account::Unlock(named) => {
            let done =
                backend.unlock_account(found(backend, named).await?).await.map_err(|fault| words(&fault))?;
            say(if done { "unlocked: nobody waits any more\n" } else { "was not locked\n" })
        }
        Account::ResetTwoFactor(named) => {
            let id = found(backend, named).await?;
            let done = backend.reset_two_factor(id).await.map_err(|fault| words(&fault))?;
            say(if done { "reset: the password alone signs in\n" } else { "has no second factor\n" })
        }
        Account::Delete { named, yes } => delete(backend, named, *yes).await,
    }
}

async fn found(backend: &Backend, named: &Named) -> Result<AccountId, Fault> {
    Ok(backend.find_account(&named.account).await.map_err(|fault| words(&fault))?)
}

async fn create(backend: &Backend, new: &Create) -> Result<(), Fault> {
    let password = password(new.password_fd)?;
    let draft = Draft {
        name: &new.name,
        email: &new.email,
        mobile_phone: &new.mobile_phone,
        task: new.task.as_deref(),
        password: &password,
    };
    let id = backend.create_account(draft).await.map_err(|why| not_created(&why))?;
    say(&format!("{id}\n"))
}

/// The first password, from a descriptor or typed twice.
fn password(descriptor: Option<u32>) -> Result<Secret<String>, Fault> {
    let Some(descriptor) = descriptor else {
        if !std::io::stdin().is_terminal() {
            return Err("there is no terminal to ask for the password at; nothing was changed. Give it as a line on a \
                        descriptor, such as standard input, with --password-fd 0"
                .into());
        }
        let typed = password_prompt::ask("Password: ")?;
        let again = password_prompt::ask("Confirm password: ")?;
        if typed.expose() != again.expose() {
            return Err("the two passwords differ; nothing was changed".into());
        }
        return Ok(typed);
    };
    let mut text = Zeroizing::new(String::new());
    let unread = |fault: std::io::Error| {
        format!("the password cannot be read from descriptor {descriptor} ({fault}); nothing was changed")
    };
    if descriptor == 0 {
        std::io::stdin().lock().take(LONGEST).read_line(&mut text).map_err(unread)?;
    } else {
        let file = std::fs::File::open(format!("/dev/fd/{descriptor}")).map_err(unread)?;
        std::io::BufReader::new(file.take(LONGEST)).read_line(&mut text).map_err(unread)?;
    }
    Ok(Secret::from(text.trim_end_matches(['\r', '\n'])))
}

async fn list(backend: &Backend, json: bool) -> Result<(), Fault> {
    let (mut after, mut first) = (None, true);
    if json {
        say("[")?;
    } else {
        say(&format!("{:36}  {:20}  {:8}  {:10}  EMAIL\n", "ID", "CREATED", "STATE", "TWO-FACTOR"))?;
    }
    loop {
        let page = backend.list_accounts(after, PAGE).await.map_err(|fault| words(&fault))?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let mut text = String::new();
        for account in &page {
            if json {
                text.push_str(if first { "\n  " } else { ",\n  " });
                text.push_str(&serde_json::to_string(account)?);
            } else {
                text.push_str(&row(account));
            }
            first = false;
        }
        say(&text)?;
    }
    if json { say("\n]\n") } else { Ok(()) }
}

fn row(account: &Listed) -> String {
    let created: String = account.created_at.to_string().chars().take(19).collect();
    let state = if account.disabled_at.is_some() { "disabled" } else { "enabled" };
    let two_factor = if account.two_factor { "yes" } else { "no" };
    format!("{:36}  {created}Z  {state:8}  {two_factor:10}  {}\n", account.id.to_string(), account.email)
}

async fn delete(backend: &Backend, named: &Named, yes: bool) -> Result<(), Fault> {
    let id = found(backend, named).await?;
    if !yes {
        let email = backend.email_of_account(id).await.map_err(|fault| words(&fault))?;
        remark(&format!("This erases the account {id} for good. Type its email address to go on:"));
        std::io::stderr().flush()?;
        let mut typed = String::new();
        std::io::stdin().lock().take(LONGEST).read_line(&mut typed)?;
        if typed.trim() != email {
            return Err("that is not its email address; nothing was changed".into());
        }
    }
    backend.delete_account(id).await.map_err(|fault| words(&fault))?;
    say("deleted\n")
}
