//! What the roles of an account mean, worked out once for each list of roles as it is written.

use super::Judge;
use crate::check::RecordId;
use crate::record::interner::Symbol;
use crate::record::site::RoleFacts;
use crate::record::{Field, Record};

impl Judge<'_> {
    /// What the roles of the record at `place` of the run at hand mean.
    #[inline(always)]
    pub(super) fn role_facts(&mut self, record: &impl Record, place: usize) -> RoleFacts {
        let (code, facts) = self.input.roles.look_up(&self.input.keys, place);
        if let Some(facts) = facts {
            return *facts;
        }
        self.learn_roles(record, code)
    }

    /// As [`Judge::role_facts`], of roles that did not come up before.
    #[inline(never)]
    fn learn_roles(&mut self, record: &impl Record, code: Symbol) -> RoleFacts {
        let list = record.list(Field::Roles, &self.site.lists);
        let facts = self.site.role_facts(&list);
        if let Some(active_periods) = self.population.as_mut().and_then(|population| population.active_periods.as_mut())
        {
            active_periods.meet(&list, RecordId { input: self.input.id, number: record.number() });
        }
        self.input.roles.learn(code, facts);
        facts
    }
}
