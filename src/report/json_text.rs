//! JSON as reports write it: every invisible character is escaped, since a report may be read in a terminal.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;
use serde_json::{Serializer, Value, json};

use super::VERSION;
use crate::diagnostic::visible::is_hidden;

/// How a value is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Over many lines, for eyes too.
    Indented,
    Line,
}

/// The program that made the report.
pub(crate) fn tool() -> Value {
    json!({ "name": "rolecall", "version": VERSION })
}

/// Writes `value` and a line end.
pub(crate) fn write(value: &impl Serialize, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut text = TextBuffer { bytes: Vec::new(), out };
    let written = value.serialize(&mut Serializer::with_formatter(&mut text, VisibleFormatter::new(layout)));
    text.finish(written)
}

/// Collects the many small pieces that a serializer writes.
struct TextBuffer<'w> {
    bytes: Vec<u8>,
    out: &'w mut dyn Write,
}

/// The bytes that are written at once.
const PIECE: usize = 1 << 16;

impl TextBuffer<'_> {
    fn finish(mut self, written: serde_json::Result<()>) -> io::Result<()> {
        written?;
        self.write_all(b"\n")?;
        self.flush()
    }
}

impl Write for TextBuffer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() < PIECE { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}

/// Lays out values, and escapes what cannot be seen. An indented line begins with a single write: a report has many short ones.
struct VisibleFormatter {
    layout: Layout,
    /// How many arrays and objects are open.
    depth: usize,
    /// True if nothing was written yet into the one opened last.
    is_empty: bool,
}

/// What separates two values of an indented list.
const BETWEEN: &[u8] = b",\n                                                                ";

/// Spaces a level.
const INDENT: usize = 2;

impl VisibleFormatter {
    const fn new(layout: Layout) -> Self {
        Self { layout, depth: 0, is_empty: false }
    }

    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !std::mem::take(&mut self.is_empty) && self.layout == Layout::Indented {
            self.begin_line(writer, &BETWEEN[1..])?;
        }
        writer.write_all(bracket)
    }

    fn separate<W: ?Sized + Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.is_empty = false;
        match (self.layout, is_first) {
            (Layout::Indented, _) => self.begin_line(writer, &BETWEEN[usize::from(is_first)..]),
            (Layout::Line, true) => Ok(()),
            (Layout::Line, false) => writer.write_all(b","),
        }
    }

    /// Writes what `between` begins with, up to the line end, and the indentation after it.
    fn begin_line<W: ?Sized + Write>(&self, writer: &mut W, between: &[u8]) -> io::Result<()> {
        let spaces = self.depth * INDENT;
        let most = BETWEEN.len() - 2;
        writer.write_all(&between[..between.len() - most + spaces.min(most)])?;
        (most..spaces).try_for_each(|_| writer.write_all(b" "))
    }
}

impl Formatter for VisibleFormatter {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Without a branch a byte, so that many are looked at in one step.
        if fragment.bytes().fold(true, |is_plain, byte| is_plain & (byte < 0x7f)) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut plain = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| !c.is_ascii() && is_hidden(*c) || *c == '\u{7f}') {
            writer.write_all(&fragment.as_bytes()[plain..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.layout == Layout::Indented { b": " } else { b":" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_value_comes_back_and_none_comes_out_hidden() {
        for chunk in ('\0'..=char::MAX).collect::<Vec<_>>().chunks(4096) {
            let text: String = chunk.iter().collect();
            let mut out = Vec::new();
            write(&text, Layout::Line, &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            assert!(!out.trim_end_matches('\n').chars().any(is_hidden), "{:x}", u32::from(chunk[0]));
            assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }

    #[test]
    fn values_are_laid_out_as_usual() {
        let mut deep = json!([1]);
        for level in 0..40 {
            deep = json!({ "a": [], "b": {}, "c": [null, deep, "x"], "d": [[], [level]] });
        }
        let text = |layout| {
            let mut out = Vec::new();
            write(&deep, layout, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(Layout::Indented), serde_json::to_string_pretty(&deep).unwrap() + "\n");
        assert_eq!(text(Layout::Line), serde_json::to_string(&deep).unwrap() + "\n");
    }
}
