//! What comes from outside while the application runs: files and links of its own start, of a second start, or dragged
//! onto a window. A file is shown as waiting in the window where it is looked at; a link shows a page. Neither changes
//! anything: that takes a person and a click.

use contract::configuration::OfferedBy;
use contract::link::{Link, Shown};
use contract::shell::{Window, event};
use postern_client::config::Configured;
use postern_client::importing::Imports;
use postern_client::links::UsedLinks;
use postern_client::options;
use postern_client::plan::brought;
use postern_contract as contract;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::{AppHandle, Manager, Runtime};

use crate::announce;
use crate::handed::{self, Handed};
use crate::offers::{self, Offers};
use crate::plans;
use crate::windows::{self, FirstTab, Opened};

/// What came before the windows could be opened: a second start may be that quick. None once they can.
#[derive(Debug)]
pub struct Early(Mutex<Option<Vec<Handed>>>);

impl Default for Early {
    fn default() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }
}

impl Early {
    /// Keeps it until the windows can be opened; gives it back where they can be.
    fn keep(&self, handed: Handed) -> Option<Handed> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(kept) => {
                kept.push(handed);
                None
            }
            None => Some(handed),
        }
    }

    fn over(&self) -> Vec<Handed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

/// The windows can be opened: takes what this start hands over, and what came before.
pub fn begin<R: Runtime>(app: &AppHandle<R>, words: Vec<OsString>, folder: &Path) {
    let early = app.state::<Early>().over();
    if !words.is_empty() {
        take(app, &handed::sort(words, folder), OfferedBy::Opened);
    }
    for handed in early {
        take(app, &handed, OfferedBy::Opened);
    }
}

/// A second start hands over its command line and its folder. One that hands over nothing raises main.
pub fn second_start<R: Runtime>(app: &AppHandle<R>, arguments: Vec<String>, folder: &str) {
    let words = options::opened(arguments.into_iter().take(handed::WORDS_MAX));
    let handed = handed::sort(words, Path::new(folder));
    if handed == Handed::default() {
        windows::raise_main(app);
    } else if let Some(handed) = app.state::<Early>().keep(handed) {
        take(app, &handed, OfferedBy::Opened);
    }
}

/// Files were dropped onto a window.
pub fn dropped<R: Runtime>(app: &AppHandle<R>, files: Vec<PathBuf>) {
    let app = app.clone();
    // off the thread that draws: looking for a file may wait for a disk
    tauri::async_runtime::spawn_blocking(move || {
        take(&app, &Handed { link: None, files }, OfferedBy::Dragged);
    });
}

/// Lets files wait that device management puts into the watched folder. No window comes forward: nobody asked for it now.
pub fn watch_drop_folder<R: Runtime>(app: &AppHandle<R>) {
    let mut watch = match app.state::<Imports>().watch() {
        Ok(watch) => watch,
        Err(fault) => return tracing::warn!(%fault, "the drop folder is not watched"),
    };
    let app = app.clone();
    let places = plans::places(&app.state::<Configured>());
    tauri::async_runtime::spawn(async move {
        while let Some(file) = watch.next().await {
            let (places, path) = (places.clone(), file.clone());
            let looked = tauri::async_runtime::spawn_blocking(move || brought::is_applied(&places, &path));
            // a plan that was applied lies there until device management takes it away
            if looked.await.unwrap_or_default() {
                continue;
            }
            if app.state::<Offers>().add(&file, OfferedBy::DropFolder).is_some() {
                announce::all(&app, event::OFFERS_CHANGED, ());
            }
        }
    });
}

/// Lets prepared changes wait again that came along with an earlier import. No window comes forward: nobody asked for it now.
pub fn offer_what_was_imported<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    // off the thread that draws: looking for files may wait for a disk
    tauri::async_runtime::spawn_blocking(move || {
        let places = plans::places(&app.state::<Configured>());
        let mut found = false;
        let waiting = brought::waiting(&places).unwrap_or_else(|problem| {
            tracing::warn!(?problem, "imported plans cannot be listed");
            Vec::new()
        });
        for plan in waiting {
            found |= app.state::<Offers>().add(&plan, OfferedBy::Imported).is_some();
        }
        if found {
            announce::all(&app, event::OFFERS_CHANGED, ());
        }
    });
}

/// Lets files wait, and shows where; follows a link.
pub fn take<R: Runtime>(app: &AppHandle<R>, handed: &Handed, by: OfferedBy) {
    let mut shown: Vec<Window> = Vec::new();
    for file in &handed.files {
        match app.state::<Offers>().add(file, by) {
            Some(offer) => {
                let window = offers::window_of(offer.kind);
                if !shown.contains(&window) {
                    shown.push(window);
                }
            }
            None => {
                tracing::warn!("something that is no file of Postern's was handed over; it is left alone");
            }
        }
    }
    if !shown.is_empty() {
        announce::all(app, event::OFFERS_CHANGED, ());
    }
    for window in &shown {
        show(app, *window);
    }
    if let Some(link) = handed.link {
        let app = app.clone();
        tauri::async_runtime::spawn_blocking(move || follow(&app, link));
    } else if shown.is_empty() {
        windows::raise_main(app);
    }
}

/// Follows a link, once: that it is used is kept before anything is shown. It may wait for a disk.
pub fn follow<R: Runtime>(app: &AppHandle<R>, link: Link) {
    let used = Arc::clone(&app.state::<Arc<UsedLinks>>());
    if let Err(refused) = used.use_up(&link) {
        tracing::warn!(%refused, "a link is not followed");
        return windows::raise_main(app);
    }
    match link.shown {
        Shown::Tab(tab) => {
            app.state::<FirstTab>().set(tab);
            if show(app, Window::ManageAccount) == Some(Opened::Raised) {
                announce::one(app, &Window::ManageAccount.label(), event::SHOW_TAB, tab);
            }
        }
        Shown::Settings => drop(show(app, Window::Settings)),
        Shown::Plans => drop(show(app, Window::Plans)),
    }
}

fn show<R: Runtime>(app: &AppHandle<R>, window: Window) -> Option<Opened> {
    // why it could not be opened is in the record
    windows::open(app, window).ok()
}
