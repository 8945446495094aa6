//! URLs, and the hosts that they name.
//!
//! A URL passes if everybody reads the same host in it: the parser of the URL Standard, and
//! whoever looks at the letters between `://` and the next `/`. What only one of them would
//! understand is refused, such as other spellings of an address, escapes, userinfo and backslashes.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::address::{is_below, is_public_name, is_public_v4, is_public_v6};
use crate::json::{self, Json};

/// How deep the rules are nested.
const DEPTH: usize = 2;

/// Which hosts may be reached.
pub(super) struct Hosts {
    entries: Vec<Entry>,
    /// Without a list, only the port of the scheme.
    ports: Option<Vec<u16>>,
    schemes: Vec<String>,
}

/// An entry of the list.
enum Entry {
    /// A host, as a URL spells it.
    Exact(String),
    /// All below a name.
    Below(String),
}

impl Hosts {
    pub(super) fn new(rules: &str) -> Option<Self> {
        let rules = json::parse(rules.as_bytes(), DEPTH).ok()?;
        let entries = rules.get("hosts")?.as_array()?;
        let entries =
            entries.iter().map(|host| Entry::new(host.as_str()?)).collect::<Option<_>>()?;
        let ports = match rules.get("ports") {
            Some(ports) => Some(ports.as_array()?.iter().map(port).collect::<Option<_>>()?),
            None => None,
        };
        let schemes = match rules.get("schemes") {
            Some(schemes) => schemes.as_array()?.iter().map(text).collect::<Option<_>>()?,
            None => vec!["https".to_owned()],
        };
        Some(Self { entries, ports, schemes })
    }

    /// Whether a URL leads to one of the hosts.
    pub(super) fn reach(&self, url: &str) -> bool {
        self.host(url).is_some_and(|host| self.entries.iter().any(|entry| entry.covers(&host)))
    }

    /// The host of a URL, if it can be reached at all and nobody can mistake it.
    fn host(&self, url: &str) -> Option<String> {
        let is_odd = |letter: char| letter.is_control() || letter.is_whitespace() || letter == '\\';
        if url.contains(is_odd) {
            return None;
        }
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        if !self.schemes.contains(&scheme) {
            return None;
        }
        let (authority, rest) =
            rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
        // Some readers take what stands before an `@` for userinfo, wherever that stands.
        if authority.contains(['@', '%']) || !rest.starts_with('/') && rest.contains('@') {
            return None;
        }
        let (host, port) = divide(authority)?;
        let parsed = Url::parse(url).ok()?;
        let is_same = parsed.scheme() == scheme
            && parsed.host_str() == Some(host.as_str())
            && parsed.username().is_empty()
            && parsed.password().is_none();
        let actual = parsed.port_or_known_default()?;
        let is_open = match &self.ports {
            Some(ports) => ports.contains(&actual),
            None => parsed.port().is_none(),
        };
        let is_public = match parsed.host()? {
            Host::Domain(name) => is_public_name(name),
            Host::Ipv4(address) => is_public_v4(address),
            Host::Ipv6(address) => is_public_v6(address),
        };
        (is_same && port.is_none_or(|port| port == actual) && is_open && is_public).then_some(host)
    }
}

impl Entry {
    fn new(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        if let Some(above) = text.strip_prefix("*.") {
            return is_public_name(above).then(|| Self::Below(above.to_owned()));
        }
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        if let Ok(address) = inner.unwrap_or(&text).parse::<Ipv6Addr>() {
            // The parser of URLs writes it down as URLs do.
            let url = Url::parse(&format!("https://[{address}]/")).ok()?;
            return is_public_v6(address).then_some(Self::Exact(url.host_str()?.to_owned()));
        }
        let is_reachable = match text.parse::<Ipv4Addr>() {
            Ok(address) => is_public_v4(address),
            // The parser of URLs has the last word, on `xn--` for example.
            Err(_) => is_public_name(&text) && Url::parse(&format!("https://{text}/")).is_ok(),
        };
        is_reachable.then_some(Self::Exact(text))
    }

    fn covers(&self, host: &str) -> bool {
        match self {
            Self::Exact(exact) => host == exact,
            Self::Below(above) => is_below(host, above),
        }
    }
}

/// The host and the port that an authority names, by its letters.
fn divide(authority: &str) -> Option<(String, Option<u16>)> {
    let end = authority.find(']').map_or(0, |end| end + 1);
    let (address, rest) = authority.split_at_checked(end)?;
    let (name, port) = rest.split_once(':').map_or((rest, None), |(name, port)| (name, Some(port)));
    let port = match port {
        // As a number is written: `u16` would take a sign, and zeros before it.
        Some(port) if port.starts_with(|first| matches!(first, '1'..='9')) => {
            Some(port.parse().ok()?)
        }
        Some(_) => return None,
        None => None,
    };
    let host = if address.is_empty() { name } else { address };
    (address.is_empty() || name.is_empty()).then(|| (host.to_ascii_lowercase(), port))
}

fn port(json: &Json) -> Option<u16> {
    u16::try_from(json.as_number()?.as_u64()?).ok()
}

fn text(json: &Json) -> Option<String> {
    json.as_str().map(str::to_owned)
}
