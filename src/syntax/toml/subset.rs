//! TOML as nearly all files have it, straight into the tree: a third of the work of the `toml` crate, which every start and
//! every rule of a site pays for.
//!
//! Whatever it does not take with certainty it leaves to that crate: dates, floats, dotted keys, escapes by number, tables
//! that are told in several places, and all that is wrong. A law holds both to the same trees.

use crate::source::Span;
use crate::syntax::tree::{NodeKind, ScalarText, Tree};

/// The most keys of one table, and the deepest nesting, that are worth it here.
const MAX_KEYS: usize = 64;
const MAX_PLAIN_DEPTH: usize = 16;

/// Reads `text` into the empty `tree`. `None` if it is not plain; the tree then holds a part.
pub(super) fn parse(text: &str, base: u64, tree: &mut Tree) -> Option<()> {
    // A line feed alone ends a line, and no byte order mark comes first.
    if text.contains('\r') || text.starts_with('\u{feff}') {
        return None;
    }
    let mut parser = SubsetParser { text, base, at: 0, tree, open: Vec::new(), decoded: String::new() };
    parser.document()
}

struct SubsetParser<'t, 'o> {
    text: &'t str,
    base: u64,
    at: usize,
    tree: &'o mut Tree,
    /// The root, and the tables and lists of tables of the headers since.
    open: Vec<OpenTable<'t>>,
    /// Where strings with escapes are decoded.
    decoded: String,
}

/// A table, or a list of tables, that is not closed yet.
struct OpenTable<'t> {
    /// Its index in the tree.
    index: usize,
    /// Its key; empty for the root and the items of a list.
    key: &'t str,
    kind: OpenKind,
    /// The offset after the last of it.
    end: usize,
    keys: Vec<&'t str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenKind {
    /// Of a header: it begins with its first key.
    Table,
    /// Only named on the way to another.
    Implicit,
    /// A list of tables.
    List,
}

/// A key, and its place with quotes and inside of them.
struct SubsetKey<'t> {
    text: &'t str,
    start: usize,
    inner: (usize, usize),
}

impl<'t> SubsetParser<'t, '_> {
    fn document(&mut self) -> Option<()> {
        let index = self.tree.open(NodeKind::Object, self.byte(0));
        self.push(index, "", OpenKind::Table, 0);
        loop {
            self.skip_lines()?;
            match self.peek() {
                None => break,
                Some(b'[') => self.header()?,
                Some(_) => {
                    let key = self.key()?;
                    self.skip_space();
                    self.take(b'=')?;
                    self.skip_space();
                    self.add_key(&key)?;
                    let end = self.value(0)?;
                    self.extend(end);
                }
            }
            self.skip_space();
            if !matches!(self.peek(), None | Some(b'\n' | b'#')) {
                return None;
            }
        }
        self.close_to(0);
        Some(())
    }

    /// Reads `[a.b]` or `[[a]]`, closes what it leaves and opens what it names.
    fn header(&mut self) -> Option<()> {
        let start = self.at;
        let is_list = self.text[start..].starts_with("[[");
        self.at += 1 + usize::from(is_list);
        let mut path = Vec::new();
        loop {
            self.skip_space();
            path.push(self.key()?);
            self.skip_space();
            match self.peek()? {
                b'.' if path.len() < MAX_PLAIN_DEPTH => self.at += 1,
                _ => break,
            }
        }
        self.take(b']')?;
        if is_list {
            self.take(b']')?;
        }
        if is_list { self.open_item(path, start) } else { self.open_table(path, start) }
    }

    fn open_table(&mut self, path: Vec<SubsetKey<'t>>, start: usize) -> Option<()> {
        let open = &self.open[1..];
        let shared = path.iter().zip(open).take_while(|(key, table)| key.text == table.key).count();
        if shared == path.len() || open[..shared].iter().any(|table| table.kind == OpenKind::List) {
            return None;
        }
        self.close_to(shared + 1);
        let last = path.len() - 1;
        for (at, key) in path.iter().enumerate().skip(shared) {
            self.add_key(key)?;
            let (start, end, kind) =
                if at == last { (start, self.at, OpenKind::Table) } else { (key.start, key.start, OpenKind::Implicit) };
            let index = self.tree.open(NodeKind::Object, self.byte(start));
            self.push(index, key.text, kind, end);
        }
        Some(())
    }

    /// Opens the next table of a list of tables, which lies in the root.
    fn open_item(&mut self, path: Vec<SubsetKey<'t>>, start: usize) -> Option<()> {
        let [key] = path.as_slice() else { return None };
        match self.open.get(1) {
            Some(list) if list.key == key.text && list.kind == OpenKind::List => self.close_to(2),
            _ => {
                self.close_to(1);
                self.add_key(key)?;
                let index = self.tree.open(NodeKind::Array, self.byte(start));
                self.push(index, key.text, OpenKind::List, self.at);
            }
        }
        let index = self.tree.open(NodeKind::Object, self.byte(start));
        self.push(index, "", OpenKind::Table, self.at);
        Some(())
    }

    fn push(&mut self, index: usize, key: &'t str, kind: OpenKind, end: usize) {
        self.open.push(OpenTable { index, key, kind, end, keys: Vec::new() });
    }

    /// Closes all but the first `count`.
    fn close_to(&mut self, count: usize) {
        while self.open.len() > count {
            let Some(table) = self.open.pop() else { return };
            self.tree.close(table.index, self.base + table.end as u64);
            self.extend(table.end);
        }
    }

    /// The innermost open table reaches to `end` at least.
    fn extend(&mut self, end: usize) {
        if let Some(table) = self.open.last_mut() {
            table.end = table.end.max(end);
        }
    }

    /// Adds a key to the innermost open table. `None` if it was there before.
    fn add_key(&mut self, key: &SubsetKey<'t>) -> Option<()> {
        let start = self.byte(key.start);
        let table = self.open.last_mut()?;
        if table.kind == OpenKind::Table && table.keys.is_empty() {
            self.tree.set_start(table.index, start);
        }
        let is_new = add_to(&mut table.keys, key.text);
        self.tree_key(key);
        is_new
    }

    fn tree_key(&mut self, key: &SubsetKey<'t>) {
        self.tree.key(self.span(key.inner.0, key.inner.1), ScalarText::AsWritten);
    }

    fn key(&mut self) -> Option<SubsetKey<'t>> {
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
    fn value(&mut self, depth: usize) -> Option<usize> {
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
    fn skip_lines(&mut self) -> Option<()> {
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

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    const fn byte(&self, offset: usize) -> u64 {
        self.base + offset as u64
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.byte(start), self.byte(end))
    }
}

/// `None` if the key is there, or there are too many.
fn add_to<'t>(keys: &mut Vec<&'t str>, key: &'t str) -> Option<()> {
    if keys.len() == MAX_KEYS || keys.contains(&key) {
        return None;
    }
    keys.push(key);
    Some(())
}

/// True for what TOML allows in no text, a line feed included.
const fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7f
}
