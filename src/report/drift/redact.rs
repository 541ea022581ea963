//! What of a drift report is redacted: the accounts, and values that may name a person.

use crate::drift::{Drift, is_of_person};
use crate::report::redact::{NamesAccounts, Pseudonyms};

impl NamesAccounts for Drift {
    fn keys(&self) -> Vec<&str> {
        self.accounts.iter().map(|account| account.key.as_str()).collect()
    }

    fn redact(&mut self, names: &mut Pseudonyms<'_>) {
        for account in &mut self.accounts {
            account.key = names.account(&account.key, account.number);
            account.notes.iter_mut().for_each(|note| *note = names.text(note, false));
            for drift in &mut account.fields {
                let is_name = is_of_person(drift.field);
                for value in [&mut drift.planned, &mut drift.found] {
                    let is_hidden = is_name && !value.is_empty();
                    *value = if is_hidden { names.name(value) } else { names.mask_known(value) };
                }
                for label in drift.plan_label.iter_mut().chain(&mut drift.export_label) {
                    label.message = names.text(&label.message, false);
                }
            }
        }
    }
}
