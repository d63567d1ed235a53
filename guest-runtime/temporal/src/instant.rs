//! `Instant`.

use temporal_rs::Instant;

use crate::provider::provider;
use crate::text::{Arguments, of_duration, zone};
use crate::{Answer, Failure};

pub(crate) fn call(method: &str, arguments: Arguments) -> Option<Answer> {
    Some(match method {
        "new" => instant(arguments, 0).map(of),
        "read" => Instant::from_utf8(arguments.bytes(0))
            .map(of)
            .map_err(Into::into),
        "add" | "subtract" => add(method == "add", arguments),
        "until" | "since" => difference(method == "until", arguments),
        "round" => round(arguments),
        "show" => show(arguments),
        _ => return None,
    })
}

fn instant(arguments: Arguments, index: usize) -> Result<Instant, Failure> {
    Ok(Instant::try_new(arguments.nanoseconds(index)?)?)
}

fn of(instant: Instant) -> String {
    instant.as_i128().to_string()
}

fn add(forward: bool, arguments: Arguments) -> Answer {
    let (instant, duration) = (instant(arguments, 0)?, arguments.duration(1)?);
    Ok(of(if forward {
        instant.add(&duration)?
    } else {
        instant.subtract(&duration)?
    }))
}

fn difference(forward: bool, arguments: Arguments) -> Answer {
    let (one, two) = (instant(arguments, 0)?, instant(arguments, 1)?);
    let settings = arguments.difference(2)?;
    let duration = if forward {
        one.until(&two, settings)?
    } else {
        one.since(&two, settings)?
    };
    Ok(of_duration(&duration))
}

fn round(arguments: Arguments) -> Answer {
    Ok(of(instant(arguments, 0)?.round(arguments.rounding(1)?)?))
}

fn show(arguments: Arguments) -> Answer {
    let zone = match arguments.text(4) {
        "" => None,
        name => Some(zone(name)?),
    };
    Ok(instant(arguments, 0)?.to_ixdtf_string_with_provider(
        zone,
        arguments.shown(1)?,
        provider(),
    )?)
}
