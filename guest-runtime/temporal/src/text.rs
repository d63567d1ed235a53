//! Values as texts. Fields have spaces between them:
//!
//! - a date, a month of a year or a day of a month: `year month day calendar`, of ISO 8601;
//! - a time: `hour minute second millisecond microsecond nanosecond`;
//! - a date with a time: the time between the date's day and its calendar;
//! - an instant: nanoseconds since 1970;
//! - an instant in a zone: `nanoseconds zone calendar`;
//! - a duration: ten numbers, from years to nanoseconds.

use std::fmt::Display;
use std::str::FromStr;

use temporal_rs::fields::CalendarFields;
use temporal_rs::options::{
    DifferenceSettings, DisplayCalendar, Overflow, RoundingIncrement, RoundingOptions,
    ToStringRoundingOptions,
};
use temporal_rs::parsers::Precision;
use temporal_rs::partial::PartialTime;
use temporal_rs::{
    Calendar, Duration, MonthCode, PlainDate, PlainDateTime, PlainTime, TimeZone, TinyAsciiStr,
    UtcOffset, ZonedDateTime,
};

use crate::Failure;
use crate::provider::provider;

/// The arguments of an operation; one that is missing is empty.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'a>(pub(crate) &'a [&'a str]);

/// An option of a list of names; nothing where it was not given.
pub(crate) fn option<T: FromStr>(text: &str) -> Result<Option<T>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let unknown = |_| Failure::range(format!("{text} is not an option that is known here"));
    text.parse().map(Some).map_err(unknown)
}

/// A number, which JavaScript may have written with an exponent.
pub(crate) fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

fn integer(text: &str) -> Result<i128, Failure> {
    text.parse()
        .map_err(|_| Failure::range(format!("{text} is out of range")))
}

/// Fields with spaces between them.
pub(crate) fn fields<const N: usize>(text: &str) -> [&str; N] {
    let mut parts = text.split(' ');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

pub(crate) fn calendar(text: &str) -> Result<Calendar, Failure> {
    known(Calendar::try_from_utf8(text.as_bytes())?)
}

/// A calendar that the specification has; the two whose days are seen and not computed are
/// not among them.
pub(crate) fn known(calendar: Calendar) -> Result<Calendar, Failure> {
    let id = calendar.identifier();
    match id {
        "islamic" | "islamic-rgsa" => Err(Failure::range(format!(
            "{id} is not a calendar of Temporal"
        ))),
        _ => Ok(calendar),
    }
}

pub(crate) fn zone(text: &str) -> Result<TimeZone, Failure> {
    Ok(TimeZone::try_from_identifier_str_with_provider(
        text,
        provider(),
    )?)
}

fn era(text: &str) -> Result<TinyAsciiStr<19>, Failure> {
    TinyAsciiStr::try_from_utf8(text.as_bytes())
        .map_err(|_| Failure::range(format!("{text} is not an era")))
}

pub(crate) fn joined(items: &[&dyn Display]) -> String {
    let mut text = String::new();
    for item in items {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&item.to_string());
    }
    text
}

/// The state of what this text of RFC 9557 says, which has a calendar.
pub(crate) fn date_state(text: &str) -> String {
    let (date, calendar) = text.split_once("[u-ca=").unwrap_or((text, "iso8601]"));
    let (sign, digits) = match date.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", date.trim_start_matches('+')),
    };
    let mut state = sign.to_owned();
    for part in digits.split('-') {
        let part = part.trim_start_matches('0');
        state.push_str(if part.is_empty() { "0" } else { part });
        state.push(' ');
    }
    state + calendar.trim_end_matches(']')
}

pub(crate) fn of_date(date: &PlainDate) -> String {
    date_state(&date.to_ixdtf_string(DisplayCalendar::Always))
}

fn time_fields(fields: [u16; 6]) -> String {
    joined(&[
        &fields[0], &fields[1], &fields[2], &fields[3], &fields[4], &fields[5],
    ])
}

pub(crate) fn of_time(time: &PlainTime) -> String {
    let clock = [time.hour(), time.minute(), time.second()].map(u16::from);
    time_fields([
        clock[0],
        clock[1],
        clock[2],
        time.millisecond(),
        time.microsecond(),
        time.nanosecond(),
    ])
}

pub(crate) fn of_date_time(value: &PlainDateTime) -> String {
    let time = of_time(&value.to_plain_time());
    let (year, month, day) = (value.iso_year(), value.iso_month(), value.iso_day());
    joined(&[&year, &month, &day, &time, &value.calendar().identifier()])
}

pub(crate) fn of_zoned(value: &ZonedDateTime) -> Result<String, Failure> {
    let zone = value.time_zone().identifier_with_provider(provider())?;
    Ok(joined(&[
        &value.epoch_nanoseconds().as_i128(),
        &zone,
        &value.calendar().identifier(),
    ]))
}

pub(crate) fn of_duration(value: &Duration) -> String {
    joined(&[
        &value.years(),
        &value.months(),
        &value.weeks(),
        &value.days(),
        &value.hours(),
        &value.minutes(),
        &value.seconds(),
        &value.milliseconds(),
        &value.microseconds(),
        &value.nanoseconds(),
    ])
}

impl<'a> Arguments<'a> {
    pub(crate) fn text(self, index: usize) -> &'a str {
        self.0.get(index).copied().unwrap_or_default()
    }

    pub(crate) fn bytes(self, index: usize) -> &'a [u8] {
        self.text(index).as_bytes()
    }

    pub(crate) fn option<T: FromStr>(self, index: usize) -> Result<Option<T>, Failure> {
        option(self.text(index))
    }

    pub(crate) fn date(self, index: usize) -> Result<PlainDate, Failure> {
        let [year, month, day, id] = fields(self.text(index));
        let (year, month, day) = (number(year) as i32, number(month) as u8, number(day) as u8);
        Ok(PlainDate::try_new(year, month, day, calendar(id)?)?)
    }

    pub(crate) fn time(self, index: usize) -> Result<PlainTime, Failure> {
        let [hour, minute, second, milli, micro, nano] = fields(self.text(index)).map(number);
        if [hour, minute, second, milli, micro, nano]
            .iter()
            .any(|field| *field < 0.0)
        {
            return Err(Failure::range("a field of a time is negative"));
        }
        let small = |field: f64| field as u8;
        let (milli, micro, nano) = (milli as u16, micro as u16, nano as u16);
        Ok(PlainTime::try_new(
            small(hour),
            small(minute),
            small(second),
            milli,
            micro,
            nano,
        )?)
    }

    pub(crate) fn date_time(self, index: usize) -> Result<PlainDateTime, Failure> {
        let [year, month, day, rest @ ..]: [&str; 10] = fields(self.text(index));
        let clock = rest[..6].join(" ");
        let time = Arguments(&[&clock]).time(0)?;
        let (year, month, day) = (number(year) as i32, number(month) as u8, number(day) as u8);
        Ok(PlainDateTime::try_new(
            year,
            month,
            day,
            time.hour(),
            time.minute(),
            time.second(),
            time.millisecond(),
            time.microsecond(),
            time.nanosecond(),
            calendar(rest[6])?,
        )?)
    }

    pub(crate) fn nanoseconds(self, index: usize) -> Result<i128, Failure> {
        integer(self.text(index))
    }

    pub(crate) fn zoned(self, index: usize) -> Result<ZonedDateTime, Failure> {
        let [nanoseconds, name, id] = fields(self.text(index));
        let nanoseconds = integer(nanoseconds)?;
        Ok(ZonedDateTime::try_new_with_provider(
            nanoseconds,
            zone(name)?,
            calendar(id)?,
            provider(),
        )?)
    }

    pub(crate) fn duration(self, index: usize) -> Result<Duration, Failure> {
        let [
            years,
            months,
            weeks,
            days,
            hours,
            minutes,
            seconds,
            milli,
            micro,
            nano,
        ] = fields(self.text(index)).map(number);
        let whole = |field: f64| field as i64;
        Ok(Duration::new(
            whole(years),
            whole(months),
            whole(weeks),
            whole(days),
            whole(hours),
            whole(minutes),
            whole(seconds),
            whole(milli),
            micro as i128,
            nano as i128,
        )?)
    }

    /// Four arguments: the units, the increment and the mode of a difference.
    pub(crate) fn difference(self, index: usize) -> Result<DifferenceSettings, Failure> {
        let mut settings = DifferenceSettings::default();
        settings.largest_unit = self.option(index)?;
        settings.increment = self.increment(index + 1)?;
        settings.rounding_mode = self.option(index + 2)?;
        settings.smallest_unit = self.option(index + 3)?;
        Ok(settings)
    }

    /// The same four arguments, of a rounding.
    pub(crate) fn rounding(self, index: usize) -> Result<RoundingOptions, Failure> {
        let mut options = RoundingOptions::default();
        options.largest_unit = self.option(index)?;
        options.increment = self.increment(index + 1)?;
        options.rounding_mode = self.option(index + 2)?;
        options.smallest_unit = self.option(index + 3)?;
        Ok(options)
    }

    fn increment(self, index: usize) -> Result<Option<RoundingIncrement>, Failure> {
        let text = self.text(index);
        if text.is_empty() {
            return Ok(None);
        }
        Ok(Some(RoundingIncrement::try_from(number(text))?))
    }

    /// Three arguments: the digits of a second, the mode and the smallest unit.
    pub(crate) fn shown(self, index: usize) -> Result<ToStringRoundingOptions, Failure> {
        let precision = match self.text(index) {
            "" => Precision::Auto,
            digits => Precision::Digit(number(digits) as u8),
        };
        let (rounding_mode, smallest_unit) = (self.option(index + 1)?, self.option(index + 2)?);
        Ok(ToStringRoundingOptions {
            precision,
            smallest_unit,
            rounding_mode,
        })
    }

    /// The named fields of a property bag, each a line.
    pub(crate) fn bag(self, index: usize, overflow: Option<Overflow>) -> Result<Bag, Failure> {
        let mut bag = Bag::default();
        for line in self.text(index).lines() {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            // The fields of a time have no sign: what is below 0 would become 0 unseen.
            if overflow == Some(Overflow::Reject)
                && TIME_FIELDS.contains(&name)
                && number(value) < 0.0
            {
                return Err(Failure::range(format!(
                    "{name} must not be negative, and is {value}"
                )));
            }
            bag.set(name, value)?;
        }
        Ok(bag)
    }
}

const TIME_FIELDS: [&str; 6] = [
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];

/// What a property bag held.
#[derive(Default)]
pub(crate) struct Bag {
    pub(crate) date: CalendarFields,
    pub(crate) time: PartialTime,
    pub(crate) offset: Option<UtcOffset>,
    pub(crate) zone: Option<TimeZone>,
}

impl Bag {
    fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        // Conversions saturate: what is too large is out of range for every calendar.
        let (small, medium) = (number(value) as u8, number(value) as u16);
        match name {
            "year" => self.date.year = Some(number(value) as i32),
            "month" => self.date.month = Some(small),
            "monthCode" => self.date.month_code = Some(MonthCode::try_from_utf8(value.as_bytes())?),
            "day" => self.date.day = Some(small),
            "era" => self.date.era = Some(era(value)?),
            "eraYear" => self.date.era_year = Some(number(value) as i32),
            "hour" => self.time.hour = Some(small),
            "minute" => self.time.minute = Some(small),
            "second" => self.time.second = Some(small),
            "millisecond" => self.time.millisecond = Some(medium),
            "microsecond" => self.time.microsecond = Some(medium),
            "nanosecond" => self.time.nanosecond = Some(medium),
            "offset" => self.offset = Some(UtcOffset::from_utf8(value.as_bytes())?),
            "timeZone" => self.zone = Some(zone(value)?),
            _ => {}
        }
        Ok(())
    }
}
