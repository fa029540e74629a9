//! docs/prepared-offline.md word for word: the commands of its fenced blocks are run in their order, each at a terminal of its
//! computer. Both computers begin with nothing.

use crate::command::Home;
use crate::killer::Killer;
use crate::person::{EMAIL, PASSWORD, PHONE, create_account_at, sign_in_as};
use crate::talk::Talk;
use postern_client::Desk;
use postern_contract::ProblemCode;

const PAGE: &str = include_str!("../../../docs/prepared-offline.md");
/// The line that a reader changes.
const BACKEND: &str = "BACKEND=https://accounts.harbor.example";

/// A block of commands.
struct Block {
    /// The computer: `office`, `desk` or `both`.
    computer: &'static str,
    /// The exit code of its last command.
    ends: i32,
    commands: String,
}

/// The blocks of commands, in their order.
fn blocks() -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        let Some(about) = line.trim_start().strip_prefix("```sh ") else { continue };
        let indent = line.len() - line.trim_start().len();
        let inside = lines.by_ref().take_while(|line| line.trim() != "```");
        let commands = inside.flat_map(|line| [line.get(indent..).unwrap_or_default(), "\n"]).collect();
        let (computer, ends) = about.split_once(" ends=").unwrap_or((about, "0"));
        found.push(Block { computer, ends: ends.parse().unwrap(), commands });
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn f19_the_page_prepared_offline_works_word_for_word() {
    let folder = tempfile::tempdir().unwrap();
    let killer = Killer::serve(folder.path()).await;
    let desk = Desk::open(killer.options()).await.unwrap();
    desk.use_memory_only().await;
    create_account_at(&desk, async || killer.backend.messages().await.unwrap(), EMAIL, PHONE).await;
    let (url, stick) = (killer.url(), tempfile::tempdir().unwrap());
    let computers = ["office", "desk"].map(|name| (name, Home::new()));
    for (_, home) in &computers {
        std::os::unix::fs::symlink(stick.path(), home.at("stick")).unwrap();
    }
    let password = format!("Password of {EMAIL} at {url}:");
    // a shell of one block does not know the variables of another
    let mut variable = String::new();
    let mut asked_in_all = [0; 4];
    for Block { computer, ends, commands } in blocks() {
        if commands.trim() == BACKEND {
            assert_eq!((computer, variable.as_str()), ("both", ""), "it is set once, on both");
            variable = format!("BACKEND={url}\n");
            continue;
        }
        assert!(!commands.contains(BACKEND), "{commands}");
        let (_, home) = computers.iter().find(|(name, _)| *name == computer).unwrap();
        home.write("block.sh", format!("{variable}{commands}"));
        let known = [
            ("Password of the secret key:", "correct horse"),
            ("The same password again:", "correct horse"),
            (&*password, PASSWORD),
            ("Import it? [y/N]", "y"),
        ];
        let (asked, (code, told)) = Talk::shell_at_a_terminal(home, "block.sh").answers(known).await;
        assert_eq!(code, Some(ends), "{commands}\n{told}");
        // a new password is asked for twice, which is said once
        let questions = asked.iter().sum::<usize>() - asked[1];
        assert_eq!(questions, commands.matches("# asks ").count(), "{commands}\n{told}");
        for (all, now) in asked_in_all.iter_mut().zip(asked) {
            *all += now;
        }
        assert!(!told.contains(PASSWORD) && !told.contains("correct horse"), "{told}");
    }
    assert!(!variable.is_empty());
    assert_eq!(asked_in_all[0] - asked_in_all[1], 2, "the bundle and the plan were signed");
    let refused = sign_in_as(&desk, EMAIL).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::CredentialsRefused, "the subscription was canceled");
    let receipts = std::fs::read_to_string(computers[1].1.at(".local/share/postern/receipts/receipts.jsonl"));
    assert_eq!(receipts.unwrap().lines().count(), 2);
}

#[test]
fn f19_the_page_has_no_other_commands_than_those_that_are_run() {
    let fences: Vec<_> = PAGE.lines().map(str::trim_start).filter(|line| line.starts_with("```")).collect();
    let opened: Vec<_> = fences.iter().step_by(2).collect();
    let run = opened.iter().filter(|fence| fence.starts_with("```sh ")).count();
    assert_eq!((run, opened.len() - run), (blocks().len(), 1), "what is not run is the grammar of answers");
}
