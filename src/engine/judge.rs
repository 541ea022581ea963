//! One pass over the inputs: every record to every rule that concerns it.

mod admit;
mod confusable_names;
mod fork;
mod group;
mod refusal;
mod results;
mod roles;

use std::sync::Arc;

use admit::{AccountFlags, SymbolMap};
use confusable_names::{ConfusableNames, PlainNames};
use group::{Group, PendingCheck};

use super::ConfiguredRule;
use super::describe::{self, InputRef, MessageContext, PlacedDiagnostic};
use super::keys::Keys;
use super::ledger::{Hole, InputLedger, LeftOut};
use super::limits::FindingLimits;
use super::load::Loaded;
use super::selection::Selection;
use super::tally::Tally;
use crate::check::TextShape;
use crate::check::population::Population;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::{RecordRef, Severity};
use crate::read::encoding::Encoding;
use crate::read::{Flow, Format, Locator, ReadOptions, ReadSummary, RecordBatch, SingleRecord, Sink, Unreadable};
use crate::record::activity::Activity;
use crate::record::secret::SecretCell;
use crate::record::site::{RoleFacts, Site};
use crate::record::{Cell, Field, FieldSet, Record};
use crate::rule::{self, file::References};
use crate::source::{InputId, Span};

/// The state of a pass.
pub struct Judge<'a> {
    site: &'a Site,
    rules: &'a [ConfiguredRule<'a>],
    message_context: MessageContext<'a>,
    selection: Selection,
    population: Option<Population>,
    tallies: Vec<Tally>,
    diagnostics: Vec<PlacedDiagnostic>,
    /// What rules and dates of single records said; how many may be listed is bounded.
    findings: Vec<PlacedDiagnostic>,
    ledgers: Vec<InputLedger>,
    holes: Vec<Hole>,
    tenants: Vec<String>,
    endless: Vec<InputId>,
    limits: FindingLimits,
    /// Other judges see other records of the same input.
    is_fork: bool,
    confusable_names: ConfusableNames,
    input: InputState,
    /// Room to work in, kept from one run to the next.
    concerned: AccountFlags,
    pending: Vec<PendingCheck>,
}

/// The input that is being read.
#[derive(Default)]
struct InputState {
    id: InputId,
    file: Arc<str>,
    groups: Vec<Group>,
    keys: Keys,
    /// What the roles mean, and the cells of activity that say no more than that an account is active.
    roles: SymbolMap<RoleFacts>,
    plainly_active: SymbolMap<Activity>,
    /// What user names have to look like to satisfy the rules that read nothing else, and whom those concern.
    shape_of_names: Option<(rule::Subject, TextShape)>,
    plain_names: PlainNames,
    present: FieldSet,
    last_tenant: String,
    /// How large it is.
    bytes: u64,
    /// Records that were not refused, and those of them that no rule concerns.
    records: u64,
    left_out: u64,
    /// Its records are rows of a table.
    is_table: bool,
    /// It is known what the records of the table at hand carry.
    has_begun: bool,
}

impl<'a> Judge<'a> {
    pub fn new(
        site: &'a Site,
        rules: &'a [ConfiguredRule<'a>],
        references: &'a References,
        selection: Selection,
        population: Population,
    ) -> Self {
        Self {
            site,
            rules,
            message_context: MessageContext { references, product: site.product },
            selection,
            population: Some(population),
            tallies: vec![Tally::default(); rules.len()],
            diagnostics: Vec::new(),
            findings: Vec::new(),
            ledgers: Vec::new(),
            holes: Vec::new(),
            tenants: Vec::new(),
            endless: Vec::new(),
            limits: FindingLimits::default(),
            is_fork: false,
            confusable_names: ConfusableNames::default(),
            input: InputState::default(),
            concerned: AccountFlags::default(),
            pending: Vec::new(),
        }
    }

    /// Reads an input. What it took in, unless nothing of it can be read.
    pub fn input(&mut self, loaded: &Loaded, read_options: &ReadOptions<'_>) -> Option<ReadSummary> {
        self.begin(loaded);
        if let (Some(input), Some(population)) = (loaded.input(), &mut self.population) {
            self.input.bytes = input.source.length();
            if read_options.jobs < 2 {
                population.expect(self.input.bytes, 1);
            }
        }
        let summary = self.read(loaded, read_options);
        self.end(summary.as_ref(), loaded.input().map(|input| input.encoding));
        summary
    }

    fn begin(&mut self, loaded: &Loaded) {
        self.input = InputState { id: loaded.id, file: Arc::clone(&loaded.name), ..InputState::default() };
        self.ledgers.push(InputLedger {
            file: loaded.name.to_string(),
            format: loaded.format.map(Format::word),
            bytes: loaded.input().map_or(0, |input| input.source.raw_length()),
            ..InputLedger::default()
        });
    }

    fn read(&mut self, loaded: &Loaded, read_options: &ReadOptions<'_>) -> Option<ReadSummary> {
        match (&loaded.opened, loaded.input()) {
            (Ok(opened), Some(input)) => {
                let summary = opened.read(input, read_options, self)?;
                if summary.records == 0 && !summary.holds_more {
                    self.fault(Fault::of_input(FaultKind::NoRecords, "the input holds no account"), None, None);
                }
                Some(summary)
            }
            (Err(Unreadable { faults, document }), _) => {
                let mut view = document.as_ref().map(|document| Locator::new(&document.text, document.base, 1));
                faults.iter().for_each(|fault| self.fault(fault.clone(), None, view.as_mut()));
                None
            }
            (Ok(_), None) => unreachable!("internal error: what was opened has bytes"),
        }
    }

    fn end(&mut self, summary: Option<&ReadSummary>, encoding: Option<Encoding>) {
        self.flush();
        let InputState { records, left_out, .. } = self.input;
        let ledger = self.ledgers.last_mut().expect("internal error: an input was begun");
        ledger.records += records;
        ledger.judged += records - left_out;
        if left_out > 0 {
            ledger.left_out.push(LeftOut { reason: "inactive".to_owned(), count: left_out });
        }
        if let Some(summary) = summary {
            ledger.encoding = encoding.map(Encoding::word);
            ledger.columns.clone_from(&summary.columns);
            ledger.unknown_columns.clone_from(&summary.unknown);
        }
        for hole in ledger.holes() {
            self.holes.push(hole);
        }
    }

    /// Counts what the memories met.
    fn flush(&mut self) {
        self.input.groups.iter_mut().for_each(|group| group.flush(&mut self.tallies));
    }

    /// Prepares for the records of this input.
    fn begin_records(&mut self, present: FieldSet) {
        self.input.has_begun = true;
        self.input.keys = Keys::new(self.site.as_of);
        self.group_rules(present);
        let shaped = |group: &Group| group.shape_of_names();
        self.input.shape_of_names = self.input.groups.iter().find_map(shaped);
        let life = [Field::Active, Field::Activated, Field::Deactivated];
        let life: Vec<Field> = life.into_iter().filter(|field| present.has(*field)).collect();
        self.input.plainly_active = SymbolMap::of(self.input.keys.list(&life));
        self.input.roles = SymbolMap::of(self.input.keys.list(&[Field::Roles]));
        self.input.plain_names = PlainNames::of(&mut self.input.keys, present);
        self.input.present = present;
    }

    fn ledger(&mut self) -> &mut InputLedger {
        self.ledgers.last_mut().expect("internal error: an input was begun")
    }
}

impl Sink for Judge<'_> {
    fn begin_table(&mut self, present: FieldSet) {
        self.flush();
        self.input.is_table = true;
        self.begin_records(present);
    }

    fn records(&mut self, run: &impl RecordBatch, view: &mut Locator<'_>) -> Flow {
        if !self.input.has_begun {
            self.begin_records(present_of(&run.record(0)));
        }
        self.input.keys.tell(run);
        let mut concerned = std::mem::take(&mut self.concerned);
        let flow = self.admit(run, &mut concerned, view);
        self.judge_run(run, &concerned, view);
        self.concerned = concerned;
        if self.is_fork && self.limits.is_exceeded() { Flow::Stop } else { flow }
    }

    fn record(&mut self, record: &impl Record, view: &mut Locator<'_>) -> Flow {
        self.records(&SingleRecord(record), view)
    }

    fn refuse(&mut self, number: u64, _: Span, fault: Fault, excerpt: Option<Excerpt>, view: &mut Locator<'_>) -> Flow {
        // Its user name cannot be trusted: the record goes by its number.
        let subject = RecordRef { file: Arc::clone(&self.input.file), number, key: format!("#{number}") };
        self.refuse_record(subject, fault, excerpt.as_ref(), view)
    }

    fn fault(&mut self, fault: Fault, excerpt: Option<Excerpt>, view: Option<&mut Locator<'_>>) {
        let at = InputRef { input: self.input.id, file: &self.input.file };
        let placed = describe::of_fault(&fault, Severity::Error, None, excerpt.as_ref(), Some(at), view);
        let line = placed.diagnostic.labels.first().map(|label| label.start.line);
        self.diagnostics.push(placed);
        self.hole(&fault, line);
    }

    fn fork(&self, of: usize) -> Option<Self> {
        Some(self.forked(of))
    }

    fn join(&mut self, forks: Vec<Self>) -> bool {
        self.joined(forks)
    }

    fn note(&mut self, fault: Fault) {
        let at = InputRef { input: self.input.id, file: &self.input.file };
        self.diagnostics.push(describe::of_fault(&fault, Severity::Note, None, None, Some(at), None));
    }
}

/// The fields of the input that `record` belongs to.
fn present_of(record: &impl Record) -> FieldSet {
    let is_there = |field: &&Field| match field {
        Field::Password => !matches!(record.secret(), SecretCell::Absent),
        _ => !matches!(record.cell(**field), Cell::Absent),
    };
    Field::ALL.iter().filter(is_there).fold(FieldSet::EMPTY, |set, field| set.with(*field))
}
