//! What may go out: to which hosts, how, and how much.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;

use super::address::{Network, special};
use super::host::HostPattern;
use super::{OutboundError, OutboundErrorKind};

const MIB: usize = 1024 * 1024;

/// Which requests go out, and how much they may be.
///
/// Defaults:
/// - no host at all; [`host`](Self::host) allows some;
/// - `GET` and `HEAD`;
/// - `https`, on its own port;
/// - addresses of the public internet only, whatever the name of the host is;
/// - 1 MiB for a request's body, 8 MiB for a response's;
/// - 30 seconds for all of it, redirects and body included;
/// - 5 redirects, each checked as if the program had asked for it.
///
/// # Examples
///
/// ```
/// use codecell::outbound::{HttpOutbound, Policy};
///
/// # fn main() -> Result<(), codecell::Error> {
/// let policy = Policy::new()
///     .host("api.github.com")
///     .host("*.example.com")
///     .methods(["GET", "POST"]);
/// let outbound = HttpOutbound::builder(policy)
///     .bearer("https://api.github.com", "a token that no program sees")
///     .build()?;
/// # drop(outbound);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "give it to an `HttpOutbound`"]
pub struct Policy {
    pub(super) hosts: Vec<String>,
    pub(super) methods: Vec<String>,
    pub(super) ports: Option<Vec<u16>>,
    pub(super) is_http_allowed: bool,
    pub(super) networks: Vec<(String, String)>,
    pub(super) max_request_bytes: usize,
    pub(super) max_response_bytes: usize,
    pub(super) timeout: Duration,
    pub(super) max_redirects: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

impl Policy {
    /// Lets nothing out yet.
    pub fn new() -> Self {
        Self {
            hosts: Vec::new(),
            methods: ["GET", "HEAD"].map(str::to_owned).to_vec(),
            ports: None,
            is_http_allowed: false,
            networks: Vec::new(),
            max_request_bytes: MIB,
            max_response_bytes: 8 * MIB,
            timeout: Duration::from_secs(30),
            max_redirects: 5,
        }
    }

    /// Allows a host: `example.com`, `*.example.com` for all below it and not itself, or
    /// `*` for any.
    pub fn host(mut self, pattern: impl Into<String>) -> Self {
        self.hosts.push(pattern.into());
        self
    }

    /// Sets the methods that are allowed.
    pub fn methods(mut self, methods: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.methods = methods.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the ports that are allowed, in place of those of the schemes.
    pub fn ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.ports = Some(ports.into_iter().collect());
        self
    }

    /// Allows `http` besides `https`. Anybody on the way reads and changes what it carries.
    pub fn allow_http(mut self) -> Self {
        self.is_http_allowed = true;
        self
    }

    /// Lets a host, by the patterns of [`host`](Self::host), have addresses in a range that
    /// is not of the public internet: `10.1.0.0/16`, `fd00::/8`, `127.0.0.1`.
    pub fn allow_network(mut self, host: impl Into<String>, network: impl Into<String>) -> Self {
        self.networks.push((host.into(), network.into()));
        self
    }

    /// Sets how many bytes a request's body may have.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_request_bytes = bytes;
        self
    }

    /// Sets how many bytes a response's body may have. Bodies are read whole, so this is
    /// also what a request costs in memory.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets how long a request may take, redirects and body included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how many redirects of one request are followed.
    pub fn max_redirects(mut self, redirects: usize) -> Self {
        self.max_redirects = redirects;
        self
    }

    /// The policy, read; else what of it cannot be.
    pub(super) fn rules(self) -> Result<Rules, String> {
        let pattern = |text: &String| {
            HostPattern::parse(text).ok_or_else(|| {
                format!(
                    "policy: host \"{text}\" is none; write a host such as \"example.com\" or \
                     \"*.example.com\", without scheme, port and path"
                )
            })
        };
        let hosts = self.hosts.iter().map(pattern).collect::<Result<_, _>>()?;
        let network = |(host, network): &(String, String)| {
            let read = Network::parse(network).ok_or_else(|| {
                format!(
                    "policy: network \"{network}\" is none; write a range such as \"10.1.0.0/16\""
                )
            })?;
            Ok::<_, String>((pattern(host)?, read))
        };
        let networks = self
            .networks
            .iter()
            .map(network)
            .collect::<Result<_, _>>()?;
        if self.timeout.is_zero() {
            return Err("policy: a timeout of zero lets nothing through".to_owned());
        }
        Ok(Rules {
            hosts,
            networks,
            policy: self,
        })
    }
}

/// A policy that was read.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) policy: Policy,
    hosts: Vec<HostPattern>,
    networks: Vec<(HostPattern, Network)>,
}

impl Rules {
    /// Whether a request may go out, as far as its address and method say.
    pub(super) fn check(&self, method: &str, url: &Url) -> Result<(), OutboundError> {
        let policy = &self.policy;
        match url.scheme() {
            "https" => {}
            "http" if policy.is_http_allowed => {}
            "http" => return Err(denied("http is not allowed; use https".to_owned())),
            scheme => return Err(denied(format!("the scheme {scheme} is not allowed"))),
        }
        let host = url.host_str().unwrap_or_default();
        if !url.username().is_empty() || url.password().is_some() {
            return Err(denied(
                "an address with credentials in it is not allowed".to_owned(),
            ));
        }
        if !self.hosts.iter().any(|pattern| pattern.matches(host)) {
            let message = format!("the host {host} is not allowed; {}", self.hosts_text());
            return Err(denied(message));
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let is_port_allowed = match &policy.ports {
            Some(ports) => ports.contains(&port),
            None => url.port().is_none(),
        };
        if !is_port_allowed {
            return Err(denied(format!("the port {port} of {host} is not allowed")));
        }
        if !policy.methods.iter().any(|allowed| allowed == method) {
            let methods = policy.methods.join(", ");
            return Err(denied(format!(
                "the method {method} is not allowed; use {methods}"
            )));
        }
        // A name is checked when it is resolved; this host is its own address.
        match address_in(url) {
            Some(address) => self.check_address(host, address),
            None => Ok(()),
        }
    }

    /// Whether a host may have this address.
    pub(super) fn check_address(&self, host: &str, address: IpAddr) -> Result<(), OutboundError> {
        let Some(what) = special(address) else {
            return Ok(());
        };
        let allows = |(pattern, network): &(HostPattern, Network)| {
            pattern.matches(host) && network.contains(address)
        };
        if self.networks.iter().any(allows) {
            return Ok(());
        }
        // The address itself would tell what is inside.
        Err(denied(format!(
            "the host {host} has an address that is not public ({what})"
        )))
    }

    /// What can be reached, in words.
    pub(super) fn description(&self) -> String {
        let policy = &self.policy;
        let schemes = if policy.is_http_allowed {
            "http and https"
        } else {
            "https"
        };
        format!(
            "`fetch` works over {schemes} with {}: {}",
            policy.methods.join(", "),
            self.hosts_text()
        )
    }

    fn hosts_text(&self) -> String {
        match self.policy.hosts.as_slice() {
            [] => "no host is allowed".to_owned(),
            [host] => format!("the host that is allowed is {host}"),
            hosts => format!("the hosts that are allowed are {}", hosts.join(", ")),
        }
    }
}

/// The address that the host of a URL is.
fn address_in(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok()
}

pub(super) fn denied(message: String) -> OutboundError {
    OutboundError::new(OutboundErrorKind::Denied, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: Policy, method: &str, url: &str) -> Option<String> {
        let checked = policy
            .rules()
            .unwrap()
            .check(method, &Url::parse(url).unwrap());
        checked.err().map(|error| error.to_string())
    }

    #[test]
    fn a_new_policy_lets_nothing_out() {
        let message = "the host a.b is not allowed; no host is allowed";
        assert_eq!(
            check(Policy::new(), "GET", "https://a.b/"),
            Some(message.into())
        );
    }

    #[test]
    fn each_part_of_a_request_is_checked() {
        let policy = Policy::new().host("a.b").host("*.c.d");
        let hosts = "the hosts that are allowed are a.b, *.c.d";
        for (method, url, message) in [
            ("GET", "https://a.b/x?y", None),
            ("GET", "https://x.c.d", None),
            ("GET", "https://a.b:443/", None),
            (
                "GET",
                "https://c.d/",
                Some(format!("the host c.d is not allowed; {hosts}")),
            ),
            (
                "GET",
                "https://a.b./",
                Some(format!("the host a.b. is not allowed; {hosts}")),
            ),
            (
                "GET",
                "http://a.b/",
                Some("http is not allowed; use https".into()),
            ),
            (
                "GET",
                "ftp://a.b/",
                Some("the scheme ftp is not allowed".into()),
            ),
            (
                "GET",
                "file:///etc/passwd",
                Some("the scheme file is not allowed".into()),
            ),
            (
                "GET",
                "https://a.b:8443/",
                Some("the port 8443 of a.b is not allowed".into()),
            ),
            (
                "GET",
                "https://u:p@a.b/",
                Some("an address with credentials in it is not allowed".into()),
            ),
            (
                "GET",
                "https://a.b@evil.c/",
                Some("an address with credentials in it is not allowed".into()),
            ),
            (
                "POST",
                "https://a.b/",
                Some("the method POST is not allowed; use GET, HEAD".into()),
            ),
            (
                "get",
                "https://a.b/",
                Some("the method get is not allowed; use GET, HEAD".into()),
            ),
        ] {
            assert_eq!(
                check(policy.clone(), method, url),
                message,
                "{method} {url}"
            );
        }
    }

    #[test]
    fn a_host_that_is_an_address_is_checked_as_one_in_every_spelling() {
        let policy = || Policy::new().host("*").ports([443, 80]);
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/",
            "https://[64:ff9b::a00:1]/",
            "https://0/",
            "https://１２７.０.０.１/",
        ] {
            let message = check(policy(), "GET", url).unwrap();
            assert!(
                message.contains("has an address that is not public"),
                "{url}: {message}"
            );
        }
        assert_eq!(check(policy(), "GET", "https://1.1.1.1/"), None);
        let allowed = policy().allow_network("127.0.0.1", "127.0.0.0/8");
        assert_eq!(check(allowed.clone(), "GET", "https://127.1/"), None);
        assert!(check(allowed, "GET", "https://127.0.0.2/").is_some());
    }

    #[test]
    fn settings_that_mean_nothing_are_refused() {
        let refused = |policy: Policy| policy.rules().unwrap_err();
        assert_eq!(
            refused(Policy::new().host("https://a.b")),
            "policy: host \"https://a.b\" is none; write a host such as \"example.com\" or \
             \"*.example.com\", without scheme, port and path"
        );
        assert_eq!(
            refused(Policy::new().allow_network("a.b", "10/8")),
            "policy: network \"10/8\" is none; write a range such as \"10.1.0.0/16\""
        );
        assert_eq!(
            refused(Policy::new().timeout(Duration::ZERO)),
            "policy: a timeout of zero lets nothing through"
        );
    }
}
