//! What a plain YAML scalar is by the core schema of YAML 1.2: `no` is a word, `0o17` a number.
//!
//! It sees text and no places. Quoted and block scalars are strings and do not come here.

/// The meaning of a plain scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PlainScalar {
    Null,
    Bool(bool),
    /// A decimal number, kept as text.
    Number,
    /// A whole number written in octal or hexadecimal: its decimal text.
    OtherRadix(String),
    /// Infinite, no number at all, or beyond every sensible size.
    Unusable,
    String,
}

/// Tells what `text` means.
pub(super) fn resolve(text: &str) -> PlainScalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return PlainScalar::Null,
        "true" | "True" | "TRUE" => return PlainScalar::Bool(true),
        "false" | "False" | "FALSE" => return PlainScalar::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return PlainScalar::Unusable,
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return parse_radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return parse_radix(digits, 16);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return PlainScalar::Unusable;
    }
    if is_decimal(unsigned) { PlainScalar::Number } else { PlainScalar::String }
}

fn parse_radix(digits: &str, radix: u32) -> PlainScalar {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return PlainScalar::String;
    }
    u128::from_str_radix(digits, radix)
        .map_or(PlainScalar::Unusable, |number| PlainScalar::OtherRadix(number.to_string()))
}

/// `12`, `12.`, `.5`, `1e3`; at least one digit before the exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digit = !whole.is_empty() || !fraction.is_empty();
    let is_exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && is_digits(digits)
    });
    has_digit && is_digits(whole) && is_digits(fraction) && is_exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_of_the_core_schema() {
        let strings = [
            "yes",
            "No",
            "on",
            "OFF",
            "y",
            "nULL",
            "tRue",
            "-",
            "+",
            ".",
            "-.",
            "e5",
            "1e",
            "1e+",
            "1_000",
            "1:30",
            "0o8",
            "0xg",
            "0x",
            "0o",
            "-0x1",
            "2026-12-01",
            "1.2.3",
            "1,5",
            "١",
            "0b1",
            ".e1",
            "inf",
            "nan",
            "-.nan",
            "Infinity",
        ];
        for text in strings {
            assert_eq!(resolve(text), PlainScalar::String, "{text}");
        }
        for text in ["0", "-0", "+12", "012", "1.", ".5", "-1.10", "1e3", "1.E+10", "+.5e-3", "18446744073709551616"] {
            assert_eq!(resolve(text), PlainScalar::Number, "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(text), PlainScalar::Null, "{text}");
        }
        for text in [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "0xfffffffffffffffffffffffffffffffff"] {
            assert_eq!(resolve(text), PlainScalar::Unusable, "{text}");
        }
        assert_eq!(resolve("True"), PlainScalar::Bool(true));
        assert_eq!(resolve("FALSE"), PlainScalar::Bool(false));
        assert_eq!(resolve("0o17"), PlainScalar::OtherRadix("15".into()));
        assert_eq!(resolve("0xFf"), PlainScalar::OtherRadix("255".into()));
    }
}
