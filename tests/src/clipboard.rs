//! The clipboard of a world's screen, as any other program on it sees it.

use crate::program::Surroundings;
use anyhow::Result;

/// The text on the clipboard; empty where there is none.
pub async fn text(around: &Surroundings) -> Result<String> {
    ask(around, &["-out"]).await
}

/// The kinds of data that its owner offers.
pub async fn kinds(around: &Surroundings) -> Result<String> {
    ask(around, &["-out", "-target", "TARGETS"]).await
}

/// Puts something else on it, as another program would.
pub async fn put(around: &Surroundings, text: &str) -> Result<()> {
    let mut child = around
        .command("xclip")
        .args(["-in", "-selection", "clipboard"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        tokio::io::AsyncWriteExt::write_all(&mut stdin, text.as_bytes()).await?;
    }
    child.wait().await?;
    Ok(())
}

/// An owner that is about to end does not answer; nobody waits for it.
async fn ask(around: &Surroundings, arguments: &[&str]) -> Result<String> {
    let asked = around
        .command("timeout")
        .args(["2", "xclip", "-selection", "clipboard"])
        .args(arguments)
        .output()
        .await?;
    Ok(String::from_utf8_lossy(&asked.stdout).into_owned())
}
