//! Writes the types of objects and arrays.

use super::comment;
use super::literal;
use super::names;
use super::render::{At, Bond, Renderer, Shape};
use super::resolve::Place;
use super::schema::Keywords;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Blanks by which the members of an object are set off.
const INDENT: usize = 4;

/// Bytes of the types of declared properties that an index signature repeats.
const INDEX_BYTES: usize = 200;

/// What an index signature must allow, gathered from the properties.
#[derive(Default)]
struct Declared {
    types: Vec<String>,
    bytes: usize,
    has_optional: bool,
    /// Whether the types are too long to be repeated.
    is_long: bool,
}

impl Declared {
    fn add(&mut self, text: &str, is_optional: bool) {
        self.has_optional |= is_optional;
        self.is_long |= text == "unknown" || text.contains('\n') || self.bytes > INDEX_BYTES;
        if !self.is_long && text != "never" && !self.types.iter().any(|known| known == text) {
            self.bytes += text.len();
            self.types.push(text.to_owned());
        }
    }
}

impl<'a> Renderer<'_, 'a, '_> {
    /// Writes the type of an object, given the names of required properties.
    pub(super) fn write_object(
        &mut self,
        place: Place<'a>,
        keywords: &Keywords<'a>,
        mut required: Vec<&'a str>,
        at: At,
    ) -> Shape {
        let properties = keywords
            .properties
            .filter(|properties| !properties.is_empty());
        let index = index_schemas(keywords);
        let missing = missing(keywords, properties, &required, at);
        if properties.is_none() && missing.is_empty() && index.is_empty() {
            let is_closed = keywords.additional == Some(&Value::Bool(false));
            return self.word(if is_closed {
                "{}"
            } else {
                "Record<string, unknown>"
            });
        }
        required.sort_unstable();
        let inner = At {
            indent: at.indent + INDENT,
            ..at.inner()
        };
        let mut declared = Declared::default();
        let mut is_cut = false;
        self.out.push_str("{\n");
        for (name, schema) in properties.into_iter().flatten() {
            let is_optional = required.binary_search(&name.as_str()).is_err();
            let place = self.document.child(place, schema);
            is_cut = !self.write_property(name, is_optional, place, inner, &mut declared);
            if is_cut {
                break;
            }
        }
        if !is_cut {
            is_cut =
                !self.write_missing(&missing, keywords.additional, place, inner, &mut declared);
        }
        if is_cut {
            self.write_index_head(inner);
            self.out.push_str("unknown;\n");
        } else if !index.is_empty() {
            self.write_index(&index, place, inner, &declared);
        }
        comment::blanks(&mut self.out, at.indent);
        self.out.push('}');
        Shape::SINGLE
    }

    /// Writes one property with its comment, and tells whether it fitted.
    fn write_property(
        &mut self,
        name: &str,
        is_optional: bool,
        place: Place<'a>,
        at: At,
        declared: &mut Declared,
    ) -> bool {
        if self.is_full() {
            return false;
        }
        let before = self.out.len();
        comment::write(&mut self.out, place.schema, at.indent);
        comment::blanks(&mut self.out, at.indent);
        if names::is_identifier(name) {
            self.out.push_str(name);
        } else {
            literal::write_string(&mut self.out, name);
        }
        self.out.push_str(if is_optional { "?: " } else { ": " });
        if self.is_over() {
            self.out.truncate(before);
            self.cut();
            self.out.truncate(before);
            return false;
        }
        let start = self.out.len();
        self.write(place, at);
        declared.add(self.out.get(start..).unwrap_or_default(), is_optional);
        self.out.push_str(";\n");
        true
    }

    /// Writes required properties that are not declared.
    fn write_missing(
        &mut self,
        missing: &[&str],
        additional: Option<&'a Value>,
        place: Place<'a>,
        at: At,
        declared: &mut Declared,
    ) -> bool {
        let schema = additional
            .filter(|schema| schema.is_object())
            .unwrap_or(&Value::Bool(true));
        let place = self.document.child(place, schema);
        missing
            .iter()
            .all(|name| self.write_property(name, false, place, at, declared))
    }

    fn write_index_head(&mut self, at: At) {
        comment::blanks(&mut self.out, at.indent);
        self.out.push_str("[key: string]: ");
    }

    /// Writes the index signature, wide enough for the declared properties,
    /// because TypeScript asks for that.
    fn write_index(
        &mut self,
        schemas: &[&'a Value],
        place: Place<'a>,
        at: At,
        declared: &Declared,
    ) {
        self.write_index_head(at);
        let start = self.out.len();
        let shape = self.write_union(schemas.len(), |renderer, position| {
            let schema = schemas.get(position).copied().unwrap_or(&Value::Null);
            renderer.write(renderer.document.child(place, schema), at)
        });
        if shape.is_top || declared.is_long {
            self.out.truncate(start);
            self.out.push_str("unknown");
        } else {
            let own = self.tail(start).to_owned();
            let is_flat = !own.contains(['"', '[', '{', '(']);
            let is_known = |text: &str| {
                own == text || (is_flat && own.split(" | ").any(|member| member == text))
            };
            let optional = declared.has_optional.then_some("undefined");
            for text in declared.types.iter().map(String::as_str).chain(optional) {
                if !is_known(text) {
                    self.out.push_str(" | ");
                    self.out.push_str(text);
                }
            }
        }
        self.out.push_str(";\n");
    }

    /// Writes the type of an array or a tuple.
    pub(super) fn write_array(
        &mut self,
        place: Place<'a>,
        keywords: &Keywords<'a>,
        at: At,
    ) -> Shape {
        let items = keywords.items.filter(|items| *items != &Value::Bool(false));
        match keywords.prefix {
            Some(prefix) => self.write_tuple(prefix, items, place, at.inner()),
            None => match items {
                Some(items) => self.write_repeated(items, place, at.inner()),
                None => self.word_array(),
            },
        }
        Shape::SINGLE
    }

    fn word_array(&mut self) {
        self.out.push_str("unknown[]");
    }

    /// Writes `T[]`, with parentheses around `T` where they are needed.
    fn write_repeated(&mut self, items: &'a Value, place: Place<'a>, at: At) {
        let start = self.out.len();
        let shape = self.write(self.document.child(place, items), at);
        if shape.bond < Bond::Single {
            self.out.insert(start, '(');
            self.out.push(')');
        }
        self.out.push_str("[]");
    }

    fn write_tuple(
        &mut self,
        prefix: &'a [Value],
        rest: Option<&'a Value>,
        place: Place<'a>,
        at: At,
    ) {
        self.out.push('[');
        let mut is_cut = false;
        for (position, schema) in prefix.iter().enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            is_cut = self.is_full();
            if is_cut {
                self.out.push_str("...unknown[]");
                break;
            }
            self.write(self.document.child(place, schema), at);
        }
        if let Some(rest) = rest.filter(|_| !is_cut) {
            self.out.push_str(", ...");
            self.write_repeated(rest, place, at);
        }
        self.out.push(']');
    }
}

/// The schemas of the properties that have no declaration of their own; empty
/// where nothing is said of them, or where they are forbidden.
fn index_schemas<'a>(keywords: &Keywords<'a>) -> Vec<&'a Value> {
    let patterns = keywords.patterns.into_iter().flat_map(Map::values);
    let additional = keywords
        .additional
        .filter(|schema| *schema != &Value::Bool(false));
    patterns.chain(additional).collect()
}

/// The required properties that are not declared but are to be shown.
///
/// A schema that stands alone and declares nothing shows none: such lists are
/// mistakes more often than rules.
fn missing<'a>(
    keywords: &Keywords<'a>,
    properties: Option<&Map<String, Value>>,
    required: &[&'a str],
    at: At,
) -> Vec<&'a str> {
    let is_alone = properties.is_none() && !at.is_joined;
    let is_closed = keywords.additional == Some(&Value::Bool(false)) || keywords.patterns.is_some();
    if is_alone || is_closed {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let is_declared = |name: &str| properties.is_some_and(|map| map.contains_key(name));
    required
        .iter()
        .copied()
        .filter(|name| !is_declared(name) && seen.insert(*name))
        .collect()
}
