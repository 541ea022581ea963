//! The first rows of a table, read once a row is met that may be headers of another table.
//!
//! They are the same for every thread and wherever reading began, and so is what is made of them.

use super::chunk::TableInput;
use super::row::Row;
use crate::fast::scan::{ScanResult, scan};
use crate::read::chunks::break_length;
use crate::read::row_kind::{ColumnProfile, SAMPLED_ROWS};

/// The bytes in which they are looked for.
const SAMPLED_BYTES: usize = 64 * 1024;

/// The profile of a table's columns. It is empty if its beginning cannot be read.
pub(super) fn column_profile(table: &TableInput<'_>) -> ColumnProfile {
    let mut bytes = vec![0; SAMPLED_BYTES];
    let read = table.source.read_at(table.first_record, &mut bytes).unwrap_or(0);
    bytes.truncate(read);
    let text = String::from_utf8_lossy(&bytes);
    let schema = table.schema;
    let mut scanned = ScanResult::default();
    scan(text.as_bytes(), schema.delimiter, &mut scanned);
    let mut rows = Vec::new();
    let mut start = 0;
    for ends in scanned.ends.split_inclusive(|end| end.is_record_end()).take(SAMPLED_ROWS) {
        let Some(last) = ends.last().filter(|end| end.is_record_end()) else { break };
        if ends.len() == schema.fields.len() {
            let row = Row { input: table.id, number: 0, schema, text: &text, base: 0, start, ends };
            rows.push(row.decoded().into_iter().map(String::from).collect());
        }
        start = last.at() + break_length(text.as_bytes(), last.at());
    }
    ColumnProfile::new(rows, &schema.fields)
}
