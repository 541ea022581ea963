//! TOML as a program writes lists of tables: a header or one `key = scalar` a line, without escapes. It is read line by line,
//! ten times as fast as a grammar would; whatever else TOML may be takes that way.

use crate::source::Span;

/// A line that says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainLine<'t> {
    /// `[[name]]`
    Header(&'t str),
    /// `key = scalar`
    Pair(PlainPair<'t>),
}

/// A bare key and its value, which lies on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainPair<'t> {
    /// The key.
    pub key: &'t str,
    /// Its place.
    pub key_span: Span,
    /// What is inside the quotes, or all of it.
    pub value: &'t str,
    /// Its place.
    pub span: Span,
    /// It is in quotes.
    pub is_quoted: bool,
}

/// The lines of `text` that say something; `None` for one that may mean anything else.
pub fn plain_lines(text: &str) -> impl Iterator<Item = Option<PlainLine<'_>>> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1).chain([text.len()]);
    ends.filter_map(move |end| {
        let (at, line) = (start, &text[start..end]);
        start = end;
        let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        let rest = without_blanks(line);
        (!is_end(rest)).then(|| read(rest, at + line.len() - rest.len()))
    })
}

/// The line around a byte of `text`, if it is a pair.
pub fn plain_pair_at(text: &str, byte: usize) -> Option<PlainPair<'_>> {
    let start = text.get(..byte)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next()?;
    match plain_lines(line).next()?? {
        PlainLine::Header(_) => None,
        PlainLine::Pair(pair) => {
            let moved = |span: Span| Span::new(span.start + start as u64, span.end + start as u64);
            Some(PlainPair { key_span: moved(pair.key_span), span: moved(pair.span), ..pair })
        }
    }
}

fn read(line: &str, at: usize) -> Option<PlainLine<'_>> {
    let bare = |text: &str| text.bytes().position(|byte| !is_bare(byte)).unwrap_or(text.len());
    if let Some(rest) = line.strip_prefix("[[") {
        let (name, rest) = rest.split_at(bare(rest));
        let is_header = !name.is_empty() && rest.strip_prefix("]]").is_some_and(is_end);
        return is_header.then_some(PlainLine::Header(name));
    }
    let (key, rest) = line.split_at(bare(line));
    let rest = without_blanks(without_blanks(rest).strip_prefix('=')?);
    let quote = rest.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''));
    let inner = quote.map_or(rest, |_| &rest[1..]);
    let length = match quote {
        Some(quote) => memchr::memchr(quote, inner.as_bytes())?,
        None => bare(inner),
    };
    let (value, after) = inner.split_at(length);
    let is_whole = !key.is_empty()
        && (quote.is_some() || !value.is_empty())
        && memchr::memchr2(b'\r', if quote == Some(b'"') { b'\\' } else { b'\r' }, value.as_bytes()).is_none()
        && is_end(&after[usize::from(quote.is_some())..]);
    let span = |start: usize, text: &str| Span::new(start as u64, (start + text.len()) as u64);
    let pair = || PlainPair {
        key,
        key_span: span(at, key),
        value,
        span: span(at + line.len() - inner.len(), value),
        is_quoted: quote.is_some(),
    };
    is_whole.then(|| PlainLine::Pair(pair()))
}

/// True for what may be in a key, a number or a day without quotes.
const fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// True for nothing, and for a comment.
fn is_end(rest: &str) -> bool {
    let rest = without_blanks(rest);
    rest.is_empty() || (rest.starts_with('#') && !rest.contains('\r'))
}

/// What follows the blanks that `text` begins with. Byte by byte: there are none or a few.
fn without_blanks(text: &str) -> &str {
    &text[text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()..]
}
