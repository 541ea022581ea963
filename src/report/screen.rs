//! Text for people, wrapped at the width of the screen that it is written for.

use std::io;

use termcolor::{ColorSpec, WriteColor};
use unicode_width::UnicodeWidthStr;

use crate::diagnostic::visible::{is_shown_as_is, whole};

/// Columns of a text that goes to no terminal.
pub const WIDTH: usize = 80;

/// The narrowest screen that lines are fitted to.
const MIN_WIDTH: usize = 40;

/// Where a report for people goes.
pub struct Screen<'w> {
    out: &'w mut dyn WriteColor,
    width: usize,
}

impl<'w> Screen<'w> {
    /// A screen of `width` columns.
    pub fn new(out: &'w mut dyn WriteColor, width: usize) -> Self {
        Self { out, width: width.max(MIN_WIDTH) }
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// For what is laid out already.
    pub(super) fn out(&mut self) -> &mut dyn WriteColor {
        &mut *self.out
    }

    /// Writes `first` and `text`, whose further lines begin below it.
    pub(super) fn line(&mut self, first: &str, text: &str) -> io::Result<()> {
        self.wrap(first, first.width(), text)
    }

    /// Writes an entry of a list, whose further lines are indented.
    pub(super) fn entry(&mut self, first: &str, text: &str) -> io::Result<()> {
        self.wrap(first, first.width() + 2, text)
    }

    fn wrap(&mut self, first: &str, indent: usize, text: &str) -> io::Result<()> {
        // Nearly every line is shown as it is and fits.
        if is_shown_as_is(text) && columns(first) + text.len() <= self.width {
            return [first, text, "\n"].iter().try_for_each(|part| self.out.write_all(part.as_bytes()));
        }
        writeln!(self.out, "{}", wrapped(first, indent, &whole(text), self.width))
    }

    /// Writes a line in bold where the terminal can.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        self.out.set_color(ColorSpec::new().set_bold(true))?;
        write!(self.out, "{}", whole(text))?;
        self.out.reset()?;
        writeln!(self.out)
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }
}

/// `text` in lines of at most `width` columns, broken at spaces; the first begins with `first`, the others with `indent`
/// spaces. A word that is wider has a line of its own.
pub(super) fn wrapped(first: &str, indent: usize, text: &str, width: usize) -> String {
    let mut out = String::with_capacity(first.len() + text.len() + indent);
    out.push_str(first);
    let mut at = columns(first);
    let mut is_first = true;
    for word in text.split(' ') {
        let wide = columns(word);
        // A line that begins with `::` would be a command to a program that reads logs.
        if !is_first && at + 1 + wide > width && !word.starts_with("::") {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            at = indent;
        } else if !is_first {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += wide;
        is_first = false;
    }
    out
}

/// The columns that a text takes in which nothing is left to be escaped.
fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_width() {
        assert_eq!(wrapped("  ", 2, "one two three", 9), "  one two\n  three");
        assert_eq!(wrapped("- ", 4, "one two three", 9), "- one two\n    three");
        assert_eq!(wrapped("- ", 2, "unbreakable", 4), "- unbreakable");
        assert_eq!(wrapped("", 0, "漢字 漢字", 4), "漢字\n漢字");
        assert_eq!(wrapped("  ", 2, "one two ::error::three four", 9), "  one two ::error::three\n  four");
    }
}
