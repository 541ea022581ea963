//! JSON (RFC 8259, strictly) into a [`Tree`] with the place of every key and value.
//!
//! A parser of our own, because none at hand keeps spans and finds duplicate keys at the speed of the disk.
//! It knows no records: what the keys mean is decided elsewhere. Large documents are walked in parts
//! with `json/members.rs` and `json/elements.rs`.
//!
//! Beyond the grammar it refuses a repeated key (the standard leaves open which one
//! counts), half surrogate pairs (they are not text) and nesting beyond [`MAX_DEPTH`]. Numbers stay text:
//! no size is too big and no digit is lost.

mod elements;
mod members;
pub(crate) mod scan;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::diagnostic::fault::Fault;
use crate::source::Span;
use crate::syntax::tree::keys::{OpenKeys, duplicate};
use crate::syntax::tree::{MAX_DEPTH, NodeKind, ScalarText, Tree};

pub use elements::{Element, Elements, MAX_ELEMENT_BYTES};
pub use members::{Member, members, skip_value};
use scan::JsonScanner;

/// Parses the one value at the beginning of `text`, after white space, into `tree`. Returns the offset just after it;
/// what follows is left to the caller.
///
/// Byte 0 of `text` is byte `base` of the input. After a fault the tree holds a part: clear it.
///
/// # Errors
/// The first place where the text is not JSON, repeats a key or nests too deeply.
pub fn parse(text: &str, base: u64, tree: &mut Tree) -> Result<usize, Fault> {
    let mut scan = JsonScanner::new(text, 0, base);
    scan.skip_space();
    let mut builder =
        JsonTreeBuilder { scan, tree, decoded: String::new(), open: Vec::with_capacity(8), keys: OpenKeys::new() };
    builder.value()?;
    Ok(builder.scan.at)
}

/// As [`parse`], and nothing but white space may follow the value.
///
/// # Errors
/// As [`parse`], or the place where something follows.
pub fn parse_document(text: &str, base: u64, tree: &mut Tree) -> Result<(), Fault> {
    let after = parse(text, base, tree)?;
    let mut rest = JsonScanner::new(text, after, base);
    match rest.skip_space() {
        None => Ok(()),
        Some(_) => Err(rest.expected("the end of the text")),
    }
}

/// Reads a key in quotes: its text, borrowed where nothing had to be decoded, and its place inside the quotes.
fn read_key<'t>(scan: &mut JsonScanner<'t>, decoded: &mut String) -> Result<(Cow<'t, str>, Span), Fault> {
    let quoted = scan.string(decoded)?;
    let place = scan.span(quoted.inner.clone());
    let key = if quoted.is_decoded { Cow::Owned(decoded.clone()) } else { Cow::Borrowed(&scan.text[quoted.inner]) };
    Ok((key, place))
}

/// An array or object that is not closed yet.
struct OpenBracket {
    is_object: bool,
    /// Its index in the tree.
    index: usize,
    /// The offset of its bracket.
    start: usize,
}

impl OpenBracket {
    const fn closing(&self) -> u8 {
        if self.is_object { b'}' } else { b']' }
    }

    const fn word(&self) -> &'static str {
        if self.is_object { "an object" } else { "an array" }
    }

    const fn separators(&self) -> &'static str {
        if self.is_object { "`,` or `}`" } else { "`,` or `]`" }
    }
}

struct JsonTreeBuilder<'t, 'o> {
    scan: JsonScanner<'t>,
    tree: &'o mut Tree,
    /// Where strings with escapes are decoded.
    decoded: String,
    open: Vec<OpenBracket>,
    keys: OpenKeys<'t>,
}

impl JsonTreeBuilder<'_, '_> {
    /// Reads one whole value. It keeps what is open in a list of its own: no input can exhaust the stack.
    fn value(&mut self) -> Result<(), Fault> {
        loop {
            let is_open = match self.scan.peek() {
                Some(b'{') => self.begin(NodeKind::Object)?,
                Some(b'[') => self.begin(NodeKind::Array)?,
                _ => {
                    self.scalar()?;
                    false
                }
            };
            if !is_open && self.ascend()? {
                return Ok(());
            }
        }
    }

    /// Opens an array or object and moves to its first value. False if it is empty, and so closed again.
    fn begin(&mut self, kind: NodeKind) -> Result<bool, Fault> {
        let start = self.scan.at;
        if self.open.len() == MAX_DEPTH {
            return Err(self.scan.too_deep());
        }
        let is_object = kind == NodeKind::Object;
        let index = self.tree.open(kind, self.scan.span(start..start).start);
        let open = OpenBracket { is_object, index, start };
        self.scan.at += 1;
        if self.scan.skip_space() == Some(open.closing()) {
            self.scan.at += 1;
            self.tree.close(open.index, self.scan.span(start..self.scan.at).end);
            return Ok(false);
        }
        self.open.push(open);
        if is_object {
            self.keys.open();
            self.key("a key in double quotes or `}`")?;
        }
        Ok(true)
    }

    /// After a value: closes what ends here and moves to the next value. True if the whole has ended.
    fn ascend(&mut self) -> Result<bool, Fault> {
        while let Some(open) = self.open.last() {
            let (is_object, index, closing) = (open.is_object, open.index, open.closing());
            match self.scan.skip_space() {
                Some(b',') => {
                    self.next(is_object)?;
                    return Ok(false);
                }
                Some(byte) if byte == closing => {
                    self.scan.at += 1;
                    let end = self.scan.span(0..self.scan.at).end;
                    self.tree.close(index, end);
                    self.open.pop();
                    if is_object {
                        self.keys.close();
                    }
                }
                _ => return Err(self.unseparated()),
            }
        }
        Ok(true)
    }

    /// From a comma to the value after it.
    fn next(&mut self, is_object: bool) -> Result<(), Fault> {
        let comma = self.scan.at;
        self.scan.at += 1;
        let is_last = matches!(self.scan.skip_space(), Some(b']' | b'}'));
        let result = if is_object {
            self.key("a key in double quotes")
        } else if is_last {
            Err(self.scan.expected("a value"))
        } else {
            Ok(())
        };
        match result {
            Err(fault) if is_last => {
                let comma = self.scan.span(comma..comma + 1);
                Err(fault.and(comma, "after this comma").with_remedy("Remove the comma before the bracket."))
            }
            other => other,
        }
    }

    /// Reads a key and its colon and moves to its value.
    fn key(&mut self, expected: &str) -> Result<(), Fault> {
        if self.scan.peek() != Some(b'"') {
            return Err(self.key_expected(expected));
        }
        let (key, span) = read_key(&mut self.scan, &mut self.decoded)?;
        match &key {
            Cow::Borrowed(_) => self.tree.key(span, ScalarText::AsWritten),
            Cow::Owned(decoded) => self.tree.key(span, ScalarText::Decoded(decoded)),
        }
        if let Some(first) = self.keys.insert(key.clone(), span) {
            return Err(duplicate(span, first));
        }
        if self.scan.skip_space() != Some(b':') {
            return Err(self.unclosed_or(self.scan.expected("`:` after the key")));
        }
        self.scan.at += 1;
        self.scan.skip_space();
        Ok(())
    }

    /// Reads a value that is neither array nor object.
    fn scalar(&mut self) -> Result<(), Fault> {
        match self.scan.peek() {
            Some(b'"') => {
                let start = self.scan.at;
                let quoted = self.scan.string(&mut self.decoded)?;
                let text = if quoted.is_decoded { ScalarText::Decoded(&self.decoded) } else { ScalarText::AsWritten };
                let (span, inner) = (self.scan.span(start..self.scan.at), self.scan.span(quoted.inner));
                self.tree.scalar(NodeKind::String, span, inner, text);
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.scan.number()?;
                let span = self.scan.span(number);
                self.tree.scalar(NodeKind::Number, span, span, ScalarText::AsWritten);
            }
            Some(b't' | b'f' | b'n') => {
                let (kind, word) = self.scan.word()?;
                let span = self.scan.span(word);
                self.tree.scalar(kind, span, span, ScalarText::AsWritten);
            }
            _ => return Err(self.unclosed_or(self.scan.value_expected())),
        }
        Ok(())
    }

    fn key_expected(&self, expected: &str) -> Fault {
        let fault = self.unclosed_or(self.scan.expected(expected));
        match self.scan.peek() {
            Some(b'\'' | b'_' | b'a'..=b'z' | b'A'..=b'Z') => fault.with_remedy("Put keys in double quotes."),
            Some(b'/' | b'#') => fault.with_remedy("Remove the comment: JSON has none."),
            _ => fault,
        }
    }

    /// The fault of a value that is followed by neither a comma nor the right bracket.
    fn unseparated(&self) -> Fault {
        let Some(open) = self.open.last() else {
            return self.scan.expected("the end of the text");
        };
        if self.scan.peek().is_none() {
            return self.unclosed_or(self.scan.expected(open.separators()));
        }
        let fault = self.scan.expected(open.separators());
        match self.scan.peek() {
            Some(b'}' | b']') => fault.and(self.scan.span(open.start..open.start + 1), "opened here"),
            Some(b'/' | b'#') => fault.with_remedy("Remove the comment: JSON has none."),
            Some(b'"') => fault.with_remedy("Put a comma before this string, or escape a quote inside the one before."),
            _ => fault,
        }
    }

    /// At the end of the text, the fault of what was left open in place of `fault`.
    fn unclosed_or(&self, fault: Fault) -> Fault {
        match self.open.last() {
            Some(open) if self.scan.peek().is_none() => self.scan.unclosed(open.start, open.word()),
            _ => fault,
        }
    }
}
