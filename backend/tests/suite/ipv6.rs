//! IPv6 hosts, wherever a host or a URL is configured: the database, the mail relay, the text-message gateway, and the address to
//! listen on.
#![cfg(unix)]

use crate::post_office::{PostOffice, delivery, eventually};
use crate::postgres::Server;
use crate::stage::{Program, configuration};
use crate::wire::{get, say, status};
use crate::world::{World, fast};
use contract::operation::StartVerification;
use contract::verification::{Channel, Purpose, VerificationRequest};
use postern_backend::Settings;
use postern_backend::settings::{Gateway, Mail, MailTls};
use std::path::PathBuf;
use std::process::Command;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// Where what comes to the IPv6 loopback goes on to.
#[derive(Clone)]
enum To {
    Port(u16),
    Socket(PathBuf),
}

/// A port of the IPv6 loopback behind which something is.
async fn behind(to: To) -> u16 {
    let listener = TcpListener::bind("[::1]:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let to = to.clone();
            tokio::spawn(async move {
                let _ = match to {
                    To::Port(port) => {
                        let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                        copy_bidirectional(&mut client, &mut server).await
                    }
                    To::Socket(path) => {
                        let mut server = UnixStream::connect(path).await.unwrap();
                        copy_bidirectional(&mut client, &mut server).await
                    }
                };
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn u11_a_database_is_reached_by_its_ipv6_address() {
    let server = Server::fresh("");
    let port = behind(To::Socket(server.socket().join(".s.PGSQL.5432"))).await;
    let folder = tempfile::tempdir().unwrap();
    let key = format!("key.file = \"{}\"", folder.path().join("key").display());
    for url in [
        format!("postgres://postgres@[::1]:{port}/postgres?sslmode=disable"),
        format!("postgres://postgres@/postgres?host=::1&port={port}&sslmode=disable"),
        format!("postgres://postgres@[::1]:9,[::1]:{port}/postgres?sslmode=disable"),
    ] {
        // what the check accepts, the start connects to
        let quiet = ["accounts.sign_up = false", "accounts.methods = []", key.as_str()];
        let file = configuration(&url, &quiet);
        let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
        let checked = program.args(["check-config", "--config"]).arg(file.path());
        // on another thread, since this one carries what it asks
        let out = tokio::task::block_in_place(|| checked.output().unwrap());
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success() && !said.contains("not checked"), "{url}: {said}");
        tokio::task::block_in_place(|| {
            drop(Program::start_at(&url, &folder.path().join("key"), &[], "info"));
        });
        World::at(url).await.person("mina@harbor.example", &phone()).await;
        server.sql("postgres", "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        std::fs::remove_file(folder.path().join("key")).unwrap();
    }
}

fn phone() -> String {
    "+821055501234".to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u11_messages_go_to_ipv6_hosts() {
    let (mail, texts) = (PostOffice::mail(&[]), PostOffice::gateway(&[]));
    let (mail_port, texts_port) = (behind(To::Port(mail.port)).await, behind(To::Port(texts.port)).await);
    for host in ["[::1]", "::1"] {
        let relay = Mail { host: host.to_owned(), port: mail_port, ..mail.relay(MailTls::Off) };
        let gateway = Gateway { url: format!("http://[::1]:{texts_port}/v1/messages"), ..texts.texts() };
        let world = World::with(Settings { delivery: delivery(Some(relay), Some(gateway)), ..fast() }).await;
        for (channel, address) in
            [(Channel::Email, "mina@harbor.example".to_owned()), (Channel::TextMessage, phone())]
        {
            let body =
                VerificationRequest { purpose: Purpose::SignUp { asker: world.asker() }, channel, address };
            world.ask(StartVerification { body }, None).await.unwrap();
        }
        eventually("both to be sent", async || {
            let posted = world.backend.posted().await.unwrap();
            posted.iter().all(|posted| posted.delivery.state == "sent").then_some(())
        })
        .await;
        assert_eq!(mail.mails().last().unwrap().hello, "[IPv6:::1]");
    }
    assert_eq!((mail.mails().len(), texts.calls().len()), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u11_a_server_listens_on_an_ipv6_address() {
    let folder = tempfile::tempdir().unwrap();
    let program =
        Program::start(&folder.path().join("accounts.db"), &["http.metrics_listen = \"[::1]:0\""], "info");
    let log =
        eventually("the metrics", async || Some(program.log()).filter(|log| log.contains("[::1]:"))).await;
    let port: u16 = log.split("[::1]:").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    let mut stream = TcpStream::connect(("::1", port)).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, get("/metrics", "").as_bytes()).await.unwrap();
    assert_eq!(status(&crate::wire::rest(&mut stream).await), 200);
    assert_eq!(status(&say(program.address(), "127.0.0.1", &get("/livez", "")).await), 200);
}
