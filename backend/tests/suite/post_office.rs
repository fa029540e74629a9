//! What a backend sends to, for tests: a real mail server and a text-message gateway, each a process of its own, and
//! what they were given.

use postern_backend::settings::{Delivery, Gateway, GatewayContent, Mail, MailTls, Retry, Success};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Debian's own, where its package python3-aiosmtpd is.
const PYTHON: &str = "/usr/bin/python3";

/// A process that is sent to. Ended when it is dropped.
pub struct PostOffice {
    child: Child,
    pub folder: tempfile::TempDir,
    pub port: u16,
}

/// A mail as the server got it, read by another library than the one that wrote it.
#[derive(Debug, Clone, Deserialize)]
pub struct Got {
    /// What EHLO said.
    pub hello: String,
    pub sender: String,
    pub recipients: Vec<String>,
    pub tls: bool,
    pub user: Option<String>,
    /// Every header, in order.
    pub headers: Vec<(String, String)>,
    pub text: String,
    /// The bytes, in hexadecimal.
    pub raw: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map_or_else(|| panic!("no {name}: {self:?}"), |(_, value)| value.as_str())
    }
}

/// A call as the gateway got it.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Call {
    /// The body of our JSON template.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub fn id(&self) -> String {
        self.json()["id"].as_str().unwrap().to_owned()
    }
}

impl PostOffice {
    /// A mail server. `more` as in `fixtures/mail_server.py`; its certificate is for this machine, by an authority of
    /// its own.
    pub fn mail(more: &[&str]) -> Self {
        Self::start("mail_server.py", more)
    }

    /// A text-message gateway.
    pub fn gateway(more: &[&str]) -> Self {
        Self::start("text_gateway.py", more)
    }

    fn start(script: &str, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if more.iter().any(|argument| matches!(*argument, "starttls" | "wrapped" | "--tls")) {
            certify(folder.path());
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(script);
        let mut child = Command::new(PYTHON)
            .arg(script)
            .arg(folder.path())
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse();
        let port = port.expect("the fixture says its port: is Debian's python3-aiosmtpd installed?");
        Self { child, folder, port }
    }

    fn lines<T: for<'de> Deserialize<'de>>(&self, file: &str) -> Vec<T> {
        let text = std::fs::read_to_string(self.folder.path().join(file)).unwrap_or_default();
        // what is still being written has no end yet
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn mails(&self) -> Vec<Got> {
        self.lines("mails")
    }

    pub fn calls(&self) -> Vec<Call> {
        self.lines("calls")
    }

    /// The gateway's next answers.
    pub fn answer(&self, answers: &[Value]) {
        let mut file = std::fs::File::create(self.folder.path().join("answers")).unwrap();
        for answer in answers {
            writeln!(file, "{answer}").unwrap();
        }
    }

    /// What the mail server replies to commands from now on; as usual, where there is none.
    pub fn reply(&self, replies: &[(&str, &str)]) {
        let file = self.folder.path().join("replies");
        if replies.is_empty() {
            std::fs::remove_file(file).unwrap();
        } else {
            let replies: BTreeMap<_, _> = replies.iter().copied().collect();
            std::fs::write(self.folder.path().join("new"), serde_json::to_vec(&replies).unwrap()).unwrap();
            std::fs::rename(self.folder.path().join("new"), file).unwrap();
        }
    }

    /// Lets through what waited for this file.
    pub fn open(&self, name: &str) {
        std::fs::write(self.folder.path().join(name), "").unwrap();
    }

    /// The file of the authority that its certificate is by.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// How a backend sends mail here.
    pub fn relay(&self, tls: MailTls) -> Mail {
        Mail {
            host: "localhost".to_owned(),
            port: self.port,
            tls,
            login: None,
            from: "Postern <postern@harbor.example>".to_owned(),
            hello_name: None,
            ca_file: (tls != MailTls::Off).then(|| self.authority()),
            timeout: Duration::from_secs(5),
            per_minute: 10_000,
        }
    }

    /// How a backend sends text messages here.
    pub fn texts(&self) -> Gateway {
        Gateway {
            url: format!("http://127.0.0.1:{}/v1/messages", self.port),
            method: "POST".to_owned(),
            headers: vec![("Idempotency-Key".to_owned(), "{id}".to_owned())],
            token: None,
            content: GatewayContent::Json,
            body: json!({ "to": "{to}", "text": "{text}", "id": "{id}" }).to_string(),
            success_status: vec![202],
            success: Some(Success::Value("/status".to_owned(), "queued".to_owned())),
            ca_file: None,
            timeout: Duration::from_secs(5),
            per_minute: 10_000,
        }
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Delivery by these, with retries that a clock moved by hand steps through.
pub fn delivery(mail: Option<Mail>, text_message: Option<Gateway>) -> Delivery {
    let retry = Retry { first: Duration::from_secs(10), longest: Duration::from_mins(1), tries: 5 };
    Delivery { retry, mail, text_message, ..Delivery::default() }
}

/// An authority and a certificate by it for `localhost` and 127.0.0.1.
fn certify(folder: &Path) {
    let openssl = |line: &str| {
        let mut openssl = Command::new("openssl");
        let done = openssl.current_dir(folder).args(line.split_whitespace()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(&format!("req -x509 {key} -keyout ca.key -out ca.crt -days 2 -subj /CN=Harbor"));
    openssl(&format!("req -new {key} -keyout server.key -out server.csr -subj /CN=localhost"));
    openssl(
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt",
    );
}

/// What `look` finds, as soon as it finds something.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut again = tokio::time::interval(Duration::from_millis(20));
    // half a minute by the number of looks, each of which takes longer than its interval on a busy machine
    for _ in 0..1500 {
        again.tick().await;
        if let Some(found) = look().await {
            return found;
        }
    }
    panic!("in vain: {what}");
}
