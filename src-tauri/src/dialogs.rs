//! The desktop's own dialogs for choosing a file and a place to save one. Rust opens them; windows have no permission for
//! them and never learn a path. One is open at a time.

use contract::{Problem, ProblemCode};
use postern_contract as contract;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::{Mutex, oneshot};

/// What a person chose; none where they chose nothing.
pub type Choice = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>>;

/// Something that asks a person for a file or a place.
pub trait Chooser: Send + Sync {
    /// An existing file with one of these endings, asked over the window of that label.
    fn open(&self, label: &str, endings: &[&str]) -> Choice;
    /// A place for a new file, with a name to begin with.
    fn save(&self, label: &str, name: &str) -> Choice;
}

/// The desktop's own dialogs.
pub struct Desktop<R: Runtime>(pub AppHandle<R>);

impl<R: Runtime> Desktop<R> {
    fn over(&self, label: &str) -> FileDialogBuilder<R> {
        let dialog = self.0.dialog().file();
        match self.0.get_webview_window(label) {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        }
    }
}

/// Passes on what was chosen; a dialog that went away with its window chose nothing.
fn chosen(show: impl FnOnce(Box<dyn FnOnce(Option<FilePath>) + Send>)) -> Choice {
    let (answer, answered) = oneshot::channel();
    show(Box::new(move |path| {
        let path = path.and_then(|path| path.into_path().ok());
        // the window that asked may be gone
        let _ = answer.send(path);
    }));
    Box::pin(async move { answered.await.ok().flatten() })
}

impl<R: Runtime> Chooser for Desktop<R> {
    fn open(&self, label: &str, endings: &[&str]) -> Choice {
        // shown as the pattern it is, in every language
        let pattern: Vec<String> = endings.iter().map(|ending| format!("*.{ending}")).collect();
        let dialog = self.over(label).add_filter(pattern.join(", "), endings);
        chosen(|answer| dialog.pick_file(answer))
    }

    fn save(&self, label: &str, name: &str) -> Choice {
        let dialog = self.over(label).set_file_name(name);
        chosen(|answer| dialog.save_file(answer))
    }
}

/// The dialogs of the application.
pub struct Dialogs {
    chooser: Box<dyn Chooser>,
    open: Mutex<()>,
}

impl Dialogs {
    /// Dialogs by that way of asking.
    pub fn new(chooser: Box<dyn Chooser>) -> Self {
        Self { chooser, open: Mutex::new(()) }
    }

    /// Asks for an existing file. Refused with `window_refused` while another dialog is open.
    pub async fn open(&self, label: &str, endings: &[&str]) -> Result<Option<PathBuf>, Problem> {
        let _alone = self.open.try_lock().map_err(|_| ProblemCode::WindowRefused)?;
        Ok(self.chooser.open(label, endings).await)
    }

    /// Asks for a place. A name without this ending gets it. Refused with `window_refused` while another dialog is open.
    pub async fn save(&self, label: &str, name: &str, ending: &str) -> Result<Option<PathBuf>, Problem> {
        let _alone = self.open.try_lock().map_err(|_| ProblemCode::WindowRefused)?;
        let chosen = self.chooser.save(label, name).await;
        Ok(chosen.map(|path| {
            if path.extension().is_some_and(|found| found == ending) {
                path
            } else {
                let mut whole = path.into_os_string();
                whole.push(".");
                whole.push(ending);
                whole.into()
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Chooser, Dialogs};
    use contract::ProblemCode;
    use postern_contract as contract;
    use std::path::{Path, PathBuf};

    /// A person who types this, or who never answers.
    struct Person(Option<&'static str>);

    impl Chooser for Person {
        fn open(&self, _label: &str, _endings: &[&str]) -> Choice {
            match self.0 {
                Some(typed) => Box::pin(async move { Some(PathBuf::from(typed)) }),
                None => Box::pin(std::future::pending()),
            }
        }

        fn save(&self, label: &str, _name: &str) -> Choice {
            self.open(label, &[])
        }
    }

    #[test]
    fn a_name_gets_the_ending_that_was_left_out() {
        for (typed, saved) in [
            ("/a/night shift", "/a/night shift.postern-plan"),
            ("/a/night.shift", "/a/night.shift.postern-plan"),
            ("/a/night.postern-plan", "/a/night.postern-plan"),
        ] {
            let dialogs = Dialogs::new(Box::new(Person(Some(typed))));
            let chosen = tauri::async_runtime::block_on(dialogs.save("plans", "x", "postern-plan"));
            assert_eq!(chosen, Ok(Some(Path::new(saved).to_owned())));
        }
    }

    #[test]
    fn one_dialog_is_open_at_a_time() {
        let dialogs = Dialogs::new(Box::new(Person(None)));
        tauri::async_runtime::block_on(async {
            let mut first = Box::pin(dialogs.open("plans", &["postern-plan"]));
            assert!(tokio::time::timeout(std::time::Duration::ZERO, &mut first).await.is_err());
            let second = dialogs.open("settings", &["toml"]).await;
            assert_eq!(second.map_err(|problem| problem.code), Err(ProblemCode::WindowRefused));
            // the window that asked is gone, and its dialog with it
            drop(first);
            let third = Box::pin(dialogs.open("plans", &["postern-plan"]));
            assert!(
                tokio::time::timeout(std::time::Duration::ZERO, third).await.is_err(),
                "it is asked again"
            );
        });
    }
}
