//! Walking a large JSON document without building it: the members of its top object; stepping over values.
//!
//! Skipping follows quotes and brackets only. What lies between is checked when the piece itself is parsed,
//! so a caller that skips a value for good has not judged it and must say so.

use std::ops::Range;

use super::read_key;
use super::scan::{JsonScanner, plain_length};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::syntax::tree::MAX_DEPTH;
use crate::syntax::tree::keys::{OpenKeys, duplicate};

/// The most keys beside a list of accounts.
const MAX_MEMBERS: usize = 10_000;

/// One member of the object at the top of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The key, decoded.
    pub key: String,
    /// The key's place inside its quotes.
    pub key_span: Span,
    /// The offsets of the value in the text.
    pub value: Range<usize>,
}

/// The members of the object that is the whole of `text`, their values unread.
///
/// # Errors
/// If the text is not an object, a key is repeated, or quotes and brackets do not match.
pub fn members(text: &str, base: u64) -> Result<Vec<Member>, Fault> {
    let mut scan = JsonScanner::new(text, 0, base);
    if scan.skip_space() != Some(b'{') {
        let place = scan.span(scan.character(scan.at));
        return Err(Fault::new(FaultKind::ShapeInvalid, place, "expected an object at the top of the document"));
    }
    let opening = scan.at;
    scan.at += 1;
    let mut found = Vec::new();
    let (mut keys, mut decoded) = (OpenKeys::new(), String::new());
    keys.open();
    let mut has_more = scan.skip_space() != Some(b'}');
    while has_more {
        if scan.peek() != Some(b'"') {
            return Err(unclosed_at_end(&scan, opening).unwrap_or_else(|| scan.expected("a key in double quotes")));
        }
        let (key, key_span) = read_key(&mut scan, &mut decoded)?;
        if let Some(first) = keys.insert(key.clone(), key_span) {
            return Err(duplicate(key_span, first));
        }
        if scan.skip_space() != Some(b':') {
            return Err(unclosed_at_end(&scan, opening).unwrap_or_else(|| scan.expected("`:` after the key")));
        }
        scan.at += 1;
        scan.skip_space();
        let start = scan.at;
        scan.at = skip_value(text, base, start)?;
        if found.len() >= MAX_MEMBERS {
            let message = format!("the object at the top has more than {MAX_MEMBERS} keys");
            return Err(Fault::new(FaultKind::TooLarge, key_span, message));
        }
        found.push(Member { key: key.into_owned(), key_span, value: start..scan.at });
        has_more = match scan.skip_space() {
            Some(b',') => true,
            Some(b'}') => false,
            _ => return Err(unclosed_at_end(&scan, opening).unwrap_or_else(|| scan.expected("`,` or `}`"))),
        };
        if has_more {
            scan.at += 1;
            scan.skip_space();
        }
    }
    scan.at += 1;
    if scan.skip_space().is_some() {
        return Err(scan.expected("the end of the text"));
    }
    Ok(found)
}

/// The fault of the object or array that begins at `opening`, where the end of the text leaves it open.
pub(super) fn unclosed_at_end(scan: &JsonScanner<'_>, opening: usize) -> Option<Fault> {
    let what = if scan.text.as_bytes()[opening] == b'{' { "an object" } else { "an array" };
    scan.peek().is_none().then(|| scan.unclosed(opening, what))
}

/// The offset just after the value that begins at offset `at` of `text`, white space before it allowed.
///
/// # Errors
/// Where no value begins, or quotes and brackets do not match, or nest too deeply.
pub fn skip_value(text: &str, base: u64, at: usize) -> Result<usize, Fault> {
    let mut scan = JsonScanner::new(text, at, base);
    match scan.skip_space() {
        Some(b'{' | b'[') => skip_brackets(&mut scan)?,
        Some(b'"') => skip_string(&mut scan)?,
        Some(b'-' | b'0'..=b'9') => _ = scan.number()?,
        Some(b't' | b'f' | b'n') => _ = scan.word()?,
        _ => return Err(scan.value_expected()),
    }
    Ok(scan.at)
}

/// Steps over the array or object whose bracket is here.
fn skip_brackets(scan: &mut JsonScanner<'_>) -> Result<(), Fault> {
    let bytes = scan.text.as_bytes();
    let mut open: Vec<usize> = Vec::new();
    while let Some(&byte) = bytes.get(scan.at) {
        match byte {
            b'"' => {
                skip_string(scan)?;
                continue;
            }
            b'{' | b'[' if open.len() == MAX_DEPTH => return Err(scan.too_deep()),
            b'{' | b'[' => open.push(scan.at),
            b'}' | b']' => {
                // `{` and `}` differ by 2, as do `[` and `]`.
                let opening = open.pop().filter(|&opening| bytes[opening] + 2 == byte);
                if opening.is_none() {
                    return Err(scan.expected("the bracket that closes what is open"));
                }
                if open.is_empty() {
                    scan.at += 1;
                    return Ok(());
                }
            }
            _ => {}
        }
        scan.at += 1;
    }
    let opening = open.last().copied().unwrap_or(scan.at);
    Err(scan.unclosed(opening, "an array or object"))
}

/// Steps over the string whose opening quote is here, and looks at nothing but its end.
///
/// No raw line end can lie in a string, so a lost quote does not swallow all the records after it.
fn skip_string(scan: &mut JsonScanner<'_>) -> Result<(), Fault> {
    let bytes = scan.text.as_bytes();
    let opening = scan.at;
    scan.at += 1;
    loop {
        scan.at += plain_length(bytes.get(scan.at..).unwrap_or_default());
        match bytes.get(scan.at) {
            Some(b'"') => {
                scan.at += 1;
                return Ok(());
            }
            // Past the first byte of what it escapes; the rest of a character is never a quote.
            Some(b'\\') => scan.at += 2,
            Some(_) => return Err(scan.raw_control()),
            None => return Err(scan.unclosed(opening, "a string")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_without_reading_their_values() {
        let text = r#" {"users": [{"a":"]}\"\\"}, 1], "\u0061": null , "n":-1.5e3, "o": {}} "#;
        let found = members(text, 10).expect("sound");
        let actual: Vec<_> = found.iter().map(|member| (member.key.as_str(), &text[member.value.clone()])).collect();
        let expected = [("users", r#"[{"a":"]}\"\\"}, 1]"#), ("a", "null"), ("n", "-1.5e3"), ("o", "{}")];
        assert_eq!(actual, expected);
        assert_eq!(found[0].key_span, Span::new(13, 18));
        assert_eq!(members("{}", 0), Ok(Vec::new()));
    }

    #[test]
    fn members_refuse_what_cannot_be_followed() {
        let cases = [
            ("", FaultKind::ShapeInvalid, 0),
            ("[1]", FaultKind::ShapeInvalid, 0),
            ("{", FaultKind::SyntaxInvalid, 1),
            ("{\"a\"", FaultKind::SyntaxInvalid, 4),
            ("{\"a\":", FaultKind::SyntaxInvalid, 5),
            ("{\"a\":1", FaultKind::SyntaxInvalid, 6),
            ("{\"a\":1,}", FaultKind::SyntaxInvalid, 7),
            ("{\"a\":1,", FaultKind::SyntaxInvalid, 7),
            ("{\"a\":[1}", FaultKind::SyntaxInvalid, 7),
            ("{\"a\":{\"b\":\"x}", FaultKind::SyntaxInvalid, 13),
            ("{\"a\":1} 2", FaultKind::SyntaxInvalid, 8),
            ("{\"a\":1,\"\\u0061\":2}", FaultKind::KeyDuplicate, 8),
        ];
        for (text, kind, at) in cases {
            let fault = members(text, 0).expect_err(text);
            assert_eq!((fault.kind, fault.labels[0].span.start), (kind, at), "{text}: {}", fault.message);
        }
    }
}
