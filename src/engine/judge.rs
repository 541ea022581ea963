//! One pass over the inputs: every record to every rule that concerns it.

mod group;
mod roles;
mod takings;

use group::{Concern, Group};

use super::Ready;
use super::describe::{self, Placed, Voice, Whereabouts};
use super::keys::{KeyId, Keys};
use super::ledger::{Hole, InputLedger, LeftOut, Refused};
use super::load::{Body, Loaded};
use super::room::{Finder, Room};
use super::selection::Selection;
use super::tally::Tally;
use crate::check::RecordId;
use crate::check::census::{Account, Census};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::{Severity, Subject};
use crate::input::encoding::Encoding;
use crate::input::{Flow, Format, Intake, Reading, Sink, View, csv, persons, plan, xlsx};
use crate::record::activity::{Activity, Ahead, Contradiction, activity};
use crate::record::dictionary::Code;
use crate::record::name::UserName;
use crate::record::secret::SecretCell;
use crate::record::site::{RoleFacts, Site};
use crate::record::{Cell, Field, FieldSet, Origin, Record};
use crate::rule::file::References;
use crate::source::{InputId, Span};

/// The most records of an input that are refused one by one, so that memory does not grow with bad ones.
const MOST_REFUSED: usize = 20_000;

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
    plainly_active: Known<(bool, Ahead)>,
    present: FieldSet,
    last_tenant: String,
    inactive: u64,
    /// Its records are rows of a table.
    is_table: bool,
    /// It is known what the records of the table at hand carry.
    has_begun: bool,
}

/// What is known of the texts in a list of fields.
#[derive(Default)]
struct Known<T> {
    key: Option<KeyId>,
    by_code: Vec<Option<T>>,
}

impl<T: Copy> Known<T> {
    fn of(key: KeyId) -> Self {
        Self { key: Some(key), by_code: Vec::new() }
    }

    /// The number of the texts of `record`, and what is known of them.
    #[inline]
    fn look_up(&self, keys: &mut Keys, record: &impl Record) -> (Option<Code>, Option<T>) {
        let code = self.key.and_then(|key| keys.code(key, record));
        (code, code.and_then(|code| self.by_code.get(code as usize).copied().flatten()))
    }

    fn learn(&mut self, code: Option<Code>, value: T) {
        let Some(code) = code else { return };
        let code = code as usize;
        if self.by_code.len() <= code {
            self.by_code.resize(code + 1, None);
        }
        self.by_code[code] = Some(value);
    }
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

    fn contradiction(&mut self, found: Contradiction, record: &impl Record, view: &mut View<'_>) {
        if !self.room.take(Finder::Record, Severity::Warning) {
            return;
        }
        let says =
            if found.has_ended { "the deactivation date has come" } else { "the activation date is still ahead" };
        let message = format!("the account is marked active, but {says}");
        let date = if found.has_ended { "has come" } else { "is ahead" };
        let fault = Fault::new(FaultKind::ActivityContradictsDates, found.mark, message)
            .saying("says active")
            .and(found.date, date);
        let excerpt = record.excerpt(&[found.mark, found.date]);
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
        let subject = describe::subject(record, at.file);
        self.diagnostics.push(describe::of_fault(
            &fault,
            Severity::Warning,
            Some(subject),
            Some(&excerpt),
            Some(at),
            Some(view),
        ));
    }

    /// What is known of a record's activity. Most accounts are active and say so in one of a few ways.
    fn activity(&mut self, record: &impl Record) -> Result<Activity, Fault> {
        let Current { plainly_active, keys, .. } = &mut self.input;
        let (code, known) = plainly_active.look_up(keys, record);
        if let Some((is_known, ahead)) = known {
            return Ok(Activity::plain(is_known, ahead));
        }
        let found = activity(record, self.site.as_of, self.site.date_order)?;
        if found.is_plain() {
            plainly_active.learn(code, (found.is_known, found.ahead));
        }
        Ok(found)
    }

    /// What may be shown of a record that cannot be read for certain. Cells of a table may have moved: then any of
    /// them may hold the password, and what stands for the user name need not be one. Keys of a document tell.
    fn doubtful(&self, record: &impl Record, fault: &Fault) -> (Subject, Option<Excerpt>) {
        let mut subject = describe::subject(record, &self.input.file);
        let has_passwords = self.input.is_table && self.input.present.has(Field::Password);
        if has_passwords || (self.input.is_table && !subject.key.contains('@')) {
            subject.key = format!("#{}", subject.number);
        }
        let spans: Vec<Span> = fault.marks.iter().map(|mark| mark.span).collect();
        (subject, (!has_passwords).then(|| record.excerpt(&spans)))
    }

    /// Refuses a record and goes on.
    fn refuse_record(
        &mut self,
        subject: Subject,
        fault: Fault,
        excerpt: Option<&Excerpt>,
        view: &mut View<'_>,
    ) -> Flow {
        if self.ledger().refused.len() >= MOST_REFUSED {
            return self.give_up();
        }
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
        let number = subject.number;
        let placed = describe::of_fault(&fault, Severity::Error, Some(subject), excerpt, Some(at), Some(view));
        let line = placed.diagnostic.labels.first().map_or(0, |label| label.start.line);
        self.diagnostics.push(placed);
        if fault.kind == FaultKind::RecordTooLong {
            self.endless.push(self.input.id);
        }
        let ledger = self.ledger();
        ledger.records += 1;
        ledger.refused.push(Refused { number, line, rule: fault.kind.id(), reason: fault.message });
        Flow::GoOn
    }

    /// Stops reading an input of which too much had to be refused: each refusal is remembered.
    fn give_up(&mut self) -> Flow {
        let message = format!("more than {MOST_REFUSED} records had to be refused; nothing after them was read");
        self.fault(Fault::of_input(FaultKind::RefusedTooMany, message), None, None);
        self.endless.push(self.input.id);
        Flow::Stop
    }

    fn watch_tenant(&mut self, record: &impl Record) {
        if !self.input.present.has(Field::Tenant) {
            return;
        }
        if let Cell::Value(tenant) = record.cell(Field::Tenant)
            && tenant.text != self.input.last_tenant
        {
            self.input.last_tenant = tenant.text.to_string();
            if !self.tenants.contains(&self.input.last_tenant) {
                self.tenants.push(self.input.last_tenant.clone());
            }
        }
    }

    fn ledger(&mut self) -> &mut InputLedger {
        self.ledgers.last_mut().expect("internal error: an input was begun")
    }

    fn hole(&mut self, fault: &Fault, line: Option<u64>) {
        self.holes.push(Hole {
            rule: fault.kind.id().to_owned(),
            reason: fault.message.clone(),
            count: 1,
            file: Some(self.input.file.clone()),
            line,
        });
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

/// Refused records as holes: one for each kind of fault.
fn holes_of(ledger: &InputLedger) -> Vec<Hole> {
    let mut holes: Vec<Hole> = Vec::new();
    for refused in &ledger.refused {
        match holes.iter_mut().find(|hole| hole.rule == refused.rule) {
            Some(hole) => hole.count += 1,
            None => holes.push(Hole {
                rule: refused.rule.to_owned(),
                reason: format!("record refused: {}", refused.reason),
                count: 1,
                file: Some(ledger.file.clone()),
                line: Some(refused.line),
            }),
        }
    }
    holes
}

/// The fields of the input that `record` belongs to.
fn present_of(record: &impl Record) -> FieldSet {
    let is_there = |field: &&Field| match field {
        Field::Password => !matches!(record.secret(), SecretCell::Absent),
        _ => !matches!(record.cell(**field), Cell::Absent),
    };
    Field::ALL.iter().filter(is_there).fold(FieldSet::EMPTY, |set, field| set.with(*field))
}
