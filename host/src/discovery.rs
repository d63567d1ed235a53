//! Finds tools by words, and tells their types: what a model asks when not everything
//! was told to it.

use serde::Serialize;

use crate::tool::{Tool, ToolProvider};
use crate::typegen;

/// Results of one search.
const MAX_RESULTS: usize = 50;
/// Letters that a word of a tool needs for longer words of the query to count as its
/// forms. Without a bound the article "a" would match "apple".
const MIN_STEM: usize = 3;

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
    #[must_use]
    pub fn search(&self, query: &str) -> SearchOutput {
        let query = Query::new(query);
        let snippets = self.snippets.iter().filter_map(|snippet| {
            let description = snippet.description.as_deref().unwrap_or_default();
            let score = query.score([&snippet.name, &snippet.name, "snippet", description])?;
            Some(SearchResult {
                path: snippet.name.clone(),
                kind: Kind::Snippet,
                description: snippet.description.clone(),
                score,
                requires_approval: false,
            })
        });
        let mut results: Vec<SearchResult> = self
            .tools()
            .filter_map(|(provider, name, tool)| {
                let path = format!("{}.{name}", provider.name());
                let score = query.score([&path, name, provider.name(), tool.description_text()])?;
                Some(SearchResult {
                    path,
                    kind: Kind::Method,
                    description: described(tool.description_text()),
                    score,
                    requires_approval: tool.needs_approval(),
                })
            })
            .chain(snippets)
            .collect();
        results.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.path.cmp(&b.path)));
        let total = results.len();
        results.truncate(MAX_RESULTS);
        SearchOutput {
            truncated: total > results.len(),
            total,
            results,
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

/// What one field of an entry is worth.
const WEIGHTS: [u32; 4] = [12, 10, 8, 5];

/// Words to look for.
struct Query {
    phrase: String,
    tokens: Vec<String>,
}

impl Query {
    fn new(text: &str) -> Self {
        let phrase = plain(text);
        Self {
            tokens: tokens(&phrase).map(str::to_owned).collect(),
            phrase,
        }
    }

    /// How well an entry fits: its path, name, namespace and description.
    fn score(&self, fields: [&str; 4]) -> Option<u32> {
        if self.tokens.is_empty() {
            return None;
        }
        let fields = fields.map(plain);
        let mut matched = vec![false; self.tokens.len()];
        let mut has_phrase = false;
        let mut score = 0;
        for (field, weight) in fields.iter().zip(WEIGHTS) {
            let factor = self.phrase_factor(field);
            has_phrase |= factor > 0;
            score += factor * weight;
            for (token, is_matched) in self.tokens.iter().zip(&mut matched) {
                let factor = token_factor(token, field);
                *is_matched |= factor > 0;
                score += factor * weight;
            }
        }
        let (found, all) = (matched.iter().filter(|it| **it).count(), self.tokens.len());
        let enough = if all <= 2 { all } else { (all * 3).div_ceil(5) };
        if found < enough && !has_phrase {
            return None;
        }
        score += match found == all {
            true => 25,
            false => (found as f64 / all as f64 * 10.0).round() as u32,
        };
        let [path, method, ..] = &fields;
        let first = self.tokens.first().map(String::as_str);
        if [path, method]
            .iter()
            .any(|field| tokens(field).next() == first)
        {
            score += 8;
        }
        if [path, method].iter().any(|field| **field == self.phrase) {
            score += 20;
        }
        Some(score)
    }

    fn phrase_factor(&self, field: &str) -> u32 {
        if *field == self.phrase {
            14
        } else if field.starts_with(&self.phrase) {
            9
        } else if field.contains(&self.phrase) {
            6
        } else {
            0
        }
    }
}

fn token_factor(token: &str, field: &str) -> u32 {
    if tokens(field).any(|known| known == token) {
        4
    } else if tokens(field).any(|known| {
        known.starts_with(token) || (known.len() >= MIN_STEM && token.starts_with(known))
    }) {
        2
    } else {
        u32::from(field.contains(token))
    }
}

/// Lower case, `camelCase` and the signs within names taken apart.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.chars() {
        if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            plain.push(' ');
        }
        match c {
            '_' | '.' | '/' | ':' | '-' => plain.push(' '),
            c => plain.extend(c.to_lowercase()),
        }
        before = c;
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|token| !token.is_empty())
}
