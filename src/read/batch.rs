//! Records handed on together, so that a reader can offer them column by column.

use super::Locator;
use crate::fast::intern::rows::RowInterner;
use crate::fast::intern::{NO_SYMBOL, StringInterner, Symbol};
use crate::record::{Field, Record};

/// Records that follow one another.
pub trait RecordBatch {
    /// One of them.
    type Record<'r>: Record
    where
        Self: 'r;

    /// How many there are.
    fn length(&self) -> usize;

    /// The record at `index`, counted from 0.
    fn record(&self, index: usize) -> Self::Record<'_>;

    /// The number of the record at `index`.
    #[inline]
    fn number(&self, index: usize) -> u64 {
        self.record(index).number()
    }

    /// The column of a table that holds `field`. `None` if there are no columns.
    fn column(&self, _field: Field) -> Option<usize> {
        None
    }

    /// The text of a cell of this column as it lies there. `None` if it has to be taken out of quotes or blanks, if there may
    /// be nothing in it, or if there are no columns.
    fn plain_text(&self, _column: usize, _index: usize) -> Option<&str> {
        None
    }

    /// Appends to `symbols`, for each record, the symbol of its text from the column `first` to the column `last`,
    /// delimiters included.
    fn intern_columns(&self, _first: usize, _last: usize, _row_interner: &mut RowInterner, _symbols: &mut Vec<Symbol>) {
        unreachable!("internal error: a batch without columns has none to intern")
    }

    /// Appends to `symbols`, for each record, the symbol of its text in `field`, or `NO_SYMBOL`. Equal symbols mean
    /// equal texts.
    fn intern(&self, field: Field, interner: &mut StringInterner, symbols: &mut Vec<Symbol>) {
        for index in 0..self.length() {
            let symbol = self.record(index).raw_text(field).and_then(|text| interner.intern(text));
            symbols.push(symbol.unwrap_or(NO_SYMBOL));
        }
    }

    /// Sets `locator` to the line of the record at `index`, if it is known without counting.
    fn set_line(&self, index: usize, locator: &mut Locator<'_>);
}

/// A record on its own.
pub struct SingleRecord<'r, R>(pub &'r R);

impl<R: Record> RecordBatch for SingleRecord<'_, R> {
    type Record<'s>
        = &'s R
    where
        Self: 's;

    fn length(&self) -> usize {
        1
    }

    fn record(&self, _: usize) -> &R {
        self.0
    }

    fn set_line(&self, _: usize, _: &mut Locator<'_>) {}
}
