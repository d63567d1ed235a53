//! Plural categories.

use fixed_decimal::UnsignedDecimal;
use icu_plurals::{PluralCategory, PluralOperands, PluralRuleType, PluralRules};

use crate::data::{self, Locale};

pub(crate) fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

pub(crate) fn index(name: &str) -> usize {
    ["zero", "one", "two", "few", "many", "other"].iter().position(|known| *known == name).unwrap_or(5)
}

/// The rules of a locale.
pub(crate) fn rules(tag: &str, kind: PluralRuleType) -> Option<PluralRules> {
    let locale = tag.split("-u-").next().unwrap_or(tag).parse::<icu_locale::Locale>().ok()?;
    PluralRules::try_new((&locale).into(), kind.into()).ok()
}

/// The category of digits as they are written: `1.0`, and `1.2` with an exponent of 6 for
/// what is shown as 1.2 million.
pub(crate) fn category(rules: &PluralRules, digits: &str, exponent: i32) -> &'static str {
    // As ICU does, of a number's whole digits 18 are looked at.
    let whole = digits.find('.').unwrap_or(digits.len());
    let digits = digits.get(whole.saturating_sub(18)..).unwrap_or(digits);
    let number = UnsignedDecimal::try_from_str(digits).unwrap_or_default();
    let exponent = u8::try_from(exponent).unwrap_or(0);
    name(rules.category_for(PluralOperands::from_significand_and_exponent(&number, exponent)))
}

/// The category of a range from one category to another.
pub(crate) fn range(tag: &str, start: &str, end: &str) -> &'static str {
    let language = tag.split('-').next().unwrap_or(tag);
    Locale::none()
        .text(&format!("pr/{language}"))
        .and_then(|text| data::named(text, &format!("{start} {end}")))
        .unwrap_or("other")
}

/// The categories that a locale tells apart.
pub(crate) fn categories(rules: &PluralRules) -> String {
    // The order is that of the specification's own list of V8's answers.
    let all = [
        PluralCategory::Few, PluralCategory::Many, PluralCategory::One, PluralCategory::Two, PluralCategory::Zero,
        PluralCategory::Other,
    ];
    let found: Vec<_> = rules.categories().collect();
    all.iter().filter(|one| found.contains(one)).map(|one| name(*one)).collect::<Vec<_>>().join(" ")
}
