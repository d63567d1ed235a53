//! What time zones are called.

use super::zone::{Offset, Zone};
use crate::data::{self, Locale};
use crate::locale;
use crate::number::Symbols;

/// Seconds of half a year, in which a zone that has a summer time has changed to it.
const HALF_YEAR: i64 = 184 * 86400;

/// The fields of a zone's names.
const GENERIC: usize = 0;
const STANDARD: usize = 1;
const SUMMER: usize = 2;

/// The zone's name in the data.
pub(crate) fn canonical(zone: &str) -> Option<&'static str> {
    Locale::none().field(&format!("tz/{}", zone.to_ascii_lowercase()), 0)
}

/// The metazone that a zone belongs to at a time.
fn metazone(zone: &str, time: i64) -> Option<&'static str> {
    let all = Locale::none().text(&format!("mz/{zone}"))?;
    all.split('\u{1f}').find_map(|entry| {
        let mut parts = entry.split('\u{1e}');
        let name = parts.next()?;
        let mut bound = |default| parts.next().filter(|text| !text.is_empty()).map_or(default, seconds);
        (bound(0)..bound(i64::MAX)).contains(&time).then_some(name)
    })
}

/// A time written `1993-04-25 08:00`.
fn seconds(text: &str) -> i64 {
    let mut parts = text.split(['-', ' ', ':']).map(|part| part.parse::<i64>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    super::civil::to_days(next(), next(), next()) * 86400 + next() * 3600 + next() * 60
}

/// A locale's way to name zones.
pub(crate) struct Names<'a> {
    pub(crate) locale: Locale,
    pub(crate) symbols: &'a Symbols,
}

impl Names<'_> {
    /// The name that a pattern's letter asks for.
    pub(crate) fn name(&self, zone: &Zone, time: i64, letter: char, count: usize) -> String {
        let long = count >= 4;
        let offset = zone.offset(time);
        let name = match letter {
            'z' => self.specific(zone, time, long, offset),
            'v' | 'V' => Some(self.generic(zone, time, long, offset)),
            _ => None,
        };
        name.unwrap_or_else(|| self.gmt(offset.seconds, long))
    }

    /// A name of a zone or of its metazone.
    fn of(&self, zone: &str, time: i64, long: bool, field: usize) -> Option<&'static str> {
        let index = field + if long { 0 } else { 3 };
        let canonical = canonical(zone)?;
        self.locale.field(&format!("z/{canonical}"), index).or_else(|| {
            let metazone = metazone(canonical, time)?;
            let found = self.locale.field(&format!("m/{metazone}"), index)?;
            (found != "∅∅∅").then_some(found)
        })
    }

    fn specific(&self, zone: &Zone, time: i64, long: bool, offset: Offset) -> Option<String> {
        let field = if offset.summer { SUMMER } else { STANDARD };
        self.of(&zone.name, time, long, field).map(str::to_owned)
    }

    fn generic(&self, zone: &Zone, time: i64, long: bool, offset: Offset) -> String {
        if canonical(&zone.name).is_none() {
            return self.gmt(offset.seconds, long);
        }
        let changes = zone.offset(time - HALF_YEAR).summer || zone.offset(time + HALF_YEAR).summer || offset.summer;
        let own = self.of(&zone.name, time, long, if changes { GENERIC } else { STANDARD });
        let name = own.or_else(|| self.of(&zone.name, time, long, GENERIC)).map(str::to_owned);
        let named = canonical(&zone.name).is_some_and(|name| metazone(name, time).is_some());
        let name = name.filter(|_| named).or_else(|| self.location(&zone.name));
        name.unwrap_or_else(|| self.gmt(offset.seconds, long))
    }

    /// The place of a zone, made a name of its time.
    fn location(&self, zone: &str) -> Option<String> {
        let zone = canonical(zone).unwrap_or(zone);
        let none = Locale::none();
        let territory = none.text(&format!("zt/{zone}")).filter(|territory| *territory != "001")?;
        let whole = none.text(&format!("zo/{territory}")).is_some()
            || none.text(&format!("zp/{territory}")) == Some(zone);
        let country = self.locale.field(&format!("t/{territory}"), 0).filter(|_| whole);
        let place = country.map(str::to_owned);
        let place = place.unwrap_or_else(|| self.city(zone));
        let format = self.locale.field("zf", 3).unwrap_or("{0}");
        Some(format.replace("{0}", &place))
    }

    fn city(&self, zone: &str) -> String {
        let last = || zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
        self.locale.field(&format!("z/{zone}"), 6).map_or_else(last, str::to_owned)
    }

    /// An offset, such as `GMT+2` or `GMT+02:00`.
    fn gmt(&self, offset: i32, long: bool) -> String {
        let all = self.locale.text("zf").unwrap_or_default();
        let (plus, minus) = data::field(all, 0).and_then(|text| text.split_once(';')).unwrap_or(("+HH:mm", "-HH:mm"));
        let pattern = if offset < 0 { minus } else { plus };
        let (hours, minutes, seconds) = (offset.abs() / 3600, offset.abs() / 60 % 60, offset.abs() % 60);
        let (before, rest) = pattern.split_at(pattern.find('H').unwrap_or(pattern.len()));
        let separator = rest.trim_matches(|letter| matches!(letter, 'H' | 'm'));
        let mut text = before.to_owned();
        let hours = if long { format!("{hours:02}") } else { hours.to_string() };
        text.push_str(&self.symbols.digits(&hours));
        if long || minutes != 0 || seconds != 0 {
            text.push_str(separator);
            text.push_str(&self.symbols.digits(&format!("{minutes:02}")));
        }
        if seconds != 0 {
            text.push_str(separator);
            text.push_str(&self.symbols.digits(&format!("{seconds:02}")));
        }
        data::field(all, 1).unwrap_or("GMT{0}").replace("{0}", &text)
    }
}

/// How a region counts hours: the letter of patterns.
pub(crate) fn hour_letter(tag: &str) -> char {
    let (language, region) = locale::language_and_region(tag);
    let none = Locale::none();
    let found = none
        .text(&format!("h/{language}-{region}"))
        .or_else(|| none.text(&format!("h/{region}")))
        .or_else(|| none.text("h/001"));
    found.and_then(|text| text.chars().next()).unwrap_or('H')
}
