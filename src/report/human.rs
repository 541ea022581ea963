//! The report for people: each finding with the row around its cell, then a summary.
//!
//! The one module that names the terminal renderer. It hands the renderer excerpts instead of files: a
//! renderer shows whole lines, raw.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config};
use termcolor::NoColor;
use unicode_width::UnicodeWidthStr;

use super::grouping::{FindingGroup, grouped};
use super::screen::{Screen, WIDTH, wrapped};
use super::{Report, runs, summary, tenants};
use crate::diagnostic::snippet::{ELLIPSIS, Snippet, SnippetMark};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::whole;
use crate::diagnostic::{Basis, Label, Severity};
use crate::source::CellAddress;

/// Writes the whole report.
///
/// # Errors
/// What the writer says.
pub fn write_styled(report: &Report<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    for group in grouped(&report.run.diagnostics) {
        write_group(&group, screen)?;
    }
    summary::write(report, screen)
}

/// Writes the reports of one or several runs, each under its tenant.
///
/// # Errors
/// What the writer says.
pub fn write_all_styled(reports: &[Report<'_>], screen: &mut Screen<'_>) -> io::Result<()> {
    if let [report] = reports {
        return write_styled(report, screen);
    }
    for report in reports {
        screen.heading(&tenants::heading(report.run))?;
        screen.blank()?;
        write_styled(report, screen)?;
        screen.blank()?;
    }
    screen.heading(&tenants::line(&runs(reports)))
}

/// Writes what kept a run from beginning.
///
/// # Errors
/// What the writer says.
pub fn write_error(error: &UsageError, screen: &mut Screen<'_>) -> io::Result<()> {
    let notes: Vec<String> = error.remedy.iter().cloned().collect();
    let shown = Excerpts::of(&error.labels, &error.snippets, screen.width());
    emit(codespan::Severity::Error, None, &error.message, &error.labels, &shown, &notes, screen)
}

/// The statements that a finding rests on, after what it cites.
pub(super) fn in_brackets(statements: &[String]) -> String {
    if statements.is_empty() { String::new() } else { format!(" ({})", statements.join(", ")) }
}

/// Writes a finding with its row, and where it is again.
pub(super) fn write_group(group: &FindingGroup<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let diagnostic = group.first;
    let mut notes: Vec<String> = group.repeats().into_iter().collect();
    if let Some(subject) = &diagnostic.subject {
        notes.push(format!("account: {} (record {})", subject.key, subject.number));
    }
    if let Some(citation) = &diagnostic.citation {
        let basis = match diagnostic.basis {
            Basis::BestPractice => "good practice for",
            Basis::Vendor | Basis::Site | Basis::Input | Basis::Policy => "required by",
        };
        notes.push(format!("{basis}: {citation}{}", in_brackets(&diagnostic.statements)));
    }
    let change = diagnostic.comparison.as_ref().and_then(|found| found.change());
    notes.extend(change.map(|change| format!("updated: {change}")));
    notes.push(format!("help: {}", diagnostic.remedy));
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Note => codespan::Severity::Note,
    };
    let shown = Excerpts::of(&diagnostic.labels, &diagnostic.snippets, screen.width());
    emit(severity, Some(&diagnostic.rule), &diagnostic.message, &diagnostic.labels, &shown, &notes, screen)
}

fn emit(
    severity: codespan::Severity,
    code: Option<&str>,
    message: &str,
    labels: &[Label],
    shown: &Excerpts<'_>,
    notes: &[String],
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    let width = screen.width();
    // What the renderer puts before the message: `error[code]: `.
    let before = severity_word(severity).len() + code.map_or(0, |code| whole(code).width() + 2) + 2;
    let message = wrapped(&" ".repeat(before), 2, &whole(message), width);
    let mut rendered = codespan::Diagnostic::new(severity).with_message(&message[before..]);
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
    // A note begins with ` = `, below the numbers of the lines.
    let room = width.saturating_sub(line_digits(shown.0.iter().map(|(_, snippet)| &**snippet)) + LINE_FRAME);
    rendered.notes = notes.iter().map(|note| wrapped("", 0, &whole(note), room)).collect();
    let mut out = screen.out();
    term::emit_to_write_style(&mut out, &Config::default(), shown, &rendered).map_err(|error| match error {
        Error::Io(error) => error,
        _ => io::Error::other("internal error: an excerpt could not be rendered"),
    })
}

const fn severity_word(severity: codespan::Severity) -> &'static str {
    match severity {
        codespan::Severity::Bug => "bug",
        codespan::Severity::Error => "error",
        codespan::Severity::Warning => "warning",
        codespan::Severity::Note => "note",
        codespan::Severity::Help => "help",
    }
}

/// Writes the whole report without colours.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write_styled(report, &mut Screen::new(&mut NoColor::new(out), WIDTH))
}

/// The same of several runs.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    write_all_styled(reports, &mut Screen::new(&mut NoColor::new(out), WIDTH))
}

/// What precedes line and column: the file, and in a workbook the cell.
fn name(file: &str, cell: Option<&CellAddress>) -> String {
    match cell {
        Some(cell) => whole(&format!("{cell} in {file}")),
        None => whole(file),
    }
}

/// What the renderer puts around the number of a line, ` │ ` or ` = `.
const LINE_FRAME: usize = 3;

/// Digits of the longest number of a line.
fn line_digits<'s>(snippets: impl Iterator<Item = &'s Snippet>) -> usize {
    snippets.map(|snippet| snippet.line.to_string().len()).max().unwrap_or(0)
}

/// The snippet, cut so that its marks and the words under them end within `room` columns, if they can.
fn fitted<'s>(snippet: &'s Snippet, labels: &[Label], room: usize) -> Cow<'s, Snippet> {
    // Most snippets are plain, and one that is too long needs the column of each of its places.
    let is_plain = snippet.text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let column = |index: usize| match snippet.text.get(..index) {
        Some(_) if is_plain => index,
        before => before.map_or(0, UnicodeWidthStr::width),
    };
    let words = |mark: &SnippetMark| labels.get(mark.label).map_or(0, |label| whole(&label.message).width() + 1);
    let end = snippet.marks.iter().map(|mark| column(mark.range.end) + words(mark)).max().unwrap_or(0);
    if end.max(snippet.text.width()) <= room {
        return Cow::Borrowed(snippet);
    }
    let first = snippet.marks.iter().map(|mark| mark.range.start).min().unwrap_or(0);
    let last = snippet.marks.iter().map(|mark| mark.range.end).max().unwrap_or(0);
    let indices = || snippet.text.char_indices().map(|(index, _)| index).chain([snippet.text.len()]);
    // A place that is cut needs a column for its ellipsis.
    let excess = if end > room { end - room + 1 } else { 0 };
    let from = indices().take_while(|index| *index <= first).find(|index| column(*index) >= excess).unwrap_or(first);
    let most = room + column(from) - usize::from(from > 0);
    let until = match snippet.text.width() {
        width if width <= most => snippet.text.len(),
        _ => indices().take_while(|index| column(*index) < most).last().unwrap_or(last).max(last),
    };
    let ellipsis = |is_cut: bool| if is_cut { ELLIPSIS.to_string() } else { String::new() };
    let before = ellipsis(from > 0);
    let text = format!("{before}{}{}", &snippet.text[from..until], ellipsis(until < snippet.text.len()));
    let moved = |index: usize| index - from + before.len();
    let marks = snippet
        .marks
        .iter()
        .map(|mark| SnippetMark { range: moved(mark.range.start)..moved(mark.range.end), label: mark.label });
    Cow::Owned(Snippet { text, marks: marks.collect(), file: snippet.file.clone(), ..*snippet })
}

/// Excerpts in place of the files they were taken from.
struct Excerpts<'a>(Vec<(String, Cow<'a, Snippet>)>);

impl<'a> Excerpts<'a> {
    /// The snippets fitted to the width, and for a label that has none a place with nothing to show.
    fn of(labels: &[Label], snippets: &'a [Snippet], width: usize) -> Self {
        let room = width.saturating_sub(line_digits(snippets.iter()) + LINE_FRAME);
        let mut shown: Vec<_> = snippets.iter().map(|snippet| fitted(snippet, labels, room)).collect();
        let is_shown =
            |number: usize| snippets.iter().any(|snippet| snippet.marks.iter().any(|mark| mark.label == number));
        for (number, label) in labels.iter().enumerate().filter(|(number, _)| !is_shown(*number)) {
            shown.push(Cow::Owned(Snippet {
                file: label.file.clone(),
                line: label.start.line,
                column: label.start.column,
                text: ELLIPSIS.to_string(),
                marks: vec![SnippetMark { range: 0..ELLIPSIS.len_utf8(), label: number }],
            }));
        }
        let named = |snippet: Cow<'a, Snippet>| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::snippet::SnippetMark;
    use crate::source::Location;

    fn cut(text: &str, marked: &str, words: &str, room: usize) -> (String, String) {
        let start = text.find(marked).expect("the mark is in the text");
        let marks = vec![SnippetMark { range: start..start + marked.len(), label: 0 }];
        let snippet = Snippet { file: "a.csv".into(), line: 1, column: 1, text: text.to_owned(), marks };
        let place = Location { byte: 0, line: 1, column: 1 };
        let file = "a.csv".into();
        let label = Label { input: None, file, start: place, end: place, cell: None, message: words.to_owned() };
        let fitted = fitted(&snippet, &[label], room);
        (fitted.text.clone(), fitted.text[fitted.marks[0].range.clone()].to_owned())
    }

    #[test]
    fn a_snippet_is_cut_around_its_mark() {
        let row = "Ann,Other,ann@x.example,Agent,Sales,yes";
        let whole = |text: &str, mark: &str| (text.to_owned(), mark.to_owned());
        assert_eq!(cut(row, "Ann", "who", 39), whole(row, "Ann"));
        assert_eq!(cut(row, "Ann", "who", 20), whole("Ann,Other,ann@x.exa…", "Ann"));
        assert_eq!(cut(row, "yes", "no", 20), whole("…,Agent,Sales,yes", "yes"));
        assert_eq!(cut(row, "Agent", "not this", 20), whole("…mple,Agent,Sales,y…", "Agent"));
        assert_eq!(cut(row, "ann@x.example", "long words here", 20).1, "ann@x.example");
    }
}
