//! Names of hosts in settings: one host, or all below a domain.

use reqwest::Url;

/// A host, as it is in the address of a request: in small letters, ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HostPattern {
    /// Any host at all.
    Any,
    Exact(String),
    /// Everything below a domain, and not the domain: with the dot in front.
    Below(String),
}

impl HostPattern {
    /// Reads `example.com`, `*.example.com`, `127.0.0.1`, `[::1]` or `*`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        match text.strip_prefix("*.") {
            Some(domain) => {
                let domain = host(domain)?;
                let is_address =
                    domain.starts_with('[') || domain.parse::<std::net::Ipv4Addr>().is_ok();
                (!is_address).then(|| Self::Below(format!(".{domain}")))
            }
            None => host(text).map(Self::Exact),
        }
    }

    pub(super) fn matches(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(name) => name == host,
            Self::Below(domain) => host.len() > domain.len() && host.ends_with(domain.as_str()),
        }
    }
}

/// The host as an address would have it, if this is one and nothing else.
fn host(text: &str) -> Option<String> {
    if text.is_empty() || text.contains(['*', '/', '?', '#', '@', '\\', '%', ' ']) {
        return None;
    }
    let url = Url::parse(&format!("https://{text}/")).ok()?;
    let is_plain = url.port().is_none() && !text.ends_with(':') && url.path() == "/";
    url.host_str().filter(|_| is_plain).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_hosts_as_addresses_have_them() {
        let matches =
            |pattern: &str, host: &str| HostPattern::parse(pattern).unwrap().matches(host);
        assert!(matches("Example.COM", "example.com"));
        assert!(!matches("example.com", "a.example.com"));
        assert!(!matches("example.com", "example.com."));
        assert!(matches("*.example.com", "a.b.example.com"));
        assert!(!matches("*.example.com", "example.com"));
        assert!(!matches("*.example.com", "badexample.com"));
        assert!(!matches("*.example.com", ".example.com"));
        assert!(matches("bücher.example", "xn--bcher-kva.example"));
        assert!(matches("127.1", "127.0.0.1"));
        assert!(matches("[::1]", "[::1]"));
        assert!(matches("*", "anything"));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            "https://a.b",
            "a.b/c",
            "a.b:80",
            "a.b:",
            "a@b",
            "*.*",
            "a.*",
            "*a.b",
            "*.",
            "*.127.0.0.1",
            "::1",
            "a b",
            "a%2fb",
        ] {
            assert_eq!(HostPattern::parse(text), None, "{text}");
        }
    }
}
