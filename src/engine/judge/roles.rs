//! What the roles of an account mean, worked out once for each list of roles as it is written.

use super::{Current, Judge};
use crate::check::RecordId;
use crate::record::site::RoleFacts;
use crate::record::{Field, Record};

impl Judge<'_> {
    pub(super) fn role_facts(&mut self, record: &impl Record) -> RoleFacts {
        let Current { roles, keys, id, .. } = &mut self.input;
        let (code, facts) = roles.look_up(keys, record);
        if let Some(facts) = facts {
            return facts;
        }
        let list = record.list(Field::Roles, &self.site.lists);
        let facts = self.site.role_facts(&list);
        if let Some(tenures) = self.census.as_mut().and_then(|census| census.tenures.as_mut()) {
            tenures.meet(&list, RecordId { input: *id, number: record.number() });
        }
        roles.learn(code, facts);
        facts
    }
}
