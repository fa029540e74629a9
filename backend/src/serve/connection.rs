//! One connection, from its first byte to its last: a handshake where there is TLS, requests one after the other, an end when
//! it is overdue or the program is told to stop, and a farewell that lets the other side read the last answer whole.

use super::accept::told;
use super::framing::HeadScan;
use super::pace::{Pace, Paced};
use super::request::Requests;
use super::{House, tls::Tls};
use crate::http::Arrival;
use crate::log::shortened;
use crate::measure::Measures;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

/// The longest head of a request. Our own are below 1 KiB.
const HEAD_MAX: usize = 32 * 1024;
/// The most headers of a request.
const HEADERS_MAX: usize = 64;
/// How long, and for how many bytes, the other side may go on sending after the last answer. Closing at once would make the
/// operating system take back an answer that was not read yet.
const FAREWELL: (Duration, usize) = (Duration::from_secs(1), 256 * 1024);

/// How a connection came in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guest {
    pub peer: IpAddr,
    pub turned_away: bool,
}

/// Serves it to its end.
pub(super) async fn serve(
    stream: TcpStream,
    guest: Guest,
    tls: Option<&Tls>,
    house: &House,
    stop: watch::Receiver<bool>,
) {
    let Some(tls) = tls else { return talk(stream, guest, false, house, stop).await };
    let handshake = timeout(house.limits.handshake, tls.acceptor().accept(stream));
    let shaken = tokio::select! {
        shaken = handshake => shaken,
        // no request has begun
        () = told(stop.clone()) => return,
    };
    match shaken {
        Ok(Ok(stream)) => talk(stream, guest, true, house, stop).await,
        Ok(Err(fault)) => {
            house.measures.turned_away("handshake_failed");
            // LOG-2: the fault is of the protocol and holds nothing of whoever connected
            if let Some(left_out) = house.handshakes.may_say() {
                let fault = shortened(&fault.to_string());
                tracing::info!(fault, left_out, "a TLS handshake failed");
            }
        }
        Err(_) => {
            house.measures.turned_away("handshake_slow");
            if let Some(left_out) = house.handshakes.may_say() {
                tracing::info!(fault = "it took too long", left_out, "a TLS handshake failed");
            }
        }
    }
}

async fn talk<S>(stream: S, guest: Guest, sealed: bool, house: &House, stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pace = Arc::new(Pace::new(house.limits.head, house.limits.idle));
    let sealed_before = sealed || house.trust.is_proxy(guest.peer);
    let requests = Requests {
        router: TowerToHyperService::new(house.router.clone()),
        pace: Arc::clone(&pace),
        trust: Arc::clone(&house.trust),
        room: Arc::clone(&house.room),
        measures: Arc::clone(&house.measures),
        peer: guest.peer,
        sealed,
        turned_away: guest.turned_away,
        body: house.limits.body,
    };
    let io = TokioIo::new(Paced { stream, pace: Arc::clone(&pace), heads: HeadScan::default() });
    let mut connection = http1::Builder::new()
        .header_read_timeout(None)
        .keep_alive(!guest.turned_away)
        .max_header_size(HEAD_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(io, requests);
    let ended = carry(&mut connection, &pace, stop, &house.measures).await;
    let own = pace.kept_back();
    if !ended && own.is_none() {
        return;
    }
    let mut stream = connection.into_parts().io.into_inner().stream;
    if let Some(own) = own {
        let arrival = Arrival { sealed: sealed_before, ..Arrival::default() };
        let said = own.say(&mut stream, house.router.clone(), guest.peer, arrival);
        if !matches!(timeout(house.limits.idle, said).await, Ok(Ok(()))) {
            return;
        }
    }
    farewell(stream).await;
}

/// Drives the connection; whether it came to an end of its own.
async fn carry<S>(
    connection: &mut http1::Connection<TokioIo<Paced<S>>, Requests>,
    pace: &Pace,
    stop: watch::Receiver<bool>,
    measures: &Measures,
) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut stopping = pin!(told(stop));
    let mut stopped = false;
    let mut alarm = pin!(sleep_until(pace.deadline().unwrap_or_else(Instant::now)));
    poll_fn(|cx| {
        if let Poll::Ready(ended) = connection.poll_without_shutdown(cx) {
            return Poll::Ready(ended.is_ok());
        }
        if !stopped && stopping.as_mut().poll(cx).is_ready() {
            stopped = true;
            Pin::new(&mut *connection).graceful_shutdown();
            if let Poll::Ready(ended) = connection.poll_without_shutdown(cx) {
                return Poll::Ready(ended.is_ok());
            }
        }
        // nothing was begun: whoever is there may ask somebody else
        if stopped && pace.is_quiet() && !pace.has_answered() {
            return Poll::Ready(true);
        }
        loop {
            let Some(deadline) = pace.deadline() else { return Poll::Pending };
            if Instant::now() >= deadline {
                measures.turned_away(if pace.is_quiet() { "idle" } else { "slow_head" });
                return Poll::Ready(false);
            }
            // rung too early it is set anew; setting it with every request would be dearer
            if alarm.is_elapsed() || alarm.deadline() > deadline {
                alarm.as_mut().reset(deadline);
            }
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await
}

/// Says that nothing more comes, and waits a little until the other side has said the same.
async fn farewell<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let (limit, mut most) = FAREWELL;
    let mut sink = [0; 4096];
    let _ = timeout(limit, async {
        stream.shutdown().await?;
        while most > 0 {
            let read = stream.read(&mut sink).await?;
            if read == 0 {
                break;
            }
            most = most.saturating_sub(read);
        }
        std::io::Result::Ok(())
    })
    .await;
}
