//! A table for spreadsheets: one row per finding, and below them the ledger of the run in the same columns.
//!
//! A spreadsheet takes a cell that begins with `=` for a formula, and splits at separators of its own choice. So
//! everything that could begin a formula, at the start of a cell or after anything that could be a separator, gets an
//! apostrophe before it.

use std::borrow::Cow;
use std::io::{self, Write};

use super::ledger::{EntryKind, LedgerEntry, entries};
use super::{Report, location};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::acceptance::{Acceptance, BaselineComparison};
use crate::diagnostic::visible::whole;

const HEADERS: [&str; 24] = [
    "kind",
    "rule",
    "outcome",
    "severity",
    "basis",
    "statements",
    "message",
    "remedy",
    "account",
    "record",
    "file",
    "line",
    "column",
    "count",
    "citation",
    "fingerprint",
    "sheet",
    "cell",
    "identity",
    "state",
    "waiver",
    "until",
    "baseline",
    "since",
];

/// Writes several runs as one table, with the tenant in its last column.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
    table.write_record(HEADERS.into_iter().chain(["tenant"]))?;
    for report in reports {
        let tenant = report.run.ledger.tenant.as_deref().unwrap_or_default();
        for row in rows(report) {
            table.write_record(row.iter().map(|cell| defused(cell)).chain([defused(tenant)]))?;
        }
    }
    table.flush()
}

/// Writes the table: the verdict and what was not judged come first.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
    table.write_record(HEADERS)?;
    for row in rows(report) {
        table.write_record(row.map(|cell| defused(&cell)))?;
    }
    table.flush()
}

fn rows<'a>(report: &Report<'a>) -> impl Iterator<Item = [Cow<'a, str>; 24]> {
    let (first, rest): (Vec<_>, Vec<_>) = entries(report)
        .into_iter()
        .filter(|entry| !matches!(entry.kind, EntryKind::Accepted | EntryKind::Updated))
        .partition(|entry| matches!(entry.kind, EntryKind::Verdict | EntryKind::NotJudged));
    let entry = |entry: LedgerEntry<'_>| of_entry(&entry).map(Cow::Owned);
    let findings = report.run.diagnostics.iter().map(of_diagnostic);
    first.into_iter().map(entry).chain(findings).chain(rest.into_iter().map(entry))
}

fn of_diagnostic(diagnostic: &Diagnostic) -> [Cow<'_, str>; 24] {
    let subject = diagnostic.subject.as_ref();
    let place = location(diagnostic);
    let start = place.as_ref().and_then(|place| place.start);
    let cell = place.as_ref().and_then(|place| place.cell);
    let identification = diagnostic.identification.as_deref();
    let (identity, state) = identification.map(|found| found.identity_and_state()).unwrap_or_default();
    let waiver = diagnostic.acceptance.as_ref().and_then(Acceptance::waiver);
    let comparison = diagnostic.comparison.as_deref();
    [
        "finding".into(),
        (*diagnostic.rule).into(),
        diagnostic.outcome().word().into(),
        diagnostic.severity.word().into(),
        diagnostic.basis.word().into(),
        diagnostic.statements.join(" ").into(),
        diagnostic.message.as_str().into(),
        (*diagnostic.remedy).into(),
        subject.map_or("", |subject| &subject.key).into(),
        number(subject.map(|subject| subject.number)).into(),
        place.as_ref().map_or("", |place| place.file).into(),
        number(start.map(|(line, _)| line)).into(),
        number(start.filter(|_| cell.is_none()).map(|(_, column)| column)).into(),
        "".into(),
        diagnostic.citation.as_deref().unwrap_or_default().into(),
        diagnostic.fingerprint.as_str().into(),
        cell.map_or("", |cell| &cell.sheet).into(),
        cell.map_or("", |cell| &cell.cell).into(),
        identity.unwrap_or_default().into(),
        state.unwrap_or_default().into(),
        waiver.map_or("", |waiver| &waiver.id).into(),
        waiver.map_or("", |waiver| &waiver.until).into(),
        comparison.map_or("", BaselineComparison::word).into(),
        comparison.and_then(|found| found.since.as_deref()).unwrap_or_default().into(),
    ]
}

fn of_entry(entry: &LedgerEntry<'_>) -> [String; 24] {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let mut row: [String; 24] = Default::default();
    row[0] = entry.kind.word().to_owned();
    row[1] = text(entry.rule);
    row[2] = text(entry.outcome.map(crate::diagnostic::Outcome::word));
    row[6] = entry.text.clone();
    row[8] = text(entry.account);
    row[9] = number(entry.record);
    row[10] = text(entry.file);
    row[11] = number(entry.line);
    row[13] = number(entry.count);
    row
}

fn number(number: Option<u64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// True for what a spreadsheet may take for the start of a formula.
fn starts_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

/// `cell` as text and nothing else.
pub(crate) fn defused(cell: &str) -> String {
    let shown = whole(cell);
    let mut out = String::new();
    // What is written already, and where a formula could begin.
    let (mut from, mut at) = (0, 0);
    loop {
        // Quotes and spaces may precede a formula.
        at = shown.len() - shown[at..].trim_start_matches([' ', '"']).len();
        if shown[at..].starts_with(starts_formula) {
            out.push_str(&shown[from..at]);
            out.push('\'');
            from = at;
        }
        match memchr::memchr3(b',', b';', b'|', &shown.as_bytes()[at..]) {
            Some(next) => at += next + 1,
            None if from == 0 && out.is_empty() => return shown,
            None => break,
        }
    }
    out.push_str(&shown[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_starts_a_formula_however_it_is_split() {
        for c in '\0'..=char::MAX {
            for cell in [format!("{c}1+1"), format!("a;{c}1"), format!("a, \"{c}1"), format!("\t{c}1"), c.to_string()] {
                let out = defused(&cell);
                for part in out.split([',', ';', '|', '\t', '\r', '\n']) {
                    let part = part.trim_start_matches([' ', '"']);
                    assert!(!part.starts_with(starts_formula), "{:x} in {out}", u32::from(c));
                }
            }
        }
    }

    /// The same one character at a time.
    fn slow(cell: &str) -> String {
        let mut out = String::new();
        let mut may_start = true;
        for c in whole(cell).chars() {
            if may_start && starts_formula(c) {
                out.push('\'');
            }
            may_start = matches!(c, ',' | ';' | '|') || may_start && matches!(c, ' ' | '"');
            out.push(c);
        }
        out
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_the_slow_way(cell in "[-=a,; \"|\u{ff1d}\n]{0,20}") {
            proptest::prop_assert_eq!(defused(&cell), slow(&cell));
        }
    }

    #[test]
    fn other_text_stays() {
        assert_eq!(defused("api.payroll@acme.example"), "api.payroll@acme.example");
        assert_eq!(defused("=1+1"), "'=1+1");
        assert_eq!(defused("a \u{202e}b"), "a \\u{202e}b");
    }
}
