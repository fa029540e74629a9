//! The application under a driver: started, killed, started again.

use crate::clock::Clock;
use crate::machine::Machine;
use crate::page::Page;
use crate::patience::{until, within};
use crate::program::{self, Program, Surroundings};
use anyhow::{Context, Result, anyhow, bail};
use postern_contract::shell::Window;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use thirtyfour::{Capabilities, WebDriver};
use tokio::net::{TcpListener, TcpStream};

/// The driver of the engine itself, from the Debian package.
const NATIVE_DRIVER: &str = "/usr/bin/WebKitWebDriver";
/// The most that a start may take on two busy cores.
const START: Duration = Duration::from_mins(1);
/// Asks which window this is, and from then on notes what its page reports as an error.
const LABEL: &str = "
    window.reportedErrors ??= (report => {
        const said = [];
        console.error = (...what) => { said.push(what.join(' ')); report(...what); };
        return said;
    })(console.error);
    return window.__TAURI_INTERNALS__?.metadata?.currentWindow?.label ?? '';";

/// A running application.
pub struct App {
    session: Option<WebDriver>,
    process: PathBuf,
    _driver: Program,
}

impl App {
    /// Starts it, with arguments and by a clock, and waits until its first window can be driven.
    pub async fn start(
        machine: &Machine,
        around: &Surroundings,
        folder: &Path,
        arguments: &[String],
        clock: Option<&Clock>,
    ) -> Result<Self> {
        let process = folder.join("app.pid");
        let launcher = launcher(machine, folder, &process, around, clock)?;
        let (port, native) = free_ports().await?;
        let driver = Program::start(
            "driver",
            &machine.driver,
            &["--port", &port, "--native-port", &native, "--native-driver", NATIVE_DRIVER],
            around,
        )?;
        for port in [&native, &port] {
            until("the driver listens", async || {
                Ok(TcpStream::connect(format!("127.0.0.1:{port}")).await.ok().map(|_| ()))
            })
            .await?;
        }
        let mut wanted = Capabilities::new();
        wanted.set("browserName", "wry")?;
        wanted.set("tauri:options", json!({ "application": launcher, "args": arguments }))?;
        drop(std::fs::remove_file(&process));
        let connecting =
            WebDriver::builder(format!("http://127.0.0.1:{port}"), wanted).request_timeout(START).connect();
        let session = tokio::select! {
            session = connecting => session.map_err(Into::into),
            ended = has_ended(&process) => ended.and(Err(anyhow!("it ended at once"))),
        }
        .with_context(|| format!("the application did not start: {}", around.log("app")))?;
        session.set_script_timeout(Duration::from_secs(20)).await?;
        Ok(Self { session: Some(session), process, _driver: driver })
    }

    fn session(&self) -> Result<&WebDriver> {
        self.session.as_ref().context("the application has ended")
    }

    /// The page of a window, once it is open.
    pub async fn window(&self, window: Window) -> Result<Page> {
        let label = window.label();
        until(&format!("the window {label} is open"), async || self.opened(&label).await).await
    }

    /// Whether a window is open.
    pub async fn is_open(&self, window: Window) -> Result<bool> {
        Ok(self.opened(&window.label()).await?.is_some())
    }

    async fn opened(&self, label: &str) -> Result<Option<Page>> {
        let session = self.session()?;
        for handle in session.windows().await? {
            let page = Page::new(session.handle().clone(), handle);
            // a window may close while it is asked
            if page.ask(LABEL, vec![]).await.is_ok_and(|found| found == label) {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    /// What the pages of all open windows reported as errors, a panic's words among them.
    pub async fn errors(&self) -> Result<String> {
        let session = self.session()?;
        let mut said = String::new();
        for handle in session.windows().await? {
            let page = Page::new(session.handle().clone(), handle);
            let reported = page.ask("return (window.reportedErrors ?? []).join(' / ')", vec![]).await?;
            said.push_str(reported.as_str().unwrap_or_default());
        }
        Ok(said)
    }

    /// How many windows are open.
    pub async fn windows(&self) -> Result<usize> {
        Ok(self.session()?.windows().await?.len())
    }

    /// When it was started.
    pub fn began(&self) -> Result<SystemTime> {
        Ok(std::fs::metadata(&self.process)?.modified()?)
    }

    /// The application's process.
    pub fn process(&self) -> Result<String> {
        Ok(std::fs::read_to_string(&self.process)?.trim().to_owned())
    }

    /// Waits until the process has ended, however that came.
    pub async fn ended(&self) -> Result<()> {
        has_ended(&self.process).await
    }

    /// Waits until it has ended because its person closed it.
    pub async fn closed(mut self) -> Result<()> {
        self.ended().await?;
        self.let_go();
        Ok(())
    }

    /// Ends it as a power cut would.
    pub async fn kill(self) -> Result<()> {
        self.end_by("KILL").await
    }

    /// Ends it as a desktop does whose person leaves: it is asked to, and puts away what it has to.
    pub async fn leave(self) -> Result<()> {
        self.end_by("TERM").await
    }

    async fn end_by(mut self, signal: &str) -> Result<()> {
        program::send(signal, &self.process()?)?;
        self.ended().await?;
        self.let_go();
        Ok(())
    }

    /// Ends it through the driver.
    pub async fn quit(mut self) -> Result<()> {
        let Some(session) = self.session.take() else { bail!("the application has ended") };
        session.quit().await?;
        self.ended().await
    }

    /// Forgets the driver's session without asking an application that may be gone.
    fn let_go(&mut self) {
        if let Some(session) = self.session.take() {
            drop(session.leak());
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.let_go();
        if let Ok(process) = self.process() {
            drop(program::send("KILL", &process));
        }
    }
}

/// Waits until the process that a file names is there no more.
async fn has_ended(process: &Path) -> Result<()> {
    within(START, "the application has ended", async || {
        let folder = PathBuf::from("/proc").join(std::fs::read_to_string(process)?.trim());
        let state = std::fs::read_to_string(folder.join("stat")).unwrap_or_default();
        // a process whose first thread is a zombie may still hold its connections through the others
        let threads = std::fs::read_dir(folder.join("task")).map_or(0, Iterator::count);
        Ok((state.is_empty() || (state.contains(") Z ") && threads < 2)).then_some(()))
    })
    .await
}

/// A script between driver and application: it notes the process, keeps what is said, and sets the clock.
fn launcher(
    machine: &Machine,
    folder: &Path,
    process: &Path,
    around: &Surroundings,
    clock: Option<&Clock>,
) -> Result<PathBuf> {
    let variables = clock.map(Clock::variables).transpose()?.unwrap_or_default();
    let variables: Vec<_> = variables.iter().map(|(name, value)| format!("{name}='{value}'")).collect();
    let script = format!(
        "#!/bin/sh\necho $$ > '{}'\nexec env {} '{}' \"$@\" >> '{}' 2>&1\n",
        process.display(),
        variables.join(" "),
        machine.app.display(),
        around.logs.join("app.log").display(),
    );
    let file = folder.join("launch");
    std::fs::write(&file, script)?;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o700))?;
    Ok(file)
}

/// Two ports that nobody listens on.
async fn free_ports() -> Result<(String, String)> {
    let one = TcpListener::bind("127.0.0.1:0").await?;
    let other = TcpListener::bind("127.0.0.1:0").await?;
    Ok((one.local_addr()?.port().to_string(), other.local_addr()?.port().to_string()))
}
