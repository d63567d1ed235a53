//! `Duration`.

use temporal_rs::fields::ZonedDateTimeFields;
use temporal_rs::options::{Disambiguation, OffsetDisambiguation, Overflow, RelativeTo, Unit};
use temporal_rs::partial::{PartialDate, PartialZonedDateTime};
use temporal_rs::{Duration, PlainDate, ZonedDateTime};

use crate::provider::provider;
use crate::text::{Arguments, calendar, of_date, of_duration, of_zoned};
use crate::{Answer, Failure};

pub(crate) fn call(method: &str, arguments: Arguments) -> Option<Answer> {
    Some(match method {
        "new" => arguments.duration(0).map(|duration| of_duration(&duration)),
        "read" => read(arguments),
        "add" | "subtract" => add(method == "add", arguments),
        "round" => round(arguments),
        "total" => total(arguments),
        "compare" => compare(arguments),
        "show" => show(arguments),
        "relativeText" => relative_text(arguments),
        "relativeBag" => relative_bag(arguments),
        _ => return None,
    })
}

/// The time that a duration is relative to: `date …`, `zoned …` or nothing.
fn relative_to(arguments: Arguments, index: usize) -> Result<Option<RelativeTo>, Failure> {
    let text = arguments.text(index);
    if let Some(state) = text.strip_prefix("date ") {
        return Ok(Some(RelativeTo::PlainDate(Arguments(&[state]).date(0)?)));
    }
    let zoned = text
        .strip_prefix("zoned ")
        .map(|state| Arguments(&[state]).zoned(0));
    Ok(zoned.transpose()?.map(RelativeTo::ZonedDateTime))
}

fn relative_text(arguments: Arguments) -> Answer {
    Ok(
        match RelativeTo::try_from_str_with_provider(arguments.text(0), provider())? {
            RelativeTo::PlainDate(date) => format!("date {}", of_date(&date)),
            RelativeTo::ZonedDateTime(zoned) => format!("zoned {}", of_zoned(&zoned)?),
        },
    )
}

/// A property bag is a date, or with a time zone an instant.
fn relative_bag(arguments: Arguments) -> Answer {
    let calendar = calendar(arguments.text(1))?;
    let overflow = Some(Overflow::Constrain);
    let bag = arguments.bag(0, overflow)?;
    if bag.zone.is_none() {
        let partial = PartialDate {
            calendar_fields: bag.date,
            calendar,
        };
        return Ok(format!(
            "date {}",
            of_date(&PlainDate::from_partial(partial, overflow)?)
        ));
    }
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
    let zoned = ZonedDateTime::from_partial_with_provider(
        partial,
        overflow,
        Some(Disambiguation::Compatible),
        Some(OffsetDisambiguation::Reject),
        provider(),
    )?;
    Ok(format!("zoned {}", of_zoned(&zoned)?))
}

fn read(arguments: Arguments) -> Answer {
    Ok(of_duration(&Duration::from_utf8(arguments.bytes(0))?))
}

fn add(forward: bool, arguments: Arguments) -> Answer {
    let (one, two) = (arguments.duration(0)?, arguments.duration(1)?);
    Ok(of_duration(&if forward {
        one.add(&two)?
    } else {
        one.subtract(&two)?
    }))
}

fn round(arguments: Arguments) -> Answer {
    let (duration, relative) = (arguments.duration(0)?, relative_to(arguments, 5)?);
    Ok(of_duration(&duration.round_with_provider(
        arguments.rounding(1)?,
        relative,
        provider(),
    )?))
}

fn total(arguments: Arguments) -> Answer {
    let unit: Unit = arguments
        .option(1)?
        .ok_or_else(|| Failure::range("the unit of a total is required"))?;
    let (duration, relative) = (arguments.duration(0)?, relative_to(arguments, 2)?);
    Ok(duration
        .total_with_provider(unit, relative, provider())?
        .as_inner()
        .to_string())
}

fn compare(arguments: Arguments) -> Answer {
    let (one, two) = (arguments.duration(0)?, arguments.duration(1)?);
    let order = one.compare_with_provider(&two, relative_to(arguments, 2)?, provider())?;
    Ok((order as i8).to_string())
}

fn show(arguments: Arguments) -> Answer {
    Ok(arguments
        .duration(0)?
        .as_temporal_string(arguments.shown(1)?)?)
}
