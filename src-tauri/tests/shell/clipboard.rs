//! The real clipboard of a real display, seen by another program: what is copied, with which hints, and when it goes.
//! CLIP-1

use crate::mock;
use postern_client::config::Configured;
use postern_contract::shell::event::CLIPBOARD_CLEARED;
use postern_contract::{Problem, Secret};
use postern_desktop::clipboard::{Board, Copies, Desktop, configured, copy};
use postern_desktop::farewell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;
use tauri::{Listener, Manager};

/// A display without a screen; it ends when dropped.
pub struct Display {
    server: Child,
    pub name: String,
}

impl Display {
    /// Opens one after the other, since two servers that look for a free number at once can get in each other's way. None
    /// starts anew when its last program leaves (`-noreset`): whatever connects at that moment would be turned away.
    pub fn open() -> Self {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset", "-ac"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed (apt-get install xvfb xclip)");
        let mut number = String::new();
        let says = server.stdout.take().expect("its output");
        BufReader::new(says).read_line(&mut number).expect("the display's number");
        assert!(!number.trim().is_empty(), "Xvfb found no number for its display");
        Self { server, name: format!(":{}", number.trim()) }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// What another program reads from the clipboard.
fn seen(target: &str) -> Option<String> {
    let output = Command::new("timeout")
        .args(["5", "xclip", "-selection", "clipboard", "-out", "-target", target])
        .output()
        .expect("xclip is installed (apt-get install xclip)");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Another program copies a text. It stays in the background to hand it out, so its outputs must not be waited for.
fn somebody_copies(text: &str) {
    let mut xclip = Command::new("xclip")
        .args(["-selection", "clipboard", "-in"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("xclip is installed (apt-get install xclip)");
    xclip.stdin.take().expect("its input").write_all(text.as_bytes()).expect("a text");
    assert!(xclip.wait().expect("an end").success());
    // what stays in the background may not have taken the clipboard yet when the one in the foreground has ended
    mock::until("it is copied", || seen("UTF8_STRING").as_deref() == Some(text));
}

#[test]
fn another_program_sees_a_secret_with_its_hint_until_it_is_cleared() {
    let name = "clipboard::another_program_sees_a_secret_with_its_hint_until_it_is_cleared";
    if std::env::var_os("DISPLAY_IS_OURS").is_none() {
        let display = Display::open();
        let ours = [("DISPLAY", display.name.as_str()), ("WAYLAND_DISPLAY", ""), ("DISPLAY_IS_OURS", "1")];
        assert!(!mock::apart(name, &ours));
        return;
    }
    let app = mock::app();
    let copies = Copies::new(Box::new(Desktop(app.handle().clone())), mock::after(Duration::from_secs(30)));

    let turn = copies.put(Secret::from("pst_one")).expect("a clipboard");
    assert_eq!(seen("UTF8_STRING").as_deref(), Some("pst_one"));
    let targets = seen("TARGETS").expect("targets");
    assert!(targets.lines().any(|target| target == "x-kde-passwordManagerHint"), "{targets}");
    assert_eq!(seen("x-kde-passwordManagerHint").as_deref(), Some("secret"));

    assert_eq!(copies.expire(turn), Ok(true));
    assert_eq!(seen("UTF8_STRING").filter(|text| !text.is_empty()), None, "it is cleared");

    let turn = copies.put(Secret::from("pst_two")).expect("a clipboard");
    somebody_copies("a shopping list");
    assert_eq!(copies.expire(turn), Ok(true));
    assert_eq!(seen("UTF8_STRING").as_deref(), Some("a shopping list"), "it was not ours any more");
}

/// A clipboard in memory.
#[derive(Clone, Default)]
struct Table(Arc<Mutex<Option<String>>>);

impl Board for Table {
    fn write_secret(&self, text: &str) -> Result<(), Problem> {
        *self.0.lock().expect("the table") = Some(text.to_owned());
        Ok(())
    }
    fn read(&self) -> Result<Option<Secret<String>>, Problem> {
        Ok(self.0.lock().expect("the table").clone().map(Secret::new))
    }
    fn clear(&self) -> Result<(), Problem> {
        *self.0.lock().expect("the table") = None;
        Ok(())
    }
}

#[test]
fn at_the_end_a_copied_secret_is_cleared_and_nothing_else() {
    if !mock::apart("clipboard::at_the_end_a_copied_secret_is_cleared_and_nothing_else", &[]) {
        return;
    }
    for (others, left) in [(None, None), (Some("a poem"), Some("a poem".to_owned()))] {
        let table = Table::default();
        let copies = Copies::new(Box::new(table.clone()), mock::after(Duration::from_secs(30)));
        let app = mock::app_with(|seat| seat.copies = copies);
        let answer = copy(app.handle().clone(), "Rack 4".to_owned(), Secret::from("pst_one"));
        let answer = tauri::async_runtime::block_on(answer).expect("it is copied");
        assert_eq!((answer.label.as_str(), answer.clears_in_seconds), ("Rack 4", 30));
        if let Some(text) = others {
            table.write_secret(text).expect("a table");
        }
        tauri::async_runtime::block_on(farewell::tidy(app.handle()));
        assert_eq!(*table.0.lock().expect("the table"), left);
    }
}

#[test]
fn when_the_time_is_over_it_is_cleared_and_the_windows_are_told() {
    if !mock::apart("clipboard::when_the_time_is_over_it_is_cleared_and_the_windows_are_told", &[]) {
        return;
    }
    let table = Table::default();
    let copies = Copies::new(Box::new(table.clone()), mock::after(Duration::from_millis(200)));
    let app = mock::app_with(|seat| seat.copies = copies);
    let (told, tells) = mpsc::channel();
    app.listen_any(CLIPBOARD_CLEARED, move |_| told.send(()).expect("the test listens"));

    let answer = copy(app.handle().clone(), String::new(), Secret::from("418209"));
    tauri::async_runtime::block_on(answer).expect("it is copied");
    tells.recv_timeout(Duration::from_secs(10)).expect("the windows are told");
    assert_eq!(table.read(), Ok(None));
}

// CFG-3: the configured time is the clipboard's, from the next copy on
#[test]
fn a_copied_secret_stays_for_as_long_as_is_configured() {
    if !mock::apart("clipboard::a_copied_secret_stays_for_as_long_as_is_configured", &[]) {
        return;
    }
    let app = mock::app_with(|seat| {
        seat.copies = Copies::new(Box::new(Table::default()), configured(&seat.configured));
    });
    let settings = app.state::<Configured>();
    let file = &settings.places().user_file;
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    let stays = || {
        let answer = copy(app.handle().clone(), String::new(), Secret::from("pst_one"));
        tauri::async_runtime::block_on(answer).expect("it is copied").clears_in_seconds
    };
    assert_eq!(stays(), 30);
    for seconds in [7, 90] {
        std::fs::write(file, format!("[defaults]\nclipboard_seconds = {seconds}\n")).expect("a file");
        settings.reload();
        assert_eq!(stays(), seconds);
    }
}
