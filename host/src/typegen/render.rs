//! Writes the types of one document, within a budget.
//!
//! A schema is a conjunction: what its own keywords say, what it refers to,
//! and what its combinations allow. [`Renderer::write`] writes each of these
//! parts and joins them. Parentheses are put in afterwards, where a part turns
//! out to bind more weakly than its surroundings.

use super::comment;
use super::kinds::Kinds;
use super::literal;
use super::names::{self, Names};
use super::resolve::{Document, Place};
use super::schema::Keywords;
use super::survey::Survey;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Levels of schemas within schemas that are written; below them is `unknown`.
const DEPTH: usize = 20;

/// Schemas looked at for one document. Text is bounded by bytes; this bounds
/// the work on schemas that leave no text.
const STEPS: usize = 20_000;

/// Members of a union that an intersection may multiply out to; TypeScript
/// gives up far beyond it.
const UNION_WIDTH: usize = 5_000;

/// Members of a union that later members are compared with, to write each
/// type once.
const DISTINCT: usize = 64;

/// Where a type is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    /// Blanks before the line that the type stands on.
    pub(super) indent: usize,
    pub(super) depth: usize,
    /// Whether no object or array is around it within the current alias, so
    /// that a name here must not lead back to that alias.
    pub(super) is_direct: bool,
    /// Whether it is joined with other types, so that a required property
    /// counts even if another part declares it.
    pub(super) is_joined: bool,
}

impl At {
    /// A schema that is part of the same value.
    pub(super) fn joined(self) -> Self {
        Self {
            depth: self.depth + 1,
            is_joined: true,
            ..self
        }
    }

    /// A schema that this one refers to and adds nothing to.
    fn referred(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    /// A value within the value.
    pub(super) fn inner(self) -> Self {
        Self {
            depth: self.depth + 1,
            is_direct: false,
            is_joined: false,
            ..self
        }
    }
}

/// How tightly a type holds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bond {
    Union,
    Intersection,
    Single,
}

/// What is known of a type that was just written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) bond: Bond,
    has_null: bool,
    /// Whether it is `unknown`, alone or as a member of a union.
    pub(super) is_top: bool,
    width: usize,
}

impl Shape {
    pub(super) const SINGLE: Self = Self {
        bond: Bond::Single,
        has_null: false,
        is_top: false,
        width: 1,
    };
    const TOP: Self = Self {
        is_top: true,
        ..Self::SINGLE
    };
    const NULL: Self = Self {
        has_null: true,
        ..Self::SINGLE
    };
}

/// One of the types whose intersection a schema is.
enum Part<'a> {
    /// What `type` alone says.
    Types,
    /// What the keywords beside the combinations say.
    Own,
    Schema(Place<'a>),
    Union(&'a [Value]),
}

/// A type alias that is to be written.
struct Alias<'a> {
    place: Place<'a>,
    name: String,
    /// The aliases that this one is equal to or joined from.
    leads_to: Vec<usize>,
}

/// The aliases of one document.
#[derive(Debug)]
pub(super) struct Rendered {
    /// The aliases, one after the other, with the asked-for one at the end.
    pub(super) text: String,
    /// Whether the budget sufficed.
    pub(super) is_complete: bool,
}

/// Writes `type <name> = …` and before it the definitions that it needs, in
/// about `budget` bytes.
pub(super) fn render(schema: &Value, name: &str, names: &mut Names, budget: usize) -> Rendered {
    let document = Document::new(schema);
    let survey = Survey::of(&document);
    let mut renderer = Renderer {
        document: &document,
        survey,
        names,
        aliases: Vec::new(),
        assigned: HashMap::new(),
        current: 0,
        out: String::new(),
        finished: 0,
        promised: 0,
        budget,
        steps: STEPS,
        is_full: false,
    };
    renderer.run(name)
}

/// The state of writing one document.
pub(super) struct Renderer<'d, 'a, 'n> {
    pub(super) document: &'d Document<'a>,
    survey: Survey<'a>,
    names: &'n mut Names,
    aliases: Vec<Alias<'a>>,
    assigned: HashMap<*const Value, usize>,
    /// The alias that is being written.
    current: usize,
    pub(super) out: String,
    /// Bytes of the aliases already written.
    finished: usize,
    /// Bytes that the aliases still to be written take at least.
    promised: usize,
    budget: usize,
    steps: usize,
    is_full: bool,
}

impl<'a> Renderer<'_, 'a, '_> {
    fn run(&mut self, name: &str) -> Rendered {
        let root = self.document.root();
        let start = self.beginning(root);
        self.aliases.push(Alias {
            place: start,
            name: name.to_owned(),
            leads_to: Vec::new(),
        });
        for place in [root, start] {
            if self.survey.hint(place).is_some() {
                self.assigned.insert(place.key(), 0);
            }
        }
        let alias = self.write_alias(0);
        let mut definitions = String::new();
        while self.current + 1 < self.aliases.len() {
            let text = self.write_alias(self.current + 1);
            definitions.push_str(&text);
            definitions.push('\n');
        }
        Rendered {
            text: definitions + &alias,
            is_complete: !self.is_full,
        }
    }

    /// The schema that the root stands for, if it does nothing but refer.
    fn beginning(&self, root: Place<'a>) -> Place<'a> {
        let mut place = root;
        for _ in 0..DEPTH {
            let Value::Object(schema) = place.schema else {
                return place;
            };
            let keywords = Keywords::read(schema);
            let adds = keywords.has_structure()
                || keywords.all_of.is_some()
                || keywords.any_of.is_some()
                || keywords.one_of.is_some()
                || keywords.nullable
                || !keywords.required.is_empty()
                || !keywords.types.is_empty();
            let target = keywords
                .reference
                .and_then(|reference| self.document.resolve(reference, place));
            match target.filter(|target| !adds && self.survey.hint(*target).is_some()) {
                Some(target) => place = target,
                None => return place,
            }
        }
        root
    }

    fn write_alias(&mut self, number: usize) -> String {
        self.current = number;
        let Some(alias) = self.aliases.get(number) else {
            return String::new();
        };
        let place = alias.place;
        let head = format!("type {} = ", alias.name);
        if number > 0 {
            self.promised -= promise(&alias.name).min(self.promised);
            comment::write(&mut self.out, place.schema, 0);
            if self.is_over() {
                self.out.clear();
            }
        }
        self.out.push_str(&head);
        let at = At {
            indent: 0,
            depth: 0,
            is_direct: true,
            is_joined: false,
        };
        self.write_content(place, at);
        self.finished += self.out.len() + 1;
        std::mem::take(&mut self.out)
    }

    /// Writes the type of the schema at `place`, or the name of that type.
    pub(super) fn write(&mut self, place: Place<'a>, at: At) -> Shape {
        if at.depth >= DEPTH || self.is_full() {
            return self.word("unknown");
        }
        match self.survey.hint(place) {
            Some(hint) => self.write_name(place, hint, at),
            None => self.write_content(place, at),
        }
    }

    fn write_name(&mut self, place: Place<'a>, hint: &str, at: At) -> Shape {
        let number = match self.assigned.get(&place.key()) {
            Some(number) => *number,
            None => self.add_alias(place, hint),
        };
        if at.is_direct && !self.lead_to(number) {
            return self.word("unknown");
        }
        let name = self
            .aliases
            .get(number)
            .map_or("unknown", |alias| alias.name.as_str());
        self.out.push_str(name);
        Shape {
            width: width_hint(place.schema),
            ..Shape::SINGLE
        }
    }

    fn add_alias(&mut self, place: Place<'a>, hint: &str) -> usize {
        let number = self.aliases.len();
        let prefix = self.aliases.first().map_or("", |alias| alias.name.as_str());
        let name = self
            .names
            .claim(&format!("{prefix}{}", names::definition_stem(hint)));
        self.promised += promise(&name);
        self.aliases.push(Alias {
            place,
            name,
            leads_to: Vec::new(),
        });
        self.assigned.insert(place.key(), number);
        number
    }

    /// Notes that the current alias leads to another one, unless that one
    /// leads back here: TypeScript refuses a type that is equal to itself.
    fn lead_to(&mut self, number: usize) -> bool {
        let mut open = vec![number];
        let mut seen = HashSet::new();
        while let Some(next) = open.pop() {
            if next == self.current {
                return false;
            }
            if seen.insert(next) {
                open.extend(
                    self.aliases
                        .get(next)
                        .into_iter()
                        .flat_map(|alias| &alias.leads_to),
                );
            }
        }
        if let Some(alias) = self.aliases.get_mut(self.current) {
            alias.leads_to.push(number);
        }
        true
    }

    /// Writes the type of a schema, whether or not it has a name.
    fn write_content(&mut self, place: Place<'a>, at: At) -> Shape {
        let schema = match place.schema {
            Value::Object(schema) if !self.is_full() => schema,
            Value::Bool(false) => return self.word("never"),
            _ => return self.word("unknown"),
        };
        self.steps = self.steps.saturating_sub(1);
        let start = self.out.len();
        let keywords = Keywords::read(schema);
        let mut shape = self.write_parts(place, &keywords, at);
        if keywords.nullable && !shape.has_null && !matches!(self.tail(start), "unknown" | "never")
        {
            self.out.push_str(" | null");
            shape = Shape {
                bond: Bond::Union,
                has_null: true,
                ..shape
            };
        }
        if !self.is_full && self.is_over() {
            self.is_full = true;
            self.out.truncate(start);
            return self.word("unknown");
        }
        shape
    }

    fn write_parts(&mut self, place: Place<'a>, keywords: &Keywords<'a>, at: At) -> Shape {
        if !keywords.combines() {
            return self.write_own(place, keywords, keywords.required_names().collect(), at);
        }
        let (parts, required) = self.parts(place, keywords);
        if let [part] = parts.as_slice() {
            return self.write_part(part, place, keywords, &required, at);
        }
        let mut joined = Joined::new(Bond::Intersection);
        for part in &parts {
            let before = self.out.len();
            joined.separate(&mut self.out);
            let start = self.out.len();
            let shape = self.write_part(
                part,
                place,
                keywords,
                &required,
                At {
                    is_joined: true,
                    ..at
                },
            );
            if shape.is_top || joined.width.saturating_mul(shape.width) > UNION_WIDTH {
                self.out.truncate(before);
            } else {
                joined.add(start, self.out.len(), shape);
            }
        }
        if joined.is_empty() {
            return self.word("unknown");
        }
        joined.close(&mut self.out)
    }

    /// The types that a schema with combinations is the intersection of, and
    /// the properties that it requires.
    fn parts(&self, place: Place<'a>, keywords: &Keywords<'a>) -> (Vec<Part<'a>>, Vec<&'a str>) {
        let mut parts = Vec::new();
        let mut unions = Vec::new();
        let mut required: Vec<&str> = keywords.required_names().collect();
        let target = keywords
            .reference
            .and_then(|reference| self.document.resolve(reference, place));
        parts.extend(target.map(Part::Schema));
        let mut members: Vec<&'a Value> = keywords.all_of.into_iter().flatten().collect();
        for alternatives in [keywords.any_of, keywords.one_of].into_iter().flatten() {
            match alternatives {
                [only] => members.push(only),
                several => unions.push(Part::Union(several)),
            }
        }
        for member in members {
            match member
                .as_object()
                .map(Keywords::read)
                .filter(Keywords::only_requires)
            {
                Some(member) => required.extend(member.required_names()),
                None => parts.push(Part::Schema(self.document.child(place, member))),
            }
        }
        if keywords.has_structure() || !required.is_empty() {
            parts.push(Part::Own);
        } else if !keywords.types.is_empty() {
            let others = Kinds::beside_type(self.document, place, keywords);
            if !others.is_within(Kinds::of_types(keywords.types)) {
                parts.insert(0, Part::Types);
            }
        }
        parts.append(&mut unions);
        (parts, required)
    }

    fn write_part(
        &mut self,
        part: &Part<'a>,
        place: Place<'a>,
        keywords: &Keywords<'a>,
        required: &[&'a str],
        at: At,
    ) -> Shape {
        match *part {
            Part::Types | Part::Own => self.write_own(place, keywords, required.to_vec(), at),
            Part::Schema(schema) if at.is_joined => self.write(schema, at.joined()),
            Part::Schema(schema) => self.write(schema, at.referred()),
            Part::Union(members) => self.write_union(members.len(), |renderer, position| {
                let member = members.get(position).unwrap_or(&Value::Null);
                renderer.write(renderer.document.child(place, member), at.joined())
            }),
        }
    }

    /// Writes what the keywords beside references and combinations say.
    fn write_own(
        &mut self,
        place: Place<'a>,
        keywords: &Keywords<'a>,
        required: Vec<&'a str>,
        at: At,
    ) -> Shape {
        if let Some(value) = keywords.constant {
            return self.write_literal(value);
        }
        if let Some(values) = keywords.enumeration {
            return self.write_values(values);
        }
        match keywords.types {
            [] if keywords.is_object_like() || (at.is_joined && !required.is_empty()) => {
                self.write_object(place, keywords, required, at)
            }
            [] if keywords.is_array_like() => self.write_array(place, keywords, at),
            [] => self.word("unknown"),
            [name] => self.write_type(name, place, keywords, &required, at),
            types => self.write_union(types.len(), |renderer, position| {
                let name = types.get(position).unwrap_or(&Value::Null);
                renderer.write_type(name, place, keywords, &required, at)
            }),
        }
    }

    /// Writes what one word of the keyword `type` says.
    fn write_type(
        &mut self,
        name: &Value,
        place: Place<'a>,
        keywords: &Keywords<'a>,
        required: &[&'a str],
        at: At,
    ) -> Shape {
        match name.as_str().unwrap_or_default() {
            "string" => self.word("string"),
            "number" | "integer" => self.word("number"),
            "boolean" => self.word("boolean"),
            "null" => self.word("null"),
            "array" => self.write_array(place, keywords, at),
            "object" => self.write_object(place, keywords, required.to_vec(), at),
            _ => self.word("unknown"),
        }
    }

    /// Writes a union of literals, or of their kinds when they are too many.
    fn write_values(&mut self, values: &[Value]) -> Shape {
        let start = self.out.len();
        let was_full = self.is_full;
        let shape = self.write_union(values.len(), |renderer, position| {
            renderer.write_literal(values.get(position).unwrap_or(&Value::Null))
        });
        if was_full || !(self.is_full || self.is_over()) {
            return shape;
        }
        self.out.truncate(start);
        self.is_full = false;
        let value_at = |position: usize| values.get(position).unwrap_or(&Value::Null);
        self.write_union(values.len(), |renderer, position| {
            match value_at(position) {
                Value::Null => renderer.word("null"),
                Value::Bool(_) => renderer.word("boolean"),
                Value::Number(_) => renderer.word("number"),
                Value::String(_) => renderer.word("string"),
                Value::Array(_) | Value::Object(_) => renderer.word("unknown"),
            }
        })
    }

    fn write_literal(&mut self, value: &Value) -> Shape {
        literal::write(&mut self.out, value);
        if value.is_null() {
            Shape::NULL
        } else {
            Shape::SINGLE
        }
    }

    /// Writes `count` members joined by `|`, each of them once; of no members
    /// it is `never`.
    pub(super) fn write_union(
        &mut self,
        count: usize,
        mut member: impl FnMut(&mut Self, usize) -> Shape,
    ) -> Shape {
        if count == 0 {
            return self.word("never");
        }
        let mut joined = Joined::new(Bond::Union);
        for position in 0..count {
            let before = self.out.len();
            joined.separate(&mut self.out);
            let start = self.out.len();
            let shape = if self.is_over() {
                self.cut()
            } else {
                member(self, position)
            };
            if joined.holds(&self.out, self.tail(start)) {
                self.out.truncate(before);
            } else {
                joined.add(start, self.out.len(), shape);
            }
            if self.is_full() {
                break;
            }
        }
        if self.is_full() && count > 1 && !joined.shape.is_top {
            joined.separate(&mut self.out);
            let start = self.out.len();
            let shape = self.word("unknown");
            joined.add(start, self.out.len(), shape);
        }
        joined.close(&mut self.out)
    }

    pub(super) fn word(&mut self, word: &'static str) -> Shape {
        self.out.push_str(word);
        match word {
            "unknown" => Shape::TOP,
            "null" => Shape::NULL,
            _ => Shape::SINGLE,
        }
    }

    /// Ends the writing: what is left becomes `unknown`.
    pub(super) fn cut(&mut self) -> Shape {
        self.is_full = true;
        self.word("unknown")
    }

    /// Whether the text written so far takes more than the budget.
    pub(super) fn is_over(&self) -> bool {
        self.finished + self.promised + self.out.len() > self.budget
    }

    /// Whether nothing more is to be written than what closes open brackets.
    pub(super) fn is_full(&mut self) -> bool {
        self.is_full |= self.steps == 0;
        self.is_full
    }

    /// What has been written from `start` on.
    pub(super) fn tail(&self, start: usize) -> &str {
        self.out.get(start..).unwrap_or_default()
    }
}

/// Bytes that an alias takes at least.
fn promise(name: &str) -> usize {
    name.len() + "type  = unknown;\n".len()
}

/// Into how many members a named type may fall apart.
fn width_hint(schema: &Value) -> usize {
    let length = |keyword: &str| {
        schema
            .get(keyword)
            .and_then(Value::as_array)
            .map_or(1, Vec::len)
    };
    length("anyOf")
        .saturating_mul(length("oneOf"))
        .max(length("enum"))
        .max(1)
}

/// A union or an intersection while it is being written.
struct Joined {
    bond: Bond,
    members: Vec<(usize, usize, Bond)>,
    shape: Shape,
    width: usize,
}

impl Joined {
    fn new(bond: Bond) -> Self {
        let width = if bond == Bond::Union { 0 } else { 1 };
        Self {
            bond,
            members: Vec::new(),
            shape: Shape::SINGLE,
            width,
        }
    }

    fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Appends the sign between two members, if there is one already.
    fn separate(&self, out: &mut String) {
        if !self.is_empty() {
            out.push_str(if self.bond == Bond::Union {
                " | "
            } else {
                " & "
            });
        }
    }

    /// Whether `member` is among the first members of this union in `out`.
    fn holds(&self, out: &str, member: &str) -> bool {
        let mut first = self.members.iter().take(DISTINCT);
        first.any(|(start, end, _)| out.get(*start..*end) == Some(member))
    }

    fn add(&mut self, start: usize, end: usize, shape: Shape) {
        if self.bond == Bond::Union {
            self.shape.has_null |= shape.has_null;
            self.shape.is_top |= shape.is_top;
            self.width = self.width.saturating_add(shape.width);
        } else {
            self.width = self.width.saturating_mul(shape.width);
        }
        if self.is_empty() {
            self.shape = shape;
        }
        self.members.push((start, end, shape.bond));
    }

    /// Puts members that bind more weakly into parentheses.
    fn close(self, out: &mut String) -> Shape {
        if self.members.len() < 2 {
            return self.shape;
        }
        for (start, end, bond) in self.members.into_iter().rev() {
            if bond < self.bond {
                out.insert(end, ')');
                out.insert(start, '(');
            }
        }
        let is_union = self.bond == Bond::Union;
        Shape {
            bond: self.bond,
            has_null: is_union && self.shape.has_null,
            is_top: is_union && self.shape.is_top,
            width: self.width.max(1),
        }
    }
}
