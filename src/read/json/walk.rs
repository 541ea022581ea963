//! Accounts on their way from a document to a sink, and what several such walks through one input add up to.

use super::entries::Entries;
use super::template::Template;
use crate::read::columns::look_alike_key;
use crate::read::keys::KeyMap;
use crate::read::progress::Meter;
use crate::read::{Checkpoint, Flow, ReadSummary, Sink};
use crate::record::FieldSet;
use crate::source::InputId;

/// Accounts on their way from a document to a sink.
pub(super) struct Walk<'a, S> {
    pub(super) input: InputId,
    pub(super) sink: &'a mut S,
    pub(super) found: Found,
    pub(super) template: Template,
    /// Room to read into.
    pub(super) limits: Entries,
    /// The number of the last record.
    pub(super) number: u64,
    pub(super) flow: Flow,
    pub(super) meter: Meter<'a>,
}

/// What was found out about the accounts of an input.
#[derive(Default)]
pub(super) struct Found {
    pub(super) book: KeyMap,
    /// The fields they carry.
    pub(super) present: Option<FieldSet>,
    /// Some were judged as if the input had no such field.
    pub(super) is_outdated: bool,
    /// Some say what kind of account they are.
    pub(super) has_kinds: bool,
}

impl Found {
    /// What several found out about different accounts of one input.
    pub(super) fn merged(founds: Vec<Self>) -> Self {
        let presents = || founds.iter().filter_map(|found| found.present);
        let present = presents().reduce(FieldSet::union);
        // Each took the fields of the first account it met for those of all.
        let is_outdated =
            founds.iter().any(|found| found.is_outdated) || presents().any(|other| Some(other) != present);
        let has_kinds = founds.iter().any(|found| found.has_kinds);
        Self { book: KeyMap::merged(founds.into_iter().map(|found| found.book)), present, is_outdated, has_kinds }
    }
}

impl<'a, S: Sink> Walk<'a, S> {
    pub(super) fn new(input: InputId, present: Option<FieldSet>, records: u64, sink: &'a mut S) -> Self {
        Self {
            input,
            sink,
            found: Found { present, ..Found::default() },
            template: Template::default(),
            limits: Entries::default(),
            number: records,
            flow: Flow::Continue,
            meter: Meter::default(),
        }
    }

    /// What was found out so far.
    pub(super) fn into_found(self) -> Found {
        self.found
    }

    /// Takes what others found out about `records` accounts in place of walking.
    pub(super) fn take_in(&mut self, found: Found, records: u64) {
        self.found = found;
        self.number = records;
    }

    pub(super) fn summary(self, bytes: u64, checkpoints: Vec<Checkpoint>, beside: Vec<String>) -> ReadSummary {
        let mut unknown = self.found.book.unknown();
        for fault in unknown.iter().filter_map(|key| look_alike_key(key)) {
            self.sink.fault(fault, None, None);
        }
        unknown.extend(beside);
        ReadSummary {
            columns: self.found.book.understood(),
            unknown,
            present: self.found.present.unwrap_or_default(),
            is_outdated: self.found.is_outdated,
            has_kinds: self.found.has_kinds,
            records: self.number,
            bytes,
            checkpoints,
            is_whole: false,
            table: None,
            workbook: None,
        }
    }
}
