//! The state of reading one input's accounts, and how the states of several threads are merged.

use super::account_batch::AccountSpans;
use super::template::Template;
use crate::diagnostic::fault::Fault;
use crate::read::account::DocumentAccount;
use crate::read::columns::{ColumnMap, activity_fault, fold, look_alike_key, near_miss_fault, near_miss_key};
use crate::read::keys::KeyMap;
use crate::read::progress::ProgressMeter;
use crate::read::row_kind::{fault_of_object, names_an_account};
use crate::read::{Checkpoint, Flow, ReadOptions, ReadSummary, Sink};
use crate::record::{Field, FieldSet};
use crate::source::{InputId, Span};

/// Takes the accounts of a document, chunk by chunk, to a sink.
pub(super) struct AccountReader<'a, S> {
    pub(super) input: InputId,
    pub(super) sink: &'a mut S,
    pub(super) schema: InferredSchema,
    /// The site's own keys.
    columns: &'a ColumnMap,
    pub(super) template: Template,
    /// A buffer that each chunk uses in turn.
    pub(super) buffer: AccountSpans,
    /// The number of the last record.
    pub(super) number: u64,
    pub(super) flow: Flow,
    pub(super) meter: ProgressMeter<'a>,
}

/// What the accounts read so far say of the input as a whole.
#[derive(Default)]
pub(super) struct InferredSchema {
    pub(super) keys: KeyMap,
    /// The fields that accounts carry; `None` before the first account.
    pub(super) present: Option<FieldSet>,
    /// A field came up that earlier accounts were judged without.
    pub(super) is_outdated: bool,
    /// Some accounts say what kind they are.
    pub(super) has_kinds: bool,
}

impl InferredSchema {
    /// Merges what several threads found in different accounts of one input.
    pub(super) fn merged(schemas: Vec<Self>) -> Self {
        let presents = || schemas.iter().filter_map(|schema| schema.present);
        let present = presents().reduce(FieldSet::union);
        // Each thread took the fields of its first account for those of all.
        let is_outdated =
            schemas.iter().any(|schema| schema.is_outdated) || presents().any(|other| Some(other) != present);
        let has_kinds = schemas.iter().any(|schema| schema.has_kinds);
        Self { keys: KeyMap::merged(schemas.into_iter().map(|schema| schema.keys)), present, is_outdated, has_kinds }
    }
}

impl<'a, S: Sink> AccountReader<'a, S> {
    pub(super) fn new(input: InputId, options: &ReadOptions<'a>, records: u64, sink: &'a mut S) -> Self {
        Self {
            input,
            sink,
            schema: InferredSchema {
                keys: KeyMap::new(options.columns),
                present: options.present,
                ..InferredSchema::default()
            },
            columns: options.columns,
            template: Template::default(),
            buffer: AccountSpans::default(),
            number: records,
            flow: Flow::Continue,
            meter: options.meter,
        }
    }

    /// The fault of the last record, an object that may not be an account; `None` for an account.
    pub(super) fn no_account(&self, account: &DocumentAccount<'_>, span: Span) -> Option<Fault> {
        if account.cell_of(Field::UserName).text().is_some_and(names_an_account) {
            return None;
        }
        fault_of_object(&account.texts(self.schema.present.unwrap_or_default()), span, self.number - 1)
    }

    pub(super) fn summary(self, bytes: u64, checkpoints: Vec<Checkpoint>, beside: Vec<String>) -> ReadSummary {
        let mut unknown = self.schema.keys.unknown();
        let fields = self.schema.present.unwrap_or_default();
        let near_miss = |key: &String| {
            let near = near_miss_key(key, self.columns);
            let near = near.map(|(known, field)| near_miss_fault("key", key, Span::at(0), known, field));
            near.or_else(|| activity_fault("key", key, Span::at(0), fields, self.columns))
        };
        let considered = unknown.iter().filter(|key| !self.columns.ignores(&fold(key)));
        for fault in considered.filter_map(|key| look_alike_key(key).or_else(|| near_miss(key))) {
            self.sink.fault(fault, None, None);
        }
        unknown.extend(beside);
        ReadSummary {
            columns: self.schema.keys.understood(),
            unknown,
            present: self.schema.present.unwrap_or_default(),
            is_outdated: self.schema.is_outdated,
            has_kinds: self.schema.has_kinds,
            records: self.number,
            bytes,
            checkpoints,
            is_whole: false,
            passes_over_unwanted: false,
            has_header: false,
            holds_more: false,
        }
    }
}
