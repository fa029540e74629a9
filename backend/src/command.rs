//! The program's commands, one file each, and what they share: how the configuration is read, how the backend is opened,
//! and how things are said.

mod account;
mod backup;
mod check_config;
mod messages;
mod serve;
mod service_credential;
mod words;

pub use account::{Account, account};
pub use backup::{Restore, backup, restore};
pub use check_config::check_config;
pub use messages::messages;
pub use serve::serve;
pub use service_credential::{ServiceCredential, service_credential};
pub use words::words;

use postern_backend::config::around;
use postern_backend::config::file::Configuration;
use postern_backend::config::key_file;
use postern_backend::log::plain;
use postern_backend::operate::is_keyed;
use postern_backend::{Backend, OpenError, Settings, SystemClock, SystemRandom};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Why a command ended without having done what it was asked. Its text says what happened and what to do.
pub type Fault = Box<dyn std::error::Error>;

/// Says something on standard output.
pub fn say(text: &str) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Whether nobody reads what is said on standard output any more.
pub fn is_broken_pipe(fault: &(dyn std::error::Error + 'static)) -> bool {
    let io = fault.downcast_ref::<std::io::Error>();
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Says something beside the result.
pub fn remark(text: &str) {
    for line in text.lines() {
        let _ = writeln!(std::io::stderr(), "{}", plain(line));
    }
}

/// The configuration, or everything that is wrong with it.
pub fn configuration(file: &Path) -> Result<Configuration, Fault> {
    let (configuration, findings) = around::load(file);
    let Some(configuration) = configuration else {
        return Err(
            format!("the configuration cannot be used; nothing was started or changed.\n{findings}").into()
        );
    };
    if !findings.0.is_empty() {
        remark(&findings.to_string());
    }
    Ok(configuration)
}

/// The backend on the configured database. A key is made only for a database that was used with none yet.
pub async fn open(configuration: &Configuration, settings: Settings) -> Result<Backend, Fault> {
    let file = configuration.key_file();
    let address = configuration.database.address()?;
    let (key, made) = match key_file::read(&file)? {
        Some(key) => (key, false),
        None if is_keyed(address.expose()).await? => return Err(key_file::lost(&file).into()),
        None => key_file::create(&file, &SystemRandom)?,
    };
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    Backend::open(settings, address.expose(), key, clock, random).await.map_err(|fault| match fault {
        OpenError::AnotherKey => {
            // another replica was the first after all
            if made {
                key_file::take_back(&file);
            }
            format!("the key file {}: {fault}", file.display()).into()
        }
        fault => fault.into(),
    })
}

/// Does something on the configured database beside a server, which is left to send the messages. The database takes
/// several processes.
pub async fn beside<W>(configuration: &Configuration, work: W) -> Result<(), Fault>
where
    W: AsyncFnOnce(&Backend) -> Result<(), Fault>,
{
    let mut settings = Settings { tends: false, ..configuration.settings() };
    settings.delivery.elsewhere = true;
    let backend = open(configuration, settings).await?;
    let done = work(&backend).await;
    backend.close().await;
    done
}

/// Brings the schema to this version.
pub async fn migrate(configuration: &Configuration) -> Result<(), Fault> {
    let mut settings = Settings { migrates: true, tends: false, ..configuration.settings() };
    settings.delivery.elsewhere = true;
    open(configuration, settings).await?.close().await;
    say("the database's schema is of this version\n")
}
