//! The words with which a model learns of its tools.

use std::collections::BTreeSet;

use crate::tool::{Tool, ToolProvider};
use crate::typegen;

/// Bytes of declarations that a prompt holds unless told: about 10,000 tokens.
const DEFAULT_TYPES_BYTES: usize = 40_000;
/// Names of tools on one line of a list.
const NAMES_A_LINE: usize = 8;

const TEMPLATE: &str = "\
Execute code to achieve a goal.

Available:
{{types}}

Write one async arrow function, in JavaScript or TypeScript, that returns the result. \
Types are stripped, not checked.
Await every call. Independent calls can run at once with Promise.all. A call that fails throws an Error, which can be caught.
Return only what you need: filter and summarize in code. There is no network and no file system but the tools above; \
console output comes back with the result.

Example: async () => { const r = await codemode.searchWeb({ query: \"weather in NYC\" }); return r; }";

/// What a model is told of a set of providers. The same providers give the same text.
///
/// Defaults: the description of this crate, 40,000 bytes of declarations.
///
/// # Examples
///
/// ```
/// use codecell::{Prompt, Tool, ToolProvider};
///
/// let weather = Tool::new("getWeather", "Weather of a city", |city: String| async move {
///     Ok(format!("72°F in {city}"))
/// });
/// let provider = ToolProvider::default().tool(weather);
///
/// let text = Prompt::default().template("Tools:\n{{types}}").text(&[provider]);
///
/// assert_eq!(
///     text,
///     "Tools:\n\
///      type GetWeatherInput = string\n\
///      type GetWeatherOutput = string\n\
///      \n\
///      declare const codemode: {\n\
///      \t/**\n\
///      \t * Weather of a city\n\
///      \t */\n\
///      \tgetWeather: (input: GetWeatherInput) => Promise<GetWeatherOutput>;\n\
///      }"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Prompt {
    template: String,
    types_bytes: usize,
    first: Vec<String>,
}

impl Default for Prompt {
    fn default() -> Self {
        Self {
            template: TEMPLATE.to_owned(),
            types_bytes: DEFAULT_TYPES_BYTES,
            first: Vec::new(),
        }
    }
}

impl Prompt {
    /// Sets the text; the first `{{types}}` in it stands for the declarations.
    #[must_use]
    pub fn template(mut self, template: impl Into<String>) -> Self {
        self.template = template.into();
        self
    }

    /// Sets how many bytes of declarations there may be. Tools that do not fit are listed by
    /// name, and the model is told to ask for them with `codemode.search` and
    /// `codemode.describe`.
    #[must_use]
    pub fn types_bytes(mut self, bytes: usize) -> Self {
        self.types_bytes = bytes;
        self
    }

    /// Names tools, as `namespace.tool`, whose declarations come first when not all fit:
    /// those used most.
    #[must_use]
    pub fn first(mut self, tools: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.first = tools.into_iter().map(Into::into).collect();
        self
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self, providers: &[ToolProvider]) -> String {
        // Not a replacement by pattern: descriptions may hold anything.
        match self.template.split_once("{{types}}") {
            Some((before, after)) => format!("{before}{}{after}", self.types(providers)),
            None => self.template.clone(),
        }
    }

    /// The declarations alone.
    #[must_use]
    pub fn types(&self, providers: &[ToolProvider]) -> String {
        if let Some(whole) = self.whole(providers) {
            return whole;
        }
        let fitting = self.fitting(providers);
        let blocks = providers
            .iter()
            .map(|provider| part_of_types(provider, &fitting));
        blocks.collect::<Vec<_>>().join("\n\n")
    }

    /// Whether some tools are only named.
    pub(crate) fn leaves_out(&self, providers: &[ToolProvider]) -> bool {
        self.whole(providers).is_none()
    }

    /// The declarations of all tools, if they fit.
    fn whole(&self, providers: &[ToolProvider]) -> Option<String> {
        let blocks: Vec<String> = providers.iter().map(ToolProvider::declarations).collect();
        let bytes: usize = blocks.iter().map(String::len).sum();
        (bytes <= self.types_bytes).then(|| blocks.join("\n\n"))
    }

    /// The tools whose declarations fit: those named as first, then by their order.
    fn fitting(&self, providers: &[ToolProvider]) -> BTreeSet<(String, String)> {
        let mut left = self.types_bytes;
        let mut fitting = BTreeSet::new();
        let rank = |provider: &ToolProvider, tool: &str| {
            let full = format!("{}.{tool}", provider.name());
            let place = self.first.iter().position(|name| *name == full);
            place.unwrap_or(usize::MAX)
        };
        let mut tools: Vec<(usize, &ToolProvider, &str, &Tool)> = providers
            .iter()
            .filter(|provider| provider.types_of_its_own().is_none())
            .flat_map(|provider| {
                let tools = provider.in_order().into_iter();
                tools.map(move |(name, tool)| (rank(provider, name), provider, name, tool))
            })
            .collect();
        tools.sort_by_key(|(rank, ..)| *rank);
        for (_, provider, name, tool) in tools {
            let bytes = typegen::declarations(provider.name(), &[tool.types(name)]).len();
            if let Some(rest) = left.checked_sub(bytes) {
                left = rest;
                fitting.insert((provider.name().to_owned(), name.to_owned()));
            }
        }
        fitting
    }
}

fn part_of_types(provider: &ToolProvider, fitting: &BTreeSet<(String, String)>) -> String {
    if let Some(types) = provider.types_of_its_own() {
        return types.to_owned();
    }
    let namespace = provider.name();
    let fits = |name: &str| fitting.contains(&(namespace.to_owned(), name.to_owned()));
    let rest: Vec<&str> = provider
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !fits(name))
        .collect();
    let mut text = provider.declarations_of(fits);
    if !rest.is_empty() {
        let lines = rest
            .chunks(NAMES_A_LINE)
            .map(|names| format!("//   {}", names.join(", ")));
        text += &format!(
            "\n\n// {namespace} has {} more tools. Find one with `await codemode.search(\"words\")`, read its types with\n\
             // `await codemode.describe(\"{namespace}.name\")`:\n{}",
            rest.len(),
            lines.collect::<Vec<_>>().join("\n")
        );
    }
    text
}
