//! The report for people: each finding with the row around its cell, then a summary.
//!
//! The one module that names the terminal renderer. It hands the renderer excerpts instead of files: a
//! renderer shows whole lines, raw.

use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config};
use termcolor::{NoColor, WriteColor};

use super::grouping::{FindingGroup, grouped};
use super::{Report, fleet, runs, summary};
use crate::diagnostic::snippet::{ELLIPSIS, Snippet, SnippetMark};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::whole;
use crate::diagnostic::{Basis, Label, Severity};
use crate::source::CellAddress;

/// Writes the whole report.
///
/// # Errors
/// What the writer says.
pub fn write_styled(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    for group in grouped(&report.run.diagnostics) {
        write_group(&group, out)?;
    }
    summary::write(report, out)
}

/// Writes the reports of one or several runs, each under its tenant.
///
/// # Errors
/// What the writer says.
pub fn write_all_styled(reports: &[Report<'_>], out: &mut dyn WriteColor) -> io::Result<()> {
    if let [report] = reports {
        return write_styled(report, out);
    }
    for report in reports {
        bold(out, &whole(&fleet::heading(report.run)))?;
        writeln!(out, "\n")?;
        write_styled(report, out)?;
        writeln!(out)?;
    }
    bold(out, &fleet::line(&runs(reports)))?;
    writeln!(out)
}

/// Writes what kept a run from beginning.
///
/// # Errors
/// What the writer says.
pub fn write_error(error: &UsageError, out: &mut dyn WriteColor) -> io::Result<()> {
    let notes = error.remedy.iter().cloned().collect();
    let shown = Excerpts::of(&error.labels, &error.snippets);
    emit(codespan::Severity::Error, None, &error.message, &error.labels, &shown, notes, out)
}

/// Writes a finding with its row, and where it is again.
pub(super) fn write_group(group: &FindingGroup<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let diagnostic = group.first;
    let mut notes: Vec<String> = group.repeats().into_iter().collect();
    if let Some(subject) = &diagnostic.subject {
        notes.push(format!("account: {} (record {})", subject.key, subject.number));
    }
    if let Some(citation) = &diagnostic.citation {
        let basis = match diagnostic.basis {
            Basis::BestPractice => "good practice for",
            Basis::Vendor | Basis::Site | Basis::Input => "required by",
        };
        notes.push(format!("{basis}: {citation} ({})", diagnostic.statements.join(", ")));
    }
    notes.push(format!("help: {}", diagnostic.remedy));
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Note => codespan::Severity::Note,
    };
    let shown = Excerpts::of(&diagnostic.labels, &diagnostic.snippets);
    emit(severity, Some(&diagnostic.rule), &diagnostic.message, &diagnostic.labels, &shown, notes, out)
}

fn emit(
    severity: codespan::Severity,
    code: Option<&str>,
    message: &str,
    labels: &[Label],
    shown: &Excerpts<'_>,
    notes: Vec<String>,
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    let mut rendered = codespan::Diagnostic::new(severity).with_message(whole(message));
    if let Some(code) = code {
        rendered = rendered.with_code(whole(code));
    }
    for (number, (_, snippet)) in shown.0.iter().enumerate() {
        for mark in &snippet.marks {
            let style = if mark.label == 0 { codespan::LabelStyle::Primary } else { codespan::LabelStyle::Secondary };
            let words = labels.get(mark.label).map_or("", |label| label.message.as_str());
            rendered.labels.push(codespan::Label::new(style, number, mark.range.clone()).with_message(whole(words)));
        }
    }
    rendered.notes = notes.iter().map(|note| whole(note)).collect();
    let mut out = out;
    term::emit_to_write_style(&mut out, &Config::default(), shown, &rendered).map_err(|error| match error {
        Error::Io(error) => error,
        _ => io::Error::other("internal error: an excerpt could not be rendered"),
    })
}

/// Writes the whole report without colours.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write_styled(report, &mut NoColor::new(out))
}

/// The same of several runs.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    write_all_styled(reports, &mut NoColor::new(out))
}

/// What precedes line and column: the file, and in a workbook the cell.
fn name(file: &str, cell: Option<&CellAddress>) -> String {
    match cell {
        Some(cell) => whole(&format!("{cell} in {file}")),
        None => whole(file),
    }
}

/// Excerpts in place of the files they were taken from.
struct Excerpts<'a>(Vec<(String, std::borrow::Cow<'a, Snippet>)>);

impl<'a> Excerpts<'a> {
    /// The snippets, and for a label that has none a place with nothing to show.
    fn of(labels: &[Label], snippets: &'a [Snippet]) -> Self {
        let mut shown: Vec<_> = snippets.iter().map(std::borrow::Cow::Borrowed).collect();
        let is_shown =
            |number: usize| snippets.iter().any(|snippet| snippet.marks.iter().any(|mark| mark.label == number));
        for (number, label) in labels.iter().enumerate().filter(|(number, _)| !is_shown(*number)) {
            shown.push(std::borrow::Cow::Owned(Snippet {
                file: label.file.clone(),
                line: label.start.line,
                column: label.start.column,
                text: ELLIPSIS.to_string(),
                marks: vec![SnippetMark { range: 0..ELLIPSIS.len_utf8(), label: number }],
            }));
        }
        let named = |snippet: std::borrow::Cow<'a, Snippet>| {
            let first = snippet.marks.first().and_then(|mark| labels.get(mark.label));
            (name(&snippet.file, first.and_then(|label| label.cell.as_ref())), snippet)
        };
        Self(shown.into_iter().map(named).collect())
    }

    fn get(&self, id: usize) -> Result<&Snippet, Error> {
        self.0.get(id).map(|(_, snippet)| snippet.as_ref()).ok_or(Error::FileMissing)
    }
}

impl<'f> Files<'f> for Excerpts<'_> {
    type FileId = usize;
    type Name = String;
    type Source = &'f str;

    fn name(&'f self, id: usize) -> Result<String, Error> {
        self.0.get(id).map(|(name, _)| name.clone()).ok_or(Error::FileMissing)
    }

    fn source(&'f self, id: usize) -> Result<&'f str, Error> {
        Ok(&self.get(id)?.text)
    }

    fn line_index(&'f self, _: usize, _: usize) -> Result<usize, Error> {
        Ok(0)
    }

    fn line_number(&'f self, id: usize, _: usize) -> Result<usize, Error> {
        Ok(usize::try_from(self.get(id)?.line).unwrap_or(usize::MAX))
    }

    fn column_number(&'f self, id: usize, _: usize, _: usize) -> Result<usize, Error> {
        Ok(usize::try_from(self.get(id)?.column).unwrap_or(usize::MAX))
    }

    fn line_range(&'f self, id: usize, _: usize) -> Result<Range<usize>, Error> {
        Ok(0..self.get(id)?.text.len())
    }
}

/// Writes a line in bold where the terminal can.
pub(super) fn bold(out: &mut dyn WriteColor, text: &str) -> io::Result<()> {
    out.set_color(termcolor::ColorSpec::new().set_bold(true))?;
    write!(out, "{text}")?;
    out.reset()
}
