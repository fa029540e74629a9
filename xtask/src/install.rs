//! Installs what is missing, and nothing that is there: Debian packages, the wasm target, tools from registries.

use crate::{command, place};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// The version that generates requests: the same ones each time.
const SCHEMATHESIS: &str = "4.32.5";
/// The optimiser's and the packer's, so that a release is the same on each machine.
const BINARYEN: &str = "132.0.0";
const TAURI_CLI: &str = "2.12.5";

/// What building needs. The names are Debian 12's.
const TO_BUILD: &[&str] = &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "file"];

/// What the stories need: a screen, a window manager, a bus, a secret store, a driver, fonts, a network of
/// their own, an input method, a client of the accessibility tree.
const TO_TEST: &[&str] = &[
    "xvfb",
    "xauth",
    "openbox",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "gcr",
    "libsecret-tools",
    "webkit2gtk-driver",
    "xclip",
    "xdotool",
    "x11-utils",
    "python3-gi",
    "gir1.2-gtk-3.0",
    "gir1.2-atspi-2.0",
    "at-spi2-core",
    "ibus",
    "ibus-gtk3",
    "ibus-hangul",
    "faketime",
    "util-linux",
    "iproute2",
    "nftables",
    "dnsmasq-base",
    "fonts-dejavu-core",
    "fonts-noto-cjk",
    "libgl1-mesa-dri",
];

/// What the backend's tests need: the other database, a mail server, a moved clock, a look at its calls to the kernel.
const TO_SERVE: &[&str] = &[
    "build-essential",
    "postgresql",
    "pgbouncer",
    "python3-aiosmtpd",
    "openssl",
    "python3-venv",
    "systemd",
    "faketime",
    "strace",
    "minisign",
    "util-linux",
];

/// What looks into packages for systems that are not Debian's.
const TO_PACKAGE: &[&str] = &["libarchive-tools"];

/// Everything that `run` and `build` need.
pub fn for_building() -> Result<()> {
    debian(TO_BUILD)?;
    rust()
}

/// Everything that `package` needs.
pub fn for_packaging() -> Result<()> {
    debian(&[TO_BUILD, TO_PACKAGE].concat())?;
    rust()
}

/// Everything that `test` and `tour` need.
pub fn for_testing() -> Result<()> {
    debian(&[TO_BUILD, TO_TEST].concat())?;
    rust()?;
    for_serving()?;
    cargo_deny()?;
    schemathesis()?;
    cargo_fuzz()?;
    tauri_driver().map(|_| ())
}

/// Everything that the backend's own tests need.
pub fn for_serving() -> Result<()> {
    if place::program("pg_ctlcluster").is_none() {
        // each test makes a cluster of its own: Debian's, which would start with the machine, is not made
        let folder = Path::new("/etc/postgresql-common/createcluster.d");
        if place::is_root() {
            std::fs::create_dir_all(folder)?;
            std::fs::write(folder.join("postern.conf"), "create_main_cluster = false\n")?;
        }
    }
    debian(TO_SERVE)
}

/// Generates requests from the API's description.
pub fn schemathesis() -> Result<PathBuf> {
    let folder = place::tools().join("schemathesis");
    let file = folder.join("bin/schemathesis");
    let wanted = format!("schemathesis=={SCHEMATHESIS}");
    let known = folder.join("postern-version");
    if std::fs::read_to_string(&known).is_ok_and(|version| version == wanted) && file.is_file() {
        return Ok(file);
    }
    command::run(command::program("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = command::program(folder.join("bin/pip"));
    command::run(pip.args(["install", "--quiet", "--disable-pip-version-check", &wanted]))?;
    std::fs::write(known, wanted)?;
    Ok(file)
}

/// Builds the fuzz targets.
pub fn cargo_fuzz() -> Result<PathBuf> {
    let file = place::tools().join("bin/cargo-fuzz");
    if !file.is_file() {
        cargo_install("cargo-fuzz", "^0.13")?;
    }
    Ok(file)
}

/// The WebDriver server of the application's windows.
pub fn tauri_driver() -> Result<PathBuf> {
    let file = place::tools().join("bin/tauri-driver");
    if !file.is_file() {
        cargo_install("tauri-driver", "^2")?;
    }
    Ok(file)
}

/// Holds licences, sources and the homes of libraries.
pub fn cargo_deny() -> Result<PathBuf> {
    let file = place::tools().join("bin/cargo-deny");
    if !file.is_file() {
        cargo_install("cargo-deny", "^0.20")?;
    }
    Ok(file)
}

/// The optimiser of the page's wasm; Debian's is too old for this compiler's output.
pub fn wasm_opt() -> Result<PathBuf> {
    npm("binaryen", BINARYEN, "wasm-opt")
}

/// What makes packages of a build.
pub fn tauri() -> Result<PathBuf> {
    npm("@tauri-apps/cli", TAURI_CLI, "tauri")
}

/// A program of npm's registry in this version, into a folder of the cache that is the version's.
fn npm(package: &str, version: &str, program: &str) -> Result<PathBuf> {
    let package = format!("{package}@{version}");
    let folder = place::tools().join(package.trim_start_matches('@').replace('/', "-"));
    let file = folder.join("node_modules/.bin").join(program);
    if !file.is_file() {
        if place::program("npm").is_none() {
            debian(&["nodejs", "npm"])?;
        }
        std::fs::create_dir_all(&folder)?;
        let mut npm = command::program("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]).arg(&folder);
        command::run(npm.arg(package))?;
    }
    Ok(file)
}

/// A tool from the registry, into the cache. `--locked` may fail where a locked crate was withdrawn.
fn cargo_install(name: &str, version: &str) -> Result<()> {
    let install = |locked: &[&str]| {
        let mut cargo = command::cargo(["install", name, "--version", version]);
        cargo.args(locked).arg("--root").arg(place::tools());
        // a tool shares no build with the product, and its own lock file decides its versions
        command::run(cargo.env("CARGO_TARGET_DIR", place::tools().join("build")))
    };
    install(&["--locked"]).or_else(|_| install(&[]))
}

/// The wasm target, and the two components the guards call.
fn rust() -> Result<()> {
    if place::program("rustup").is_none() {
        // a compiler of another origin has to bring the target itself; the build says so if it does not
        return Ok(());
    }
    let targets = command::output(command::program("rustup").args(["target", "list", "--installed"]))?;
    if !targets.lines().any(|line| line == "wasm32-unknown-unknown") {
        command::run(command::program("rustup").args(["target", "add", "wasm32-unknown-unknown"]))?;
    }
    let components = command::output(command::program("rustup").args(["component", "list", "--installed"]))?;
    for component in ["clippy", "rustfmt"] {
        if !components.lines().any(|line| line.starts_with(component)) {
            command::run(command::program("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Debian packages: installed when root, otherwise the one line to run is the error.
fn debian(wanted: &[&str]) -> Result<()> {
    if place::program("dpkg-query").is_none() {
        eprintln!("This is not Debian: the equivalents of these are needed: {}", wanted.join(" "));
        return Ok(());
    }
    let known = command::program("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\\n"])
        .args(wanted)
        .output()?;
    let known = String::from_utf8_lossy(&known.stdout);
    let installed = |name: &str| known.lines().any(|line| line == format!("{name} installed"));
    let missing: Vec<&str> = wanted.iter().copied().filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!("apt-get install -y --no-install-recommends {}", missing.join(" "));
    if !place::is_root() {
        bail!("Some Debian packages are missing. Run this line, then start again:\n  sudo {line}");
    }
    command::run(command::program("apt-get").args(["update", "-qq"]))?;
    let mut install = command::program("apt-get");
    install.args(line.split(' ').skip(1)).env("DEBIAN_FRONTEND", "noninteractive");
    command::run(&mut install)
}
