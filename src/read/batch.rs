//! Records that follow one another, handed on together: what they share need be asked once only.

use super::Locator;
use crate::record::interner::{NO_SYMBOL, StringInterner, Symbol};
use crate::record::row_interner::RowInterner;
use crate::record::{Field, Record};

/// Records that follow one another, and what their reader knows of them column by column.
pub trait RecordBatch {
    /// Its records.
    type Record<'r>: Record
    where
        Self: 'r;

    /// How many there are.
    fn length(&self) -> usize;

    /// The record at `place`, counted from 0.
    fn record(&self, place: usize) -> Self::Record<'_>;

    /// Which column of a table holds `field`. Nothing where there are no columns.
    fn column(&self, _field: Field) -> Option<usize> {
        None
    }

    /// Puts the numbers that `row_interner` has for the texts from the column `first` to the column `last`, whole as they are
    /// written, into `codes`, record by record.
    fn intern_columns(&self, _first: usize, _last: usize, _row_interner: &mut RowInterner, _codes: &mut Vec<Symbol>) {
        unreachable!("internal error: only those who have columns are asked for their numbers")
    }

    /// Puts the numbers that `interner` has for the texts of `field` into `codes`, record by record: the same
    /// number only where two mean the same. [`NO_SYMBOL`] where a text has none.
    fn intern(&self, field: Field, interner: &mut StringInterner, codes: &mut Vec<Symbol>) {
        for place in 0..self.length() {
            let code = self.record(place).written(field).and_then(|text| interner.code(text));
            codes.push(code.unwrap_or(NO_SYMBOL));
        }
    }

    /// Tells `view` where the record at `place` stands, if that is known: lines need not be counted then.
    fn set_line(&self, place: usize, view: &mut Locator<'_>);
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
