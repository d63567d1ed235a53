//! Finds tools by words, and tells their types: what a model asks when not everything
//! was told to it.

mod index;
mod words;

use serde::{Deserialize, Serialize};

pub(crate) use self::index::Index;
use self::words::Query;
use crate::tool::{Tool, ToolProvider};
use crate::typegen;

/// Results of one search, at most.
const MAX_RESULTS: usize = 50;

/// A program that was kept under a name, to be run again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct Snippet {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub code: String,
}

/// What can be found: the tools of providers, and snippets.
///
/// # Examples
///
/// ```
/// use codecell::{Directory, Tool, ToolProvider};
///
/// let issues = ToolProvider::new("github")
///     .tool(Tool::from_fn("create_issue", |_, _| async { Ok(1) }).description("Open an issue"))
///     .tool(Tool::from_fn("list_pulls", |_, _| async { Ok(1) }).description("List pull requests"));
/// let directory = Directory::new(vec![issues]);
///
/// let found = directory.search("open issue");
/// assert_eq!(found.results[0].path, "github.create_issue");
/// let described = directory.describe("create_issue");
/// assert_eq!(described.types, "type CreateIssueInput = unknown\ntype CreateIssueOutput = unknown");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Directory {
    providers: Vec<ToolProvider>,
    snippets: Vec<Snippet>,
}

/// What part of the results of a search is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SearchOptions {
    /// Only this namespace; `snippet` for snippets.
    pub connector: Option<String>,
    /// So many at most; 50 unless told, and never more.
    pub limit: Option<usize>,
    /// Those before are left out.
    pub offset: usize,
    /// Each result with its types.
    pub types: bool,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SearchOutput {
    /// The best 50, best first.
    pub results: Vec<SearchResult>,
    /// How many there are.
    pub total: usize,
    /// Whether `results` is not all.
    pub truncated: bool,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SearchResult {
    /// `namespace.tool`
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How well it fits.
    pub score: u32,
    /// TypeScript, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<String>,
    /// Whether a person is asked before it runs.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub requires_approval: bool,
}

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// A namespace with its tools.
    Connector,
    /// A tool.
    Method,
    /// A program that was kept.
    Snippet,
}

/// What something is, and its types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Description {
    /// The full path, or what was asked for.
    pub path: String,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether a person is asked before it runs.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub requires_approval: bool,
    /// TypeScript, or the word that there is no such thing.
    pub types: String,
    /// What it is.
    pub kind: Kind,
}

impl Directory {
    /// A directory of these providers.
    #[must_use]
    pub fn new(providers: Vec<ToolProvider>) -> Self {
        Self {
            providers,
            snippets: Vec::new(),
        }
    }

    /// The directory with these snippets as well.
    #[must_use]
    pub fn snippets(mut self, snippets: Vec<Snippet>) -> Self {
        self.snippets = snippets;
        self
    }

    /// Finds what fits some words, best first.
    ///
    /// Words count by themselves, as forms of each other (`issue`, `issues`), as beginnings
    /// and as parts; a word that nothing holds counts as those of the same meaning (`remove`
    /// for `delete`). Queries of one or two words need all of them, longer ones three of
    /// five; words such as `the` and `all` do not count.
    #[must_use]
    pub fn search(&self, query: &str) -> SearchOutput {
        self.search_with(query, &SearchOptions::default())
    }

    /// The same in part: one namespace, one page, with types.
    #[must_use]
    pub fn search_with(&self, query: &str, options: &SearchOptions) -> SearchOutput {
        let snippets = Index::new(self.snippets.iter().map(|it| {
            let description = it.description.as_deref().unwrap_or_default();
            [it.name.as_str(), &it.name, "snippet", description]
        }));
        let wanted = options.connector.as_deref();
        let providers = self.providers.iter();
        let providers: Vec<&ToolProvider> = providers
            .filter(|it| wanted.is_none_or(|name| it.name() == name))
            .collect();
        let mut indexes: Vec<&Index> = providers.iter().map(|it| it.index()).collect();
        if wanted.is_none_or(|name| name == "snippet") {
            indexes.push(&snippets);
        }
        let query = Query::new(query, &indexes);
        let mut found: Vec<(u32, &str, usize, usize)> = Vec::new();
        for (place, index) in indexes.iter().enumerate() {
            let matches = index.search(&query);
            found.extend(matches.map(|(entry, path, score)| (score, path, place, entry)));
        }
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let total = found.len();
        let limit = options.limit.unwrap_or(MAX_RESULTS).min(MAX_RESULTS);
        let page = found.iter().skip(options.offset).take(limit);
        let results: Vec<SearchResult> = page
            .map(|(score, path, place, entry)| SearchResult {
                score: *score,
                ..self.result(path, providers.get(*place).copied(), *entry, options)
            })
            .collect();
        SearchOutput {
            truncated: total > options.offset + results.len(),
            total,
            results,
        }
    }

    fn result(
        &self,
        path: &str,
        provider: Option<&ToolProvider>,
        entry: usize,
        options: &SearchOptions,
    ) -> SearchResult {
        let tool = provider.and_then(|it| it.find(path.strip_prefix(it.name())?.get(1..)?));
        let snippet = self.snippets.get(entry).filter(|_| provider.is_none());
        SearchResult {
            path: path.to_owned(),
            kind: match provider {
                Some(_) => Kind::Method,
                None => Kind::Snippet,
            },
            description: match tool {
                Some(tool) => described(tool.description_text()),
                None => snippet.and_then(|it| it.description.clone()),
            },
            score: 0,
            types: options.types.then(|| self.describe(path).types),
            requires_approval: tool.is_some_and(Tool::needs_approval),
        }
    }

    /// Tells what a snippet is, or the types of a namespace, of `namespace.tool`, or of a
    /// tool by its name alone.
    #[must_use]
    pub fn describe(&self, target: &str) -> Description {
        if let Some(snippet) = self.snippets.iter().find(|it| it.name == target) {
            return describe_snippet(snippet);
        }
        if let Some(provider) = self.providers.iter().find(|it| it.name() == target) {
            return describe_provider(provider);
        }
        if let Some((provider, name, tool)) = self.find(target) {
            return Description {
                path: format!("{}.{name}", provider.name()),
                description: described(tool.description_text()),
                requires_approval: tool.needs_approval(),
                types: typegen::aliases(&tool.types(name)),
                kind: Kind::Method,
            };
        }
        Description {
            path: target.to_owned(),
            description: None,
            requires_approval: false,
            types: format!("\"{target}\" not found."),
            kind: Kind::Method,
        }
    }

    fn find(&self, target: &str) -> Option<(&ToolProvider, &str, &Tool)> {
        let exact = |(provider, name, _): &(&ToolProvider, &str, &Tool)| {
            target
                .strip_prefix(provider.name())
                .and_then(|rest| rest.strip_prefix('.'))
                == Some(*name)
        };
        self.tools().find(exact).or_else(|| {
            // A tool by its own name, also under a namespace that does not exist.
            let alone = target.split_once('.').map_or(target, |(_, name)| name);
            self.tools().find(|(_, name, _)| *name == alone)
        })
    }

    fn tools(&self) -> impl Iterator<Item = (&ToolProvider, &str, &Tool)> {
        self.providers.iter().flat_map(|provider| {
            let tools = provider.in_order().into_iter();
            tools.map(move |(name, tool)| (provider, name, tool))
        })
    }
}

fn described(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn describe_snippet(snippet: &Snippet) -> Description {
    let code = format!("```ts\n{}\n```", snippet.code);
    Description {
        path: snippet.name.clone(),
        types: match &snippet.description {
            Some(description) => format!("{description}\n\n{code}"),
            None => code,
        },
        description: snippet.description.clone(),
        requires_approval: false,
        kind: Kind::Snippet,
    }
}

fn describe_provider(provider: &ToolProvider) -> Description {
    let types = provider.declarations();
    let instructions = provider.instructions_text();
    Description {
        path: provider.name().to_owned(),
        types: match instructions {
            Some(text) => format!("{text}\n\n{types}"),
            None => types,
        },
        description: instructions.map(str::to_owned),
        requires_approval: false,
        kind: Kind::Connector,
    }
}
