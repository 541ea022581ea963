//! Steps over the tokens of a JSON text without reporting faults: what fails here is read again, and reported, by the
//! parser.

use crate::read::account::ItemState;
use crate::read::secret_keys::SecretKey;
use crate::syntax::json::scan::{JsonScanner, plain_length};

/// A position in a text, moving forward. After a `None` it may be anywhere.
pub(super) struct TokenCursor<'t> {
    text: &'t str,
    pub at: usize,
    /// It passed the end of a line.
    pub has_breaks: bool,
}

impl<'t> TokenCursor<'t> {
    pub const fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, has_breaks: false }
    }

    #[inline]
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    pub fn starts_with(&self, written: &[u8]) -> bool {
        self.text.as_bytes().get(self.at..self.at + written.len()).is_some_and(|here| here == written)
    }

    /// The bytes from `start` to here.
    pub fn since(&self, start: usize) -> &'t [u8] {
        self.text.as_bytes().get(start..self.at).unwrap_or_default()
    }

    /// Steps over `bytes` bytes and the space after them.
    #[inline]
    pub fn step(&mut self, bytes: usize) {
        self.at += bytes;
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.skip_space();
        }
    }

    fn skip_space(&mut self) {
        while let Some(byte @ (b' ' | b'\n' | b'\r' | b'\t')) = self.peek() {
            self.has_breaks |= matches!(byte, b'\n' | b'\r');
            self.at += 1;
        }
    }

    /// The start of the key whose value begins at `value`; it has `length` bytes with its colon.
    pub fn key_start(&self, value: usize, length: usize) -> usize {
        let is_space = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        value - self.text.as_bytes()[..value].iter().rev().take_while(is_space).count() - length
    }

    /// Steps over an opening bracket; false if the array or object is empty, whose closing bracket is stepped over too.
    #[inline]
    pub fn open(&mut self, closing: u8) -> Option<bool> {
        // `{` and `}` differ by 2, as do `[` and `]`.
        if self.peek()? + 2 != closing {
            return None;
        }
        self.step(1);
        let is_empty = self.peek()? == closing;
        self.at += usize::from(is_empty);
        Some(!is_empty)
    }

    /// Steps over the token after a value: true for a comma, false for `closing`.
    #[inline]
    pub fn has_next(&mut self, closing: u8) -> Option<bool> {
        if self.peek()? <= b' ' {
            self.skip_space();
        }
        let byte = self.peek()?;
        if byte == b',' {
            self.step(1);
            return Some(true);
        }
        self.at += 1;
        (byte == closing).then_some(false)
    }

    /// Reads an array, every entry by `entry`.
    #[inline]
    pub fn list(&mut self, mut entry: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let mut has_more = self.open(b']')?;
        while has_more {
            entry(self)?;
            has_more = self.has_next(b']')?;
        }
        Some(())
    }

    /// Steps over a value that is neither array nor object.
    #[inline]
    pub fn scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    #[inline]
    pub fn string(&mut self) -> Option<()> {
        let inside = self.text.as_bytes().get(self.at + 1..)?;
        let end = self.at + 1 + plain_length(inside);
        match self.text.as_bytes().get(end)? {
            b'"' => {
                self.at = end + 1;
                Some(())
            }
            b'\\' => self.string_with_escapes(),
            _ => None,
        }
    }

    #[cold]
    fn string_with_escapes(&mut self) -> Option<()> {
        let mut scan = JsonScanner::new(self.text, self.at, 0);
        scan.string(&mut String::new()).ok()?;
        self.at = scan.at;
        Some(())
    }

    /// Steps over a string; true if it certainly holds more than space.
    #[inline]
    pub fn name(&mut self) -> Option<bool> {
        let start = self.at + 1;
        self.string()?;
        let inner = self.text.as_bytes().get(start..self.at - 1)?;
        // An escape may stand for a space.
        Some(inner.first().is_some_and(|first| *first > b' ' && *first != b'\\'))
    }

    pub fn number(&mut self) -> Option<()> {
        let mut scan = JsonScanner::new(self.text, self.at, 0);
        scan.number().ok()?;
        self.at = scan.at;
        Some(())
    }

    /// True if the value that begins here is certainly more than null, space or an empty list.
    #[inline]
    pub fn is_filled(&self) -> bool {
        match self.text.as_bytes().get(self.at..) {
            Some([b'"', first, ..]) => *first > b' ' && !matches!(first, b'"' | b'\\'),
            Some([first, ..]) => matches!(first, b'-' | b'0'..=b'9' | b't' | b'f'),
            _ => false,
        }
    }

    /// Steps over what a key about passwords may hold: a number, a word, or a text of no more than digits and signs.
    #[cold]
    pub fn state(&mut self) -> Option<()> {
        let start = self.at;
        match self.peek()? {
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => return self.number(),
            _ => return self.word(),
        }
        let text = self.text.get(start + 1..self.at - 1)?;
        (text.is_empty() || SecretKey::is_plain_state(text)).then_some(())
    }

    /// Steps over a word by which a list item counts for certain.
    pub fn plain_state(&mut self, state: ItemState) -> Option<()> {
        match (state, self.peek()?) {
            (_, b'n') | (ItemState::Counts, b't') | (ItemState::IsTakenBack | ItemState::Ends, b'f') => self.word(),
            _ => None,
        }
    }

    /// Steps over `true`, `false` or `null`; more letters may follow.
    #[inline]
    pub fn word(&mut self) -> Option<()> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = match rest.first()? {
            b't' if rest.starts_with(b"true") => 4,
            b'n' if rest.starts_with(b"null") => 4,
            b'f' if rest.starts_with(b"false") => 5,
            _ => return None,
        };
        self.at += length;
        Some(())
    }
}
