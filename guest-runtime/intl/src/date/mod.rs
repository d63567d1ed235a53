//! Dates as `Intl.DateTimeFormat` writes them.

pub(crate) mod civil;
pub(crate) mod generator;
pub(crate) mod names;
pub(crate) mod pattern;
pub(crate) mod range;
pub(crate) mod zone;

use self::generator::{Generator, join};
use self::names::Names;
use self::pattern::Item;
use self::zone::Zone;
use crate::data::{self, Locale};
use crate::number::{Symbols, numbering_system};
use crate::options::Options;
use crate::parts::Parts;

/// A time in a zone, in fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    weekday: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) millisecond: i64,
    /// Seconds since 1970, in universal time.
    time: i64,
}

impl Moment {
    fn new(milliseconds: i64, zone: &Zone) -> Self {
        let time = milliseconds.div_euclid(1000);
        let local = time + i64::from(zone.offset(time).seconds);
        let (days, rest) = (local.div_euclid(86400), local.rem_euclid(86400));
        let (year, month, day) = civil::from_days(days);
        Self {
            year,
            month,
            day,
            weekday: civil::weekday(days),
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            millisecond: milliseconds.rem_euclid(1000),
            time,
        }
    }
}

/// The letters of an option's values, in the order in which a skeleton names its fields.
const COMPONENTS: &[(&str, &[(&str, &str)])] = &[
    ("weekday", &[("narrow", "EEEEE"), ("long", "EEEE"), ("short", "EEE")]),
    ("era", &[("narrow", "GGGGG"), ("long", "GGGG"), ("short", "GGG")]),
    ("year", &[("2-digit", "yy"), ("numeric", "y")]),
    ("month", &[("narrow", "MMMMM"), ("long", "MMMM"), ("short", "MMM"), ("2-digit", "MM"), ("numeric", "M")]),
    ("day", &[("2-digit", "dd"), ("numeric", "d")]),
    ("dayPeriod", &[("narrow", "BBBBB"), ("long", "BBBB"), ("short", "B")]),
    ("hour", &[("2-digit", "hh"), ("numeric", "h")]),
    ("minute", &[("2-digit", "mm"), ("numeric", "m")]),
    ("second", &[("2-digit", "ss"), ("numeric", "s")]),
    ("fractionalSecondDigits", &[("1", "S"), ("2", "SS"), ("3", "SSS")]),
    (
        "timeZoneName",
        &[
            ("long", "zzzz"),
            ("short", "z"),
            ("longOffset", "OOOO"),
            ("shortOffset", "O"),
            ("longGeneric", "vvvv"),
            ("shortGeneric", "v"),
        ],
    ),
];

const STYLES: [&str; 4] = ["full", "long", "medium", "short"];

/// The letter of an hour cycle.
fn cycle_letter(cycle: &str) -> Option<char> {
    Some(match cycle {
        "h11" => 'K',
        "h12" => 'h',
        "h23" => 'H',
        "h24" => 'k',
        _ => return None,
    })
}

fn cycle_name(letter: char) -> &'static str {
    match letter {
        'K' => "h11",
        'h' => "h12",
        'k' => "h24",
        _ => "h23",
    }
}

fn is_hour(letter: char) -> bool {
    matches!(letter, 'h' | 'H' | 'k' | 'K')
}

/// A `DateTimeFormat`.
#[derive(Debug)]
pub(crate) struct DateFormat {
    locale: Locale,
    tag: String,
    symbols: Symbols,
    zone: Zone,
    generator: Generator,
    pub(crate) items: Vec<Item>,
}

impl DateFormat {
    pub(crate) fn new(options: &Options<'_>) -> Option<Self> {
        let tag = options.get("locale").to_owned();
        let locale = Locale::of(&tag);
        let system = numbering_system(locale, options.get("ns"));
        let generator = Generator::new(locale);
        let letter = hour_cycle(options, &tag);
        let text = styled(locale, options, &generator, letter).unwrap_or_else(|| {
            let mut skeleton = String::new();
            for (name, values) in COMPONENTS {
                let value = options.get(name);
                if let Some((_, letters)) = values.iter().find(|(known, _)| *known == value) {
                    skeleton.push_str(&letters.replace('h', &letter.to_string()));
                }
            }
            with_hour(&generator.pattern(&skeleton), letter)
        });
        Some(Self {
            symbols: Symbols::new(locale, system, false),
            zone: Zone::find(options.get("zone"))?,
            items: pattern::parse(&text),
            generator,
            locale,
            tag,
        })
    }

    /// What the pattern shows, as lines of `option=value`.
    pub(crate) fn resolved(&self) -> String {
        let mut lines = String::new();
        for item in &self.items {
            let Item::Field(letter, count) = item else { continue };
            let text: String = std::iter::repeat_n(
                match letter {
                    'L' => 'M',
                    'c' | 'e' => 'E',
                    'H' | 'k' | 'K' => 'h',
                    other => *other,
                },
                *count,
            )
            .collect();
            if is_hour(*letter) {
                lines.push_str(&format!("hourCycle={}\n", cycle_name(*letter)));
            }
            let text = if text == "EEE" || text == "E" || text == "EE" { "EEE".to_owned() } else { text };
            let text = if text == "G" || text == "GG" { "GGG".to_owned() } else { text };
            for (name, values) in COMPONENTS {
                if let Some((value, _)) = values.iter().find(|(_, letters)| *letters == text) {
                    lines.push_str(&format!("{name}={value}\n"));
                }
            }
        }
        lines
    }

    pub(crate) fn format(&self, milliseconds: i64) -> Parts {
        self.write(&self.items, &Moment::new(milliseconds, &self.zone))
    }

    fn write(&self, items: &[Item], moment: &Moment) -> Parts {
        let mut parts = Parts::default();
        for item in items {
            match item {
                Item::Literal(text) => parts.push("literal", text.as_str()),
                Item::Field(letter, count) => self.write_field(&mut parts, *letter, *count, moment, items),
            }
        }
        parts
    }

    fn number(&self, value: i64, digits: usize) -> String {
        self.symbols.digits(&format!("{value:0digits$}"))
    }

    fn write_field(&self, parts: &mut Parts, letter: char, count: usize, moment: &Moment, items: &[Item]) {
        let number = |value| self.number(value, count);
        let name = |key: &str, index: i64| {
            self.locale.field(key, usize::try_from(index).unwrap_or(0)).unwrap_or_default().to_owned()
        };
        let of_era = if moment.year > 0 { moment.year } else { 1 - moment.year };
        let (kind, text) = match letter {
            'G' => ("era", self.era(moment.year > 0, count)),
            'y' if count == 2 => ("year", number(of_era % 100)),
            'y' => ("year", number(of_era)),
            'u' | 'r' => ("year", number(moment.year)),
            'M' | 'L' if count <= 2 => ("month", number(moment.month)),
            'M' | 'L' => ("month", name(&self.width("M", letter == 'L', count), moment.month - 1)),
            'E' | 'c' | 'e' if letter == 'E' || count > 2 => {
                ("weekday", name(&self.width("E", letter == 'c', count), moment.weekday))
            }
            'd' => ("day", number(moment.day)),
            'a' | 'b' | 'B' => ("dayPeriod", self.day_period(letter, count, moment, items)),
            'h' => ("hour", number((moment.hour + 11) % 12 + 1)),
            'H' => ("hour", number(moment.hour)),
            'K' => ("hour", number(moment.hour % 12)),
            'k' => ("hour", number((moment.hour + 23) % 24 + 1)),
            'm' => ("minute", number(moment.minute)),
            's' => ("second", number(moment.second)),
            'S' => {
                let digits = format!("{:03}", moment.millisecond);
                ("fractionalSecond", self.symbols.digits(&digits[..count.min(3)]))
            }
            'z' | 'O' | 'v' | 'V' => {
                let names = Names { locale: self.locale, symbols: &self.symbols };
                ("timeZoneName", names.name(&self.zone, moment.time, letter, count))
            }
            _ => ("literal", String::new()),
        };
        parts.push(kind, text);
    }

    fn era(&self, common: bool, count: usize) -> String {
        let key = match count {
            5 => "dg/G/n",
            4 => "dg/G/w",
            _ => "dg/G/a",
        };
        self.locale.named(key, if common { "1" } else { "0" }).unwrap_or_default().to_owned()
    }

    /// The key of names of a width, alone or in a date.
    fn width(&self, what: &str, alone: bool, count: usize) -> String {
        let width = match count {
            4 => 'w',
            5 => 'n',
            6 => 's',
            _ => 'a',
        };
        format!("dg/{what}/{}{width}", if alone { 's' } else { 'f' })
    }

    fn day_period(&self, letter: char, count: usize, moment: &Moment, items: &[Item]) -> String {
        let width = match count {
            4 => "dg/a/fw",
            5 => "dg/a/fn",
            _ => "dg/a/fa",
        };
        let all = self.locale.text(width).unwrap_or_default();
        let half = if moment.hour < 12 { "am" } else { "pm" };
        let shows = |field| items.iter().any(|item| matches!(item, Item::Field(letter, _) if *letter == field));
        let exact = (!shows('m') || moment.minute == 0) && (!shows('s') || moment.second == 0);
        let rules = self.period_rules();
        let has = |name: &str| data::pairs_of(rules, name).is_some();
        let period = match (letter, moment.hour) {
            ('b' | 'B', 12) if exact && has("noon") => Some("noon"),
            ('B', hour) => data::period_at(rules, hour),
            _ => None,
        };
        period
            .and_then(|period| data::named(all, period))
            .or_else(|| data::named(all, half))
            .unwrap_or(half)
            .to_owned()
    }

    fn period_rules(&self) -> &'static str {
        let none = Locale::none();
        let language = self.tag.split("-u-").next().unwrap_or(&self.tag);
        let mut tag = language;
        loop {
            if let Some(found) = none.text(&format!("dp/{tag}")) {
                return found;
            }
            match tag.rfind('-') {
                Some(end) => tag = &tag[..end],
                None => return "",
            }
        }
    }
}

/// The letter for hours: of the cycle that is asked for, or of the region.
fn hour_cycle(options: &Options<'_>, tag: &str) -> char {
    let default = names::hour_letter(tag);
    match options.get("hour12") {
        "true" if matches!(default, 'h' | 'K') => default,
        "true" => if locale_is_japan(tag) { 'K' } else { 'h' },
        "false" if matches!(default, 'H' | 'k') => default,
        "false" => 'H',
        _ => cycle_letter(options.get("hc")).unwrap_or(default),
    }
}

fn locale_is_japan(tag: &str) -> bool {
    crate::locale::language_and_region(tag).1 == "JP"
}

/// The pattern with this letter for hours.
fn with_hour(text: &str, letter: char) -> String {
    let mut items = pattern::parse(text);
    for item in &mut items {
        if let Item::Field(found, _) = item && is_hour(*found) {
            *found = letter;
        }
    }
    pattern::write(&items)
}

/// The pattern of `dateStyle` and `timeStyle`.
fn styled(locale: Locale, options: &Options<'_>, generator: &Generator, letter: char) -> Option<String> {
    let style = |name| STYLES.iter().position(|style| *style == options.get(name));
    let (date_style, time_style) = (style("dateStyle"), style("timeStyle"));
    let date = date_style.and_then(|style| locale.field("dg/df", style));
    let time = time_style.and_then(|style| locale.field("dg/tf", style));
    let pattern = match (date, time) {
        (None, None) => return None,
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (Some(date), Some(time)) => {
            join(locale.field("dg/dta", date_style.unwrap_or(3)).unwrap_or("{1} {0}"), date, time)
        }
    };
    let items = pattern::parse(&pattern);
    let found = items.iter().find_map(|item| match item {
        Item::Field(found, _) if is_hour(*found) => Some(*found),
        _ => None,
    });
    if found.is_none_or(|found| found == letter) {
        return Some(pattern);
    }
    let skeleton: String = pattern::skeleton(&items)
        .chars()
        .filter(|letter| !matches!(letter, 'a' | 'b' | 'B'))
        .map(|found| if is_hour(found) { letter } else { found })
        .collect();
    Some(with_hour(&generator.pattern(&skeleton), letter))
}
