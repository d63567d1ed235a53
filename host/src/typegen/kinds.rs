//! Which of the six kinds of JSON value a schema can allow.

use super::resolve::{Document, Place};
use super::schema::Keywords;
use serde_json::Value;

/// Schemas looked at for one answer; past it the answer is "any kind".
const STEPS: usize = 64;

/// A set of kinds of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    const NONE: Self = Self(0);
    const NULL: Self = Self(1);
    const BOOLEAN: Self = Self(2);
    const NUMBER: Self = Self(4);
    const STRING: Self = Self(8);
    const ARRAY: Self = Self(16);
    const OBJECT: Self = Self(32);
    const ANY: Self = Self(63);

    /// Whether `other` holds every kind of this set.
    pub(super) fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The kinds that the keyword `type` allows.
    pub(super) fn of_types(types: &[Value]) -> Self {
        if types.is_empty() {
            return Self::ANY;
        }
        types.iter().fold(Self::NONE, |kinds, name| {
            kinds.or(match name.as_str().unwrap_or_default() {
                "null" => Self::NULL,
                "boolean" => Self::BOOLEAN,
                "number" | "integer" => Self::NUMBER,
                "string" => Self::STRING,
                "array" => Self::ARRAY,
                "object" => Self::OBJECT,
                _ => Self::ANY,
            })
        })
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// The kinds that everything but `type` of a schema allows.
    pub(super) fn beside_type<'a>(
        document: &Document<'a>,
        place: Place<'a>,
        keywords: &Keywords<'a>,
    ) -> Self {
        let mut search = Search {
            document,
            steps: STEPS,
        };
        search.combined(place, keywords)
    }
}

struct Search<'d, 'a> {
    document: &'d Document<'a>,
    steps: usize,
}

impl<'a> Search<'_, 'a> {
    fn schema(&mut self, place: Place<'a>) -> Kinds {
        let schema = match place.schema {
            Value::Object(schema) => schema,
            Value::Bool(false) => return Kinds::NONE,
            _ => return Kinds::ANY,
        };
        let Some(steps) = self.steps.checked_sub(1) else {
            return Kinds::ANY;
        };
        self.steps = steps;
        let keywords = Keywords::read(schema);
        let own = if keywords.lists_values() {
            let values = keywords
                .constant
                .into_iter()
                .chain(keywords.enumeration.into_iter().flatten());
            values.fold(Kinds::NONE, |kinds, value| kinds.or(Kinds::of_value(value)))
        } else if !keywords.types.is_empty() {
            Kinds::of_types(keywords.types)
        } else if keywords.is_object_like() || !keywords.required.is_empty() {
            Kinds::OBJECT
        } else if keywords.is_array_like() {
            Kinds::ARRAY
        } else {
            Kinds::ANY
        };
        let kinds = own.and(self.combined(place, &keywords));
        if keywords.nullable {
            kinds.or(Kinds::NULL)
        } else {
            kinds
        }
    }

    fn combined(&mut self, place: Place<'a>, keywords: &Keywords<'a>) -> Kinds {
        let mut kinds = Kinds::ANY;
        if let Some(target) = keywords
            .reference
            .and_then(|reference| self.document.resolve(reference, place))
        {
            kinds = kinds.and(self.schema(target));
        }
        for part in keywords.all_of.into_iter().flatten() {
            kinds = kinds.and(self.schema(self.document.child(place, part)));
        }
        for members in [keywords.any_of, keywords.one_of].into_iter().flatten() {
            let of_members = members.iter().fold(Kinds::NONE, |found, member| {
                found.or(self.schema(self.document.child(place, member)))
            });
            kinds = kinds.and(of_members);
        }
        kinds
    }
}
