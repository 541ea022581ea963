//! Cells that run over several lines: listed, since two stray quotes can hide accounts in one.
//!
//! Lists are written so, and honest. Whoever knows the table sees at once whether these lines are lists.

use super::row::Row;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::Locator;
use crate::record::Record;

/// The most stretches that are named; the others are counted.
const MOST_NAMED: usize = 12;

/// The records of a table that stand on several lines.
#[derive(Debug, Default)]
pub struct MultilineCells {
    count: u64,
    /// The first and the last line of each.
    lines: Vec<(u64, u64)>,
}

impl MultilineCells {
    /// Takes note of a record, if it has such cells.
    pub fn add(&mut self, row: &Row<'_>, view: &mut Locator<'_>) {
        if row.cells_with_breaks().next().is_none() {
            return;
        }
        self.count += 1;
        if self.lines.len() < MOST_NAMED {
            let span = row.span();
            self.lines.push((view.locate(span.start).line, view.locate(span.end).line));
        }
    }

    /// What several have seen of different records of one table.
    pub fn merged(spreads: Vec<Self>) -> Self {
        let count = spreads.iter().map(|multiline_cells| multiline_cells.count).sum();
        let mut lines: Vec<_> = spreads.into_iter().flat_map(|multiline_cells| multiline_cells.lines).collect();
        lines.sort_unstable();
        // Each named its first ones, so the first of all are among them.
        lines.truncate(MOST_NAMED);
        Self { count, lines }
    }

    /// What is to be said of them, if there are any.
    pub fn note(&self) -> Option<Fault> {
        let named: Vec<_> = self.lines.iter().map(|(first, last)| format!("{first} to {last}")).collect();
        let (records, rest) =
            (if self.count == 1 { "record has" } else { "records have" }, self.count - named.len() as u64);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let message = format!("{} {records} cells over several lines: lines {}{more}", self.count, named.join(", "));
        (self.count > 0).then(|| Fault::of_input(FaultKind::CellOverLines, message))
    }
}
