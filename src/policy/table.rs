//! Waivers in a CSV table or a sheet: one a row, with the keys of the TOML form as headers.
//!
//! An empty cell says nothing. A waived blank is written `""""""`, the two characters `""` in quotes.

use super::written_waiver::{KEYS, WaiverCells, WrittenWaiver};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::read::format::SheetText;
use crate::read::site_table::{TableCell, rows_separated_by};
use crate::source::Span;
use crate::syntax::tree::keys::nearest;
use crate::syntax::tree::{NodeKind, ScalarText, Tree};

/// Reads a table with commas, semicolons, tabs or pipes, as its headers have: its waivers, or if they may not be sound, the tree
/// that the TOML form would have.
///
/// # Errors
/// What keeps it from being a table.
pub fn parse(text: &str, tree: &mut Tree) -> Result<Option<Vec<WrittenWaiver>>, Fault> {
    read(rows_separated_by(separator(text), text)?, text, tree)
}

/// What separates the headers: a spreadsheet of another language writes no commas.
fn separator(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    let words = |separator: &char| first.split(*separator).filter(|word| KEYS.contains(&word.trim_matches(is_around)));
    // Of those that find as many headers, the first.
    [',', ';', '\t', '|'].into_iter().rev().max_by_key(|separator| words(separator).count()).unwrap_or(',')
}

/// What may be around a header.
fn is_around(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\u{feff}')
}

/// The same of a sheet, whose lines are `text`.
///
/// # Errors
/// What keeps it from being a table.
pub fn of_sheet(sheet: &SheetText, text: &str, tree: &mut Tree) -> Result<Option<Vec<WrittenWaiver>>, Fault> {
    fn cell((text, span): &(String, Span)) -> TableCell<'_> {
        TableCell { text: text.as_str().into(), span: *span }
    }
    read(sheet.rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect(), text, tree)
}

fn read(rows: Vec<Vec<TableCell<'_>>>, text: &str, tree: &mut Tree) -> Result<Option<Vec<WrittenWaiver>>, Fault> {
    let (headers, rows) = parts(rows)?;
    let waivers: Option<Vec<_>> = rows.iter().map(|row| written(&headers, row)).collect();
    let waivers = waivers.filter(|waivers| !waivers.is_empty());
    if waivers.is_none() {
        fill(&headers, &rows, text, tree);
    }
    Ok(waivers)
}

/// The headers, and the rows that say something.
fn parts(rows: Vec<Vec<TableCell<'_>>>) -> Result<(Vec<TableCell<'_>>, Vec<Vec<TableCell<'_>>>), Fault> {
    let mut rows = rows.into_iter();
    let headers = rows.next().unwrap_or_default();
    if headers.iter().all(|header| header.text.trim().is_empty()) {
        let fault = Fault::new(FaultKind::HeaderMissing, Span::at(0), "the table has no headers");
        let first = "id,rule,account,value,reason,approved-by,approved-on,until";
        return Err(fault.with_remedy(format!("Write the headers into the first row: `{first}`.")));
    }
    for (at, header) in headers.iter().enumerate() {
        if !KEYS.contains(&header.text.trim()) && !header.text.trim().is_empty() {
            return Err(unknown_header(header));
        }
        if headers[..at].iter().any(|other| other.text.trim() == header.text.trim()) {
            let fault = Fault::new(FaultKind::HeaderDuplicate, header.span, "two columns have the same header");
            return Err(fault.with_remedy("Remove or rename one of the two columns."));
        }
    }
    let rows: Vec<_> = rows.filter(|row| row.iter().any(|cell| !cell.text.trim().is_empty())).collect();
    if let Some(extra) = rows.iter().find_map(|row| row.get(headers.len())) {
        return Err(Fault::new(FaultKind::RecordRagged, extra.span, "the row has more cells than the header row"));
    }
    Ok((headers, rows))
}

/// The cells of a row that say something, each with its header.
fn cells<'r, 't>(
    headers: &'r [TableCell<'t>],
    row: &'r [TableCell<'t>],
) -> impl Iterator<Item = (&'r str, &'r str, Span)> {
    let cells = headers.iter().zip(row).map(|(header, cell)| (header.text.trim(), cell.text.trim(), cell.span));
    cells.filter(|(_, text, _)| !text.is_empty())
}

fn written(headers: &[TableCell<'_>], row: &[TableCell<'_>]) -> Option<WrittenWaiver> {
    let mut waiver = WaiverCells::default();
    cells(headers, row).try_for_each(|(header, text, span)| waiver.set(header, scalar(header, text).1, span))?;
    waiver.written()
}

fn fill(headers: &[TableCell<'_>], rows: &[Vec<TableCell<'_>>], text: &str, tree: &mut Tree) {
    let root = tree.open(NodeKind::Object, 0);
    tree.key(Span::at(0), ScalarText::Decoded("waivers"));
    let list = tree.open(NodeKind::Array, 0);
    for row in rows {
        let start = row.first().map_or(0, |cell| cell.span.start);
        let waiver = tree.open(NodeKind::Object, start);
        for (header, text, span) in cells(headers, row) {
            tree.key(span, ScalarText::Decoded(header));
            let (kind, value) = scalar(header, text);
            tree.scalar(kind, span, span, ScalarText::Decoded(value));
        }
        tree.close(waiver, row.last().map_or(start, |cell| cell.span.end));
    }
    tree.close(list, text.len() as u64);
    tree.close(root, text.len() as u64);
}

/// A column that would say nothing, however much is written in it. Without a header row it may be a value, which is not
/// shown.
fn unknown_header(header: &TableCell<'_>) -> Fault {
    let text = header.text.trim();
    let (message, remedy) = match nearest(text, KEYS) {
        Some(near) => (format!("unknown header {}", quoted(text)), format!("Did you mean {}?", quoted(near))),
        None => ("unknown header".to_owned(), format!("Write one of {}.", KEYS.join(", "))),
    };
    Fault { remedy: Some(remedy), ..Fault::new(FaultKind::KeyUnknown, header.span, message) }
}

/// What a cell is in the TOML form.
fn scalar<'c>(header: &str, text: &'c str) -> (NodeKind, &'c str) {
    match header {
        "at-most" if text.bytes().all(|byte| byte.is_ascii_digit()) => (NodeKind::Number, text),
        "any-value" if matches!(text, "true" | "false") => (NodeKind::Bool, text),
        "value" if text == "\"\"" => (NodeKind::String, ""),
        _ => (NodeKind::String, text),
    }
}

/// Only the tree, for whoever compares.
#[cfg(test)]
pub fn parse_tree(text: &str, tree: &mut Tree) -> Result<(), Fault> {
    let (headers, rows) = parts(rows_separated_by(separator(text), text)?)?;
    fill(&headers, &rows, text, tree);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_are_the_keys_of_the_schema() {
        let schema: serde_json::Value = serde_json::from_str(&crate::embedded::schema("waivers")).expect("a schema");
        let keys = schema["$defs"]["waiver"]["properties"].as_object().expect("properties").keys();
        let mut keys: Vec<&str> = keys.map(String::as_str).filter(|key| *key != "accounts").collect();
        let mut headers = KEYS.to_vec();
        keys.sort_unstable();
        headers.sort_unstable();
        assert_eq!(keys, headers);
    }
}
