//! `Temporal` in the cell: what a program expects of dates, times and zones. The language's
//! own suite has thousands of tests; these are of what is ours around it.

use codecell_tests::{run, value};
use serde_json::json;

#[tokio::test]
async fn dates_times_and_zones_are_computed() {
    let code = "
        const { PlainDate, PlainTime, PlainDateTime, PlainYearMonth, PlainMonthDay, ZonedDateTime, Instant, Duration } = Temporal;
        return [
            PlainDate.from('2024-01-31').add({ months: 1 }),
            PlainDate.from('2024-02-29').until('2025-03-01', { largestUnit: 'year' }),
            PlainDate.from({ year: 2024, month: 12, day: 30 }).weekOfYear,
            PlainTime.from('23:30').add({ hours: 1 }),
            PlainDateTime.from('2024-06-15T12:34:56.789').round('hour'),
            PlainYearMonth.from('2024-02').daysInMonth,
            PlainMonthDay.from('02-29').toPlainDate({ year: 2023 }),
            // The hour that summer time leaves out, and the one that winter time has twice.
            ZonedDateTime.from('2024-03-31T02:30[Europe/Berlin]'),
            ZonedDateTime.from('2024-10-27T02:30[Europe/Berlin]').add({ hours: 1 }),
            ZonedDateTime.from('2024-10-27T00:00[Europe/Berlin]').hoursInDay,
            Instant.from('2024-01-01T00:00Z').until('2024-01-02T01:00Z', { largestUnit: 'hour' }),
            Duration.from({ hours: 50 }).round({ largestUnit: 'day' }),
            Duration.from('P1M').total({ unit: 'day', relativeTo: '2024-02-01' }),
            PlainDate.from('2024-10-03').withCalendar('hebrew').year,
            new Date(0).toTemporalInstant(),
        ]";
    assert_eq!(
        value(code).await,
        json!([
            "2024-02-29",
            "P1Y1D",
            1,
            "00:30:00",
            "2024-06-15T13:00:00",
            29,
            "2023-02-28",
            "2024-03-31T03:30:00+02:00[Europe/Berlin]",
            "2024-10-27T02:30:00+01:00[Europe/Berlin]",
            25,
            "PT25H",
            "P2DT2H",
            29,
            5785,
            "1970-01-01T00:00:00Z"
        ])
    );
}

#[tokio::test]
async fn now_is_the_clock_of_the_run() {
    let code = "
        const before = Date.now();
        const now = Temporal.Now.instant().epochMilliseconds;
        const zone = Temporal.Now.timeZoneId();
        const day = Temporal.Now.plainDateISO().toString() === new Date(now).toISOString().slice(0, 10);
        return [before <= now && now <= Date.now(), zone, day]";
    assert_eq!(value(code).await, json!([true, "UTC", true]));
}

#[tokio::test]
async fn mistakes_say_what_is_wrong() {
    let code = "
        const failed = f => { try { return f() } catch (e) { return [e.name, e.message] } };
        return [
            failed(() => Temporal.PlainDate.from('2024-02-30')),
            failed(() => Temporal.PlainDate.from({ year: 2024, day: 1 })),
            failed(() => Temporal.PlainDate.from('2024-01-01').add({ parsecs: 1 })),
            failed(() => Temporal.PlainDate.from('2024-01-01') < Temporal.PlainDate.from('2024-01-02')),
            failed(() => Temporal.PlainDate.from('2024-01-01').until('2024-01-02', { largestUnit: 'parsec' })),
            failed(() => new Temporal.ZonedDateTime(0n, 'Mars/Olympus')),
        ].map(([name, message]) => [name, message.length > 10])";
    assert_eq!(
        value(code).await,
        json!([
            ["RangeError", true],
            ["TypeError", true],
            ["TypeError", true],
            ["TypeError", true],
            ["RangeError", true],
            ["RangeError", true]
        ])
    );
}

#[tokio::test]
async fn people_and_consoles_see_them() {
    let code = "
        const zoned = Temporal.ZonedDateTime.from('2024-03-31T14:05:00+02:00[Europe/Berlin]');
        console.log(zoned.toPlainDate(), [zoned.toPlainTime()]);
        return [
            zoned.toPlainDate().toLocaleString('de-DE', { dateStyle: 'long' }),
            zoned.toPlainTime().toLocaleString('en-US'),
            zoned.toPlainDate().toPlainYearMonth().toLocaleString('en-US'),
            zoned.toLocaleString('en-US'),
        ]";
    let result = run(code).await;
    assert_eq!(
        result.outcome.unwrap(),
        json!([
            "31. März 2024",
            "2:05:00 PM",
            "3/2024",
            "3/31/2024, 2:05:00 PM GMT+2"
        ])
    );
    let lines: Vec<_> = result.logs.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        lines,
        ["Temporal.PlainDate 2024-03-31 [ Temporal.PlainTime 14:05:00 ]"]
    );
}

// A program that replaces what the classes are made of changes nothing of them.
#[tokio::test]
async fn a_tampered_realm_computes_the_same() {
    let code = "
        String.prototype.split = Array.prototype[Symbol.iterator] = Reflect.ownKeys = () => { throw new Error('seen') };
        Object.prototype.get = () => 5;
        RegExp.prototype.exec = () => null;
        const date = Temporal.PlainDate.from({ year: 2024, monthCode: 'M02', day: 28 });
        return date.add({ days: 2 }).toString() + date.toZonedDateTime('Asia/Tokyo').offset";
    assert_eq!(value(code).await, json!("2024-03-01+09:00"));
}
