//! Decides which definitions get a type name of their own.
//!
//! A definition that is used once is written where it is used. One that is
//! used twice, or that contains itself, is written once under a name;
//! otherwise a small schema could stand for a text of any length, or of none
//! that ends.

use super::literal;
use super::resolve::{Document, Place};
use super::schema::Keywords;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Characters of a list of values that is rather repeated than named.
const SHORT_CHARS: usize = 60;

/// What is known of a schema that something refers to.
#[derive(Debug)]
struct Target<'a> {
    place: Place<'a>,
    hint: &'a str,
    uses: usize,
    is_recursive: bool,
}

/// A step of the walk through a document.
enum Step<'a> {
    Enter(Place<'a>),
    Leave(*const Value),
}

/// The definitions that are to be named, each with the reference that first
/// led to it.
#[derive(Debug, Default)]
pub(super) struct Survey<'a> {
    named: HashMap<*const Value, &'a str>,
}

impl<'a> Survey<'a> {
    /// Walks through everything that the type of the root is made of.
    pub(super) fn of(document: &Document<'a>) -> Self {
        if !refers(document.root().schema) {
            return Self::default();
        }
        let mut targets: HashMap<*const Value, Target<'a>> = HashMap::new();
        let mut on_path: HashSet<*const Value> = HashSet::new();
        let mut seen: HashSet<*const Value> = HashSet::new();
        let mut steps = vec![Step::Enter(document.root())];
        while let Some(step) = steps.pop() {
            let place = match step {
                Step::Enter(place) => place,
                Step::Leave(key) => {
                    on_path.remove(&key);
                    continue;
                }
            };
            let Value::Object(schema) = place.schema else {
                continue;
            };
            if !seen.insert(place.key()) {
                if on_path.contains(&place.key())
                    && let Some(target) = targets.get_mut(&place.key())
                {
                    target.is_recursive = true;
                }
                continue;
            }
            on_path.insert(place.key());
            steps.push(Step::Leave(place.key()));

            let keywords = Keywords::read(schema);
            steps.extend(
                keywords
                    .parts()
                    .map(|part| Step::Enter(document.child(place, part))),
            );
            let Some(reference) = keywords.reference else {
                continue;
            };
            if let Some(found) = document.resolve(reference, place) {
                let first = Target {
                    place: found,
                    hint: reference.text(),
                    uses: 0,
                    is_recursive: false,
                };
                targets.entry(found.key()).or_insert(first).uses += 1;
                steps.push(Step::Enter(found));
            }
        }
        let named = targets
            .into_iter()
            .filter(|(_, target)| target.deserves_a_name())
            .map(|(key, target)| (key, target.hint))
            .collect();
        Self { named }
    }

    /// The reference that led to `place` first, if it is to have a name.
    pub(super) fn hint(&self, place: Place<'a>) -> Option<&'a str> {
        self.named.get(&place.key()).copied()
    }
}

/// Whether any reference is to be followed on the way through a schema, which
/// is not the rule for the schemas of tools.
fn refers(root: &Value) -> bool {
    let mut open = vec![root];
    while let Some(schema) = open.pop() {
        let Value::Object(schema) = schema else {
            continue;
        };
        let keywords = Keywords::read(schema);
        if keywords.reference.is_some() {
            return true;
        }
        open.extend(keywords.parts());
    }
    false
}

impl Target<'_> {
    fn deserves_a_name(&self) -> bool {
        self.is_recursive || (self.uses > 1 && !is_short(self.place.schema))
    }
}

/// Whether the type of a schema is sure to fit on a part of a line.
fn is_short(schema: &Value) -> bool {
    let Value::Object(schema) = schema else {
        return true;
    };
    let keywords = Keywords::read(schema);
    if keywords.combines() || keywords.is_object_like() || keywords.prefix.is_some() {
        return false;
    }
    let values = keywords
        .constant
        .into_iter()
        .chain(keywords.enumeration.into_iter().flatten());
    let mut text = String::new();
    for value in values.take(SHORT_CHARS) {
        literal::write(&mut text, value);
    }
    let is_item_short = match keywords.items {
        Some(Value::Object(items)) => {
            let items = Keywords::read(items);
            !items.combines() && !items.has_structure()
        }
        _ => true,
    };
    text.len() <= SHORT_CHARS && is_item_short
}
