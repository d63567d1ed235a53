//! Makes a schema of the document stand alone.
//!
//! References become `#/$defs/…`, and only the definitions in use come along.
//! What the document says for other readers (`example`, `xml`, `discriminator`,
//! extensions) stays behind. `nullable` of 3.0 stays in place.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::reference::{Node, target, unresolved};

/// Bytes of one standing-alone schema, roughly as JSON text.
///
/// In some documents every schema leads to every other one; a copy for each
/// tool would be many times the document. Definitions come nearest first; what
/// does not fit is left open and says so.
const MAX_BYTES: usize = 64 * 1024;

/// What is said instead of a definition that did not fit.
const LEFT_OUT: &str = "left out: the type is too large to show in full";

/// What is said of text that is really bytes.
pub(super) const BYTES: &str = "bytes: a Uint8Array";

/// Keywords that hold one schema for a member of the value.
const MEMBER: [&str; 8] = [
    "items",
    "additionalProperties",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "additionalItems",
    "contentSchema",
];

/// Keywords that hold one schema for the same value.
const SAME: [&str; 4] = ["not", "if", "then", "else"];

/// Keywords that hold schemas in a list.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keywords that hold schemas by name.
const MAPS: [&str; 5] = [
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
];

/// Keywords that mean nothing outside their document.
const DROPPED: [&str; 10] = [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$comment",
    "discriminator",
    "example",
    "externalDocs",
    "xml",
];

/// Which way the values of a schema go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To the server: what is `readOnly` need not be there.
    Input,
    /// From the server: what is `writeOnly` need not be there.
    Output,
}

/// A definition that is, or will be, in `$defs`.
#[derive(Debug)]
struct Definition<'a> {
    name: String,
    schema: &'a Value,
    /// Definitions that hold for the same value as this one.
    same_value: Vec<usize>,
}

/// Copies schemas out of a document and collects what they refer to.
#[derive(Debug)]
pub(super) struct Schemas<'a> {
    root: &'a Value,
    direction: Direction,
    definitions: Vec<Definition<'a>>,
    index: HashMap<*const Value, usize>,
    /// The names in use, each with the last number that was put behind it.
    names: HashMap<String, usize>,
    bytes: usize,
    /// Whether some schema was left open that is not open in the document.
    is_loose: bool,
}

/// Where in the copy a schema stands.
#[derive(Clone, Copy)]
struct Spot {
    /// The definition around it, if any.
    definition: Option<usize>,
    /// Whether it holds for the same value as that definition.
    is_same_value: bool,
}

impl Spot {
    fn member(self) -> Self {
        Self {
            is_same_value: false,
            ..self
        }
    }
}

impl<'a> Schemas<'a> {
    pub(super) fn new(root: &'a Value, direction: Direction) -> Self {
        Self {
            root,
            direction,
            definitions: Vec::new(),
            index: HashMap::new(),
            names: HashMap::new(),
            bytes: 0,
            is_loose: false,
        }
    }

    /// A copy of the schema at `pointer`; an open one when there is none.
    pub(super) fn copy_at(&mut self, pointer: Option<&str>) -> Value {
        let schema = pointer.and_then(|pointer| self.root.pointer(pointer));
        let spot = Spot {
            definition: None,
            is_same_value: true,
        };
        match schema {
            Some(schema) => self.copy(schema, spot),
            None => json!({}),
        }
    }

    /// `schema` with the definitions that the copies so far refer to.
    pub(super) fn finish(mut self, mut schema: Map<String, Value>) -> Value {
        let mut definitions = Map::new();
        let mut next = 0;
        while let Some(definition) = self.definitions.get(next) {
            let (name, source) = (definition.name.clone(), definition.schema);
            let spot = Spot {
                definition: Some(next),
                is_same_value: true,
            };
            definitions.insert(name, self.copy(source, spot));
            next += 1;
        }
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        if self.is_loose {
            loosen(&mut schema);
        }
        Value::Object(schema)
    }

    fn copy(&mut self, schema: &'a Value, spot: Spot) -> Value {
        match schema {
            Value::Bool(_) => schema.clone(),
            Value::Object(_) if self.bytes >= MAX_BYTES => {
                self.is_loose = true;
                json!({"description": LEFT_OUT})
            }
            Value::Object(keywords) => Value::Object(self.copy_keywords(keywords, spot)),
            _ => json!({}),
        }
    }

    fn copy_keywords(
        &mut self,
        keywords: &'a Map<String, Value>,
        spot: Spot,
    ) -> Map<String, Value> {
        let mut copy = Map::new();
        let mut notes = Vec::new();
        for (keyword, value) in keywords {
            self.bytes += keyword.len() + 4;
            let keyword = keyword.as_str();
            let value = match value {
                _ if DROPPED.contains(&keyword) || keyword.starts_with("x-") => continue,
                Value::String(text) if keyword == "$ref" => match self.refer(text, spot) {
                    Ok(reference) => Value::String(reference),
                    Err(note) => {
                        notes.push(note);
                        continue;
                    }
                },
                Value::Object(members) if MAPS.contains(&keyword) => {
                    self.copy_map(members, spot.member())
                }
                Value::Array(items) if LISTS.contains(&keyword) || keyword == "items" => {
                    match keyword {
                        "prefixItems" | "items" => self.copy_tuple(items, spot.member()),
                        _ => self.copy_alternatives(items, spot),
                    }
                }
                _ if MEMBER.contains(&keyword) => self.copy(value, spot.member()),
                _ if SAME.contains(&keyword) => self.copy(value, spot),
                Value::Array(names) if keyword == "required" => self.required(names, keywords),
                data => match self.admit(data) {
                    true => data.clone(),
                    false => {
                        notes.push(LEFT_OUT.to_owned());
                        continue;
                    }
                },
            };
            copy.insert(keyword.to_owned(), value);
        }
        if !notes.is_empty() {
            self.is_loose = true;
            let note = || Value::String(notes.join("; "));
            copy.entry("description").or_insert_with(note);
        }
        modernize(&mut copy);
        copy
    }

    fn copy_map(&mut self, members: &'a Map<String, Value>, spot: Spot) -> Value {
        let mut copy = Map::new();
        for (name, member) in members {
            if self.bytes >= MAX_BYTES {
                self.is_loose = true;
                break;
            }
            self.bytes += name.len() + 4;
            copy.insert(name.clone(), self.copy(member, spot));
        }
        Value::Object(copy)
    }

    fn copy_tuple(&mut self, items: &'a [Value], spot: Spot) -> Value {
        Value::Array(items.iter().map(|item| self.copy(item, spot)).collect())
    }

    /// One open schema stands for all that do not fit.
    fn copy_alternatives(&mut self, items: &'a [Value], spot: Spot) -> Value {
        let mut copies = Vec::new();
        for item in items {
            let is_full = self.bytes >= MAX_BYTES;
            copies.push(self.copy(item, spot));
            if is_full {
                break;
            }
        }
        Value::Array(copies)
    }

    /// The reference to write instead of `text`, or what to say when there is
    /// nothing to refer to.
    fn refer(&mut self, text: &str, spot: Spot) -> Result<String, String> {
        let target = target(self.root, text).ok_or_else(|| unresolved(text))?;
        let index = match self.index.get(&std::ptr::from_ref(target.value)) {
            Some(index) => *index,
            None if self.bytes >= MAX_BYTES => return Err(LEFT_OUT.to_owned()),
            None => self.define(&target),
        };
        if let Some(from) = spot.definition.filter(|_| spot.is_same_value) {
            if self.leads_to(index, from) {
                return Err(format!("reference `{text}` only leads back to itself"));
            }
            self.definitions[from].same_value.push(index);
        }
        let reference = format!("#/$defs/{}", self.definitions[index].name);
        self.bytes += reference.len();
        Ok(reference)
    }

    fn define(&mut self, target: &Node<'a>) -> usize {
        let word = target.pointer.rsplit('/').next().unwrap_or_default();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let word = word.replace("~1", "_").replace("~0", "_");
        let word: String = word
            .chars()
            .map(|c| if is_plain(c) { c } else { '_' })
            .collect();
        let word = if word.is_empty() {
            "Document".to_owned()
        } else {
            word
        };
        let name = self.free_name(word);
        let index = self.definitions.len();
        self.index.insert(std::ptr::from_ref(target.value), index);
        self.definitions.push(Definition {
            name,
            schema: target.value,
            same_value: Vec::new(),
        });
        index
    }

    fn free_name(&mut self, word: String) -> String {
        let mut number = match self.names.get(&word) {
            None => {
                self.names.insert(word.clone(), 1);
                return word;
            }
            Some(number) => *number,
        };
        loop {
            number += 1;
            let name = format!("{word}_{number}");
            if !self.names.contains_key(&name) {
                self.names.insert(name.clone(), 1);
                self.names.insert(word, number);
                return name;
            }
        }
    }

    /// Whether a value of definition `from` has to be one of `to` as well, so
    /// that a reference back would make a schema that has no meaning.
    fn leads_to(&self, from: usize, to: usize) -> bool {
        let mut is_seen = vec![false; self.definitions.len()];
        let mut open = vec![from];
        while let Some(index) = open.pop() {
            if index == to {
                return true;
            }
            if !std::mem::replace(&mut is_seen[index], true) {
                open.extend(&self.definitions[index].same_value);
            }
        }
        false
    }

    /// The names in `required` that this direction requires.
    fn required(&mut self, names: &[Value], keywords: &Map<String, Value>) -> Value {
        let flag = match self.direction {
            Direction::Input => "readOnly",
            Direction::Output => "writeOnly",
        };
        let is_exempt = |name: &&Value| {
            let property = name
                .as_str()
                .and_then(|name| keywords.get("properties")?.get(name));
            property.and_then(|property| property.get(flag)) == Some(&Value::Bool(true))
        };
        let names = names.iter().filter(|name| !is_exempt(name));
        let names = Value::Array(names.cloned().collect());
        if self.admit(&names) { names } else { json!([]) }
    }

    /// Whether there is room for `data`, which counts from now on.
    fn admit(&mut self, data: &Value) -> bool {
        let weight = weight(data);
        let fits = self.bytes + weight <= MAX_BYTES;
        if fits {
            self.bytes += weight;
        }
        fits
    }
}

/// Brings what 3.0 writes in its own way into the form of JSON Schema: limits
/// that are exclusive, and text that is bytes.
fn modernize(schema: &mut Map<String, Value>) {
    for (flag, limit) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        let is_exclusive = schema.get(flag).and_then(Value::as_bool);
        if is_exclusive.is_some() {
            schema.shift_remove(flag);
        }
        if is_exclusive == Some(true)
            && let Some(value) = schema.shift_remove(limit)
        {
            schema.insert(flag.to_owned(), value);
        }
    }
    if schema.get("format") == Some(&Value::from("binary")) {
        schema.shift_remove("type");
        schema.shift_remove("format");
        schema.entry("description").or_insert_with(|| BYTES.into());
    }
}

/// Takes out what could forbid a right value, now that some schemas inside are
/// more open than they were.
fn loosen(schema: &mut Map<String, Value>) {
    let is_closed = |value: &Value| *value == Value::Bool(false);
    schema.retain(|keyword, value| match keyword.as_str() {
        "additionalProperties" | "unevaluatedProperties" => !is_closed(value),
        keyword => !SAME.contains(&keyword),
    });
    if !schema.contains_key("anyOf")
        && let Some(members) = schema.shift_remove("oneOf")
    {
        schema.insert("anyOf".to_owned(), members);
    }
    for (keyword, value) in schema {
        let is = |keywords: &[&str]| keywords.contains(&keyword.as_str());
        match value {
            Value::Array(items) if is(&LISTS) || is(&["items"]) => {
                items
                    .iter_mut()
                    .filter_map(Value::as_object_mut)
                    .for_each(loosen);
            }
            Value::Object(members) if is(&MAPS) => {
                members
                    .values_mut()
                    .filter_map(Value::as_object_mut)
                    .for_each(loosen);
            }
            Value::Object(member) if is(&MEMBER) => loosen(member),
            _ => {}
        }
    }
}

/// Bytes of a value as JSON text, about.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => 2 + items.iter().map(|item| weight(item) + 1).sum::<usize>(),
        Value::Object(members) => {
            2 + members
                .iter()
                .map(|(key, value)| key.len() + 4 + weight(value))
                .sum::<usize>()
        }
        _ => 4,
    }
}
