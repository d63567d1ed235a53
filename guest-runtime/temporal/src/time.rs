//! `PlainTime`.

use temporal_rs::PlainTime;
use temporal_rs::options::Overflow;

use crate::Answer;
use crate::text::{Arguments, of_duration, of_time};

pub(crate) fn call(method: &str, arguments: Arguments) -> Option<Answer> {
    Some(match method {
        "new" => arguments.time(0).map(|time| of_time(&time)),
        "read" => read(arguments),
        "from" => from(arguments),
        "with" => with(arguments),
        "add" | "subtract" => add(method == "add", arguments),
        "until" | "since" => difference(method == "until", arguments),
        "round" => round(arguments),
        "show" => show(arguments),
        _ => return None,
    })
}

fn read(arguments: Arguments) -> Answer {
    Ok(of_time(&PlainTime::from_utf8(arguments.bytes(0))?))
}

fn from(arguments: Arguments) -> Answer {
    let overflow: Option<Overflow> = arguments.option(1)?;
    Ok(of_time(&PlainTime::from_partial(
        arguments.bag(0, overflow)?.time,
        overflow,
    )?))
}

fn with(arguments: Arguments) -> Answer {
    let overflow = arguments.option(2)?;
    Ok(of_time(
        &arguments
            .time(0)?
            .with(arguments.bag(1, overflow)?.time, overflow)?,
    ))
}

fn add(forward: bool, arguments: Arguments) -> Answer {
    let (time, duration) = (arguments.time(0)?, arguments.duration(1)?);
    Ok(of_time(&if forward {
        time.add(&duration)?
    } else {
        time.subtract(&duration)?
    }))
}

fn difference(forward: bool, arguments: Arguments) -> Answer {
    let (one, two) = (arguments.time(0)?, arguments.time(1)?);
    let settings = arguments.difference(2)?;
    let duration = if forward {
        one.until(&two, settings)?
    } else {
        one.since(&two, settings)?
    };
    Ok(of_duration(&duration))
}

fn round(arguments: Arguments) -> Answer {
    Ok(of_time(&arguments.time(0)?.round(arguments.rounding(1)?)?))
}

fn show(arguments: Arguments) -> Answer {
    Ok(arguments.time(0)?.to_ixdtf_string(arguments.shown(1)?)?)
}
