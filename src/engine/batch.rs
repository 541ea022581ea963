//! What stays the same over a batch of records, for the steps that a batch goes through.

use std::sync::Arc;

use super::column_names::ColumnSearch;
use super::context::RunContext;
use super::load::InputRef;
use super::symbols::ColumnSymbols;
use crate::record::FieldSet;
use crate::source::InputId;

/// The input that is being read.
#[derive(Clone, Default)]
pub struct CurrentInput {
    pub id: InputId,
    /// Its path as typed.
    pub file: Arc<str>,
    pub bytes: u64,
    /// Its records are rows of a table.
    pub is_table: bool,
    /// The fields that its records carry; `None` before that is known.
    pub present: Option<FieldSet>,
}

impl CurrentInput {
    pub const fn at(&self) -> InputRef<'_> {
        InputRef { input: self.id, file: &self.file }
    }
}

/// What stays the same over a batch of records.
#[derive(Clone, Copy)]
pub struct BatchContext<'b> {
    pub run: &'b RunContext<'b>,
    pub input: &'b CurrentInput,
    /// The symbols of the batch at hand.
    pub symbols: &'b ColumnSymbols<'b>,
    /// What is known of names that fill a cell of their column, and those still wanted.
    pub search: &'b ColumnSearch,
}
