//! JSON text as `JSON.stringify` lays it out.

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

/// `JSON.stringify(value, null, spaces)`.
pub(crate) fn write(value: &Value, spaces: usize) -> String {
    let mut out = Vec::new();
    let indent = " ".repeat(spaces.min(10));
    let written = match indent.is_empty() {
        true => {
            let mut serializer = Serializer::with_formatter(&mut out, Numbers(CompactFormatter));
            value.serialize(&mut serializer)
        }
        false => {
            let formatter = Numbers(PrettyFormatter::with_indent(indent.as_bytes()));
            value.serialize(&mut Serializer::with_formatter(&mut out, formatter))
        }
    };
    written.expect("a value has no keys but texts, and memory takes it");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// A formatter that writes numbers as JavaScript does.
struct Numbers<F>(F);

macro_rules! passed_on {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {$(
        fn $name<W: ?Sized + Write>(
            &mut self,
            writer: &mut W,
            $($argument: $kind),*
        ) -> io::Result<()> {
            self.0.$name(writer, $($argument),*)
        }
    )*};
}

impl<F: Formatter> Formatter for Numbers<F> {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(number(value).as_bytes())
    }

    passed_on! {
        begin_array();
        end_array();
        begin_array_value(is_first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(is_first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }
}

/// `String(value)` for a finite number.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:e}", value.abs());
    let (digits, exponent) = scientific
        .split_once('e')
        .expect("the form has an exponent");
    let digits = digits.replace('.', "");
    let point = exponent.parse::<i32>().expect("an exponent is a number") + 1;
    let count = digits.len() as i32;
    let magnitude = if (count..=21).contains(&point) {
        format!("{digits}{}", "0".repeat((point - count) as usize))
    } else if (1..=21).contains(&point) {
        let (whole, part) = digits.split_at(point as usize);
        format!("{whole}.{part}")
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", "0".repeat(-point as usize))
    } else {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        format!("{first}{dot}{rest}e{:+}", point - 1)
    };
    match value < 0.0 {
        true => format!("-{magnitude}"),
        false => magnitude,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        let numbers = [
            0.0,
            -0.0,
            1.0,
            -1.5,
            100.0,
            1e20,
            1e21,
            1.5e300,
            0.1,
            1e-6,
            1e-7,
            1.25e-10,
            123_456.789,
        ];

        assert_eq!(
            numbers.map(number),
            [
                "0",
                "0",
                "1",
                "-1.5",
                "100",
                "100000000000000000000",
                "1e+21",
                "1.5e+300",
                "0.1",
                "0.000001",
                "1e-7",
                "1.25e-10",
                "123456.789"
            ]
        );
    }

    #[test]
    fn values_are_laid_out_as_stringify_does() {
        let value = serde_json::json!({ "a": [1, {}], "b": [], "c": "\u{1f}\u{7f}\"é" });

        assert_eq!(
            write(&value, 0),
            "{\"a\":[1,{}],\"b\":[],\"c\":\"\\u001f\u{7f}\\\"é\"}"
        );
        assert_eq!(
            write(&value, 1),
            "{\n \"a\": [\n  1,\n  {}\n ],\n \"b\": [],\n \"c\": \"\\u001f\u{7f}\\\"é\"\n}"
        );
    }
}
