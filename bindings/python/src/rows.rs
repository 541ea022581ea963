//! Accounts of tables, column by column and compressed: what a partition saw, so that it can travel and merge.
//!
//! Only strings are kept, in the order of the user names that a table sorts by itself: parts merge by lying side by side, and
//! nothing is judged before all are there. So whatever rules conclude of all accounts is exact, however they were split.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Int16Type, Int32Type, Int64Type};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// Rows of one table that were observed together: for each column its cells, one behind the other.
pub struct Chunk {
    pub rows: usize,
    /// Deflated.
    columns: Vec<Vec<u8>>,
}

/// The cells of a column as text; a null is blank.
///
/// # Errors
/// The type, if no field of an account can have it.
pub fn texts(batch: &RecordBatch, column: usize) -> Result<Vec<String>, String> {
    let array = batch.column(column);
    let text = |array: &dyn arrow_array::Array| {
        let cast = cast(array, &DataType::LargeUtf8).map_err(|error| error.to_string())?;
        let cells = cast.as_string::<i64>();
        Ok(cells.iter().map(|cell| cell.unwrap_or_default().to_owned()).collect())
    };
    match array.data_type() {
        DataType::Dictionary(_, value) if is_text(value) => text(array),
        kind if is_text(kind) => text(array),
        DataType::Boolean | DataType::Date32 | DataType::Date64 | DataType::Null => text(array),
        kind if kind.is_integer() => text(array),
        // The days of the account, whatever the hour.
        DataType::Timestamp(TimeUnit::Second | TimeUnit::Millisecond | TimeUnit::Microsecond | TimeUnit::Nanosecond, _) => {
            text(array)
        }
        DataType::List(of) | DataType::LargeList(of) if is_text(of.data_type()) => lists(array),
        kind => Err(kind.to_string()),
    }
}
