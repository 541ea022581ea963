//! The search of a pass for wanted names ([`ColumnSearch`]), each distinct text of a column once.

use super::batch::BatchContext;
use super::column_names::{ColumnSearch, SeenColumns, names_in_cell};
use super::symbols::{ColumnSymbols, SymbolMap};
use crate::read::RecordBatch;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::{Field, FieldSet};

/// Looks for wanted names in the columns of one input.
#[derive(Default)]
pub struct NameFinder {
    columns: Vec<(Field, SymbolMap<()>)>,
}

impl NameFinder {
    pub fn new(search: &ColumnSearch, present: FieldSet, symbols: &mut ColumnSymbols) -> Self {
        if search.is_done {
            return Self::default();
        }
        let fields = search.wanted.keys().filter(|field| present.has(**field));
        Self { columns: fields.map(|field| (*field, SymbolMap::new(symbols.list(&[*field])))).collect() }
    }

    /// Notes which wanted names fill a cell in a batch.
    pub fn look(&mut self, batch: &impl RecordBatch, context: BatchContext<'_>, seen: &mut SeenColumns) {
        let site = &context.run.site;
        for (field, known) in &mut self.columns {
            let Some(wanted) = context.search.wanted.get(field) else { continue };
            for place in 0..batch.length() {
                let (symbol, is_known) = known.look_up(context.symbols, place);
                if is_known.is_some() {
                    continue;
                }
                known.learn(symbol, ());
                let record = DeclaredBlanks::new(batch.record(place), &site.values);
                let names = names_in_cell(&record, *field, &site.lists).into_iter();
                for name in names.filter(|name| wanted.contains(name)) {
                    seen.alone.entry(*field).or_default().insert(name);
                }
            }
        }
    }
}
