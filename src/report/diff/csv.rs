//! The comparison as a table: the verdict, what could not be compared, findings, then accounts with a row for each field.

use std::io::{self, Write};

use super::{DiffReport, account_places, cause_line, identity, label_text};
use crate::diff::{AccountDiff, AccountFieldDiff, FindingBucket, FindingDiff};
use crate::report::csv::defused;
use crate::report::ledger::lines::verdict_word;
use crate::report::location_text;

const HEADERS: [&str; 15] = [
    "kind", "bucket", "cause", "rule", "severity", "outcome", "account", "field", "old", "new", "old_place", "new_place",
    "message", "note", "identity",
];

type Row = [String; HEADERS.len()];

/// Writes the table.
pub(super) fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
    table.write_record(HEADERS)?;
    let mut rows = vec![with_message("verdict", verdict_word(report.diff.verdict), &report.headline())];
    rows.extend(report.open_lines().iter().map(|line| with_message("not compared", "", line)));
    rows.extend(
        report.diff.findings.iter().filter(|one| one.bucket != FindingBucket::Unchanged).map(|one| finding(one, report)),
    );
    rows.extend(report.diff.accounts.iter().flat_map(account));
    if report.diff.accounts_more > 0 {
        rows.push(with_message("accounts", "", &format!("{} more are not listed", report.diff.accounts_more)));
    }
    for row in rows {
        table.write_record(row.iter().map(|cell| defused(cell)))?;
    }
    table.flush()
}

/// Writes several comparisons, one table after the other.
pub(super) fn write_all(reports: &[DiffReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    reports.iter().try_for_each(|report| write(report, out))
}

fn with_message(kind: &str, bucket: &str, message: &str) -> Row {
    let mut row = Row::default();
    row[0] = kind.to_owned();
    row[1] = bucket.to_owned();
    row[12] = message.to_owned();
    row
}

fn finding(one: &FindingDiff, report: &DiffReport<'_>) -> Row {
    let found = report.shown(one);
    let [(_, old), (_, new)] = report.sides(one);
    let place = |side: Option<&crate::diagnostic::Diagnostic>| side.and_then(location_text).unwrap_or_default();
    let value = |side: Option<&crate::diagnostic::Diagnostic>| {
        side.and_then(|found| found.identification.as_ref()?.details.value.clone()).unwrap_or_default()
    };
    let details = found.identification.as_ref().map(|found| &found.details);
    [
        "finding".to_owned(),
        one.bucket.word().to_owned(),
        cause_line(one),
        found.rule.to_string(),
        found.severity.word().to_owned(),
        found.outcome().word().to_owned(),
        found.subject.as_ref().map(|subject| subject.key.clone()).unwrap_or_default(),
        details.map(|details| details.field.clone()).unwrap_or_default(),
        value(old),
        value(new),
        place(old),
        place(new),
        found.message.clone(),
        one.why.clone().unwrap_or_default(),
        identity(found).unwrap_or_default(),
    ]
}

/// A row for each field that is not as it was, or one.
fn account(one: &AccountDiff) -> Vec<Row> {
    let mut whole = with_message("account", one.bucket.word(), "");
    whole[6].clone_from(&one.key);
    whole[13] = one.notes.join("; ");
    for (side, place) in account_places(one) {
        whole[if side == "OLD" { 10 } else { 11 }] = place;
    }
    if one.fields.is_empty() {
        return vec![whole];
    }
    let of_field = |field: &AccountFieldDiff| {
        let mut row = whole.clone();
        row[7] = field.field.name().to_owned();
        row[8].clone_from(&field.old);
        row[9].clone_from(&field.new);
        for (at, label) in [(10, &field.old_label), (11, &field.new_label)] {
            if let Some(label) = label {
                row[at] = label_text(label);
            }
        }
        row
    };
    one.fields.iter().map(of_field).collect()
}
