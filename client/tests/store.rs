//! The vault against real secret stores in every state: each failure has its own code and a way on, nothing is ever
//! written to a file, and whoever waits never waits longer than the limit.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod world;

use postern_client::vault::entry::{KeysOf, Name, Origin};
use postern_client::vault::{Limits, Vault};
use postern_contract::shell::StoreState;
use postern_contract::{AccountId, KeyId, ProblemCode, Secret};
use std::time::Duration;
use uuid::Uuid;
use world::provider::{Manner, provide};
use world::{
    CANARY, KEYRING_PASSWORD, Store, kill_the_daemon, lock, lock_collection, make_collection, make_default,
    run, session, start_the_daemon, start_the_daemon_locked, until,
};

fn vault() -> Vault {
    Vault::new(Limits::default())
}

/// Limits a test can wait for.
fn impatient() -> Vault {
    let short = Duration::from_millis(600);
    Vault::new(Limits { call: short, prompt: short, rest: Duration::from_secs(30), start: short })
}

fn token(word: &str) -> Secret<String> {
    Secret::new(format!("{CANARY}-{word}"))
}

fn here() -> Name {
    Name::Session(Origin::embedded())
}

fn harbor() -> Origin {
    Origin::of(&"https://harbor.example".parse().unwrap())
}

async fn failing(vault: &Vault) -> ProblemCode {
    match vault.state().await {
        StoreState::Failing(code) => code,
        state => panic!("the store should fail, and is {state:?}"),
    }
}

/// Nothing is kept where the store fails, until the person chooses memory: then it is, and nowhere else.
async fn memory_by_choice_only(vault: &Vault, code: ProblemCode) {
    assert_eq!(vault.usable().await.unwrap_err().code, code);
    assert_eq!(vault.write(&here(), token("refused")).await.unwrap_err().code, code);
    assert_eq!(vault.read(&here()).await.unwrap_err().code, code);
    assert_eq!(vault.use_memory_only().await, StoreState::MemoryOnly(code));
    vault.usable().await.unwrap();
    vault.write(&here(), token("kept")).await.unwrap();
    assert_eq!(vault.read(&here()).await.unwrap(), Some(token("kept")));
    vault.remove(&here()).await.unwrap();
    assert_eq!(vault.read(&here()).await.unwrap(), None);
}

#[test]
fn sec_1_an_unlocked_store_keeps_finds_and_removes() {
    session("sec_1_an_unlocked_store_keeps_finds_and_removes", Store::Unlocked, || async {
        let vault = vault();
        assert_eq!(vault.state().await, StoreState::Ready);
        assert_eq!(vault.read(&here()).await.unwrap(), None, "no entry is an answer");
        vault.write(&here(), token("one")).await.unwrap();
        vault.write(&here(), token("two")).await.unwrap();
        assert_eq!(vault.read(&here()).await.unwrap(), Some(token("two")));
        let seen = run("secret-tool", &["lookup", "service", "postern", "username", "session@embedded"]);
        assert_eq!(seen.unwrap(), *token("two").expose(), "it is in the operating system's store");
        assert_eq!(
            vault.use_memory_only().await,
            StoreState::Ready,
            "memory is no choice while the store works"
        );
        vault.remove(&here()).await.unwrap();
        vault.remove(&here()).await.unwrap();
        assert_eq!(vault.read(&here()).await.unwrap(), None);
    });
}

#[test]
fn sec_5_an_entry_of_another_account_or_backend_is_never_used() {
    session("sec_5_an_entry_of_another_account_or_backend_is_never_used", Store::Unlocked, || async {
        let vault = vault();
        let of = |origin: Origin, account| KeysOf { origin, account: AccountId(Uuid::from_u128(account)) };
        let key = KeyId(Uuid::from_u128(7));
        for (place, of) in [of(harbor(), 1), of(harbor(), 2), of(Origin::embedded(), 1)].iter().enumerate() {
            vault.write(&of.name(key), token(&place.to_string())).await.unwrap();
        }
        vault.write(&Name::Session(harbor()), token("harbor")).await.unwrap();
        assert_eq!(vault.read(&here()).await.unwrap(), None);
        let mine = of(harbor(), 1);
        assert_eq!(vault.keys(&mine).await.unwrap(), [(key, token("0"))]);
        vault.remove(&mine.name(key)).await.unwrap();
        assert_eq!(vault.keys(&mine).await.unwrap(), []);
        assert_eq!(vault.keys(&of(harbor(), 2)).await.unwrap(), [(key, token("1"))]);
    });
}

#[test]
fn sec_1_two_entries_of_one_name_are_told_and_both_removed() {
    session("sec_1_two_entries_of_one_name_are_told_and_both_removed", Store::Unlocked, || async {
        for other in ["1", "2"] {
            let store =
                "printf two | secret-tool store --label=x service postern username session@embedded other $0";
            run("sh", &["-c", store, other]).unwrap();
        }
        let vault = vault();
        assert_eq!(vault.read(&here()).await.unwrap_err().code, ProblemCode::StoreAmbiguous);
        assert_eq!(vault.write(&here(), token("three")).await.unwrap_err().code, ProblemCode::StoreAmbiguous);
        vault.remove(&here()).await.unwrap();
        assert_eq!(vault.read(&here()).await.unwrap(), None);
    });
}

#[test]
fn u17_a_locked_copy_in_another_keyring_does_not_stand_in_the_way() {
    session("u17_a_locked_copy_in_another_keyring_does_not_stand_in_the_way", Store::Unlocked, || async {
        let second = make_collection("second", "other harbor lamps").await;
        let store = "printf copy | secret-tool store --collection=$0 --label=x service postern username $1";
        for user in ["session@embedded", "session@https://harbor.example"] {
            run("sh", &["-c", store, &second, user]).unwrap();
        }
        let vault = vault();
        vault.write(&here(), token("changed")).await.unwrap();
        assert_eq!(vault.read(&here()).await.unwrap(), Some(token("changed")), "while both are unlocked");
        vault.remove(&here()).await.unwrap();
        run("sh", &["-c", store, &second, "session@embedded"]).unwrap();
        let mine = "printf mine | secret-tool store --label=x service postern username session@embedded";
        run("sh", &["-c", mine]).unwrap();
        assert_eq!(
            vault.read(&here()).await.unwrap(),
            Some(Secret::from("mine")),
            "the default keyring counts"
        );

        lock_collection(&second).await;
        assert_eq!(vault.state().await, StoreState::Ready);
        assert_eq!(vault.read(&here()).await.unwrap(), Some(Secret::from("mine")));
        vault.write(&here(), token("new")).await.unwrap();
        assert_eq!(vault.read(&here()).await.unwrap(), Some(token("new")));
        assert_eq!(vault.desktops(&Origin::embedded()).await.unwrap(), []);
        vault.remove(&here()).await.unwrap();
        // what only the locked keyring holds is locked, and unlocking asks for that keyring: there is no display here
        for name in [here(), Name::Session(harbor())] {
            assert_eq!(vault.read(&name).await.unwrap_err().code, ProblemCode::StoreLocked, "{name:?}");
        }
        assert!(matches!(vault.unlock().await, StoreState::Failing(_)));
    });
}

#[test]
fn u18_a_keyring_without_a_password_is_unlocked_without_a_question() {
    let name = "u18_a_keyring_without_a_password_is_unlocked_without_a_question";
    session(name, Store::Unused, || async {
        let open = make_collection("open", "").await;
        make_default(&open).await;
        // no canary: a keyring without a password is kept by its daemon as plain text
        let kept = || Secret::from("kept");
        vault().write(&here(), kept()).await.unwrap();
        kill_the_daemon().await;
        start_the_daemon_locked().await;
        lock_collection(&open).await;
        let vault = vault();
        assert_eq!(vault.state().await, StoreState::Ready);
        assert_eq!(vault.read(&here()).await.unwrap(), Some(kept()));
    });
}

#[test]
fn sec_1_a_locked_store_is_not_opened_by_looking_at_it() {
    session("sec_1_a_locked_store_is_not_opened_by_looking_at_it", Store::Unlocked, || async {
        let vault = vault();
        vault.write(&here(), token("before")).await.unwrap();
        lock().await;
        assert_eq!(failing(&vault).await, ProblemCode::StoreLocked);
        assert_eq!(vault.read(&here()).await.unwrap_err().code, ProblemCode::StoreLocked);
        // there is no display here, so the prompt cannot be shown
        assert!(matches!(vault.unlock().await, StoreState::Failing(_)));
        memory_by_choice_only(&vault, ProblemCode::StoreLocked).await;
    });
}

/// Does at the prompt what a person does there, until it has an effect.
async fn at_the_prompt(unlocking: impl Future<Output = StoreState>, keys: &str) -> StoreState {
    tokio::pin!(unlocking);
    loop {
        // to whoever has the keyboard: keys sent to a window are ignored by it
        let shown = "xdotool search --sync --onlyvisible --class gcr-prompter";
        let mut prompt = std::process::Command::new("sh");
        prompt.args(["-c", &format!("{shown} && {keys}")]);
        let mut typing = tokio::task::spawn_blocking(move || prompt.output());
        tokio::select! {
            state = &mut unlocking => return state,
            _ = &mut typing => {}
        }
        if let Ok(state) = tokio::time::timeout(Duration::from_secs(2), &mut unlocking).await {
            return state;
        }
    }
}

#[test]
fn sec_1_the_desktops_own_prompt_unlocks_or_is_dismissed() {
    session("sec_1_the_desktops_own_prompt_unlocks_or_is_dismissed", Store::WithPrompt, || async {
        let vault = vault();
        vault.write(&here(), token("before")).await.unwrap();
        lock().await;
        assert_eq!(failing(&vault).await, ProblemCode::StoreLocked);
        let dismissed = at_the_prompt(vault.unlock(), "xdotool key Escape").await;
        assert_eq!(dismissed, StoreState::Failing(ProblemCode::StorePromptDismissed));
        let keys = format!("xdotool key ctrl+a && xdotool type '{KEYRING_PASSWORD}' && xdotool key Return");
        assert_eq!(at_the_prompt(vault.unlock(), &keys).await, StoreState::Ready);
        assert_eq!(vault.read(&here()).await.unwrap(), Some(token("before")));
    });
}

#[test]
fn sec_1_the_desktops_own_prompt_makes_the_first_collection() {
    session("sec_1_the_desktops_own_prompt_makes_the_first_collection", Store::UnusedWithPrompt, || async {
        let vault = vault();
        assert_eq!(failing(&vault).await, ProblemCode::StoreLocked);
        let word = format!("xdotool key ctrl+a && xdotool type '{KEYRING_PASSWORD}'");
        let keys = format!("{word} && xdotool key Tab && {word} && xdotool key Return");
        assert_eq!(at_the_prompt(vault.unlock(), &keys).await, StoreState::Ready);
        vault.write(&here(), token("first")).await.unwrap();
        assert_eq!(vault.read(&here()).await.unwrap(), Some(token("first")));
    });
}

#[test]
fn sec_1_a_store_without_a_collection_is_like_a_locked_one() {
    session("sec_1_a_store_without_a_collection_is_like_a_locked_one", Store::Unused, || async {
        memory_by_choice_only(&vault(), ProblemCode::StoreLocked).await;
    });
}

#[test]
fn sec_1_no_provider() {
    session("sec_1_no_provider", Store::Absent, || async {
        memory_by_choice_only(&vault(), ProblemCode::StoreAbsent).await;
    });
}

#[test]
fn sec_1_no_bus() {
    session("sec_1_no_bus", Store::NoBus, || async {
        memory_by_choice_only(&vault(), ProblemCode::StoreNoBus).await;
    });
}

#[test]
fn sec_1_the_address_of_no_bus() {
    session("sec_1_the_address_of_no_bus", Store::BadAddress, || async {
        memory_by_choice_only(&vault(), ProblemCode::StoreNoBus).await;
    });
}

#[test]
fn sec_1_a_store_that_dies_and_comes_back_is_found_again() {
    session("sec_1_a_store_that_dies_and_comes_back_is_found_again", Store::Unlocked, || async {
        let vault = vault();
        vault.write(&here(), token("before")).await.unwrap();
        kill_the_daemon().await;
        assert_eq!(vault.read(&here()).await.unwrap_err().code, ProblemCode::StoreAbsent);
        start_the_daemon().await;
        assert_eq!(vault.read(&here()).await.unwrap(), Some(token("before")));
    });
}

#[test]
fn sec_3_a_hung_store_is_left_alone_and_found_again() {
    session("sec_3_a_hung_store_is_left_alone_and_found_again", Store::Absent, || async {
        let silent = provide(Manner::Silent).await;
        let vault = impatient();
        assert_eq!(vault.read(&here()).await.unwrap_err().code, ProblemCode::StoreHung);
        assert_eq!(vault.read(&here()).await.unwrap_err().code, ProblemCode::StoreHung);
        silent.close().await.unwrap();
        start_the_daemon().await;
        until("asking for it finds the store again", async || vault.unlock().await == StoreState::Ready)
            .await;
        vault.write(&here(), token("after")).await.unwrap();
    });
}

#[test]
fn sec_3_other_work_goes_on_while_the_store_hangs() {
    session("sec_3_other_work_goes_on_while_the_store_hangs", Store::Absent, || async {
        let _silent = provide(Manner::Silent).await;
        let vault = impatient();
        let name = here();
        let waiting = vault.read(&name);
        tokio::pin!(waiting);
        let (mut beat, mut beats) = (tokio::time::interval(Duration::from_millis(20)), 0_u32);
        loop {
            tokio::select! {
                answer = &mut waiting => { assert!(answer.is_err()); break; }
                _ = beat.tick() => beats += 1,
            }
        }
        assert!(beats > 5, "{beats} beats");
        // whoever stops waiting is free at once
        let canceled = tokio::time::timeout(Duration::from_millis(1), vault.unlock()).await;
        assert!(canceled.is_err());
    });
}

#[test]
fn sec_1_a_refusing_store() {
    session("sec_1_a_refusing_store", Store::Absent, || async {
        let _refusing = provide(Manner::Refusing).await;
        memory_by_choice_only(&vault(), ProblemCode::StoreDenied).await;
    });
}

#[test]
fn sec_1_a_dismissed_prompt() {
    session("sec_1_a_dismissed_prompt", Store::Absent, || async {
        let _locked = provide(Manner::Dismissed).await;
        let vault = vault();
        assert_eq!(failing(&vault).await, ProblemCode::StoreLocked);
        assert_eq!(vault.unlock().await, StoreState::Failing(ProblemCode::StorePromptDismissed));
        memory_by_choice_only(&vault, ProblemCode::StoreLocked).await;
    });
}

#[test]
fn sec_3_a_prompt_nobody_answers_ends() {
    session("sec_3_a_prompt_nobody_answers_ends", Store::Absent, || async {
        let _locked = provide(Manner::PromptLeftOpen).await;
        let vault = impatient();
        assert_eq!(vault.unlock().await, StoreState::Failing(ProblemCode::StoreLocked));
    });
}

#[test]
fn sec_2_what_memory_held_moves_into_the_store_once_it_can_be_used() {
    session("sec_2_what_memory_held_moves_into_the_store_once_it_can_be_used", Store::Absent, || async {
        let vault = vault();
        assert_eq!(vault.use_memory_only().await, StoreState::MemoryOnly(ProblemCode::StoreAbsent));
        vault.write(&here(), token("kept")).await.unwrap();
        assert_eq!(vault.unlock().await, StoreState::MemoryOnly(ProblemCode::StoreAbsent));
        start_the_daemon().await;
        assert_eq!(vault.unlock().await, StoreState::Ready);
        assert_eq!(vault.read(&here()).await.unwrap(), Some(token("kept")));
        let seen = run("secret-tool", &["lookup", "service", "postern", "username", "session@embedded"]);
        assert_eq!(seen.unwrap(), *token("kept").expose());
    });
}
