//! A stretch of a document, its accounts on their way to a sink: most of them in runs, the others one by one.

use std::cell::RefCell;

use super::entries::{Entries, EntryRun};
use super::template::Read;
use super::walk::Walk;
use crate::diagnostic::fault::Fault;
use crate::read::chunks::first_broken;
use crate::read::person::{Person, RecordOrigin};
use crate::read::{Flow, Locator, Sink, mask, not_utf8};
use crate::record::{Field, FieldSet, InputKind};
use crate::source::{Location, Span};
use crate::syntax::tree::Node;

/// Accounts handed on at a time.
const RUN: usize = 256;

/// A stretch and the walk it is a part of.
pub(super) struct Chunk<'s, 'a, S: Sink> {
    pub(super) walk: &'s mut Walk<'a, S>,
    pub(super) text: &'s str,
    pub(super) base: u64,
    view: Locator<'s>,
    /// Bytes that were no UTF-8: the records that hold one are refused.
    pub(super) broken: &'s [u64],
    /// Accounts that were read and not handed on.
    entries: Entries,
}

impl<'s, 'a, S: Sink> Chunk<'s, 'a, S> {
    /// `text` begins at `start`.
    pub(super) fn new(walk: &'s mut Walk<'a, S>, text: &'s str, start: Location, broken: &'s [u64]) -> Self {
        let entries = std::mem::take(&mut walk.limits);
        Self { walk, text, base: start.byte, view: Locator::at(text, start), broken, entries }
    }

    /// Takes the account at offset `at` where it looks like those before it and `is_whole` agrees that it ends there,
    /// and says at which offset that is. Nothing where it has to be read through a tree.
    #[inline]
    pub(super) fn quick(&mut self, at: usize, is_whole: impl FnOnce(Read) -> bool) -> Option<usize> {
        let Walk { found, template, number, .. } = &mut *self.walk;
        let present = found.present.filter(|_| self.broken.is_empty())?;
        let (read, carried) = template.read(self.text, at, &mut self.entries)?;
        if !present.holds(carried) || !is_whole(read) {
            self.entries.drop_last();
            return None;
        }
        *number += 1;
        found.has_kinds |= carried.has(Field::Kind);
        if found.is_outdated {
            // All is read once more anyway.
            self.entries.drop_last();
        } else if self.entries.length() == RUN {
            self.flush();
        }
        Some(read.end)
    }

    /// Hands on the accounts that were taken.
    pub(super) fn flush(&mut self) {
        if self.entries.length() == 0 {
            return;
        }
        let Walk { input, sink, found, number, flow, meter, .. } = &mut *self.walk;
        meter.reach(self.base + self.entries.end() as u64);
        let book = RefCell::new(std::mem::take(&mut found.book));
        let run = EntryRun {
            input: *input,
            number: *number + 1 - self.entries.length() as u64,
            text: self.text,
            base: self.base,
            present: found.present.unwrap_or_default(),
            entries: &self.entries,
            book: &book,
        };
        *flow = sink.records(&run, &mut self.view);
        found.book = book.into_inner();
        self.entries.clear();
    }

    /// Takes an account that was read through a tree.
    pub(super) fn node(&mut self, node: Node<'_>) {
        self.flush();
        if self.walk.flow == Flow::Stop {
            return;
        }
        let span = node.outer();
        if let Some(byte) = first_broken(self.broken, span.start, span.end) {
            return self.refuse(span, not_utf8(byte));
        }
        let walk = &mut *self.walk;
        walk.number += 1;
        let at = RecordOrigin { input: walk.input, number: walk.number, input_kind: InputKind::Export };
        walk.found.book.at_record(walk.number);
        match Person::read(node, at, &mut walk.found.book) {
            Ok(person) => {
                self.person(person);
                self.walk.template.learn(node, &mut self.walk.found.book);
            }
            Err(fault) => {
                let spans: Vec<_> = fault.labels.iter().map(|label| label.span).collect();
                let excerpt = mask::excerpt(node, &spans[..1.min(spans.len())]);
                walk.flow = walk.sink.refuse(walk.number, node.outer(), fault, Some(excerpt), &mut self.view);
            }
        }
    }

    fn person(&mut self, person: Person<'_>) {
        let carried = person.carried();
        let Walk { found, sink, flow, .. } = &mut *self.walk;
        let present = *found.present.get_or_insert(carried);
        found.has_kinds |= carried.has(Field::Kind);
        if !present.holds(carried) {
            // Earlier records were judged as if the input had no such field.
            found.is_outdated = true;
        }
        if found.is_outdated {
            found.present = Some(FieldSet::union(present, carried));
            return;
        }
        *flow = sink.record(&person.of_input(present), &mut self.view);
    }

    /// Refuses what stands at `span`.
    pub(super) fn refuse(&mut self, span: Span, fault: Fault) {
        self.flush();
        if self.walk.flow == Flow::Stop {
            return;
        }
        let walk = &mut *self.walk;
        walk.number += 1;
        walk.flow = walk.sink.refuse(walk.number, span, fault, None, &mut self.view);
    }

    /// Hands on what is left; then come faults of the stretch itself.
    pub(super) fn finish(mut self, faults: impl IntoIterator<Item = Fault>) {
        self.flush();
        for fault in faults {
            self.walk.sink.fault(fault, None, Some(&mut self.view));
        }
        self.walk.limits = self.entries;
    }
}
