//! Places in a YAML text, where the parser's are not yet those that are wanted.

use std::ops::Range;

use granit_parser::ScalarStyle;

use crate::source::Span;

/// A text whose byte 0 is byte `base` of the input.
#[derive(Clone, Copy)]
pub(super) struct YamlSpans<'t> {
    pub text: &'t str,
    pub base: u64,
}

/// The bytes of a place of the parser's.
pub(super) fn range(span: &granit_parser::Span) -> Range<usize> {
    span.byte_range().expect("internal error: a place without bytes in a text that has them")
}

/// A line outside every value, without its comment and the white space around it.
pub(super) fn without_comment(line: &str) -> &str {
    let is_comment = |at: &usize| line[..*at].is_empty() || line[..*at].ends_with([' ', '\t']);
    let end = line.match_indices('#').map(|(at, _)| at).find(is_comment).unwrap_or(line.len());
    line[..end].trim_ascii()
}

impl<'t> YamlSpans<'t> {
    pub fn span(self, range: Range<usize>) -> Span {
        Span::new(self.base + range.start as u64, self.base + range.end as u64)
    }

    pub fn slice(self, span: Span) -> &'t str {
        &self.text[self.offset(span.start)..self.offset(span.end)]
    }

    /// The text from a byte on.
    pub fn text_from(self, byte: u64) -> &'t str {
        &self.text[self.offset(byte)..]
    }

    /// The whole character at a byte; nothing at the end of the text.
    pub fn character(self, byte: u64) -> Span {
        let length = self.text[self.offset(byte)..].chars().next().map_or(0, char::len_utf8);
        Span::new(byte, byte + length as u64)
    }

    /// The place of a scalar's content: inside the quotes, or without the line ends after a block of text.
    pub fn inside(self, style: ScalarStyle, text: &str, span: Span) -> Span {
        match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Span::new(span.start + 1, span.end - 1),
            // An empty block is at its `|`.
            ScalarStyle::Literal | ScalarStyle::Folded if text.trim_end_matches('\n').is_empty() => {
                span.shrink_to_start()
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let content = self.slice(span).trim_end_matches(['\n', '\r', ' ']);
                Span::new(span.start, span.start + content.len() as u64)
            }
            ScalarStyle::Plain => span,
        }
    }

    /// The parser puts a value that is left out before the colon of its key; it would be written after.
    pub fn after_colon(self, span: Span) -> Span {
        let rest = &self.text[self.offset(span.start)..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest[blanks..].starts_with(':') { Span::at(span.start + blanks as u64 + 1) } else { span }
    }

    /// The first tab in the indentation before a byte. YAML forbids it; the parser lets some through.
    pub fn tab_before(self, byte: u64) -> Option<Span> {
        let end = self.offset(byte);
        let line = self.text[..end].rfind(['\n', '\r']).map_or(0, |line_end| line_end + 1);
        let before = &self.text[line..end];
        let is_indent = before.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'?' | b':'));
        let tab = before.find('\t').filter(|_| is_indent)?;
        Some(self.span(line + tab..line + tab + 1))
    }

    fn offset(self, byte: u64) -> usize {
        usize::try_from(byte - self.base).expect("internal error: a place beyond memory")
    }
}
