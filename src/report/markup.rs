//! Markup that text from outside can never become: tags are written in the program, all else is escaped.
//!
//! For XML and HTML alike. What XML forbids cannot be seen either, so it stands as its code before it gets here.

use std::io::{self, Write};

use crate::diagnostic::visible::whole;

/// A document on its way out.
pub(super) struct Markup<'w>(pub(super) &'w mut dyn Write);

impl Markup<'_> {
    /// Writes markup of the program's own.
    pub(super) fn raw(&mut self, markup: &'static str) -> io::Result<&mut Self> {
        self.0.write_all(markup.as_bytes())?;
        Ok(self)
    }

    /// Writes text of any origin, as the content of an element or the value of a quoted attribute.
    pub(super) fn text(&mut self, text: &str) -> io::Result<&mut Self> {
        self.0.write_all(escaped(text).as_bytes())?;
        Ok(self)
    }

    /// Writes an attribute.
    pub(super) fn attribute(&mut self, name: &'static str, value: &str) -> io::Result<&mut Self> {
        self.raw(" ")?.raw(name)?.raw("=\"")?.text(value)?.raw("\"")
    }

    /// Writes a figure.
    pub(super) fn figure(&mut self, figure: impl std::fmt::Display) -> io::Result<&mut Self> {
        self.text(&figure.to_string())
    }
}

fn escaped(text: &str) -> String {
    let shown = whole(text);
    let mut out = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::visible::is_hidden;

    /// What XML 1.0 lets stand in a document.
    fn is_xml(c: char) -> bool {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    }

    #[test]
    fn no_scalar_value_leaves_its_text() {
        for c in '\0'..=char::MAX {
            let out = escaped(&c.to_string());
            assert!(out.chars().all(|c| is_xml(c) && !is_hidden(c)), "{:x}", u32::from(c));
            assert!(!out.contains(['<', '>', '"', '\'']), "{:x}", u32::from(c));
            if out.starts_with('&') {
                assert!(["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].contains(&out.as_str()), "{out}");
            }
        }
    }
}
