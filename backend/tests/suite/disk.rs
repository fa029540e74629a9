//! What a disk would hold after a power cut: the files as they were before, and of what a traced program wrote since,
//! only what it had synchronised, a file's name included. Anything else may be there or not, piece by piece.
//!
//! The trace is strace's, with paths and data in hexadecimal: `strace -f -y -xx -s 1000000 -e trace=…`.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// How to begin a program so that its writing is recorded in a file, and so that it is killed where one of its threads
/// would synchronise something for the n-th time.
pub fn recording(trace: &Path, killed_at: Option<u32>) -> Vec<String> {
    let calls = "trace=pwrite64,ftruncate,fsync,fdatasync,unlink";
    let line = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", calls];
    let kill = killed_at.map(|n| ["-e".to_owned(), format!("inject=fsync,fdatasync:signal=KILL:when={n}")]);
    let line = line.iter().map(|word| (*word).to_owned()).chain(kill.into_iter().flatten());
    line.chain(["-o".to_owned(), trace.display().to_string()]).collect()
}

enum Change {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

#[derive(Default)]
struct File {
    /// What is safe.
    safe: Vec<u8>,
    /// What is not.
    pending: Vec<Change>,
    /// Whether its name is safe.
    named: bool,
    /// What had this name before, as long as its end is not safe.
    before: Option<Vec<u8>>,
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => content.resize(*length, 0),
        Change::Bytes(at, bytes) => {
            content.resize(content.len().max(at + bytes.len()), 0);
            content[*at..at + bytes.len()].copy_from_slice(bytes);
        }
    }
}

/// The files of one folder.
pub struct Disk {
    folder: PathBuf,
    files: BTreeMap<PathBuf, File>,
    gone: BTreeMap<PathBuf, Vec<u8>>,
    /// How many changes were made, and how many of them were synchronised.
    pub changes: usize,
    pub syncs: usize,
}

impl Disk {
    /// As it is now, all of it safe. What every start makes anew is left out.
    pub fn of(folder: &Path) -> Self {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_none_or(|end| end != "db-shm"));
        let safe = |path: PathBuf| {
            let safe = std::fs::read(&path).unwrap();
            (path, File { safe, named: true, ..File::default() })
        };
        let files = files.map(safe).collect();
        Self { folder: folder.to_owned(), files, gone: BTreeMap::new(), changes: 0, syncs: 0 }
    }

    /// What a traced program did to it.
    pub fn replay(&mut self, trace: &str) {
        let mut begun: HashMap<&str, String> = HashMap::new();
        for line in trace.lines() {
            let Some((thread, line)) = line.split_once(' ') else { continue };
            let line = line.trim_start();
            if let Some(call) = line.strip_suffix("<unfinished ...>") {
                begun.insert(thread, call.trim_end().to_owned());
            } else if let Some(rest) = line.strip_prefix("<... ") {
                let rest = rest.split_once("resumed>").map_or("", |(_, rest)| rest);
                if let Some(call) = begun.remove(thread) {
                    self.happened(&format!("{call}{rest}"));
                }
            } else {
                self.happened(line);
            }
        }
    }

    fn happened(&mut self, line: &str) {
        let Some((call, result)) = line.rsplit_once(" = ") else { return };
        let Ok(result) = result.split(' ').next().unwrap().parse::<usize>() else { return };
        let Some((name, call)) = call.split_once('(') else { return };
        let call = call.trim_end().trim_end_matches(')');
        if name == "unlink" {
            return self.unlinked(&path(call.split('"').nth(1).unwrap()));
        }
        let Some((_, opened)) = call.split_once('<') else { return };
        let (on, rest) = opened.split_once('>').unwrap();
        let on = path(on);
        let parts: Vec<&str> = rest.split(", ").skip(1).collect();
        match name {
            "pwrite64" => {
                let mut bytes = bytes(parts[0].split('"').nth(1).unwrap());
                bytes.truncate(result);
                self.changed(&on, Change::Bytes(parts[2].parse().unwrap(), bytes));
            }
            "ftruncate" => self.changed(&on, Change::Length(parts[0].parse().unwrap())),
            _ => self.synchronised(&on),
        }
    }

    fn changed(&mut self, path: &Path, change: Change) {
        if !path.starts_with(&self.folder) || path.extension().is_some_and(|end| end == "db-shm") {
            return;
        }
        let gone = &mut self.gone;
        let new = || File { before: gone.remove(path), ..File::default() };
        self.files.entry(path.to_owned()).or_insert_with(new).pending.push(change);
        self.changes += 1;
    }

    fn unlinked(&mut self, path: &Path) {
        if let Some(file) = self.files.remove(path).filter(|file| file.named) {
            self.gone.insert(path.to_owned(), file.safe);
        }
    }

    fn synchronised(&mut self, path: &Path) {
        if path == self.folder {
            self.gone.clear();
            for file in self.files.values_mut() {
                (file.named, file.before) = (true, None);
            }
        } else if let Some(file) = self.files.get_mut(path) {
            for change in std::mem::take(&mut file.pending) {
                apply(&mut file.safe, &change);
            }
            self.syncs += 1;
        }
    }

    /// How many changes would be lost.
    pub fn unsafe_changes(&self) -> usize {
        self.files.values().map(|file| file.pending.len()).sum()
    }

    /// Makes the folder what the disk holds after the cut; `survives` decides about each change that was not safe.
    pub fn cut(mut self, mut survives: impl FnMut() -> bool) {
        for entry in std::fs::read_dir(&self.folder).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (path, file) in &mut self.files {
            if file.named {
                for change in file.pending.iter().filter(|_| survives()) {
                    apply(&mut file.safe, change);
                }
                std::fs::write(path, &file.safe).unwrap();
            } else if let Some(before) = &file.before {
                std::fs::write(path, before).unwrap();
            }
        }
        for (path, before) in &self.gone {
            std::fs::write(path, before).unwrap();
        }
        for entry in std::fs::read_dir(&self.folder).unwrap() {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(entry.unwrap().path(), mode).unwrap();
        }
    }
}

/// `\x61\x62` is `ab`.
fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.split("\\x").skip(1);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn path(hexadecimal: &str) -> PathBuf {
    PathBuf::from(String::from_utf8(bytes(hexadecimal)).unwrap())
}
