//! What happens to one connection.

use crate::answer;
use crate::exchange::{Message, fetch};
use crate::heard::Heard;
use crate::mode::Mode;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Between two bytes of a drip.
const DROP: Duration = Duration::from_millis(20);

/// Serves one connection. A client that leaves is part of most faults, so nothing is made of it.
pub async fn serve(stream: &mut TcpStream, mode: Mode, backend: SocketAddr, heard: &Mutex<Vec<Heard>>) {
    let Some(request) = Message::read(stream).await else { return };
    heard.lock().unwrap().extend(request.heard());
    let bytes = match mode {
        // those two have nobody who listens
        Mode::Refuse | Mode::BlackHole | Mode::HalfOpen => return,
        Mode::Silence => return until_left(stream).await,
        Mode::Huge => return endless(stream).await,
        Mode::GzipBomb => answer::gzip_bomb(),
        Mode::DeepJson => answer::deep_json(),
        Mode::Redirect => answer::redirect(),
        Mode::Page => answer::page(),
        Mode::NetworkSignIn => answer::network_sign_in(),
        Mode::BadGateway => answer::bad_gateway(),
        Mode::Busy(seconds) => answer::busy(seconds),
        Mode::NotHttp => answer::not_http(),
        Mode::Delay(time) => {
            wait(time).await;
            return carried(stream, mode, backend, &request).await;
        }
        _ => return carried(stream, mode, backend, &request).await,
    };
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

/// The modes that spoil what the backend answered.
async fn carried(stream: &mut TcpStream, mode: Mode, backend: SocketAddr, request: &Message) {
    let Some(answer) = fetch(backend, request).await else { return };
    let whole = answer.bytes();
    let half = &answer.body[..answer.body.len() / 2];
    let bytes = match mode {
        Mode::LoseAnswer => return,
        Mode::ResetMidBody => {
            let _ = stream.write_all(&whole[..half_way(&answer, &whole)]).await;
            let _ = stream.set_zero_linger();
            return;
        }
        Mode::CutOff => whole[..half_way(&answer, &whole)].to_vec(),
        Mode::Drip => return drip(stream, &whole).await,
        Mode::Cut if half.is_empty() => answer.with("application/json", b"{\"na"),
        Mode::Cut => answer.with(answer.media_type(), half),
        Mode::WrongType => answer.with("text/plain", &answer.body),
        Mode::Corrupt => {
            let mut body = answer.body.clone();
            body.iter_mut().step_by(3).for_each(|byte| *byte ^= 0xa5);
            answer.with(answer.media_type(), &body)
        }
        _ => whole,
    };
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

/// Where half of the body is given; where there is none, half of the head.
fn half_way(answer: &Message, whole: &[u8]) -> usize {
    if answer.body.is_empty() { whole.len() / 2 } else { whole.len() - answer.body.len().div_ceil(2) }
}

async fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    let mut beat = tokio::time::interval(DROP);
    for byte in bytes {
        beat.tick().await;
        if stream.write_all(&[*byte]).await.is_err() {
            return;
        }
    }
    until_left(stream).await;
}

async fn endless(stream: &mut TcpStream) {
    let piece = vec![b' '; 64 * 1024];
    let mut left = stream.write_all(&answer::huge_head()).await.is_err();
    for _ in 0..answer::HUGE / piece.len() {
        if left {
            return;
        }
        left = stream.write_all(&piece).await.is_err();
    }
}

/// Waits until the client has left.
async fn until_left(stream: &mut TcpStream) {
    let _ = Message::read(stream).await;
}

/// A fault that is a time.
async fn wait(time: Duration) {
    let never = std::future::pending::<()>();
    let _ = tokio::time::timeout(time, never).await;
}
