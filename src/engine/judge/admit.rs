//! What is asked of every account before any rule: whether it is active, what its roles mean, whose tenant it
//! says it is, whether it is an API user. It says who concerns which rules.

use super::Judge;
use super::refusal::blank;
use crate::check::RecordId;
use crate::check::population::Account;
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::engine::describe::{self, InputRef};
use crate::engine::keys::{KeyId, Keys};
use crate::engine::limits::FindingSource;
use crate::read::{Flow, Locator, RecordBatch};
use crate::record::activity::{Activity, Contradiction, activity};
use crate::record::interner::{NO_SYMBOL, Symbol};
use crate::record::name::UserName;
use crate::record::{Cell, Field, InputKind, Record};
use crate::rule;

/// What is known of the texts in a list of fields.
pub(super) struct SymbolMap<T> {
    key: Option<KeyId>,
    by_code: Vec<Option<T>>,
}

impl<T> Default for SymbolMap<T> {
    fn default() -> Self {
        Self { key: None, by_code: Vec::new() }
    }
}

impl<T: Clone> SymbolMap<T> {
    pub(super) fn of(key: KeyId) -> Self {
        Self { key: Some(key), by_code: Vec::new() }
    }

    /// The number of the texts of the record at `place`, and what is known of them.
    #[inline]
    pub(super) fn look_up(&self, keys: &Keys, place: usize) -> (Symbol, Option<&T>) {
        let code = self.key.map_or(NO_SYMBOL, |key| keys.code(key, place));
        (code, self.by_code.get(code as usize).and_then(Option::as_ref))
    }

    #[cold]
    pub(super) fn learn(&mut self, code: Symbol, value: T) {
        if code == NO_SYMBOL {
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
pub(super) struct AccountFlags {
    /// What each record is; nothing where it was refused.
    flags: Vec<u8>,
}

/// It was not refused.
const ACCOUNT: u8 = 1;
/// It is active, or planned to be.
const PRESENT: u8 = 1 << 1;
/// It is an API user's.
const API_USER: u8 = 1 << 2;
/// Its user name has the shape that satisfies all rules that read nothing else.
pub(super) const SHAPELY_NAME: u8 = 1 << 3;
/// It is marked active against its dates.
const CONTRADICTORY: u8 = 1 << 4;

/// Some name of it goes beyond ASCII.
const MAY_POSE: u8 = 1 << 5;

/// What a record must be for rules with this subject to judge it.
pub(super) const fn needed(subject: rule::Subject) -> u8 {
    match subject {
        rule::Subject::ApiUser => API_USER | PRESENT,
        rule::Subject::AnyApiUser => API_USER,
        rule::Subject::Account => ACCOUNT,
        rule::Subject::ActiveAccount => PRESENT,
        rule::Subject::Tenant => u8::MAX,
    }
}

impl AccountFlags {
    /// What each record is.
    pub(super) fn flags(&self) -> &[u8] {
        &self.flags
    }

    /// True where every record is all of this.
    pub(super) fn are_all(&self, needed: u8) -> bool {
        // No early way out: like this the compiler looks at several at once.
        self.flags.iter().fold(u8::MAX, |all, flags| all & flags) & needed == needed
    }

    /// The places of records that are marked active against their dates.
    pub(super) fn contradictory(&self) -> impl Iterator<Item = u32> + '_ {
        self.with(CONTRADICTORY)
    }

    /// The places of records whose names are to be looked at: whether they are API users.
    pub(super) fn may_pose(&self) -> impl Iterator<Item = (u32, bool)> + '_ {
        self.with(MAY_POSE).map(|place| (place, self.flags[place as usize] & API_USER != 0))
    }

    fn with(&self, flag: u8) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.flags).filter(move |(_, flags)| **flags & flag != 0).map(|(place, _)| place)
    }
}

impl Judge<'_> {
    /// Admits every record of a run, or refuses it.
    pub(super) fn admit(
        &mut self,
        run: &impl RecordBatch,
        concerned: &mut AccountFlags,
        view: &mut Locator<'_>,
    ) -> Flow {
        concerned.flags.clear();
        concerned.flags.reserve(run.length());
        self.input.plain_names.tell(&self.input.keys, run);
        // Most accounts are active and say so in one of a few ways.
        let mut lives = std::mem::take(&mut self.input.plainly_active);
        let mut flow = Flow::Continue;
        for place in 0..run.length() {
            let record = run.record(place);
            let (code, known) = lives.look_up(&self.input.keys, place);
            if let Some(activity) = known {
                let flags = self.admit_one(&record, activity, place);
                concerned.flags.push(flags);
                continue;
            }
            match activity(&record, self.site.as_of, self.site.date_order) {
                Ok(found) => {
                    concerned.flags.push(self.admit_new(&record, &found, place));
                    if found.is_plain() {
                        lives.learn(code, found);
                    }
                }
                Err(fault) => {
                    concerned.flags.push(0);
                    run.set_line(place, view);
                    flow = self.refuse_unreadable(&record, fault, view);
                }
            }
            if flow == Flow::Stop {
                break;
            }
        }
        self.input.plainly_active = lives;
        flow
    }

    /// As [`Judge::admit_one`], for the few whose activity was not met before.
    #[inline(never)]
    fn admit_new(&mut self, record: &impl Record, activity: &Activity, place: usize) -> u8 {
        self.admit_one(record, activity, place)
    }

    #[cold]
    fn refuse_unreadable(&mut self, record: &impl Record, fault: Fault, view: &mut Locator<'_>) -> Flow {
        let fault = blank(record, self.site).unwrap_or(fault);
        let (subject, excerpt) = self.doubtful(record, &fault);
        self.refuse_record(subject, fault, excerpt.as_ref(), view)
    }

    /// Says what an account is.
    #[inline(always)]
    fn admit_one(&mut self, record: &impl Record, activity: &Activity, place: usize) -> u8 {
        self.watch_tenant(record);
        let text = record.text(Field::UserName);
        let name = text.as_deref().map(UserName::new);
        let present = self.input.present;
        let is_api_user = self.selection.decide(record, name.as_ref(), &self.input.file, present);
        let roles = self.role_facts(record, place);
        let account = Account {
            record,
            id: RecordId { input: self.input.id, number: record.number() },
            input_kind: record.input_kind(),
            activity,
            is_api_user,
            roles,
            name,
            is_nameless: name.is_none() && matches!(record.cell(Field::UserName), Cell::Absent),
            present,
        };
        self.population.as_mut().expect("internal error: a pass has a census").observe(&account);
        let is_present = activity.is_active || (record.input_kind() == InputKind::Plan && activity.is_ahead());
        self.input.records += 1;
        self.input.left_out += u64::from(!is_present && !is_api_user);
        let mut flags = ACCOUNT;
        flags |= if is_present { PRESENT } else { 0 };
        flags |= if is_api_user { API_USER } else { 0 };
        flags |= if activity.contradiction.is_some() { CONTRADICTORY } else { 0 };
        let fit = match (self.input.shape_of_names, text.as_deref()) {
            (Some((subject, shape)), Some(name)) if flags & needed(subject) == needed(subject) => shape.fit(name),
            _ => None,
        };
        flags |= if fit.is_some() { SHAPELY_NAME } else { 0 };
        let may_pose = !roles.is_plain || (is_api_user && !self.is_plain(name.as_ref(), fit, place));
        flags |= if is_present && may_pose { MAY_POSE } else { 0 };
        flags
    }

    /// Reports an account that is marked active against its dates.
    pub(super) fn contradiction(&mut self, record: &impl Record, view: &mut Locator<'_>) {
        let found = activity(record, self.site.as_of, self.site.date_order).ok();
        if let Some(found) = found.and_then(|found| found.contradiction) {
            self.report_contradiction(found, record, view);
        }
    }

    fn report_contradiction(&mut self, found: Contradiction, record: &impl Record, view: &mut Locator<'_>) {
        if !self.limits.take(FindingSource::Record, Severity::Warning) {
            return;
        }
        let says =
            if found.has_ended { "the deactivation date has come" } else { "the activation date is still ahead" };
        let message = format!("the account is marked active, but {says}");
        let date = if found.has_ended { "has come" } else { "is ahead" };
        let fault = Fault::new(FaultKind::ActivityContradictsDates, found.mark, message)
            .with_label("says active")
            .and(found.date, date);
        let excerpt = record.excerpt(&[found.mark, found.date]);
        let at = InputRef { input: self.input.id, file: &self.input.file };
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

    #[inline(always)]
    fn watch_tenant(&mut self, record: &impl Record) {
        if self.input.present.has(Field::Tenant) {
            self.look_at_tenant(record);
        }
    }

    fn look_at_tenant(&mut self, record: &impl Record) {
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
