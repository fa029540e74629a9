//! Text messages over a gateway's HTTP interface, as its operator describes it. The one place where the backend makes an
//! HTTP client: it asks one host alone, follows nobody elsewhere, uses no proxy, and reads a short answer.

use super::carrier::{Parcel, Tried};
use super::settings::{Gateway, GatewayContent, Success};
use super::template::{Places, filled};
use super::unusable::{Unusable, authorities, secret};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Client, Method, Response, StatusCode, Url, redirect};
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// The most of an answer that is read.
const ANSWER_MAX: usize = 64 * 1024;
/// The longest wait that a gateway may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// The gateway.
pub(crate) struct TextMessages {
    client: Client,
    url: Url,
    method: Method,
    settings: Gateway,
    token: Option<(HeaderName, HeaderValue)>,
}

impl std::fmt::Debug for TextMessages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextMessages").finish_non_exhaustive()
    }
}

impl TextMessages {
    pub(super) fn open(settings: &Gateway) -> Result<Self, Unusable> {
        if let Some(fault) = settings.faults().into_iter().next() {
            return Err(fault);
        }
        let url = Url::parse(&settings.url)
            .map_err(|fault| Unusable::new("url", fault.to_string(), "https://HOST/PATH"))?;
        let token = settings.token.as_ref().map(token).transpose()?;
        let client = client(settings)?;
        Ok(Self { client, url, method: settings.method(), settings: settings.clone(), token })
    }

    pub(super) fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    pub(super) fn per_minute(&self) -> u32 {
        self.settings.per_minute
    }

    fn headers(&self, id: &str) -> Option<HeaderMap> {
        let media_type = match self.settings.content {
            GatewayContent::Json => "application/json",
            GatewayContent::Form => "application/x-www-form-urlencoded",
            GatewayContent::Plain => "text/plain; charset=utf-8",
        };
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        for (name, value) in &self.settings.headers {
            let value = HeaderValue::from_str(&value.replace("{id}", id)).ok()?;
            headers.insert(HeaderName::try_from(name.as_str()).ok()?, value);
        }
        headers.extend(self.token.clone());
        Some(headers)
    }

    pub(super) async fn carry(&self, parcel: &Parcel) -> Tried {
        let id = parcel.id.to_string();
        let Some(headers) = self.headers(&id) else { return Tried::Refused { fault: "not_a_request" } };
        let places = Places { to: &parcel.to, text: &parcel.wording.text_message, id: &id };
        let body = filled(&self.settings.body, self.settings.content, places);
        let request = self.client.request(self.method.clone(), self.url.clone()).headers(headers).body(body);
        match request.send().await {
            Ok(answer) => self.verdict(answer).await,
            Err(fault) if fault.is_timeout() => Tried::later("no_answer"),
            Err(fault) if fault.is_connect() => Tried::later("no_connection"),
            Err(_) => Tried::later("broken_off"),
        }
    }

    async fn verdict(&self, answer: Response) -> Tried {
        let status = answer.status();
        if status.is_success() {
            let statuses = &self.settings.success_status;
            let counts = statuses.is_empty() || statuses.contains(&status.as_u16());
            // it may have taken the message, whatever else it says: a second copy is no way to find out
            return if counts && self.says_success(answer).await {
                Tried::Taken
            } else {
                tracing::warn!(
                    status = status.as_u16(),
                    "the text-message gateway's answer is not the configured success"
                );
                Tried::Refused { fault: "odd_answer" }
            };
        }
        let after = wait(answer.headers());
        match status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_EARLY
            // another copy of it is being worked on
            | StatusCode::CONFLICT => Tried::Later { fault: "put_off", after },
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
                Tried::Refused { fault: "refused" }
            }
            status if status.is_server_error() => Tried::Later { fault: "put_off", after },
            // the token, the account behind it or the address is wrong, and not the message
            status => {
                let fault = match status {
                    StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "login_refused",
                    StatusCode::PAYMENT_REQUIRED => "limit_reached",
                    status if status.is_redirection() => "moved",
                    _ => "gateway_refused",
                };
                tracing::warn!(status = status.as_u16(), fault, "the text-message gateway refuses this server; retried");
                Tried::Blocked { fault, after }
            }
        }
    }

    /// Whether an answer says what it must where the message was taken.
    async fn says_success(&self, answer: Response) -> bool {
        let Some(rule) = &self.settings.success else { return true };
        let Some(bytes) = whole(answer).await else { return false };
        match rule {
            Success::Text(pattern) => {
                let text = String::from_utf8_lossy(&bytes);
                matches(pattern, text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'))
            }
            Success::Value(pointer, expected) => {
                found(&bytes, pointer).is_some_and(|value| value == *expected)
            }
        }
    }
}

/// How long an answer asks to wait (RFC 9110, section 10.2.3): seconds, or a date, which is taken by the clock that said it.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let said = text(RETRY_AFTER)?;
    let wait = if let Ok(seconds) = said.parse() {
        Duration::from_secs(seconds)
    } else {
        let (until, now) =
            (httpdate::parse_http_date(said).ok()?, httpdate::parse_http_date(text(DATE)?).ok()?);
        until.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(RETRY_AFTER_MAX))
}

/// The header that holds the token.
fn token((name, before, file): &(String, String, PathBuf)) -> Result<(HeaderName, HeaderValue), Unusable> {
    let token = secret("token_file", file)?;
    let whole = Zeroizing::new(format!("{before}{}", token.expose()));
    let header = HeaderName::try_from(name.as_str()).ok().zip(HeaderValue::from_str(&whole).ok());
    let (name, mut value) = header.ok_or_else(|| {
        Unusable::new("token_file", file.display().to_string(), "a token that can stand in an HTTP header")
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}

fn client(settings: &Gateway) -> Result<Client, Unusable> {
    let mut client = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent(concat!("postern-backend/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.timeout)
        .timeout(settings.timeout);
    if let Some(file) = &settings.ca_file {
        let unread = |fault: reqwest::Error| {
            Unusable::new("ca_file", format!("{} ({fault})", file.display()), "certificates in PEM")
        };
        let trusted = authorities("ca_file", file)?.iter().map(|der| Certificate::from_der(der)).collect();
        client = client.tls_certs_merge(Result::<Vec<_>, _>::map_err(trusted, unread)?);
    }
    client
        .build()
        .map_err(|fault| Unusable::new("url", fault.to_string(), "what an HTTP client can be made for"))
}

/// A short answer as a whole.
async fn whole(mut answer: Response) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.ok()? {
        if bytes.len() + chunk.len() > ANSWER_MAX {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    Some(bytes)
}

/// The value at a place of a JSON answer, as text.
fn found(bytes: &[u8], pointer: &str) -> Option<String> {
    let json = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    Some(match value.pointer(pointer)? {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// Whether a text is what a pattern says, in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{DATE, HeaderMap, RETRY_AFTER, RETRY_AFTER_MAX, matches, wait};
    use std::time::Duration;

    #[test]
    fn u9_a_text_is_matched_as_a_whole() {
        for (pattern, text, expected) in [
            ("OK", "OK", true),
            ("OK", "OK 17", false),
            ("OK*", "OK 17", true),
            ("OK*", "NOT OK", false),
            ("OK*", "ERROR:14", false),
            ("*<code>0</code>*", "<r><code>0</code><id>7</id></r>", true),
            ("*<code>0</code>*", "<r><code>10</code></r>", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("성공*", "성공 1", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_gateway_says_how_long_in_seconds_or_as_a_date_by_its_own_clock() {
        const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
        let asked = |after: Option<&str>, date: Option<&str>| {
            let mut headers = HeaderMap::new();
            for (name, value) in [(RETRY_AFTER, after), (DATE, date)] {
                headers.extend(value.map(|value| (name, value.parse().unwrap())));
            }
            wait(&headers)
        };
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(asked(Some("30"), None), seconds(30));
        assert_eq!(asked(Some("Sun, 06 Nov 1994 08:50:07 GMT"), Some(NOW)), seconds(30));
        // the same moment in the two older forms, which are still to be read
        assert_eq!(asked(Some("Sunday, 06-Nov-94 08:50:07 GMT"), Some(NOW)), seconds(30));
        assert_eq!(asked(Some("Sun Nov  6 08:50:07 1994"), Some(NOW)), seconds(30));
        // what is over is over, and nobody waits for a year
        assert_eq!(asked(Some("Sun, 06 Nov 1994 08:49:36 GMT"), Some(NOW)), seconds(0));
        assert_eq!(asked(Some("Mon, 06 Nov 1995 08:49:37 GMT"), Some(NOW)), Some(RETRY_AFTER_MAX));
        assert_eq!(asked(Some("999999999"), None), Some(RETRY_AFTER_MAX));
        for (after, date) in
            [(None, Some(NOW)), (Some(NOW), None), (Some("soon"), Some(NOW)), (Some(NOW), Some("noon"))]
        {
            assert_eq!(asked(after, date), None, "{after:?} {date:?}");
        }
    }
}
