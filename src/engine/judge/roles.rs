//! What the roles of an account mean, worked out once for each list of roles as it is written.

use super::Judge;
use crate::check::RecordId;
use crate::record::site::RoleFacts;
use crate::record::{Field, Record};

impl Judge<'_> {
    /// What the roles of the record at `place` of the run at hand mean.
    #[inline]
    pub(super) fn role_facts(&mut self, record: &impl Record, place: usize) -> RoleFacts {
        let (code, facts) = self.input.roles.look_up(&self.input.keys, place);
        if let Some(facts) = facts {
            return *facts;
        }
        let list = record.list(Field::Roles, &self.site.lists);
        let facts = self.site.role_facts(&list);
        if let Some(tenures) = self.census.as_mut().and_then(|census| census.tenures.as_mut()) {
            tenures.meet(&list, RecordId { input: self.input.id, number: record.number() });
        }
        self.input.roles.learn(code, facts);
        facts
    }
}
