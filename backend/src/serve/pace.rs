//! How slow a connection may be. A connection that waits for a request, or is in the middle of a request's head, has a
//! deadline; one whose request is being worked on has none here, since that has limits of its own.

use super::framing::HeadScan;
use super::own::Own;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// Nothing of a request has come yet, or none since the last answer.
const QUIET: u8 = 0;
/// The head of a request is coming.
const HEAD: u8 = 1;
/// A request is being worked on.
const BUSY: u8 = 2;

/// Where a connection stands. Everything happens in the one task that drives the connection; atomics only because a task may
/// move between threads.
#[derive(Debug)]
pub(super) struct Pace {
    began: Instant,
    head: Duration,
    idle: Duration,
    phase: AtomicU8,
    answered: AtomicBool,
    /// Milliseconds after `began`; for ever where it is `u64::MAX`.
    until: AtomicU64,
    /// What was not let out.
    own: Mutex<Option<Own>>,
    /// Whether the head that was read last says its length more than once.
    ambiguous: AtomicBool,
}

impl Pace {
    /// A new connection has as long for its first byte as a head may take.
    pub(super) fn new(head: Duration, idle: Duration) -> Self {
        let pace = Self {
            began: Instant::now(),
            head,
            idle,
            phase: AtomicU8::new(QUIET),
            answered: AtomicBool::new(false),
            until: AtomicU64::new(u64::MAX),
            own: Mutex::default(),
            ambiguous: AtomicBool::new(false),
        };
        pace.enter(QUIET, Some(head));
        pace
    }

    /// A request's head is complete.
    pub(super) fn asked(&self) {
        self.enter(BUSY, None);
    }

    /// A request is answered: the answer is to be taken, and the next request begun, before the connection counts as idle.
    pub(super) fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
        self.enter(QUIET, Some(self.idle));
    }

    /// Whether nothing has been begun.
    pub(super) fn is_quiet(&self) -> bool {
        self.phase.load(Ordering::Relaxed) == QUIET
    }

    /// Whether a request of this connection was answered.
    pub(super) fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// When the connection is to be ended, unless it goes on before.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.until.load(Ordering::Relaxed) {
            u64::MAX => None,
            milliseconds => Some(self.began + Duration::from_millis(milliseconds)),
        }
    }

    /// Whether the head that was read last says its length more than once; asked once for each.
    pub(super) fn take_ambiguous(&self) -> bool {
        self.ambiguous.swap(false, Ordering::Relaxed)
    }

    /// What hyper would have answered by itself, which is the last thing on a connection.
    pub(super) fn kept_back(&self) -> Option<Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn keep_back(&self, own: Own) {
        *self.own.lock().unwrap_or_else(PoisonError::into_inner) = Some(own);
    }

    fn read_some(&self) {
        if self.is_quiet() {
            self.enter(HEAD, Some(self.head));
        }
    }

    fn enter(&self, phase: u8, limit: Option<Duration>) {
        let until = limit.map_or(u64::MAX, |limit| {
            u64::try_from((self.began.elapsed() + limit).as_millis()).unwrap_or(u64::MAX)
        });
        self.phase.store(phase, Ordering::Relaxed);
        self.until.store(until, Ordering::Relaxed);
    }
}

/// A stream that notes when bytes of a request come, and keeps back what is not the router's answer.
pub(super) struct Paced<S> {
    pub stream: S,
    pub pace: Arc<Pace>,
    pub heads: HeadScan,
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            let Self { pace, heads, .. } = &mut *self;
            if pace.is_quiet() {
                heads.begin();
            }
            if let Some(ambiguous) = heads.read(&buffer.filled()[before..]) {
                pace.ambiguous.store(ambiguous, Ordering::Relaxed);
            }
            pace.read_some();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Some((begin, own)) = Own::find(bytes) else {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        };
        if begin > 0 {
            return Pin::new(&mut self.stream).poll_write(cx, &bytes[..begin]);
        }
        self.pace.keep_back(own);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // a head without a body is the one piece of it
        match bytes {
            [head] => self.poll_write(cx, head),
            pieces => Pin::new(&mut self.stream).poll_write_vectored(cx, pieces),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
