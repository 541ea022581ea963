//! Records looked at again: read once more from where they lie, so that a million accounts need no memory of
//! their cells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::context::RunContext;
use super::describe;
use crate::check::{CellContent, CellRequest, ReReadCell, RecordId};
use crate::diagnostic::Label;
use crate::diagnostic::snippet::Snippet;
use crate::read::visitor::{RecordVisitor, VisitorSink};
use crate::read::{Checkpoint, Flow, Input, Locator, Opened, ReadOptions, ReadSummary};
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::list::{ListCell, ListItem};
use crate::record::site::Site;
use crate::record::{Cell, Field, Record};
use crate::source::{InputId, Span};

/// The inputs of a run, to be read again.
pub struct InputReReader<'a> {
    context: &'a RunContext<'a>,
    summaries: &'a [Option<ReadSummary>],
    unread: BTreeSet<usize>,
}

impl<'a> InputReReader<'a> {
    pub(super) const fn new(context: &'a RunContext<'a>, summaries: &'a [Option<ReadSummary>]) -> Self {
        Self { context, summaries, unread: BTreeSet::new() }
    }

    /// The inputs of which something could not be read again, or that are no longer what they were: what
    /// should have been said of them may be missing.
    #[must_use]
    pub fn unread(self) -> Vec<usize> {
        self.unread.into_iter().collect()
    }
}

impl crate::check::CellLookup for InputReReader<'_> {
    fn look_up(&mut self, wanted: &[CellRequest]) -> Vec<(CellRequest, ReReadCell)> {
        let mut by_input: BTreeMap<InputId, Vec<CellRequest>> = BTreeMap::new();
        for one in wanted {
            by_input.entry(one.record.input).or_default().push(*one);
        }
        let mut found = Vec::with_capacity(wanted.len());
        for (id, mut wanted) in by_input {
            wanted.sort_unstable();
            wanted.dedup();
            let index = usize::from(id.0);
            let (Some(loaded), Some(Some(summary))) = (self.context.loaded.get(index), self.summaries.get(index))
            else {
                continue;
            };
            let (Ok(opened), Some(input)) = (&loaded.opened, loaded.input()) else { continue };
            let before = found.len();
            let mut records: Vec<RecordId> = wanted.iter().map(|one| one.record).collect();
            records.dedup();
            let site = &self.context.site;
            self.read((opened, input), summary, &records, &mut |record, view| {
                let number = record.number();
                let first = wanted.partition_point(|one| one.record.number < number);
                let cells = wanted[first..].iter().take_while(|one| one.record.number == number);
                let record = &DeclaredBlanks::new(record, &site.values);
                found.extend(cells.map(|one| (*one, cell_of(record, one.field, &input.name, site, view))));
            });
            if found.len() - before != wanted.len() || !input.source.is_unchanged() {
                self.unread.insert(index);
            }
        }
        found.sort_unstable_by_key(|(wanted, _)| *wanted);
        found
    }
}

/// A record that was read again.
pub struct RecordAgain<'r, 'l> {
    /// It.
    pub record: &'r dyn Record,
    /// Its file as typed.
    pub file: &'r Arc<str>,
    site: &'r Site,
    locator: &'r mut Locator<'l>,
}

impl RecordAgain<'_, '_> {
    /// Which one it is.
    #[must_use]
    pub fn id(&self) -> RecordId {
        RecordId { input: self.record.input(), number: self.record.number() }
    }

    /// The place of a cell. `None` if there is no such cell.
    pub fn label(&mut self, field: Field) -> Option<Label> {
        let span = match field.is_list() {
            false => self.record.cell(field).span()?,
            true => match self.record.list(field, &self.site.lists) {
                ListCell::Absent => return None,
                ListCell::Blank(span) => span,
                ListCell::Items(list) => list.whole,
            },
        };
        Some(self.label_of(span))
    }

    /// The place of the user name, or of the whole record if it has none.
    pub fn label_of_name(&mut self) -> Label {
        self.label(Field::UserName).unwrap_or_else(|| self.label_of(self.record.span()))
    }

    fn label_of(&mut self, span: Span) -> Label {
        label_of(span, self.record.input(), self.file, self.locator)
    }
}

impl InputReReader<'_> {
    /// Gives the records wanted, in ascending order, to `visit`. False if one could not be read again, or an input is no
    /// longer what it was.
    pub fn visit(&self, wanted: &[RecordId], visit: &mut (dyn FnMut(&mut RecordAgain<'_, '_>) + Send)) -> bool {
        let mut found = 0;
        let mut is_unchanged = true;
        for of_input in wanted.chunk_by(|one, other| one.input == other.input) {
            let index = usize::from(of_input[0].input.0);
            let (Some(loaded), Some(Some(summary))) = (self.context.loaded.get(index), self.summaries.get(index))
            else {
                continue;
            };
            let (Ok(opened), Some(input)) = (&loaded.opened, loaded.input()) else { continue };
            let site = &self.context.site;
            self.read((opened, input), summary, of_input, &mut |record, locator| {
                found += 1;
                let record = &DeclaredBlanks::new(record, &site.values);
                visit(&mut RecordAgain { record, file: &input.name, site, locator });
            });
            is_unchanged &= input.source.is_unchanged();
        }
        is_unchanged && found == wanted.len()
    }

    /// Reads an input again from the checkpoint before each record wanted.
    fn read(
        &self,
        (opened, input): (&Opened, &Input),
        summary: &ReadSummary,
        wanted: &[RecordId],
        take: &mut RecordCallback<'_>,
    ) {
        let RunContext { columns, config, options, .. } = self.context;
        let tables = config.tables(options.header_row);
        let present = Some(summary.present);
        let read_options = ReadOptions { columns, tables, present, sheets: &options.sheets, ..ReadOptions::default() };
        let mut rest = wanted;
        while let Some(first) = rest.first() {
            let after = summary.checkpoints.partition_point(|checkpoint| checkpoint.records < first.number);
            let from = after.checked_sub(1).map(|at| summary.checkpoints[at]);
            // What is read as a whole is walked once; a stream only as long as every chunk has something that is wanted, unless
            // its reader passes over the others.
            let here = if summary.is_whole || summary.passes_over_unwanted || from.is_none() {
                rest.len()
            } else {
                in_adjacent_chunks(rest, &summary.checkpoints[after..])
            };
            let (part, later) = rest.split_at(here.max(1));
            rest = later;
            let mut lookup = RecordLookup { wanted: part, at: 0, take: &mut *take };
            opened.read_again(input, &read_options, summary, from, &mut VisitorSink(&mut lookup));
        }
    }
}

/// How many of the records wanted are in the chunk of the first one and in those right after it, each with some. `ends` are
/// where these chunks end, but for the last one.
fn in_adjacent_chunks(wanted: &[RecordId], ends: &[Checkpoint]) -> usize {
    let mut count = 0;
    for end in ends {
        let here = wanted[count..].iter().take_while(|one| one.number <= end.records).count();
        if here == 0 {
            return count;
        }
        count += here;
    }
    wanted.len()
}

/// What is done with a record that was read again.
type RecordCallback<'v> = dyn FnMut(&dyn Record, &mut Locator<'_>) + Send + 'v;

/// Looks at certain records and lets the others pass.
struct RecordLookup<'l, 'v> {
    wanted: &'l [RecordId],
    at: usize,
    take: &'l mut RecordCallback<'v>,
}

impl RecordLookup<'_, '_> {
    const fn flow(&self) -> Flow {
        if self.at < self.wanted.len() { Flow::Continue } else { Flow::Stop }
    }
}

impl RecordVisitor for RecordLookup<'_, '_> {
    fn next_wanted(&self, from: u64) -> u64 {
        let rest = &self.wanted[self.at..];
        let next = rest.iter().find(|wanted| wanted.number >= from);
        next.map_or(u64::MAX, |wanted| wanted.number)
    }

    fn record(&mut self, record: &dyn Record, view: &mut Locator<'_>) -> Flow {
        while let Some(wanted) = self.wanted.get(self.at).filter(|wanted| wanted.number <= record.number()) {
            if wanted.number == record.number() {
                (self.take)(record, view);
            }
            self.at += 1;
        }
        self.flow()
    }

    fn refused(&mut self, number: u64) -> Flow {
        while self.wanted.get(self.at).is_some_and(|wanted| wanted.number <= number) {
            self.at += 1;
        }
        self.flow()
    }
}

/// Looks at a cell.
fn cell_of(record: &impl Record, field: Field, file: &Arc<str>, site: &Site, view: &mut Locator<'_>) -> ReReadCell {
    let (cell, span) = if field.is_list() { list_content(record, field, site) } else { cell_content(record, field) };
    let label = label_of(span, record.input(), file, view);
    let snippet = Snippet::new(&record.excerpt(&[span]), file, span, label.start);
    ReReadCell { subject: describe::subject(record, file), side: describe::side(record), cell, label, snippet }
}

/// A place without words.
fn label_of(span: Span, input: InputId, file: &Arc<str>, view: &mut Locator<'_>) -> Label {
    let start = view.locate(span.start);
    let end = if span.is_empty() { start } else { view.locate(span.end) };
    let cell = view.cell(span.start);
    Label { input: Some(input), file: Arc::clone(file), start, end, cell, message: String::new() }
}

fn cell_content(record: &impl Record, field: Field) -> (CellContent, Span) {
    match record.cell(field) {
        Cell::Absent => (CellContent::Absent, record.span()),
        Cell::Blank(span) => (CellContent::Blank, span),
        Cell::Value(value) => (CellContent::Text(value.text.into_owned()), value.span),
    }
}

fn list_content(record: &impl Record, field: Field, site: &Site) -> (CellContent, Span) {
    match record.list(field, &site.lists) {
        ListCell::Absent => (CellContent::Absent, record.span()),
        ListCell::Blank(span) => (CellContent::Blank, span),
        ListCell::Items(list) => {
            let whole = list.whole;
            (CellContent::Items(list.items.into_iter().map(ListItem::into_owned).collect()), whole)
        }
    }
}
