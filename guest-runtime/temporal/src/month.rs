//! `PlainYearMonth` and `PlainMonthDay`.

use temporal_rs::options::{DisplayCalendar, Overflow};
use temporal_rs::parsed_intermediates::ParsedDate;
use temporal_rs::partial::{PartialDate, PartialYearMonth};
use temporal_rs::{PlainMonthDay, PlainYearMonth};

use crate::date::late;
use crate::text::{Arguments, calendar, date_state, fields, joined, number, of_date, of_duration};
use crate::{Answer, Failure};

fn month_at(arguments: Arguments, index: usize) -> Result<PlainYearMonth, Failure> {
    let [year, month, day, id] = fields(arguments.text(index));
    let (year, month, day) = (number(year) as i32, number(month) as u8, number(day) as u8);
    Ok(PlainYearMonth::try_new(
        year,
        month,
        Some(day),
        calendar(id)?,
    )?)
}

fn day_at(arguments: Arguments, index: usize) -> Result<PlainMonthDay, Failure> {
    let [year, month, day, id] = fields(arguments.text(index));
    let (year, month, day) = (number(year) as i32, number(month) as u8, number(day) as u8);
    Ok(PlainMonthDay::new_with_overflow(
        month,
        day,
        calendar(id)?,
        Overflow::Reject,
        Some(year),
    )?)
}

fn of_month(month: &PlainYearMonth) -> String {
    date_state(&month.to_ixdtf_string(DisplayCalendar::Always))
}

fn of_day(day: &PlainMonthDay) -> String {
    date_state(&day.to_ixdtf_string(DisplayCalendar::Always))
}

/// An operation on months of a year.
pub(crate) fn year_month(method: &str, arguments: Arguments) -> Option<Answer> {
    Some(match method {
        "new" => month_at(arguments, 0).map(|month| of_month(&month)),
        "read" => read_month(arguments),
        "from" => month_from(arguments),
        "with" => month_with(arguments),
        "add" | "subtract" => add(method == "add", arguments),
        "until" | "since" => difference(method == "until", arguments),
        "facts" => month_at(arguments, 0).map(|month| facts(&month)),
        "show" => show_month(arguments),
        "toDate" => month_to_date(arguments),
        _ => return None,
    })
}

fn read_month(arguments: Arguments) -> Answer {
    let parsed = ParsedDate::year_month_from_utf8(arguments.bytes(0))?;
    Ok(match PlainYearMonth::from_parsed(parsed) {
        Ok(month) => of_month(&month),
        Err(error) => late(error.into()),
    })
}

fn month_from(arguments: Arguments) -> Answer {
    let overflow: Option<Overflow> = arguments.option(2)?;
    let calendar = calendar(arguments.text(1))?;
    let calendar_fields = arguments.bag(0, overflow)?.date.into();
    Ok(of_month(&PlainYearMonth::from_partial(
        PartialYearMonth {
            calendar_fields,
            calendar,
        },
        overflow,
    )?))
}

fn month_with(arguments: Arguments) -> Answer {
    let overflow = arguments.option(2)?;
    Ok(of_month(
        &month_at(arguments, 0)?.with(arguments.bag(1, overflow)?.date.into(), overflow)?,
    ))
}

fn add(forward: bool, arguments: Arguments) -> Answer {
    let (month, duration) = (month_at(arguments, 0)?, arguments.duration(1)?);
    let overflow = arguments.option(2)?.unwrap_or(Overflow::Constrain);
    let sum = if forward {
        month.add(&duration, overflow)?
    } else {
        month.subtract(&duration, overflow)?
    };
    Ok(of_month(&sum))
}

fn difference(forward: bool, arguments: Arguments) -> Answer {
    let (one, two) = (month_at(arguments, 0)?, month_at(arguments, 1)?);
    let settings = arguments.difference(2)?;
    let duration = if forward {
        one.until(&two, settings)?
    } else {
        one.since(&two, settings)?
    };
    Ok(of_duration(&duration))
}

/// What a calendar says of a month, in the order of what it says of a day.
fn facts(month: &PlainYearMonth) -> String {
    let era = month
        .era()
        .map_or_else(|| "-".to_owned(), |era| era.to_string());
    let era_year = month
        .era_year()
        .map_or_else(|| "-".to_owned(), |year| year.to_string());
    joined(&[
        &era,
        &era_year,
        &month.year(),
        &month.month(),
        &month.month_code().as_str(),
        &"- - - - - -",
        &month.days_in_month(),
        &month.days_in_year(),
        &month.months_in_year(),
        &month.in_leap_year(),
    ])
}

fn show_month(arguments: Arguments) -> Answer {
    let display = arguments.option(1)?.unwrap_or(DisplayCalendar::Auto);
    Ok(month_at(arguments, 0)?.to_ixdtf_string(display))
}

fn month_to_date(arguments: Arguments) -> Answer {
    Ok(of_date(
        &month_at(arguments, 0)?.to_plain_date(Some(arguments.bag(1, None)?.date))?,
    ))
}

/// An operation on days of a month.
pub(crate) fn month_day(method: &str, arguments: Arguments) -> Option<Answer> {
    Some(match method {
        "new" => day_at(arguments, 0).map(|day| of_day(&day)),
        "read" => read_day(arguments),
        "from" => day_from(arguments),
        "with" => day_with(arguments),
        "facts" => day_at(arguments, 0)
            .map(|day| format!("- - - - {} {}", day.month_code().as_str(), day.day())),
        "show" => show_day(arguments),
        "toDate" => day_to_date(arguments),
        _ => return None,
    })
}

fn read_day(arguments: Arguments) -> Answer {
    let parsed = ParsedDate::month_day_from_utf8(arguments.bytes(0))?;
    Ok(match PlainMonthDay::from_parsed(parsed) {
        Ok(day) => of_day(&day),
        Err(error) => late(error.into()),
    })
}

fn day_from(arguments: Arguments) -> Answer {
    let overflow: Option<Overflow> = arguments.option(2)?;
    let calendar = calendar(arguments.text(1))?;
    let calendar_fields = arguments.bag(0, overflow)?.date;
    Ok(of_day(&PlainMonthDay::from_partial(
        PartialDate {
            calendar_fields,
            calendar,
        },
        overflow,
    )?))
}

fn day_with(arguments: Arguments) -> Answer {
    let overflow = arguments.option(2)?;
    Ok(of_day(
        &day_at(arguments, 0)?.with(arguments.bag(1, overflow)?.date, overflow)?,
    ))
}

fn show_day(arguments: Arguments) -> Answer {
    let display = arguments.option(1)?.unwrap_or(DisplayCalendar::Auto);
    Ok(day_at(arguments, 0)?.to_ixdtf_string(display))
}

fn day_to_date(arguments: Arguments) -> Answer {
    Ok(of_date(
        &day_at(arguments, 0)?.to_plain_date(Some(arguments.bag(1, None)?.date))?,
    ))
}
