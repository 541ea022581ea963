//! What of a comparison is redacted besides its two runs: the accounts, and what explains them.

use crate::diff::Diff;
use crate::report::redact::{NamesAccounts, Pseudonyms};

impl NamesAccounts for Diff {
    fn keys(&self) -> Vec<&str> {
        self.accounts.iter().map(|account| account.key.as_str()).collect()
    }

    fn redact(&mut self, names: &mut Pseudonyms<'_>) {
        for account in &mut self.accounts {
            let number = account.new.as_ref().or(account.old.as_ref()).map_or(0, |place| place.number);
            account.key = names.account(&account.key, number);
            account.notes.iter_mut().for_each(|note| *note = names.text(note, false));
            for field in &mut account.fields {
                let texts = field.added.iter_mut().chain(&mut field.removed).chain([&mut field.old, &mut field.new]);
                texts.for_each(|text| *text = names.mask_known(text));
            }
        }
        for why in self.findings.iter_mut().filter_map(|one| one.why.as_mut()).chain(&mut self.gaps) {
            *why = names.mask_known(why);
        }
    }
}
