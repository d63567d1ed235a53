//! What stands before and behind a number: signs, currencies, units.

use super::pattern::{Pattern, Symbol, symbols};
use super::{Symbols, text};
use crate::data::{self, Locale};
use crate::options::Options;
use crate::parts::{Parts, is_mark};
use crate::plural;

/// The affixes of a format.
#[derive(Debug)]
pub(crate) struct Affixes {
    currency: Option<String>,
    percent: &'static str,
    /// The pattern for each plural category around the whole, and the kind of its letters.
    outer: Option<([String; 6], &'static str)>,
}

const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The texts of the plural categories behind the first fields, each with a way out.
fn counted(all: &'static str, first: usize) -> [Option<&'static str>; 6] {
    let of = |index: usize| data::field(all, first + index);
    std::array::from_fn(|index| of(index).or_else(|| of(5)))
}

impl Affixes {
    pub(super) fn new(locale: Locale, system: &str, options: &Options<'_>) -> Self {
        let style = options.get("style");
        let mut affixes = Self { currency: None, percent: "percentSign", outer: None };
        if style == "currency" {
            let code = options.get("currency");
            let all = locale.text(&format!("c/{code}")).unwrap_or_default();
            let symbol = || data::field(all, 0).unwrap_or(code).to_owned();
            match options.get("currencyDisplay") {
                "name" => {
                    let all = locale.text(&format!("cn/{code}")).unwrap_or_default();
                    let names = counted(all, 1);
                    let display = data::field(all, 0).unwrap_or(code);
                    let patterns = text(locale, system, "cup").unwrap_or_default();
                    let outer = std::array::from_fn(|index| {
                        let pattern = data::named(patterns, PLURALS[index])
                            .or_else(|| data::named(patterns, "other"))
                            .unwrap_or("{0} {1}");
                        pattern.replace("{1}", names[index].unwrap_or(display))
                    });
                    affixes.outer = Some((outer, "currency"));
                }
                "code" => affixes.currency = Some(code.to_owned()),
                "narrowSymbol" => affixes.currency = Some(data::field(all, 1).map_or_else(symbol, str::to_owned)),
                _ => affixes.currency = Some(symbol()),
            }
        }
        if style == "unit" {
            let (unit, width) = (options.get("unit"), options.get("unitDisplay"));
            affixes.percent = "unit";
            if unit != "percent" || width == "long" {
                affixes.outer = Some((unit_patterns(locale, unit, width), "unit"));
            }
        }
        affixes
    }

    /// What the pattern has before and behind the number.
    pub(super) fn middle(
        &self,
        pattern: &Pattern,
        sign: i8,
        approximately: bool,
        literal: &'static str,
        with: &Symbols,
        before_digits: bool,
    ) -> (Parts, Parts) {
        let plus = sign > 0;
        let negative_has_minus = pattern
            .negative
            .as_ref()
            .is_some_and(|(prefix, suffix)| [prefix, suffix].iter().any(|affix| symbols(affix).contains(&Symbol::Minus)));
        let as_negative = sign < 0 || (negative_has_minus && (plus || approximately));
        let negative = pattern.negative.as_ref().filter(|_| as_negative);
        let (prefix, suffix) = negative.map_or((&pattern.prefix, &pattern.suffix), |(prefix, suffix)| (prefix, suffix));
        let mut signs = Vec::new();
        if approximately {
            signs.push(("approximatelySign", with.approximately));
        }
        match sign {
            0 => {}
            1.. => signs.push(("plusSign", with.plus)),
            _ => signs.push(("minusSign", with.minus)),
        }
        let mut before = Parts::default();
        if negative.is_none() {
            for (kind, text) in &signs {
                before.push(kind, *text);
            }
        }
        self.write(&mut before, prefix, &signs, literal, with);
        let mut after = Parts::default();
        self.write(&mut after, suffix, &signs, literal, with);
        if let Some(currency) = &self.currency {
            let part_of_number = |letter: Option<char>| before_digits && letter.is_some_and(needs_space);
            if before.0.last().is_some_and(|part| part.kind == "currency") && part_of_number(currency.chars().last()) {
                before.push("literal", "\u{a0}");
            }
            if after.0.first().is_some_and(|part| part.kind == "currency") && part_of_number(currency.chars().next()) {
                let mut spaced = Parts::default();
                spaced.push("literal", "\u{a0}");
                spaced.append(after);
                after = spaced;
            }
        }
        (before, after)
    }

    fn write(
        &self,
        parts: &mut Parts,
        affix: &str,
        signs: &[(&'static str, &str)],
        literal: &'static str,
        with: &Symbols,
    ) {
        let mut letters = String::new();
        for symbol in symbols(affix) {
            if let Symbol::Letter(letter) = symbol {
                letters.push(letter);
                continue;
            }
            push_trimmed(parts, literal, &std::mem::take(&mut letters));
            match symbol {
                Symbol::Minus => signs.iter().for_each(|(kind, text)| parts.push(kind, *text)),
                Symbol::Plus => parts.push("plusSign", with.plus),
                Symbol::Percent => parts.push(self.percent, with.percent),
                Symbol::Currency => parts.push("currency", self.currency.as_deref().unwrap_or_default()),
                Symbol::Letter(_) => {}
            }
        }
        push_trimmed(parts, literal, &letters);
    }

    /// The unit or the currency's name, around all the rest.
    pub(super) fn outer(&self, category: &str) -> (Parts, Parts) {
        let Some((patterns, kind)) = &self.outer else { return Default::default() };
        let pattern = &patterns[plural::index(category)];
        let (before, after) = pattern.split_once("{0}").unwrap_or(("", pattern));
        let parts = |text| {
            let mut parts = Parts::default();
            push_trimmed(&mut parts, kind, text);
            parts
        };
        (parts(before), parts(after))
    }
}

impl Affixes {
    /// Whether the unit's text has no place for the number.
    pub(super) fn says_number(&self, category: &str) -> bool {
        self.outer.as_ref().is_some_and(|(patterns, _)| !patterns[plural::index(category)].contains("{0}"))
    }
}

/// Whether a currency that ends in this letter keeps away from digits.
fn needs_space(letter: char) -> bool {
    let symbol = matches!(letter, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' | '¢'..='©' | '¬' | '®'..='±' | '´'
        | '¸' | '×' | '÷' | '֏' | '؋' | '৲' | '৳' | '৻' | '૱' | '௹' | '฿' | '៛' | '\u{20a0}'..='\u{20c0}'
        | '\u{fdfc}' | '﹩' | '＄' | '￠' | '￡' | '￥' | '￦');
    !symbol && !letter.is_whitespace()
}

/// A text whose spaces at the ends are literals.
fn push_trimmed(parts: &mut Parts, kind: &'static str, text: &str) {
    let is_space = |letter: char| letter.is_whitespace() || is_mark(letter);
    let body = text.trim_matches(is_space);
    let start = text.len() - text.trim_start_matches(is_space).len();
    if body.is_empty() {
        parts.push("literal", text);
        return;
    }
    parts.push("literal", &text[..start]);
    parts.push(kind, body);
    parts.push("literal", &text[start + body.len()..]);
}

/// The patterns of a unit, which may be one per another.
fn unit_patterns(locale: Locale, unit: &str, width: &str) -> [String; 6] {
    let of = |unit: &str| locale.text(&format!("u/{width}/{unit}"));
    let patterns = |unit: &str| of(unit).map(|all| counted(all, 2).map(|text| text.unwrap_or("{0}").to_owned()));
    if let Some(found) = patterns(unit) {
        return found;
    }
    let Some((numerator, denominator)) = unit.split_once("-per-") else {
        return std::array::from_fn(|_| format!("{{0}} {unit}"));
    };
    let above = patterns(numerator).unwrap_or_else(|| std::array::from_fn(|_| format!("{{0}} {numerator}")));
    let below = of(denominator).unwrap_or_default();
    if let Some(per) = data::field(below, 1) {
        return above.map(|text| per.replace("{0}", &text));
    }
    let one = counted(below, 2)[1].unwrap_or(denominator).replace("{0}", "");
    let compound = of("per").unwrap_or("{0}/{1}");
    above.map(|text| compound.replace("{1}", one.trim()).replace("{0}", &text))
}
