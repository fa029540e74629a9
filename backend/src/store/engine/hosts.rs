//! The address of PostgreSQL servers: `postgres://USER@HOST1:PORT1,HOST2:PORT2/DATABASE?sslmode=…`, as libpq writes it.
//! sqlx knows one host alone, so the list is read here and becomes one address for each.
//!
//! An address may hold a password, so none is ever shown: [`Host::shown`] is what a message may say.

use crate::error::OpenError;
use sqlx::any::AnyConnectOptions;
use std::fmt;

/// Parameters that are passed on as they are.
const PASSED_ON: &[&str] = &["sslmode", "sslrootcert", "sslcert", "sslkey", "application_name", "options"];
/// The port of a host that names none.
const PORT: &str = "5432";
/// A backend has some more statements than sqlx would remember.
const STATEMENTS: &str = "300";

/// Where the database is.
#[derive(Clone)]
pub(super) struct Address {
    pub hosts: Vec<Host>,
}

/// One server.
#[derive(Clone)]
pub(super) struct Host {
    pub options: AnyConnectOptions,
    /// Host and port.
    pub shown: String,
    /// Whether another may take its place.
    pub has_others: bool,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Address {
    /// Reads it; `None` where it is no address of a PostgreSQL server at all.
    pub(super) fn read(text: &str) -> Result<Option<Self>, OpenError> {
        let Some(rest) = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))
        else {
            return Ok(None);
        };
        match read(rest) {
            Ok(hosts) => Ok(Some(Self { hosts })),
            Err(what) => Err(OpenError::Servers(what)),
        }
    }
}

/// What is wrong with an address, without its password.
type Wrong = std::borrow::Cow<'static, str>;

fn read(rest: &str) -> Result<Vec<Host>, Wrong> {
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = before.split_once('/').unwrap_or((before, ""));
    let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) =
        user.split_once(':').map_or((user, None), |(user, password)| (user, Some(password)));

    let mut names: Vec<String> = Vec::new();
    let mut ports: Vec<String> = Vec::new();
    for host in hosts.split(',').filter(|host| !host.is_empty()) {
        // an IPv6 address stands in brackets and holds colons of its own
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, port),
            _ => (host, PORT),
        };
        if name.contains(':') && !(name.starts_with('[') && name.ends_with(']')) {
            return Err("an IPv6 address stands in brackets, like [::1]:5432".into());
        }
        names.push(decoded(name)?);
        ports.push(port.to_owned());
    }
    let mut shared: Vec<(&str, String)> = vec![("statement-cache-capacity", STATEMENTS.to_owned())];
    for (key, value) in [("user", Some(user)), ("password", password), ("dbname", Some(database))] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            shared.push((key, decoded(value)?));
        }
    }
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|_| "its parameters cannot be read")?;
    for (key, value) in pairs {
        match key.as_str() {
            "host" => names = value.split(',').map(str::to_owned).collect(),
            "port" => ports = value.split(',').map(str::to_owned).collect(),
            "user" => shared.push(("user", value)),
            "password" => shared.push(("password", value)),
            "dbname" => shared.push(("dbname", value)),
            // writes go to the one server that takes them in any case
            "target_session_attrs" if matches!(value.as_str(), "read-write" | "primary") => {}
            "target_session_attrs" => {
                return Err("target_session_attrs is read-write: the backend writes".into());
            }
            key => match PASSED_ON.iter().find(|known| **known == key) {
                Some(known) => shared.push((known, value)),
                None => return Err(format!("the parameter `{key}` is not known").into()),
            },
        }
    }
    if names.is_empty() {
        return Err("it names no host".into());
    }
    if ports.is_empty() {
        ports.push(PORT.to_owned());
    }
    if ports.len() != 1 && ports.len() != names.len() {
        return Err("there are neither as many ports as hosts nor just one".into());
    }
    if !shared.iter().any(|(key, _)| *key == "dbname") {
        return Err("it names no database".into());
    }
    names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let port = ports.get(place).unwrap_or(&ports[0]);
            port.parse::<u16>().map_err(|_| format!("`{port}` is no port"))?;
            let mut pairs = shared.clone();
            // the brackets belong to the address and not to the host
            let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
            pairs.extend([("host", bare.to_owned()), ("port", port.clone())]);
            let query = serde_urlencoded::to_string(&pairs).map_err(|_| "it cannot be written")?;
            // everything stands in the parameters, which may hold any character
            let options = format!("postgres://localhost/?{query}").parse().map_err(|_| "it is no address")?;
            let shown =
                if bare.contains(':') { format!("[{bare}]:{port}") } else { format!("{bare}:{port}") };
            Ok(Host { options, shown, has_others: names.len() > 1 })
        })
        .collect()
}

/// Without percent-encoding.
fn decoded(text: &str) -> Result<String, Wrong> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(&format!("x={}", text.replace('+', "%2B").replace('&', "%26")))
            .map_err(|_| "it is not percent-encoded rightly")?;
    Ok(pairs.into_iter().map(|(_, value)| value).collect())
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn hosts(text: &str) -> Vec<(String, String)> {
        let address = Address::read(text).unwrap().unwrap();
        address.hosts.iter().map(|host| (host.shown.clone(), host.options.database_url.to_string())).collect()
    }

    #[test]
    fn each_host_has_an_address_of_its_own() {
        let read = hosts("postgres://post%40ern:p%2Fw+d@db1,db2:6432,[::1]:7/accounts?sslmode=verify-full");
        let shown: Vec<_> = read.iter().map(|(shown, _)| shown.as_str()).collect();
        assert_eq!(shown, ["db1:5432", "db2:6432", "[::1]:7"]);
        for (_, url) in &read {
            for part in ["user=post%40ern", "password=p%2Fw%2Bd", "dbname=accounts", "sslmode=verify-full"] {
                assert!(url.contains(part), "{part} in {url}");
            }
        }
        let read =
            hosts("postgresql:///accounts?host=/run/a,/run/b&port=1,2&target_session_attrs=read-write");
        assert_eq!(read[1].0, "/run/b:2");
        assert!(read[1].1.contains("host=%2Frun%2Fb&port=2"), "{}", read[1].1);
        assert!(Address::read("sqlite:///a.db").unwrap().is_none());
        // U11: an IPv6 address is given to the resolver without its brackets
        for (text, host) in [
            ("postgres://postern@[::1]:5432/accounts", "host=%3A%3A1&port=5432"),
            ("postgres://postern@[2001:db8::7]/accounts", "host=2001%3Adb8%3A%3A7&port=5432"),
            ("postgres:///accounts?host=[::1]&port=7", "host=%3A%3A1&port=7"),
            ("postgres:///accounts?host=::1&port=7", "host=%3A%3A1&port=7"),
        ] {
            let read = hosts(text);
            assert!(read[0].1.contains(host) && read[0].0.starts_with('['), "{read:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (odd, said) in [
            ("postgres:///accounts", "no host"),
            ("postgres://u:hush@db", "no database"),
            ("postgres://u:hush@db:x/accounts", "`x` is no port"),
            ("postgres://u:hush@db/accounts?sslmod=require", "`sslmod` is not known"),
            ("postgres://u:hush@db/accounts?target_session_attrs=standby", "read-write"),
            ("postgres://u:hush@a,b,c/accounts?port=1,2", "as many ports"),
            ("postgres://u:hush@::1:5432/accounts", "in brackets"),
            ("postgres://u:hush@2001:db8::7/accounts", "in brackets"),
        ] {
            let fault = Address::read(odd).err().unwrap().to_string();
            assert!(fault.contains(said) && !fault.contains("hush"), "{odd}: {fault}");
        }
        let address = Address::read("postgres://u:hush@db/accounts").unwrap().unwrap();
        assert!(!format!("{:?}", address.hosts).contains("hush"));
    }
}
