//! Accounts on their way from a document to a sink, and what several such walks through one input add up to.

use crate::diagnostic::fault::Fault;
use crate::input::chunks::first_broken;
use crate::input::columns::look_alike_key;
use crate::input::keys::KeyBook;
use crate::input::person::{Person, Whereabouts};
use crate::input::progress::Meter;
use crate::input::{Checkpoint, Flow, Intake, Sink, View, mask, not_utf8};
use crate::record::{Field, FieldSet, Origin};
use crate::source::{InputId, Span};
use crate::tree::Node;

/// Accounts on their way from a document to a sink.
pub(super) struct Walk<'a, S> {
    input: InputId,
    pub(super) sink: &'a mut S,
    found: Found,
    /// The number of the last record.
    pub(super) number: u64,
    pub(super) flow: Flow,
    /// Bytes that were no UTF-8: the records that hold one are refused.
    pub(super) broken: &'a [u64],
    pub(super) meter: Meter<'a>,
}

/// What was found out about the accounts of an input.
#[derive(Default)]
pub(super) struct Found {
    book: KeyBook,
    /// The fields they carry.
    present: Option<FieldSet>,
    /// Some were judged as if the input had no such field.
    is_outdated: bool,
    /// Some say what kind of account they are.
    has_kinds: bool,
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
        Self { book: KeyBook::merged(founds.into_iter().map(|found| found.book)), present, is_outdated, has_kinds }
    }
}

impl<'a, S: Sink> Walk<'a, S> {
    pub(super) fn new(input: InputId, present: Option<FieldSet>, records: u64, sink: &'a mut S) -> Self {
        Self {
            input,
            sink,
            found: Found { present, ..Found::default() },
            number: records,
            flow: Flow::GoOn,
            broken: &[],
            meter: Meter::default(),
        }
    }

    pub(super) fn node(&mut self, node: Node<'_>, view: &mut View<'_>) {
        let span = node.outer();
        if let Some(byte) = first_broken(self.broken, span.start, span.end) {
            return self.refuse(span, not_utf8(byte), view);
        }
        self.number += 1;
        let at = Whereabouts { input: self.input, number: self.number, origin: Origin::Export };
        self.found.book.at_record(self.number);
        match Person::read(node, at, &mut self.found.book) {
            Ok(person) => self.person(person, view),
            Err(fault) => {
                let spans: Vec<_> = fault.marks.iter().map(|mark| mark.span).collect();
                let excerpt = mask::excerpt(node, &spans[..1.min(spans.len())]);
                self.flow = self.sink.refuse(self.number, node.outer(), fault, Some(excerpt), view);
            }
        }
    }

    fn person(&mut self, person: Person<'_>, view: &mut View<'_>) {
        let carried = person.carried();
        let found = &mut self.found;
        let present = *found.present.get_or_insert(carried);
        found.has_kinds |= carried.has(Field::Kind);
        if !present.holds(carried) {
            // Earlier records were judged as if the input had no such field.
            found.is_outdated = true;
        }
        if found.is_outdated {
            found.present = Some(present.union(carried));
            return;
        }
        self.flow = self.sink.record(&person.of_input(present), view);
    }

    pub(super) fn refuse(&mut self, span: Span, fault: Fault, view: &mut View<'_>) {
        self.number += 1;
        self.flow = self.sink.refuse(self.number, span, fault, None, view);
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

    pub(super) fn intake(self, bytes: u64, checkpoints: Vec<Checkpoint>, beside: Vec<String>) -> Intake {
        let mut unknown = self.found.book.unknown();
        for fault in unknown.iter().filter_map(|key| look_alike_key(key)) {
            self.sink.fault(fault, None, None);
        }
        unknown.extend(beside);
        Intake {
            columns: self.found.book.understood(),
            unknown,
            present: self.found.present.unwrap_or_default(),
            is_outdated: self.found.is_outdated,
            has_kinds: self.found.has_kinds,
            records: self.number,
            bytes,
            checkpoints,
            table: None,
            workbook: None,
        }
    }
}
