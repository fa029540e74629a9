//! CFG-5: what is put into the drop folder is offered, and a folder that nobody touches is left alone.

use super::{Home, home};
use crate::importing::{Watch, watch};
use notify::{RecursiveMode, Watcher as _};
use std::path::Path;
use std::time::Duration;

#[tokio::test]
async fn cfg_5_a_dropped_file_is_offered_once_it_is_whole_and_moved_aside_once_it_is_imported() {
    let home = home(true);
    let whole = std::fs::read(home.bundle(1, "defaults.language = \"ko\"\n", Some(&home.secret))).unwrap();
    let mut watch = home.imports.watch().unwrap();
    let drop = home.at("data/drop");
    std::fs::write(drop.join("half.postern-bundle"), &whole[..700]).unwrap();
    std::fs::write(drop.join("note.txt"), "no file of Postern's").unwrap();
    let other = drop.join("whole.postern-bundle");
    std::fs::write(&other, &whole).unwrap();
    // the half one came first, and waits
    assert_eq!(watch.next().await.unwrap(), other);
    std::fs::write(drop.join("half.postern-bundle"), &whole).unwrap();
    assert_eq!(watch.next().await.unwrap(), drop.join("half.postern-bundle"));
    // offered, and not imported by itself
    assert_eq!(home.user_file(), None);
    home.import(&other).unwrap();
    assert!(!other.exists() && drop.join("imported/whole.postern-bundle").exists());
    // what lies there at the start is offered too
    drop_and_again(&home, watch, &drop).await;
}

async fn drop_and_again(home: &Home, watch: Watch, drop: &Path) {
    std::mem::drop(watch);
    let mut again = home.imports.watch().unwrap();
    assert_eq!(again.next().await.unwrap(), drop.join("half.postern-bundle"));
}

// whoever looks into a folder is told of it as of any access: looking again because of that would never end
#[test]
fn cfg_5_looking_into_the_drop_folder_is_no_change_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (told, events) = std::sync::mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if watch::is_change(&event) {
            let _ = told.send(event.unwrap());
        }
    })
    .unwrap();
    std::fs::write(folder.path().join("a.toml"), "").unwrap();
    watcher.watch(folder.path(), RecursiveMode::NonRecursive).unwrap();
    for _ in 0..3 {
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::read(folder.path().join("a.toml")).unwrap();
    }
    let last = folder.path().join("b.toml");
    std::fs::write(&last, "b").unwrap();
    // they come in their order: nothing that was looked at before the new file
    let first = events.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(first.paths, [last]);
}
