//! Finds the operations of a document.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::body::Body;
use super::error::Problem;
use super::http::is_header_of_the_host;
use super::names::{self, name_arguments, unique_operations};
use super::operation::Operation;
use super::parameter::{Parameter, Place};
use super::reference::Node;
use super::template::{Template, check_segments};

/// The methods that become tools, in the order of their tools.
const METHODS: [(&str, &str); 7] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("patch", "PATCH"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
];

/// Operations of one document, and parameters of all its operations together.
///
/// Through references a small document can have many of both; one with more
/// is refused.
const MAX_OPERATIONS: usize = 50_000;
const MAX_PARAMETERS: usize = 200_000;

/// Reads the paths of a document.
pub(super) struct Reader<'a> {
    root: &'a Arc<Value>,
    operations: Vec<Operation>,
    problems: Vec<Problem>,
    parameters_left: usize,
}

/// The operations in the order of the document, and what was passed over.
///
/// An operation that cannot be called is left out; the rest stays usable.
pub(super) fn read(root: &Arc<Value>) -> Result<(Vec<Operation>, Vec<Problem>), Problem> {
    let mut reader = Reader {
        root,
        operations: Vec::new(),
        problems: Vec::new(),
        parameters_left: MAX_PARAMETERS,
    };
    if let Some(paths) = Node::root(root).get("paths") {
        let Value::Object(members) = paths.value else {
            return Err(Problem::expected(
                &paths.pointer,
                "an object of paths",
                paths.value,
            ));
        };
        for path in members.keys().filter(|path| !path.starts_with("x-")) {
            if let Some(item) = paths.get(path) {
                reader.path_item(path, item)?;
            }
        }
    }
    reader.settle_names();
    Ok((reader.operations, reader.problems))
}

impl<'a> Reader<'a> {
    fn path_item(&mut self, path: &str, item: Node<'a>) -> Result<(), Problem> {
        let at = format!("#{}", item.pointer);
        let item = match self.checked_path_item(path, item) {
            Ok(item) => item,
            Err(problem) => {
                let message = format!("{path} is left out: {problem}");
                self.problems.push(Problem::new(at, message));
                return Ok(());
            }
        };
        let path: Arc<str> = path.into();
        let template = Template::parse(&path);
        for (key, method) in METHODS {
            let Some(operation) = item.get(key) else {
                continue;
            };
            self.count(&item, &operation, &template)?;
            let at = format!("#{}", operation.pointer);
            match self.operation(method, &path, &template, &item, operation) {
                Ok(operation) => self.operations.push(operation),
                Err(problem) => {
                    let message = format!("{method} {path} is left out: {problem}");
                    self.problems.push(Problem::new(at, message));
                }
            }
        }
        Ok(())
    }

    fn checked_path_item(&self, path: &str, item: Node<'a>) -> Result<Node<'a>, Problem> {
        if !path.starts_with('/') {
            return Err(Problem::new("path", "a path has to begin with `/`"));
        }
        check_segments(path).map_err(|error| Problem::new("path", error.to_string()))?;
        let item = item.follow(self.root)?;
        match item.value {
            Value::Object(_) => Ok(item),
            other => Err(Problem::expected(&item.pointer, "a path item", other)),
        }
    }

    /// Ends the reading of a document that unfolds to more than is bearable.
    fn count(
        &mut self,
        item: &Node<'a>,
        operation: &Node<'a>,
        template: &Template,
    ) -> Result<(), Problem> {
        if self.operations.len() == MAX_OPERATIONS {
            return Err(too_many("operations", MAX_OPERATIONS));
        }
        let declared = [item, operation].map(|owner| parameters_of(owner).len());
        let count = declared.iter().sum::<usize>() + template.variables().count();
        match self.parameters_left.checked_sub(count) {
            Some(left) => self.parameters_left = left,
            None => return Err(too_many("parameters", MAX_PARAMETERS)),
        }
        Ok(())
    }

    fn operation(
        &mut self,
        method: &'static str,
        path: &Arc<str>,
        template: &Template,
        item: &Node<'a>,
        node: Node<'a>,
    ) -> Result<Operation, Problem> {
        if !node.value.is_object() {
            return Err(Problem::expected(&node.pointer, "an operation", node.value));
        }
        let mut parameters = self.parameters(item, &node, template)?;
        let body = match node.get("requestBody") {
            Some(body) => Body::read(&body.follow(self.root)?),
            None => None,
        };
        name_arguments(&mut parameters, body.is_some());
        let id = node.value.get("operationId").and_then(Value::as_str);
        let has_servers = |node: &&Node<'_>| node.value.get("servers").is_some();
        let servers = [&node, item].into_iter().find(has_servers);
        Ok(Operation {
            root: Arc::clone(self.root),
            servers: servers.map(|node| node.pointer.clone()),
            at: node.pointer,
            name: names::operation(id, method, path),
            method,
            path: Arc::clone(path),
            template: template.clone(),
            parameters,
            body,
        })
    }

    /// The parameters of the path item, each replaced by the operation's own of
    /// the same name and place, then the rest of those, then variables of the
    /// path that neither describes.
    fn parameters(
        &mut self,
        item: &Node<'a>,
        operation: &Node<'a>,
        template: &Template,
    ) -> Result<Vec<Parameter>, Problem> {
        let variables: HashSet<&str> = template.variables().collect();
        let mut merged = Merged::default();
        for node in [item, operation].into_iter().flat_map(parameters_of) {
            let node = node.follow(self.root)?;
            let parameter = Parameter::read(&node, &mut self.problems)?;
            if !is_ignored(&parameter, &variables) {
                merged.put(parameter);
            }
        }
        for variable in template.variables() {
            merged.put_undeclared(variable);
        }
        Ok(merged.list)
    }

    fn settle_names(&mut self) {
        let wanted: Vec<String> = self.operations.iter().map(|o| o.name.clone()).collect();
        let names = unique_operations(&wanted);
        for (operation, name) in self.operations.iter_mut().zip(names) {
            if operation.name != name {
                self.problems.push(Problem::new(
                    format!("#{}", operation.at),
                    format!(
                        "the name `{}` is taken; this operation is `{name}`",
                        operation.name
                    ),
                ));
                operation.name = name;
            }
        }
    }
}

/// The entries of the `parameters` of a path item or an operation.
fn parameters_of<'a>(owner: &Node<'a>) -> Vec<Node<'a>> {
    let Some(list) = owner.get("parameters") else {
        return Vec::new();
    };
    let length = list.value.as_array().map_or(0, Vec::len);
    (0..length)
        .filter_map(|index| list.get(&index.to_string()))
        .collect()
}

/// Parameters in their order, one for each name and place.
#[derive(Default)]
struct Merged {
    list: Vec<Parameter>,
    index: HashMap<(String, Place), usize>,
}

impl Merged {
    fn put(&mut self, parameter: Parameter) {
        match self.index.entry((parameter.name.clone(), parameter.place)) {
            Entry::Occupied(entry) => self.list[*entry.get()] = parameter,
            Entry::Vacant(entry) => {
                entry.insert(self.list.len());
                self.list.push(parameter);
            }
        }
    }

    fn put_undeclared(&mut self, variable: &str) {
        if !self.index.contains_key(&(variable.to_owned(), Place::Path)) {
            self.put(Parameter::undeclared(variable));
        }
    }
}

/// Whether a parameter has no place in the request: the specification hands
/// some headers to other parts of the document, and a path parameter needs a
/// variable.
fn is_ignored(parameter: &Parameter, variables: &HashSet<&str>) -> bool {
    match parameter.place {
        Place::Path => !variables.contains(parameter.name.as_str()),
        Place::Header => is_header_of_the_host(&parameter.name),
        Place::Query | Place::Cookie => false,
    }
}

fn too_many(what: &str, limit: usize) -> Problem {
    Problem::new(
        "#/paths",
        format!("more than {limit} {what}; cut the document down to what is needed"),
    )
}
