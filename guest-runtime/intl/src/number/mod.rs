//! Numbers as `Intl.NumberFormat` writes them.

pub(crate) mod affix;
pub(crate) mod decimal;
pub(crate) mod pattern;
pub(crate) mod range;

use icu_plurals::{PluralRuleType, PluralRules};

use self::affix::Affixes;
use self::decimal::{Decimal, Mode, Value};
use self::pattern::Pattern;
use crate::data::{self, Locale};
use crate::options::Options;
use crate::parts::Parts;
use crate::plural;

/// The signs and separators of a numbering system in a locale.
#[derive(Debug)]
pub(crate) struct Symbols {
    pub(crate) decimal: &'static str,
    pub(crate) group: &'static str,
    pub(crate) percent: &'static str,
    pub(crate) plus: &'static str,
    pub(crate) minus: &'static str,
    exponential: &'static str,
    infinity: &'static str,
    nan: &'static str,
    pub(crate) approximately: &'static str,
    digits: Vec<char>,
}

/// The text of a key of a numbering system, or else of Latin digits.
pub(crate) fn text(locale: Locale, system: &str, key: &str) -> Option<&'static str> {
    let of = |system: &str| locale.text(&format!("n/{system}/{key}"));
    of(system).or_else(|| of("latn"))
}

impl Symbols {
    pub(crate) fn new(locale: Locale, system: &str, currency: bool) -> Self {
        let all = text(locale, system, "sym").unwrap_or_default();
        let of = |index| data::field(all, index);
        let sign = |index, or| of(index).unwrap_or(or);
        let money = |index| if currency { of(index) } else { None };
        let digits = Locale::none().text(&format!("ns/{system}")).unwrap_or("0123456789");
        Self {
            decimal: money(9).unwrap_or_else(|| sign(0, ".")),
            group: money(10).unwrap_or_else(|| sign(1, ",")),
            percent: sign(2, "%"),
            plus: sign(3, "+"),
            minus: sign(4, "-"),
            exponential: sign(5, "E"),
            infinity: sign(6, "∞"),
            nan: sign(7, "NaN"),
            approximately: sign(8, "~"),
            digits: digits.chars().collect(),
        }
    }

    /// Latin digits in this system's.
    pub(crate) fn digits(&self, latin: &str) -> String {
        latin
            .bytes()
            .map(|digit| self.digits.get(usize::from(digit.wrapping_sub(b'0'))).copied().unwrap_or(char::from(digit)))
            .collect()
    }
}

/// The default numbering system of a locale, or the one that a name stands for.
pub(crate) fn numbering_system(locale: Locale, asked: &str) -> &'static str {
    let default = locale.field("n/ns", 0).unwrap_or("latn");
    match asked {
        "" | "default" => default,
        "native" => locale.field("n/ns", 1).unwrap_or(default),
        other => data::keys_from("ns/").find_map(|key| key.strip_prefix("ns/").filter(|name| *name == other)).unwrap_or(default),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Standard,
    Scientific,
    Engineering,
    Compact,
}

/// Which digits are kept and which are written.
#[derive(Debug)]
struct Rounding {
    significant: Option<(usize, usize)>,
    fraction: Option<(usize, usize)>,
    /// Of both, the one that keeps fewer digits.
    less: bool,
    increment: u64,
    mode: Mode,
    strip: bool,
    min_whole: usize,
}

impl Rounding {
    fn new(options: &Options<'_>) -> Self {
        let pair = |min, max| Some((options.number(min)?, options.number(max)?));
        Self {
            significant: pair("minS", "maxS"),
            fraction: pair("minF", "maxF"),
            less: options.get("priority") == "lessPrecision",
            increment: options.number("increment").unwrap_or(1) as u64,
            mode: Mode::parse(options.get("rounding")),
            strip: options.get("zeros") == "stripIfInteger",
            min_whole: options.number("minI").unwrap_or(1),
        }
    }

    /// Rounds, and tells how many digits to write behind the point at least.
    fn apply(&self, number: &mut Decimal) -> usize {
        let by_significant = |max: usize| {
            if number.is_zero() { i32::MIN } else { number.magnitude() - max as i32 + 1 }
        };
        let significant = match (self.significant, self.fraction) {
            (Some((_, max)), Some((_, fraction))) => {
                let more = by_significant(max) <= -(fraction as i32);
                more != self.less
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        let min_fraction = if significant {
            let (min, max) = self.significant.unwrap_or((1, 21));
            let power = by_significant(max);
            if power != i32::MIN {
                number.round(power, 1, self.mode);
            }
            let magnitude = if number.is_zero() { 0 } else { number.magnitude() };
            usize::try_from(min as i32 - 1 - magnitude).unwrap_or(0)
        } else {
            let (min, max) = self.fraction.unwrap_or((0, 3));
            number.round(-(max as i32), self.increment, self.mode);
            min
        };
        if self.strip && (number.is_zero() || number.last() >= 0) { 0 } else { min_fraction }
    }
}

/// The greatest power of ten in the names of compact patterns.
fn greatest_power(all: &'static str) -> i32 {
    let power = |name: &str| name.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).parse().unwrap_or(0);
    // A name that ends in the exact number 1 is one digit too long.
    data::pairs(all).map(|(name, _)| power(name)).filter(|power| *power < 30).max().unwrap_or(0)
}

/// A `NumberFormat`.
#[derive(Debug)]
pub(crate) struct NumberFormat {
    pub(crate) tag: String,
    pub(crate) symbols: Symbols,
    rounding: Rounding,
    notation: Notation,
    percent: bool,
    sign: String,
    pattern: Pattern,
    compact: Option<&'static str>,
    /// The greatest power of ten that has a compact pattern.
    compact_most: i32,
    /// Least digits before the first group, and how long groups are; no groups otherwise.
    grouping: Option<(usize, usize, usize)>,
    pub(crate) affixes: Affixes,
    rules: Option<PluralRules>,
    pub(crate) range: &'static str,
}

/// A number with what stands around it, from the inside out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Formatted {
    pub(crate) digits: Parts,
    pub(crate) exponent: Parts,
    pub(crate) middle: (Parts, Parts),
    pub(crate) outer: (Parts, Parts),
    pub(crate) plural: &'static str,
    /// The outer text says the number itself.
    alone: bool,
}

impl Formatted {
    pub(crate) fn join(self) -> Parts {
        if self.alone {
            let mut parts = self.outer.0;
            parts.append(self.outer.1);
            return parts;
        }
        let mut parts = Parts::default();
        for piece in [self.outer.0, self.middle.0, self.digits, self.exponent, self.middle.1, self.outer.1] {
            parts.append(piece);
        }
        parts
    }
}

impl NumberFormat {
    pub(crate) fn new(options: &Options<'_>) -> Self {
        let tag = options.get("locale").to_owned();
        let locale = Locale::of(&tag);
        let system = numbering_system(locale, options.get("ns"));
        let style = options.get("style");
        let notation = match options.get("notation") {
            "scientific" => Notation::Scientific,
            "engineering" => Notation::Engineering,
            "compact" => Notation::Compact,
            _ => Notation::Standard,
        };
        let named = options.get("currencyDisplay") == "name";
        let is_currency = style == "currency";
        let percent_unit = style == "unit" && options.get("unit") == "percent" && options.get("unitDisplay") != "long";
        let key = match style {
            "currency" if !named && options.get("currencySign") == "accounting" => "acc",
            "currency" if !named => "cur",
            "percent" => "pct",
            _ if percent_unit => "pct",
            _ => "dec",
        };
        let get = |key| text(locale, system, key);
        let pattern = Pattern::parse(get(key).unwrap_or("#,##0.###"));
        let compact = (notation == Notation::Compact).then(|| match (is_currency && !named, options.get("compactDisplay")) {
            (true, _) => get("cshort"),
            (false, "long") => get("long"),
            (false, _) => get("short"),
        });
        let min = locale.field("n/ns", 2).and_then(|text| text.parse().ok()).unwrap_or(1);
        let (first, next) = pattern.groups.unwrap_or((3, 3));
        let grouping = match options.get("grouping") {
            "always" => Some((1, first, next)),
            "min2" => Some((2.max(min), first, next)),
            "auto" => pattern.groups.map(|(first, next)| (min, first, next)),
            _ => None,
        };
        Self {
            symbols: Symbols::new(locale, system, is_currency),
            rounding: Rounding::new(options),
            notation,
            percent: style == "percent",
            sign: options.get("sign").to_owned(),
            pattern,
            compact: compact.flatten(),
            compact_most: compact.flatten().map_or(0, greatest_power),
            grouping,
            affixes: Affixes::new(locale, system, options),
            rules: plural::rules(&tag, PluralRuleType::Cardinal),
            range: get("range").unwrap_or("{0}–{1}"),
            tag,
        }
    }

    pub(crate) fn format(&self, number: &str) -> Parts {
        self.formatted(&Value::parse(number), false).join()
    }

    /// The number with what stands around it.
    pub(crate) fn formatted(&self, value: &Value, approximately: bool) -> Formatted {
        let mut digits = Parts::default();
        let mut exponent = Parts::default();
        let mut compact = None;
        let mut zero = false;
        let mut plural = "other";
        match value {
            Value::NotANumber => digits.push("nan", self.symbols.nan),
            Value::Infinite { .. } => digits.push("infinity", self.symbols.infinity),
            Value::Finite(number) => {
                let mut number = number.clone();
                if self.percent {
                    number.shift(2);
                }
                let (shift, min_fraction) = self.scale(&mut number);
                zero = number.is_zero();
                let (whole, fraction) = number.split(self.rounding.min_whole, min_fraction);
                if let Some(rules) = &self.rules {
                    let text = if fraction.is_empty() { whole.clone() } else { format!("{whole}.{fraction}") };
                    plural = plural::category(rules, &text, 0);
                    if self.notation == Notation::Compact && shift > 0 {
                        let exact = if text == "1" { "1" } else { plural };
                        compact = self.compact_pattern(number.magnitude() + shift, exact, plural);
                        plural = plural::category(rules, &text, shift);
                    }
                }
                if compact.as_ref().is_none_or(|pattern| pattern.zeros > 0) {
                    self.write(&mut digits, &whole, &fraction);
                }
                if matches!(self.notation, Notation::Scientific | Notation::Engineering) {
                    exponent.push("exponentSeparator", self.symbols.exponential);
                    if shift < 0 {
                        exponent.push("exponentMinusSign", self.symbols.minus);
                    }
                    exponent.push("exponentInteger", self.symbols.digits(&shift.unsigned_abs().to_string()));
                }
            }
        }
        let sign = self.sign_of(value, zero);
        let pattern = compact.as_ref().unwrap_or(&self.pattern);
        let literal = if compact.is_some() { "compact" } else { "literal" };
        Formatted {
            middle: self.affixes.middle(pattern, sign, approximately, literal, &self.symbols, matches!(value, Value::Finite(_))),
            outer: self.affixes.outer(plural),
            alone: self.affixes.says_number(plural),
            digits,
            exponent,
            plural,
        }
    }

    /// 1 and -1 for the sign that is written, 0 for none.
    fn sign_of(&self, value: &Value, zero: bool) -> i8 {
        let negative = value.is_negative();
        let plain = zero || *value == Value::NotANumber;
        match self.sign.as_str() {
            "never" => 0,
            "always" => if negative { -1 } else { 1 },
            "exceptZero" if plain => 0,
            "exceptZero" => if negative { -1 } else { 1 },
            "negative" if zero => 0,
            _ => if negative { -1 } else { 0 },
        }
    }

    /// The power of ten by which numbers of a magnitude are written smaller.
    fn power(&self, magnitude: i32) -> i32 {
        match self.notation {
            Notation::Standard => 0,
            Notation::Scientific => magnitude,
            Notation::Engineering => magnitude.div_euclid(3) * 3,
            Notation::Compact => {
                let Some((power, text)) = self.compact_text(magnitude, "other", "other") else { return 0 };
                if text == "0" { 0 } else { power - Pattern::parse(text).zeros as i32 + 1 }
            }
        }
    }

    /// Scales and rounds: the power taken away, and the digits behind the point at least.
    fn scale(&self, number: &mut Decimal) -> (i32, usize) {
        if number.is_zero() {
            return (0, self.rounding.apply(number));
        }
        let whole = number.clone();
        let magnitude = number.magnitude();
        let power = self.power(magnitude);
        number.shift(-power);
        let min_fraction = self.rounding.apply(number);
        if number.is_zero() || number.magnitude() == magnitude - power {
            return (if number.is_zero() && self.notation == Notation::Compact { 0 } else { power }, min_fraction);
        }
        // Rounding has made it one digit longer.
        let next = self.power(magnitude + 1);
        if next == power {
            return (power, min_fraction);
        }
        *number = whole;
        number.shift(-next);
        let min_fraction = self.rounding.apply(number);
        (next, min_fraction)
    }

    /// The compact pattern for a magnitude, with the magnitude that it is made for.
    fn compact_text(&self, magnitude: i32, exact: &str, plural: &str) -> Option<(i32, &'static str)> {
        let all = self.compact?;
        let power = magnitude.min(self.compact_most);
        let of = |plural: &str| data::named(all, &format!("{power}{plural}"));
        Some((power, of(exact).or_else(|| of(plural)).or_else(|| of("other"))?))
    }

    fn compact_pattern(&self, magnitude: i32, exact: &str, plural: &str) -> Option<Pattern> {
        let (_, text) = self.compact_text(magnitude, exact, plural)?;
        (text != "0").then(|| Pattern::parse(text))
    }

    fn write(&self, parts: &mut Parts, whole: &str, fraction: &str) {
        let mut rest = whole.len();
        let group = self.grouping.filter(|(min, first, _)| rest >= first + min);
        let mut groups = Vec::new();
        if let Some((_, first, next)) = group {
            let mut size = first;
            while rest > size {
                groups.push(&whole[rest - size..rest]);
                rest -= size;
                size = next.max(1);
            }
        }
        parts.push("integer", self.symbols.digits(&whole[..rest]));
        for group in groups.iter().rev() {
            parts.push("group", self.symbols.group);
            parts.push("integer", self.symbols.digits(group));
        }
        if !fraction.is_empty() {
            parts.push("decimal", self.symbols.decimal);
            parts.push("fraction", self.symbols.digits(fraction));
        }
    }

    /// The digits as plural rules see them, with the power that a compact notation hides.
    pub(crate) fn operands(&self, number: &str) -> Option<(String, i32)> {
        let Value::Finite(mut number) = Value::parse(number) else { return None };
        let (shift, min_fraction) = self.scale(&mut number);
        let (whole, fraction) = number.split(self.rounding.min_whole, min_fraction);
        let text = if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") };
        Some((text, if self.notation == Notation::Compact { shift } else { 0 }))
    }
}
