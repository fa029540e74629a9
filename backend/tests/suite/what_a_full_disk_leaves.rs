//! A disk without room: whoever writes is told so, whoever reads is served, and as soon as there is room everything goes
//! on without a hand.
#![cfg(target_os = "linux")]

use crate::ledger::{Keys, Names, Writer};
use crate::what_a_kill_leaves::integrity;
use crate::world::{PASSWORD, World};
use contract::ProblemCode;
use contract::operation::{GetAccount, ListActivity, ListKeys, ListSessions};
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

/// Takes all the room there is.
struct Filler(PathBuf);

impl Filler {
    fn fill(&self) {
        let mut file = File::options().append(true).create(true).open(&self.0).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn free(&self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

// DB-3: eight mebibytes, full, and free again, twice
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_3_a_full_disk_is_said_and_heals() {
    let mut world = World::program(&[]).await;
    let person = world.person("names@harbor.example", "+821055501001").await;
    let mut names = Names::of(&world, person.clone()).await;
    let mut keys = Keys::of(world.person("keys@harbor.example", "+821055501002").await);
    world.look_away().await;
    let folder = world.database().parent().unwrap().to_owned();
    let spare = tempfile::tempdir().unwrap();
    let small = format!(
        "cp -a {from}/. {spare} && mount -t tmpfs -o size=8m,mode=700 none {from} && cp -a {spare}/. {from} && exec \"$0\" \"$@\"",
        from = folder.display(),
        spare = spare.path().display()
    );
    world.serving().stop();
    world.serving().start_again_within(&["unshare", "-rm", "sh", "-c", &small]);
    // its file systems as the program sees them
    let inside = PathBuf::from(format!("/proc/{}/root", world.served_by().process()));
    let inside = inside.join(folder.strip_prefix("/").unwrap());
    let filler = Filler(inside.join("filler"));
    let me = Some(&person.token);
    for _ in 0..2 {
        filler.fill();
        // the log has some room of its own to go on in
        let mut full = false;
        for _ in 0..2000 {
            names.act(&world).await;
            keys.act(&world).await;
            let refused = world.sign_in("keys@harbor.example", PASSWORD, "desk").await.err();
            if let Some(problem) = refused {
                assert_eq!((problem.code, problem.status), (ProblemCode::StorageFull, 507));
                full = true;
                break;
            }
        }
        assert!(full, "there was always room");
        for _ in 0..20 {
            world.ask(GetAccount { body: () }, me).await.unwrap();
            world.ask(ListKeys { body: () }, me).await.unwrap();
            world.ask(ListSessions { body: () }, me).await.unwrap();
            world.ask(ListActivity { cursor: None, body: () }, me).await.unwrap();
        }
        filler.free();
        let before = names.promised();
        assert!(names.act(&world).await);
        assert_eq!(names.promised(), before + 1, "there is room again");
        world.sign_in("keys@harbor.example", PASSWORD, "desk").await.unwrap();
        names.settle(&world).await;
        keys.settle(&world).await;
    }
    let log = world.served_by().log();
    assert!(log.contains("no room") && !log.contains("panic"), "{log}");
    // what is on that disk when the program is killed, before the disk goes with it
    world.served_by().freeze();
    for file in std::fs::read_dir(&inside).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    world.serving().kill();
    integrity(&world.database()).await;
    world.serving().start_again_within(&[]);
    names.settle(&world).await;
    keys.settle(&world).await;
    assert!(names.act(&world).await);
}
