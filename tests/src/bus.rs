//! A D-Bus session of one world's own, which activates nothing that the world did not ask for.

use crate::patience::until;
use crate::program::{Program, Surroundings};
use anyhow::Result;
use std::path::Path;

const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=@PATH@</listen>
  <auth>EXTERNAL</auth>
  <servicedir>@SERVICES@</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// The dialog in which a person unlocks the keyring; part of the desktop, so the bus starts it on demand.
const PROMPTER: &str = "org.gnome.keyring.SystemPrompter.service";

/// The bus of assistive technology, which the toolkit and the engine look for at their start.
const ACCESSIBILITY: &str = "org.a11y.Bus.service";

/// A session bus; it goes when dropped, and everything it started.
#[derive(Debug)]
pub struct Bus {
    _program: Program,
}

impl Bus {
    /// Starts one and puts its address into the surroundings.
    pub async fn start(folder: &Path, accessible: bool, around: &mut Surroundings) -> Result<Self> {
        let socket = folder.join("bus");
        let services = folder.join("services");
        std::fs::create_dir_all(&services)?;
        for service in Some(PROMPTER).into_iter().chain(accessible.then_some(ACCESSIBILITY)) {
            let installed = Path::new("/usr/share/dbus-1/services").join(service);
            if installed.is_file() {
                std::fs::copy(installed, services.join(service))?;
            }
        }
        let configuration = CONFIGURATION
            .replace("@PATH@", &socket.to_string_lossy())
            .replace("@SERVICES@", &services.to_string_lossy());
        let file = folder.join("bus.conf");
        std::fs::write(&file, configuration)?;
        around.set("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", socket.display()));
        let choice = format!("--config-file={}", file.display());
        let program = Program::start("bus", Path::new("dbus-daemon"), &["--nofork", &choice], around)?;
        until("the bus listens", async || Ok(socket.exists().then_some(()))).await?;
        Ok(Self { _program: program })
    }
}

/// Waits until somebody on the bus answers to that name.
pub async fn owned(name: &str, around: &Surroundings) -> Result<()> {
    until(&format!("{name} is on the bus"), async || {
        let asked = around
            .command("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"])
            .args(["org.freedesktop.DBus.NameHasOwner", &format!("string:{name}")])
            .output()
            .await?;
        Ok(String::from_utf8_lossy(&asked.stdout).contains("boolean true").then_some(()))
    })
    .await
}
