//! What is asked of every account before any rule: whether it is active, what its roles mean, whose tenant it
//! says it is.

use super::{Current, Judge};
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::engine::describe::{self, Whereabouts};
use crate::engine::keys::{KeyId, Keys};
use crate::engine::room::Finder;
use crate::input::View;
use crate::record::activity::{Activity, Contradiction, activity};
use crate::record::dictionary::Code;
use crate::record::site::RoleFacts;
use crate::record::{Cell, Field, Record};

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

    /// The number of the texts of `record`, and what is known of them.
    #[inline]
    pub(super) fn look_up(&self, keys: &mut Keys, record: &impl Record) -> (Option<Code>, Option<T>) {
        let code = self.key.and_then(|key| keys.code(key, record));
        (code, code.and_then(|code| self.by_code.get(code as usize).copied().flatten()))
    }

    pub(super) fn learn(&mut self, code: Option<Code>, value: T) {
        let Some(code) = code else { return };
        let code = code as usize;
        if self.by_code.len() <= code {
            self.by_code.resize(code + 1, None);
        }
        self.by_code[code] = Some(value);
    }
}

impl Judge<'_> {
    pub(super) fn contradiction(&mut self, found: Contradiction, record: &impl Record, view: &mut View<'_>) {
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
    pub(super) fn activity(&mut self, record: &impl Record) -> Result<Activity, Fault> {
        let Current { plainly_active, keys, .. } = &mut self.input;
        let (code, is_known) = plainly_active.look_up(keys, record);
        if let Some(is_known) = is_known {
            return Ok(Activity::plain(is_known));
        }
        let found = activity(record, self.site.as_of, self.site.date_order)?;
        if found.is_plain() {
            plainly_active.learn(code, found.is_known);
        }
        Ok(found)
    }

    pub(super) fn role_facts(&mut self, record: &impl Record) -> RoleFacts {
        let Current { roles, keys, .. } = &mut self.input;
        let (code, facts) = roles.look_up(keys, record);
        facts.unwrap_or_else(|| {
            let facts = self.site.role_facts(&record.list(Field::Roles, &self.site.lists));
            roles.learn(code, facts);
            facts
        })
    }

    pub(super) fn watch_tenant(&mut self, record: &impl Record) {
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
