//! The file with the backend's 32-byte key: made at the first start for its owner alone, and refused when others can
//! read it.

use contract::Secret;
use postern_backend::Random;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use zeroize::Zeroizing;

const LENGTH: usize = 32;

/// Why there is no key: the file, what was expected, and the remedy.
#[derive(Debug)]
pub struct KeyFileFault(String);

impl std::fmt::Display for KeyFileFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeyFileFault {}

/// Reads the key, or makes the file.
pub fn read_or_create(path: &Path, random: &dyn Random) -> Result<Secret<[u8; LENGTH]>, KeyFileFault> {
    if !path.exists() {
        create(path, random).map_err(|fault| {
            KeyFileFault(format!(
                "the key file {} cannot be created ({fault}); nothing was changed. \
                 Check that its folder exists and may be written, or name another as `file` in the section `[key]`",
                path.display()
            ))
        })?;
    }
    read_existing(path)
}

/// Reads the key, where there is one.
pub fn read(path: &Path) -> Result<Option<Secret<[u8; LENGTH]>>, KeyFileFault> {
    if path.exists() { read_existing(path).map(Some) } else { Ok(None) }
}

fn read_existing(path: &Path) -> Result<Secret<[u8; LENGTH]>, KeyFileFault> {
    check_private(path)?;
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|fault| {
        KeyFileFault(format!(
            "the key file {} cannot be read ({fault}); nothing was changed. \
             Start as the user it belongs to, or name another as `file` in the section `[key]`",
            path.display()
        ))
    })?);
    parse(text.trim()).ok_or_else(|| {
        KeyFileFault(format!(
            "the key file {} does not hold a key; nothing was changed. Expected 64 hexadecimal digits. \
             Restore it from a backup, or remove it to begin with a new key: authentication numbers on their way \
             then stop working, accounts and sessions stay",
            path.display()
        ))
    })
}

fn create(path: &Path, random: &dyn Random) -> std::io::Result<()> {
    let mut key = Zeroizing::new([0; LENGTH]);
    random.fill(&mut *key).map_err(|_| std::io::Error::other("the operating system gives no randomness"))?;
    let mut text = Zeroizing::new(String::with_capacity(LENGTH * 2 + 1));
    for byte in *key {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn check_private(path: &Path) -> Result<(), KeyFileFault> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = std::fs::metadata(path).map_or(0, |data| data.mode() & 0o777);
    // a group that may read is the server's own, as where systemd hands the file over
    let others = mode & 0o037;
    if others == 0 {
        return Ok(());
    }
    Err(KeyFileFault(format!(
        "the key file {path} can be read by others (mode {mode:04o}); nothing was changed. \
         Expected mode 0600. Run: chmod 600 {path}",
        path = path.display()
    )))
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<(), KeyFileFault> {
    Ok(())
}

fn parse(text: &str) -> Option<Secret<[u8; LENGTH]>> {
    if text.len() != LENGTH * 2 || !text.is_ascii() {
        return None;
    }
    let mut key = Zeroizing::new([0; LENGTH]);
    for (position, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[position * 2..position * 2 + 2], 16).ok()?;
    }
    Some(Secret::new(*key))
}

#[cfg(test)]
mod tests {
    use super::read_or_create;
    use postern_backend::SystemRandom;

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accounts.db.key");
        let made = read_or_create(&path, &SystemRandom).unwrap();
        assert!(made == read_or_create(&path, &SystemRandom).unwrap());
        std::fs::write(&path, "not a key").unwrap();
        assert!(
            read_or_create(&path, &SystemRandom).unwrap_err().to_string().contains("64 hexadecimal digits")
        );
        assert!(read_or_create(&folder.path().join("no/such/folder"), &SystemRandom).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused_with_the_remedy() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accounts.db.key");
        read_or_create(&path, &SystemRandom).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read_or_create(&path, &SystemRandom).unwrap_err().to_string().contains("chmod 600"));
        // as a service manager hands it over
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o440)).unwrap();
        assert!(read_or_create(&path, &SystemRandom).is_ok());
    }
}
