//! What an operator does from the command line while the server runs: accounts and services, each act seen by whoever it
//! concerns, and a password that is never an argument.
#![cfg(unix)]

use crate::stage::{configuration, key_file, url};
use crate::world::{Database, PASSWORD, World, refused, token};
use contract::ProblemCode;
use contract::activity::Event;
use contract::operation::{GetAccount, GetSession, ListActivity};
use contract::session::SignIn;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A command of the program, with this on its standard input.
pub fn command(configuration: &Path, words: &[&str], input: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
    program.arg("--config").arg(configuration).args(words);
    let pipes = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    // a command that refuses may be gone before it has read anything
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// What a command that must work says.
pub fn said(configuration: &Path, words: &[&str], input: &str) -> String {
    let output = command(configuration, words, input);
    let fault = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{words:?}: {fault}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that must not work says.
pub fn refusal(configuration: &Path, words: &[&str], input: &str) -> String {
    let output = command(configuration, words, input);
    assert_eq!(output.status.code(), Some(1), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

const MINA: [&str; 10] = [
    "account",
    "create",
    "--name",
    "Mina Park",
    "--email",
    "mina@harbor.example",
    "--mobile-phone",
    "010-5550-1234",
    "--password-fd",
    "0",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_looks_after_accounts_beside_the_running_server() {
    let world = World::program(&["accounts.sign_up = false"]).await;
    let file = world.served_by().configuration();

    // the rules are those of everybody, and all that is wrong is said
    let common = refusal(file, &MINA, "passwordpassword\n");
    assert!(common.contains("the password is one of those that are guessed first"), "{common}");
    let short = refusal(file, &[&MINA[..5], &["nobody"], &MINA[6..]].concat(), "short\n");
    assert!(
        short.contains("email is not an email address") && short.contains("password is too short"),
        "{short}"
    );
    let id = said(file, &MINA, &format!("{PASSWORD}\n"));
    let taken = refusal(file, &MINA, &format!("{PASSWORD}\n"));
    assert!(taken.contains("the email address and the mobile phone belong to another account"), "{taken}");

    // its owner signs in at the server that was running all the while
    let signed_in = token(world.sign_in("mina@harbor.example", PASSWORD, "rack 4").await.unwrap());
    let account = world.ask(GetAccount { body: () }, Some(&signed_in)).await.unwrap();
    assert_eq!(
        (account.id.to_string().as_str(), account.mobile_phone.as_str()),
        (id.trim(), "+821055501234")
    );

    // the list tells accounts apart without telling whose they are
    let list = said(file, &["account", "list"], "");
    assert!(
        list.contains(id.trim()) && list.contains("m••••@harbor.example") && !list.contains("mina"),
        "{list}"
    );
    let list: serde_json::Value =
        serde_json::from_str(&said(file, &["account", "list", "--json"], "")).unwrap();
    assert_eq!((&list[0]["id"], &list[0]["disabled_at"]), (&id.trim().into(), &serde_json::Value::Null));

    // disabled: the session ends and signing in is refused as a wrong password is; enabled: as before
    let who = "mina@harbor.example";
    assert_eq!(said(file, &["account", "disable", who], ""), "disabled\n");
    assert_eq!(said(file, &["account", "disable", who], ""), "was disabled already\n");
    let ended = refused(world.ask(GetSession { body: () }, Some(&signed_in)).await);
    assert_eq!(ended.code, ProblemCode::Unauthenticated);
    let shut = refused(world.sign_in(who, PASSWORD, "rack 4").await);
    assert_eq!(shut.code, ProblemCode::CredentialsRefused);
    assert!(said(file, &["account", "list"], "").contains("disabled"));
    assert_eq!(said(file, &["account", "enable", id.trim()], ""), "enabled\n");
    assert_eq!(said(file, &["account", "reset-two-factor", who], ""), "has no second factor\n");
    let SignIn::Complete { .. } = world.sign_in(who, PASSWORD, "rack 4").await.unwrap() else {
        panic!("there is no second factor")
    };
    let signed_in = token(world.sign_in(who, PASSWORD, "rack 4").await.unwrap());
    let trail = world.ask(ListActivity { cursor: None, body: () }, Some(&signed_in)).await.unwrap();
    for event in [Event::AccountCreated, Event::AccountDisabled, Event::AccountEnabled] {
        assert_eq!(trail.entries.iter().filter(|entry| entry.event == event).count(), 1, "{event:?}");
    }

    // the right password of the disabled account was refused above: that counts until it is forgotten
    // locked by wrong guesses: the owner waits no longer, and sees whose doing that was
    assert_eq!(said(file, &["account", "unlock", who], ""), "unlocked: nobody waits any more\n");
    assert_eq!(said(file, &["account", "unlock", who], ""), "was not locked\n");
    for _ in 0..5 {
        refused(world.sign_in(who, "not the password at all", "rack 4").await);
    }
    assert_eq!(said(file, &["account", "unlock", who], ""), "unlocked: nobody waits any more\n");
    let SignIn::Complete { .. } = world.sign_in(who, PASSWORD, "rack 4").await.unwrap() else {
        panic!("there is no second factor")
    };
    let trail = world.ask(ListActivity { cursor: None, body: () }, Some(&signed_in)).await.unwrap();
    assert_eq!(trail.entries[1].event, Event::AccountUnlocked);

    // gone for good only where its address was typed
    assert!(refusal(file, &["account", "delete", who], "yes\n").contains("not its email address"));
    assert_eq!(said(file, &["account", "delete", who], "mina@harbor.example\n"), "deleted\n");
    assert!(refusal(file, &["account", "delete", who, "--yes"], "").contains("no such account"));
    let gone = refused(world.ask(GetSession { body: () }, Some(&signed_in)).await);
    assert_eq!(gone.code, ProblemCode::Unauthenticated);
    assert!(!world.served_by().log().contains("mina"));
}

on_both_databases! {
    db_5_acts_of_operators_give_way_to_each_other,
    otp_6_an_operator_ends_every_wait,
}

// DB-5: others at work on the same rows hold up what an operator does, and do not refuse it
async fn db_5_acts_of_operators_give_way_to_each_other(world: World) {
    let account = world.create("mina@harbor.example", "+821055501234", PASSWORD).await.unwrap().id;
    let mut acts = tokio::task::JoinSet::new();
    for act in 0..32 {
        let backend = world.backend.clone();
        acts.spawn(async move {
            match act % 4 {
                0 => backend.disable_account(account).await.map(|_| ()),
                1 => backend.enable_account(account).await.map(|_| ()),
                2 => backend.issue_service_credential("Gate").await.map(|_| ()),
                _ => backend.unlock_account(account).await.map(|_| ()),
            }
        });
    }
    for done in acts.join_all().await {
        done.unwrap();
    }
    assert_eq!(world.backend.services().await.unwrap().len(), 1);
}

// OTP-6: all of an account's doors are open again, and those of its addresses; another account's stay shut
async fn otp_6_an_operator_ends_every_wait(world: World) {
    let mina = world.person("mina@harbor.example", "+821055501234").await;
    let juno = world.create("juno@harbor.example", "+821055505678", PASSWORD).await.unwrap().id;
    let wrong = "not the password at all";
    for _ in 0..6 {
        refused(world.sign_in("mina@harbor.example", wrong, "stranger").await);
        refused(world.sign_in("juno@harbor.example", wrong, "stranger").await);
        refused(world.step_up(&mina.token, wrong).await);
    }
    let wait = async |email| refused(world.sign_in(email, PASSWORD, "desk").await).code;
    assert_eq!(wait("mina@harbor.example").await, ProblemCode::TooManyRequests);
    let account = world.ask(GetAccount { body: () }, Some(&mina.token)).await.unwrap().id;
    assert!(world.backend.unlock_account(account).await.unwrap());
    assert!(!world.backend.unlock_account(account).await.unwrap());
    assert!(world.step_up(&mina.token, PASSWORD).await.is_ok());
    assert!(world.sign_in("mina@harbor.example", PASSWORD, "desk").await.is_ok());
    assert_eq!(wait("juno@harbor.example").await, ProblemCode::TooManyRequests);
    assert!(world.backend.unlock_account(juno).await.unwrap());
    assert!(world.sign_in("juno@harbor.example", PASSWORD, "desk").await.is_ok());
    let nobody = world.backend.unlock_account(contract::AccountId(uuid::Uuid::from_u128(1))).await;
    assert_eq!(nobody.unwrap_err().code, ProblemCode::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_asks_with_a_credential_until_it_is_shut_out() {
    let world = World::program(&[]).await;
    let file = world.served_by().configuration();
    let secret = said(file, &["service-credential", "add", "Gate"], "");
    assert!(contract::key::ServiceSecret::parse(secret.trim()).is_some());
    assert!(!world.leaks(&[secret.trim()]));
    let ask = async || {
        let request = axum::http::Request::post("/v1/introspection")
            .header("authorization", format!("Bearer {}", secret.trim()))
            .header("content-type", "application/x-www-form-urlencoded");
        world.send(request.body(axum::body::Body::from("token=unknown")).unwrap()).await.status().as_u16()
    };
    assert_eq!(ask().await, 200);
    assert!(said(file, &["service-credential", "list"], "").trim().ends_with("Gate"));
    assert_eq!(said(file, &["service-credential", "remove", "Gate"], ""), "removed\n");
    assert_eq!(ask().await, 401);
    assert!(refusal(file, &["service-credential", "remove", "Gate"], "").contains("no service is called"));
}

#[test]
fn a_password_is_not_taken_as_an_argument_nor_without_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let configured = configuration(&url(&folder.path().join("accounts.db")), &[]);
    let argument = command(configured.path(), &[&MINA[..8], &["--password", PASSWORD]].concat(), "");
    assert_eq!(argument.status.code(), Some(2));
    assert!(refusal(configured.path(), &MINA[..8], "").contains("--password-fd"));
}

// the key is part of the data: another one is refused before anything was done with it
#[test]
fn another_key_than_the_one_of_the_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = url(&folder.path().join("accounts.db"));
    said(configuration(&database, &[]).path(), &["account", "list"], "");
    let key = folder.path().join("other.key");
    std::fs::write(&key, "00".repeat(32)).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let other = format!("key.file = \"{}\"", key.display());
    let file = configuration(&database, &[&other]);
    for words in [&["serve"][..], &["messages"], &["account", "list"]] {
        let said = refusal(file.path(), words, "");
        assert!(said.contains("other.key") && said.contains("Restore the key file"), "{said}");
    }
}

// a new key beside a database that has one would be a wrong one, which the next start would find there
async fn no_key_is_made_beside_a_database_that_has_one(database: Database) {
    let world = World::program_on(database, &[], "info").await;
    let key = key_file(&world.database());
    let away = key.with_extension("away");
    std::fs::rename(&key, &away).unwrap();
    let file = world.served_by().configuration();
    for words in [&["serve"][..], &["messages"], &["account", "list"]] {
        let said = refusal(file, words, "");
        assert!(said.contains("is not there") && said.contains("used with a key before"), "{said}");
        assert!(!key.exists(), "{words:?} made a key");
    }
    // what does not hold a key is said, and not to be removed
    std::fs::write(&key, "half a k").unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let half = refusal(file, &["account", "list"], "");
    assert!(half.contains("64 hexadecimal digits") && !half.contains("remove it"), "{half}");
    std::fs::rename(&away, &key).unwrap();
    assert!(said(file, &["account", "list"], "").starts_with("ID"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_is_made_beside_a_file_that_has_one() {
    no_key_is_made_beside_a_database_that_has_one(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_is_made_beside_a_shared_database_that_has_one() {
    no_key_is_made_beside_a_database_that_has_one(Database::Postgres).await;
}

// whoever does not let the server change the schema, does it by a command
#[test]
fn the_schema_is_changed_by_a_command_where_the_server_may_not() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("accounts.db");
    let file = configuration(&url(&database), &["database.migrate = false"]);
    let older = refusal(file.path(), &["serve"], "");
    assert!(older.contains("postern-backend migrate"), "{older}");
    said(file.path(), &["migrate"], "");
    assert!(said(file.path(), &["account", "list"], "").starts_with("ID"));
}

// U20: whoever reads the output may stop reading, and a full disk is no such reader
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u20_output_that_nobody_reads_is_no_fault() {
    let world = World::program(&[]).await;
    world.person("mina@harbor.example", "+821055501234").await;
    let file = world.served_by().configuration();
    for words in [
        &["openapi"][..],
        &["config-schema"],
        &["config-schema", "--page"],
        &["check-config"],
        &["check-config", "--json"],
        &["account", "list"],
        &["account", "list", "--json"],
        &["service-credential", "add", "harbor-gate"],
        &["service-credential", "list"],
        &["service-credential", "list", "--json"],
        &["messages"],
        &["migrate"],
        &["--help"],
        &["account", "--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
        program.arg("--config").arg(file).args(words);
        let out = program.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let fault = String::from_utf8(out.stderr).unwrap();
        assert!(out.status.success() && fault.is_empty(), "{words:?}: {fault}");
    }
    #[cfg(target_os = "linux")]
    for words in [&["openapi"][..], &["account", "list"], &["check-config"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
        let out = program.arg("--config").arg(file).args(words).stdout(full).output().unwrap();
        let fault = String::from_utf8(out.stderr).unwrap();
        assert!(out.status.code() == Some(1) && fault.contains("space"), "{words:?}: {fault}");
    }
}
