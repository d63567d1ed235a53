//! `PlainDate` and `PlainDateTime`.

use temporal_rs::fields::DateTimeFields;
use temporal_rs::options::{Disambiguation, DisplayCalendar, Overflow};
use temporal_rs::parsed_intermediates::{ParsedDate, ParsedDateTime};
use temporal_rs::partial::{PartialDate, PartialDateTime};
use temporal_rs::{PlainDate, PlainDateTime};

use crate::provider::provider;
use crate::text::{
    Arguments, calendar, joined, of_date, of_date_time, of_duration, of_zoned, zone,
};
use crate::{Answer, Failure};

/// What a calendar says of a day, in the order in which the classes have it. A dash is
/// what a calendar does not have.
fn facts(date: &PlainDate) -> String {
    fn or_dash(value: Option<impl ToString>) -> String {
        value.map_or_else(|| "-".to_owned(), |value| value.to_string())
    }
    joined(&[
        &or_dash(date.era()),
        &or_dash(date.era_year()),
        &date.year(),
        &date.month(),
        &date.month_code().as_str(),
        &date.day(),
        &date.day_of_week(),
        &date.day_of_year(),
        &or_dash(date.week_of_year()),
        &or_dash(date.year_of_week()),
        &date.days_in_week(),
        &date.days_in_month(),
        &date.days_in_year(),
        &date.months_in_year(),
        &date.in_leap_year(),
    ])
}

/// An operation on dates.
pub(crate) fn date(method: &str, arguments: Arguments) -> Option<Answer> {
    Some(match method {
        "new" => arguments.date(0).map(|date| of_date(&date)),
        "read" => read(arguments),
        "from" => from(arguments),
        "with" => with(arguments),
        "add" | "subtract" => add(method == "add", arguments),
        "until" | "since" => difference(method == "until", arguments),
        "facts" => arguments.date(0).map(|date| facts(&date)),
        "show" => show(arguments),
        "toZoned" => to_zoned(arguments),
        "toYearMonth" => to_year_month(arguments),
        "toMonthDay" => to_month_day(arguments),
        _ => return None,
    })
}

fn read(arguments: Arguments) -> Answer {
    let parsed = ParsedDate::from_utf8(arguments.bytes(0))?;
    Ok(match PlainDate::from_parsed(parsed) {
        Ok(date) => of_date(&date),
        // Options are read between the text and the check of what it says.
        Err(error) => late(error.into()),
    })
}

/// A failure that is thrown after options have been read.
pub(crate) fn late(failure: Failure) -> String {
    format!("!{}", failure.message)
}

fn from(arguments: Arguments) -> Answer {
    let overflow: Option<Overflow> = arguments.option(2)?;
    let calendar = calendar(arguments.text(1))?;
    let calendar_fields = arguments.bag(0, overflow)?.date;
    Ok(of_date(&PlainDate::from_partial(
        PartialDate {
            calendar_fields,
            calendar,
        },
        overflow,
    )?))
}

fn with(arguments: Arguments) -> Answer {
    let overflow = arguments.option(2)?;
    Ok(of_date(
        &arguments
            .date(0)?
            .with(arguments.bag(1, overflow)?.date, overflow)?,
    ))
}

fn add(forward: bool, arguments: Arguments) -> Answer {
    let (date, duration) = (arguments.date(0)?, arguments.duration(1)?);
    let overflow = arguments.option(2)?;
    let sum = if forward {
        date.add(&duration, overflow)?
    } else {
        date.subtract(&duration, overflow)?
    };
    Ok(of_date(&sum))
}

fn difference(forward: bool, arguments: Arguments) -> Answer {
    let (one, two) = (arguments.date(0)?, arguments.date(1)?);
    let settings = arguments.difference(2)?;
    let duration = if forward {
        one.until(&two, settings)?
    } else {
        one.since(&two, settings)?
    };
    Ok(of_duration(&duration))
}

fn show(arguments: Arguments) -> Answer {
    let display: DisplayCalendar = arguments.option(1)?.unwrap_or(DisplayCalendar::Auto);
    Ok(arguments.date(0)?.to_ixdtf_string(display))
}

fn to_zoned(arguments: Arguments) -> Answer {
    let time = if arguments.text(2).is_empty() {
        None
    } else {
        Some(arguments.time(2)?)
    };
    let zone = zone(arguments.text(1))?;
    of_zoned(
        &arguments
            .date(0)?
            .to_zoned_date_time_with_provider(zone, time, provider())?,
    )
}

fn to_year_month(arguments: Arguments) -> Answer {
    let month = arguments.date(0)?.to_plain_year_month()?;
    Ok(crate::text::date_state(
        &month.to_ixdtf_string(DisplayCalendar::Always),
    ))
}

fn to_month_day(arguments: Arguments) -> Answer {
    let day = arguments.date(0)?.to_plain_month_day()?;
    Ok(crate::text::date_state(
        &day.to_ixdtf_string(DisplayCalendar::Always),
    ))
}

/// An operation on dates with times.
pub(crate) fn date_time(method: &str, arguments: Arguments) -> Option<Answer> {
    Some(match method {
        "new" => arguments.date_time(0).map(|value| of_date_time(&value)),
        "read" => read_date_time(arguments),
        "from" => date_time_from(arguments),
        "with" => date_time_with(arguments),
        "add" | "subtract" => add_to_date_time(method == "add", arguments),
        "until" | "since" => difference_of_date_times(method == "until", arguments),
        "round" => round(arguments),
        "show" => show_date_time(arguments),
        "toZoned" => date_time_to_zoned(arguments),
        _ => return None,
    })
}

fn read_date_time(arguments: Arguments) -> Answer {
    let parsed = ParsedDateTime::from_utf8(arguments.bytes(0))?;
    Ok(match PlainDateTime::from_parsed(parsed) {
        Ok(value) => of_date_time(&value),
        Err(error) => late(error.into()),
    })
}

fn date_time_from(arguments: Arguments) -> Answer {
    let overflow: Option<Overflow> = arguments.option(2)?;
    let calendar = calendar(arguments.text(1))?;
    let bag = arguments.bag(0, overflow)?;
    let fields = DateTimeFields {
        calendar_fields: bag.date,
        time: bag.time,
    };
    Ok(of_date_time(&PlainDateTime::from_partial(
        PartialDateTime { fields, calendar },
        overflow,
    )?))
}

fn date_time_with(arguments: Arguments) -> Answer {
    let overflow = arguments.option(2)?;
    let bag = arguments.bag(1, overflow)?;
    let fields = DateTimeFields {
        calendar_fields: bag.date,
        time: bag.time,
    };
    Ok(of_date_time(
        &arguments.date_time(0)?.with(fields, overflow)?,
    ))
}

fn add_to_date_time(forward: bool, arguments: Arguments) -> Answer {
    let (value, duration) = (arguments.date_time(0)?, arguments.duration(1)?);
    let overflow = arguments.option(2)?;
    let sum = if forward {
        value.add(&duration, overflow)?
    } else {
        value.subtract(&duration, overflow)?
    };
    Ok(of_date_time(&sum))
}

fn difference_of_date_times(forward: bool, arguments: Arguments) -> Answer {
    let (one, two) = (arguments.date_time(0)?, arguments.date_time(1)?);
    let settings = arguments.difference(2)?;
    let duration = if forward {
        one.until(&two, settings)?
    } else {
        one.since(&two, settings)?
    };
    Ok(of_duration(&duration))
}

fn round(arguments: Arguments) -> Answer {
    Ok(of_date_time(
        &arguments.date_time(0)?.round(arguments.rounding(1)?)?,
    ))
}

fn show_date_time(arguments: Arguments) -> Answer {
    let display = arguments.option(1)?.unwrap_or(DisplayCalendar::Auto);
    Ok(arguments
        .date_time(0)?
        .to_ixdtf_string(arguments.shown(2)?, display)?)
}

fn date_time_to_zoned(arguments: Arguments) -> Answer {
    let disambiguation = arguments.option(2)?.unwrap_or(Disambiguation::Compatible);
    let (value, zone) = (arguments.date_time(0)?, zone(arguments.text(1))?);
    of_zoned(&value.to_zoned_date_time_with_provider(zone, disambiguation, provider())?)
}
