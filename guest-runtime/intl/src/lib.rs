//! What the guest's `Intl` computes: pure functions over Unicode's data.
//!
//! In comes the name of an operation with its arguments, all texts: the classes in
//! `guest-runtime/src/environment/intl` have read and checked what the program gave. Out
//! comes a text, or nothing where there is no answer. What is made of a class's options is
//! kept for the next call with the same ones.

mod data;
mod date;
mod display;
mod locale;
mod number;
mod options;
mod parts;
mod plural;
mod relative;
mod resolve;
mod words;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use icu_plurals::PluralRuleType;

use crate::data::Locale;
use crate::date::DateFormat;
use crate::number::NumberFormat;
use crate::options::Options;
use crate::parts::Parts;

/// Formats that are kept; a program that makes more pays for making them anew.
const KEPT: usize = 200;

thread_local! {
    static NUMBERS: RefCell<HashMap<String, Rc<NumberFormat>>> = RefCell::default();
    static DATES: RefCell<HashMap<String, Rc<DateFormat>>> = RefCell::default();
}

fn number_format(text: &str) -> Rc<NumberFormat> {
    NUMBERS.with_borrow_mut(|kept| {
        if let Some(found) = kept.get(text) {
            return Rc::clone(found);
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        let made = Rc::new(NumberFormat::new(&Options::parse(text)));
        kept.insert(text.to_owned(), Rc::clone(&made));
        made
    })
}

fn date_format(text: &str) -> Option<Rc<DateFormat>> {
    DATES.with_borrow_mut(|kept| {
        if let Some(found) = kept.get(text) {
            return Some(Rc::clone(found));
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        let made = Rc::new(DateFormat::new(&Options::parse(text))?);
        kept.insert(text.to_owned(), Rc::clone(&made));
        Some(made)
    })
}

fn shown(parts: &Parts, in_parts: bool) -> String {
    if in_parts { parts.list() } else { parts.text() }
}

/// The category of a number or of a range, or all that there are.
fn plural_of(options: &str, numbers: &[&str]) -> Option<String> {
    let given = Options::parse(options);
    let kind = if given.get("type") == "ordinal" { PluralRuleType::Ordinal } else { PluralRuleType::Cardinal };
    let rules = plural::rules(given.get("locale"), kind)?;
    let format = number_format(options);
    let category = |number: &str| {
        format.operands(number).map_or("other", |(digits, exponent)| plural::category(&rules, &digits, exponent))
    };
    Some(match numbers {
        [] => plural::categories(&rules),
        [one] => category(one).to_owned(),
        [start, end, ..] => plural::range(given.get("locale"), category(start), category(end)).to_owned(),
    })
}

/// Does one operation.
pub fn call(operation: &str, arguments: &[&str]) -> Option<String> {
    let argument = |index: usize| arguments.get(index).copied().unwrap_or_default();
    match operation {
        "number" | "numberParts" => {
            let parts = number_format(argument(0)).format(argument(1));
            Some(shown(&parts, operation == "numberParts"))
        }
        "numberRange" | "numberRangeParts" => {
            let parts = number_format(argument(0)).format_range(argument(1), argument(2));
            Some(shown(&parts, operation == "numberRangeParts"))
        }
        "date" | "dateParts" => {
            let parts = date_format(argument(0))?.format(argument(1).parse().ok()?);
            // V8 writes ASCII spaces in texts, and what the data have in parts.
            Some(if operation == "date" { parts.text().replace('\u{202f}', " ") } else { parts.list() })
        }
        "dateRange" | "dateRangeParts" => {
            let format = date_format(argument(0))?;
            let parts = format.format_range(argument(1).parse().ok()?, argument(2).parse().ok()?);
            // Times that look alike are written as one.
            if operation == "dateRange" && parts.0.iter().all(|part| part.source == "shared") {
                return Some(parts.text().replace('\u{202f}', " "));
            }
            Some(shown(&parts, operation == "dateRangeParts"))
        }
        "dateResolved" => Some(date_format(argument(0))?.resolved()),
        "zone" => resolve::zone(argument(0)),
        "resolve" => Some(resolve::resolve(argument(0), argument(1), argument(2))),
        "supported" => resolve::best(argument(0)),
        "info" => resolve::info(argument(0), argument(1)),
        "collations" => Some(resolve::collations(argument(0))),
        "values" => resolve::values(argument(0)),
        "canonical" => locale::canonical(argument(0)),
        "likely" => locale::likely(argument(0), argument(1) == "more"),
        "hours" => Some(date::names::hour_letter(argument(0)).to_string()),
        "currencyDigits" => Locale::none().text(&format!("digits/{}", argument(0))).map(str::to_owned),
        "plural" => plural_of(argument(0), &[argument(1)]),
        "pluralRange" => plural_of(argument(0), &[argument(1), argument(2)]),
        "pluralCategories" => plural_of(argument(0), &[]),
        "relative" | "relativeParts" => {
            let options = Options::parse(argument(0));
            let parts = relative::format(&options, &number_format(argument(1)), argument(2), argument(3))?;
            Some(shown(&parts, operation == "relativeParts"))
        }
        "listPatterns" => Locale::of(argument(0)).text(&format!("li/{}", argument(1))).map(str::to_owned),
        "display" => display::name(&Options::parse(argument(0)), argument(1)),
        "compare" => words::compare(argument(0), argument(1), argument(2)),
        "upper" | "lower" => words::change_case(argument(0), operation == "upper", argument(1)),
        "borders" => Some(words::borders(argument(0), argument(1))),
        _ => None,
    }
}
