//! One pass over the inputs: every record to every rule that concerns it.

mod admit;
mod group;
mod refusal;
mod takings;

use admit::Known;
use group::{Concern, Group};
use refusal::holes_of;

use super::Ready;
use super::describe::{self, Placed, Voice, Whereabouts};
use super::keys::Keys;
use super::ledger::{Hole, InputLedger, LeftOut};
use super::load::{Body, Loaded};
use super::room::Room;
use super::selection::Selection;
use super::tally::Tally;
use crate::check::RecordId;
use crate::check::census::{Account, Census};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::{Severity, Subject};
use crate::input::encoding::Encoding;
use crate::input::{Flow, Format, Intake, Reading, Sink, View, csv, persons, plan, xlsx};
use crate::record::name::UserName;
use crate::record::secret::SecretCell;
use crate::record::site::{RoleFacts, Site};
use crate::record::{Cell, Field, FieldSet, Origin, Record};
use crate::rule::file::References;
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
    ledgers: Vec<InputLedger>,
    holes: Vec<Hole>,
    tenants: Vec<String>,
    endless: Vec<InputId>,
    room: Room,
    input: Current,
}

/// The input that is being read.
#[derive(Default)]
struct Current {
    id: InputId,
    file: String,
    groups: Vec<Group>,
    keys: Keys,
    /// What the roles mean, and the cells of activity that say no more than that an account is active.
    roles: Known<RoleFacts>,
    plainly_active: Known<bool>,
    present: FieldSet,
    last_tenant: String,
    inactive: u64,
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
            ledgers: Vec::new(),
            holes: Vec::new(),
            tenants: Vec::new(),
            endless: Vec::new(),
            room: Room::default(),
            input: Current::default(),
        }
    }

    /// Reads an input. What it took in, unless nothing of it can be read.
    pub fn input(&mut self, loaded: &Loaded, reading: &Reading<'_>) -> Option<Intake> {
        self.begin(loaded);
        let intake = self.read(loaded, reading);
        self.end(intake.as_ref(), loaded.input().map(|input| input.encoding));
        intake
    }

    fn begin(&mut self, loaded: &Loaded) {
        self.input = Current { id: loaded.id, file: loaded.name.clone(), ..Current::default() };
        self.ledgers.push(InputLedger {
            file: loaded.name.clone(),
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
                persons::read_document(document, shape, input.id, reading, self)
                    .map_err(|fault| self.fault(fault, None, Some(&mut view)))
            }
            Body::Lines => persons::read_lines(&input.source, input.id, reading, None, self)
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
        let inactive = self.input.inactive;
        let ledger = self.ledgers.last_mut().expect("internal error: an input was begun");
        if inactive > 0 {
            ledger.left_out.push(LeftOut { reason: "inactive".to_owned(), count: inactive });
        }
        if let Some(intake) = intake {
            ledger.encoding = encoding.map(Encoding::word);
            ledger.columns.clone_from(&intake.columns);
            ledger.unknown_columns.clone_from(&intake.unknown);
        }
        for hole in holes_of(ledger) {
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
        self.input.keys = Keys::default();
        self.group_rules(present);
        let life = [Field::Active, Field::Activated, Field::Deactivated];
        let life: Vec<Field> = life.into_iter().filter(|field| present.has(*field)).collect();
        self.input.plainly_active = Known::of(self.input.keys.list(&life));
        self.input.roles = Known::of(self.input.keys.list(&[Field::Roles]));
        self.input.present = present;
    }

    fn ledger(&mut self) -> &mut InputLedger {
        self.ledgers.last_mut().expect("internal error: an input was begun")
    }
}

impl Sink for Judge<'_> {
    fn begin_table(&mut self, present: FieldSet) -> Vec<Field> {
        self.flush();
        self.input.is_table = true;
        self.begin_records(present);
        self.input.keys.fields()
    }

    fn record(&mut self, record: &impl Record, view: &mut View<'_>) -> Flow {
        if !self.input.has_begun {
            self.begin_records(present_of(record));
        }
        self.input.keys.next_record();
        let found = match self.activity(record) {
            Ok(found) => found,
            Err(fault) => {
                let (subject, excerpt) = self.doubtful(record, &fault);
                return self.refuse_record(subject, fault, excerpt.as_ref(), view);
            }
        };
        self.ledger().records += 1;
        if let Some(contradiction) = found.contradiction {
            self.contradiction(contradiction, record, view);
        }
        self.watch_tenant(record);
        let cell = record.cell(Field::UserName);
        let name = cell.text().map(UserName::new);
        let present = self.input.present;
        let is_api_user = self.selection.decide(record, name.as_ref(), &self.input.file, present);
        let account = Account {
            record,
            id: RecordId { input: self.input.id, number: record.number() },
            origin: record.origin(),
            activity: &found,
            is_api_user,
            roles: self.role_facts(record),
            name,
            is_nameless: matches!(cell, Cell::Absent),
            present,
        };
        self.census.as_mut().expect("internal error: a pass has a census").observe(&account);

        let is_present = found.is_active || (record.origin() == Origin::Plan && found.is_ahead());
        self.judge_record(record, Concern { is_api_user, is_present, user_name: cell.text() }, view);
        if is_present || is_api_user {
            self.ledger().judged += 1;
        } else {
            self.input.inactive += 1;
        }
        Flow::GoOn
    }

    fn refuse(&mut self, number: u64, _: Span, fault: Fault, excerpt: Option<Excerpt>, view: &mut View<'_>) -> Flow {
        // Its user name cannot be trusted: the record goes by its number.
        let subject = Subject { file: self.input.file.clone(), number, key: format!("#{number}") };
        self.refuse_record(subject, fault, excerpt.as_ref(), view)
    }

    fn fault(&mut self, fault: Fault, excerpt: Option<Excerpt>, view: Option<&mut View<'_>>) {
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
        let placed = describe::of_fault(&fault, Severity::Error, None, excerpt.as_ref(), Some(at), view);
        let line = placed.diagnostic.labels.first().map(|label| label.start.line);
        self.diagnostics.push(placed);
        self.hole(&fault, line);
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
