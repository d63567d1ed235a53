//! Finds what a reference points at, within one document.
//!
//! Nothing is ever fetched: a reference that leaves the document has no
//! target, and the type there is `unknown`.

use super::schema::Reference;
use super::uri;
use serde_json::{Map, Value};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Keywords whose values are data, not schemas.
const DATA: [&str; 5] = ["const", "enum", "default", "examples", "example"];

/// Keywords whose values map names to schemas.
const MAPS: [&str; 5] = [
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
];

/// A schema and the resource that it belongs to, which is the nearest schema
/// around it with an identifier of its own, or else the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) schema: &'a Value,
    resource: &'a Value,
}

impl<'a> Place<'a> {
    /// What makes this place the same as another one.
    pub(super) fn key(self) -> *const Value {
        std::ptr::from_ref(self.schema)
    }
}

/// One JSON document with a schema at its root.
#[derive(Debug)]
pub(super) struct Document<'a> {
    root: &'a Value,
    /// Whether `id` without a dollar sign is an identifier, as in draft 04.
    is_old: bool,
    index: OnceCell<Index<'a>>,
}

/// What the identifiers and anchors of a document name.
#[derive(Debug, Default)]
struct Index<'a> {
    resources: HashMap<Rc<str>, &'a Value>,
    identifiers: HashMap<*const Value, Rc<str>>,
    anchors: HashMap<(*const Value, &'a str), Place<'a>>,
}

impl<'a> Document<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        let dialect = root
            .get("$schema")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_old = dialect.contains("draft-03") || dialect.contains("draft-04");
        Self {
            root,
            is_old,
            index: OnceCell::new(),
        }
    }

    /// The schema that the document is.
    pub(super) fn root(&self) -> Place<'a> {
        Place {
            schema: self.root,
            resource: self.root,
        }
    }

    /// A schema right inside another one.
    pub(super) fn child(&self, parent: Place<'a>, schema: &'a Value) -> Place<'a> {
        let resource = if self.identifier(schema).is_some() {
            schema
        } else {
            parent.resource
        };
        Place { schema, resource }
    }

    /// The schema that `reference` means when it stands in `from`.
    pub(super) fn resolve(&self, reference: Reference<'a>, from: Place<'a>) -> Option<Place<'a>> {
        match reference {
            Reference::Static(text) => self.resolve_static(text, from),
            Reference::Dynamic(text) => text
                .strip_prefix('#')
                .and_then(|name| {
                    self.index()
                        .anchors
                        .get(&(self.root().key(), name))
                        .copied()
                })
                .or_else(|| self.resolve_static(text, from)),
        }
    }

    fn resolve_static(&self, text: &str, from: Place<'a>) -> Option<Place<'a>> {
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let resource = if address.is_empty() {
            from.resource
        } else {
            self.resource(address, from)?
        };
        if fragment.is_empty() {
            return Some(Place {
                schema: resource,
                resource,
            });
        }
        if let Some(pointer) = fragment.strip_prefix('/') {
            let found = self.pointer(resource, pointer);
            return found.or_else(|| {
                self.pointer(self.root, pointer)
                    .filter(|_| address.is_empty())
            });
        }
        let name = uri::decode(fragment);
        self.index()
            .anchors
            .get(&(std::ptr::from_ref(resource), name.as_ref()))
            .copied()
    }

    fn resource(&self, address: &str, from: Place<'a>) -> Option<&'a Value> {
        let index = self.index();
        let base = index.identifiers.get(&std::ptr::from_ref(from.resource))?;
        index
            .resources
            .get(uri::join(base, address).as_str())
            .copied()
    }

    /// Follows a JSON pointer, given without its first slash.
    fn pointer(&self, resource: &'a Value, pointer: &str) -> Option<Place<'a>> {
        let mut place = Place {
            schema: resource,
            resource,
        };
        for step in pointer.split('/') {
            let next = match place.schema {
                Value::Object(map) => member(map, step)?,
                Value::Array(items) => items.get(step.parse::<usize>().ok()?)?,
                _ => return None,
            };
            place = self.child(place, next);
        }
        Some(place)
    }

    /// The identifier that makes a schema a resource of its own.
    fn identifier(&self, schema: &'a Value) -> Option<&'a str> {
        let keyword = if self.is_old { "id" } else { "$id" };
        let text = schema.as_object()?.get(keyword)?.as_str()?;
        Some(text).filter(|text| !text.starts_with('#'))
    }

    fn index(&self) -> &Index<'a> {
        self.index.get_or_init(|| self.build_index())
    }

    /// Visits the document once, with a list instead of the call stack.
    fn build_index(&self) -> Index<'a> {
        let mut index = Index::default();
        let mut open = vec![(self.root(), Rc::from(""), false)];
        while let Some((place, base, is_map)) = open.pop() {
            let base = if is_map {
                base
            } else {
                self.enter(&mut index, place, base)
            };
            let children: Vec<(&str, &Value)> = match place.schema {
                Value::Object(map) => map
                    .iter()
                    .map(|(name, value)| (name.as_str(), value))
                    .collect(),
                Value::Array(items) => items.iter().map(|item| ("", item)).collect(),
                _ => continue,
            };
            for (name, value) in children.into_iter().rev() {
                if is_map || !DATA.contains(&name) {
                    let is_next_map = !is_map && MAPS.contains(&name);
                    open.push((self.child(place, value), Rc::clone(&base), is_next_map));
                }
            }
        }
        index
    }

    /// Notes the names of one schema, and returns the base of what it holds.
    fn enter(&self, index: &mut Index<'a>, place: Place<'a>, base: Rc<str>) -> Rc<str> {
        let Value::Object(schema) = place.schema else {
            return base;
        };
        let mut base = base;
        if std::ptr::eq(place.schema, place.resource) {
            let address = self.identifier(place.schema).unwrap_or_default();
            base = uri::join(&base, address.split('#').next().unwrap_or_default()).into();
            index.identifiers.insert(place.key(), Rc::clone(&base));
            index
                .resources
                .entry(Rc::clone(&base))
                .or_insert(place.schema);
        }
        let plain = ["$anchor", "$dynamicAnchor"]
            .into_iter()
            .filter_map(|key| schema.get(key)?.as_str());
        let old = ["$id", "id"]
            .into_iter()
            .filter_map(|key| schema.get(key)?.as_str()?.strip_prefix('#'));
        for name in plain.chain(old) {
            let key = (std::ptr::from_ref(place.resource), name);
            index.anchors.entry(key).or_insert(place);
        }
        base
    }
}

/// The member of an object that a step of a JSON pointer names.
fn member<'a>(map: &'a Map<String, Value>, step: &str) -> Option<&'a Value> {
    if !step.contains(['~', '%']) {
        return map.get(step);
    }
    let plain = |text: &str| text.replace("~1", "/").replace("~0", "~");
    map.get(&plain(step))
        .or_else(|| map.get(&plain(&uri::decode(step))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target<'a>(root: &'a Value, from: &str, reference: &'a str) -> Option<&'a Value> {
        let document = Document::new(root);
        let place = document.pointer(root, from)?;
        Some(
            document
                .resolve(Reference::Static(reference), place)?
                .schema,
        )
    }

    #[test]
    fn references_stay_within_the_document() {
        let root = json!({
            "$id": "https://example.com/schemas/root.json",
            "$defs": {
                "a/b": {"const": 1},
                "c~d": {"const": 2},
                "e f": {"const": 3},
                "anchored": {"$anchor": "here", "const": 4},
                "part": {
                    "$id": "part.json",
                    "$defs": {"inner": {"const": 5}, "named": {"$anchor": "here", "const": 6}}
                },
                "list": [{"const": 7}]
            },
            "items": {}
        });
        let cases = [
            ("items", "#/$defs/a~1b", json!(1)),
            ("items", "#/$defs/c~0d", json!(2)),
            ("items", "#/$defs/e%20f", json!(3)),
            ("items", "#here", json!(4)),
            ("items", "part.json#/$defs/inner", json!(5)),
            (
                "items",
                "https://example.com/schemas/part.json#here",
                json!(6),
            ),
            ("items", "/schemas/part.json#here", json!(6)),
            ("$defs/part/$defs/inner", "#here", json!(6)),
            ("$defs/part/$defs/inner", "#/$defs/inner", json!(5)),
            ("$defs/part/$defs/inner", "root.json#here", json!(4)),
            ("items", "#/$defs/list/0", json!(7)),
        ];
        for (from, reference, expected) in cases {
            let found = target(&root, from, reference).and_then(|schema| schema.get("const"));
            assert_eq!(found, Some(&expected), "{reference} in {from}");
        }
        for reference in [
            "other.json",
            "#nowhere",
            "#/$defs/missing",
            "#/$defs/list/1",
            "#/items/x",
        ] {
            assert_eq!(target(&root, "items", reference), None, "{reference}");
        }
    }

    #[test]
    fn names_in_data_are_no_anchors() {
        let root = json!({"default": {"$anchor": "x"}, "properties": {"default": {"$anchor": "y", "const": 1}}});

        assert_eq!(target(&root, "properties", "#x"), None);
        assert_eq!(
            target(&root, "properties", "#y"),
            root.pointer("/properties/default")
        );
    }
}
