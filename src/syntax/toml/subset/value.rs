//! Keys and values of plain TOML, each on the lines that it takes, and the steps from byte to byte that reading them needs.

use super::{MAX_PLAIN_DEPTH, SubsetKey, SubsetParser, add_to};
use crate::source::Span;
use crate::syntax::tree::{NodeKind, ScalarText};

impl<'t> SubsetParser<'t, '_> {
    pub(super) fn key(&mut self) -> Option<SubsetKey<'t>> {
        let start = self.at;
        let inner = match self.peek()? {
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                let rest = &self.text.as_bytes()[self.at..];
                let length = rest.iter().position(|byte| *byte == quote || *byte == b'\\' || is_control(*byte))?;
                self.at += length;
                self.take(quote)?;
                (start + 1, start + 1 + length)
            }
            _ => {
                let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
                let length = self.text.as_bytes()[start..].iter().take_while(|byte| is_bare(byte)).count();
                self.at += length;
                (length > 0).then_some((start, start + length))?
            }
        };
        Some(SubsetKey { text: &self.text[inner.0..inner.1], start, inner })
    }

    /// Reads a value and gives the offset after it. It calls itself for what is inside.
    pub(super) fn value(&mut self, depth: usize) -> Option<usize> {
        let start = self.at;
        match self.peek()? {
            b'"' if self.text[start..].starts_with("\"\"\"") => self.basic(3)?,
            b'"' => self.basic(1)?,
            b'\'' => self.literal()?,
            b'[' if depth < MAX_PLAIN_DEPTH => self.array(depth + 1)?,
            b'{' if depth < MAX_PLAIN_DEPTH => self.inline_table(depth + 1)?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'0'..=b'9' | b'-' => self.integer()?,
            _ => return None,
        }
        Some(self.at)
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        let index = self.tree.open(NodeKind::Array, self.byte(self.at));
        self.at += 1;
        loop {
            self.skip_lines()?;
            if self.peek()? == b']' {
                break;
            }
            self.value(depth)?;
            self.skip_lines()?;
            match self.peek()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.at += 1;
        self.tree.close(index, self.byte(self.at));
        Some(())
    }

    /// Reads an inline table in one line.
    fn inline_table(&mut self, depth: usize) -> Option<()> {
        let index = self.tree.open(NodeKind::Object, self.byte(self.at));
        self.at += 1;
        self.skip_space();
        let mut keys = Vec::new();
        if self.peek()? != b'}' {
            loop {
                self.skip_space();
                let key = self.key()?;
                add_to(&mut keys, key.text)?;
                self.skip_space();
                self.take(b'=')?;
                self.skip_space();
                self.tree_key(&key);
                self.value(depth)?;
                self.skip_space();
                match self.peek()? {
                    b',' => self.at += 1,
                    b'}' => break,
                    _ => return None,
                }
            }
        }
        self.at += 1;
        self.tree.close(index, self.byte(self.at));
        Some(())
    }

    /// Reads a string in one or three double quotes.
    fn basic(&mut self, quotes: usize) -> Option<()> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += quotes;
        if quotes == 3 && self.peek() == Some(b'\n') {
            self.at += 1;
        }
        let inner = self.at;
        self.decoded.clear();
        let (mut copied, mut is_decoded) = (inner, false);
        let closing = "\"\"\"".get(..quotes)?;
        loop {
            match *bytes.get(self.at)? {
                b'"' if self.text[self.at..].starts_with(closing) => break,
                b'\\' => {
                    is_decoded = true;
                    self.decoded.push_str(&self.text[copied..self.at]);
                    self.escape(quotes == 3)?;
                    copied = self.at;
                }
                b'\n' if quotes == 3 => self.at += 1,
                byte if is_control(byte) => return None,
                _ => self.at += 1,
            }
        }
        let end = self.at;
        self.at += quotes;
        // Three quotes may follow on one or two that belong to the text.
        if self.peek() == Some(b'"') {
            return None;
        }
        self.decoded.push_str(&self.text[copied..end]);
        let (span, inside) = (self.span(start, self.at), self.span(inner, end));
        let text = if is_decoded { ScalarText::Decoded(&self.decoded) } else { ScalarText::AsWritten };
        self.tree.scalar(NodeKind::String, span, inside, text);
        Some(())
    }

    /// Decodes an escape; at the end of a line it spans all white space up to the next text.
    fn escape(&mut self, has_lines: bool) -> Option<()> {
        let escaped = *self.text.as_bytes().get(self.at + 1)?;
        self.at += 2;
        match escaped {
            b'"' | b'\\' => self.decoded.push(char::from(escaped)),
            b'n' => self.decoded.push('\n'),
            b't' => self.decoded.push('\t'),
            b'\n' if has_lines => {
                let rest = self.text.as_bytes()[self.at..].iter();
                self.at += rest.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n')).count();
            }
            _ => return None,
        }
        Some(())
    }

    /// Reads a string in one or three single quotes.
    fn literal(&mut self) -> Option<()> {
        let start = self.at;
        let has_lines = self.text[start..].starts_with("'''");
        let quotes = if has_lines { "'''" } else { "'" };
        self.at += quotes.len();
        if has_lines && self.peek() == Some(b'\n') {
            self.at += 1;
        }
        let inner = self.at;
        let length = self.text[inner..].find(quotes)?;
        let is_refused = |byte: u8| is_control(byte) && !(has_lines && byte == b'\n');
        if self.text[inner..inner + length].bytes().any(is_refused) {
            return None;
        }
        self.at = inner + length + quotes.len();
        if self.peek() == Some(b'\'') {
            return None;
        }
        let (span, inside) = (self.span(start, self.at), self.span(inner, inner + length));
        self.tree.scalar(NodeKind::String, span, inside, ScalarText::AsWritten);
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let start = self.at;
        self.text[start..].starts_with(word).then(|| self.at += word.len())?;
        self.scalar(NodeKind::Bool, start)
    }

    fn integer(&mut self) -> Option<()> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let digits = self.text[self.at..].bytes().take_while(u8::is_ascii_digit).count();
        let has_leading_zero = digits > 1 && self.peek() == Some(b'0');
        if digits == 0 || digits > 18 || has_leading_zero {
            return None;
        }
        self.at += digits;
        self.scalar(NodeKind::Number, start)
    }

    /// Adds a value without quotes, if it ends here.
    fn scalar(&mut self, kind: NodeKind, start: usize) -> Option<()> {
        if !matches!(self.peek(), None | Some(b' ' | b'\t' | b'\n' | b',' | b']' | b'}' | b'#')) {
            return None;
        }
        let span = self.span(start, self.at);
        self.tree.scalar(kind, span, span, ScalarText::AsWritten);
        Some(())
    }

    /// Skips white space, comments and the ends of lines.
    pub(super) fn skip_lines(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n') => self.at += 1,
                Some(b'#') => {
                    let rest = &self.text.as_bytes()[self.at..];
                    let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                    if rest[..length].iter().any(|byte| is_control(*byte)) {
                        return None;
                    }
                    self.at += length;
                }
                _ => return Some(()),
            }
        }
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(b' ' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    pub(super) fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) const fn byte(&self, offset: usize) -> u64 {
        self.base + offset as u64
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.byte(start), self.byte(end))
    }
}

/// True for what TOML allows in no text, a line feed included.
const fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7f
}
