//! Reading one input after the other: each batch of records is admitted, and put to the rules.
//!
//! This is where records arrive from a reader. In the order in which it happens: the symbols of the cells
//! ([`ColumnSymbols`]), what each account is ([`Admission`]), what the rules say of it ([`Evaluator`]).

use std::sync::Arc;

use super::admission::Admission;
use super::batch::{BatchContext, CurrentInput};
use super::column_names::ColumnSearch;
use super::context::RunContext;
use super::describe;
use super::duplicates::DuplicateOf;
use super::evaluate::Evaluator;
use super::ledger::{Hole, InputLedger};
use super::load::LoadedInput;
use super::lone_password::{self, LonePassword};
use super::name_finder::NameFinder;
use super::names::ConfusableNames;
use super::observation::Observation;
use super::refusal::{RefusedRecord, refuse};
use super::symbols::ColumnSymbols;
use super::tracked_accounts::AccountTracker;
use crate::check::population;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{RecordRef, Severity};
use crate::fast::split::useful_threads;
use crate::read::encoding::Encoding;
use crate::read::{
    Flow, Format, Locator, ReadOptions, ReadSummary, RecordBatch, RecordRefusal, SingleRecord, Sink, Unreadable,
};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, FieldSet, Record};
use crate::source::Span;

/// A reader's sink that observes every record.
pub struct Observer<'c> {
    run: &'c RunContext<'c>,
    search: &'c ColumnSearch,
    seen: Observation,
    input: CurrentInput,
    symbols: ColumnSymbols<'c>,
    admission: Admission,
    evaluator: Evaluator,
    names: ConfusableNames,
    finder: NameFinder,
    tracker: AccountTracker,
}

impl<'c> Observer<'c> {
    pub fn new(run: &'c RunContext<'c>, search: &'c ColumnSearch, seen: Observation) -> Self {
        Self {
            run,
            search,
            seen,
            input: CurrentInput::default(),
            symbols: ColumnSymbols::default(),
            admission: Admission::default(),
            evaluator: Evaluator::default(),
            names: ConfusableNames::default(),
            finder: NameFinder::default(),
            tracker: AccountTracker::default(),
        }
    }

    pub fn into_observation(self) -> Observation {
        self.seen
    }

    /// Reads an input, and closes its ledger.
    pub fn read(&mut self, loaded: &LoadedInput, options: &ReadOptions<'_>) {
        self.input = CurrentInput { id: loaded.id, file: Arc::clone(&loaded.name), ..CurrentInput::default() };
        self.evaluator = Evaluator::default();
        self.seen.ledgers.push(InputLedger {
            file: loaded.name.to_string(),
            format: loaded.format.map(Format::word),
            bytes: loaded.input().map_or(0, |input| input.source.raw_length()),
            ..InputLedger::default()
        });
        if let Some(same) = &loaded.same_as {
            return self.leave_out(same);
        }
        if let Some(input) = loaded.input() {
            self.input.bytes = input.source.length();
            if useful_threads(options.jobs, self.input.bytes) < 2 {
                self.expect(1);
            }
        }
        let summary = self.read_records(loaded, options);
        self.evaluator.flush(&mut self.seen);
        if let Some(input) = loaded.input() {
            self.seen.findings.suggest_encodings(input);
        }
        let records = self.seen.ledger().records;
        self.seen.findings.report_footer(loaded.id, records);
        let ledger = self.seen.ledger();
        if let Some(summary) = &summary {
            ledger.encoding = loaded.input().map(|input| Encoding::word(input.encoding));
            ledger.columns.clone_from(&summary.columns);
            ledger.unknown_columns.clone_from(&summary.unknown);
        }
        let holes = ledger.holes();
        self.seen.findings.add_holes(holes);
        self.seen.summaries.push(summary);
    }

    /// Makes room for the accounts of the input, of which each of some readers sees a part.
    fn expect(&mut self, readers: usize) {
        let Some(accounts) = population::expected_accounts(self.input.bytes, readers) else { return };
        self.seen.population.expect(accounts);
        if self.run.tracks_accounts {
            self.seen.tracked.expect(accounts);
        }
    }

    /// Says that the input holds the same as one before it, and reads none of it.
    fn leave_out(&mut self, same: &DuplicateOf) {
        let file = quoted(&same.file);
        let fault = if same.is_same_file {
            Fault::of_input(FaultKind::InputTwice, format!("the same file as {file}, which is read once"))
        } else {
            let records = self.seen.ledgers[same.input].records;
            self.seen.ledger().leave_out_all(&format!("the same bytes as {}", same.file), records);
            Fault::of_input(FaultKind::InputDuplicate, format!("the same bytes as {file}: its records are left out"))
        };
        self.seen.findings.note(&fault, Some(self.input.at()));
        self.seen.summaries.push(None);
    }

    fn read_records(&mut self, loaded: &LoadedInput, options: &ReadOptions<'_>) -> Option<ReadSummary> {
        match (&loaded.opened, loaded.input()) {
            (Ok(opened), Some(input)) => {
                let summary = opened.read(input, options, self)?;
                if summary.records == 0 && !summary.holds_more {
                    self.fault(Fault::of_input(FaultKind::NoRecords, "the input holds no account"), None, None);
                }
                Some(summary)
            }
            (Err(Unreadable { faults, document }), _) => {
                let mut locator = document.as_ref().map(|document| Locator::new(&document.text, document.base, 1));
                faults.iter().for_each(|fault| self.fault(fault.clone(), None, locator.as_mut()));
                None
            }
            (Ok(_), None) => unreachable!("internal error: what was opened has bytes"),
        }
    }

    /// Prepares for records that carry the fields `present`.
    fn begin_records(&mut self, present: FieldSet) {
        self.evaluator.flush(&mut self.seen);
        self.input.present = Some(present);
        self.symbols = ColumnSymbols::new(self.run.site.as_of);
        self.evaluator = Evaluator::new(&self.run.rules, present, &mut self.symbols);
        self.finder = NameFinder::new(self.search, present, &mut self.symbols);
        self.admission = Admission::new(present, self.evaluator.shape_of_names(), &mut self.symbols);
        if self.run.tracks_accounts {
            self.tracker = AccountTracker::new(present, &mut self.symbols);
        }
    }
}

impl Sink for Observer<'_> {
    fn begin_table(&mut self, present: FieldSet) {
        self.input.is_table = true;
        self.begin_records(present);
    }

    fn records(&mut self, batch: &impl RecordBatch, locator: &mut Locator<'_>) -> Flow {
        if self.input.present.is_none() {
            self.begin_records(carried_by(&batch.record(0)));
        }
        self.seen.findings.begin_records(batch.record(0).number());
        self.symbols.update(batch);
        let context = BatchContext { run: self.run, input: &self.input, symbols: &self.symbols, search: self.search };
        self.finder.look(batch, context, &mut self.seen.columns);
        let flow = self.admission.admit(batch, context, &mut self.seen, locator);
        let flags = self.admission.flags();
        self.symbols.classify(batch, flags, &self.run.site);
        let context = BatchContext { run: self.run, input: &self.input, symbols: &self.symbols, search: self.search };
        self.evaluator.evaluate(batch, flags, context, &mut self.seen, &mut self.names, locator);
        if self.run.options.list_accounts && !self.run.has_timeline {
            let is_open = |place, flags| self.evaluator.cannot_tell(place, flags, &batch.record(place), context);
            self.seen.accounts.take(batch, flags, is_open, context);
        }
        if let Some(comparison) = &self.run.comparison {
            self.seen.compared.take(batch, flags, comparison, context);
        }
        if self.run.tracks_accounts {
            self.tracker.take(batch, (flags, self.admission.names()), context, &mut self.seen.tracked);
        }
        if let Some(patterns) = &self.run.groups {
            self.seen.groups.take(batch, patterns, &self.run.site);
        }
        self.seen.findings.end_records();
        flow
    }

    fn record(&mut self, record: &impl Record, locator: &mut Locator<'_>) -> Flow {
        self.records(&SingleRecord(record), locator)
    }

    fn refuse(
        &mut self,
        number: u64,
        _: Span,
        fault: Fault,
        excerpt: Option<Excerpt>,
        locator: &mut Locator<'_>,
    ) -> Flow {
        // Its user name cannot be trusted: the record goes by its number.
        let subject = RecordRef { file: Arc::clone(&self.input.file), number, key: format!("#{number}") };
        refuse(&mut self.seen, &self.input, RefusedRecord { subject, fault, excerpt }, locator)
    }

    fn refuse_record(&mut self, refusal: RecordRefusal<'_>, locator: &mut Locator<'_>) -> Flow {
        let RecordRefusal { number, span, key, faults, secrets } = refusal;
        let key = key.unwrap_or_else(|| format!("#{number}"));
        let subject = RecordRef { file: Arc::clone(&self.input.file), number, key };
        let line = locator.locate(span.start).line;
        let mut faults = faults.into_iter();
        let Some((fault, excerpt)) = faults.next() else { return Flow::Continue };
        let first = RefusedRecord { subject: subject.clone(), fault, excerpt };
        let flow = refuse(&mut self.seen, &self.input, first, locator);
        if flow == Flow::Stop {
            return flow;
        }
        // The ledger counts the record once, by its first fault.
        for (fault, excerpt) in faults {
            let (at, subject) = (Some(self.input.at()), Some(subject.clone()));
            let placed = describe::of_fault(&fault, Severity::Error, subject, excerpt.as_ref(), at, Some(locator));
            self.seen.findings.add_fault(placed, None::<Hole>);
        }
        let password = LonePassword { number, span, line, key: &subject.key, secrets };
        lone_password::judge(&password, self.run, &self.input, &mut self.seen, locator);
        flow
    }

    fn password_outside_records(&mut self, secret: SecretCell<'_>, span: Span, locator: &mut Locator<'_>) {
        let line = locator.locate(span.start).line;
        let password = LonePassword { number: 0, span, line, key: "", secrets: Some(vec![secret]) };
        lone_password::judge(&password, self.run, &self.input, &mut self.seen, locator);
    }

    fn fault(&mut self, fault: Fault, excerpt: Option<Excerpt>, locator: Option<&mut Locator<'_>>) {
        let at = self.input.at();
        let placed = describe::of_fault(&fault, Severity::Error, None, excerpt.as_ref(), Some(at), locator);
        let line = placed.diagnostic.labels.first().map(|label| label.start.line);
        let hole = Hole::new(fault.kind.id(), fault.message, Some(at.file.to_string()), line);
        self.seen.findings.add_fault(placed, Some(hole));
    }

    fn note(&mut self, fault: Fault) {
        self.seen.findings.note(&fault, Some(self.input.at()));
    }

    fn fork(&self, of: usize) -> Option<Self> {
        let mut fork = Self::new(self.run, self.search, self.seen.fork());
        fork.input = self.input.clone();
        fork.expect(of);
        if let Some(present) = self.input.present {
            fork.begin_records(present);
        }
        Some(fork)
    }

    fn join(&mut self, mut forks: Vec<Self>) -> bool {
        forks.iter_mut().for_each(|fork| fork.evaluator.flush(&mut fork.seen));
        self.seen.merge(forks.into_iter().map(Self::into_observation).collect())
    }
}

/// The fields of the input that `record` belongs to.
fn carried_by(record: &impl Record) -> FieldSet {
    let is_there = |field: &&Field| match field {
        Field::Password => !matches!(record.secret(), SecretCell::Absent),
        _ => !matches!(record.cell(**field), Cell::Absent),
    };
    Field::ALL.iter().filter(is_there).fold(FieldSet::EMPTY, |set, field| set.with(*field))
}
