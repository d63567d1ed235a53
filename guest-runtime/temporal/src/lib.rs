//! What the guest's `Temporal` computes: pure functions over texts.
//!
//! In comes the name of an operation with its arguments, all texts: the classes in
//! `guest-runtime/src/environment/temporal` have read and converted what the program gave.
//! Out comes a text, or what is thrown. An object's state is a text as well, its fields
//! between spaces (see [`text`]), so nothing is kept here for an object.

mod date;
mod duration;
mod instant;
mod month;
mod provider;
mod text;
mod time;
mod zone;
mod zoned;

use temporal_rs::TemporalError;
use temporal_rs::error::ErrorKind;

use crate::text::Arguments;

/// What is thrown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A `TypeError` and not a `RangeError`.
    pub is_type_error: bool,
    /// What it says.
    pub message: String,
}

impl Failure {
    fn range(message: impl Into<String>) -> Self {
        Self {
            is_type_error: false,
            message: message.into(),
        }
    }
}

impl From<TemporalError> for Failure {
    fn from(error: TemporalError) -> Self {
        let message = error.into_message();
        let message = if message.is_empty() {
            "a value is out of range"
        } else {
            message
        };
        Self {
            is_type_error: error.kind() == ErrorKind::Type,
            message: message.to_owned(),
        }
    }
}

type Answer = Result<String, Failure>;

/// Does one operation.
///
/// # Errors
///
/// Returns what the program gets thrown: a value that is out of range, a text that cannot
/// be read, or fields that do not make one value.
pub fn call(operation: &str, arguments: &[&str]) -> Answer {
    let arguments = Arguments(arguments);
    let (class, method) = operation.split_once('.').unwrap_or(("", operation));
    let answer = match class {
        "calendar" | "zone" | "offset" => zoned::identifier(class, method, arguments),
        "date" => date::date(method, arguments),
        "dateTime" => date::date_time(method, arguments),
        "duration" => duration::call(method, arguments),
        "instant" => instant::call(method, arguments),
        "monthDay" => month::month_day(method, arguments),
        "time" => time::call(method, arguments),
        "yearMonth" => month::year_month(method, arguments),
        "zoned" => zoned::call(method, arguments),
        _ => None,
    };
    answer.unwrap_or_else(|| {
        Err(Failure::range(format!(
            "Temporal has no operation {operation}"
        )))
    })
}
