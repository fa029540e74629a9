//! From a connection's request to the router's: what is known of where it came from is put in, its body gets a deadline, and
//! one more than may be worked on at once is marked as such.

use super::framing::is_ambiguous;
use super::origin::{Trust, canonical};
use super::pace::Pace;
use crate::http::{Arrival, NoRoom, Peer, is_asked_for_health};
use crate::measure::Measures;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep_until};

/// The longest name that a proxy may give a request.
const ID_MAX: usize = 64;

/// What requests of one connection are answered by.
pub(super) struct Requests {
    pub router: TowerToHyperService<axum::Router>,
    pub pace: Arc<Pace>,
    pub trust: Arc<Trust>,
    pub room: Arc<Semaphore>,
    pub measures: Arc<Measures>,
    pub peer: IpAddr,
    /// Whether the connection itself is TLS.
    pub sealed: bool,
    /// Whether the connection is one too many.
    pub turned_away: bool,
    pub body: Duration,
}

impl hyper::service::Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (room, measures) = (Arc::clone(&self.room), Arc::clone(&self.measures));
        let seat = Arc::new(Seat { room, permit: Mutex::default(), measures });
        // a request whose body is still to come takes its seat once it has come, so that slow bodies take none
        let full = request.body().is_end_stream() && !seat.take();
        // what belongs to a connection that is one too many is counted with it, and health is told in any case
        if full && !self.turned_away && !is_asked_for_health(request.uri().path()) {
            seat.turned_away();
        }
        let mut request =
            request.map(|body| Timed { body, limit: self.body, deadline: None, seat: Arc::clone(&seat) });
        let ambiguous = self.pace.take_ambiguous() || is_ambiguous(&request);
        let arrival = self.arrival(request.headers(), full, ambiguous);
        let origin = self.trust.origin(self.peer, request.headers());
        request.extensions_mut().insert(arrival);
        request.extensions_mut().insert(Peer(canonical(origin)));
        let answer = hyper::service::Service::call(&self.router, request);
        let pace = Arc::clone(&self.pace);
        Box::pin(async move {
            // not before: a request that came while an answer is stuck on its way does not begin, and its wait has an end
            pace.asked();
            let answer = answer.await;
            drop(seat);
            pace.answered();
            answer
        })
    }
}

impl Requests {
    fn arrival(&self, headers: &HeaderMap, full: bool, ambiguous: bool) -> Arrival {
        let proxied = self.trust.is_proxy(self.peer);
        Arrival {
            id: if proxied { id(headers) } else { None },
            sealed: self.sealed || proxied,
            turned_away: full || self.turned_away,
            unread: ambiguous.then_some(StatusCode::BAD_REQUEST),
        }
    }
}

/// A name of a request that can stand in a log line: letters, digits and a few signs.
fn id(headers: &HeaderMap) -> Option<String> {
    let mut named = headers.get_all("x-request-id").iter();
    let (Some(text), None) = (named.next(), named.next()) else { return None };
    let text = text.to_str().ok()?;
    let fits = (1..=ID_MAX).contains(&text.len());
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (fits && plain).then(|| text.to_owned())
}

/// A place among the requests that are worked on, given back once the request is answered.
struct Seat {
    room: Arc<Semaphore>,
    permit: Mutex<Option<OwnedSemaphorePermit>>,
    measures: Arc<Measures>,
}

impl Seat {
    /// Whether there is one.
    fn take(&self) -> bool {
        let mut permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner);
        if permit.is_none() {
            *permit = Arc::clone(&self.room).try_acquire_owned().ok();
        }
        permit.is_some()
    }

    /// There was none.
    fn turned_away(&self) {
        self.measures.turned_away("requests");
    }
}

/// A body with a deadline, counted from when it is first waited for.
struct Timed {
    body: Incoming,
    limit: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
    seat: Arc<Seat>,
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            let last = frame.is_none() || self.body.is_end_stream();
            if last && !self.seat.take() {
                self.seat.turned_away();
                return Poll::Ready(Some(Err(NoRoom.into())));
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let limit = self.limit;
        let deadline =
            self.deadline.get_or_insert_with(|| Box::pin(sleep_until(tokio::time::Instant::now() + limit)));
        deadline.as_mut().poll(cx).map(|()| Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::id;
    use axum::http::{HeaderMap, HeaderValue};

    // LOG-1: a name from outside is taken only if it cannot be anything but a name
    #[test]
    fn log_1_a_request_is_named_by_a_proxy_only_in_plain_signs() {
        let named = |text: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert("x-request-id", HeaderValue::from_bytes(text).unwrap());
            id(&headers)
        };
        assert_eq!(named(b"edge-7.a_B"), Some("edge-7.a_B".to_owned()));
        assert_eq!(id(&HeaderMap::new()), None);
        for odd in [&b""[..], b"a b", b"a\tb", b"\xc3\xa9", b"a=b", b"\"a\"", &[b'a'; 65]] {
            assert_eq!(named(odd), None, "{odd:?}");
        }
    }
}
