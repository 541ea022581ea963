//! The elements of an array, one at a time: a faulty one does not end the walk as long as its end is certain.

use std::ops::Range;

use super::members::{skip_value, unclosed_at_end};
use super::parse;
use super::scan::JsonScanner;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::syntax::tree::Tree;

/// The largest single element that is read, in bytes.
pub const MAX_ELEMENT_BYTES: usize = 1 << 20;

/// One step through an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// An element, at these offsets.
    Whole(Range<usize>),
    /// An element that is at fault. Its end is known, so the walk goes on after it.
    Refused(Range<usize>, Fault),
    /// Where the next element begins is uncertain: the walk ends here, before the array does.
    Broken(Fault),
}

/// The elements of an array, one at a time.
#[derive(Debug)]
pub struct Elements<'t> {
    text: &'t str,
    base: u64,
    opening: usize,
    state: ElementsState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ElementsState {
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
        let mut scan = JsonScanner::new(text, at, base);
        if scan.skip_space() != Some(b'[') {
            let place = scan.span(scan.character(scan.at));
            return Err(Fault::new(FaultKind::ShapeInvalid, place, "expected an array"));
        }
        Ok(Self { text, base, opening: scan.at, state: ElementsState::First(scan.at + 1) })
    }

    /// A walk through the rest of an array, of which `text` begins with an element.
    #[must_use]
    pub const fn from_first(text: &'t str, base: u64) -> Self {
        Self { text, base, opening: 0, state: ElementsState::First(0) }
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
        let window = &text[..text.floor_char_boundary(MAX_ELEMENT_BYTES)];
        let is_cut = window.len() < text.len();
        match parse(window, self.base + start as u64, tree) {
            Ok(length) if !(is_cut && length == window.len()) => Some(self.whole(start..start + length)),
            Err(fault) if !(is_cut && self.is_longer_than(start, window.len())) => Some(self.refuse(start, fault)),
            Ok(_) | Err(_) => {
                tree.clear();
                let message = format!("an account is larger than {} MiB", MAX_ELEMENT_BYTES >> 20);
                let place = Span::at(self.base + start as u64);
                Some(self.refuse(start, Fault::new(FaultKind::TooLarge, place, message)))
            }
        }
    }

    /// True if the element at `start` has more than `length` bytes.
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
            ElementsState::First(at) | ElementsState::After(at) | ElementsState::Ended(at) => at,
            ElementsState::Broken => 0,
        }
    }

    /// The offset after the closing bracket, once every element was given. None before, and when it broke.
    #[must_use]
    pub const fn end(&self) -> Option<usize> {
        match self.state {
            ElementsState::Ended(end) => Some(end),
            _ => None,
        }
    }

    /// The offset of the next element; nothing at the end.
    ///
    /// # Errors
    /// Where none follows and the array does not end. After that there is none.
    pub fn start(&mut self) -> Result<Option<usize>, Fault> {
        let (at, is_first) = match self.state {
            ElementsState::First(at) => (at, true),
            ElementsState::After(at) => (at, false),
            ElementsState::Ended(_) | ElementsState::Broken => return Ok(None),
        };
        let bytes = self.text.as_bytes();
        if !is_first && bytes.get(at) == Some(&b',') && matches!(bytes.get(at + 1), Some(b'{')) {
            // As most lists are written.
            return Ok(Some(at + 1));
        }
        let mut scan = JsonScanner::new(self.text, at, self.base);
        match scan.skip_space() {
            Some(b']') => {
                self.state = ElementsState::Ended(scan.at + 1);
                return Ok(None);
            }
            Some(_) if is_first => return Ok(Some(scan.at)),
            Some(b',') => {}
            _ => {
                self.state = ElementsState::Broken;
                return Err(unclosed_at_end(&scan, self.opening).unwrap_or_else(|| scan.expected("`,` or `]`")));
            }
        }
        scan.at += 1;
        match scan.skip_space() {
            Some(b']') | None => {
                self.state = ElementsState::Broken;
                Err(unclosed_at_end(&scan, self.opening).unwrap_or_else(|| scan.expected("a value")))
            }
            Some(_) => Ok(Some(scan.at)),
        }
    }

    /// The next element ends at `end`: somebody else has read it.
    pub const fn step(&mut self, end: usize) {
        self.state = ElementsState::After(end);
    }

    fn whole(&mut self, range: Range<usize>) -> Element {
        self.state = ElementsState::After(range.end);
        Element::Whole(range)
    }

    fn broken(&mut self, fault: Fault) -> Element {
        self.state = ElementsState::Broken;
        Element::Broken(fault)
    }

    /// An element at fault: where its brackets match and a comma or the end follows, the rest can be read.
    fn refuse(&mut self, start: usize, fault: Fault) -> Element {
        let Ok(end) = skip_value(self.text, self.base, start) else {
            return self.broken(fault);
        };
        if !matches!(JsonScanner::new(self.text, end, self.base).skip_space(), Some(b',' | b']')) {
            return self.broken(fault);
        }
        self.state = ElementsState::After(end);
        Element::Refused(start..end, fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::tree::debug_dump::debug_dump;

    /// Reads a whole array: what each element was, and where the walk ended.
    fn walk(text: &str) -> (Vec<String>, Option<usize>) {
        let mut elements = Elements::new(text, 100, 0).expect("an array");
        let mut tree = Tree::new();
        let mut actual = Vec::new();
        while let Some(element) = elements.read(&mut tree) {
            actual.push(match element {
                Element::Whole(range) => {
                    let piece = &text[range.clone()];
                    debug_dump(tree.root(piece, 100 + range.start as u64).expect("a value"))
                }
                Element::Refused(range, fault) => format!("refused {} ({})", &text[range], fault.kind.id()),
                Element::Broken(fault) => format!("broken at {}", fault.labels[0].span.start - 100),
            });
        }
        (actual, elements.end())
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
            let (actual, ended) = walk(text);
            assert_eq!(
                (actual.iter().map(String::as_str).collect::<Vec<_>>(), ended),
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
