//! What is asked of every account before any rule: whether it is active, what its roles mean, whose tenant it
//! says it is, whether it is an API user. It says who concerns which rules.

use super::Judge;
use crate::check::RecordId;
use crate::check::census::Account;
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::engine::describe::{self, Whereabouts};
use crate::engine::keys::{KeyId, Keys};
use crate::engine::room::Finder;
use crate::input::{Flow, Run, View};
use crate::record::activity::{Activity, Contradiction, activity};
use crate::record::dictionary::{Code, NO_CODE};
use crate::record::name::UserName;
use crate::record::site::RoleFacts;
use crate::record::{Cell, Field, Origin, Record};
use crate::rule;

/// What is known of the texts in a list of fields.
#[derive(Default)]
pub(super) struct Known<T> {
    key: Option<KeyId>,
    by_code: Vec<Option<T>>,
}

impl<T: Copy> Known<T> {
    pub(super) fn of(key: KeyId) -> Self {
        Self { key: Some(key), by_code: Vec::new() }
    }

    /// The number of the texts of the record at `place`, and what is known of them.
    #[inline]
    fn look_up(&self, keys: &Keys, place: usize) -> (Code, Option<T>) {
        let code = self.key.map_or(NO_CODE, |key| keys.code(key, place));
        (code, self.by_code.get(code as usize).copied().flatten())
    }

    #[cold]
    fn learn(&mut self, code: Code, value: T) {
        if code == NO_CODE {
            return;
        }
        let code = code as usize;
        if self.by_code.len() <= code {
            self.by_code.resize(code + 1, None);
        }
        self.by_code[code] = Some(value);
    }
}

/// Which records of the run at hand concern whom, by their places in it.
#[derive(Default)]
pub(super) struct Concerned {
    /// Those that were not refused.
    accounts: Vec<u32>,
    active: Vec<u32>,
    api_users: Vec<u32>,
    active_api_users: Vec<u32>,
    /// Marked active against their dates.
    contradictory: Vec<u32>,
    /// Record by record, whether its user name has the shape that satisfies all rules about it.
    shapely_names: Vec<bool>,
}

impl Concerned {
    /// The records that rules with this subject judge.
    pub(super) fn of(&self, subject: rule::Subject) -> &[u32] {
        match subject {
            rule::Subject::ApiUser => &self.active_api_users,
            rule::Subject::AnyApiUser => &self.api_users,
            rule::Subject::Account => &self.accounts,
            rule::Subject::ActiveAccount => &self.active,
            rule::Subject::Tenant => &[],
        }
    }

    /// Those that are marked active against their dates.
    pub(super) fn contradictory(&self) -> &[u32] {
        &self.contradictory
    }

    /// True where the user name of the record at `place` has the shape that satisfies all rules about it.
    #[inline]
    pub(super) fn has_shapely_name(&self, place: u32) -> bool {
        self.shapely_names[place as usize]
    }

    fn clear(&mut self) {
        let Self { accounts, active, api_users, active_api_users, contradictory, shapely_names } = self;
        [accounts, active, api_users, active_api_users, contradictory].into_iter().for_each(Vec::clear);
        shapely_names.clear();
    }

    #[inline]
    fn add(&mut self, place: u32, is_api_user: bool, is_present: bool) {
        self.accounts.push(place);
        if is_present {
            self.active.push(place);
        }
        if is_api_user {
            self.api_users.push(place);
        }
        if is_api_user && is_present {
            self.active_api_users.push(place);
        }
    }
}

/// True where rules with this subject judge such an account.
const fn concerns(subject: rule::Subject, is_api_user: bool, is_present: bool) -> bool {
    match subject {
        rule::Subject::ApiUser => is_api_user && is_present,
        rule::Subject::AnyApiUser => is_api_user,
        rule::Subject::Account => true,
        rule::Subject::ActiveAccount => is_present,
        rule::Subject::Tenant => false,
    }
}

impl Judge<'_> {
    /// Admits every record of a run, or refuses it.
    pub(super) fn admit(&mut self, run: &impl Run, concerned: &mut Concerned, view: &mut View<'_>) -> Flow {
        concerned.clear();
        concerned.shapely_names.resize(run.length(), false);
        for place in 0..run.length() {
            let record = run.record(place);
            let found = match self.activity(&record, place) {
                Ok(found) => found,
                Err(fault) => {
                    run.tell_line(place, view);
                    let (subject, excerpt) = self.doubtful(&record, &fault);
                    if self.refuse_record(subject, fault, excerpt.as_ref(), view) == Flow::Stop {
                        return Flow::Stop;
                    }
                    continue;
                }
            };
            let place = u32::try_from(place).expect("internal error: a run longer than a buffer");
            if found.contradiction.is_some() {
                concerned.contradictory.push(place);
            }
            let cell = record.cell(Field::UserName);
            let is_api_user = self.observe(&record, &cell, &found, place as usize);
            let is_present = found.is_active || (record.origin() == Origin::Plan && found.is_ahead());
            self.input.records += 1;
            self.input.left_out += u64::from(!is_present && !is_api_user);
            concerned.add(place, is_api_user, is_present);
            if let (Some((subject, shape)), Some(name)) = (self.input.shape_of_names, cell.text())
                && concerns(subject, is_api_user, is_present)
            {
                concerned.shapely_names[place as usize] = shape.fits(name);
            }
        }
        Flow::GoOn
    }

    /// Remembers what all accounts together are judged by. True for an API user.
    #[inline]
    fn observe(&mut self, record: &impl Record, cell: &Cell<'_>, activity: &Activity, place: usize) -> bool {
        self.watch_tenant(record);
        let name = cell.text().map(UserName::new);
        let present = self.input.present;
        let is_api_user = self.selection.decide(record, name.as_ref(), &self.input.file, present);
        let account = Account {
            record,
            id: RecordId { input: self.input.id, number: record.number() },
            origin: record.origin(),
            activity,
            is_api_user,
            roles: self.role_facts(record, place),
            name,
            is_nameless: matches!(cell, Cell::Absent),
            present,
        };
        self.census.as_mut().expect("internal error: a pass has a census").observe(&account);
        is_api_user
    }

    /// Reports an account that is marked active against its dates.
    pub(super) fn contradiction(&mut self, record: &impl Record, view: &mut View<'_>) {
        let found = activity(record, self.site.as_of, self.site.date_order).ok();
        if let Some(found) = found.and_then(|found| found.contradiction) {
            self.report_contradiction(found, record, view);
        }
    }

    fn report_contradiction(&mut self, found: Contradiction, record: &impl Record, view: &mut View<'_>) {
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
        self.findings.push(describe::of_fault(
            &fault,
            Severity::Warning,
            Some(subject),
            Some(&excerpt),
            Some(at),
            Some(view),
        ));
    }

    /// What is known of the activity of the record at `place`. Most accounts are active and say so in one of a
    /// few ways.
    #[inline]
    fn activity(&mut self, record: &impl Record, place: usize) -> Result<Activity, Fault> {
        let (code, is_known) = self.input.plainly_active.look_up(&self.input.keys, place);
        if let Some(is_known) = is_known {
            return Ok(Activity::plain(is_known));
        }
        let found = activity(record, self.site.as_of, self.site.date_order)?;
        if found.is_plain() {
            self.input.plainly_active.learn(code, found.is_known);
        }
        Ok(found)
    }

    #[inline]
    fn role_facts(&mut self, record: &impl Record, place: usize) -> RoleFacts {
        let (code, facts) = self.input.roles.look_up(&self.input.keys, place);
        facts.unwrap_or_else(|| {
            let facts = self.site.role_facts(&record.list(Field::Roles, &self.site.lists));
            self.input.roles.learn(code, facts);
            facts
        })
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
}
