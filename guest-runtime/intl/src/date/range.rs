//! Ranges of dates.

use super::pattern::{self, Item};
use super::{DateFormat, Moment};
use crate::parts::Parts;

/// The field in which two times differ first.
fn difference(start: &Moment, end: &Moment) -> Option<char> {
    let era = |moment: &Moment| moment.year > 0;
    let half = |moment: &Moment| moment.hour / 12;
    let differs = [
        ('G', era(start) != era(end)),
        ('y', start.year != end.year),
        ('M', start.month != end.month),
        ('d', start.day != end.day),
        ('a', half(start) != half(end)),
        ('h', start.hour != end.hour),
        ('m', start.minute != end.minute),
        ('s', start.second != end.second),
        ('S', start.millisecond != end.millisecond),
    ];
    differs.iter().find(|(_, differs)| *differs).map(|(letter, _)| *letter)
}

/// How coarse a field is.
fn rank(letter: char) -> usize {
    "GyMdahmsS".chars().position(|known| known == letter).unwrap_or(9)
}

fn normal(letter: char) -> Option<char> {
    Some(match letter {
        'G' => 'G',
        'y' => 'y',
        'M' | 'L' => 'M',
        'd' | 'E' | 'c' | 'e' => 'd',
        'a' | 'b' | 'B' => 'a',
        'h' | 'H' | 'k' | 'K' => 'h',
        'm' => 'm',
        's' => 's',
        'S' => 'S',
        _ => return None,
    })
}

impl DateFormat {
    /// Both times, with what they share written once.
    pub(crate) fn format_range(&self, start: i64, end: i64) -> Parts {
        let (start, end) = (Moment::new(start, &self.zone), Moment::new(end, &self.zone));
        let finest = self
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Field(letter, _) => normal(*letter).map(rank),
                Item::Literal(_) => None,
            })
            .max()
            .unwrap_or(0);
        let Some(first) = difference(&start, &end).filter(|letter| rank(*letter) <= finest) else {
            return self.write(&self.items, &start);
        };
        self.by_pattern(first, &start, &end).unwrap_or_else(|| self.fallback(&self.items, &start, &end))
    }

    fn fallback(&self, items: &[Item], start: &Moment, end: &Moment) -> Parts {
        let format = self.locale.text("dg/if").unwrap_or("{0} – {1}");
        let (before, rest) = format.split_once("{0}").unwrap_or_default();
        let (between, after) = rest.split_once("{1}").unwrap_or((rest, ""));
        let mut parts = Parts::default();
        parts.push("literal", before);
        parts.append(self.write(items, start).sourced("startRange"));
        let mut joint = Parts::default();
        joint.push("literal", between);
        parts.append(joint);
        parts.append(self.write(items, end).sourced("endRange"));
        parts.push("literal", after);
        parts
    }

    /// By a pattern of the data for these fields and this difference.
    fn by_pattern(&self, first: char, start: &Moment, end: &Moment) -> Option<Parts> {
        let skeleton = pattern::skeleton(&self.items);
        let is_time = |letter: char| pattern::field(letter).is_some_and(|index| index > 9);
        let date: String = skeleton.chars().filter(|letter| !is_time(*letter)).collect();
        let time: String = skeleton.chars().filter(|letter| is_time(*letter)).collect();
        let days_differ = rank(first) < rank('a');
        if time.is_empty() {
            let wanted = normalized(&date);
            return self.interval(&wanted, first, start, end).or_else(|| {
                // What differs is not shown: it is added.
                (!wanted.iter().any(|(letter, _)| *letter == first)).then_some(())?;
                let more: Vec<_> = std::iter::once((first, 1)).chain(wanted).collect();
                self.interval(&more, first, start, end)
            });
        }
        if days_differ {
            let missing: String = match date.is_empty() {
                true => "yMd".to_owned(),
                false => ['d', 'M', 'y'].into_iter().filter(|letter| !date.contains(*letter) && rank(*letter) >= rank(first)).collect(),
            };
            let items = pattern::parse(&self.generator.pattern(&format!("{missing}{skeleton}")));
            return Some(self.fallback(&self.with_hours(items), start, end));
        }
        let times = self.interval(&normalized(&time), first, start, end)?;
        if date.is_empty() {
            return Some(times);
        }
        // The date once, and the times as a range.
        let day = self.write(&pattern::parse(&self.generator.pattern(&date)), start);
        let format = self.locale.field("dg/dt", 2).unwrap_or("{1} {0}");
        let mut parts = Parts::default();
        for item in pattern::parse(&format.replace("{1}", "\u{1}").replace("{0}", "\u{2}")) {
            let Item::Literal(text) = item else { continue };
            for letter in text.chars() {
                match letter {
                    '\u{1}' => parts.append(day.clone()),
                    '\u{2}' => parts.append(times.clone()),
                    other => parts.push("literal", other.to_string()),
                }
            }
        }
        Some(parts)
    }

    fn interval(&self, wanted: &[(char, usize)], first: char, start: &Moment, end: &Moment) -> Option<Parts> {
        let (known, text) = self.nearest(wanted, first).or_else(|| {
            // On a clock of 24 hours the half of the day is a matter of hours.
            (first == 'a').then_some(())?;
            self.nearest(wanted, 'h')
        })?;
        let items = self.with_hours(widened(pattern::parse(text), wanted, &known));
        // The second time begins where a field comes again.
        let mut seen = Vec::new();
        let cut = items.iter().position(|item| {
            let Item::Field(letter, _) = item else { return false };
            let again = seen.contains(letter);
            seen.push(*letter);
            again
        })?;
        let (left, right) = items.split_at(cut);
        Some(self.two(left, right, start, end))
    }

    /// The nearest skeleton of the same fields, and its pattern for a difference.
    fn nearest(&self, wanted: &[(char, usize)], first: char) -> Option<(Vec<(char, usize)>, &'static str)> {
        let (mut best, mut nearest) = (None, usize::MAX);
        for entry in self.locale.text("dg/iv")?.split('\u{1f}') {
            let mut parts = entry.split('\u{1e}');
            let (Some(known), Some(letter), Some(text)) = (parts.next(), parts.next(), parts.next()) else { continue };
            let letter = letter.chars().next().unwrap_or(' ');
            let hours = letter == 'H' && first == 'h';
            let known = fields(known);
            if (letter == first || hours) && let Some(distance) = distance(wanted, &known) && distance < nearest {
                nearest = distance;
                best = Some((known, text));
            }
        }
        best
    }

    /// With this format's letter for hours.
    fn with_hours(&self, mut items: Vec<Item>) -> Vec<Item> {
        let hour = self.items.iter().find_map(|item| match item {
            Item::Field(letter, _) if super::is_hour(*letter) => Some(*letter),
            _ => None,
        });
        for item in &mut items {
            if let (Item::Field(letter, _), Some(hour)) = (item, hour) && super::is_hour(*letter) {
                *letter = hour;
            }
        }
        items
    }

    /// Writes both halves; what only one of them has belongs to both times.
    fn two(&self, left: &[Item], right: &[Item], start: &Moment, end: &Moment) -> Parts {
        let letters = |items: &[Item]| -> Vec<char> {
            items
                .iter()
                .filter_map(|item| match item {
                    Item::Field(letter, _) => Some(*letter),
                    Item::Literal(_) => None,
                })
                .collect()
        };
        let (in_left, in_right) = (letters(left), letters(right));
        let (mut parts, both) = (Parts::default(), |letter: &char| in_left.contains(letter) && in_right.contains(letter));
        for (half, moment, source) in [(left, start, "startRange"), (right, end, "endRange")] {
            let of_both = |item: &Item| matches!(item, Item::Field(letter, _) if both(letter));
            let from = half.iter().position(of_both).unwrap_or(0);
            let to = half.iter().rposition(of_both).map_or(0, |last| last + 1);
            parts.append(self.write(&half[..from], moment));
            parts.append(self.write(&half[from..to], moment).sourced(source));
            parts.append(self.write(&half[to..], moment));
        }
        parts
    }
}

/// A pattern whose fields are as long as is wanted, where they are as long as the skeleton says.
fn widened(mut items: Vec<Item>, wanted: &[(char, usize)], known: &[(char, usize)]) -> Vec<Item> {
    let length = |fields: &[(char, usize)], letter| {
        fields.iter().find(|(known, _)| *known == same(letter)).map_or(0, |(_, count)| *count)
    };
    for item in &mut items {
        if let Item::Field(letter, count) = item
            && length(known, *letter) == *count
            && length(wanted, *letter) > *count
        {
            *count = length(wanted, *letter);
        }
    }
    items
}

/// The fields of a skeleton as skeletons of intervals have them: numbers are short.
fn normalized(skeleton: &str) -> Vec<(char, usize)> {
    let mut wanted = fields(skeleton);
    for (letter, count) in &mut wanted {
        let text = matches!(letter, 'M' if *count > 2) || matches!(letter, 'E' if *count > 3);
        if !text && *letter != 'y' {
            *count = 1;
        }
    }
    wanted
}

/// Letters for the same field as one.
fn same(letter: char) -> char {
    match letter {
        'L' => 'M',
        'c' | 'e' => 'E',
        'b' => 'B',
        'k' => 'H',
        'K' => 'h',
        'z' | 'O' => 'v',
        other => other,
    }
}

fn fields(skeleton: &str) -> Vec<(char, usize)> {
    let items = pattern::parse(skeleton);
    let field = |item| match item {
        Item::Field(letter, count) => Some((same(letter), count)),
        Item::Literal(_) => None,
    };
    items.into_iter().filter_map(field).collect()
}

/// How far apart two skeletons of the same fields are; none for other fields.
fn distance(wanted: &[(char, usize)], known: &[(char, usize)]) -> Option<usize> {
    let wanted: Vec<_> = wanted.iter().filter(|(letter, _)| *letter != 'a').collect();
    let known: Vec<_> = known.iter().filter(|(letter, _)| *letter != 'a').collect();
    if wanted.len() != known.len() {
        return None;
    }
    let mut sum = 0;
    for (letter, count) in wanted {
        let (_, other) = known.iter().find(|(known, _)| known == letter)?;
        let numeric = |count: usize| count <= 2;
        let apart = if matches!(letter, 'M' | 'E') && numeric(*count) != numeric(*other) { 256 } else { 0 };
        sum += apart + count.abs_diff(*other);
    }
    Some(sum)
}
