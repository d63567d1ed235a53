//! Finds the pattern for the fields that are wanted (UTS #35, part 4, matching skeletons).

use super::pattern::{self, Item, field};
use crate::data::{self, Locale};

const FIELDS: usize = 16;
const HOUR: usize = 11;
const MONTH: usize = 3;
const WEEKDAY: usize = 6;
const SECOND: usize = 13;
const FRACTION: usize = 14;
const DATE_MASK: u32 = 0x3ff;
const TIME_MASK: u32 = 0xfc00;

const NARROW: i32 = -0x101;
const SHORTER: i32 = -0x102;
const SHORT: i32 = -0x103;
const LONG: i32 = -0x104;
const NUMERIC: i32 = 0x100;
const DELTA: i32 = 0x10;

const MISSING: i32 = 0x1000;
const EXTRA: i32 = 0x10000;

/// What kind of field a letter is at a length: near kinds have near numbers. A letter's
/// length counts where it is a number.
fn kind(letter: char, count: usize) -> i32 {
    let text = |delta: i32| match count {
        6 => SHORTER - delta * DELTA,
        5 => NARROW - delta * DELTA,
        4 => LONG - delta * DELTA,
        _ => SHORT - delta * DELTA,
    };
    let number = |delta: i32| NUMERIC + delta * DELTA + count as i32;
    match letter {
        'G' | 'E' | 'a' => text(0),
        'b' => text(1),
        'B' => text(3),
        'M' | 'Q' if count <= 2 => number(0),
        'M' | 'Q' => text(0),
        'L' | 'q' if count <= 2 => number(1),
        'L' | 'q' => text(1),
        'e' if count <= 2 => number(1),
        'e' => text(1),
        'c' if count <= 2 => number(2),
        'c' => text(2),
        'Y' | 'K' | 'A' => number(1),
        'u' => number(2),
        'r' => number(3),
        'H' => number(10),
        'k' => number(11),
        'z' => text(0),
        'O' => text(1),
        'v' => text(2),
        'Z' | 'X' | 'x' | 'V' => text(3),
        _ => number(0),
    }
}

/// The fields that are wanted, or that a pattern has.
#[derive(Clone, Debug, Default)]
struct Skeleton {
    fields: [Option<(char, usize)>; FIELDS],
    kinds: [i32; FIELDS],
}

impl Skeleton {
    fn new(text: &str) -> Self {
        let mut skeleton = Self::default();
        for item in pattern::parse(text) {
            if let Item::Field(letter, count) = item && let Some(index) = field(letter) {
                skeleton.set(index, letter, count);
            }
        }
        let set = |skeleton: &Self, index: usize| skeleton.kinds[index] != 0;
        if set(&skeleton, FRACTION) && set(&skeleton, 12) && !set(&skeleton, SECOND) {
            skeleton.set(SECOND, 's', 1);
        }
        match skeleton.fields[HOUR] {
            Some(('h' | 'K', _)) if !set(&skeleton, 10) => skeleton.set(10, 'a', 1),
            Some(('H' | 'k', _)) => {
                skeleton.fields[10] = None;
                skeleton.kinds[10] = 0;
            }
            _ => {}
        }
        skeleton
    }

    fn set(&mut self, index: usize, letter: char, count: usize) {
        self.fields[index] = Some((letter, count));
        self.kinds[index] = kind(letter, count);
    }

    fn mask(&self) -> u32 {
        (0..FIELDS).filter(|index| self.kinds[*index] != 0).fold(0, |mask, index| mask | 1 << index)
    }

    /// The letters, each as often as its kind needs.
    fn base(&self) -> String {
        let mut base = String::new();
        for (letter, count) in self.fields.iter().flatten() {
            let least = match (letter, kind(*letter, *count) > 0) {
                (_, true) => 1,
                ('M' | 'L' | 'Q' | 'q' | 'e' | 'c', false) => (*count).max(3),
                (_, false) if *count >= 4 => *count,
                _ => 1,
            };
            base.extend(std::iter::repeat_n(*letter, least));
        }
        base
    }
}

/// A pattern that there is for a skeleton.
#[derive(Debug)]
struct Entry {
    base: String,
    skeleton: Skeleton,
    pattern: String,
    /// The data name the skeleton; it was not read off the pattern.
    specified: bool,
}

/// How far the best pattern is from what is wanted.
struct Best<'a> {
    pattern: &'a str,
    specified: Option<&'a Skeleton>,
    missing: u32,
    extra: u32,
}

/// The patterns of a locale.
#[derive(Debug)]
pub(crate) struct Generator {
    locale: Locale,
    entries: Vec<Entry>,
}

impl Generator {
    pub(crate) fn new(locale: Locale) -> Self {
        let mut generator = Self { locale, entries: Vec::new() };
        for item in ["G", "y", "Q", "M", "w", "W", "E", "d", "D", "F", "a", "H", "m", "s", "S", "v"] {
            generator.add(item, None);
        }
        for style in 0..4 {
            for key in ["dg/df", "dg/tf"] {
                if let Some(pattern) = locale.field(key, style) {
                    generator.add(pattern, None);
                }
            }
        }
        for (skeleton, pattern) in data::pairs(locale.text("dg/av").unwrap_or_default()) {
            generator.add(pattern, Some(skeleton));
        }
        // ICU looks by the first letter, capitals first, and the first of equals wins.
        generator.entries.sort_by_key(|entry| entry.base.bytes().next());
        generator
    }

    fn add(&mut self, pattern: &str, skeleton: Option<&str>) {
        let specified = skeleton.is_some();
        let skeleton = Skeleton::new(skeleton.unwrap_or(pattern));
        let base = skeleton.base();
        let same_base = self.entries.iter().any(|entry| entry.base == base && !entry.specified);
        if same_base && !specified {
            return;
        }
        if let Some(same) = self.entries.iter().position(|entry| entry.skeleton.kinds == skeleton.kinds) {
            if !specified || self.entries[same].specified {
                return;
            }
            self.entries.remove(same);
        }
        self.entries.push(Entry { base, skeleton, pattern: pattern.to_owned(), specified });
    }

    fn best(&self, wanted: &Skeleton, include: u32) -> Best<'_> {
        let mut best = Best { pattern: "", specified: None, missing: u32::MAX, extra: 0 };
        let mut nearest = i32::MAX;
        for entry in &self.entries {
            let (mut distance, mut missing, mut extra) = (0, 0, 0);
            for index in 0..FIELDS {
                let mine = if include & (1 << index) == 0 { 0 } else { wanted.kinds[index] };
                let other = entry.skeleton.kinds[index];
                if mine == other {
                    continue;
                }
                if mine == 0 {
                    distance += EXTRA;
                    extra |= 1 << index;
                } else if other == 0 {
                    distance += MISSING;
                    missing |= 1 << index;
                } else {
                    distance += (mine - other).abs();
                }
            }
            if distance < nearest || (distance == nearest && best.missing < missing) {
                nearest = distance;
                let specified = entry.specified.then_some(&entry.skeleton);
                best = Best { pattern: &entry.pattern, specified, missing, extra };
            }
            if distance == 0 {
                break;
            }
        }
        best
    }

    /// The pattern for a skeleton of any fields.
    pub(crate) fn pattern(&self, skeleton: &str) -> String {
        let wanted = Skeleton::new(skeleton);
        let best = self.best(&wanted, u32::MAX);
        if best.missing == 0 && best.extra == 0 {
            return self.adjusted(best.pattern, &wanted, best.specified, false);
        }
        let needed = wanted.mask();
        let date = self.appended(&wanted, needed & DATE_MASK);
        let time = self.appended(&wanted, needed & TIME_MASK);
        match (date, time) {
            (None, None) => String::new(),
            (Some(one), None) | (None, Some(one)) => one,
            (Some(date), Some(time)) => {
                let style = match wanted.fields[MONTH] {
                    Some((_, 4)) if wanted.kinds[WEEKDAY] != 0 => 0,
                    Some((_, 4)) => 1,
                    Some((_, 3)) => 2,
                    _ => 3,
                };
                join(self.locale.field("dg/dta", style).unwrap_or("{1} {0}"), &date, &time)
            }
        }
    }

    fn appended(&self, wanted: &Skeleton, fields: u32) -> Option<String> {
        if fields == 0 {
            return None;
        }
        let best = self.best(wanted, fields);
        let mut result = self.adjusted(best.pattern, wanted, best.specified, false);
        let mut missing = best.missing;
        let mut specified = best.specified;
        let seconds = (1 << SECOND) | (1 << FRACTION);
        let mut last = 0;
        while missing != 0 && missing != last {
            if missing & seconds == 1 << FRACTION && fields & seconds == seconds {
                result = self.adjusted(&result, wanted, specified, true);
                missing &= !(1 << FRACTION);
                continue;
            }
            last = missing;
            let next = self.best(wanted, missing);
            let text = self.adjusted(next.pattern, wanted, next.specified, false);
            specified = next.specified;
            let found = missing & !next.missing;
            missing = next.missing;
            if found == 0 {
                break;
            }
            let top = 31 - found.leading_zeros() as usize;
            let (item, name) = APPEND[top];
            let format = self.locale.named("dg/app", item).unwrap_or("{0} {1}");
            let name = self.locale.text(&format!("f/{name}")).unwrap_or(name);
            result = format.replace("{0}", &result).replace("{1}", &text).replace("{2}", &format!("'{}'", name.replace('\'', "''")));
        }
        Some(result)
    }

    /// A found pattern with the lengths and letters that are wanted.
    fn adjusted(&self, found: &str, wanted: &Skeleton, specified: Option<&Skeleton>, fraction: bool) -> String {
        let mut items = pattern::parse(found);
        let mut at = 0;
        while at < items.len() {
            let Item::Field(letter, count) = items[at].clone() else {
                at += 1;
                continue;
            };
            let Some(index) = field(letter) else {
                at += 1;
                continue;
            };
            if fraction && index == SECOND {
                let digits = wanted.fields[FRACTION].map_or(3, |(_, count)| count);
                let system = crate::number::numbering_system(self.locale, "");
                let symbols = crate::number::Symbols::new(self.locale, system, false);
                items.insert(at + 1, Item::Literal(symbols.decimal.to_owned()));
                items.insert(at + 2, Item::Field('S', digits));
                at += 3;
                continue;
            }
            if let Some((want, length)) = wanted.fields[index] {
                let length = if want == 'E' { length.max(3) } else { length };
                let mut size = length;
                if index == 12 || index == SECOND {
                    size = count;
                } else if let Some(specified) = specified && want != 'c' && want != 'e' {
                    let known = specified.fields[index].map_or(0, |(letter, count)| if letter == 'E' { count.max(3) } else { count });
                    let numeric = kind(letter, count) > 0;
                    if known == length || numeric != (wanted.kinds[index] > 0) {
                        size = count;
                    }
                }
                let keeps = matches!(index, HOUR | MONTH | WEEKDAY) || (index == 1 && want != 'Y');
                items[at] = Item::Field(if keeps { letter } else { want }, size);
            }
            at += 1;
        }
        pattern::write(&items)
    }
}

/// A date and a time put together.
pub(crate) fn join(format: &str, date: &str, time: &str) -> String {
    format.replace("{1}", date).replace("{0}", time)
}

/// How the data name each field where it is appended, and the field itself.
const APPEND: [(&str, &str); FIELDS] = [
    ("Era", "era"),
    ("Year", "year"),
    ("Quarter", "quarter"),
    ("Month", "month"),
    ("Week", "week"),
    ("*", "weekOfMonth"),
    ("Day-Of-Week", "weekday"),
    ("*", "dayOfYear"),
    ("*", "weekdayOfMonth"),
    ("Day", "day"),
    ("*", "dayperiod"),
    ("Hour", "hour"),
    ("Minute", "minute"),
    ("Second", "second"),
    ("*", "second"),
    ("Timezone", "zone"),
];
