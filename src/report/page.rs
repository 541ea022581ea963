//! HTML and XML that text from outside can never become: [`maud`] escapes it, and here all that cannot be seen is made
//! visible, block by block, on its way out. What XML forbids cannot be seen either.

use std::io::{self, Write};

use maud::{Markup, html};
use sha2::{Digest, Sha256};

use super::tenants;
use crate::diagnostic::Verdict;
use crate::diagnostic::visible::whole;
use crate::engine::Run;

/// A document on its way out.
pub(super) struct Page<'w> {
    out: &'w mut dyn Write,
    /// Precedes every id of the part that is being written, so that two parts alike have none in common.
    prefix: String,
}

impl<'w> Page<'w> {
    /// A document that is written to `out`.
    pub(super) fn new(out: &'w mut dyn Write) -> Self {
        Self { out, prefix: String::new() }
    }

    /// Markup as it is written: nothing hidden in it, and ids with their prefix. A quote in a text is an entity, so
    /// these words can only be attributes.
    fn shown(&self, markup: Markup) -> String {
        let text = whole(&markup.into_string());
        if self.prefix.is_empty() {
            return text;
        }
        let with_prefix =
            |text: String, attribute: &str| text.replace(attribute, &format!("{attribute}{}", self.prefix));
        [" id=\"", " href=\"#", " aria-labelledby=\""].into_iter().fold(text, with_prefix)
    }

    /// Writes text of the program's own as it is.
    pub(super) fn fixed(&mut self, markup: &'static str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// Writes a block and a line end. No block holds a line end of its own: one from outside is shown as its code.
    pub(super) fn write(&mut self, block: Markup) -> io::Result<()> {
        let block = self.shown(block);
        writeln!(self.out, "{block}")
    }

    /// Writes `element` with what `children` writes behind what it holds already.
    pub(super) fn around(
        &mut self,
        element: Markup,
        children: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let element = self.shown(element);
        let end = element.rfind("</").expect("internal error: an element ends with its tag");
        self.out.write_all(&element.as_bytes()[..end])?;
        children(self)?;
        writeln!(self.out, "{}", &element[end..])
    }

    /// Writes a whole page, which may run and load nothing but these styles and this script.
    pub(super) fn document(
        &mut self,
        title: &str,
        styles: &[&'static str],
        script: Option<&'static str>,
        body: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let digests =
            |texts: &[&str]| texts.iter().map(|text| format!(" 'sha256-{}'", base64(text))).collect::<String>();
        let scripts = script.map_or_else(String::new, |script| format!("script-src{}; ", digests(&[script])));
        let policy =
            format!("default-src 'none'; style-src{}; {scripts}base-uri 'none'; form-action 'none'", digests(styles));
        self.fixed("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
        self.write(html! {
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content="light dark";
            title { (title) }
        })?;
        for style in styles {
            self.fixed("<style>")?;
            self.fixed(style)?;
            self.fixed("</style>\n")?;
        }
        self.fixed("</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n")?;
        body(self)?;
        if let Some(script) = script {
            self.fixed("<script>")?;
            self.fixed(script)?;
            self.fixed("</script>\n")?;
        }
        self.fixed("</body>\n</html>\n")
    }

    /// Writes the verdict over several runs and the way to each, then what `part` writes of each into the element it is
    /// given.
    pub(super) fn tenants(
        &mut self,
        runs: &[&Run],
        part: impl Fn(usize, Markup, &mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let about = html! { "rolecall · " (super::ledger::lines::plural(runs.len() as u64, "tenant")) };
        self.write(banner(tenants::worst(runs), &about, &tenants::line(runs), &[]))?;
        self.write(html! {
            nav.contents aria-label="Tenants" { ul.wide {
                @for (number, run) in runs.iter().enumerate() {
                    li { a href={ "#t" (number) "-tenant" } {
                        (tenants::heading(run)) " " span.count { (super::ledger::lines::verdict_word(run.verdict)) }
                    } }
                }
            } }
        })?;
        self.around(html! { main id="main" {} }, |page| {
            for (number, run) in runs.iter().enumerate() {
                page.prefix = format!("t{number}-");
                page.write(html! { h1.wide id="tenant" { (tenants::heading(run)) } })?;
                part(number, html! { div id="main" {} }, page)?;
            }
            page.prefix.clear();
            Ok(())
        })
    }

    /// Writes a table that scrolls within itself; `label` names it for screen readers.
    pub(super) fn table<const N: usize>(
        &mut self,
        label: &str,
        class: Option<&'static str>,
        columns: [TableColumn; N],
        rows: impl Iterator<Item = [Markup; N]>,
    ) -> io::Result<()> {
        let container = html! { div.scroll tabindex="0" role="region" aria-label=(label) {} };
        self.around(container, |page| {
            page.around(html! { table class=[class] { (head_row(&columns)) } }, |page| {
                page.around(html! { tbody {} }, |page| rows.into_iter().try_for_each(|row| page.row(&columns, row)))
            })
        })
    }

    fn row<const N: usize>(&mut self, columns: &[TableColumn; N], row: [Markup; N]) -> io::Result<()> {
        self.write(html! {
            tr {
                @for (number, (column, cell)) in columns.iter().zip(&row).enumerate() {
                    @if number == 0 { th scope="row" class=[column.class] { (cell) } }
                    @else { td class=[column.class] data-label=(column.header) { (cell) } }
                }
            }
        })
    }
}

/// A column of a table.
pub(super) struct TableColumn {
    header: &'static str,
    class: Option<&'static str>,
}

impl TableColumn {
    /// A column of texts.
    pub(super) const fn text(header: &'static str) -> Self {
        Self { header, class: None }
    }

    /// A column of texts that are not broken over lines.
    pub(super) const fn unbroken(header: &'static str) -> Self {
        Self { header, class: Some("at") }
    }

    /// A column of numbers.
    pub(super) const fn number(header: &'static str) -> Self {
        Self { header, class: Some("n") }
    }
}

/// The headers of a table.
pub(super) fn head_row(columns: &[TableColumn]) -> Markup {
    html! {
        thead { tr {
            @for column in columns {
                th scope="col" class=[column.class.filter(|class| *class == "n")] { (column.header) }
            }
        } }
    }
}

/// The top of a page: the verdict in words, with a sign and in colour, none of them alone.
pub(super) fn banner(verdict: Verdict, about: &Markup, lead: &str, figures: &[(&str, String)]) -> Markup {
    let sign = match verdict {
        Verdict::Pass => "✓",
        Verdict::Fail => "✕",
        Verdict::Incomplete => "?",
    };
    html! {
        header class={ "banner " (verdict.word()) } { div.wide {
            p.over { (about) }
            h1 { span.sign aria-hidden="true" { (sign) } " " (super::ledger::lines::verdict_word(verdict)) }
            p.lead { (lead) }
            dl.figures {
                @for (name, figure) in figures { div { dt { (name) } dd { (figure) } } }
            }
        } }
    }
}

/// The list of the parts of a page: the id of each, its title, and how many it holds.
pub(super) fn contents(parts: &[(&str, &str, Option<usize>)]) -> Markup {
    html! {
        nav.contents aria-label="Contents" { ul.wide {
            @for (id, title, count) in parts {
                li { a href={ "#" (id) } { (title) @if let Some(count) = count { " " span.count { (count) } } } }
            }
        } }
    }
}

/// A part of a page, with its heading and no content yet.
pub(super) fn section(id: &str, title: &str) -> Markup {
    html! { section id=(id) { h2 id={ "h-" (id) } { (title) } } }
}

/// A message, with what is in backticks set as code.
pub(super) fn with_code(message: &str) -> Markup {
    let parts: Vec<_> = message.split('`').collect();
    html! {
        @if parts.len() % 2 == 0 { (message) }
        @else {
            @for (number, part) in parts.iter().enumerate() {
                @if number % 2 == 0 { (part) } @else { code { (part) } }
            }
        }
    }
}

/// The SHA-256 of a text in base64, as a content-security policy names it.
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = Sha256::digest(text.as_bytes());
    let mut out = String::with_capacity(44);
    for group in hash.chunks(3) {
        let at = |number: usize| u32::from(group.get(number).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..=group.len() {
            out.push(char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]));
        }
        out.extend(std::iter::repeat_n('=', 3 - group.len()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::visible::is_hidden;

    /// The characters that XML 1.0 allows in a document.
    fn is_xml(c: char) -> bool {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    }

    #[test]
    fn no_scalar_value_leaves_its_text_or_its_attribute() {
        for c in '\0'..=char::MAX {
            let mut out = Vec::new();
            Page::new(&mut out).write(html! { p title=(c) { (c) } }).unwrap();
            let out = String::from_utf8(out).unwrap();
            let inner = out.strip_prefix("<p title=\"").and_then(|rest| rest.strip_suffix("</p>\n")).unwrap();
            let (value, text) = inner.split_once("\">").unwrap();
            for part in [value, text] {
                assert!(!part.is_empty() && part.chars().all(|c| is_xml(c) && !is_hidden(c)), "{:x}", u32::from(c));
                assert!(!part.contains(['<', '>', '"']), "{:x}", u32::from(c));
                if part.starts_with('&') {
                    assert!(["&amp;", "&lt;", "&gt;", "&quot;"].contains(&part), "{out}");
                }
            }
        }
    }

    #[test]
    fn children_stand_at_the_end_of_their_element() {
        let mut out = Vec::new();
        let hostile = "</b>\n";
        Page::new(&mut out).around(html! { b title=(hostile) { (hostile) } }, |page| page.fixed("x")).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "<b title=\"&lt;/b&gt;\\n\">&lt;/b&gt;\\nx</b>\n");
    }

    #[test]
    fn digests_are_spelt_as_policies_do() {
        // The digest of nothing is known to everyone.
        assert_eq!(base64(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
