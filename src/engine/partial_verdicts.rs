//! What rules on several fields say of the texts that repeat, whatever the others are.
//!
//! One column whose texts are all different leaves nothing to remember of the whole record. But `Agent` alone mostly decides
//! that a demand on administrators is met; and if it does not, its list need not be split again.

use hashbrown::HashMap;

use super::batch::BatchContext;
use super::context::record_check;
use super::symbols::{ColumnSymbols, FieldsKey};
use super::unclear::unclear_texts;
use crate::check::schema::{CellValue, cell_value};
use crate::fast::intern::{NO_SYMBOL, Symbol};
use crate::read::RecordBatch;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::meaning::{holds_one_name, is_exempt, uncertainty_of_text};
use crate::record::{Field, Record};

/// The most fields of rules that are answered so.
const MAX_FIELDS: usize = 4;

/// The most lists of texts that are remembered.
const MAX_REMEMBERED: usize = 4096;

/// A number for each field; [`NO_SYMBOL`] for those whose texts are not remembered.
type Known = [Symbol; MAX_FIELDS];

/// What the rules of a group say of the texts that are remembered.
pub struct PartialVerdicts {
    fields: Vec<(Field, FieldsKey)>,
    remembered: HashMap<Known, PartialVerdict, foldhash::fast::FixedState>,
}

enum PartialVerdict {
    /// Some rule fails or cannot tell, or a text cannot be read with certainty.
    Open,
    /// All pass but those with these numbers, which depend on other cells.
    Passed { cells: Vec<(Field, CellValue<'static>)>, depending: Vec<usize> },
}

impl PartialVerdicts {
    /// `None` if rules on these fields are not answered so.
    pub fn new(fields: &[Field], symbols: &mut ColumnSymbols) -> Option<Self> {
        let is_answered = (2..=MAX_FIELDS).contains(&fields.len()) && !fields.contains(&Field::Password);
        is_answered.then(|| Self {
            fields: fields.iter().map(|field| (*field, symbols.list(&[*field]))).collect(),
            remembered: HashMap::default(),
        })
    }

    /// True if the record at `place`, of which nothing is remembered as a whole, is beyond doubt and passes all of these rules.
    pub fn accept(&mut self, rules: &[usize], batch: &impl RecordBatch, place: u32, context: BatchContext<'_>) -> bool {
        let place = place as usize;
        let mut known = [NO_SYMBOL; MAX_FIELDS];
        for ((field, key), symbol) in self.fields.iter().zip(&mut known) {
            *symbol = context.symbols.symbol(*key, place);
            if *symbol == NO_SYMBOL && !is_text(*field) {
                return false;
            }
        }
        let Self { fields, remembered } = self;
        if !remembered.contains_key(&known) {
            if remembered.len() == MAX_REMEMBERED {
                return false;
            }
            let record = DeclaredBlanks::new(batch.record(place), &context.run.site.values);
            let partial = PartialVerdict::of_record(fields, &known, rules, &record, context);
            remembered.insert(known, partial);
        }
        let Some(PartialVerdict::Passed { cells, depending }) = remembered.get(&known) else { return false };
        let record = DeclaredBlanks::new(batch.record(place), &context.run.site.values);
        let mut others = Vec::new();
        for ((field, _), _) in fields.iter().zip(&known).filter(|(_, symbol)| **symbol == NO_SYMBOL) {
            match cell_value(&record, *field, &context.run.site) {
                Some(CellValue::Text(text)) if !is_exempt(*field) && uncertainty_of_text(&text).is_some() => {
                    return false;
                }
                Some(value) => others.push((*field, value)),
                None => return false,
            }
        }
        depending.iter().all(|number| record_check(&context.run.rules[*number]).accepts_cells(cells, &others))
    }
}

impl PartialVerdict {
    fn of_record(
        fields: &[(Field, FieldsKey)],
        known: &Known,
        rules: &[usize],
        record: &impl Record,
        context: BatchContext<'_>,
    ) -> Self {
        let site = &context.run.site;
        let mut cells = Vec::new();
        for ((field, _), _) in fields.iter().zip(known).filter(|(_, symbol)| **symbol != NO_SYMBOL) {
            let is_clear = unclear_texts(record, *field, &site.lists, None).is_empty();
            let Some(value) = cell_value(record, *field, site).filter(|_| is_clear) else { return Self::Open };
            cells.push((*field, value.into_owned()));
        }
        let all: Vec<Field> = fields.iter().map(|(field, _)| *field).collect();
        let mut depending = Vec::new();
        for number in rules {
            match record_check(&context.run.rules[*number]).decides(&all, &cells) {
                Some(true) => {}
                Some(false) => return Self::Open,
                None => depending.push(*number),
            }
        }
        Self::Passed { cells, depending }
    }
}

/// True for a field whose text no other cell of its column puts in doubt.
pub fn is_text(field: Field) -> bool {
    !field.is_list() && !holds_one_name(field) && field != Field::Kind
}
