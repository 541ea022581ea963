//! What is found and what could not be judged, with how much of it is listed.
//!
//! It knows neither rules nor records: whoever finds something describes it, and hands it on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::describe::{self, PlacedDiagnostic};
use super::ledger::Hole;
use super::limits::{FindingLimits, FindingSource};
use super::load::InputRef;
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::visible;
use crate::read::{Input, encoding};
use crate::source::InputId;

/// Everything found so far. Findings of threads merge.
#[derive(Default)]
pub struct Findings {
    /// What rules and dates of single records said; how many are listed is bounded.
    of_records: Vec<PlacedDiagnostic>,
    /// Faults, and what all accounts together showed.
    others: Vec<PlacedDiagnostic>,
    limits: FindingLimits,
    /// Something that was found depends on what is listed.
    depends_on_list: bool,
    holes: Vec<Hole>,
    /// Cells that cannot be read with certainty, by input and kind.
    unclear: BTreeMap<(InputId, String), Hole>,
}

impl Findings {
    /// Nothing yet, for one of the threads that go on filling the list.
    pub fn fork(&self) -> Self {
        Self { limits: self.limits.fork(), ..Self::default() }
    }

    /// Begins records of which `first` is the first.
    pub fn begin_records(&mut self, first: u64) {
        self.limits.begin_records(first);
    }

    /// Ends these records.
    pub fn end_records(&mut self) {
        self.limits.end_records();
    }

    /// Counts a finding about a single record, and lists it while there is room.
    pub fn add_of_record(&mut self, severity: Severity, describe: impl FnOnce() -> PlacedDiagnostic) {
        if self.limits.take(FindingSource::Record, severity) {
            self.of_records.push(describe());
        }
    }

    /// Counts so many findings about a single record, if there is no room to list them. False if there is.
    pub fn count_of_record(&mut self, severity: Severity, count: u64) -> bool {
        self.limits.count_beyond(severity, count)
    }

    /// Counts a finding about all accounts together, and lists it while there is room.
    pub fn add_of_population(&mut self, severity: Severity, describe: impl FnOnce() -> PlacedDiagnostic) {
        if self.limits.take(FindingSource::Population, severity) {
            self.others.push(describe());
        }
    }

    /// Adds what leaves something unjudged, already described.
    pub fn add_fault(&mut self, placed: PlacedDiagnostic, hole: Option<Hole>) {
        self.others.push(placed);
        self.holes.extend(hole);
    }

    /// Adds holes whose faults are told already.
    pub fn add_holes(&mut self, holes: impl IntoIterator<Item = Hole>) {
        self.holes.extend(holes);
    }

    /// Counts a cell that cannot be read with certainty: those of one kind in one input are one hole.
    pub fn count_hole(&mut self, hole: Hole, input: InputId) {
        match self.unclear.get_mut(&(input, hole.rule.clone())) {
            Some(known) => {
                known.count += hole.count;
                if hole.line < known.line {
                    (known.line, known.reason) = (hole.line, hole.reason);
                }
            }
            None => drop(self.unclear.insert((input, hole.rule.clone()), hole)),
        }
    }

    /// Adds a fault of the run as a whole, or with `at` of an input as a whole.
    pub fn fault(&mut self, fault: Fault, at: Option<InputRef<'_>>) {
        let placed = describe::of_fault(&fault, Severity::Error, None, None, at, None);
        let file = at.map(|at| at.file.to_string());
        self.add_fault(placed, Some(Hole::new(fault.kind.id(), fault.message, file, None)));
    }

    /// What is wrong with how the run was asked to read an input, if anything is.
    pub fn usage_error(&self) -> Option<UsageError> {
        const KIND: FaultKind = FaultKind::HeaderRowBeyond;
        let hole = self.holes.iter().find(|hole| hole.rule == KIND.id())?;
        let file = hole.file.as_deref().map(|file| format!("{}: ", visible(file))).unwrap_or_default();
        Some(UsageError::new(format!("{file}{}", hole.reason)).with_remedy(KIND.remedy()))
    }

    /// Adds to broken bytes of `input` the encodings that it fits.
    pub fn suggest_encodings(&mut self, input: &Input) {
        let is_broken = |placed: &&mut PlacedDiagnostic| {
            placed.order.0 == input.id.0 && *placed.diagnostic.rule == *FaultKind::Utf8Invalid.id()
        };
        let mut broken = self.others.iter_mut().filter(is_broken).peekable();
        if broken.peek().is_some() {
            let remedy: Arc<str> = encoding::remedy_of_broken(&input.source).into();
            broken.for_each(|placed| placed.diagnostic.remedy = remedy.clone());
        }
    }

    /// Tells how many rows below the last of `records` of `input` are not accounts, and how a site declares them.
    pub fn report_footer(&mut self, input: InputId, records: u64) {
        let is_row = |placed: &PlacedDiagnostic| {
            placed.order.0 == input.0 && *placed.diagnostic.rule == *FaultKind::RowNoAccount.id()
        };
        let number = |placed: &PlacedDiagnostic| placed.diagnostic.subject.as_ref().map(|subject| subject.number);
        let numbers: BTreeSet<u64> = self.others.iter().filter(|placed| is_row(placed)).filter_map(number).collect();
        let rows = (0..records).take_while(|below| numbers.contains(&(records - below))).count() as u64;
        for placed in self.others.iter_mut().filter(|placed| is_row(placed)) {
            if number(placed).is_some_and(|number| number > records - rows) {
                let cure =
                    format!("write `footer-rows = {rows}` under `[tables]` in the config if it is below the list");
                placed.diagnostic.remedy = format!("{} Or {cure}.", placed.diagnostic.remedy).into();
            }
        }
    }

    /// Adds something worth knowing that leaves nothing unjudged.
    pub fn note(&mut self, fault: &Fault, at: Option<InputRef<'_>>) {
        self.others.push(describe::of_fault(fault, Severity::Note, None, None, at, None));
    }

    /// The findings about single records, the last first. Whoever asks depends on what is listed.
    pub fn latest_of_records(&mut self) -> impl Iterator<Item = &PlacedDiagnostic> {
        self.depends_on_list = true;
        self.of_records.iter().rev()
    }

    /// True if not every account could be read.
    pub const fn has_holes(&self) -> bool {
        !self.holes.is_empty()
    }

    /// True if some input, or the rest of one, was not read: nobody knows what is in it.
    pub fn is_unread(&self) -> bool {
        const KINDS: [FaultKind; 15] = [
            FaultKind::InputUnreadable,
            FaultKind::InputChanged,
            FaultKind::FormatUnknown,
            FaultKind::EncodingUnsupported,
            FaultKind::HeaderMissing,
            FaultKind::HeaderDuplicate,
            FaultKind::DelimiterUnclear,
            FaultKind::WorkbookUnreadable,
            FaultKind::SheetNotJudged,
            FaultKind::RefusedTooMany,
            FaultKind::RecordTooLong,
            FaultKind::SyntaxInvalid,
            FaultKind::KeyDuplicate,
            FaultKind::TooDeep,
            FaultKind::TooLarge,
        ];
        self.holes.iter().any(|hole| KINDS.iter().any(|kind| kind.id() == hole.rule))
    }

    /// True if the list that threads filled is the one that a single thread would have filled.
    pub fn can_merge<'f>(&self, parts: impl Iterator<Item = &'f Self> + Clone) -> bool {
        let limits = parts.clone().map(|part| &part.limits);
        if !self.limits.would_exceed(&limits.clone().collect::<Vec<_>>()) {
            return true;
        }
        let is_before = |placed: &PlacedDiagnostic, severity, record| {
            let number = placed.diagnostic.subject.as_ref().map(|subject| subject.number);
            placed.diagnostic.severity == severity && number < Some(record)
        };
        let fills_list = |(severity, record)| {
            let listed = parts.clone().flat_map(|part| &part.of_records);
            let before = listed.filter(|placed| is_before(placed, severity, record)).count() as u64;
            self.limits.are_enough(severity, before)
        };
        !parts.clone().any(|part| part.depends_on_list) && FindingLimits::first_unlisted(limits).all(fills_list)
    }

    /// Adds what threads found in parts of one input.
    pub fn merge(&mut self, parts: Vec<Self>) {
        let mut of_records = Vec::new();
        let mut unlisted = Vec::with_capacity(parts.len());
        for mut part in parts {
            unlisted.push(part.limits.unlisted());
            of_records.append(&mut part.of_records);
            self.others.append(&mut part.others);
            self.holes.append(&mut part.holes);
            part.unclear.into_iter().for_each(|((input, _), hole)| self.count_hole(hole, input));
        }
        // What one record has comes from one thread, in order.
        of_records.sort_by_key(|placed| placed.diagnostic.subject.as_ref().map(|subject| subject.number));
        of_records.retain(|placed| self.limits.take(FindingSource::Record, placed.diagnostic.severity));
        unlisted.into_iter().for_each(|unlisted| self.limits.add_unlisted(unlisted));
        self.of_records.append(&mut of_records);
    }

    /// Says how much was found that is not listed. Notes may be left out of a list that is whole without them.
    pub fn report_unlisted(&mut self) {
        let beyond: Vec<_> = self.limits.beyond().collect();
        for (severity, count) in beyond {
            let message = format!("{count} more findings of severity {} are not listed", severity.word());
            let fault = Fault::of_input(FaultKind::FindingsTooMany, message);
            if severity == Severity::Note { self.note(&fault, None) } else { self.fault(fault, None) }
        }
    }

    /// Takes out everything: what is said, and what was not judged.
    pub fn take(&mut self) -> (Vec<PlacedDiagnostic>, Vec<Hole>) {
        // Nearly all are of records: the others are appended to those.
        let mut placed = std::mem::take(&mut self.of_records);
        placed.append(&mut self.others);
        self.holes.extend(std::mem::take(&mut self.unclear).into_values());
        (placed, std::mem::take(&mut self.holes))
    }
}
