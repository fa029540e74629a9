//! Certificates that are wrong in one way each, and proxies that do not carry: each is refused with its reason, nothing is
//! said to the other side, and there is no way to go on all the same. What the configuration trusts is trusted.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod authority;
mod server;

use authority::{Authority, Wrong, serve};
use postern_backend::clock::Clock;
use postern_client::config::Backend;
use postern_client::language::MessageLanguage;
use postern_client::transport::pin::Pin;
use postern_client::transport::remote::{Limits, Remote};
use postern_client::transport::surroundings::Surroundings;
use postern_client::transport::way::Way;
use postern_client::transport::{Transport, WireRequest};
use postern_client::{Desk, Options};
use postern_contract::connection::CertificateFault;
use postern_contract::operation::{CloseSession, GetCapabilities, WebviewRequest};
use postern_contract::{Moment, Problem, ProblemCode, Secret};
use server::{Server, answer};
use std::sync::Arc;
use std::time::Duration;

fn way(url: &str) -> Way {
    Way::to(url.parse().unwrap(), Limits::default())
}

async fn call(remote: &Remote) -> Result<u16, Problem> {
    let request = WireRequest::of(&CloseSession { body: () }, Some(Secret::from("canary-token"))).unwrap();
    remote.call(request).await.map(|answer| answer.status)
}

async fn refused(way: &Way) -> (ProblemCode, Option<CertificateFault>) {
    let problem = call(&Remote::new(way).unwrap()).await.unwrap_err();
    (problem.code, problem.certificate)
}

#[tokio::test]
async fn net_2_each_fault_of_a_certificate_is_refused_with_its_reason() {
    let authority = Authority::new();
    for (wrong, fault) in [
        (Wrong::Expired, CertificateFault::Expired),
        (Wrong::NotYetValid, CertificateFault::NotYetValid),
        (Wrong::Name, CertificateFault::WrongName),
        (Wrong::NoHost, CertificateFault::NamesNoHost),
        (Wrong::Purpose, CertificateFault::WrongPurpose),
        (Wrong::SelfSigned, CertificateFault::UnknownIssuer),
        (Wrong::OtherAuthority, CertificateFault::UnknownIssuer),
    ] {
        let server = serve(authority.certificate(wrong)).await;
        let way = Way { ca: vec![authority.file()], ..way(&server.url) };
        let found = refused(&way).await;
        assert_eq!(found, (ProblemCode::CertificateRefused, Some(fault)), "{wrong:?}");
        assert_eq!(server.heard(), "", "{wrong:?}: nothing was sent");
    }
}

// plain `openssl req -x509` makes a CA certificate: whoever is named as `ca`, that is what is wrong with it
#[tokio::test]
async fn u15_a_ca_certificate_that_a_server_shows_is_named_as_one() {
    let authority = Authority::new();
    let certificate = authority.certificate(Wrong::Authority);
    let folder = tempfile::tempdir().unwrap();
    let named = certificate.file(folder.path());
    let server = serve(certificate).await;
    let refusal = (ProblemCode::CertificateRefused, Some(CertificateFault::IsAuthority));
    for ca in [vec![named.clone()], vec![named, authority.file()], vec![authority.file()], Vec::new()] {
        assert_eq!(refused(&Way { ca, ..way(&server.url) }).await, refusal);
    }
    assert_eq!(server.heard(), "", "nothing was sent");
}

// what `postern config check` reads is what the way to a backend reads
#[tokio::test]
async fn u16_a_file_with_a_byte_order_mark_and_two_certificates_trusts_both() {
    let (one, other) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("both.pem");
    let text = [one.file(), other.file()].map(|file| std::fs::read_to_string(file).unwrap()).concat();
    for text in [format!("\u{feff}{text}"), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
        std::fs::write(&file, text).unwrap();
        for authority in [&one, &other] {
            let server = serve(authority.certificate(Wrong::Nothing)).await;
            let way = Way { ca: vec![file.clone()], ..way(&server.url) };
            assert_eq!(call(&Remote::new(&way).unwrap()).await, Ok(204));
        }
    }
}

#[tokio::test]
async fn net_2_only_configured_authorities_and_keys_are_trusted() {
    let authority = Authority::new();
    let certificate = authority.certificate(Wrong::Nothing);
    let pin = Pin::of(&certificate.der).unwrap();
    let server = serve(certificate).await;
    let unknown = (ProblemCode::CertificateRefused, Some(CertificateFault::UnknownIssuer));
    assert_eq!(refused(&way(&server.url)).await, unknown);
    let trusting = Way { ca: vec![authority.file()], ..way(&server.url) };
    assert_eq!(call(&Remote::new(&trusting).unwrap()).await, Ok(204));
    let pinned = Way { pins: vec![Pin([1; 32]), pin], ..trusting.clone() };
    assert_eq!(call(&Remote::new(&pinned).unwrap()).await, Ok(204));
    let heard = server.heard();
    let other = Way { pins: vec![Pin([1; 32])], ..trusting };
    let not_pinned = (ProblemCode::CertificateRefused, Some(CertificateFault::NotPinned));
    assert_eq!(refused(&other).await, not_pinned);
    // a pin alone vouches for nobody
    let alone = Way { pins: vec![pin], ..way(&server.url) };
    assert_eq!(refused(&alone).await, unknown);
    assert_eq!(server.heard(), heard, "nothing was sent");
}

#[tokio::test]
async fn net_2_an_outdated_protocol_is_refused() {
    let authority = Authority::new();
    let old = authority::openssl(&authority.certificate(Wrong::Nothing), "-tls1_1").await;
    let way = Way { ca: vec![authority.file()], ..way(&old.url) };
    let outdated = (ProblemCode::CertificateRefused, Some(CertificateFault::OutdatedProtocol));
    assert_eq!(refused(&way).await, outdated);
}

struct Fixed(Moment);

impl Clock for Fixed {
    fn now(&self) -> Moment {
        self.0
    }

    fn running(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test]
async fn net_2_a_clock_that_is_wrong_is_blamed_instead_of_the_certificate() {
    let authority = Authority::new();
    let server = serve(authority.certificate(Wrong::Nothing)).await;
    let way = Way { ca: vec![authority.file()], ..way(&server.url) };
    // 2001, as a computer without a battery has it
    let clock = Arc::new(Fixed(Moment::from_millisecond(980_000_000_000)));
    let remote = Remote::from(&way, Surroundings { clock, ..Surroundings::default() }).unwrap();
    let problem = call(&remote).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::ClockWrong);
    assert_eq!(problem.certificate, Some(CertificateFault::NotYetValid));
    assert_eq!(server.heard(), "", "nothing was sent");
}

#[tokio::test]
async fn a_certificate_file_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("harbor.pem");
    for text in [
        None,
        Some(""),
        Some("no certificate"),
        Some("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"),
        Some("-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n"),
        Some("-----BEGIN PRIVATE KEY-----\nbm9uZQ==\n-----END PRIVATE KEY-----\n"),
    ] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let way = Way { ca: vec![file.clone()], ..way("https://accounts.harbor.example") };
        let told = Remote::new(&way).unwrap_err().to_string();
        assert!(told.contains("harbor.pem"), "{text:?}: {told}");
    }
}

#[tokio::test]
async fn a_proxy_that_does_not_carry_is_named_as_what_it_is() {
    for status in ["407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway"] {
        let proxy = Server::answering(answer(status, "text/html", "<h1>Proxy</h1>")).await;
        let way = Way { proxy: Some(proxy.url.clone()), ..way("https://accounts.harbor.invalid") };
        assert_eq!(refused(&way).await, (ProblemCode::ProxyRefused, None), "{status}");
        let heard = proxy.heard().concat();
        assert!(heard.starts_with("CONNECT accounts.harbor.invalid:443 "), "{heard}");
        assert!(!heard.contains("canary"), "{heard}");
    }
    let nobody = Server::refusing().await;
    let way = Way { proxy: Some(nobody.url.clone()), ..way("https://accounts.harbor.invalid") };
    assert_eq!(refused(&way).await, (ProblemCode::ProxyRefused, None));
}

#[tokio::test]
async fn net_2_a_proxy_over_tls_needs_none_of_the_backends_keys() {
    let authority = Authority::new();
    let proxy = serve(authority.certificate(Wrong::Nothing)).await;
    let pinned = |origin: &str| Way {
        ca: vec![authority.file()],
        pins: vec![Pin([1; 32])],
        proxy: Some(proxy.url.parse().unwrap()),
        ..way(origin)
    };
    // it is asked to carry, and told nothing else
    refused(&pinned("https://accounts.harbor.invalid")).await;
    let heard = proxy.heard();
    assert!(heard.starts_with("CONNECT accounts.harbor.invalid:443 "), "{heard:?}");
    assert!(!heard.contains("canary"), "{heard}");
    // on the backend's own host the pins hold
    let not_pinned = (ProblemCode::CertificateRefused, Some(CertificateFault::NotPinned));
    assert_eq!(refused(&pinned("https://127.0.0.1:9")).await, not_pinned);
    assert_eq!(proxy.heard(), heard);
}

// NET-2: http:// is for this computer alone
#[tokio::test]
async fn net_2_nothing_without_tls_goes_through_a_proxy() {
    let proxy = Server::answering(answer("204 No Content", "", "")).await;
    let backend = Server::answering(answer("204 No Content", "", "")).await;
    let way = Way { proxy: Some(proxy.url.clone()), ..way(backend.url.as_str()) };
    assert_eq!(call(&Remote::new(&way).unwrap()).await, Ok(204));
    assert!(proxy.heard().is_empty(), "{:?}", proxy.heard());
}

#[tokio::test]
async fn a_computer_without_a_network_says_so_of_others_and_not_of_itself() {
    let surroundings = Surroundings { is_connected: || false, ..Surroundings::default() };
    let request = || WireRequest::of(&GetCapabilities { body: () }, None).unwrap();
    let far = Remote::from(&way("https://accounts.harbor.invalid"), surroundings.clone()).unwrap();
    assert_eq!(far.call(request()).await.unwrap_err().code, ProblemCode::Offline);
    let here = Server::refusing().await;
    let near = Remote::from(&way(here.url.as_str()), surroundings).unwrap();
    assert_eq!(near.call(request()).await.unwrap_err().code, ProblemCode::BackendUnreachable);
}

// a file can go at any time: the desk opens, nothing is sent, and it goes on once the file is back
#[tokio::test]
async fn a_missing_authority_refuses_everything_until_it_is_back() {
    let authority = Authority::new();
    let server = serve(authority.certificate(Wrong::Nothing)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("harbor.pem");
    let backend = Backend { ca: vec![file.clone()], ..Backend::at(server.url.parse().unwrap()) };
    let options = Options {
        backend: Some(backend),
        data: folder.path().join("data"),
        place: None,
        store_limits: postern_client::vault::Limits::default(),
        language: MessageLanguage::default(),
    };
    let desk = Desk::open(options).await.unwrap();
    let opening = desk.start().await;
    assert_eq!(opening.connection.trouble, Some(ProblemCode::CertificateRefused));
    assert_eq!(opening.connection.certificate, Some(CertificateFault::AuthorityUnreadable));
    let asked = WebviewRequest::GetCapabilities(GetCapabilities { body: () });
    let problem = desk.send(asked).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::CertificateRefused);
    assert_eq!(problem.findings[0].file, file.display().to_string());
    // broken is no better than gone
    std::fs::write(&file, "no certificate").unwrap();
    assert_eq!(desk.try_connection().await.certificate, Some(CertificateFault::AuthorityUnreadable));
    assert_eq!(server.heard(), "", "nothing was sent");
    std::fs::copy(authority.file(), &file).unwrap();
    desk.configuration_changed().await;
    // this server speaks TLS, and no contract of ours
    assert_eq!(desk.connection().trouble, Some(ProblemCode::NotOurBackend));
    assert!(server.heard().starts_with("GET /v1/capabilities "), "{}", server.heard());
    desk.close().await;
}
