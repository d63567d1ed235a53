//! Times as JavaScript writes them.

use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};

/// What `Date.prototype.toISOString` gives.
pub(super) fn iso(time: SystemTime) -> String {
    DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Milliseconds since 1970 of an ISO text: what a `Date` crosses as, and its shorter forms.
pub(super) fn parse(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis());
    }
    // Without a zone JavaScript means local time; a workspace's is UTC.
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|time| time.and_utc().timestamp_millis())
}

/// Milliseconds since 1970.
pub(super) fn millis(time: SystemTime) -> i64 {
    DateTime::<Utc>::from(time).timestamp_millis()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_written_and_read_as_javascript_does() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);

        assert_eq!(iso(time), "2023-11-14T22:13:20.123Z");
        assert_eq!(
            [
                "2023-11-14T22:13:20.123Z",
                "2023-11-14T23:13:20.123+01:00",
                "2023-11-14",
                "2023-11-14T22:13",
                "yesterday",
            ]
            .map(parse),
            [
                Some(1_700_000_000_123),
                Some(1_700_000_000_123),
                Some(1_699_920_000_000),
                Some(1_699_999_980_000),
                None
            ]
        );
    }
}
