//! Where the servers of a document are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::error::Problem;
use super::escape::literal;
use super::reference::Node;
use super::template::check_segments;

/// The URL that paths are appended to: an origin and a path that does not end
/// with a slash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Base {
    origin: String,
    path: String,
}

impl Base {
    /// Reads an absolute URL.
    ///
    /// No general reader of URLs: what a server does not need (a user, a query,
    /// characters that readers disagree on) is refused.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let (origin, path) = split_origin(url)?;
        if path.contains(['?', '#']) {
            return Err(format!(
                "`{url}` is no server: it has a query or a fragment"
            ));
        }
        let path = literal(path.trim_end_matches('/'));
        check_segments(&path).map_err(|error| error.to_string())?;
        Ok(Self { origin, path })
    }

    /// The URL of a path, which begins with a slash or is empty, below this one.
    pub(super) fn join(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.path)
    }

    /// The rest of an absolute URL behind this base, if that is where it leads.
    pub(super) fn strip<'u>(&self, url: &'u str) -> Option<&'u str> {
        let (origin, path) = split_origin(url).ok()?;
        let rest = path.strip_prefix(&self.path)?;
        let is_below = rest.is_empty() || rest.starts_with(['/', '?']);
        (origin == self.origin && is_below).then_some(rest)
    }
}

/// The origin in its usual form, and what follows it.
fn split_origin(url: &str) -> Result<(String, &str), String> {
    let wrong = || format!("`{url}` is no absolute URL such as `https://api.example.com/v1`");
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let scheme = scheme.to_ascii_lowercase();
    let port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return Err(wrong()),
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    if authority.is_empty() || authority.starts_with(':') || !authority.chars().all(is_plain) {
        return Err(wrong());
    }
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(port).unwrap_or(&authority);
    Ok((format!("{scheme}://{authority}"), path))
}

/// What the embedder said about servers.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    /// Takes the place of every server.
    pub(super) server: Option<Base>,
    /// Where the document came from; what relative servers are relative to.
    pub(super) location: Option<Base>,
    pub(super) variables: BTreeMap<String, String>,
}

impl Settings {
    /// The servers of `owner`, which is the document, a path item or an
    /// operation; the document's own is the root of where it came from unless
    /// it says otherwise.
    pub(super) fn servers(&self, owner: &Node<'_>) -> Vec<Result<Base, Problem>> {
        if let Some(server) = &self.server {
            return vec![Ok(server.clone())];
        }
        let servers = owner.get("servers");
        let length = servers
            .as_ref()
            .and_then(|list| list.value.as_array())
            .map_or(0, Vec::len);
        if length == 0 {
            return vec![
                self.resolve("/")
                    .map_err(|message| Problem::new("#/servers", message)),
            ];
        }
        let nodes = (0..length).filter_map(|index| servers.as_ref()?.get(&index.to_string()));
        nodes.map(|node| self.server(&node)).collect()
    }

    fn server(&self, node: &Node<'_>) -> Result<Base, Problem> {
        let complaint = |message| Problem::new(format!("#{}", node.pointer), message);
        let url = node.value.get("url").and_then(Value::as_str);
        let url = url.ok_or_else(|| complaint("a server needs a `url`".to_owned()))?;
        let variables = node.value.get("variables");
        let url = self
            .filled(url, variables.unwrap_or(&Value::Null))
            .map_err(complaint)?;
        self.resolve(&url).map_err(complaint)
    }

    /// Fills in each `{variable}`.
    fn filled(&self, url: &str, variables: &Value) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = url;
        while let Some((text, behind)) = rest.split_once('{') {
            let (name, behind) = behind
                .split_once('}')
                .ok_or_else(|| format!("`{url}` has a brace without its partner"))?;
            out.push_str(text);
            out.push_str(&self.variable(name, variables.get(name))?);
            rest = behind;
        }
        Ok(out + rest)
    }

    fn variable(&self, name: &str, declared: Option<&Value>) -> Result<String, String> {
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let allowed = declared.and_then(|variable| variable.get("enum")?.as_array());
        match self.variables.get(name) {
            Some(value)
                if allowed.is_some_and(|all| !all.iter().any(|one| text(one) == *value)) =>
            {
                Err(format!(
                    "`{value}` is not among the values of server variable `{name}`"
                ))
            }
            Some(value) => Ok(value.clone()),
            None => declared
                .and_then(|variable| variable.get("default"))
                .map(text)
                .ok_or_else(|| format!("server variable `{name}` has no default; set it")),
        }
    }

    fn resolve(&self, url: &str) -> Result<Base, String> {
        if url.contains("://") {
            return Base::parse(url);
        }
        let location = self.location.as_ref().ok_or_else(|| {
            format!("server `{url}` is relative; set `location` to where the document came from")
        })?;
        let path = match url.strip_prefix('/') {
            Some(_) => url.to_owned(),
            None => format!(
                "{}/{}",
                location.path,
                url.strip_prefix("./").unwrap_or(url)
            ),
        };
        Base::parse(&format!("{}{path}", location.origin))
    }
}

/// The names of the variables that the servers of `owner` have.
pub(super) fn variables(owner: &Value) -> BTreeSet<&str> {
    let servers = owner.get("servers").and_then(Value::as_array);
    let variables = servers
        .into_iter()
        .flatten()
        .filter_map(|server| server.get("variables")?.as_object());
    variables
        .flat_map(|all| all.keys())
        .map(String::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(url: &str) -> Option<String> {
        Base::parse(url).ok().map(|base| base.join("/x"))
    }

    #[test]
    fn a_base_is_an_origin_and_a_path_and_nothing_else() {
        let cases = [
            ("https://H.Example", Some("https://h.example/x")),
            ("https://h:443/v1/", Some("https://h/v1/x")),
            ("http://h:8080/a b", Some("http://h:8080/a%20b/x")),
            ("http://[::1]:1/", Some("http://[::1]:1/x")),
            ("https://user@h", None),
            ("https://h\\@evil", Some("https://h%5C@evil/x")),
            ("https://hö", None),
            ("https://", None),
            ("https://:80", None),
            ("https://h?a", None),
            ("https://h/../a", None),
            ("ftp://h", None),
            ("//h", None),
            ("/v1", None),
        ];
        for (url, expected) in cases {
            assert_eq!(parsed(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn only_urls_below_a_base_are_stripped_of_it() {
        let base = Base::parse("https://h/v1").unwrap();
        let cases = [
            ("https://h/v1/a?b", Some("/a?b")),
            ("HTTPS://H:443/v1", Some("")),
            ("https://h/v1?x", Some("?x")),
            ("https://h/v10", None),
            ("https://h.evil/v1", None),
            ("https://h@evil/v1", None),
            ("http://h/v1", None),
            ("https://h:1/v1", None),
        ];
        for (url, expected) in cases {
            assert_eq!(base.strip(url), expected, "{url}");
        }
    }

    #[test]
    fn variables_are_filled_in_from_settings_or_defaults() {
        let document = json!({"servers": [
            {"url": "https://{region}.h:{port}/{path}", "variables": {
                "region": {"default": "eu", "enum": ["eu", "us"]},
                "port": {"default": 8443},
                "path": {"default": "v2"}
            }},
            {"url": "../up"}, {"url": "v3"}, {"url": "https://{x}"}, {"url": "https://{x"}, {}
        ]});
        let mut settings = Settings {
            location: Some(Base::parse("https://d/docs").unwrap()),
            ..Settings::default()
        };
        let urls = |settings: &Settings| -> Vec<Result<String, String>> {
            let servers = settings.servers(&Node::root(&document)).into_iter();
            servers
                .map(|server| {
                    server
                        .map(|base| base.join(""))
                        .map_err(|problem| problem.to_string())
                })
                .collect()
        };

        assert_eq!(
            urls(&settings),
            [
                Ok("https://eu.h:8443/v2".to_owned()),
                Err(
                    "#/servers/1: `..` is not allowed as a segment of the path `/docs/../up`; \
                     name what you mean"
                        .to_owned()
                ),
                Ok("https://d/docs/v3".to_owned()),
                Err("#/servers/3: server variable `x` has no default; set it".to_owned()),
                Err("#/servers/4: `https://{x` has a brace without its partner".to_owned()),
                Err("#/servers/5: a server needs a `url`".to_owned()),
            ]
        );
        assert_eq!(
            variables(&document),
            BTreeSet::from(["region", "port", "path"])
        );

        settings.variables.insert("region".into(), "cn".into());
        assert_eq!(
            urls(&settings)[0],
            Err("#/servers/0: `cn` is not among the values of server variable `region`".to_owned())
        );
    }
}
