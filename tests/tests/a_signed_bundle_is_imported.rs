//! A colleague prepares a configuration, signs it, and carries it over; the window shows what it would change before
//! anything is written, and takes it back again.

use anyhow::{Result, ensure};
use postern_contract::shell::Window;
use postern_stories::{Role, World, empty};

const PREPARED: &str = "\
[[backends]]
name = \"Harbor\"
url = \"https://accounts.harbor.example\"
color = \"moss\"

[defaults]
theme = \"dark\"
clipboard_seconds = 20
";

/// Makes a key pair and a signed bundle on a stick, and lets the policy ask for that key's signature.
async fn carried_over(world: &World) -> Result<(String, String)> {
    let (key, bundle, prepared) =
        (world.stick("harbor.key")?, world.stick("harbor.postern-bundle")?, world.stick("prepared.toml")?);
    let path = |file: &std::path::Path| file.to_string_lossy().into_owned();
    std::fs::write(&prepared, PREPARED)?;
    let made = world.cli(&["bundle", "key", "-o", &path(&key), "--password-fd", "0"], "lantern\n").await?;
    ensure!(made.code == 0, "{made:?}");
    let made = world
        .cli(&["bundle", "make", "-o", &path(&bundle), "--config", &path(&prepared), "--serial", "7"], "")
        .await?;
    ensure!(made.code == 0, "{made:?}");
    let sign = ["bundle", "sign", &path(&bundle), "--key", &path(&key), "--password-fd", "0"];
    let signed = world.cli(&sign, "lantern\n").await?;
    ensure!(signed.code == 0, "{signed:?}");
    let public = std::fs::read_to_string(format!("{}.pub", key.display()))?;
    let public = public.lines().nth(1).unwrap_or_default().to_owned();
    Ok((path(&bundle), public))
}

fn policy(public: &str) -> String {
    format!(
        "[policy]\nrequire_signature = true\n\n[[policy.signers]]\nname = \"Harbor IT\"\nkey = \"{public}\"\n"
    )
}

#[tokio::test]
async fn what_it_would_change_is_shown_first_and_it_can_be_undone() -> Result<()> {
    // CFG-5
    empty()
        .tell(async |world| {
            let (bundle, public) = carried_over(world).await?;
            world.set_policy(&policy(&public))?;
            world.reopen().await?;
            let mut second = world.hand_over(&bundle)?;
            let settings = world.window(Window::Settings).await?;
            settings.sees("Nothing was done with it yet").await?;
            settings.press("Open harbor.postern-bundle").await?;
            settings.find(Role::Table, "Differences").await?;
            settings.sees("Harbor IT").await?;
            settings.sees("https://accounts.harbor.example").await?;
            ensure!(!world.configuration().exists(), "nothing is written before somebody wants it");
            world.picture(&settings, "import").await?;
            settings.press("Import").await?;
            settings.find(Role::Button, "Undo the last import").await?;
            let written = std::fs::read_to_string(world.configuration())?;
            ensure!(written.contains("https://accounts.harbor.example"), "{written}");
            settings.press("Undo the last import").await?;
            settings.lacks(Role::Button, "Undo the last import").await?;
            ensure!(!world.configuration().exists(), "what stood before is back: nothing");
            ensure!(!second.runs()?, "the second start ended by itself");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn one_that_device_management_drops_waits_until_somebody_imports_it() -> Result<()> {
    // CFG-5
    empty()
        .tell(async |world| {
            let (bundle, public) = carried_over(world).await?;
            world.set_policy(&policy(&public))?;
            world.reopen().await?;
            let main = world.window(Window::Main).await?;
            let dropped = world.data().join("drop/harbor.postern-bundle");
            std::fs::copy(&bundle, &dropped)?;
            main.sees("“harbor.postern-bundle” waits").await?;
            ensure!(!world.configuration().exists(), "nothing is written before somebody wants it");
            main.press("Look").await?;
            let settings = world.window(Window::Settings).await?;
            settings.press("Open harbor.postern-bundle").await?;
            settings.sees("Signed by Harbor IT").await?;
            settings.press("Import").await?;
            settings.find(Role::Button, "Undo the last import").await?;
            let written = std::fs::read_to_string(world.configuration())?;
            ensure!(written.contains("https://accounts.harbor.example"), "{written}");
            main.sees_no("“harbor.postern-bundle” waits").await?;
            ensure!(!dropped.exists(), "what was imported is put aside");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn an_altered_or_unsigned_one_is_refused_with_the_reason() -> Result<()> {
    // CFG-5
    empty()
        .tell(async |world| {
            let (bundle, public) = carried_over(world).await?;
            world.set_policy(&policy(&public))?;
            let mut bytes = std::fs::read(&bundle)?;
            let at = bytes.windows(6).position(|six| six == b"harbor").unwrap_or(600);
            bytes[at] ^= 1;
            std::fs::write(&bundle, bytes)?;
            world.reopen().await?;
            let _second = world.hand_over(&bundle)?;
            let settings = world.window(Window::Settings).await?;
            settings.press("Open harbor.postern-bundle").await?;
            settings.sees("Nothing is written").await?;
            ensure!(!settings.has(Role::Button, "Import").await?, "what is refused cannot be imported");
            let plain = world.stick("prepared.toml")?;
            let said = world.cli(&["config", "import", &plain.to_string_lossy(), "--yes"], "").await?;
            ensure!(
                said.code == 3,
                "an unsigned file is refused where the policy wants a signature: {said:?}"
            );
            ensure!(!world.configuration().exists(), "nothing was written");
            Ok(())
        })
        .await
}
