//! Where files are. The environment is read once, here; everything below gets paths.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Every path that the configuration and what depends on it are kept at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The machine's own files; none where no file is known to be the machine's.
    pub machine: Option<Machine>,
    /// Where the operating system itself keeps policies.
    pub preferences: Preferences,
    /// Policies of one user: `$XDG_CONFIG_HOME/postern/policy.d`.
    pub user_policy: PathBuf,
    /// The user's file, the only one that is written here: `$XDG_CONFIG_HOME/postern/config.toml`.
    pub user_file: PathBuf,
    /// What this desktop remembers: `$XDG_STATE_HOME/postern`.
    pub state: PathBuf,
    /// What people would miss: `$XDG_DATA_HOME/postern`.
    pub data: PathBuf,
    /// The watched folder of device management: `$XDG_DATA_HOME/postern/drop`.
    pub drop: PathBuf,
}

/// The files of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its policies: `/etc/postern/policy.d`.
    pub policy: PathBuf,
    /// The one whom that folder and its files must belong to, as a user id: 0, which is root.
    pub owner: u32,
    /// Its file: `/etc/postern/config.toml`.
    pub file: PathBuf,
}

/// Where an operating system itself keeps policies, as a person names it: a key of the registry of Windows, a file of the
/// managed preferences of macOS. None where it keeps none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Those of the machine.
    pub machine: Option<PathBuf>,
    /// Those of this user.
    pub user: Option<PathBuf>,
}

/// The operating systems, whose places differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    Linux,
    MacOs,
    Windows,
}

const HERE: Platform = if cfg!(windows) {
    Platform::Windows
} else if cfg!(target_os = "macos") {
    Platform::MacOs
} else {
    Platform::Linux
};

/// Where macOS puts what a configuration profile fixes: files that belong to root.
const MANAGED: &str = "/Library/Managed Preferences";
/// The application's domain among them.
const DOMAIN: &str = "io.postern.desktop.plist";
/// A device of Windows that holds no file. It stands for the profile of somebody who has none: at a drive's root anybody may
/// write.
const NOWHERE: &str = r"\\.\NUL";

impl Places {
    /// On Unix by the XDG Base Directory Specification; without `HOME` the root folder stands for it. On Windows in the
    /// user's `%APPDATA%` and `%LOCALAPPDATA%`. A relative path in a variable does not count.
    pub fn of_environment() -> Self {
        Self::by(HERE, |name| std::env::var_os(name))
    }

    /// A computer that lies in one folder, whose owner is who root is elsewhere.
    #[cfg(unix)]
    pub fn under(folder: &Path) -> std::io::Result<Self> {
        let owner = std::os::unix::fs::MetadataExt::uid(&folder.metadata()?);
        let machine = Machine::within(&folder.join("etc"), owner);
        let (home, data) = (folder.join("home"), folder.join("data"));
        Ok(Self::of(Some(machine), Preferences::default(), &home, folder.join("state"), data))
    }

    fn by(platform: Platform, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let named = |name: &str| variable(name).filter(|path| platform.is_absolute(path)).map(PathBuf::from);
        let preferences = platform.preferences(variable("USER").as_deref());
        if platform == Platform::Windows {
            let profile = named("USERPROFILE").unwrap_or_else(|| PathBuf::from(NOWHERE));
            let base = |name: &str, usual: &str| {
                named(name).unwrap_or_else(|| profile.join("AppData").join(usual)).join("Postern")
            };
            let local = base("LOCALAPPDATA", "Local");
            // anybody can be the first to make `%ProgramData%\Postern`, so no file is the machine's: the registry is
            return Self::of(
                None,
                preferences,
                &base("APPDATA", "Roaming"),
                local.join("state"),
                local.join("data"),
            );
        }
        let home = named("HOME").unwrap_or_else(|| PathBuf::from("/"));
        let base = |name: &str, usual: &str| named(name).unwrap_or_else(|| home.join(usual)).join("postern");
        Self::of(
            Some(Machine::within(Path::new("/etc/postern"), 0)),
            preferences,
            &base("XDG_CONFIG_HOME", ".config"),
            base("XDG_STATE_HOME", ".local/state"),
            base("XDG_DATA_HOME", ".local/share"),
        )
    }

    fn of(
        machine: Option<Machine>,
        preferences: Preferences,
        configuration: &Path,
        state: PathBuf,
        data: PathBuf,
    ) -> Self {
        Self {
            machine,
            preferences,
            user_policy: configuration.join("policy.d"),
            user_file: configuration.join("config.toml"),
            state,
            drop: data.join("drop"),
            data,
        }
    }
}

impl Machine {
    fn within(folder: &Path, owner: u32) -> Self {
        Self { policy: folder.join("policy.d"), owner, file: folder.join("config.toml") }
    }
}

impl Platform {
    fn is_absolute(self, path: &OsStr) -> bool {
        match (self, path.as_encoded_bytes()) {
            (Self::Linux | Self::MacOs, bytes) => bytes.starts_with(b"/"),
            (Self::Windows, [drive, b':', b'\\' | b'/', ..]) => drive.is_ascii_alphabetic(),
            (Self::Windows, bytes) => bytes.starts_with(br"\\"),
        }
    }

    fn preferences(self, user: Option<&OsStr>) -> Preferences {
        match self {
            Self::Linux => Preferences::default(),
            Self::MacOs => {
                // a name and nothing that leads elsewhere
                let name = user.filter(|name| {
                    let bytes = name.as_encoded_bytes();
                    !bytes.is_empty() && !bytes.starts_with(b".") && !bytes.contains(&b'/')
                });
                Preferences {
                    machine: Some(Path::new(MANAGED).join(DOMAIN)),
                    user: name.map(|name| Path::new(MANAGED).join(name).join(DOMAIN)),
                }
            }
            Self::Windows => Preferences {
                machine: Some(PathBuf::from(r"HKLM\Software\Policies\Postern")),
                user: Some(PathBuf::from(r"HKCU\Software\Policies\Postern")),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, Platform, Preferences};
    use std::ffi::OsString;
    use std::path::Path;

    fn places(platform: Platform, set: &[(&str, &str)]) -> Places {
        Places::by(platform, |name| {
            set.iter().find(|(variable, _)| *variable == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_folders_follow_the_base_directory_specification() {
        let set = [("HOME", "/home/mina"), ("XDG_CONFIG_HOME", "/elsewhere"), ("XDG_DATA_HOME", "relative")];
        let found = places(Platform::Linux, &set);
        assert_eq!(found.user_file, Path::new("/elsewhere/postern/config.toml"));
        assert_eq!(found.data, Path::new("/home/mina/.local/share/postern"));
        assert_eq!(found.drop, Path::new("/home/mina/.local/share/postern/drop"));
        assert_eq!(found.state, Path::new("/home/mina/.local/state/postern"));
        let machine = found.machine.unwrap();
        assert_eq!((machine.policy.as_path(), machine.owner), (Path::new("/etc/postern/policy.d"), 0));
        assert_eq!(found.preferences, Preferences::default());
        let none = places(Platform::Linux, &[]);
        assert_eq!(none.user_file, Path::new("/.config/postern/config.toml"));
    }

    // CFG-3: no file that anybody may have written is the machine's word
    #[test]
    fn cfg_3_on_windows_no_file_is_the_machines_and_a_users_lie_in_their_profile() {
        let set = [
            ("APPDATA", r"C:\Users\mina\AppData\Roaming"),
            ("LOCALAPPDATA", r"C:\Users\mina\AppData\Local"),
            ("ProgramData", r"C:\ProgramData"),
            ("HOME", "/home/mina"),
            ("XDG_CONFIG_HOME", "/elsewhere"),
        ];
        let found = places(Platform::Windows, &set);
        assert_eq!(found.machine, None);
        let kept = [found.preferences.machine, found.preferences.user].map(Option::unwrap);
        assert_eq!(
            kept.map(|key| key.display().to_string()),
            [r"HKLM\Software\Policies\Postern", r"HKCU\Software\Policies\Postern"]
        );
        let roaming = Path::new(r"C:\Users\mina\AppData\Roaming").join("Postern");
        let local = Path::new(r"C:\Users\mina\AppData\Local").join("Postern");
        assert_eq!(found.user_file, roaming.join("config.toml"));
        assert_eq!(found.user_policy, roaming.join("policy.d"));
        assert_eq!((found.state, found.drop), (local.join("state"), local.join("data").join("drop")));
        // without those variables, or where they name a place that depends on where the program was started
        for set in [
            &[("USERPROFILE", r"C:\Users\mina")][..],
            &[("USERPROFILE", r"C:\Users\mina"), ("APPDATA", r"C:here"), ("LOCALAPPDATA", r"\here")],
        ] {
            let found = places(Platform::Windows, set);
            let profile = Path::new(r"C:\Users\mina").join("AppData");
            assert_eq!(found.user_file, profile.join("Roaming").join("Postern").join("config.toml"));
            assert_eq!(found.data, profile.join("Local").join("Postern").join("data"));
        }
        // nobody's profile: nothing at the root of a drive, where anybody may write
        let none = places(Platform::Windows, &[]);
        assert!(none.user_file.starts_with(super::NOWHERE), "{none:?}");
    }
    #[test]
    fn on_macos_profiles_of_the_machine_and_of_the_user_are_read() {
        let kept = |user: &str| places(Platform::MacOs, &[("HOME", "/Users/mina"), ("USER", user)]);
        let mina = kept("mina");
        let machine = Path::new("/Library/Managed Preferences/io.postern.desktop.plist");
        assert_eq!(mina.preferences.machine.as_deref(), Some(machine));
        let hers = Path::new("/Library/Managed Preferences/mina/io.postern.desktop.plist");
        assert_eq!(mina.preferences.user.as_deref(), Some(hers));
        assert_eq!(mina.user_file, Path::new("/Users/mina/.config/postern/config.toml"));
        for no_name in ["", "..", "../../Users/mina", "mina/x"] {
            let found = kept(no_name).preferences;
            assert_eq!((found.machine.as_deref(), found.user), (Some(machine), None), "{no_name}");
        }
    }
}
