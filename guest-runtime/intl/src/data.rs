//! Reads the table of locale data that `xtask/intl/generate.js` writes from Unicode CLDR.
//!
//! The file: four counts (locales, keys, entries, bytes of text); for each locale its tag,
//! its parent, its first entry, how many it has, and where its names are, how long they are
//! packed and unpacked; for each key its text; for each entry its text; for each entry its
//! key in two bytes; then the texts, each behind its length in two bytes; then the names of
//! each locale, deflated. All lists are sorted. A locale has what its parent has, but for its
//! own entries; an empty text stands for nothing. The locale `*` has what belongs to none.
//!
//! Names (of languages, currencies, zones, units) are unpacked when a program first asks for
//! one: a count, for each entry its text, for each its key, the texts.
//!
//! In a text, U+001F parts fields and U+001E what is in a field.

use std::cell::RefCell;
use std::collections::HashMap;

static TABLE: &[u8] = include_bytes!("../data/cldr.bin");

const HEAD: usize = 16;
const LOCALE: usize = 28;
const NONE: u32 = u32::MAX;

thread_local! {
    /// The names of locales that were asked for. There are so many locales and no more, so
    /// they are kept for good.
    static NAMES: RefCell<HashMap<u32, &'static [u8]>> = RefCell::default();
}

/// A locale of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Locale(u32);

fn word(table: &[u8], at: usize) -> u32 {
    let bytes = table.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes)
}

fn half(table: &[u8], at: usize) -> u16 {
    let bytes = table.get(at..at + 2).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u16::from_le_bytes)
}

/// The text at a place.
fn text_at(table: &'static [u8], at: usize) -> &'static str {
    let length = usize::from(half(table, at));
    let bytes = table.get(at + 2..at + 2 + length).unwrap_or_default();
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Whether a key is among the names.
fn is_rare(key: &str) -> bool {
    matches!(key.split_once('/'), Some(("ca" | "cn" | "l" | "m" | "s" | "t" | "u" | "z", _)))
}

/// Where the lists begin.
struct Places {
    locales: u32,
    keys: u32,
    key_texts: usize,
    entry_texts: usize,
    entry_keys: usize,
    texts: usize,
    names: usize,
}

fn places() -> Places {
    let count = |index: usize| word(TABLE, 4 * index) as usize;
    let (locales, keys, entries) = (count(0), count(1), count(2));
    let key_texts = HEAD + LOCALE * locales;
    let entry_texts = key_texts + 4 * keys;
    let entry_keys = entry_texts + 4 * entries;
    let texts = entry_keys + 2 * entries;
    let (locales, keys) = (word(TABLE, 0), word(TABLE, 4));
    Places { locales, keys, key_texts, entry_texts, entry_keys, texts, names: texts + count(3) }
}

impl Places {
    fn tag(&self, locale: u32) -> &'static str {
        text_at(TABLE, self.texts + self.head(locale, 0) as usize)
    }

    fn key(&self, index: u32) -> &'static str {
        text_at(TABLE, self.texts + word(TABLE, self.key_texts + 4 * index as usize) as usize)
    }

    /// A word of what is told of a locale.
    fn head(&self, locale: u32, index: usize) -> u32 {
        word(TABLE, HEAD + LOCALE * locale as usize + 4 * index)
    }

    /// The text of a key among the common entries of one locale.
    fn common(&self, locale: u32, key: u32) -> Option<&'static str> {
        let (first, count) = (self.head(locale, 2), self.head(locale, 3));
        let number = |index: u32| u32::from(half(TABLE, self.entry_keys + 2 * (first + index) as usize));
        let found = search(count, |index| number(index).cmp(&key))?;
        let place = word(TABLE, self.entry_texts + 4 * (first + found) as usize);
        Some(text_at(TABLE, self.texts + place as usize))
    }

    /// The text of a key among the names of one locale.
    fn rare(&self, locale: u32, key: u32) -> Option<&'static str> {
        let names = self.unpacked(locale);
        let count = word(names, 0);
        let keys = 4 + 4 * count as usize;
        let number = |index: u32| u32::from(half(names, keys + 2 * index as usize));
        let found = search(count, |index| number(index).cmp(&key))?;
        let texts = keys + 2 * (count + count % 2) as usize;
        Some(text_at(names, texts + word(names, 4 + 4 * found as usize) as usize))
    }

    fn unpacked(&self, locale: u32) -> &'static [u8] {
        NAMES.with_borrow_mut(|kept| {
            *kept.entry(locale).or_insert_with(|| {
                let (at, length) = (self.names + self.head(locale, 4) as usize, self.head(locale, 5) as usize);
                let packed = TABLE.get(at..at + length).unwrap_or_default();
                let mut names = vec![0; self.head(locale, 6) as usize];
                let finish = flate2::FlushDecompress::Finish;
                let done = flate2::Decompress::new(false).decompress(packed, &mut names, finish);
                if done.is_err() {
                    names.clear();
                }
                Vec::leak(names)
            })
        })
    }
}

/// The place of what `compare` finds equal in a sorted list of `count`.
fn search(count: u32, compare: impl Fn(u32) -> std::cmp::Ordering) -> Option<u32> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(middle) {
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

impl Locale {
    /// The locale with exactly this tag.
    pub(crate) fn find(tag: &str) -> Option<Self> {
        let places = places();
        search(places.locales, |index| places.tag(index).cmp(tag)).map(Self)
    }

    /// The locale of a tag, without its extensions, or the nearest one that there is.
    pub(crate) fn of(tag: &str) -> Self {
        let mut tag = tag.split("-u-").next().unwrap_or(tag);
        loop {
            if let Some(found) = Self::find(tag) {
                return found;
            }
            match tag.rfind('-') {
                Some(end) => tag = &tag[..end],
                None => return Self::find("en").unwrap_or(Self(0)),
            }
        }
    }

    /// What belongs to no locale.
    pub(crate) fn none() -> Self {
        Self::find("*").unwrap_or(Self(0))
    }

    pub(crate) fn tag(self) -> &'static str {
        places().tag(self.0)
    }

    /// The text of a key, from here or from the nearest parent that has it.
    pub(crate) fn text(self, key: &str) -> Option<&'static str> {
        let places = places();
        let rare = is_rare(key);
        let key = search(places.keys, |index| places.key(index).cmp(key))?;
        let mut locale = self.0;
        while locale != NONE {
            let found = if rare { places.rare(locale, key) } else { places.common(locale, key) };
            if let Some(text) = found {
                return Some(text).filter(|text| !text.is_empty());
            }
            locale = places.head(locale, 1);
        }
        None
    }

    /// A field of the text of a key.
    pub(crate) fn field(self, key: &str, index: usize) -> Option<&'static str> {
        field(self.text(key)?, index)
    }

    /// A named field of the text of a key.
    pub(crate) fn named(self, key: &str, name: &str) -> Option<&'static str> {
        named(self.text(key)?, name)
    }
}

/// The keys that begin so, with their texts, of one locale and its parents.
pub(crate) fn keys_from(start: &'static str) -> impl Iterator<Item = &'static str> {
    let places = places();
    (0..places.keys).map(move |index| places.key(index)).filter(move |key| key.starts_with(start))
}

/// A field that is not empty.
pub(crate) fn field(text: &'static str, index: usize) -> Option<&'static str> {
    text.split('\u{1f}').nth(index).filter(|field| !field.is_empty())
}

/// The fields of a text, each a name and what it names.
pub(crate) fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.split('\u{1f}').filter_map(|field| field.split_once('\u{1e}'))
}

/// What a field names.
pub(crate) fn named(text: &'static str, name: &str) -> Option<&'static str> {
    pairs(text).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The rule of a name among the rules of day periods.
pub(crate) fn pairs_of(rules: &'static str, name: &str) -> Option<&'static str> {
    rules.split('\u{1f}').find(|rule| rule.split('\u{1e}').next() == Some(name))
}

/// The day period of an hour.
pub(crate) fn period_at(rules: &'static str, hour: i64) -> Option<&'static str> {
    let hours = |text: &str| text.split(':').next().and_then(|text| text.parse::<i64>().ok());
    rules.split('\u{1f}').find_map(|rule| {
        let mut parts = rule.split('\u{1e}');
        let name = parts.next()?;
        let (from, before) = (hours(parts.next()?)?, hours(parts.next()?)?);
        let inside = if from < before { (from..before).contains(&hour) } else { hour >= from || hour < before };
        inside.then_some(name)
    })
}
