//! Values of options, from their text.

use std::path::PathBuf;

use rolecall::diagnostic::Severity;
use rolecall::diff::DiffThreshold;
use rolecall::drift::comparable_fields;
use rolecall::read::Format;
use rolecall::read::encoding::Encoding;
use rolecall::record::date::Date;
use rolecall::record::{Field, Product};
use rolecall::report::ReportFormat;
use rolecall::report::capacity::CapacityFormat;
use rolecall::report::diff::DiffFormat;
use rolecall::report::drift::DriftFormat;
use rolecall::report::fleet::FleetFormat;
use rolecall::report::rule_tests::TestFormat;

use super::{HistoryArgument, OutputArgument};

/// The help of `--format`: the words of all forms, of which the first is the default.
pub fn format_help(words: &[&str]) -> String {
    let (last, others) = words.split_last().expect("internal error: a report has forms");
    let default = others.first().unwrap_or(last);
    format!("Format of the report on standard output: {} or {last} (default: {default})", others.join(", "))
}

fn one_of<T>(found: Option<T>, words: &[&str]) -> Result<T, String> {
    found.ok_or_else(|| format!("expected one of: {}", words.join(", ")))
}

pub fn product(word: &str) -> Result<Product, String> {
    one_of(Product::by_word(word), &Product::ALL.map(Product::word))
}

pub fn format(word: &str) -> Result<Format, String> {
    one_of(Format::by_word(word), &Format::ALL.map(Format::word))
}

pub fn report_format(word: &str) -> Result<ReportFormat, String> {
    one_of(ReportFormat::by_word(word), &ReportFormat::ALL.map(ReportFormat::word))
}

pub fn capacity_format(word: &str) -> Result<CapacityFormat, String> {
    one_of(CapacityFormat::by_word(word), &CapacityFormat::ALL.map(CapacityFormat::word))
}

pub fn diff_format(word: &str) -> Result<DiffFormat, String> {
    one_of(DiffFormat::by_word(word), &DiffFormat::ALL.map(DiffFormat::word))
}

pub fn diff_output(text: &str) -> Result<OutputArgument<DiffFormat>, String> {
    output_as(text, diff_format)
}

pub fn fleet_format(word: &str) -> Result<FleetFormat, String> {
    one_of(FleetFormat::by_word(word), &FleetFormat::ALL.map(FleetFormat::word))
}

pub fn fleet_output(text: &str) -> Result<OutputArgument<FleetFormat>, String> {
    output_as(text, fleet_format)
}

pub fn threshold(word: &str) -> Result<DiffThreshold, String> {
    one_of(DiffThreshold::by_word(word), &DiffThreshold::ALL.map(DiffThreshold::word))
}

pub fn drift_format(word: &str) -> Result<DriftFormat, String> {
    one_of(DriftFormat::by_word(word), &DriftFormat::ALL.map(DriftFormat::word))
}

pub fn drift_output(text: &str) -> Result<OutputArgument<DriftFormat>, String> {
    output_as(text, drift_format)
}

pub fn ignored_field(word: &str) -> Result<Field, String> {
    let words: Vec<_> = comparable_fields().map(Field::name).collect();
    one_of(comparable_fields().find(|field| field.name() == word), &words)
}

pub fn test_format(word: &str) -> Result<TestFormat, String> {
    one_of(TestFormat::by_word(word), &TestFormat::ALL.map(TestFormat::word))
}

pub fn output(text: &str) -> Result<OutputArgument<ReportFormat>, String> {
    output_as(text, report_format)
}

pub fn capacity_output(text: &str) -> Result<OutputArgument<CapacityFormat>, String> {
    output_as(text, capacity_format)
}

fn output_as<F>(text: &str, format: impl Fn(&str) -> Result<F, String>) -> Result<OutputArgument<F>, String> {
    let (word, path) = text.split_once('=').ok_or("expected FORMAT=PATH, as in html=review.html")?;
    if path.is_empty() {
        return Err("expected a path after `=`".to_owned());
    }
    Ok(OutputArgument { format: format(word)?, path: PathBuf::from(path) })
}

/// A path may hold `=` itself: only text shaped like a day after the last one is a day.
pub fn history(text: &str) -> Result<HistoryArgument, String> {
    let is_day = |text: &str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let (path, on) = match text.rsplit_once('=') {
        Some((path, day)) if is_day(day) => (path, Some(date(day)?)),
        _ => (text, None),
    };
    if path.is_empty() || path == "-" {
        return Err("expected the path of a file".to_owned());
    }
    Ok(HistoryArgument { path: PathBuf::from(path), on })
}

pub fn encoding(word: &str) -> Result<Encoding, String> {
    one_of(Encoding::by_word(word), &Encoding::ALL.map(Encoding::word))
}

pub fn severity(word: &str) -> Result<Severity, String> {
    one_of(Severity::by_word(word), &Severity::ALL.map(Severity::word))
}

/// A rule or setting and a reason.
pub fn accepted(text: &str) -> Result<(String, String), String> {
    let (name, reason) = text.split_once('=').ok_or("expected RULE=REASON, as in 'team-blank=CASE-77'")?;
    if name.trim().is_empty() || reason.trim().is_empty() {
        return Err("expected a rule before `=` and a reason after it".to_owned());
    }
    Ok((name.trim().to_owned(), reason.trim().to_owned()))
}

pub fn date(text: &str) -> Result<Date, String> {
    let is_iso = text.as_bytes().get(4) == Some(&b'-');
    Date::parse(text, None).filter(|_| is_iso).ok_or_else(|| "expected an existing date, YYYY-MM-DD".to_owned())
}

pub fn seats(text: &str) -> Result<(String, u64), String> {
    let (name, count) = text.rsplit_once('=').ok_or("expected NAME=N, as in 'System Administrator=25'")?;
    let is_whole = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    let count = count.parse().ok().filter(|_| is_whole).ok_or("expected a whole number of seats after `=`")?;
    if name.trim_ascii().is_empty() {
        return Err("expected the name of a licence before `=`".to_owned());
    }
    Ok((name.trim_ascii().to_owned(), count))
}
