//! The namespaces of one run: a frozen set, by exact name.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};
use crate::outbound;
use crate::tool::{Tool, ToolProvider};

/// How like a name that exists a wrong one must be for it to be proposed, from 0 to 1.
const SIMILARITY: f64 = 0.8;

/// What a program can call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    namespaces: BTreeMap<String, ToolProvider>,
    /// What the global `fetch` calls, if there is a network.
    fetch: Option<ToolProvider>,
}

impl Catalog {
    pub(crate) fn new(providers: &[ToolProvider]) -> Result<Self, Error> {
        let mut namespaces = BTreeMap::new();
        for provider in providers {
            provider.check()?;
            let name = provider.name().to_owned();
            if namespaces.insert(name.clone(), provider.clone()).is_some() {
                return Err(Error::new(ErrorKind::DuplicateNamespace(name)));
            }
        }
        Ok(Self {
            namespaces,
            fetch: None,
        })
    }

    /// Gives the program's `fetch` somebody to ask.
    pub(crate) fn fetch(mut self, provider: Option<ToolProvider>) -> Self {
        self.fetch = provider;
        self
    }

    /// Whether `fetch` has somebody to ask.
    pub(crate) fn has_fetch(&self) -> bool {
        self.fetch.is_some()
    }

    pub(crate) fn namespace(&self, name: &str) -> Option<&ToolProvider> {
        self.namespaces.get(name)
    }

    pub(crate) fn tool(&self, namespace: &str, name: &str) -> Option<&Tool> {
        let provider = match &self.fetch {
            Some(fetch) if namespace == outbound::NAMESPACE => Some(fetch),
            _ => self.namespace(namespace),
        };
        provider?.find(name)
    }

    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &ToolProvider> {
        self.namespaces.values()
    }

    /// The namespaces as a cell is told of them.
    pub(crate) fn for_cell(&self) -> impl Iterator<Item = &ToolProvider> {
        self.namespaces().chain(&self.fetch)
    }

    /// What is said of a tool that does not exist.
    pub(crate) fn not_found(&self, namespace: &str, name: &str) -> String {
        let tools = self
            .namespace(namespace)
            .into_iter()
            .flat_map(ToolProvider::iter);
        let message = format!("Tool \"{name}\" not found");
        match closest(name, tools.map(|(name, _)| name)) {
            Some(closest) => format!("{message}. Did you mean \"{closest}\"?"),
            None => message,
        }
    }
}

/// The name that a wrong one was probably meant to be.
pub(crate) fn closest<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wrong = wrong.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&wrong, &name.to_lowercase()), name))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|(similarity, _)| *similarity > SIMILARITY)
        .map(|(_, name)| name)
}
