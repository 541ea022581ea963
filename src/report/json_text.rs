//! JSON as reports write it: every invisible character is escaped, since a report may be read in a terminal.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
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
    let written = match layout {
        Layout::Indented => {
            value.serialize(&mut Serializer::with_formatter(&mut text, VisibleFormatter(PrettyFormatter::new())))
        }
        Layout::Line => value.serialize(&mut Serializer::with_formatter(&mut text, VisibleFormatter(CompactFormatter))),
    };
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

/// Another formatter, except for strings.
struct VisibleFormatter<F>(F);

impl<F: Formatter> Formatter for VisibleFormatter<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| byte < 0x7f) {
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
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
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
}
