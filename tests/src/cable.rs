//! The one cable that leads out of a [room](crate::room): at its other end are the backend's computer and whoever answers for names,
//! and everything that leaves is counted on its way, whoever it is for.

use crate::authority::Authority;
use crate::patience::until;
use crate::program::{Program, Surroundings};
use crate::room::{path, run};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What the backend is called out there; nobody can own such a name (RFC 2606).
pub const NAME: &str = "accounts.harbor.example";
/// The computer at the other end, which is the way to everywhere (RFC 5737, RFC 3849).
pub const THERE: &str = "192.0.2.1";
const THERE_6: &str = "2001:db8::1";

/// Counts what leaves, by who it is for. What the kernel says by itself to find its neighbours is left out.
const WATCH: &str = r#"
table inet watch {
  set four { typeof ip daddr . meta l4proto . th dport; flags dynamic; size 65535; counter; }
  set six { typeof ip6 daddr . meta l4proto . th dport; flags dynamic; size 65535; counter; }
  chain leaving {
    type filter hook postrouting priority 0
    meta l4proto ipv6-icmp return
    oifname "room" add @four { ip daddr . meta l4proto . th dport }
    oifname "room" add @six { ip6 daddr . meta l4proto . th dport }
  }
}
"#;

/// To whom packets went.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whom {
    /// The address.
    pub address: String,
    /// `tcp`, `udp` or another protocol's name or number.
    pub protocol: String,
    /// The port.
    pub port: String,
}

/// A cable that is plugged in.
pub struct Cable {
    folder: TempDir,
    authority: Authority,
    around: Surroundings,
    _names: Program,
    _there: Program,
}

impl Cable {
    /// Lays it from the room that this process is in.
    pub async fn lay() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("cable-").tempdir()?;
        let mut around =
            Surroundings { variables: BTreeMap::new(), logs: folder.path().to_owned(), before: Vec::new() };
        around.set("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        // a namespace is there for as long as somebody is in it
        let there = Program::start("there", Path::new("unshare"), &["--net", "sleep", "infinity"], &around)?;
        let own = std::fs::read_link("/proc/self/ns/net")?;
        let namespace = format!("/proc/{}/ns/net", there.id());
        until("the other end is a place of its own", async || {
            Ok((std::fs::read_link(&namespace)? != own).then_some(()))
        })
        .await?;
        let id = there.id().to_string();
        run(&["ip", "link", "add", "room", "type", "veth", "peer", "name", "there", "netns", &id])?;
        let beyond = around.beyond(&namespace);
        for words in [
            vec!["ip", "link", "set", "lo", "up"],
            vec!["ip", "addr", "add", "192.0.2.1/24", "dev", "there"],
            vec!["ip", "addr", "add", "2001:db8::1/64", "dev", "there", "nodad"],
            vec!["ip", "link", "set", "there", "up"],
        ] {
            let words: Vec<&str> = beyond.before.iter().map(String::as_str).chain(words).collect();
            run(&words)?;
        }
        let watch = folder.path().join("watch.nft");
        std::fs::write(&watch, WATCH)?;
        run(&["nft", "--file", path(&watch)?])?;
        let names = answer_for_names(&beyond).await?;
        let cable = Self {
            authority: Authority::new(folder.path())?,
            folder,
            around: beyond,
            _names: names,
            _there: there,
        };
        cable.plug_in()?;
        Ok(cable)
    }

    /// Pulls it out: from now on there is no network.
    pub fn pull_out(&self) -> Result<()> {
        run(&["ip", "link", "set", "room", "down"])?;
        run(&["ip", "addr", "flush", "dev", "room"]).map(drop)
    }

    /// Plugs it in: there is a network, and a way to everywhere.
    pub fn plug_in(&self) -> Result<()> {
        run(&["ip", "addr", "add", "192.0.2.2/24", "dev", "room"])?;
        run(&["ip", "addr", "add", "2001:db8::2/64", "dev", "room", "nodad"])?;
        run(&["ip", "link", "set", "room", "up"])?;
        run(&["ip", "route", "add", "default", "via", THERE])?;
        run(&["ip", "-6", "route", "add", "default", "via", THERE_6]).map(drop)
    }

    /// Whoever was sent anything since the cable was laid, and how many packets.
    pub fn left(&self) -> Result<BTreeMap<Whom, u64>> {
        let listed: Value =
            serde_json::from_str(&run(&["nft", "--json", "list", "table", "inet", "watch"])?)?;
        let parts = listed["nftables"].as_array().context("a list of the watch's parts")?;
        let sets = parts.iter().filter_map(|part| part["set"]["elem"].as_array());
        sets.flatten().map(|element| counted(&element["elem"])).collect()
    }

    /// Every name that was asked for.
    pub fn asked(&self) -> BTreeSet<String> {
        let log = self.around.log("names");
        let questions = log.lines().filter_map(|line| line.split_once("query[")?.1.split_once("] "));
        questions.filter_map(|(_, rest)| rest.split(' ').next()).map(str::to_owned).collect()
    }

    /// The computer at the other end, for programs that run there.
    pub fn there(&self) -> There {
        There { before: self.around.before.clone(), authority: self.authority.clone() }
    }

    /// A resolver's file that leads to the other end.
    pub(crate) fn resolver(&self) -> Result<PathBuf> {
        let file = self.folder.path().join("resolv.conf");
        std::fs::write(&file, format!("nameserver {THERE}\noptions timeout:1 attempts:2\n"))?;
        Ok(file)
    }
}

/// Answers at the other end: the backend's name leads there, and there is no other.
async fn answer_for_names(beyond: &Surroundings) -> Result<Program> {
    let backend = format!("--address=/{NAME}/{THERE}");
    let arguments = [
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--bind-interfaces",
        "--listen-address=192.0.2.1",
        "--address=/#/",
        &backend,
        "--log-queries",
        "--log-facility=-",
        "--user=",
        "--group=",
        "--pid-file=",
    ];
    let program = Program::start("names", Path::new("dnsmasq"), &arguments, beyond)?;
    until("names are answered for", async || Ok(beyond.log("names").contains("started").then_some(())))
        .await
        .with_context(|| beyond.log("names"))?;
    Ok(program)
}

/// One element of a set, as `nft` prints it.
fn counted(element: &Value) -> Result<(Whom, u64)> {
    let word = |at: usize| {
        let value = &element["val"]["concat"][at];
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    let packets = element["counter"]["packets"].as_u64().with_context(|| format!("a count: {element}"))?;
    Ok((Whom { address: word(0), protocol: word(1), port: word(2) }, packets))
}

/// The computer at the other end of a cable.
#[derive(Debug, Clone)]
pub struct There {
    before: Vec<String>,
    /// What vouches for its certificate.
    pub authority: Authority,
}

impl There {
    /// These surroundings, there.
    pub fn around(&self, around: &Surroundings) -> Surroundings {
        Surroundings { before: self.before.clone(), ..around.clone() }
    }

    /// Lines of a backend's configuration: how it proves that it is the one at [`NAME`].
    pub fn lines(&self) -> [String; 2] {
        let Authority { certificate, key, .. } = &self.authority;
        [
            format!("http.tls.certificate = \"{}\"", certificate.display()),
            format!("http.tls.key = \"{}\"", key.display()),
        ]
    }
}
