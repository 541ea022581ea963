//! What a plain YAML scalar is by the core schema of YAML 1.2: `no` is a word, `0o17` a number.
//!
//! It sees text and no places. Quoted and block scalars are strings and do not come here.

/// The meaning of a plain scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    /// A decimal number, its text as it stands.
    Number,
    /// A whole number written in octal or hexadecimal: its decimal text.
    Based(String),
    /// Infinite, no number at all, or beyond every sensible size.
    Unusable,
    String,
}

/// Tells what `text` means.
pub(super) fn resolve(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "true" | "True" | "TRUE" => return Plain::Bool(true),
        "false" | "False" | "FALSE" => return Plain::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Plain::Unusable,
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return based(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return based(digits, 16);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Plain::Unusable;
    }
    if is_decimal(unsigned) { Plain::Number } else { Plain::String }
}

fn based(digits: &str, radix: u32) -> Plain {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Plain::String;
    }
    u128::from_str_radix(digits, radix).map_or(Plain::Unusable, |number| Plain::Based(number.to_string()))
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
            assert_eq!(resolve(text), Plain::String, "{text}");
        }
        for text in ["0", "-0", "+12", "012", "1.", ".5", "-1.10", "1e3", "1.E+10", "+.5e-3", "18446744073709551616"] {
            assert_eq!(resolve(text), Plain::Number, "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(text), Plain::Null, "{text}");
        }
        for text in [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "0xfffffffffffffffffffffffffffffffff"] {
            assert_eq!(resolve(text), Plain::Unusable, "{text}");
        }
        assert_eq!(resolve("True"), Plain::Bool(true));
        assert_eq!(resolve("FALSE"), Plain::Bool(false));
        assert_eq!(resolve("0o17"), Plain::Based("15".into()));
        assert_eq!(resolve("0xFf"), Plain::Based("255".into()));
    }
}
