//! Decimal numbers of any length, and how they are rounded.

/// A number in decimal digits: `0.d₁d₂d₃… × 10^point`. Zero has no digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    pub(crate) digits: Vec<u8>,
    pub(crate) point: i32,
}

/// A number, or what is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Finite(Decimal),
    Infinite { negative: bool },
    NotANumber,
}

impl Value {
    /// Reads what JavaScript writes for a number or a BigInt, or any decimal literal.
    pub(crate) fn parse(text: &str) -> Self {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest == "Infinity" {
            return Self::Infinite { negative };
        }
        let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let Ok(exponent) = exponent.parse::<i32>() else { return Self::NotANumber };
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Self::NotANumber;
        }
        let digits = digits.iter().map(|digit| digit - b'0').collect();
        let point = exponent.saturating_add(whole.len() as i32);
        let mut decimal = Decimal { negative, digits, point };
        decimal.trim();
        Self::Finite(decimal)
    }

    pub(crate) fn is_negative(&self) -> bool {
        match self {
            Self::Finite(decimal) => decimal.negative,
            Self::Infinite { negative } => *negative,
            Self::NotANumber => false,
        }
    }
}

/// How digits that are dropped change those that stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Ceil,
    Floor,
    Expand,
    Trunc,
    HalfCeil,
    HalfFloor,
    HalfExpand,
    HalfTrunc,
    HalfEven,
}

impl Mode {
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "ceil" => Self::Ceil,
            "floor" => Self::Floor,
            "expand" => Self::Expand,
            "trunc" => Self::Trunc,
            "halfCeil" => Self::HalfCeil,
            "halfFloor" => Self::HalfFloor,
            "halfTrunc" => Self::HalfTrunc,
            "halfEven" => Self::HalfEven,
            _ => Self::HalfExpand,
        }
    }

    /// Whether to go away from zero, given how the rest compares with a half.
    fn goes_up(self, negative: bool, half: std::cmp::Ordering, odd: bool) -> bool {
        use std::cmp::Ordering::{Equal, Greater};
        match self {
            Self::Ceil => !negative,
            Self::Floor => negative,
            Self::Expand => true,
            Self::Trunc => false,
            _ if half != Equal => half == Greater,
            Self::HalfCeil => !negative,
            Self::HalfFloor => negative,
            Self::HalfExpand => true,
            Self::HalfTrunc => false,
            Self::HalfEven => odd,
        }
    }
}

impl Decimal {
    pub(crate) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Takes zeros away that say nothing.
    fn trim(&mut self) {
        let leading = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..leading);
        self.point -= leading as i32;
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    /// The power of ten of the first digit.
    pub(crate) fn magnitude(&self) -> i32 {
        self.point - 1
    }

    /// The power of ten of the last digit.
    pub(crate) fn last(&self) -> i32 {
        self.point - self.digits.len() as i32
    }

    pub(crate) fn shift(&mut self, places: i32) {
        if !self.is_zero() {
            self.point += places;
        }
    }

    /// The digit at a power of ten.
    fn digit(&self, power: i32) -> u8 {
        usize::try_from(self.point - 1 - power)
            .ok()
            .and_then(|index| self.digits.get(index).copied())
            .unwrap_or(0)
    }

    /// Rounds to a multiple of `increment × 10^power`.
    pub(crate) fn round(&mut self, power: i32, increment: u64, mode: Mode) {
        if self.is_zero() || (increment == 1 && self.last() >= power) {
            return;
        }
        if increment == 1 {
            self.round_to(power, mode);
            return;
        }
        // In units of the last digit that there is; increments are for modest numbers.
        let unit = power.min(self.last());
        let whole = (unit..self.point.max(unit))
            .rev()
            .fold(0u128, |sum, at| sum.saturating_mul(10).saturating_add(u128::from(self.digit(at))));
        let scale = 10u128.saturating_pow(power.abs_diff(unit));
        let step = u128::from(increment).saturating_mul(scale);
        let (count, rest) = (whole / step, whole % step);
        if rest == 0 {
            return;
        }
        let half = rest.saturating_mul(2).cmp(&step);
        let count = count + u128::from(mode.goes_up(self.negative, half, count % 2 == 1));
        let text = count.saturating_mul(u128::from(increment)).to_string();
        self.digits = text.bytes().map(|digit| digit - b'0').collect();
        self.point = power + text.len() as i32;
        self.trim();
    }

    fn round_to(&mut self, power: i32, mode: Mode) {
        let keep = self.point - power;
        let next = self.digit(power - 1);
        let beyond = self.last() < power - 1;
        let half = match next.cmp(&5) {
            std::cmp::Ordering::Equal if beyond => std::cmp::Ordering::Greater,
            other => other,
        };
        let odd = self.digit(power) % 2 == 1;
        let up = mode.goes_up(self.negative, half, odd);
        self.digits.truncate(usize::try_from(keep).unwrap_or(0));
        if up {
            if keep <= 0 {
                self.digits = vec![1];
                self.point = power + 1;
            } else {
                self.increment();
            }
        }
        self.trim();
    }

    /// Adds one to the last digit that is kept.
    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
        self.point += 1;
    }

    /// The digits before and behind the point, of at least these lengths.
    pub(crate) fn split(&self, min_whole: usize, min_fraction: usize) -> (String, String) {
        let top = self.point.max(min_whole as i32).max(0);
        let bottom = if self.is_zero() { 0 } else { self.last().min(0) };
        let bottom = bottom.min(-(min_fraction as i32));
        let text = |from: i32, to: i32| -> String {
            (to..from).rev().map(|power| char::from(b'0' + self.digit(power))).collect()
        };
        (text(top, 0), text(0, bottom))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(text: &str, power: i32, increment: u64, mode: Mode) -> String {
        let Value::Finite(mut decimal) = Value::parse(text) else { panic!("{text} is no number") };
        decimal.round(power, increment, mode);
        let (whole, fraction) = decimal.split(1, 0);
        format!("{}{whole}.{fraction}", if decimal.negative { "-" } else { "" })
    }

    #[test]
    fn modes_differ_at_the_half_and_beside_it() {
        let all = [
            Mode::Ceil, Mode::Floor, Mode::Expand, Mode::Trunc, Mode::HalfCeil, Mode::HalfFloor, Mode::HalfExpand,
            Mode::HalfTrunc, Mode::HalfEven,
        ];
        let of = |text: &str| all.map(|mode| rounded(text, 0, 1, mode)).join(" ");
        assert_eq!(of("2.5"), "3. 2. 3. 2. 3. 2. 3. 2. 2.");
        assert_eq!(of("-2.5"), "-2. -3. -3. -2. -2. -3. -3. -2. -2.");
        assert_eq!(of("0.51"), "1. 0. 1. 0. 1. 1. 1. 1. 1.");
    }

    #[test]
    fn increments_and_carries() {
        assert_eq!(rounded("1.13", -2, 5, Mode::HalfExpand), "1.15");
        assert_eq!(rounded("1.125", -2, 25, Mode::HalfEven), "1.");
        assert_eq!(rounded("999.96", -1, 1, Mode::HalfExpand), "1000.");
        assert_eq!(rounded("1e21", 0, 1, Mode::HalfExpand), "1000000000000000000000.");
        assert_eq!(rounded("1.5e-7", -8, 1, Mode::HalfExpand), "0.00000015");
    }
}
