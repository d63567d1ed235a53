//! `ZonedDateTime`, and the names of calendars, time zones and offsets.

use std::str::FromStr as _;

use temporal_rs::fields::ZonedDateTimeFields;
use temporal_rs::options::{
    Disambiguation, DisplayCalendar, DisplayOffset, DisplayTimeZone, OffsetDisambiguation, Overflow,
};
use temporal_rs::parsed_intermediates::ParsedZonedDateTime;
use temporal_rs::partial::PartialZonedDateTime;
use temporal_rs::{Calendar, TimeZone, UtcOffset, ZonedDateTime};
use timezone_provider::provider::TransitionDirection;

use crate::Answer;
use crate::date::late;
use crate::provider::provider;
use crate::text::{Arguments, calendar, joined, known, of_date_time, of_duration, of_zoned, zone};

/// What the names of a class come to: `is` of a name alone, `read` of a text that may have one.
pub(crate) fn identifier(class: &str, method: &str, arguments: Arguments) -> Option<Answer> {
    let text = arguments.text(0);
    Some(match (class, method) {
        ("calendar", "is") => calendar(text).map(|found| found.identifier().to_owned()),
        ("calendar", "read") => Calendar::from_str(text)
            .map_err(Into::into)
            .and_then(known)
            .map(|found| found.identifier().to_owned()),
        ("zone", "is") => zone(text).and_then(name_of),
        ("zone", "read") => TimeZone::try_from_str_with_provider(text, provider())
            .map_err(Into::into)
            .and_then(name_of),
        ("offset", "is") => UtcOffset::from_utf8(text.as_bytes())
            .map(|_| String::new())
            .map_err(Into::into),
        _ => return None,
    })
}

fn name_of(zone: TimeZone) -> Answer {
    Ok(zone.identifier_with_provider(provider())?)
}

pub(crate) fn call(method: &str, arguments: Arguments) -> Option<Answer> {
    Some(match method {
        "new" => arguments.zoned(0).and_then(|value| of_zoned(&value)),
        "check" => check(arguments),
        "read" => read(arguments),
        "from" => from(arguments),
        "with" => with(arguments),
        "withTime" => with_time(arguments),
        "add" | "subtract" => add(method == "add", arguments),
        "until" | "since" => difference(method == "until", arguments),
        "equals" => equals(arguments),
        "round" => round(arguments),
        "local" => local(arguments),
        "hours" => hours(arguments),
        "startOfDay" => start_of_day(arguments),
        "transition" => transition(arguments),
        "show" => show(arguments),
        _ => return None,
    })
}

/// Whether a text can be read; what it says is checked after options are known.
fn check(arguments: Arguments) -> Answer {
    ParsedZonedDateTime::from_utf8_with_provider(arguments.bytes(0), provider())?;
    Ok(String::new())
}

fn read(arguments: Arguments) -> Answer {
    let parsed = ParsedZonedDateTime::from_utf8_with_provider(arguments.bytes(0), provider())?;
    let disambiguation = arguments.option(1)?.unwrap_or(Disambiguation::Compatible);
    let offset = arguments.option(2)?.unwrap_or(OffsetDisambiguation::Reject);
    match ZonedDateTime::from_parsed_with_provider(parsed, disambiguation, offset, provider()) {
        Ok(value) => of_zoned(&value),
        Err(error) => Ok(late(error.into())),
    }
}

fn from(arguments: Arguments) -> Answer {
    let overflow: Option<Overflow> = arguments.option(2)?;
    let calendar = calendar(arguments.text(1))?;
    let bag = arguments.bag(0, overflow)?;
    let fields = ZonedDateTimeFields {
        calendar_fields: bag.date,
        time: bag.time,
        offset: bag.offset,
    };
    let partial = PartialZonedDateTime {
        fields,
        timezone: bag.zone,
        calendar,
    };
    let (disambiguation, offset) = (arguments.option(3)?, arguments.option(4)?);
    let value = ZonedDateTime::from_partial_with_provider(
        partial,
        overflow,
        disambiguation,
        offset,
        provider(),
    )?;
    of_zoned(&value)
}

fn with(arguments: Arguments) -> Answer {
    let overflow: Option<Overflow> = arguments.option(2)?;
    let bag = arguments.bag(1, overflow)?;
    let fields = ZonedDateTimeFields {
        calendar_fields: bag.date,
        time: bag.time,
        offset: bag.offset,
    };
    let (disambiguation, offset) = (arguments.option(3)?, arguments.option(4)?);
    let value = arguments.zoned(0)?;
    of_zoned(&value.with_with_provider(fields, disambiguation, offset, overflow, provider())?)
}

fn with_time(arguments: Arguments) -> Answer {
    let time = if arguments.text(1).is_empty() {
        None
    } else {
        Some(arguments.time(1)?)
    };
    of_zoned(
        &arguments
            .zoned(0)?
            .with_plain_time_and_provider(time, provider())?,
    )
}

fn add(forward: bool, arguments: Arguments) -> Answer {
    let (value, duration) = (arguments.zoned(0)?, arguments.duration(1)?);
    let overflow = arguments.option(2)?;
    of_zoned(&if forward {
        value.add_with_provider(&duration, overflow, provider())?
    } else {
        value.subtract_with_provider(&duration, overflow, provider())?
    })
}

fn difference(forward: bool, arguments: Arguments) -> Answer {
    let (one, two) = (arguments.zoned(0)?, arguments.zoned(1)?);
    let settings = arguments.difference(2)?;
    Ok(of_duration(&if forward {
        one.until_with_provider(&two, settings, provider())?
    } else {
        one.since_with_provider(&two, settings, provider())?
    }))
}

fn equals(arguments: Arguments) -> Answer {
    let (one, two) = (arguments.zoned(0)?, arguments.zoned(1)?);
    Ok(one.equals_with_provider(&two, provider())?.to_string())
}

fn round(arguments: Arguments) -> Answer {
    of_zoned(
        &arguments
            .zoned(0)?
            .round_with_provider(arguments.rounding(1)?, provider())?,
    )
}

/// The local date and time, the offset in nanoseconds and as it is written.
fn local(arguments: Arguments) -> Answer {
    let value = arguments.zoned(0)?;
    let date_time = of_date_time(&value.to_plain_date_time());
    Ok(joined(&[
        &date_time,
        &value.offset_nanoseconds(),
        &value.offset(),
    ]))
}

fn hours(arguments: Arguments) -> Answer {
    Ok(arguments
        .zoned(0)?
        .hours_in_day_with_provider(provider())?
        .to_string())
}

fn start_of_day(arguments: Arguments) -> Answer {
    of_zoned(&arguments.zoned(0)?.start_of_day_with_provider(provider())?)
}

/// Nothing where there is no transition.
fn transition(arguments: Arguments) -> Answer {
    let direction = match arguments.text(1) {
        "next" => TransitionDirection::Next,
        _ => TransitionDirection::Previous,
    };
    let found = arguments
        .zoned(0)?
        .get_time_zone_transition_with_provider(direction, provider())?;
    found.as_ref().map_or_else(|| Ok(String::new()), of_zoned)
}

fn show(arguments: Arguments) -> Answer {
    let calendar = arguments.option(1)?.unwrap_or(DisplayCalendar::Auto);
    let offset = arguments.option(2)?.unwrap_or(DisplayOffset::Auto);
    let zone = arguments.option(3)?.unwrap_or(DisplayTimeZone::Auto);
    let value = arguments.zoned(0)?;
    Ok(value.to_ixdtf_string_with_provider(
        offset,
        zone,
        calendar,
        arguments.shown(4)?,
        provider(),
    )?)
}
