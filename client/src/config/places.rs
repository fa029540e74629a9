//! Where files are. The environment is read once, here; everything below gets paths.

use std::ffi::OsString;
use std::path::PathBuf;

/// Every path that the configuration and what depends on it are kept at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Policies of the machine: `/etc/postern/policy.d`.
    pub machine_policy: PathBuf,
    /// The one whom that folder and its files must belong to, as a user id: 0, which is root.
    pub policy_owner: u32,
    /// Policies of one user: `$XDG_CONFIG_HOME/postern/policy.d`.
    pub user_policy: PathBuf,
    /// The machine's file: `/etc/postern/config.toml`.
    pub system_file: PathBuf,
    /// The user's file, the only one that is written here: `$XDG_CONFIG_HOME/postern/config.toml`.
    pub user_file: PathBuf,
    /// What this desktop remembers: `$XDG_STATE_HOME/postern`.
    pub state: PathBuf,
    /// What people would miss: `$XDG_DATA_HOME/postern`.
    pub data: PathBuf,
    /// The watched folder of device management: `$XDG_DATA_HOME/postern/drop`.
    pub drop: PathBuf,
}

impl Places {
    /// By the XDG Base Directory Specification; a relative path in a variable does not count, and without `HOME` the root
    /// folder stands for it.
    pub fn of_environment() -> Self {
        Self::by(|name| std::env::var_os(name))
    }

    fn by(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let home = variable("HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let home = home.unwrap_or_else(|| PathBuf::from("/"));
        let base = |name: &str, usual: &str| {
            let named = variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
            named.unwrap_or_else(|| home.join(usual)).join("postern")
        };
        let (configuration, data) =
            (base("XDG_CONFIG_HOME", ".config"), base("XDG_DATA_HOME", ".local/share"));
        let machine = PathBuf::from("/etc/postern");
        Self {
            machine_policy: machine.join("policy.d"),
            policy_owner: 0,
            user_policy: configuration.join("policy.d"),
            system_file: machine.join("config.toml"),
            user_file: configuration.join("config.toml"),
            state: base("XDG_STATE_HOME", ".local/state"),
            drop: data.join("drop"),
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use std::path::Path;

    #[test]
    fn the_folders_follow_the_base_directory_specification() {
        let places = Places::by(|name| match name {
            "HOME" => Some("/home/mina".into()),
            "XDG_CONFIG_HOME" => Some("/elsewhere".into()),
            "XDG_DATA_HOME" => Some("relative".into()),
            _ => None,
        });
        assert_eq!(places.user_file, Path::new("/elsewhere/postern/config.toml"));
        assert_eq!(places.drop, Path::new("/home/mina/.local/share/postern/drop"));
        assert_eq!(places.state, Path::new("/home/mina/.local/state/postern"));
        assert_eq!(places.machine_policy, Path::new("/etc/postern/policy.d"));
        assert_eq!(Places::by(|_| None).user_file, Path::new("/.config/postern/config.toml"));
    }
}
