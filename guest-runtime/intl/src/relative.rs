//! Times told from now on, as `Intl.RelativeTimeFormat` writes them.

use crate::data::{self, Locale};
use crate::number::NumberFormat;
use crate::options::Options;
use crate::parts::Parts;

/// The parts of a value of a unit; those of the number are marked by the unit.
pub(crate) fn format(options: &Options<'_>, numbers: &NumberFormat, value: &str, unit: &str) -> Option<Parts> {
    let locale = Locale::of(options.get("locale"));
    let suffix = match options.get("style") {
        "short" => "-short",
        "narrow" => "-narrow",
        _ => "",
    };
    let text = locale.text(&format!("r/{unit}{suffix}"))?;
    let mut tables = text.split('\u{1d}');
    let (names, future, past) = (tables.next()?, tables.next()?, tables.next()?);
    let mut parts = Parts::default();
    if options.get("numeric") == "auto" {
        let whole = if value == "-0" { "0" } else { value };
        if let Some(name) = data::named(names, whole) {
            parts.push("literal", name);
            return Some(parts);
        }
    }
    let (negative, digits) = value.strip_prefix('-').map_or((false, value), |digits| (true, digits));
    let formatted = numbers.formatted(&crate::number::decimal::Value::parse(digits), false);
    let patterns = if negative { past } else { future };
    let pattern = data::named(patterns, formatted.plural).or_else(|| data::named(patterns, "other"))?;
    let (before, after) = pattern.split_once("{0}").unwrap_or((pattern, ""));
    parts.push("literal", before);
    if pattern.contains("{0}") {
        parts.append(formatted.join().sourced("unit"));
    }
    parts.push("literal", after);
    Some(parts)
}
