//! Faults of inputs and of the run as a whole, told after all was read.

use super::context::RunContext;
use super::load::{LoadedInput, digest};
use super::observation::Observation;
use crate::check::{Check, Reason};
use crate::config::resolve;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::read::ReadSummary;
use crate::read::columns::{by_key, fold};
use crate::record::{Field, FieldSet};

/// Counts of accounts that exports are cut off at: pages, and the ends of old sheets and of new ones, with and
/// without a header row.
const ROUND: [u64; 8] = [500, 1_000, 5_000, 10_000, 65_535, 65_536, 1_048_575, 1_048_576];

/// Every byte of every input was read, and the file is still the same.
pub fn unread_bytes(context: &RunContext<'_>, seen: &mut Observation) {
    for (loaded, summary) in context.loaded.iter().zip(&seen.summaries) {
        let (Some(input), Some(summary)) = (loaded.input(), summary) else { continue };
        let is_read = summary.bytes == input.source.length() || seen.cut_short.contains(&input.id);
        if !is_read || !input.source.is_unchanged() {
            let fault = Fault::of_input(FaultKind::InputChanged, "the file changed while it was read");
            seen.findings.fault(fault, Some(loaded.at()));
        }
    }
}

/// What went wrong before the inputs were named.
pub fn selection(context: &RunContext<'_>, seen: &mut Observation) {
    let selection = &context.options.selection;
    selection.faults.iter().for_each(|fault| seen.findings.fault(fault.clone(), None));
    selection.notes.iter().for_each(|note| seen.findings.note(note, None));
}

/// The tenant of a run: all its inputs are of one.
pub fn tenant(context: &RunContext<'_>, seen: &mut Observation) -> Option<String> {
    let mut names = resolve::tenants(context.config, &context.plans);
    names.extend(seen.tenants.iter().cloned());
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        let quoted: Vec<_> = names.iter().map(|name| quoted(name)).collect();
        let message = format!("the run names more than one tenant: {}", quoted.join(", "));
        let remedy = format!(
            "Run once for each, or give each its own inputs under `[tenants.{}]` and so on in the config.",
            label(&names[0])
        );
        seen.findings.fault(Fault::of_input(FaultKind::TenantAmbiguous, message).with_remedy(remedy), None);
        return None;
    }
    names.pop()
}

/// A tenant's name as a key of the project file.
fn label(tenant: &str) -> String {
    let is_taken = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    tenant.to_lowercase().chars().map(|c| if is_taken(c) { c } else { '-' }).collect()
}

/// A header that the config maps and no table has: a slip in the config, or in the export.
pub fn unmapped_columns(context: &RunContext<'_>, seen: &mut Observation) {
    let tables: Vec<&ReadSummary> = seen.summaries.iter().flatten().filter(|summary| summary.has_header).collect();
    for (field, header) in &context.columns.headers {
        let has_header = |summary: &&ReadSummary| summary.columns.iter().any(|(known, _)| fold(known) == fold(header));
        if !tables.is_empty() && !tables.iter().any(has_header) {
            let header = quoted(header);
            let message = format!("the config maps the {} to the header {header}, which no table has", field.label());
            let remedy = format!(
                "Correct `{}` under `[columns]` in the config; `rolecall columns FILE` lists the headers of a file.",
                field.name()
            );
            seen.findings.note(&Fault::of_input(FaultKind::ColumnUnmapped, message).with_remedy(remedy), None);
        }
    }
}

/// A column of activity that the config ignores: what depends on it is unknown, unless another column says it.
pub fn ignored_activity(context: &RunContext<'_>, seen: &mut Observation) {
    const FIELDS: [Field; 3] = [Field::Active, Field::Activated, Field::Deactivated];
    let is_of_activity = |folded: &str| by_key(folded).is_some_and(|field| FIELDS.contains(&field));
    let is_ignored = |header: &String| {
        let folded = fold(header);
        context.columns.ignores(&folded) && is_of_activity(&folded)
    };
    let lacks_it = |summary: &&ReadSummary| {
        !FIELDS.iter().any(|field| summary.present.has(*field)) && summary.unknown.iter().any(is_ignored)
    };
    if !seen.summaries.iter().flatten().any(|summary| lacks_it(&summary)) {
        return;
    }
    let reason = Reason::Other("the config ignores the column that says who is active");
    for (number, rule) in context.rules.iter().enumerate() {
        if matches!(&rule.rule.check, Check::Record(check) if check.reads(FieldSet::ALL).has(Field::Active)) {
            seen.tallies[number].undetermined(reason, 1, None);
        }
    }
}

/// A name of `[lists] whole` that no cell holds: a slip in the config, or in the export.
pub fn unfound_names(context: &RunContext<'_>, seen: &mut Observation) {
    for name in context.site.lists.whole.unfound() {
        let message = format!("the config declares the name {} whole, but no cell holds it", quoted(name));
        seen.findings.note(&Fault::of_input(FaultKind::ListNameUnfound, message), None);
    }
}

/// As many accounts as were expected; if nothing was, a count that exports are cut off at is noted.
pub fn counts(context: &RunContext<'_>, seen: &mut Observation) {
    let plural = |count: u64| if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") };
    // An input that holds the same as another adds no records.
    let is_read = |(loaded, _): &(&LoadedInput, _)| loaded.same_as.is_none();
    let read: u64 = context.loaded.iter().zip(&seen.ledgers).filter(is_read).map(|(_, ledger)| ledger.records).sum();
    if let Some(expected) = context.options.expect_records {
        if expected != read {
            let message = format!("{} expected, {} read", plural(expected), plural(read));
            let remedy = format!("Export the list again, or write `--expect-records {read}` if that is their number.");
            seen.findings.fault(Fault::of_input(FaultKind::CountUnexpected, message).with_remedy(remedy), None);
        }
    } else {
        for (loaded, summary) in context.loaded.iter().zip(&seen.summaries) {
            let count = summary.as_ref().map(|summary| summary.records).filter(|count| ROUND.contains(count));
            if let Some(count) = count {
                let message = format!("{}: exactly {count} accounts were read", loaded.name);
                let remedy = format!("If the product has as many, add `--expect-records {read}`.");
                seen.findings.note(&Fault::of_input(FaultKind::CountRound, message).with_remedy(remedy), None);
            }
        }
    }
    if read == 0 && !seen.findings.has_holes() {
        seen.findings.fault(Fault::of_input(FaultKind::NoRecords, "no account was read"), None);
    }
}

/// Puts the digest of every input that was opened into its ledger, if the run wants them.
pub fn digests(context: &RunContext<'_>, seen: &mut Observation) {
    if !context.options.digest {
        return;
    }
    let source = |loaded: &'_ LoadedInput| loaded.input().map(|input| digest(&input.source));
    for (loaded, ledger) in context.loaded.iter().zip(&mut seen.ledgers) {
        match source(loaded) {
            Some(Ok(digest)) => ledger.sha256 = Some(digest),
            Some(Err(error)) => seen.findings.fault(error.into(), Some(loaded.at())),
            None => {}
        }
    }
}
