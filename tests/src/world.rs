//! One person's desktop, alone: nothing in it is shared with another story or with the machine's own desktop.

use crate::app::App;
use crate::backend::Backend;
use crate::bus::Bus;
use crate::cable::{NAME, THERE, There};
use crate::clock::Clock;
use crate::input_method::InputMethod;
use crate::keyring::{Daemon, Keyring};
use crate::machine::Machine;
use crate::page::Page;
use crate::program::Surroundings;
use crate::screen::Screen;
use crate::wire::Wire;
use crate::{screenshot, seed};
use anyhow::{Context, Result, anyhow};
use postern_contract::shell::Window;
use postern_faults::Proxy;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What a world is like when its story begins.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is one thing that is so or not when a story begins")]
pub struct Plan {
    keyring: Keyring,
    account: bool,
    app_clock: bool,
    remote: Option<Vec<String>>,
    address: Option<String>,
    configuration: Option<String>,
    faulty: bool,
    loud: bool,
    input_method: bool,
    accessible: bool,
    text_percent: u32,
    there: Option<There>,
}

/// A world in which nobody has an account yet.
pub fn empty() -> Plan {
    Plan {
        keyring: Keyring::Unlocked,
        account: false,
        app_clock: false,
        remote: None,
        address: None,
        configuration: None,
        faulty: false,
        loud: false,
        input_method: false,
        accessible: false,
        text_percent: 100,
        there: None,
    }
}

/// A world in which [`crate::steps::MINA`] has an account and is signed out.
pub fn with_account() -> Plan {
    Plan { account: true, ..empty() }
}

impl Plan {
    /// With the secret store in another state.
    #[must_use]
    pub fn keyring(self, keyring: Keyring) -> Self {
        Self { keyring, ..self }
    }

    /// With an application that goes by [`World::clock`].
    #[must_use]
    pub fn moved_clock(self) -> Self {
        Self { app_clock: true, ..self }
    }

    /// With a backend that is a process of its own, behind a [`Wire`], going by [`World::clock`]. Its configuration has
    /// these lines more.
    #[must_use]
    pub fn remote(self, more: &[&str]) -> Self {
        Self { remote: Some(more.iter().map(|&line| line.to_owned()).collect()), ..self }
    }

    /// With a remote backend behind [`World::faults`] instead of a wire.
    #[must_use]
    pub fn faulty(self) -> Self {
        Self { faulty: true, ..self }
    }

    /// With a remote backend at the other end of a cable, reached at [`NAME`] over TLS, without a wire.
    #[must_use]
    pub fn beyond(self, there: There) -> Self {
        Self { there: Some(there), ..self }
    }

    /// With a backend's address at which nobody listens.
    #[must_use]
    pub fn nobody_at(self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self }
    }

    /// With a configuration file; `{url}` in it stands for the remote backend's address, which is then named there alone,
    /// and `{ca}` for what vouches for it.
    #[must_use]
    pub fn configured(self, toml: &str) -> Self {
        Self { configuration: Some(toml.to_owned()), ..self }
    }

    /// With an application that logs all that our own crates can say.
    #[must_use]
    pub fn loud(self) -> Self {
        Self { loud: true, ..self }
    }

    /// With a Korean input method, to be switched to by [`InputMethod::korean`].
    #[must_use]
    pub fn input_method(self) -> Self {
        Self { input_method: true, ..self }
    }

    /// With the desktop's accessibility bus, on which [`crate::accessibility`] looks.
    #[must_use]
    pub fn accessible(self) -> Self {
        Self { accessible: true, ..self }
    }

    /// With text of this size, in hundredths of the usual one.
    #[must_use]
    pub fn text(self, percent: u32) -> Self {
        Self { text_percent: percent, ..self }
    }

    /// Tells a story in such a world. Where it fails, pictures and logs stay under the target folder.
    pub async fn tell(self, story: impl AsyncFnOnce(&mut World) -> Result<()>) -> Result<()> {
        let mut world = World::make(self).await?;
        world.open().await?;
        let told = story(&mut world).await;
        let reported = world.errors().await;
        let error = match (told, reported) {
            (Ok(()), Ok(said)) if said.is_empty() => return world.close().await,
            (Ok(()), Ok(said)) => anyhow!("a page reported: {said}"),
            (Err(error), Ok(said)) if !said.is_empty() => error.context(format!("a page reported: {said}")),
            (Err(error), _) | (Ok(()), Err(error)) => error,
        };
        Err(error.context(world.remains().await))
    }
}

/// The desktop. Its parts end in the order of the fields.
pub struct World {
    app: Option<App>,
    wire: Option<Wire>,
    faults: Option<Proxy>,
    backend: Option<Backend>,
    store: Option<Daemon>,
    _input_method: Option<InputMethod>,
    _bus: Option<Bus>,
    _screen: Screen,
    /// How far the clock of the application or the remote backend is off.
    pub clock: Clock,
    /// What programs on this desktop see.
    pub around: Surroundings,
    machine: Machine,
    plan: Plan,
    pictures: u32,
    folder: TempDir,
}

impl World {
    /// Makes one; the application is not yet open.
    pub async fn make(plan: Plan) -> Result<Self> {
        let machine = Machine::here()?;
        let folder = tempfile::Builder::new().prefix("postern-").tempdir()?;
        let mut around = surroundings(folder.path(), machine.dark)?;
        around.set("GDK_DPI_SCALE", format!("{}", f64::from(plan.text_percent) / 100.0));
        if plan.loud {
            around.set("POSTERN_LOG", "trace");
        }
        if plan.account {
            seed::plant(&around).await?;
        }
        let screen = Screen::open(&mut around).await?;
        let bus = match plan.keyring {
            Keyring::NoBus => None,
            _ => Some(Bus::start(folder.path(), plan.accessible, &mut around).await?),
        };
        let input_method =
            if plan.input_method { Some(InputMethod::start(&mut around).await?) } else { None };
        let store = match plan.keyring {
            Keyring::Unlocked => Some(Daemon::unlocked(&around).await?),
            Keyring::Locked => Some(Daemon::locked(&around).await?),
            Keyring::Absent | Keyring::NoBus => None,
        };
        let clock = Clock::new(folder.path())?;
        let mut world = Self {
            app: None,
            wire: None,
            faults: None,
            backend: None,
            store,
            _input_method: input_method,
            _bus: bus,
            _screen: screen,
            clock,
            around,
            machine,
            plan,
            pictures: 0,
            folder,
        };
        world.connect().await?;
        if let Some(toml) = &world.plan.configuration {
            let there = world.plan.there.as_ref();
            let authority = there.map(|there| there.authority.file.display().to_string());
            let toml = toml.replace("{ca}", &authority.unwrap_or_default());
            world.configure(&toml.replace("{url}", &world.way().unwrap_or_default()))?;
        }
        Ok(world)
    }

    /// Starts the remote backend on the data that the embedded one left.
    async fn connect(&mut self) -> Result<()> {
        if let Some(mut more) = self.plan.remote.clone() {
            let database = self.database();
            let clock = Some(&self.clock);
            let (around, address) = match &self.plan.there {
                Some(there) => {
                    more.extend(there.lines());
                    (there.around(&self.around), THERE)
                }
                None => (self.around.clone(), "127.0.0.1"),
            };
            let backend = Backend::start(&self.machine, &around, &database, address, &more, clock).await?;
            if self.plan.there.is_some() {
                // the cable is the way
            } else if self.plan.faulty {
                self.faults = Some(Proxy::before(backend.address.parse()?).await);
            } else {
                self.wire = Some(Wire::to(backend.address.clone()).await?);
            }
            self.backend = Some(backend);
        }
        Ok(())
    }

    /// Opens the application.
    pub async fn open(&mut self) -> Result<()> {
        let mut arguments = Vec::new();
        let way = self.way().filter(|_| self.plan.configuration.is_none());
        if let Some(address) = way.or_else(|| self.plan.address.clone()) {
            arguments.extend(["--backend".to_owned(), address]);
        }
        let clock = self.plan.app_clock.then_some(&self.clock);
        self.app =
            Some(App::start(&self.machine, &self.around, self.folder.path(), &arguments, clock).await?);
        Ok(())
    }

    /// Where the remote backend is reached.
    fn way(&self) -> Option<String> {
        if self.plan.there.is_some() {
            let port = self.backend.as_ref()?.address.rsplit_once(':')?.1;
            return Some(format!("https://{NAME}:{port}"));
        }
        let wire = self.wire.as_ref().map(|wire| wire.url.clone());
        wire.or_else(|| self.faults.as_ref().map(Proxy::url))
    }

    /// What stands between the application and the remote backend, to fail in many ways.
    pub fn faults(&self) -> Result<&Proxy> {
        self.faults.as_ref().context("the way to the backend is not faulty")
    }

    /// The wire to the remote backend.
    pub fn wire(&self) -> Result<&Wire> {
        self.wire.as_ref().context("the backend is not remote")
    }

    /// The remote backend.
    pub fn backend(&self) -> Result<&Backend> {
        self.backend.as_ref().context("the backend is not remote")
    }

    /// The remote backend, to stop it or start it again.
    pub fn backend_mut(&mut self) -> Result<&mut Backend> {
        self.backend.as_mut().context("the backend is not remote")
    }

    /// The secret store.
    pub fn store(&self) -> Result<&Daemon> {
        self.store.as_ref().context("there is no secret store")
    }

    /// The application.
    pub fn app(&self) -> Result<&App> {
        self.app.as_ref().context("the application is not open")
    }

    /// The page of a window, once it is open.
    pub async fn window(&self, window: Window) -> Result<Page> {
        self.app()?.window(window).await
    }

    /// Ends the application and opens it again.
    pub async fn reopen(&mut self) -> Result<()> {
        self.shut().await?;
        self.open().await
    }

    /// Ends the application.
    pub async fn shut(&mut self) -> Result<()> {
        self.app.take().context("the application is not open")?.quit().await
    }

    /// Stops the secret store, so that its files are complete.
    pub fn shut_store(&mut self) {
        self.store = None;
    }

    /// Ends the application as a power cut would.
    pub async fn kill(&mut self) -> Result<()> {
        self.app.take().context("the application is not open")?.kill().await
    }

    /// Waits until the application has ended because its person closed it.
    pub async fn closed(&mut self) -> Result<()> {
        self.app.take().context("the application is not open")?.closed().await
    }

    /// Ends the application as a desktop does whose person leaves.
    pub async fn leave(&mut self) -> Result<()> {
        self.app.take().context("the application is not open")?.leave().await
    }

    /// The command line's program.
    pub(crate) fn cli_program(&self) -> &Path {
        &self.machine.cli
    }

    /// The application's program.
    pub(crate) fn app_program(&self) -> &Path {
        &self.machine.app
    }

    /// The folder of the application's data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data/postern")
    }

    /// The embedded backend's database.
    pub fn database(&self) -> PathBuf {
        let found = std::fs::read_dir(self.data()).into_iter().flatten().flatten().map(|entry| entry.path());
        found
            .into_iter()
            .find(|file| file.extension().is_some_and(|end| end == "sqlite" || end == "db"))
            .unwrap_or_else(|| self.data().join("postern.sqlite"))
    }

    /// The person's home, with all that programs keep in it.
    pub fn home(&self) -> &Path {
        self.folder.path()
    }

    /// A numbered picture in the folder of its story, when this is a tour.
    pub async fn picture(&mut self, page: &Page, name: &str) -> Result<()> {
        self.pictures += 1;
        match &self.machine.tour {
            Some(folder) => {
                let story = std::thread::current().name().unwrap_or("story").replace("::", "/");
                let file = folder.join(story).join(format!("{:02}-{name}.png", self.pictures));
                screenshot::write(page, &file).await
            }
            None => Ok(()),
        }
    }

    /// An empty folder that outlives this world, in the place of the last run's.
    pub(crate) fn fresh_remains(&self, name: &str) -> Result<PathBuf> {
        let folder = self.machine.remains.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// What pages reported as errors, while the application is open.
    async fn errors(&self) -> Result<String> {
        match &self.app {
            Some(app) => app.errors().await,
            None => Ok(String::new()),
        }
    }

    async fn close(mut self) -> Result<()> {
        match self.app.take() {
            Some(app) => app.quit().await,
            None => Ok(()),
        }
    }

    /// What a failed story leaves: a picture and the text of each window, and the logs. Answers where.
    pub(crate) async fn remains(mut self) -> String {
        let name = std::thread::current().name().unwrap_or("story").replace("::", "-");
        let Ok(folder) = self.fresh_remains(&name) else { return "nothing could be kept".to_owned() };
        if let Some(app) = self.app.take() {
            for window in windows() {
                if app.is_open(window).await.unwrap_or(false)
                    && let Ok(page) = app.window(window).await
                {
                    drop(screenshot::write(&page, &folder.join(format!("{}.png", window.label()))).await);
                    let html = page.ask("return document.documentElement.outerHTML", vec![]).await;
                    let html = html.ok().and_then(|html| html.as_str().map(str::to_owned));
                    drop(std::fs::write(
                        folder.join(format!("{}.html", window.label())),
                        html.unwrap_or_default(),
                    ));
                }
            }
        }
        for log in std::fs::read_dir(&self.around.logs).into_iter().flatten().flatten() {
            drop(std::fs::copy(log.path(), folder.join(log.file_name())));
        }
        format!("what the windows showed is in {}", folder.display())
    }
}

/// Fresh folders, and an environment in which nothing of the machine's own desktop is left.
fn surroundings(folder: &Path, dark: bool) -> Result<Surroundings> {
    let mut around =
        Surroundings { variables: BTreeMap::new(), logs: folder.join("logs"), before: Vec::new() };
    let places = [
        ("HOME", "home"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "run"),
    ];
    for (name, place) in places {
        let place = folder.join(place);
        std::fs::create_dir(&place)?;
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700))?;
        around.set(name, place);
    }
    std::fs::create_dir(&around.logs)?;
    around.set("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    around.set("LANG", "C.UTF-8");
    around.set("TZ", "UTC");
    around.set("GSETTINGS_BACKEND", "memory");
    around.set("RUST_BACKTRACE", "1");
    if dark {
        around.set("GTK_THEME", "Adwaita:dark");
    }
    Ok(around)
}

/// Every window there can be.
fn windows() -> impl Iterator<Item = Window> {
    use postern_contract::shell::Tab;
    [Window::Main, Window::ManageAccount, Window::Messages, Window::Settings, Window::Plans]
        .into_iter()
        .chain(Tab::ALL.map(Window::Tab))
}
