//! One pass over the inputs: every record to every rule that concerns it.

use hashbrown::HashMap;

use super::Ready;
use super::describe::{self, Placed, Voice, Whereabouts};
use super::ledger::{ApiUsersLedger, Hole, InputLedger, LeftOut, Refused, RuleOutcome};
use super::load::{Body, Loaded};
use super::memo::{Entry, Memo};
use super::selection::Selection;
use super::tally::{Brief, First, Tally};
use crate::check::census::{Account, Census};
use crate::check::{Check, Conclusion, Judgement, RecordCheck};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::{Severity, Subject};
use crate::input::{Flow, Format, Intake, Reading, Sink, View, csv, persons, plan};
use crate::record::activity::{Activity, Contradiction, activity};
use crate::record::secret::SecretCell;
use crate::record::site::{RoleFacts, Site};
use crate::record::{Cell, Field, FieldSet, Origin, Record};
use crate::rule;
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
    input: Current,
}

/// The input that is being read.
#[derive(Default)]
struct Current {
    id: InputId,
    file: String,
    groups: Vec<Group>,
    roles: HashMap<Box<str>, RoleFacts, foldhash::fast::FixedState>,
    /// Texts of the cells of activity that say no more than that an account is active.
    plainly_active: HashMap<Box<str>, bool, foldhash::fast::FixedState>,
    life: Vec<Field>,
    key: String,
    present: FieldSet,
    folded: String,
    last_tenant: String,
    inactive: u64,
}

/// Rules that read the same fields of the same accounts.
struct Group {
    subject: rule::Subject,
    fields: Vec<Field>,
    rules: Vec<usize>,
    memo: Memo,
}

/// The most texts of one kind of cell that are remembered.
const MOST_TEXTS: usize = 16 * 1024;

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
            input: Current::default(),
        }
    }

    /// Reads an input. What it took in, unless nothing of it can be read.
    pub fn input(&mut self, loaded: &Loaded, reading: &Reading<'_>) -> Option<Intake> {
        self.begin(loaded);
        let intake = self.read(loaded, reading);
        self.end(intake.as_ref());
        intake
    }

    fn begin(&mut self, loaded: &Loaded) {
        self.input = Current { id: loaded.id, file: loaded.name.clone(), ..Current::default() };
        self.ledgers.push(InputLedger {
            file: loaded.name.clone(),
            format: loaded.format.map(Format::word),
            bytes: loaded.input().map_or(0, |input| input.source.length()),
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
            Body::Table => csv::read(&input.source, input.id, reading, self).map_err(|bad| self.bad_head(&bad)),
        };
        let intake = read.ok()?;
        if intake.records == 0 {
            self.fault(Fault::of_input(FaultKind::NoRecords, "the input holds no account"), None, None);
        }
        Some(intake)
    }

    fn bad_head(&mut self, bad: &csv::BadHead) {
        let mut view = View::new(&bad.text, bad.base, 1);
        let spans: Vec<Span> = bad.fault.marks.iter().map(|mark| mark.span).collect();
        let excerpt = bad.is_header.then(|| csv::header_excerpt(&bad.text, bad.base, &spans));
        self.fault(bad.fault.clone(), excerpt, (!spans.is_empty()).then_some(&mut view));
    }

    fn end(&mut self, intake: Option<&Intake>) {
        self.flush();
        let inactive = self.input.inactive;
        let ledger = self.ledgers.last_mut().expect("internal error: an input was begun");
        if inactive > 0 {
            ledger.left_out.push(LeftOut { reason: "inactive".to_owned(), count: inactive });
        }
        if let Some(intake) = intake {
            ledger.encoding = Some("utf-8");
            ledger.columns.clone_from(&intake.columns);
            ledger.unknown_columns.clone_from(&intake.unknown);
        }
        for hole in holes_of(ledger) {
            self.holes.push(hole);
        }
    }

    /// Counts what the memories met.
    fn flush(&mut self) {
        for group in &mut self.input.groups {
            for entry in group.memo.drain() {
                for (rule, brief) in group.rules.iter().zip(&entry.briefs) {
                    self.tallies[*rule].add(*brief, entry.times, || entry.first.clone());
                }
            }
        }
    }

    /// Prepares for the records of this input, of which this is the first.
    fn begin_records(&mut self, record: &impl Record) {
        let present = present_of(record);
        self.group_rules(present, record.origin());
        let life = [Field::Active, Field::Activated, Field::Deactivated];
        self.input.life = life.into_iter().filter(|field| present.has(*field)).collect();
        self.input.present = present;
    }

    /// Puts the rules into groups by what they read of this input.
    fn group_rules(&mut self, present: FieldSet, origin: Origin) {
        let mut groups: Vec<Group> = Vec::new();
        for (number, ready) in self.rules.iter().enumerate().filter(|(_, ready)| !ready.is_off()) {
            let Check::Record(check) = &ready.rule.check else { continue };
            let reads = check.reads(present);
            let fields: Vec<Field> =
                Field::ALL.iter().copied().filter(|field| reads.has(*field) && present.has(*field)).collect();
            match groups.iter_mut().find(|group| group.subject == ready.rule.subject && group.fields == fields) {
                Some(group) => group.rules.push(number),
                None => groups.push(Group {
                    subject: ready.rule.subject,
                    rules: vec![number],
                    memo: Memo::new(&fields, origin),
                    fields,
                }),
            }
        }
        self.input.groups = groups;
    }

    fn judge_record(&mut self, record: &impl Record, account: Concern, view: &mut View<'_>) {
        let mut groups = std::mem::take(&mut self.input.groups);
        for group in groups.iter_mut().filter(|group| account.is_concern_of(group.subject)) {
            let (site, rules) = (self.site, self.rules);
            let file = &self.input.file;
            let input = self.input.id;
            let briefs = |view: &mut View<'_>| {
                entry(&group.rules, rules, record, site, || First {
                    input: input.0,
                    line: view.locate(record.span().start).line,
                    file: file.clone(),
                })
            };
            match group.memo.look_up(record, &group.fields, || briefs(view)) {
                Some(entry) if !entry.has_failure => {}
                Some(entry) => {
                    let failing: Vec<usize> = group
                        .rules
                        .iter()
                        .zip(&entry.briefs)
                        .filter(|(_, brief)| **brief == Brief::Fail)
                        .map(|(rule, _)| *rule)
                        .collect();
                    failing.into_iter().for_each(|rule| self.report(rule, record, view));
                }
                None => group.rules.iter().for_each(|rule| self.judge_one(*rule, record, view)),
            }
        }
        self.input.groups = groups;
    }

    /// Judges without a memory.
    fn judge_one(&mut self, number: usize, record: &impl Record, view: &mut View<'_>) {
        let judgement = check_of(&self.rules[number]).judge(record, self.site);
        let brief = brief(&judgement);
        let (input, file) = (self.input.id.0, &self.input.file);
        let first = || Some(First { input, line: view.locate(record.span().start).line, file: file.clone() });
        self.tallies[number].add(brief, 1, first);
        self.describe(number, judgement, record, view);
    }

    /// Judges again what is known to fail, for the words and places.
    fn report(&mut self, number: usize, record: &impl Record, view: &mut View<'_>) {
        let judgement = check_of(&self.rules[number]).judge(record, self.site);
        self.describe(number, judgement, record, view);
    }

    fn describe(&mut self, number: usize, judgement: Judgement, record: &impl Record, view: &mut View<'_>) {
        let Judgement::Fail(violations) = judgement else { return };
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
        for violation in violations {
            let placed = describe::of_violation(&self.rules[number], number, violation, record, at, self.voice, view);
            self.diagnostics.push(placed);
        }
    }

    fn contradiction(&mut self, found: Contradiction, record: &impl Record, view: &mut View<'_>) {
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

    /// What is known of a record's activity. Most accounts are active and say so in one of a few ways, which
    /// are remembered by their texts.
    fn activity(&mut self, record: &impl Record) -> Result<Activity, Fault> {
        let read = || activity(record, self.site.as_of, self.site.date_order);
        let Current { plainly_active, life, key, .. } = &mut self.input;
        if record.origin() == Origin::Plan || !join(record, life, key) {
            return read();
        }
        if let Some(is_known) = plainly_active.get(key.as_str()) {
            return Ok(Activity::plain(*is_known));
        }
        let found = read()?;
        if found.is_plain() && plainly_active.len() < MOST_TEXTS {
            plainly_active.insert(key.as_str().into(), found.is_known);
        }
        Ok(found)
    }

    fn role_facts(&mut self, record: &impl Record) -> RoleFacts {
        let find = || self.site.role_facts(&record.list(Field::Roles, &self.site.lists));
        let Some(raw) = record.raw(Field::Roles) else { return find() };
        if let Some(facts) = self.input.roles.get(raw) {
            return *facts;
        }
        let facts = find();
        if self.input.roles.len() < MOST_TEXTS {
            self.input.roles.insert(raw.into(), facts);
        }
        facts
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

/// What an account is, as far as rules choose their subjects by it.
#[derive(Clone, Copy)]
struct Concern {
    is_api_user: bool,
    is_present: bool,
}

impl Concern {
    const fn is_concern_of(self, subject: rule::Subject) -> bool {
        match subject {
            rule::Subject::ApiUser => self.is_api_user && self.is_present,
            rule::Subject::AnyApiUser => self.is_api_user,
            rule::Subject::Account => true,
            rule::Subject::ActiveAccount => self.is_present,
            rule::Subject::Tenant => false,
        }
    }
}

fn check_of<'r>(ready: &'r Ready<'_>) -> &'r dyn RecordCheck {
    match &ready.rule.check {
        Check::Record(check) => check.as_ref(),
        Check::Population(_) => unreachable!("internal error: only record checks are in groups"),
    }
}

const fn brief(judgement: &Judgement) -> Brief {
    match judgement {
        Judgement::Pass => Brief::Pass,
        Judgement::Fail(_) => Brief::Fail,
        Judgement::NotApplicable(reason) => Brief::NotApplicable(*reason),
        Judgement::NotDeterminable(reason) => Brief::NotDeterminable(*reason),
    }
}

fn entry(
    numbers: &[usize],
    rules: &[Ready<'_>],
    record: &impl Record,
    site: &Site,
    first: impl FnOnce() -> First,
) -> Entry {
    let briefs: Vec<Brief> =
        numbers.iter().map(|number| brief(&check_of(&rules[*number]).judge(record, site))).collect();
    let has_failure = briefs.contains(&Brief::Fail);
    let is_open = briefs.iter().any(|brief| matches!(brief, Brief::NotDeterminable(_)));
    Entry { times: 0, briefs, first: is_open.then(first), has_failure }
}

impl Sink for Judge<'_> {
    fn record(&mut self, record: &impl Record, view: &mut View<'_>) -> Flow {
        if self.ledger().records == self.ledger().refused.len() as u64 {
            self.begin_records(record);
        }
        let found = match self.activity(record) {
            Ok(found) => found,
            Err(fault) => {
                let spans: Vec<Span> = fault.marks.iter().map(|mark| mark.span).collect();
                let excerpt = record.excerpt(&spans);
                return self.refuse(record.number(), record.span(), fault, Some(excerpt), view);
            }
        };
        self.ledger().records += 1;
        if let Some(contradiction) = found.contradiction {
            self.contradiction(contradiction, record, view);
        }
        self.watch_tenant(record);
        let mut folded = std::mem::take(&mut self.input.folded);
        folded.clear();
        let name = record.cell(Field::UserName);
        if let Some(text) = name.text() {
            folded.push_str(text);
            folded.make_ascii_lowercase();
        }
        let folded_name = (!folded.is_empty()).then_some(folded.as_str());
        let is_api_user = self.selection.decide(record, folded_name, &self.input.file, self.input.present);
        let roles = self.role_facts(record);
        let is_nameless = matches!(name, Cell::Absent);
        let present = self.input.present;
        let account = Account { record, activity: &found, is_api_user, roles, folded_name, is_nameless, present };
        self.census.as_mut().expect("internal error: a pass has a census").observe(&account);
        self.input.folded = folded;

        let is_present = found.is_active || (record.origin() == Origin::Plan && found.is_ahead());
        self.judge_record(record, Concern { is_api_user, is_present }, view);
        if is_present || is_api_user {
            self.ledger().judged += 1;
        } else {
            self.input.inactive += 1;
        }
        Flow::GoOn
    }

    fn refuse(&mut self, number: u64, _: Span, fault: Fault, excerpt: Option<Excerpt>, view: &mut View<'_>) -> Flow {
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
        // Its user name cannot be trusted: a refused record goes by its number.
        let subject = Subject { file: self.input.file.clone(), number, key: format!("#{number}") };
        let placed = describe::of_fault(&fault, Severity::Error, Some(subject), excerpt.as_ref(), Some(at), Some(view));
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

    fn fault(&mut self, fault: Fault, excerpt: Option<Excerpt>, view: Option<&mut View<'_>>) {
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
        let placed = describe::of_fault(&fault, Severity::Error, None, excerpt.as_ref(), Some(at), view);
        let line = placed.diagnostic.labels.first().map(|label| label.start.line);
        self.diagnostics.push(placed);
        self.hole(&fault, line);
    }
}

/// Puts the texts of cells into `key`; false where the record lacks one.
fn join(record: &impl Record, fields: &[Field], key: &mut String) -> bool {
    key.clear();
    fields.iter().all(|field| {
        let text = record.raw(*field);
        key.push_str(text.unwrap_or_default());
        key.push('\u{1f}');
        text.is_some()
    })
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

/// What the engine takes out of a pass.
impl<'a> Judge<'a> {
    pub fn take_census(&mut self) -> Census {
        self.census.take().expect("internal error: a census is taken once")
    }

    pub fn take_diagnostics(&mut self) -> Vec<Placed> {
        std::mem::take(&mut self.diagnostics)
    }

    pub fn take_ledgers(&mut self) -> Vec<InputLedger> {
        std::mem::take(&mut self.ledgers)
    }

    pub fn take_holes(&mut self) -> Vec<Hole> {
        std::mem::take(&mut self.holes)
    }

    pub fn saw_api_user_kind(&self) -> bool {
        self.selection.saw_kind
    }

    pub fn tenants(&self) -> &[String] {
        &self.tenants
    }

    pub fn has_endless_record(&self, input: InputId) -> bool {
        self.endless.contains(&input)
    }

    pub fn records(&self) -> u64 {
        self.ledgers.iter().map(|ledger| ledger.records).sum()
    }

    pub fn api_users(&self) -> ApiUsersLedger {
        self.selection.ledger()
    }

    /// True where not every account of the run could be read.
    pub fn is_partial(&self) -> bool {
        !self.holes.is_empty()
    }

    /// What is wrong with the declarations of API users.
    pub fn selection_faults(&mut self) {
        let is_partial = self.is_partial();
        for fault in self.selection.faults(is_partial) {
            self.fault_of_run(fault);
        }
    }

    /// A fault of no input in particular.
    pub fn fault_of_run(&mut self, fault: Fault) {
        self.diagnostics.push(describe::of_fault(&fault, Severity::Error, None, None, None, None));
        self.holes.push(Hole {
            rule: fault.kind.id().to_owned(),
            reason: fault.message,
            count: 1,
            file: None,
            line: None,
        });
    }

    /// Something worth knowing that leaves nothing unjudged.
    pub fn note(&mut self, fault: Fault) {
        self.diagnostics.push(describe::of_fault(&fault, Severity::Note, None, None, None, None));
    }

    /// A fault of an input as a whole, found after it was read.
    pub fn fault_of_input(&mut self, loaded: &Loaded, fault: Fault) {
        let at = Whereabouts { input: loaded.id, file: &loaded.name };
        self.diagnostics.push(describe::of_fault(&fault, Severity::Error, None, None, Some(at), None));
        let file = Some(loaded.name.clone());
        self.holes.push(Hole { rule: fault.kind.id().to_owned(), reason: fault.message, count: 1, file, line: None });
    }

    /// Takes what a population rule concluded.
    pub fn conclude(&mut self, number: usize, conclusion: Conclusion) {
        let tally = &mut self.tallies[number];
        tally.judged += conclusion.judged;
        tally.failed += conclusion.failed;
        tally.has_findings |= !conclusion.findings.is_empty();
        if let Some(reason) = conclusion.not_applicable {
            tally.not_applicable(reason);
        }
        if let Some((reason, count)) = conclusion.not_determinable {
            tally.undetermined(reason, count, None);
        }
        for finding in conclusion.findings {
            self.diagnostics.push(describe::of_finding(&self.rules[number], number, finding, self.voice));
        }
    }

    /// How every rule ended.
    pub fn outcomes(&self) -> Vec<RuleOutcome> {
        self.rules
            .iter()
            .zip(&self.tallies)
            .map(|(ready, tally)| tally.outcome(&ready.rule.id, ready.is_off()))
            .collect()
    }

    /// What rules could not tell, as holes.
    pub fn undetermined(&self) -> Vec<Hole> {
        let on = self.rules.iter().zip(&self.tallies).filter(|(ready, _)| !ready.is_off());
        on.flat_map(|(ready, tally)| tally.holes(&ready.rule.id)).collect()
    }
}
