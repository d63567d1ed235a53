//! Tools under one name.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::{DEFAULT_NAMESPACE, Tool, is_identifier, is_reserved_namespace, sanitize_tool_name};
use crate::discovery::Index;
use crate::error::{Error, ErrorKind};
use crate::typegen::{self, ToolTypes};

/// Tools under one name: a global of the program. Cheap to clone.
///
/// # Examples
///
/// ```
/// use codecell::{ExecuteRequest, Executor as _, Sandbox, Tool, ToolProvider};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), codecell::Error> {
/// let clock = ToolProvider::new("clock")
///     .tool(Tool::from_fn("now", |_, _| async { Ok(1_800_000_000) }));
/// let request = ExecuteRequest::new("await clock.now()").provider(clock);
///
/// let result = Sandbox::new().execute(request).await?;
///
/// assert_eq!(result.outcome, Ok(json!(1_800_000_000)));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct ToolProvider(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    name: String,
    tools: Vec<Tool>,
    types: Option<String>,
    instructions: Option<String>,
    prelude: Option<String>,
    /// Made at first use, which is the first run.
    table: OnceLock<Result<BTreeMap<String, usize>, ErrorKind>>,
    /// Made at the first search.
    index: OnceLock<Index>,
}

impl Default for ToolProvider {
    fn default() -> Self {
        Self::new(DEFAULT_NAMESPACE)
    }
}

impl ToolProvider {
    /// A provider without tools.
    pub fn new(name: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            name: name.into(),
            tools: Vec::new(),
            types: None,
            instructions: None,
            prelude: None,
            table: OnceLock::new(),
            index: OnceLock::new(),
        }))
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        let inner = Arc::make_mut(&mut self.0);
        inner.table = OnceLock::new();
        inner.index = OnceLock::new();
        change(inner);
        self
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(self, tool: Tool) -> Self {
        self.change(|inner| inner.tools.push(tool))
    }

    /// Adds tools.
    #[must_use]
    pub fn tools(self, tools: impl IntoIterator<Item = Tool>) -> Self {
        self.change(|inner| inner.tools.extend(tools))
    }

    /// Sets the TypeScript that the model reads in place of what would be made of the
    /// schemas. It should declare the namespace: `declare const name: { … }`.
    #[must_use]
    pub fn types(self, types: impl Into<String>) -> Self {
        self.change(|inner| inner.types = Some(types.into()))
    }

    /// Sets what a model should know to use the tools together; it reads it when it
    /// asks about the namespace.
    #[must_use]
    pub fn instructions(self, instructions: impl Into<String>) -> Self {
        self.change(|inner| inner.instructions = Some(instructions.into()))
    }

    /// Sets a script that runs before the program, in the same cell and under the same
    /// limits. What it assigns to the namespace is found there beside the tools, and
    /// in front of them: `codemode.twice = (n) => n * 2`.
    #[must_use]
    pub fn prelude(self, prelude: impl Into<String>) -> Self {
        self.change(|inner| inner.prelude = Some(prelude.into()))
    }

    /// Changes every tool, for instance those that were derived from a document:
    /// `provider.decorate(|tool| tool.requires_approval(true))`.
    #[must_use]
    pub fn decorate(self, decorate: impl FnMut(Tool) -> Tool) -> Self {
        self.change(|inner| {
            let tools = std::mem::take(&mut inner.tools);
            inner.tools = tools.into_iter().map(decorate).collect();
        })
    }

    /// The tools, in the order in which they were added.
    #[must_use]
    pub fn list(&self) -> &[Tool] {
        &self.0.tools
    }

    /// The names by which a program calls the tools, in the order in which they were
    /// added; none when two of them clash.
    #[must_use]
    pub fn identifiers(&self) -> Vec<&str> {
        self.in_order().into_iter().map(|(name, _)| name).collect()
    }

    /// The global's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

impl ToolProvider {
    pub(crate) fn types_of_its_own(&self) -> Option<&str> {
        self.0.types.as_deref()
    }

    pub(crate) fn instructions_text(&self) -> Option<&str> {
        self.0.instructions.as_deref()
    }

    /// What a model reads of all the tools.
    pub(crate) fn declarations(&self) -> String {
        match &self.0.types {
            Some(types) => types.clone(),
            None => self.declarations_of(|_| true),
        }
    }

    /// The words of the tools, in their order.
    pub(crate) fn index(&self) -> &Index {
        self.0.index.get_or_init(|| {
            let tools = self.in_order();
            let paths: Vec<String> = tools
                .iter()
                .map(|(name, _)| format!("{}.{name}", self.name()))
                .collect();
            Index::new(tools.iter().zip(&paths).map(|((name, tool), path)| {
                [path.as_str(), name, self.name(), tool.description_text()]
            }))
        })
    }

    /// Declarations made of the schemas of some tools.
    pub(crate) fn declarations_of(&self, is_wanted: impl Fn(&str) -> bool) -> String {
        let tools = self
            .in_order()
            .into_iter()
            .filter(|(name, _)| is_wanted(name));
        let tools: Vec<ToolTypes<'_>> = tools.map(|(name, tool)| tool.types(name)).collect();
        typegen::declarations(self.name(), &tools)
    }

    /// The provider without the tools that a person would have to approve.
    pub(crate) fn without_approvals(self) -> Self {
        self.change(|inner| inner.tools.retain(|tool| !tool.needs_approval()))
    }

    pub(crate) fn prelude_source(&self) -> Option<&str> {
        self.0.prelude.as_deref()
    }

    /// The tool that a program calls by this name.
    pub(crate) fn find(&self, identifier: &str) -> Option<&Tool> {
        let index = self.table().ok()?.get(identifier)?;
        self.0.tools.get(*index)
    }

    /// The names by which a program calls the tools, sorted, with the tools.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Tool)> {
        let table = self.table().into_iter().flatten();
        table.filter_map(|(name, index)| Some((name.as_str(), self.0.tools.get(*index)?)))
    }

    /// The same in the order in which the tools were added.
    pub(crate) fn in_order(&self) -> Vec<(&str, &Tool)> {
        let mut tools: Vec<(usize, &str)> = self
            .table()
            .into_iter()
            .flatten()
            .map(|(name, index)| (*index, name.as_str()))
            .collect();
        tools.sort_unstable();
        tools
            .into_iter()
            .filter_map(|(index, name)| Some((name, self.0.tools.get(index)?)))
            .collect()
    }

    /// Whether a program can use the provider as it is.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let name = &self.0.name;
        if is_reserved_namespace(name) {
            return Err(Error::new(ErrorKind::ReservedNamespace(name.clone())));
        }
        if !is_identifier(name) {
            return Err(Error::new(ErrorKind::InvalidNamespace(name.clone())));
        }
        self.table()
            .map(drop)
            .map_err(|kind| Error::new(kind.clone()))
    }

    /// Whether a durable runtime can use the provider as it is.
    pub(crate) fn check_replay(&self) -> Result<(), Error> {
        let is_wrong = |tool: &&Tool| tool.needs_approval() && tool.durable().reexecutes;
        match self.0.tools.iter().find(is_wrong) {
            None => Ok(()),
            Some(tool) => Err(Error::new(ErrorKind::ApprovedReexecution {
                connector: self.0.name.clone(),
                tool: tool.name().to_owned(),
            })),
        }
    }

    fn table(&self) -> Result<&BTreeMap<String, usize>, &ErrorKind> {
        self.0.table.get_or_init(|| self.make_table()).as_ref()
    }

    fn make_table(&self) -> Result<BTreeMap<String, usize>, ErrorKind> {
        let mut table: BTreeMap<String, usize> = BTreeMap::new();
        for (index, tool) in self.0.tools.iter().enumerate() {
            let identifier = sanitize_tool_name(tool.name());
            // A namespace with a `then` would be taken for a promise.
            if matches!(identifier.as_str(), "then" | "__proto__") {
                return Err(ErrorKind::ReservedTool(tool.name().to_owned()));
            }
            if let Some(first) = table.insert(identifier.clone(), index) {
                let first = self.0.tools.get(first).map_or("", Tool::name);
                return Err(ErrorKind::ToolCollision {
                    first: first.to_owned(),
                    second: tool.name().to_owned(),
                    identifier,
                    provider: self.0.name.clone(),
                });
            }
        }
        Ok(table)
    }
}
