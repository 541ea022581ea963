//! Records with cells of several lines: listed, because two stray quotes can hide accounts in one such cell.
//!
//! Lists are honestly written so. Whoever knows the table sees at once whether these lines are lists.

use super::row::Row;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::Locator;
use crate::record::Record;

/// The most records whose lines are named; the others are counted.
const MAX_NAMED: usize = 12;

/// The records of a table that have cells of several lines.
#[derive(Debug, Default)]
pub(super) struct MultilineCells {
    count: u64,
    /// The first and the last line of the first ones.
    lines: Vec<(u64, u64)>,
}

impl MultilineCells {
    /// Adds a record, if it has such cells.
    pub fn add(&mut self, row: &Row<'_>, locator: &mut Locator<'_>) {
        if row.cells_with_breaks().next().is_none() {
            return;
        }
        self.count += 1;
        if self.lines.len() < MAX_NAMED {
            let span = row.span();
            self.lines.push((locator.locate(span.start).line, locator.locate(span.end).line));
        }
    }

    /// Those of several threads together.
    pub fn merge(parts: Vec<Self>) -> Self {
        let count = parts.iter().map(|part| part.count).sum();
        let mut lines: Vec<_> = parts.into_iter().flat_map(|part| part.lines).collect();
        lines.sort_unstable();
        // Each thread names its first ones, so the first of all are among them.
        lines.truncate(MAX_NAMED);
        Self { count, lines }
    }

    /// The note about them, if there are any.
    pub fn note(&self) -> Option<Fault> {
        let named: Vec<_> = self.lines.iter().map(|(first, last)| format!("{first} to {last}")).collect();
        let records = if self.count == 1 { "record has" } else { "records have" };
        let rest = self.count - named.len() as u64;
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let message = format!("{} {records} cells over several lines: lines {}{more}", self.count, named.join(", "));
        (self.count > 0).then(|| Fault::of_input(FaultKind::CellOverLines, message))
    }
}
