//! The keywords of one schema object that say something about its type.
//!
//! All drafts are read alike: a keyword counts when its value has the form
//! that some draft gives it, and is as good as absent otherwise.

use serde_json::{Map, Value};

/// How a schema points at another one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reference<'a> {
    /// `$ref`: a place in this document.
    Static(&'a str),
    /// `$dynamicRef` or `$recursiveRef`: the outermost anchor of that name.
    Dynamic(&'a str),
}

impl<'a> Reference<'a> {
    /// The text after the keyword.
    pub(super) fn text(self) -> &'a str {
        match self {
            Self::Static(text) | Self::Dynamic(text) => text,
        }
    }
}

/// One schema object, read once.
#[derive(Debug, Default)]
pub(super) struct Keywords<'a> {
    pub(super) reference: Option<Reference<'a>>,
    pub(super) any_of: Option<&'a [Value]>,
    pub(super) one_of: Option<&'a [Value]>,
    pub(super) all_of: Option<&'a [Value]>,
    pub(super) enumeration: Option<&'a [Value]>,
    pub(super) constant: Option<&'a Value>,
    pub(super) types: &'a [Value],
    pub(super) properties: Option<&'a Map<String, Value>>,
    pub(super) patterns: Option<&'a Map<String, Value>>,
    pub(super) additional: Option<&'a Value>,
    pub(super) required: &'a [Value],
    pub(super) items: Option<&'a Value>,
    pub(super) prefix: Option<&'a [Value]>,
    pub(super) rest: Option<&'a Value>,
    pub(super) nullable: bool,
}

impl<'a> Keywords<'a> {
    /// Reads a schema object.
    pub(super) fn read(schema: &'a Map<String, Value>) -> Self {
        let mut keywords = Self::default();
        for (keyword, value) in schema {
            keywords.take(keyword, value);
        }
        keywords.join_tuple_forms();
        keywords
    }

    fn take(&mut self, keyword: &str, value: &'a Value) {
        match keyword {
            "$ref" => {
                if let Some(text) = value.as_str() {
                    self.reference = Some(Reference::Static(text));
                }
            }
            "$dynamicRef" | "$recursiveRef" if self.reference.is_none() => {
                self.reference = value.as_str().map(Reference::Dynamic);
            }
            "anyOf" => self.any_of = list(value),
            "oneOf" => self.one_of = list(value),
            "allOf" => self.all_of = list(value),
            "enum" => self.enumeration = list(value),
            "const" => self.constant = Some(value),
            "type" => {
                self.types = match value {
                    Value::Array(types) => types,
                    Value::String(_) => std::slice::from_ref(value),
                    _ => &[],
                }
            }
            "properties" => self.properties = value.as_object(),
            "patternProperties" => self.patterns = value.as_object().filter(|map| !map.is_empty()),
            "additionalProperties" => self.additional = schema(value),
            "required" => self.required = list(value).unwrap_or_default(),
            "items" => self.items = Some(value),
            "prefixItems" => self.prefix = list(value),
            "additionalItems" => self.rest = schema(value),
            "nullable" => self.nullable = value == &Value::Bool(true),
            _ => {}
        }
    }

    /// Brings the tuples of all drafts into one form: `prefix` holds the first
    /// elements, `items` what follows them.
    fn join_tuple_forms(&mut self) {
        self.prefix = self.prefix.filter(|prefix| !prefix.is_empty());
        match self.items {
            Some(Value::Array(items)) => {
                self.items = None;
                if !items.is_empty() && self.prefix.is_none() {
                    self.prefix = Some(items);
                    self.items = self.rest;
                }
            }
            items => self.items = items.and_then(schema),
        }
    }

    /// Whether the schema, apart from references and combinations, describes
    /// the members of an object or of an array, or lists values.
    pub(super) fn has_structure(&self) -> bool {
        self.is_object_like() || self.is_array_like() || self.lists_values()
    }

    /// Whether the schema gives the allowed values themselves.
    pub(super) fn lists_values(&self) -> bool {
        self.constant.is_some() || self.enumeration.is_some()
    }

    /// Whether keywords for objects are present that shape the type.
    pub(super) fn is_object_like(&self) -> bool {
        self.properties.is_some()
            || self.patterns.is_some()
            || matches!(self.additional, Some(Value::Object(_)))
    }

    /// Whether keywords for arrays are present that shape the type.
    pub(super) fn is_array_like(&self) -> bool {
        self.prefix.is_some() || self.items.is_some()
    }

    /// Whether the schema refers to or combines other schemas.
    pub(super) fn combines(&self) -> bool {
        self.reference.is_some()
            || self.any_of.is_some()
            || self.one_of.is_some()
            || self.all_of.is_some()
    }

    /// Whether all that the schema says is which properties must be present.
    pub(super) fn only_requires(&self) -> bool {
        !self.required.is_empty()
            && !self.combines()
            && !self.has_structure()
            && !self.nullable
            && self.types.iter().all(|name| name == "object")
    }

    /// The names in `required`.
    pub(super) fn required_names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.required.iter().filter_map(Value::as_str)
    }

    /// The schemas inside this one that its type is made of, in the order in
    /// which they are written; references are not followed.
    pub(super) fn parts(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        let lists = [self.all_of, self.prefix, self.any_of, self.one_of];
        let maps = [self.properties, self.patterns];
        let single = [self.additional, self.items];
        maps.into_iter()
            .flatten()
            .flat_map(Map::values)
            .chain(single.into_iter().flatten())
            .chain(lists.into_iter().flatten().flatten())
    }
}

fn list(value: &Value) -> Option<&[Value]> {
    value.as_array().map(Vec::as_slice)
}

fn schema(value: &Value) -> Option<&Value> {
    Some(value).filter(|value| value.is_object() || value.is_boolean())
}
