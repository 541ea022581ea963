//! What is asked of every account before any rule: whether it is active, what its roles mean, whose tenant it says it is,
//! whether it is an API user. The answers say which rules concern it.

use super::account_flags::{
    ACCOUNT, ADMINISTRATOR, API_USER, AccountFlags, CONTRADICTORY, Concern, MAY_BE_CONFUSABLE, NAME_HAS_SHAPE,
    NAMED_AS_INTEGRATION, PRESENT, SUPERSEDED, UNCLEAR_CELLS, UNCLEAR_ROLES,
};
use super::batch::BatchContext;
use super::lone_password::{self, LonePassword};
use super::names::PlainNames;
use super::observation::Observation;
use super::refusal::{RefusedRecord, blank, refuse};
use super::symbols::{ColumnSymbols, SymbolMap};
use crate::check::population::Account;
use crate::check::{RecordId, TextShape};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::fast::hash::HashKey;
use crate::fast::intern::Symbol;
use crate::read::{Flow, Locator, RecordBatch};
use crate::record::activity::{Activity, activity};
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::meaning::{account_kind, uncertainty_of_text};
use crate::record::name::UserName;
use crate::record::secret::SecretCell;
use crate::record::site::RoleFacts;
use crate::record::{Cell, Field, FieldSet, InputKind, Record};
use crate::rule::Subject;

/// What is remembered of an input's cells, so that most accounts are admitted by their symbols.
#[derive(Default)]
pub struct Admission {
    present: FieldSet,
    roles: SymbolMap<RoleFacts>,
    /// The cells of activity that say no more than that an account is active.
    plainly_active: SymbolMap<Activity>,
    plain_names: PlainNames,
    /// What user names have to look like to satisfy the rules that read nothing else, and whom those concern.
    shape_of_names: Option<(Subject, TextShape)>,
    /// Some column holds passwords.
    has_passwords: bool,
    /// Some column names creators or integrations.
    has_references: bool,
    last_tenant: String,
    flags: AccountFlags,
    /// The hash of each user name, 0 for none, if accounts are tracked.
    names: Vec<u64>,
}

impl Admission {
    /// Nothing remembered yet of an input whose records carry the fields `present`.
    pub fn new(present: FieldSet, shape_of_names: Option<(Subject, TextShape)>, symbols: &mut ColumnSymbols) -> Self {
        let life = [Field::Active, Field::Activated, Field::Deactivated];
        let life: Vec<Field> = life.into_iter().filter(|field| present.has(*field)).collect();
        Self {
            present,
            plainly_active: SymbolMap::new(symbols.list(&life)),
            roles: SymbolMap::new(symbols.list(&[Field::Roles])),
            plain_names: PlainNames::new(symbols, present),
            shape_of_names,
            has_passwords: present.has(Field::Password),
            has_references: present.has(Field::CreatedBy) || present.has(Field::Integration),
            ..Self::default()
        }
    }

    /// What each record of the batch at hand is.
    pub const fn flags(&self) -> &AccountFlags {
        &self.flags
    }

    /// The hash of each user name of the batch at hand, 0 for none, if accounts are tracked.
    pub fn names(&self) -> &[u64] {
        &self.names
    }

    /// Admits every record of a batch, or refuses it.
    pub fn admit(
        &mut self,
        batch: &impl RecordBatch,
        context: BatchContext<'_>,
        seen: &mut Observation,
        locator: &mut Locator<'_>,
    ) -> Flow {
        self.flags.begin(batch.length());
        self.names.clear();
        self.plain_names.update(context.symbols, batch);
        // Most accounts are active and say so in one of a few ways.
        let mut plainly_active = std::mem::take(&mut self.plainly_active);
        let site = &context.run.site;
        let mut flow = Flow::Continue;
        for place in 0..batch.length() {
            let record = DeclaredBlanks::new(batch.record(place), &site.values);
            let (symbol, known) = plainly_active.look_up(context.symbols, place);
            let moved = if self.has_passwords { moved_cells(&record, context) } else { None };
            if let (Some(activity), None) = (known, &moved) {
                let flags = self.admit_one(&record, activity, place, context, seen);
                self.flags.push(flags);
                continue;
            }
            match moved.map_or_else(|| activity(&record, site), Err) {
                Ok(found) => {
                    let flags = self.admit_new(&record, &found, place, context, seen);
                    self.flags.push(flags);
                    if found.is_plain() {
                        plainly_active.learn(symbol, found);
                    }
                }
                Err(fault) => {
                    self.flags.push(0);
                    self.track(None, context);
                    batch.set_line(place, locator);
                    flow = refuse_record(&record, fault, context, seen, locator);
                }
            }
            if flow == Flow::Stop {
                break;
            }
        }
        self.plainly_active = plainly_active;
        let inactive = self.flags.count(ACCOUNT, PRESENT | API_USER | SUPERSEDED);
        seen.ledger().count(self.flags.count(ACCOUNT, 0), inactive, self.flags.count(SUPERSEDED, 0));
        flow
    }

    /// As [`Self::admit_one`], for the few whose activity was not met before.
    #[inline(never)]
    fn admit_new(
        &mut self,
        record: &impl Record,
        activity: &Activity,
        place: usize,
        context: BatchContext<'_>,
        seen: &mut Observation,
    ) -> u16 {
        self.admit_one(record, activity, place, context, seen)
    }

    /// Says what an account is, and lets the population observe it.
    #[inline(always)]
    fn admit_one(
        &mut self,
        record: &impl Record,
        activity: &Activity,
        place: usize,
        context: BatchContext<'_>,
        seen: &mut Observation,
    ) -> u16 {
        let present = self.present;
        if present.has(Field::Tenant) {
            self.observe_tenant(record, seen);
        }
        let text = record.text(Field::UserName);
        let name = text.as_deref().map(UserName::new);
        let undeclared = seen.selection.undeclared();
        let is_api_user = seen.selection.decide(record, name.as_ref(), &context.input.file, present);
        let is_undeclared = seen.selection.undeclared() > undeclared;
        let roles = self.role_facts(record, place, context, seen);
        let is_present = activity.is_active || (record.input_kind() == InputKind::Plan && activity.is_ahead());
        let mut flags = ACCOUNT;
        flags |= if is_present { PRESENT } else { 0 };
        flags |= if is_api_user { API_USER } else { 0 };
        flags |= if is_undeclared { NAMED_AS_INTEGRATION } else { 0 };
        let fit = match (self.shape_of_names, text.as_deref()) {
            (Some((subject, shape)), Some(name)) if Concern::of(subject).takes(flags) => shape.fit(name),
            _ => None,
        };
        flags |= if fit.is_some() { NAME_HAS_SHAPE } else { 0 };
        // What has the shape of a name is nothing else.
        let has_unclear_name = fit.is_none() && text.as_deref().is_some_and(|text| uncertainty_of_text(text).is_some());
        // A name in doubt may be any other.
        self.track(name.as_ref().filter(|_| !(is_present && has_unclear_name)), context);
        let account = Account {
            record,
            id: RecordId { input: context.input.id, number: record.number() },
            input_kind: record.input_kind(),
            activity,
            is_api_user,
            roles,
            name,
            is_nameless: name.is_none() && matches!(record.cell(Field::UserName), Cell::Absent),
            present,
            has_unclear_name,
        };
        seen.population.observe(&account);
        flags |= if roles.is_administrator { ADMINISTRATOR } else { 0 };
        flags |= if !is_api_user && seen.selection.is_superseded(record, name.as_ref()) { SUPERSEDED } else { 0 };
        flags |= if activity.contradiction.is_some() { CONTRADICTORY } else { 0 };
        let is_unclear = has_unclear_name || (self.has_references && is_api_user && has_unclear_reference(record));
        let has_unknown_kind = present.has(Field::Kind) && has_unknown_kind(record);
        flags |= if (is_present && is_unclear) || has_unknown_kind { UNCLEAR_CELLS } else { 0 };
        let takes_seat = is_present || (context.run.has_timeline && activity.ahead.begins.is_some());
        flags |= if takes_seat && roles.is_unclear { UNCLEAR_ROLES } else { 0 };
        let may_be_confusable =
            !roles.is_plain || (is_api_user && !self.plain_names.is_plain(name.as_ref(), fit, place));
        flags |= if is_present && may_be_confusable { MAY_BE_CONFUSABLE } else { 0 };
        flags
    }

    /// Remembers the hash of a name, if accounts are tracked.
    #[inline(always)]
    fn track(&mut self, name: Option<&UserName<'_>>, context: BatchContext<'_>) {
        if context.run.tracks_accounts {
            self.names.push(name.map_or(0, |name| name.keyed_hash(HashKey::of_process())));
        }
    }

    /// What the roles of the record at `place` of the batch mean.
    #[inline(always)]
    fn role_facts(
        &mut self,
        record: &impl Record,
        place: usize,
        context: BatchContext<'_>,
        seen: &mut Observation,
    ) -> RoleFacts {
        let (symbol, facts) = self.roles.look_up(context.symbols, place);
        match facts {
            Some(facts) => *facts,
            None => self.learn_roles(record, symbol, context, seen),
        }
    }

    #[inline(never)]
    fn learn_roles(
        &mut self,
        record: &impl Record,
        symbol: Symbol,
        context: BatchContext<'_>,
        seen: &mut Observation,
    ) -> RoleFacts {
        let site = &context.run.site;
        let list = record.list(Field::Roles, &site.lists);
        let facts = site.role_facts(&list);
        if let Some(active_periods) = &mut seen.population.active_periods {
            active_periods.meet(&list, RecordId { input: context.input.id, number: record.number() });
        }
        self.roles.learn(symbol, facts);
        facts
    }

    #[inline(never)]
    fn observe_tenant(&mut self, record: &impl Record, seen: &mut Observation) {
        if let Cell::Value(tenant) = record.cell(Field::Tenant)
            && tenant.text != self.last_tenant
        {
            self.last_tenant = tenant.text.to_string();
            seen.add_tenant(self.last_tenant.clone());
        }
    }
}

/// Refuses a record; its password is judged all the same.
#[cold]
fn refuse_record(
    record: &dyn Record,
    fault: Fault,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) -> Flow {
    let fault = blank(record, &context.run.site).unwrap_or(fault);
    let refused = RefusedRecord::new(record, fault, context.input);
    let key = refused.subject.key.clone();
    let line = locator.locate(record.span().start).line;
    let flow = refuse(seen, context.input, refused, locator);
    let (number, span, secrets) = (record.number(), record.span(), Some(record.all_secrets()));
    let password = LonePassword { number, span, line, key: &key, secrets };
    lone_password::judge(&password, context.run, context.input, seen, locator);
    flow
}

/// The fault of a row of a table whose password is what another column holds: its cells have moved, so any of them may
/// hold the password.
#[inline(never)]
fn moved_cells(record: &dyn Record, context: BatchContext<'_>) -> Option<Fault> {
    let BatchContext { run, input, .. } = context;
    if !input.is_table {
        return None;
    }
    let SecretCell::Value(secret, begin) = record.secret() else { return None };
    let site = &run.site;
    let names = site.administrator_names.iter().chain(site.catalogue.roles.keys()).map(String::as_str);
    let is_name = names.chain([site.default_team.as_str(), "EnterpriseView"]).any(|name| secret.is(name));
    let message = "the password is the name of a role, a team or a view: the cells of this row may have moved";
    let remedy = "Move each cell of the row below its header, or export the list again.";
    is_name.then(|| Fault::new(FaultKind::CellUnverifiable, begin, message).with_remedy(remedy))
}

/// True if the record says that it is of a kind that there is not.
#[inline(never)]
fn has_unknown_kind(record: &impl Record) -> bool {
    record.cell(Field::Kind).text().is_some_and(|word| account_kind(word).is_none())
}

/// True if the account names a creator or an integration that cannot be read with certainty.
#[inline(never)]
fn has_unclear_reference(record: &impl Record) -> bool {
    let is_unclear = |field| record.cell(field).text().is_some_and(|text| uncertainty_of_text(text).is_some());
    is_unclear(Field::CreatedBy) || is_unclear(Field::Integration)
}
