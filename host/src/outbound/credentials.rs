//! Credentials that requests get on their way out, and that nothing on its way in shows.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};

use super::OutboundResponse;

/// What stands where a secret was.
const REDACTED: &str = "[redacted]";
/// Bytes from which a secret is looked for in responses. Shorter ones would be found
/// where they are none.
const MIN_SECRET_BYTES: usize = 6;

/// Headers for requests, by the origin that gets them.
#[derive(Default)]
pub(super) struct Keychain {
    credentials: Vec<Credential>,
    secrets: Vec<String>,
}

struct Credential {
    origin: String,
    name: HeaderName,
    value: HeaderValue,
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins: Vec<_> = self.credentials.iter().map(|it| &it.origin).collect();
        f.debug_struct("Keychain")
            .field("origins", &origins)
            .finish_non_exhaustive()
    }
}

impl Keychain {
    /// Adds a header for an origin; else why it cannot be sent, without its value.
    pub(super) fn add(&mut self, origin: &str, name: &str, value: &str) -> Result<(), String> {
        let url = Url::parse(origin).ok();
        let url = url.filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
        });
        let Some(url) = url else {
            return Err(format!(
                "credentials: \"{}\" is no origin; write one such as \"https://example.com\"",
                // What stands in front of an @ may be a secret.
                origin.rsplit('@').next().unwrap_or_default()
            ));
        };
        let origin = url.origin().ascii_serialization();
        let name = HeaderName::try_from(name)
            .map_err(|_| format!("credentials: \"{name}\" for {origin} is no name of a header"))?;
        let mut sent = HeaderValue::try_from(value).map_err(|_| {
            format!("credentials: a character of {name} for {origin} cannot be sent")
        })?;
        sent.set_sensitive(true);
        self.secrets.extend(secrets_in(value));
        self.credentials.push(Credential {
            origin,
            name,
            value: sent,
        });
        Ok(())
    }

    /// Replaces in the headers of a request what its origin has credentials for: whether
    /// it has any.
    pub(super) fn apply(&self, url: &Url, headers: &mut HeaderMap) -> bool {
        let origin = url.origin().ascii_serialization();
        let ours = || self.credentials.iter().filter(|it| it.origin == origin);
        if ours().next().is_none() {
            return false;
        }
        // Who the program says it is would stand beside who we say it is.
        headers.remove(AUTHORIZATION);
        headers.remove(COOKIE);
        for credential in ours() {
            headers.remove(&credential.name);
        }
        for Credential { name, value, .. } in ours() {
            headers.append(name.clone(), value.clone());
        }
        true
    }

    /// Takes out of a response every secret that a server sent back as it was.
    pub(super) fn redact(&self, response: &mut OutboundResponse) {
        for secret in &self.secrets {
            let clean = |text: &mut String| {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), REDACTED);
                }
            };
            clean(&mut response.url);
            clean(&mut response.status_text);
            response.headers.iter_mut().for_each(|(name, value)| {
                clean(name);
                clean(value);
            });
            if let Some(body) = without(&response.body, secret.as_bytes()) {
                response.body = body;
            }
        }
    }
}

/// The parts of a header's value that are secret: all of it, what stands behind a scheme,
/// and the password of `Basic`.
fn secrets_in(value: &str) -> Vec<String> {
    let mut secrets = vec![value.to_owned()];
    if let Some((scheme, rest)) = value.split_once(' ') {
        secrets.push(rest.to_owned());
        let decoded = STANDARD
            .decode(rest)
            .ok()
            .filter(|_| scheme.eq_ignore_ascii_case("basic"));
        let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let password = text.as_deref().and_then(|text| text.split_once(':'));
        secrets.extend(password.map(|(_, password)| password.to_owned()));
    }
    secrets.retain(|secret| secret.len() >= MIN_SECRET_BYTES);
    secrets
}

/// The bytes with every `secret` replaced, if it is in them.
fn without(bytes: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let first = *secret.first()?;
    let mut clean: Option<Vec<u8>> = None;
    let (mut at, mut kept) = (0, 0);
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| *byte == first) {
        at += found;
        if bytes[at..].starts_with(secret) {
            let clean = clean.get_or_insert_default();
            clean.extend_from_slice(&bytes[kept..at]);
            clean.extend_from_slice(REDACTED.as_bytes());
            at += secret.len();
            kept = at;
        } else {
            at += 1;
        }
    }
    let mut clean = clean?;
    clean.extend_from_slice(&bytes[kept..]);
    Some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keychain() -> Keychain {
        let mut keychain = Keychain::default();
        keychain
            .add("https://a.b", "authorization", "Bearer secret-token")
            .unwrap();
        let basic = format!("Basic {}", STANDARD.encode("user:pass-word"));
        keychain.add("https://c.d:8443/", "X-Auth", &basic).unwrap();
        keychain
    }

    fn applied(url: &str) -> (bool, Vec<(String, String)>) {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "mine"),
            ("cookie", "mine"),
            ("x-auth", "mine"),
            ("x-other", "mine"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let is_applied = keychain().apply(&Url::parse(url).unwrap(), &mut headers);
        let rows = headers.iter();
        let rows = rows.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let mut rows: Vec<_> = rows.collect();
        rows.sort();
        (is_applied, rows)
    }

    #[test]
    fn credentials_go_to_their_origin_and_replace_the_programs_own() {
        let row = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            applied("https://a.b/x"),
            (
                true,
                vec![
                    row("authorization", "Bearer secret-token"),
                    row("x-auth", "mine"),
                    row("x-other", "mine")
                ]
            )
        );
        for other in [
            "http://a.b/",
            "https://a.b:444/",
            "https://x.a.b/",
            "https://c.d/",
        ] {
            let (is_applied, rows) = applied(other);
            assert!(!is_applied, "{other}");
            assert_eq!(rows.len(), 4, "{other}");
        }
    }

    #[test]
    fn a_secret_that_comes_back_is_taken_out() {
        let mut response =
            OutboundResponse::new(200, "a secret-token b Bearer secret-token pass-word \u{ff}");
        response.url = "https://a.b/?t=secret-token".into();
        response.headers = vec![("x-echo".into(), "Bearer secret-token".into())];
        keychain().redact(&mut response);
        assert_eq!(
            String::from_utf8(response.body).unwrap(),
            "a [redacted] b [redacted] [redacted] \u{ff}"
        );
        assert_eq!(response.url, "https://a.b/?t=[redacted]");
        assert_eq!(
            response.headers,
            [("x-echo".to_owned(), "[redacted]".to_owned())]
        );
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_its_value() {
        let mut keychain = Keychain::default();
        let mut refused =
            |origin: &str, name: &str, value: &str| keychain.add(origin, name, value).unwrap_err();
        assert_eq!(
            refused("a.b", "x", "v"),
            "credentials: \"a.b\" is no origin; write one such as \"https://example.com\""
        );
        assert!(refused("https://user:pw@a.b", "x", "v").contains("\"a.b\" is no origin"));
        assert_eq!(
            refused("https://a.b", "x y", "v"),
            "credentials: \"x y\" for https://a.b is no name of a header"
        );
        assert_eq!(
            refused("https://a.b", "x", "v\r\nsecret"),
            "credentials: a character of x for https://a.b cannot be sent"
        );
    }

    #[test]
    fn the_debug_form_holds_no_secret() {
        assert_eq!(
            format!("{:?}", keychain()),
            r#"Keychain { origins: ["https://a.b", "https://c.d:8443"], .. }"#
        );
    }
}
