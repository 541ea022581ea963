//! One pass over the inputs: every record to every rule that concerns it.

mod admit;
mod fork;
mod group;
mod looks;
mod refusal;
mod roles;
mod takings;

use std::sync::Arc;

use admit::{Concerned, Known};
use group::{Attention, Group};
use looks::{Looks, PlainNames};

use super::Ready;
use super::describe::{self, Placed, Voice, Whereabouts};
use super::keys::Keys;
use super::ledger::{Hole, InputLedger, LeftOut};
use super::load::{Body, Loaded};
use super::room::Room;
use super::selection::Selection;
use super::tally::Tally;
use crate::check::Shape;
use crate::check::census::Census;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::{Severity, Subject};
use crate::read::encoding::Encoding;
use crate::read::{Flow, Format, Intake, Reading, Run, Single, Sink, View, csv, json, plan, xlsx};
use crate::record::activity::Activity;
use crate::record::secret::SecretCell;
use crate::record::site::{RoleFacts, Site};
use crate::record::{Cell, Field, FieldSet, Record};
use crate::rule::{self, file::References};
use crate::source::{InputId, Span};

/// The state of a pass.
pub struct Judge<'a> {
    site: &'a Site,
    rules: &'a [Ready<'a>],
    voice: Voice<'a>,
    selection: Selection,
    census: Option<Census>,
    tallies: Vec<Tally>,
    diagnostics: Vec<Placed>,
    /// What rules and dates of single records said; how many may be listed is bounded.
    findings: Vec<Placed>,
    ledgers: Vec<InputLedger>,
    holes: Vec<Hole>,
    tenants: Vec<String>,
    endless: Vec<InputId>,
    room: Room,
    /// Other judges see other records of the same input.
    is_fork: bool,
    looks: Looks,
    input: Current,
    /// Room to work in, kept from one run to the next.
    concerned: Concerned,
    attention: Vec<Attention>,
}

/// The input that is being read.
#[derive(Default)]
struct Current {
    id: InputId,
    file: Arc<str>,
    groups: Vec<Group>,
    keys: Keys,
    /// What the roles mean, and the cells of activity that say no more than that an account is active.
    roles: Known<RoleFacts>,
    plainly_active: Known<Activity>,
    /// What user names have to look like to satisfy the rules that read nothing else, and whom those concern.
    shape_of_names: Option<(rule::Subject, Shape)>,
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
        rules: &'a [Ready<'a>],
        references: &'a References,
        selection: Selection,
        census: Census,
    ) -> Self {
        Self {
            site,
            rules,
            voice: Voice { references, product: site.product },
            selection,
            census: Some(census),
            tallies: vec![Tally::default(); rules.len()],
            diagnostics: Vec::new(),
            findings: Vec::new(),
            ledgers: Vec::new(),
            holes: Vec::new(),
            tenants: Vec::new(),
            endless: Vec::new(),
            room: Room::default(),
            is_fork: false,
            looks: Looks::default(),
            input: Current::default(),
            concerned: Concerned::default(),
            attention: Vec::new(),
        }
    }

    /// Reads an input. What it took in, unless nothing of it can be read.
    pub fn input(&mut self, loaded: &Loaded, reading: &Reading<'_>) -> Option<Intake> {
        self.begin(loaded);
        if let (Some(input), Some(census)) = (loaded.input(), &mut self.census) {
            self.input.bytes = input.source.length();
            if reading.jobs < 2 {
                census.expect(self.input.bytes, 1);
            }
        }
        let intake = self.read(loaded, reading);
        self.end(intake.as_ref(), loaded.input().map(|input| input.encoding));
        intake
    }

    fn begin(&mut self, loaded: &Loaded) {
        self.input = Current { id: loaded.id, file: Arc::clone(&loaded.name), ..Current::default() };
        self.ledgers.push(InputLedger {
            file: loaded.name.to_string(),
            format: loaded.format.map(Format::word),
            bytes: loaded.input().map_or(0, |input| input.source.raw_length()),
            ..InputLedger::default()
        });
    }

    fn read(&mut self, loaded: &Loaded, reading: &Reading<'_>) -> Option<Intake> {
        let Some(input) = loaded.input() else {
            if let Body::Bad(faults, _) = &loaded.body {
                faults.iter().for_each(|fault| self.fault(fault.clone(), None, None));
            }
            return None;
        };
        let read = match &loaded.body {
            Body::Bad(faults, document) => {
                let mut view = document.as_ref().map(|document| View::new(&document.text, document.base, 1));
                faults.iter().for_each(|fault| self.fault(fault.clone(), None, view.as_mut()));
                return None;
            }
            Body::Plan(plan) => {
                let mut view = plan.view();
                for fault in &plan.faults {
                    let spans: Vec<Span> = fault.marks.iter().map(|mark| mark.span).take(1).collect();
                    self.fault(fault.clone(), plan.excerpt(&spans), Some(&mut view));
                }
                let intake = plan.read(input, self);
                if plan.has_users() && intake.records == 0 {
                    self.fault(plan::without_users(), None, None);
                }
                return Some(intake);
            }
            Body::Persons(document, shape) => {
                let mut view = View::new(&document.text, document.base, 1);
                json::read_document(document, shape, &input.source, input.id, reading, self)
                    .map_err(|fault| self.fault(fault, None, Some(&mut view)))
            }
            Body::LargeList => json::read_large_list(&input.source, input.id, reading, self)
                .map_err(|fault| self.fault(fault, None, None)),
            Body::Lines => json::read_lines(&input.source, input.id, reading, None, self)
                .map_err(|fault| self.fault(fault, None, None)),
            Body::Workbook => {
                xlsx::read(&input.source, input.id, reading, self).map_err(|fault| self.fault(fault, None, None))
            }
            Body::Table => csv::read(&input.source, input.id, reading, self).map_err(|bad| self.bad_head(&bad)),
        };
        let intake = read.ok()?;
        if intake.records == 0 {
            self.fault(Fault::of_input(FaultKind::NoRecords, "the input holds no account"), None, None);
        }
        Some(intake)
    }

    fn bad_head(&mut self, bad: &csv::head::BadHead) {
        let mut view = View::new(&bad.text, bad.base, 1);
        let spans: Vec<Span> = bad.fault.marks.iter().map(|mark| mark.span).collect();
        let excerpt = bad.is_header.then(|| csv::head::header_excerpt(&bad.text, bad.base, &spans));
        self.fault(bad.fault.clone(), excerpt, (!spans.is_empty()).then_some(&mut view));
    }

    fn end(&mut self, intake: Option<&Intake>, encoding: Option<Encoding>) {
        self.flush();
        let Current { records, left_out, .. } = self.input;
        let ledger = self.ledgers.last_mut().expect("internal error: an input was begun");
        ledger.records += records;
        ledger.judged += records - left_out;
        if left_out > 0 {
            ledger.left_out.push(LeftOut { reason: "inactive".to_owned(), count: left_out });
        }
        if let Some(intake) = intake {
            ledger.encoding = encoding.map(Encoding::word);
            ledger.columns.clone_from(&intake.columns);
            ledger.unknown_columns.clone_from(&intake.unknown);
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
        self.input.plainly_active = Known::of(self.input.keys.list(&life));
        self.input.roles = Known::of(self.input.keys.list(&[Field::Roles]));
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

    fn records(&mut self, run: &impl Run, view: &mut View<'_>) -> Flow {
        if !self.input.has_begun {
            self.begin_records(present_of(&run.record(0)));
        }
        self.input.keys.tell(run);
        let mut concerned = std::mem::take(&mut self.concerned);
        let flow = self.admit(run, &mut concerned, view);
        self.judge_run(run, &concerned, view);
        self.concerned = concerned;
        if self.is_fork && self.room.is_exceeded() { Flow::Stop } else { flow }
    }

    fn record(&mut self, record: &impl Record, view: &mut View<'_>) -> Flow {
        self.records(&Single(record), view)
    }

    fn refuse(&mut self, number: u64, _: Span, fault: Fault, excerpt: Option<Excerpt>, view: &mut View<'_>) -> Flow {
        // Its user name cannot be trusted: the record goes by its number.
        let subject = Subject { file: Arc::clone(&self.input.file), number, key: format!("#{number}") };
        self.refuse_record(subject, fault, excerpt.as_ref(), view)
    }

    fn fault(&mut self, fault: Fault, excerpt: Option<Excerpt>, view: Option<&mut View<'_>>) {
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
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
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
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
