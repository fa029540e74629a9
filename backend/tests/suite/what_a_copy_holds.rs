//! Copies of the database, taken while others write to it, and the way back. DB-6
#![cfg(unix)]

use crate::depth::rounds;
use crate::stage::{configuration, url};
use crate::what_an_operator_does::{refusal, said};
use crate::world::{PASSWORD, Person, World, refused, token};
use contract::ProblemCode;
use contract::account::AccountChange;
use contract::operation::{CancelSubscription, ChangeAccount, GetAccount, GetSession};
use contract::session::Cancellation;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Gives an account one name after the other, `Mina 1`, `Mina 2`, …, and notes the last that was acknowledged.
async fn rename(world: Arc<World>, person: Person, acknowledged: Arc<AtomicU32>, enough: Arc<AtomicU32>) {
    while enough.load(Ordering::SeqCst) == 0 {
        let next = acknowledged.load(Ordering::SeqCst) + 1;
        let if_match = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
        let body = AccountChange { name: Some(format!("Mina {next}")), ..AccountChange::default() };
        world.ask(ChangeAccount { if_match, body }, Some(&person.token)).await.unwrap();
        acknowledged.store(next, Ordering::SeqCst);
    }
}

/// Which of those names the account has there.
async fn found(world: &World, email: &str) -> u32 {
    let session = token(world.sign_in(email, PASSWORD, "rack 9").await.unwrap());
    let name = world.ask(GetAccount { body: () }, Some(&session)).await.unwrap().name;
    name.strip_prefix("Mina ").and_then(|number| number.parse().ok()).unwrap_or_default()
}

// DB-6: a copy under load holds everything that was acknowledged before it began, for every writer, and nothing by halves
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_6_a_copy_under_load_holds_all_that_was_acknowledged_before() {
    let world = Arc::new(World::program(&[]).await);
    let file = world.served_by().configuration().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let enough = Arc::new(AtomicU32::new(0));
    let mut writers = Vec::new();
    for n in 0..3 {
        let person = world.person(&format!("mina{n}@harbor.example"), &format!("+82105550100{n}")).await;
        let acknowledged = Arc::new(AtomicU32::new(0));
        let task = rename(Arc::clone(&world), person.clone(), Arc::clone(&acknowledged), Arc::clone(&enough));
        writers.push((person.email, acknowledged, tokio::spawn(task)));
    }
    let mut copies = Vec::new();
    for round in 0..rounds(3, 20) {
        let before: Vec<u32> = writers.iter().map(|(_, done, _)| done.load(Ordering::SeqCst)).collect();
        let copy = folder.path().join(format!("{round}.db"));
        said(&file, &["backup", copy.to_str().unwrap()], "");
        let after: Vec<u32> = writers.iter().map(|(_, done, _)| done.load(Ordering::SeqCst) + 1).collect();
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        copies.push((copy, before, after));
    }
    enough.store(1, Ordering::SeqCst);
    let mut emails = Vec::new();
    for (email, _, task) in writers {
        task.await.unwrap();
        emails.push(email);
    }
    assert!(copies.last().unwrap().1.iter().all(|acknowledged| *acknowledged > 0), "nobody wrote meanwhile");

    for (copy, before, after) in copies {
        let place = tempfile::tempdir().unwrap();
        let database = place.path().join("accounts.db");
        // the key belongs to the data
        std::fs::copy(world.database().with_extension("db.key"), place.path().join("accounts.db.key"))
            .unwrap();
        let file = configuration(&url(&database), &[]);
        let copy = copy.to_str().unwrap();
        assert!(said(file.path(), &["restore", copy, "--verify"], "").contains("3 accounts"));
        assert!(!database.exists());
        said(file.path(), &["restore", copy], "");
        let world = World::restored(place).await;
        for ((email, before), after) in emails.iter().zip(before).zip(after) {
            let found = found(&world, email).await;
            assert!((before..=after).contains(&found), "{before} ≤ {found} ≤ {after}");
        }
    }
}

// DB-6: what is damaged, unknown or another's is not restored, and nothing is overwritten or lost
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_6_only_a_verified_copy_takes_the_place_of_a_database_and_that_is_kept() {
    let mut world = World::program(&[]).await;
    let file = world.served_by().configuration().to_owned();
    world.person("mina@harbor.example", "+821055501234").await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    let path = copy.to_str().unwrap().to_owned();
    said(&file, &["backup", &path], "");
    assert!(refusal(&file, &["backup", &path], "").contains("there already"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside");

    // damage anywhere is found
    let whole = std::fs::read(&copy).unwrap();
    let damaged = folder.path().join("damaged.db");
    for (from, to) in [(0, 16), (whole.len() / 2, whole.len() / 2 + 4096), (whole.len() - 4096, whole.len())]
    {
        let mut bytes = whole.clone();
        bytes[from..to].fill(0xA5);
        std::fs::write(&damaged, bytes).unwrap();
        let said = refusal(&file, &["restore", damaged.to_str().unwrap(), "--verify"], "");
        assert!(said.contains("damaged.db") && said.contains("nothing was changed"), "{said}");
    }
    std::fs::write(&damaged, &whole[..whole.len() / 2]).unwrap();
    refusal(&file, &["restore", damaged.to_str().unwrap(), "--verify"], "");
    let other = format!("key.file = \"{}\"", folder.path().join("other.key").display());
    std::fs::write(folder.path().join("other.key"), "00".repeat(32)).unwrap();
    std::fs::set_permissions(folder.path().join("other.key"), std::fs::Permissions::from_mode(0o600))
        .unwrap();
    let another = configuration(&url(&world.database()), &[&other]);
    assert!(refusal(another.path(), &["restore", &path, "--verify"], "").contains("another key"));

    // over a database only where that is asked for, and never under a running server
    assert!(refusal(&file, &["restore", &path], "").contains("--replace"));
    assert!(refusal(&file, &["restore", &path, "--replace"], "").contains("in use"));
    world.person("later@harbor.example", "+821055509999").await;
    world.look_away().await;
    world.serving().kill();
    let done = said(&file, &["restore", &path, "--replace"], "");
    let kept = done.lines().find_map(|line| line.strip_prefix("The database before it is kept: ")).unwrap();
    world.serving().start_again();
    assert!(world.sign_in("mina@harbor.example", PASSWORD, "rack 9").await.is_ok());
    assert!(world.sign_in("later@harbor.example", PASSWORD, "rack 9").await.is_err());
    let before = configuration(&url(Path::new(kept)), &[&key_line(&world.database())]);
    assert!(said(before.path(), &["account", "list"], "").contains("l••••@harbor.example"));
}

// DB-6: a log that a killed program left behind is no part of the copy, whether or not its database is still there
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_6_nothing_that_lay_beside_the_old_database_gets_into_the_restored_one() {
    let mut world = World::program(&[]).await;
    let file = world.served_by().configuration().to_owned();
    let database = world.database();
    let mina = world.person("mina@harbor.example", "+821055501234").await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    let copy = copy.to_str().unwrap();
    said(&file, &["backup", copy], "");
    world.person("later@harbor.example", "+821055509999").await;
    world.look_away().await;
    // whoever closes the database empties its log, so there is something in it again
    let later = token(world.sign_in("later@harbor.example", PASSWORD, "rack 9").await.unwrap());
    world.serving().kill();
    let beside = |ending: &str| database.with_extension(format!("db{ending}"));
    assert!(std::fs::metadata(beside("-wal")).unwrap().len() > 0, "the program left no log");
    std::fs::rename(&database, folder.path().join("away.db")).unwrap();
    std::fs::write(beside("-journal"), "left behind").unwrap();
    let done = said(&file, &["restore", copy], "");
    assert!(done.contains("everybody signs in anew") && done.contains(".before-"), "{done}");
    let endings = ["-wal", "-shm", "-journal"];
    assert!(endings.iter().all(|ending| !beside(ending).exists()));
    assert_eq!(std::fs::metadata(&database).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = std::fs::read_dir(database.parent().unwrap()).unwrap();
    let kept: Vec<_> = kept.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let aside = |ending: &str| kept.iter().any(|name| name.contains(".before-") && name.ends_with(ending));
    assert!(endings.iter().all(|ending| aside(ending)), "{kept:?}");

    world.serving().start_again();
    let list = said(&file, &["account", "list"], "");
    assert!(list.contains("m••••@") && !list.contains("l••••@"), "{list}");
    // her session of then may have ended since
    for token in [&mina.token, &later] {
        let ended = refused(world.ask(GetSession { body: () }, Some(token)).await);
        assert_eq!(ended.code, ProblemCode::Unauthenticated);
    }
    assert!(world.sign_in("mina@harbor.example", PASSWORD, "rack 9").await.is_ok());
}

// DB-6: the server can use what an administrator restored, as it could what was there
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_6_a_restored_database_belongs_to_whom_the_old_one_belonged() {
    let mut world = World::program(&[]).await;
    let file = world.served_by().configuration().to_owned();
    let database = world.database();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    said(&file, &["backup", copy.to_str().unwrap()], "");
    world.look_away().await;
    world.serving().kill();
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o640)).unwrap();
    // only root may give a file away
    let given = std::os::unix::fs::chown(&database, Some(65_534), Some(65_534)).is_ok();
    said(&file, &["restore", copy.to_str().unwrap(), "--replace"], "");
    let restored = std::fs::metadata(&database).unwrap();
    assert_eq!(restored.permissions().mode() & 0o777, 0o640);
    assert_eq!((restored.uid() == 65_534, restored.gid() == 65_534), (given, given));

    // a database that cannot be asked may be in use
    std::fs::remove_file(&database).unwrap();
    std::fs::create_dir(&database).unwrap();
    let undecided = refusal(&file, &["restore", copy.to_str().unwrap(), "--replace"], "");
    assert!(undecided.contains("cannot be told") && database.is_dir(), "{undecided}");
}

// DB-6, DEL-1: whoever canceled since the copy stays erased, in later restores too, unless an operator brings them back
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_6_whoever_canceled_since_the_copy_stays_erased() {
    let mut world = World::program(&[]).await;
    let file = world.served_by().configuration().to_owned();
    let database = world.database();
    let mina = world.person("mina@harbor.example", "+821055501234").await;
    let jun = world.person("jun@harbor.example", "+821055504321").await;
    let copy = database.with_file_name("copy.db");
    let copy = copy.to_str().unwrap();
    said(&file, &["backup", copy], "");
    let cancel = CancelSubscription { body: Cancellation { agree: true } };
    world.ask(cancel, Some(&mina.token)).await.unwrap();
    world.look_away().await;
    world.serving().kill();

    let is_in = |what: &str| {
        let bytes = std::fs::read(&database).unwrap();
        bytes.windows(what.len()).any(|window| window == what.as_bytes())
    };
    // the second time, the database that is replaced is one that was restored itself
    for _ in 0..2 {
        let done = said(&file, &["restore", copy, "--replace"], "");
        assert!(done.contains("Canceled since the copy, and still erased: 1 account."), "{done}");
        assert!(is_in(&jun.email) && !is_in(&mina.email) && !is_in("+821055501234"));
    }
    world.serving().start_again();
    assert!(world.sign_in(&jun.email, PASSWORD, "rack 9").await.is_ok());
    assert_eq!(
        refused(world.sign_in(&mina.email, PASSWORD, "rack 9").await).code,
        ProblemCode::CredentialsRefused
    );
    world.serving().kill();
    let done = said(&file, &["restore", copy, "--replace", "--bring-back-canceled"], "");
    assert!(done.contains("are there and enabled"), "{done}");
    world.serving().start_again();
    world.sign_in(&mina.email, PASSWORD, "rack 9").await.unwrap();
}

fn key_line(database: &Path) -> String {
    format!("key.file = \"{}.key\"", database.display())
}

// the engine's own tools do it better
#[test]
fn a_copy_of_postgresql_is_left_to_its_own_tools() {
    let key =
        format!("key.file = \"{}\"", tempfile::tempdir().unwrap().path().with_extension("key").display());
    let file = configuration("postgres://postern@db.example/accounts?sslmode=verify-full", &[&key]);
    let said = refusal(file.path(), &["backup", "/nowhere/copy.db"], "");
    assert!(said.contains("pg_dump") && said.contains("pg_basebackup"), "{said}");
}

// U13: what was committed last may be in the log alone, so that a copy with `cp` is not restored without it
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u13_a_copy_with_a_log_beside_it_is_refused() {
    let world = World::program(&[]).await;
    world.person("mina@harbor.example", "+821055501234").await;
    let folder = tempfile::tempdir().unwrap();
    let (copy, link) = (folder.path().join("copy.db"), folder.path().join("link.db"));
    let beside = |file: &Path, ending: &str| {
        file.with_file_name(format!("{}{ending}", file.file_name().unwrap().to_str().unwrap()))
    };
    std::fs::copy(world.database(), &copy).unwrap();
    std::fs::copy(beside(&world.database(), "-wal"), beside(&copy, "-wal")).unwrap();
    std::os::unix::fs::symlink(&copy, &link).unwrap();
    let target = folder.path().join("accounts.db");
    std::fs::copy(world.database().with_extension("db.key"), folder.path().join("accounts.db.key")).unwrap();
    let file = configuration(&url(&target), &[]);
    let bytes = std::fs::metadata(beside(&copy, "-wal")).unwrap().len();
    assert!(bytes > 0);
    for from in [&copy, &link] {
        for words in
            [vec!["restore", from.to_str().unwrap()], vec!["restore", "--verify", from.to_str().unwrap()]]
        {
            let why = refusal(file.path(), &words, "");
            assert!(why.contains(&format!("a log of {bytes} bytes lies beside the copy")), "{why}");
            assert!(!target.exists(), "nothing was changed");
        }
    }
    std::fs::rename(beside(&copy, "-wal"), beside(&copy, "-journal")).unwrap();
    assert!(refusal(file.path(), &["restore", copy.to_str().unwrap()], "").contains("-journal"));
    // an empty one holds nothing, and the index of a log neither
    std::fs::write(beside(&copy, "-journal"), "").unwrap();
    std::fs::write(beside(&copy, "-shm"), "index").unwrap();
    let whole = folder.path().join("whole.db");
    said(world.served_by().configuration(), &["backup", whole.to_str().unwrap()], "");
    std::fs::rename(&whole, &copy).unwrap();
    assert!(said(file.path(), &["restore", copy.to_str().unwrap()], "").contains("1 account"));
}

// U12: what is backed up and restored may lie in a folder of any name
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u12_copies_may_lie_in_a_folder_of_any_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let world = World::program(&[]).await;
    world.person("mina@harbor.example", "+821055501234").await;
    for name in [&b"a?mode=ro&b#c %41"[..], b"no \xff utf-8"] {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::create_dir(&folder).unwrap();
        let run = |configuration: &Path, word: &str, copy: &Path| {
            let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_postern-backend"));
            let out = program.arg("--config").arg(configuration).arg(word).arg(copy).output().unwrap();
            assert!(out.status.success(), "{name:?}: {}", String::from_utf8_lossy(&out.stderr));
            String::from_utf8_lossy(&out.stdout).into_owned()
        };
        run(world.served_by().configuration(), "backup", &folder.join("copy.db"));
        let target = home.path().join("accounts.db");
        std::fs::copy(world.database().with_extension("db.key"), home.path().join("accounts.db.key"))
            .unwrap();
        let file = configuration(&url(&target), &[]);
        assert!(run(file.path(), "restore", &folder.join("copy.db")).contains("1 account"));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside the copy");
    }
}
