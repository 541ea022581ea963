//! The faults of records that cannot be read with certainty.

use super::row::Row;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::chunks::first_broken;
use crate::read::not_utf8;
use crate::record::Record;
use crate::source::Span;

pub(super) fn unclosed(quote: Span) -> Fault {
    let message = "a quoted cell is not closed; its record is refused and reading goes on at the next line";
    Fault::new(FaultKind::QuoteUnclosed, quote, message).with_label("opened here")
}

pub(super) fn misplaced(character: Span, opening: Option<u64>) -> Fault {
    match opening {
        Some(open) => Fault::new(FaultKind::QuoteStray, character, "text follows the closing quote of a cell")
            .and(Span::new(open, open + 1), "the cell begins here"),
        None => Fault::new(FaultKind::QuoteStray, character, "a quote is inside a cell that is not quoted"),
    }
}

/// A record of another width than the header. With `is_last` the input ends with it.
pub(super) fn ragged(row: &Row<'_>, width: usize, is_last: bool) -> Fault {
    let found = row.ends.len();
    if found < width && is_last {
        let message = format!("the last record breaks off after {found} of {width} cells: the file was cut short");
        return Fault::new(FaultKind::ExportTruncated, row.span(), message);
    }
    let cells = if found == 1 { "cell" } else { "cells" };
    let message = format!("the record has {found} {cells}, the header has {width}");
    Fault::new(FaultKind::RecordRagged, row.span(), message)
}

/// The fault of a header row among the records.
pub(in crate::read) fn repeated(row: &Row<'_>) -> Fault {
    let message = "the header row is repeated here, as if a second table began";
    Fault::new(FaultKind::HeaderRepeated, row.span(), message)
}

pub(super) fn broken_utf8(row: &Row<'_>, broken: &[u64]) -> Option<Fault> {
    let span = row.span();
    first_broken(broken, span.start, span.end).map(not_utf8)
}

/// A cell over several lines with as many delimiters in it as a record has: two quotes may have met that do
/// not belong together.
pub(super) fn unbalanced_quotes(row: &Row<'_>, width: usize) -> Option<Fault> {
    let (span, _) = row.cells_with_breaks().find(|(_, delimiters)| width > 1 && *delimiters >= width - 1)?;
    Some(Fault::new(FaultKind::CellSwallowsRecords, span, "a quoted cell holds what looks like whole records"))
}
