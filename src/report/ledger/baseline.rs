//! What became of the baseline, in one line for every form.

use super::lines::{outcomes, plural};
use super::{EntryKind, LedgerEntry, of_finding};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::engine::Run;
use crate::engine::ledger::{BaselineEnd, BaselineUse};

/// The entry of the ledger.
pub(in crate::report) fn entry<'a>(used: &'a BaselineUse, run: &Run) -> LedgerEntry<'a> {
    LedgerEntry {
        file: Some(&used.file),
        count: Some(outcomes(run, Outcome::Baselined)),
        ..LedgerEntry::new(EntryKind::Baseline, line(used, run))
    }
}

/// What became of the baseline: how much it covers, since when, and what became of the other entries.
pub(in crate::report) fn line(used: &BaselineUse, run: &Run) -> String {
    let mut parts = vec![match used.ended {
        BaselineEnd::InForce => {
            format!("{} held, of {}", plural(outcomes(run, Outcome::Baselined), "finding"), entries_word(used.entries))
        }
        BaselineEnd::Expired => format!("expired, so none of {} covers", entries_word(used.entries)),
        BaselineEnd::NotYet => format!("not yet in force, so none of {} covers", entries_word(used.entries)),
    }];
    parts.extend(
        used.oldest
            .as_ref()
            .map(|(since, age)| format!("the oldest since {since} ({})", plural(age.unsigned_abs().into(), "day"))),
    );
    let is_updated = |one: &&Diagnostic| one.comparison.as_ref().is_some_and(|found| found.change().is_some());
    let updated = run.diagnostics.iter().filter(is_updated).count() as u64;
    for (count, what) in
        [(updated, "in another state"), (used.absent.len() as u64, "gone"), (used.shadowed, "named by waivers")]
    {
        parts.extend((count > 0).then(|| format!("{count} {what}")));
    }
    parts.extend(used.not_told.iter().map(|(why, count)| format!("{count} not told ({why})")));
    format!("{} of {} until {}: {}", used.file, used.as_of, used.until, parts.join(", "))
}

fn entries_word(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// A finding that the baseline holds in another state.
pub(super) fn updated(one: &Diagnostic) -> Option<LedgerEntry<'_>> {
    let change = one.comparison.as_ref().filter(|_| one.is_live())?.change()?;
    Some(of_finding(EntryKind::Updated, one, change))
}
