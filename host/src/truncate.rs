//! Makes what a model reads fit its context.
//!
//! Text is cut; a value is shrunk where it is largest and stays a value of its shape.
//! Lengths are those of JavaScript: UTF-16 units of the text, or of what
//! `JSON.stringify` writes.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Characters that count as one token.
const CHARS_PER_TOKEN: usize = 4;
/// Tokens that are kept unless told.
const DEFAULT_TOKENS: usize = 6_000;
/// What a string or a container keeps at least; what would have less goes whole.
const FLOOR_CHARS: usize = 128;
const MARK: &str = "--- TRUNCATED ---";

/// How much to keep: 6,000 tokens, that is 24,000 characters, unless told.
///
/// # Examples
///
/// ```
/// use codecell::Truncate;
/// use serde_json::json;
///
/// let rows: Vec<_> = (0..500).map(|id| json!({ "id": id })).collect();
/// let shrunk = Truncate::chars(70).value(json!({ "total": 500, "rows": rows }));
///
/// assert_eq!(
///     shrunk,
///     json!({ "total": 500, "rows": [{ "id": 0 }, "--- TRUNCATED --- 499 more items"] })
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncate {
    chars: usize,
}

impl Default for Truncate {
    fn default() -> Self {
        Self::tokens(DEFAULT_TOKENS)
    }
}

impl Truncate {
    /// Keeps so many tokens, of four characters each.
    #[must_use]
    pub fn tokens(tokens: usize) -> Self {
        Self::chars(tokens.saturating_mul(CHARS_PER_TOKEN))
    }

    /// Keeps so many characters. The mark at the end of a cut text comes on top.
    #[must_use]
    pub fn chars(chars: usize) -> Self {
        Self { chars }
    }

    /// The text, or its beginning and a mark that says how long it was.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let length = text.encode_utf16().count();
        if length <= self.chars {
            return Cow::Borrowed(text);
        }
        let tokens = |chars: usize| thousands(chars.div_ceil(CHARS_PER_TOKEN));
        Cow::Owned(format!(
            "{}\n\n{MARK}\nResponse was ~{} tokens (limit: {}). Narrow the request to reduce response size.",
            prefix(text, self.chars),
            tokens(length),
            tokens(self.chars),
        ))
    }

    /// The value, or one of the same shape whose JSON fits.
    ///
    /// Strings are cut, lists lose their last items, objects their largest members, and
    /// each says what it lost; what is small stays whole. A string is treated as
    /// [`text`](Self::text), and so is what cannot be shrunk that far.
    #[must_use]
    pub fn value(&self, value: Value) -> Value {
        if let Value::String(text) = &value {
            return Value::String(self.text(text).into_owned());
        }
        if size(&value) <= self.chars {
            return value;
        }
        let shrunk = shrink(&value, self.chars);
        if size(&shrunk) <= self.chars {
            return shrunk;
        }
        Value::String(self.text(&value.to_string()).into_owned())
    }
}

/// The characters that `JSON.stringify` writes.
fn size(value: &Value) -> usize {
    match value {
        Value::Null => 4,
        Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").unwrap_or(&text).len()
        }
        Value::String(text) => string_size(text),
        Value::Array(items) => 1 + items.len().max(1) + items.iter().map(size).sum::<usize>(),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| string_size(name) + 1 + size(value);
            1 + members.len().max(1) + members.iter().map(member).sum::<usize>()
        }
    }
}

fn string_size(text: &str) -> usize {
    2 + text.chars().map(char_size).sum::<usize>()
}

fn char_size(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        c if c < ' ' => 6,
        c => c.len_utf16(),
    }
}

/// The first characters of a text, in UTF-16 units; no pair is torn apart.
fn prefix(text: &str, units: usize) -> &str {
    let mut left = units;
    let end = text
        .char_indices()
        .find(|(_, c)| match left.checked_sub(c.len_utf16()) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
    end.map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The value in `budget` characters, or what comes nearest to it.
fn shrink(value: &Value, budget: usize) -> Value {
    if size(value) <= budget {
        return value.clone();
    }
    match value {
        Value::String(text) => Value::String(shrink_string(text, budget)),
        Value::Array(items) => shrink_array(items, budget),
        Value::Object(members) => shrink_object(members, budget),
        scalar => scalar.clone(),
    }
}

fn shrink_string(text: &str, budget: usize) -> String {
    let mark = format!(" {MARK} {} chars", thousands(text.encode_utf16().count()));
    let mut units = budget.saturating_sub(mark.len() + 2);
    loop {
        let kept = prefix(text, units);
        let over = (string_size(kept) + mark.len()).saturating_sub(budget);
        if over == 0 || kept.is_empty() {
            return format!("{kept}{mark}");
        }
        // What is escaped takes more than it counts for.
        units = units.saturating_sub(over);
    }
}

/// Characters that a child needs at least, and those it would take.
#[derive(Clone, Copy)]
struct Need {
    least: usize,
    full: usize,
}

fn need(value: &Value, budget: usize) -> Need {
    let full = size(value);
    let floor = FLOOR_CHARS.min((budget / 2).max(2));
    let least = match value {
        Value::String(_) | Value::Array(_) | Value::Object(_) => full.min(floor),
        _ => full,
    };
    Need { least, full }
}

/// Shares `available` out: the small keep everything, the largest lose. In the order of
/// `needs`.
fn share(needs: &[Need], available: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..needs.len()).collect();
    order.sort_by_key(|index| needs.get(*index).map(|need| need.full));
    let mut shares = vec![0; needs.len()];
    let mut left = available;
    for (place, index) in order.iter().enumerate() {
        let (Some(need), Some(share)) = (needs.get(*index), shares.get_mut(*index)) else {
            continue;
        };
        *share = need
            .full
            .min((left / (order.len() - place)).max(need.least));
        left = left.saturating_sub(*share);
    }
    shares
}

fn shrink_array(items: &[Value], budget: usize) -> Value {
    let needs: Vec<Need> = items.iter().map(|item| need(item, budget)).collect();
    let mark = |kept: usize| match items.len() - kept {
        0 => None,
        more => Some(Value::String(format!(
            "{MARK} {} more items",
            thousands(more)
        ))),
    };
    // What stands around `kept` items: brackets, commas, and the mark.
    let around = |kept: usize| {
        let mark = mark(kept).map_or(0, |mark| size(&mark) + usize::from(kept > 0));
        2 + kept.saturating_sub(1) + mark
    };
    let mut least = 0;
    let mut kept = 0;
    for (index, need) in needs.iter().enumerate() {
        least += need.least;
        if least > budget {
            break;
        }
        if least + around(index + 1) <= budget {
            kept = index + 1;
        }
    }
    let shares = share(
        needs.get(..kept).unwrap_or_default(),
        budget.saturating_sub(around(kept)),
    );
    let shrunk = items
        .iter()
        .zip(shares)
        .map(|(item, share)| shrink(item, share));
    Value::Array(shrunk.chain(mark(kept)).collect())
}

fn shrink_object(members: &Map<String, Value>, budget: usize) -> Value {
    let needs: Vec<Need> = members.values().map(|value| need(value, budget)).collect();
    let mut order: Vec<usize> = (0..needs.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(needs.get(*index).map(|need| need.full)));
    let without = |count: usize| {
        let mut dropped = vec![false; needs.len()];
        for index in order.iter().take(count) {
            if let Some(is_dropped) = dropped.get_mut(*index) {
                *is_dropped = true;
            }
        }
        let kept = Kept::new(members, &needs, &dropped, budget);
        (kept, dropped)
    };
    let is_too_much = |count: &usize| !without(*count).0.fits(budget);
    let count = match is_too_much(&0) {
        true => first_that_is_not(1..needs.len(), is_too_much),
        false => 0,
    };
    let (kept, dropped) = without(count);
    kept.write(members, &dropped, budget)
}

/// The first of ascending numbers for which `holds` does not hold, or the end.
fn first_that_is_not(mut numbers: std::ops::Range<usize>, holds: impl Fn(&usize) -> bool) -> usize {
    while !numbers.is_empty() {
        let middle = numbers.start + numbers.len() / 2;
        match holds(&middle) {
            true => numbers.start = middle + 1,
            false => numbers.end = middle,
        }
    }
    numbers.end
}

/// The members that stay, with the one that names the others.
struct Kept {
    needs: Vec<Need>,
    /// Characters beside the values.
    around: usize,
    mark: Option<(String, Value)>,
}

impl Kept {
    fn new(members: &Map<String, Value>, needs: &[Need], dropped: &[bool], budget: usize) -> Self {
        let mut names = Vec::new();
        let mut kept = Vec::new();
        let mut around = 1;
        for (((name, _), need), is_dropped) in members.iter().zip(needs).zip(dropped) {
            if *is_dropped {
                names.push(name.as_str());
            } else {
                kept.push(*need);
                around += string_size(name) + 2;
            }
        }
        let mark = (!names.is_empty()).then(|| {
            let mut name = MARK.to_owned();
            while members.contains_key(&name) {
                name.push(' ');
            }
            let text = format!(
                "{} keys omitted: {}",
                thousands(names.len()),
                names.join(", ")
            );
            (name, Value::String(text))
        });
        if let Some((name, value)) = &mark {
            kept.push(need(value, budget));
            around += string_size(name) + 2;
        }
        Self {
            needs: kept,
            around: around.max(2),
            mark,
        }
    }

    fn fits(&self, budget: usize) -> bool {
        self.around + self.needs.iter().map(|need| need.least).sum::<usize>() <= budget
    }

    fn write(self, members: &Map<String, Value>, dropped: &[bool], budget: usize) -> Value {
        let shares = share(&self.needs, budget.saturating_sub(self.around));
        let kept = members
            .iter()
            .zip(dropped)
            .filter(|(_, is_dropped)| !**is_dropped);
        let kept = kept.map(|((name, value), _)| (name.clone(), value.clone()));
        let all = kept.chain(self.mark).zip(shares);
        Value::Object(
            all.map(|((name, value), share)| (name, shrink(&value, share)))
                .collect(),
        )
    }
}
