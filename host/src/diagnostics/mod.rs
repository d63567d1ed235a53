//! What can be told of a program before it runs.
//!
//! In: what the program says about the world outside it, and that world. Out:
//! findings. A finding is an error when the program is sure to fail there, and a
//! warning when it may be what was meant.

mod arguments;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::{Catalog, closest};
use crate::globals::{globals, is_global, is_module, modules};
use crate::normalize::{Call, Facts, Global, Import};
use crate::outcome::Position;
use crate::tool::ToolProvider;

/// Findings after which no more are looked for; each costs a search for the closest name.
const MAX_FOUND: usize = 100;
/// Names that one help text lists.
const MAX_LISTED: usize = 30;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Check {
    /// The text is not a program. Always on.
    Syntax,
    /// A call of a tool that its namespace does not have.
    UnknownTool,
    /// A member of a namespace that does not exist.
    UnknownNamespace,
    /// An argument, as far as it is written out, that the tool's schema does not allow.
    Arguments,
    /// A call whose result is neither awaited nor used; always a warning.
    DroppedCall,
    /// `import` or `require` of a module that does not exist.
    UnknownModule,
    /// Use of the network.
    Network,
    /// A name that neither the program nor the cell defines.
    UndeclaredName,
}

/// One thing that was found in a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// What it is about.
    pub check: Check,
    /// What is wrong; for an error, what the program would have thrown there.
    pub message: String,
    /// What to write instead, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where in the program as it was written.
    #[serde(flatten)]
    pub position: Position,
    /// The lines around that place, with a mark below it.
    pub code_frame: String,
}

/// Which checks are made before a program runs; all of them unless told.
///
/// # Examples
///
/// ```
/// use codecell::{Check, Diagnostics, ExecuteRequest, Executor as _, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), codecell::Error> {
/// let code = "console.log('first'); undeclared";
/// let sandbox = Sandbox::new();
///
/// let checked = sandbox.execute(ExecuteRequest::new(code)).await?;
/// let lenient = Diagnostics::default().without(Check::UndeclaredName);
/// let unchecked = sandbox.execute(ExecuteRequest::new(code).diagnostics(lenient)).await?;
///
/// // The same error, before the program ran and while it did.
/// assert_eq!(checked.outcome.unwrap_err().message, "undeclared is not defined");
/// assert_eq!(unchecked.outcome.unwrap_err().message, "undeclared is not defined");
/// assert_eq!((checked.logs.len(), unchecked.logs.len()), (0, 1));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    off: BTreeSet<Check>,
    is_off: bool,
}

impl Diagnostics {
    /// No checks but that of syntax.
    #[must_use]
    pub fn off() -> Self {
        Self {
            is_off: true,
            ..Self::default()
        }
    }

    /// All checks of these but one.
    #[must_use]
    pub fn without(mut self, check: Check) -> Self {
        self.off.insert(check);
        self
    }

    fn makes(&self, check: Check) -> bool {
        !self.is_off && !self.off.contains(&check)
    }
}

/// A finding whose place is an offset of the parsed text.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) check: Check,
    pub(crate) at: u32,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) is_error: bool,
}

/// The world around a program.
pub(crate) struct World<'w> {
    pub(crate) catalog: &'w Catalog,
    pub(crate) modules: &'w [(String, String)],
    /// Names that earlier programs declared.
    pub(crate) declared: &'w [String],
}

/// Everything that is found, in the order of the text.
pub(crate) fn check(facts: &Facts, world: &World<'_>, wanted: &Diagnostics) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for call in &facts.calls {
        world.check_call(facts, call, &mut found);
        if found.len() >= MAX_FOUND {
            break;
        }
    }
    for import in &facts.imports {
        found.extend(world.check_import(import));
    }
    // A name that is wrong a thousand times is told once, and looked up once.
    let mut names = BTreeSet::new();
    for global in facts
        .globals
        .iter()
        .filter(|global| names.insert(&global.name))
    {
        found.extend(world.check_global(facts, global));
        if found.len() >= MAX_FOUND {
            break;
        }
    }
    found.retain(|it| wanted.makes(it.check));
    found.sort_by_key(|it| it.at);
    found.dedup_by(|later, first| later.check == first.check && later.message == first.message);
    found
}

impl World<'_> {
    fn check_call(&self, facts: &Facts, call: &Call, found: &mut Vec<Found>) {
        let Some(provider) = self.catalog.namespace(&call.namespace) else {
            return;
        };
        if facts.touches(&call.namespace, &call.name) {
            return;
        }
        let Some(tool) = provider.find(&call.name) else {
            // What a prelude adds is not known here.
            let is_error = !call.is_guarded && provider.prelude_source().is_none();
            found.push(Found {
                check: Check::UnknownTool,
                at: call.at,
                message: self.catalog.not_found(&call.namespace, &call.name),
                help: Some(tools_of(provider)),
                is_error,
            });
            return;
        };
        if let Some(schema) = tool.checked_input() {
            found.extend(arguments::check(schema, tool.name(), call));
        }
        if call.is_dropped && !call.is_guarded {
            found.push(Found {
                check: Check::DroppedCall,
                at: call.at,
                message: format!(
                    "The call of \"{}\" is not awaited and its result is dropped",
                    call.name
                ),
                help: Some(format!("Write `await {}.{}(…)`", call.namespace, call.name)),
                is_error: false,
            });
        }
    }

    fn check_import(&self, import: &Import) -> Option<Found> {
        let is_given = self.modules.iter().any(|(name, _)| *name == import.name);
        if is_module(&import.name) || (is_given && !import.is_require) {
            return None;
        }
        let given = self.modules.iter().map(|(name, _)| name.as_str());
        let known: Vec<&str> = given.chain(modules().iter().copied()).collect();
        let help = format!(
            "There are {}. Tools are members of {}",
            list(known.into_iter()),
            self.namespaces()
        );
        Some(Found {
            check: Check::UnknownModule,
            at: import.at,
            message: format!("Cannot find module '{}'", import.name),
            help: Some(help),
            is_error: !import.is_guarded,
        })
    }

    fn check_global(&self, facts: &Facts, global: &Global) -> Option<Found> {
        let name = global.name.as_str();
        let is_blocked = !self.catalog.has_fetch();
        if name == "fetch" && is_blocked && global.is_called && !facts.touches("globalThis", name) {
            return Some(self.network(global));
        }
        if is_global(name)
            || matches!(name, "arguments" | "undefined")
            || self.catalog.namespace(name).is_some()
            || self.declared.iter().any(|declared| declared == name)
            || facts.touches("globalThis", name)
            || facts.probed.iter().any(|probed| probed == name)
        {
            return None;
        }
        let namespaces = self.catalog.namespaces().map(ToolProvider::name);
        let (check, help) = match name {
            "fetch" | "XMLHttpRequest" | "WebSocket" | "EventSource" => (
                Check::Network,
                format!(
                    "The network is blocked. Use the tools: {}",
                    self.namespaces()
                ),
            ),
            _ if global.is_namespace_like => {
                let help = match closest(name, namespaces) {
                    Some(closest) => format!("Did you mean \"{closest}\"?"),
                    None => format!("Tools are members of {}", self.namespaces()),
                };
                (Check::UnknownNamespace, help)
            }
            _ => {
                let help = match closest(name, namespaces.chain(globals().iter().copied())) {
                    Some(closest) => format!("Did you mean \"{closest}\"?"),
                    None => format!(
                        "There are the globals of ECMAScript, and {}",
                        list(extras())
                    ),
                };
                (Check::UndeclaredName, help)
            }
        };
        Some(Found {
            check,
            at: global.at,
            message: format!("{name} is not defined"),
            help: Some(help),
            is_error: !global.is_guarded,
        })
    }

    fn network(&self, global: &Global) -> Found {
        Found {
            check: Check::Network,
            at: global.at,
            message: "fetch failed: the network is blocked".to_owned(),
            help: Some(format!("Use the tools of {}", self.namespaces())),
            is_error: !global.is_guarded,
        }
    }

    fn namespaces(&self) -> String {
        match list(self.catalog.namespaces().map(ToolProvider::name)).as_str() {
            "" => "this run has none".to_owned(),
            names => names.to_owned(),
        }
    }
}

/// Globals that are no classes of the language, which everyone knows.
fn extras() -> impl Iterator<Item = &'static str> {
    let is_extra = |name: &&str| name.starts_with(|first: char| first.is_ascii_lowercase());
    globals().iter().copied().filter(is_extra)
}

fn tools_of(provider: &ToolProvider) -> String {
    match list(provider.iter().map(|(name, _)| name)).as_str() {
        "" => format!("\"{}\" has no tools", provider.name()),
        names => format!("\"{}\" has {names}", provider.name()),
    }
}

/// Names with commas between them, and how many there are besides.
fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.get(..MAX_LISTED).unwrap_or(&names).join(", ");
    match names.len().checked_sub(MAX_LISTED) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}
