//! `backup` and `restore`: a copy of an SQLite database while the server runs, and the way back. PostgreSQL brings tools of
//! its own, which do more than we could.

use super::{Fault, say};
use postern_backend::config::file::Configuration;
use postern_backend::config::key_file;
use postern_backend::operate::backup::{Choice, Whole, back_up, restore as put_back, verify};
use postern_backend::{Clock as _, SystemClock};
use std::path::{Path, PathBuf};

/// Where a copy comes from or goes to.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The copy, as `backup` made it.
    copy: PathBuf,
    /// Only examine the copy: whether it is sound, of a known schema, and of the configured key. Nothing is restored.
    #[arg(long)]
    verify: bool,
    /// Restore over the database that is there; it is kept beside under another name.
    #[arg(long, conflicts_with = "verify")]
    replace: bool,
    /// Bring back the accounts that were canceled since the copy was made, too. Without this they stay erased, as far as the
    /// database that is replaced tells.
    #[arg(long, conflicts_with = "verify")]
    bring_back_canceled: bool,
}

/// Copies the database into a new file.
pub async fn backup(configuration: &Configuration, into: &Path) -> Result<(), Fault> {
    let whole = back_up(file(configuration)?, into).await?;
    say(&format!(
        "backed up: {} ({})\nKeep the key file {} apart from it: without that key, messages on their way and what guards \
         authentication numbers are lost.\n",
        into.display(),
        contents(&whole),
        configuration.key_file().display()
    ))
}

/// Examines a copy, and puts it in the place of the database.
pub async fn restore(configuration: &Configuration, options: &Restore) -> Result<(), Fault> {
    let database = file(configuration)?;
    let key = key_file::read(&configuration.key_file())?;
    if key.is_none() {
        super::remark(&format!(
            "the key file {} is not there, so whether the copy belongs to it cannot be told: restore it too",
            configuration.key_file().display()
        ));
    }
    let copy = &options.copy;
    if options.verify {
        let whole = verify(copy, key.as_ref()).await?;
        return say(&format!("sound: {} ({})\n", copy.display(), contents(&whole)));
    }
    let choice = Choice { replace: options.replace, bring_back: options.bring_back_canceled };
    let done = put_back(copy, database, key.as_ref(), choice, SystemClock.now()).await?;
    let canceled = match done.stayed_ended {
        Some(count) => format!("Canceled since the copy, and still erased: {}.\n", accounts(count)),
        None => "Accounts that were canceled since the copy are there and enabled.\n".to_owned(),
    };
    let kept = done
        .kept
        .map_or_else(String::new, |kept| format!("The database before it is kept: {}\n", kept.display()));
    say(&format!(
        "restored: {} ({})\n{kept}Sessions, and numbers and confirmations on their way, did not come back: everybody signs in \
         anew.\n{canceled}What else was changed since the copy came back as it was: deleted keys work again, old passwords too, and \
         accounts that were disabled since are enabled. See to them before the server starts: account list, account disable, \
         account delete.\n",
        database.display(),
        contents(&done.whole)
    ))
}

fn contents(whole: &Whole) -> String {
    format!("{}, schema {}", accounts(whole.accounts), whole.schema)
}

fn accounts(count: u64) -> String {
    format!("{count} {}", if count == 1 { "account" } else { "accounts" })
}

fn file(configuration: &Configuration) -> Result<&Path, Fault> {
    configuration.database.path().ok_or_else(|| {
        "this command copies SQLite databases, and the configured one is PostgreSQL; nothing was done. Copy it with pg_dump, \
         or with pg_basebackup where no committed change may be missing, and bring it back with pg_restore. The key file \
         is to be saved beside it"
            .into()
    })
}
