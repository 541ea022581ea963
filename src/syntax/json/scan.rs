//! The tokens of JSON (RFC 8259) and what is said where one is wrong. It builds nothing and nests nothing.
//!
//! Messages name the marks of the grammar that were found or expected, never the text of a value.

use std::ops::Range;

use wide::u8x16;

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::syntax::tree::{MAX_DEPTH, NodeKind};

/// A place in a JSON text, moving forward. Byte 0 of the text is byte `base` of the input.
pub struct JsonScanner<'t> {
    pub text: &'t str,
    pub at: usize,
    base: u64,
}

/// A string token: the place inside its quotes, and whether its text had to be decoded.
pub struct StringToken {
    pub inner: Range<usize>,
    pub is_decoded: bool,
}

/// The number of bytes before the first quote, backslash or control character.
#[inline]
pub fn plain_length(bytes: &[u8]) -> usize {
    let (blocks, tail) = bytes.as_chunks::<16>();
    for (number, block) in blocks.iter().enumerate() {
        let block = u8x16::from(*block);
        let is_control = block.min(u8x16::splat(0x1f)).simd_eq(block);
        let found = block.simd_eq(u8x16::splat(b'"')) | block.simd_eq(u8x16::splat(b'\\')) | is_control;
        let found = found.to_bitmask();
        if found != 0 {
            return number * 16 + found.trailing_zeros() as usize;
        }
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
    blocks.len() * 16 + tail.iter().take_while(is_plain).count()
}

impl<'t> JsonScanner<'t> {
    pub const fn new(text: &'t str, at: usize, base: u64) -> Self {
        Self { text, at, base }
    }

    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.base + range.start as u64, self.base + range.end as u64)
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over white space and gives the byte after it.
    pub fn skip_space(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Reads the string whose opening quote is here. Text that had to be decoded is left in `decoded`.
    pub fn string(&mut self, decoded: &mut String) -> Result<StringToken, Fault> {
        let opening = self.at;
        let inner = opening + 1;
        let mut is_decoded = false;
        let mut from = inner;
        loop {
            let stop = from + plain_length(&self.text.as_bytes()[from..]);
            let byte = self.text.as_bytes().get(stop).copied();
            if is_decoded || byte == Some(b'\\') {
                if !is_decoded {
                    decoded.clear();
                    is_decoded = true;
                }
                decoded.push_str(&self.text[from..stop]);
            }
            self.at = stop;
            match byte {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(StringToken { inner: inner..stop, is_decoded });
                }
                Some(b'\\') => decoded.push(self.escape(opening)?),
                Some(_) => return Err(self.raw_control()),
                None => return Err(self.unclosed(opening, "a string")),
            }
            from = self.at;
        }
    }

    /// Reads the escape whose backslash is here.
    fn escape(&mut self, opening: usize) -> Result<char, Fault> {
        let start = self.at;
        self.at += 2;
        let character = match self.text.as_bytes().get(start + 1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            Some(_) => {
                let message = "expected one of `\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u` in a string";
                return Err(self.wrong(self.character(start + 1), message).with_remedy("Double the backslash."));
            }
            None => return Err(self.unclosed(opening, "a string")),
        };
        Ok(character)
    }

    /// Reads `\uXXXX`, or the pair of them that makes one character, begun at `start`.
    fn unicode_escape(&mut self, start: usize) -> Result<char, Fault> {
        let lone = "a string has half a surrogate pair, which is not a character";
        let high = self.hex4()?;
        let mut code = high;
        if (0xD800..0xDC00).contains(&high) {
            let first = start..self.at;
            if !self.text[self.at..].starts_with("\\u") {
                return Err(self.wrong(first, lone));
            }
            self.at += 2;
            let low = self.hex4()?;
            if !(0xDC00..0xE000).contains(&low) {
                return Err(self.wrong(first, lone));
            }
            code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        }
        char::from_u32(code).ok_or_else(|| self.wrong(start..self.at, lone))
    }

    /// Reads four hexadecimal digits.
    fn hex4(&mut self) -> Result<u32, Fault> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return Err(self.wrong(self.character(self.at), "expected four hexadecimal digits after `\\u`"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    /// The fault of an unescaped control character in a string (RFC 8259).
    pub fn raw_control(&self) -> Fault {
        let (message, remedy) = match self.peek() {
            Some(b'\n' | b'\r') => ("a string continues past the end of its line", "Close the string, or write `\\n`."),
            Some(b'\t') => ("a string contains a tab", "Write `\\t`."),
            _ => ("a string contains a control character", "Write it as `\\u00XX`, or remove it."),
        };
        self.wrong(self.at..self.at + 1, message).with_remedy(remedy)
    }

    /// Reads the number that starts here with a digit or a minus.
    pub fn number(&mut self) -> Result<Range<usize>, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                let zero = self.at - 1..self.at;
                return Err(self.wrong(zero, "a number has a leading zero"));
            }
        } else {
            self.digits("expected a digit after `-`")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("expected a digit after the decimal point")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("expected a digit in the exponent of a number")?;
        }
        Ok(start..self.at)
    }

    /// Steps over one digit or more.
    fn digits(&mut self, otherwise: &str) -> Result<(), Fault> {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.wrong(self.character(self.at), otherwise));
        }
        self.at += count;
        Ok(())
    }

    /// Reads `true`, `false` or `null`, which starts here with its first letter.
    pub fn word(&mut self) -> Result<(NodeKind, Range<usize>), Fault> {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let kind = match &rest[..length] {
            b"true" | b"false" => NodeKind::Bool,
            b"null" => NodeKind::Null,
            _ => return Err(self.value_expected()),
        };
        self.at += length;
        Ok((kind, start..self.at))
    }

    /// The fault of a place where a value is expected and none begins.
    pub fn value_expected(&self) -> Fault {
        let Some(byte) = self.peek() else {
            return self.expected("a value");
        };
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let word = &rest[..length];
        let fault = if length == 0 {
            self.expected("a value")
        } else {
            self.wrong(self.at..self.at + length, "expected a value")
        };
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        if is("true") || is("false") || is("null") {
            return fault.with_remedy("Write `true`, `false` and `null` in small letters.");
        }
        match byte {
            b'\'' => fault.with_remedy("Put strings in double quotes."),
            b'/' | b'#' => fault.with_remedy("Remove the comment: JSON has none."),
            b'+' | b'.' => fault.with_remedy("Begin numbers with a digit or `-`."),
            _ if is("nan") || is("infinity") => fault.with_remedy("Write a number: JSON has no other."),
            _ if is("none") || is("nil") => fault.with_remedy("Write `null`."),
            _ if length > 0 => fault.with_remedy("Put words in double quotes."),
            _ if rest.starts_with(['“', '”', '„', '‘', '’']) => {
                fault.with_remedy("Put strings in straight double quotes.")
            }
            _ if rest.starts_with('\u{feff}') => fault.with_remedy("Remove the byte order mark inside the text."),
            _ => fault,
        }
    }

    /// The fault of a place where `what` is expected and something else is found.
    pub fn expected(&self, what: &str) -> Fault {
        let found = match self.peek() {
            None => ", found the end of the text".to_owned(),
            // Only marks of the grammar are shown: anything else may be part of a secret.
            Some(mark @ (b'{' | b'}' | b'[' | b']' | b',' | b':')) => format!(", found `{}`", char::from(mark)),
            Some(b'"') => ", found a string".to_owned(),
            Some(_) => String::new(),
        };
        self.wrong(self.character(self.at), format!("expected {what}{found}"))
    }

    /// The fault of a bracket here that is one too many inside the others.
    pub fn too_deep(&self) -> Fault {
        let message = format!("more than {MAX_DEPTH} arrays and objects are nested");
        Fault::new(FaultKind::TooDeep, self.span(self.at..self.at + 1), message)
    }

    /// The fault of something that began at `opening` and has no end.
    pub fn unclosed(&self, opening: usize, what: &str) -> Fault {
        let end = self.text.len();
        self.wrong(end..end, format!("the text ends inside {what}"))
            .with_label("the text ends")
            .and(self.span(opening..opening + 1), "opened here")
    }

    pub fn wrong(&self, range: Range<usize>, message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::SyntaxInvalid, self.span(range), message)
    }

    /// The whole character that begins at `at`; nothing at the end of the text.
    pub fn character(&self, at: usize) -> Range<usize> {
        let length = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        at..at + length
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_is_told_apart_at_every_place() {
        for at in 0..40 {
            for byte in 0..=u8::MAX {
                let mut bytes = [b'x'; 40];
                bytes[at] = byte;
                let is_plain = byte >= 0x20 && byte != b'"' && byte != b'\\';
                assert_eq!(plain_length(&bytes), if is_plain { 40 } else { at }, "{byte} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn blocks_find_what_single_bytes_find(bytes in prop::collection::vec(prop::sample::select(
            vec![0, 1, 0x1f, 0x20, 0x21, b'"', 0x23, 0x5b, b'\\', 0x5d, 0x7f, 0x80, 0x81, 0xa2, 0xdc, 0xff]), 0..40)
        ) {
            let one_by_one = bytes.iter().take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\').count();
            prop_assert_eq!(plain_length(&bytes), one_by_one);
        }
    }
}
