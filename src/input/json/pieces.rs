//! Walking a large JSON document without building it: the members of its top object, the elements of an array.
//!
//! Skipping follows quotes and brackets only. What lies between is checked when the piece itself is parsed,
//! so a caller that skips a value for good has not judged it and must say so.

use std::ops::Range;

use super::scan::{Scanner, plain_length};
use super::{parse, quoted_key};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::input::LARGEST_PERSON;
use crate::source::Span;
use crate::tree::keys::{OpenKeys, duplicate};
use crate::tree::{MAX_DEPTH, Tree};

/// The most keys beside a list of accounts.
const MOST_MEMBERS: usize = 10_000;

/// One member of the object at the top of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The key, decoded.
    pub key: String,
    /// Where the key stands, inside its quotes.
    pub key_span: Span,
    /// The offsets of the value in the text.
    pub value: Range<usize>,
}

/// The members of the object that is the whole of `text`, their values unread.
///
/// # Errors
/// Where the text is no object, a key stands twice, or quotes and brackets do not match.
pub fn members(text: &str, base: u64) -> Result<Vec<Member>, Fault> {
    let mut scan = Scanner::new(text, 0, base);
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
            return Err(at_end(&scan, opening).unwrap_or_else(|| scan.expected("a key in double quotes")));
        }
        let (key, key_span) = quoted_key(&mut scan, &mut decoded)?;
        if let Some(first) = keys.insert(key.clone(), key_span) {
            return Err(duplicate(key_span, first));
        }
        if scan.skip_space() != Some(b':') {
            return Err(at_end(&scan, opening).unwrap_or_else(|| scan.expected("`:` after the key")));
        }
        scan.at += 1;
        scan.skip_space();
        let start = scan.at;
        scan.at = skip_value(text, base, start)?;
        if found.len() >= MOST_MEMBERS {
            let message = format!("the object at the top has more than {MOST_MEMBERS} keys");
            return Err(Fault::new(FaultKind::TooLarge, key_span, message));
        }
        found.push(Member { key: key.into_owned(), key_span, value: start..scan.at });
        has_more = match scan.skip_space() {
            Some(b',') => true,
            Some(b'}') => false,
            _ => return Err(at_end(&scan, opening).unwrap_or_else(|| scan.expected("`,` or `}`"))),
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

/// The fault of an object or array that the end of the text leaves open.
fn at_end(scan: &Scanner<'_>, opening: usize) -> Option<Fault> {
    let what = if scan.text.as_bytes()[opening] == b'{' { "an object" } else { "an array" };
    scan.peek().is_none().then(|| scan.unclosed(opening, what))
}

/// The offset just after the value that begins at offset `at` of `text`, white space before it allowed.
///
/// # Errors
/// Where no value begins, or quotes and brackets do not match, or nest too deeply.
pub fn skip_value(text: &str, base: u64, at: usize) -> Result<usize, Fault> {
    let mut scan = Scanner::new(text, at, base);
    match scan.skip_space() {
        Some(b'{' | b'[') => skip_brackets(&mut scan)?,
        Some(b'"') => skip_string(&mut scan)?,
        Some(b'-' | b'0'..=b'9') => _ = scan.number()?,
        Some(b't' | b'f' | b'n') => _ = scan.word()?,
        _ => return Err(scan.no_value()),
    }
    Ok(scan.at)
}

/// Steps over the array or object whose bracket is here.
fn skip_brackets(scan: &mut Scanner<'_>) -> Result<(), Fault> {
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
fn skip_string(scan: &mut Scanner<'_>) -> Result<(), Fault> {
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
            // Past the first byte of what it escapes; the rest of a character is no quote.
            Some(b'\\') => scan.at += 2,
            Some(_) => return Err(scan.raw_control()),
            None => return Err(scan.unclosed(opening, "a string")),
        }
    }
}

/// One step through an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// An element, at these offsets.
    Whole(Range<usize>),
    /// An element that is at fault. Its end is known, so the walk goes on after it.
    Refused(Range<usize>, Fault),
    /// It cannot be told where the next element begins: the walk ends here, before the array does.
    Broken(Fault),
}

/// The elements of an array, one at a time.
#[derive(Debug)]
pub struct Elements<'t> {
    text: &'t str,
    base: u64,
    opening: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Just after the opening bracket.
    First(usize),
    /// Just after an element.
    After(usize),
    /// Just after the closing bracket.
    Ended(usize),
    Broken,
}

impl<'t> Elements<'t> {
    /// A walk through the array at offset `at` of `text`, white space before it allowed.
    ///
    /// # Errors
    /// Where no array begins there.
    pub fn new(text: &'t str, base: u64, at: usize) -> Result<Self, Fault> {
        let mut scan = Scanner::new(text, at, base);
        if scan.skip_space() != Some(b'[') {
            let place = scan.span(scan.character(scan.at));
            return Err(Fault::new(FaultKind::ShapeInvalid, place, "expected an array"));
        }
        Ok(Self { text, base, opening: scan.at, state: State::First(scan.at + 1) })
    }

    /// A walk through the rest of an array, of which `text` begins with an element.
    #[must_use]
    pub const fn from_first(text: &'t str, base: u64) -> Self {
        Self { text, base, opening: 0, state: State::First(0) }
    }

    /// Reads the next element into `tree`, which is emptied first.
    pub fn read(&mut self, tree: &mut Tree) -> Option<Element> {
        let start = match self.start() {
            Ok(start) => start?,
            Err(fault) => return Some(Element::Broken(fault)),
        };
        tree.clear();
        // Only a window is parsed: a tree is many times as large as its text.
        let text = &self.text[start..];
        let window = &text[..text.floor_char_boundary(LARGEST_PERSON)];
        let is_cut = window.len() < text.len();
        match parse(window, self.base + start as u64, tree) {
            Ok(length) if !(is_cut && length == window.len()) => Some(self.whole(start..start + length)),
            Err(fault) if !(is_cut && self.is_longer_than(start, window.len())) => Some(self.refuse(start, fault)),
            Ok(_) | Err(_) => {
                tree.clear();
                let message = format!("an account is larger than {} MiB", LARGEST_PERSON >> 20);
                let place = Span::at(self.base + start as u64);
                Some(self.refuse(start, Fault::new(FaultKind::TooLarge, place, message)))
            }
        }
    }

    /// True where the element at `start` has more than `length` bytes.
    fn is_longer_than(&self, start: usize, length: usize) -> bool {
        skip_value(self.text, self.base, start).is_ok_and(|end| end - start > length)
    }

    /// Steps over the next element without reading it.
    pub fn skip(&mut self) -> Option<Element> {
        let start = match self.start() {
            Ok(start) => start?,
            Err(fault) => return Some(Element::Broken(fault)),
        };
        match skip_value(self.text, self.base, start) {
            Ok(end) => Some(self.whole(start..end)),
            Err(fault) => Some(self.broken(fault)),
        }
    }

    /// How far the walk has come, as an offset.
    #[must_use]
    pub const fn at(&self) -> usize {
        match self.state {
            State::First(at) | State::After(at) | State::Ended(at) => at,
            State::Broken => 0,
        }
    }

    /// The offset after the closing bracket, once every element was given. None before, and when it broke.
    #[must_use]
    pub const fn end(&self) -> Option<usize> {
        match self.state {
            State::Ended(end) => Some(end),
            _ => None,
        }
    }

    /// The offset of the next element; nothing at the end.
    ///
    /// # Errors
    /// Where none follows and the array does not end. After that there is none.
    pub fn start(&mut self) -> Result<Option<usize>, Fault> {
        let (at, is_first) = match self.state {
            State::First(at) => (at, true),
            State::After(at) => (at, false),
            State::Ended(_) | State::Broken => return Ok(None),
        };
        let bytes = self.text.as_bytes();
        if !is_first && bytes.get(at) == Some(&b',') && matches!(bytes.get(at + 1), Some(b'{')) {
            // As most lists are written.
            return Ok(Some(at + 1));
        }
        let mut scan = Scanner::new(self.text, at, self.base);
        match scan.skip_space() {
            Some(b']') => {
                self.state = State::Ended(scan.at + 1);
                return Ok(None);
            }
            Some(_) if is_first => return Ok(Some(scan.at)),
            Some(b',') => {}
            _ => {
                self.state = State::Broken;
                return Err(at_end(&scan, self.opening).unwrap_or_else(|| scan.expected("`,` or `]`")));
            }
        }
        scan.at += 1;
        match scan.skip_space() {
            Some(b']') | None => {
                self.state = State::Broken;
                Err(at_end(&scan, self.opening).unwrap_or_else(|| scan.expected("a value")))
            }
            Some(_) => Ok(Some(scan.at)),
        }
    }

    /// The next element ends at `end`: somebody else has read it.
    pub const fn step(&mut self, end: usize) {
        self.state = State::After(end);
    }

    fn whole(&mut self, range: Range<usize>) -> Element {
        self.state = State::After(range.end);
        Element::Whole(range)
    }

    fn broken(&mut self, fault: Fault) -> Element {
        self.state = State::Broken;
        Element::Broken(fault)
    }

    /// An element at fault: where its brackets match and a comma or the end follows, the rest can be read.
    fn refuse(&mut self, start: usize, fault: Fault) -> Element {
        let Ok(end) = skip_value(self.text, self.base, start) else {
            return self.broken(fault);
        };
        if !matches!(Scanner::new(self.text, end, self.base).skip_space(), Some(b',' | b']')) {
            return self.broken(fault);
        }
        self.state = State::After(end);
        Element::Refused(start..end, fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sketch::sketch;

    #[test]
    fn members_are_found_without_reading_their_values() {
        let text = r#" {"users": [{"a":"]}\"\\"}, 1], "\u0061": null , "n":-1.5e3, "o": {}} "#;
        let found = members(text, 10).expect("sound");
        let told: Vec<_> = found.iter().map(|member| (member.key.as_str(), &text[member.value.clone()])).collect();
        let expected = [("users", r#"[{"a":"]}\"\\"}, 1]"#), ("a", "null"), ("n", "-1.5e3"), ("o", "{}")];
        assert_eq!(told, expected);
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
            assert_eq!((fault.kind, fault.marks[0].span.start), (kind, at), "{text}: {}", fault.message);
        }
    }

    /// Reads a whole array: what each element was, and where the walk ended.
    fn walk(text: &str) -> (Vec<String>, Option<usize>) {
        let mut elements = Elements::new(text, 100, 0).expect("an array");
        let mut tree = Tree::new();
        let mut told = Vec::new();
        while let Some(element) = elements.read(&mut tree) {
            told.push(match element {
                Element::Whole(range) => {
                    let piece = &text[range.clone()];
                    sketch(tree.root(piece, 100 + range.start as u64).expect("a value"))
                }
                Element::Refused(range, fault) => format!("refused {} ({})", &text[range], fault.kind.id()),
                Element::Broken(fault) => format!("broken at {}", fault.marks[0].span.start - 100),
            });
        }
        (told, elements.end())
    }

    #[test]
    fn elements_go_on_after_a_refused_one() {
        let cases: &[(&str, &[&str], Option<usize>)] = &[
            (" [ ] x", &[], Some(4)),
            ("[1,{\"a\":\"\\n\"}]", &["n'1'", "{a: s'\n'<'\\n'}"], Some(14)),
            (r#"[{"a":1,"a":2}, 3]"#, &[r#"refused {"a":1,"a":2} (key-duplicate)"#, "n'3'"], Some(18)),
            (r#"[{"a":01}, 3]"#, &[r#"refused {"a":01} (syntax-invalid)"#, "n'3'"], Some(13)),
            (r#"[{"a":1], 3]"#, &["broken at 7"], None),
            ("[1 2]", &["n'1'", "broken at 3"], None),
            ("[1,]", &["n'1'", "broken at 3"], None),
            ("[1,", &["n'1'", "broken at 3"], None),
            ("[", &["broken at 1"], None),
            ("[\"a\nb\", \"c\"]", &["broken at 3"], None),
        ];
        for (text, expected, end) in cases {
            let (told, ended) = walk(text);
            assert_eq!(
                (told.iter().map(String::as_str).collect::<Vec<_>>(), ended),
                (expected.to_vec(), *end),
                "{text}"
            );
        }
    }

    #[test]
    fn skipping_gives_the_same_places_as_reading() {
        let text = r#"[{"a":[1,2]}, "x", null, [[]] ]"#;
        let (mut skipped, mut read) = (Vec::new(), Vec::new());
        let mut elements = Elements::new(text, 0, 0).expect("an array");
        skipped.extend(std::iter::from_fn(|| elements.skip()));
        let mut elements = Elements::new(text, 0, 0).expect("an array");
        let mut tree = Tree::new();
        read.extend(std::iter::from_fn(|| elements.read(&mut tree)));
        assert_eq!(skipped, read);
        assert_eq!(skipped.len(), 4);
        assert!(Elements::new("{}", 0, 0).is_err());
    }
}
