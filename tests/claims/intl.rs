//! `Intl` in the cell: expressions, and what Node makes of them.

use codecell_tests::{run, value};
use serde_json::{Value, json};

/// Runs expressions in one program; each is caught alone.
async fn values(setup: &str, expressions: &[&str]) -> Value {
    let each: Vec<String> = expressions
        .iter()
        .map(|expression| format!("() => {expression}"))
        .collect();
    let code = format!(
        "{setup} const failed = e => ({{ failed: String(e) }});
         return [{}].map(f => {{ try {{ return f() ?? null }} catch (e) {{ return failed(e) }} }})",
        each.join(",\n")
    );
    match run(&code).await.outcome {
        Ok(values) => values,
        Err(error) => panic!("{expressions:?}\n{error:?}"),
    }
}

#[tokio::test]
async fn intl_gives_what_node_gives() {
    let all: Value = serde_json::from_str(include_str!("../environment/intl.json")).unwrap();
    let setup = all["setup"].as_str().unwrap();
    let (mut checked, mut different) = (0, Vec::new());
    for group in all["groups"].as_array().unwrap() {
        for checks in group["checks"].as_array().unwrap().chunks(20) {
            let code: Vec<&str> = checks
                .iter()
                .map(|check| check[0].as_str().unwrap())
                .collect();
            let found = values(setup, &code).await;
            for (check, found) in checks.iter().zip(found.as_array().unwrap()) {
                checked += 1;
                // A third value is what the cell gives where it differs.
                let expected = check.get(2).unwrap_or(&check[1]);
                if *expected != *found {
                    let (code, node) = (check[0].as_str().unwrap(), expected);
                    different.push(format!("{code}\n  node {node}\n  cell {found}"));
                }
            }
        }
    }
    assert!(checked > 1500, "{checked} expressions");
    assert!(
        different.is_empty(),
        "{} of {checked} differ\n{}",
        different.len(),
        different.join("\n")
    );
}

#[tokio::test]
async fn durations_are_written_with_their_units() {
    let code = "
        const long = { years: 1, months: 2, days: 3, hours: 4, minutes: 5, seconds: 6, milliseconds: 70 };
        const write = (locale, style, duration = long) => new Intl.DurationFormat(locale, { style }).format(duration);
        return [
            write('en', 'long'), write('en', 'short'), write('en', 'narrow'), write('en', 'digital'), write('de', 'long'),
            write('en', 'digital', { minutes: 9, seconds: 5 }), write('en', 'long', { hours: -1, minutes: -30 }),
            new Intl.DurationFormat('en', { style: 'digital', fractionalDigits: 2 }).format({ hours: 1, milliseconds: 1500 }),
            new Intl.DurationFormat('de').formatToParts({ hours: 2 }),
        ]";
    assert_eq!(
        value(code).await,
        json!([
            "1 year, 2 months, 3 days, 4 hours, 5 minutes, 6 seconds, 70 milliseconds",
            "1 yr, 2 mths, 3 days, 4 hr, 5 min, 6 sec, 70 ms",
            "1y 2m 3d 4h 5m 6s 70ms",
            "1 yr, 2 mths, 3 days, 4:05:06.07",
            "1 Jahr, 2 Monate, 3 Tage, 4 Stunden, 5 Minuten, 6 Sekunden und 70 Millisekunden",
            "0:09:05",
            "-1 hour, 30 minutes",
            "1:00:01.50",
            [
                { "type": "integer", "value": "2", "unit": "hour" },
                { "type": "literal", "value": " ", "unit": "hour" },
                { "type": "unit", "value": "Std.", "unit": "hour" },
            ],
        ])
    );
}

#[tokio::test]
async fn intl_holds_in_a_tampered_realm() {
    let code = "
        Array.prototype[Symbol.iterator] = () => { throw 'iterated' };
        Object.prototype.get = () => { throw 'inherited' };
        String.prototype.slice = String.prototype.indexOf = () => 'cut';
        RegExp.prototype.exec = () => null;
        Number = String = WeakMap = undefined;
        return [
            new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(1234.5),
            new Date(0).toLocaleString('en-US', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Tokyo' }),
            new Intl.ListFormat('en').format({ __proto__: null, [Symbol.iterator]: function* () { yield 'a'; yield 'b' } }),
            new Intl.DurationFormat('en').format({ hours: 1, minutes: 2 }), 'b'.localeCompare('a'),
            new Intl.PluralRules('en').select(1), new Intl.RelativeTimeFormat('en').format(-1, 'day'),
        ]";
    assert_eq!(
        value(code).await,
        json!([
            "1.234,50\u{a0}€",
            "January 1, 1970 at 9:00 AM",
            "a and b",
            "1 hr, 2 min",
            1,
            "one",
            "1 day ago",
        ])
    );
}
