//! Credentials, and where a request carries them.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use serde_json::Value;

use super::error::Problem;
use super::parameter::Place;
use super::reference::Node;

/// What proves who asks. Programs never see it, and its `Debug` form is empty.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A key or a token: for `apiKey`, HTTP `bearer`, `oauth2` and
    /// `openIdConnect`.
    Secret(String),
    /// A user and a password: for HTTP `basic`.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: String,
    },
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential")
    }
}

/// A credential as a part of the request.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) value: String,
}

impl fmt::Debug for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place.word(), self.name)
    }
}

/// All credentials for one document.
#[derive(Clone, Debug, Default)]
pub(super) struct Keychain {
    /// By the name of the security scheme.
    schemes: BTreeMap<String, Applied>,
    /// Headers that every request carries.
    headers: Vec<Applied>,
}

impl Keychain {
    /// Fits a credential to the scheme of that name in the document `root`.
    pub(super) fn add(
        &mut self,
        root: &Value,
        scheme: &str,
        credential: &Credential,
    ) -> Result<(), Problem> {
        let node = ["components", "securitySchemes", scheme]
            .into_iter()
            .try_fold(Node::root(root), |node, key| node.get(key))
            .ok_or_else(|| {
                let message = format!("the document has no security scheme `{scheme}`");
                Problem::new("credential", message)
            })?;
        let node = node.follow(root)?;
        let applied = apply(node.value, credential)
            .map_err(|message| Problem::new(format!("#{}", node.pointer), message))?;
        check_value(&applied.value)?;
        self.schemes.insert(scheme.to_owned(), applied);
        Ok(())
    }

    /// Adds a header to every request.
    pub(super) fn add_header(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        if !is_token(name) {
            return Err(Problem::new(
                "header",
                format!("`{name}` is no name of a header"),
            ));
        }
        check_value(value)?;
        self.headers.push(Applied {
            place: Place::Header,
            name: name.to_ascii_lowercase(),
            value: value.to_owned(),
        });
        Ok(())
    }

    /// What a request carries under `security`, the list of alternatives in the
    /// document: the first one that names schemes and has a credential for all
    /// of them, or else nothing but the headers for every request.
    pub(super) fn select(&self, security: Option<&Value>) -> Vec<&Applied> {
        let alternatives = security.and_then(Value::as_array).into_iter().flatten();
        let of = |alternative: &Value| -> Option<Vec<&Applied>> {
            let schemes = alternative
                .as_object()
                .filter(|schemes| !schemes.is_empty())?;
            schemes
                .keys()
                .map(|scheme| self.schemes.get(scheme))
                .collect()
        };
        let selected = alternatives.filter_map(of).next().unwrap_or_default();
        let is_other = |header: &&Applied| !selected.iter().any(|other| other.name == header.name);
        let headers: Vec<_> = self.headers.iter().filter(is_other).collect();
        [headers, selected].concat()
    }

    /// Everything that only the host may set.
    pub(super) fn all(&self) -> impl Iterator<Item = &Applied> {
        self.headers.iter().chain(self.schemes.values())
    }
}

fn apply(scheme: &Value, credential: &Credential) -> Result<Applied, String> {
    let word = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let authorization = |value: String| {
        Ok(Applied {
            place: Place::Header,
            name: "authorization".to_owned(),
            value,
        })
    };
    let http = word("scheme").to_ascii_lowercase();
    match (word("type"), http.as_str(), credential) {
        ("apiKey", _, Credential::Secret(secret)) => {
            let place = match word("in") {
                "header" => Place::Header,
                "query" => Place::Query,
                "cookie" => Place::Cookie,
                other => return Err(format!("an API key cannot be in `{other}`")),
            };
            let name = match place {
                Place::Header if !is_token(word("name")) => {
                    return Err(format!("`{}` is no name of a header", word("name")));
                }
                Place::Header => word("name").to_ascii_lowercase(),
                _ => word("name").to_owned(),
            };
            let value = secret.clone();
            Ok(Applied { place, name, value })
        }
        ("http", "basic", Credential::Basic { user, password }) => {
            let pair = format!("{user}:{password}");
            let pair = base64::engine::general_purpose::STANDARD.encode(pair);
            authorization(format!("Basic {pair}"))
        }
        ("http", "bearer", Credential::Secret(secret))
        | ("oauth2" | "openIdConnect", _, Credential::Secret(secret)) => {
            authorization(format!("Bearer {secret}"))
        }
        ("http", "basic", Credential::Secret(_)) => {
            Err("HTTP basic needs `Credential::Basic`".to_owned())
        }
        ("apiKey" | "oauth2" | "openIdConnect", _, _) | ("http", "bearer", _) => {
            Err("this scheme needs `Credential::Secret`".to_owned())
        }
        ("http", _, _) => Err(format!(
            "HTTP scheme `{http}` is not known; set a header instead"
        )),
        (other, _, _) => Err(format!(
            "a scheme of type `{other}` is for the transport to apply"
        )),
    }
}

fn check_value(value: &str) -> Result<(), Problem> {
    match value.contains(|c: char| c.is_control()) {
        true => Err(Problem::new(
            "credential",
            "a value has a control character in it",
        )),
        false => Ok(()),
    }
}

/// Whether `name` can be the name of a header, or a method.
pub(super) fn is_token(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_plain)
}
