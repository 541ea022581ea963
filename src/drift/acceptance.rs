//! Drift that waivers accept: it stays in the report, and the line that counts the accounts says how much there is.

use super::{Drift, DriftClass};
use crate::diagnostic::fault::FaultKind;
use crate::engine::Run;
use crate::record::{Field, name};

impl Drift {
    /// Counts what waivers accept of the run, and says so wherever it says how many accounts were compared.
    pub fn count_waived(&mut self, run: &mut Run) {
        self.waived = run.diagnostics.iter().filter(|one| !one.is_live()).count();
        let summary = self.summary();
        for one in run.diagnostics.iter_mut().filter(|one| *one.rule == *FaultKind::DriftSummary.id()) {
            one.message.clone_from(&summary);
        }
    }

    /// Why it cannot be told whether a field of an account has drifted; `None` if that was found out.
    #[must_use]
    pub fn why_not_told(&self, account: &str, field: &str) -> Option<String> {
        let Some(field) = Field::by_name(field) else { return Some("no such field is compared".to_owned()) };
        if self.ignored.contains(&field) {
            return Some("this run leaves the field out".to_owned());
        }
        let of_account = self.accounts.iter().find(|one| name::fold(&one.key) == account)?;
        let is_of_whole = matches!(field, Field::UserName | Field::Active);
        match of_account.class {
            DriftClass::NotComparable => Some("its account could not be compared".to_owned()),
            DriftClass::Missing if field != Field::UserName => Some("its account is not in the export".to_owned()),
            DriftClass::Pending => Some("its account begins later".to_owned()),
            _ if is_of_whole || of_account.compared.contains(&field) => None,
            _ => Some("no plan states the field".to_owned()),
        }
    }
}
