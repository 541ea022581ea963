//! One example in one form: the run, and every way in which it is not as the example says.

use std::collections::BTreeSet;

use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::{Diagnostic, Label};
use rolecall::engine::{RuleSet, Run};
use rolecall::rule::Rule;
use rolecall::rule::examples::Example;

use super::accounts::{Table, items};
use super::forms::{File, Form, is_in_plan, list_at};
use crate::run::{as_of, run_by};
use crate::support::workspace::AS_OF;

const SEATS: &str = "System Administrator=10";

/// Runs an example in one form; every way in which the run is not as the example says, its kind first.
pub fn mismatches(rules: &RuleSet<'_>, rule: &Rule, example: &Example, form: Form) -> Vec<String> {
    let Some(files) = form.files(example) else { return Vec::new() };
    let at = format!("{} / {} / {form:?}", rule.id, example.title);
    let run = match run(rules, example, &files) {
        Ok(run) => run,
        Err(why) => return vec![format!("unusable: {at}: {why}")],
    };
    let ran = ExampleRun { rule, example, form, files: &files, table: Table::of(example), run: &run };
    ran.mismatches().into_iter().map(|(kind, what)| format!("{kind}: {at}: {what}")).collect()
}

fn run(rules: &RuleSet<'_>, example: &Example, files: &[File]) -> Result<Run, String> {
    let config = match &example.config {
        Some(text) => Config::parse("rolecall.toml", text).map_err(|errors| format!("{errors:?}"))?,
        None => Config::default(),
    };
    let files: Vec<_> = files.iter().map(|file| (file.name, file.bytes())).collect();
    run_by(rules, &files, &config, &options(example)).map_err(|error| format!("{error:?}"))
}

fn options(example: &Example) -> RunOptions {
    let seats = example.seats.clone().unwrap_or_else(|| vec![SEATS.to_owned()]);
    let pool = |text: &String| {
        let (name, count) = text.split_once('=').expect("seats are NAME=N");
        (name.to_owned(), count.parse().expect("seats are a number"))
    };
    RunOptions {
        all_api_users: example.all_api_users,
        seats: seats.iter().map(pool).collect(),
        ..as_of(example.as_of.as_deref().unwrap_or(AS_OF))
    }
}

/// An example and its run.
struct ExampleRun<'a> {
    rule: &'a Rule,
    example: &'a Example,
    form: Form,
    files: &'a [File],
    table: Table,
    run: &'a Run,
}

/// The kind of mismatch, and what was expected and found.
type Mismatch = (&'static str, String);

impl ExampleRun<'_> {
    fn mismatches(&self) -> Vec<Mismatch> {
        let own: Vec<_> = self.run.diagnostics.iter().filter(|one| *one.rule == *self.rule.id).collect();
        let mut mismatches: Vec<_> = self.places(&own).into_iter().collect();
        mismatches.extend(own.iter().filter_map(|one| self.attribution(one)));
        mismatches.extend(own.iter().filter_map(|one| self.severity(one)));
        mismatches.extend(self.outcome());
        mismatches.extend(self.others());
        mismatches
    }

    /// What the rule underlines, against what it should.
    fn places(&self, own: &[&Diagnostic]) -> Option<Mismatch> {
        let wanted = &self.example.fails;
        let text = |(at, one): (usize, &&Diagnostic)| {
            one.labels.first().map_or_else(String::new, |label| self.shown(label, wanted.get(at)))
        };
        let found: Vec<String> = own.iter().enumerate().map(text).collect();
        let name = match found.len().cmp(&wanted.len()) {
            _ if found == *wanted => return None,
            std::cmp::Ordering::Greater => "noisy",
            std::cmp::Ordering::Less => "missing",
            std::cmp::Ordering::Equal => "misplaced",
        };
        Some((name, format!("wanted {wanted:?}, found {found:?}")))
    }

    /// What a label shows; of a workbook's cell, which is all its label names, the part that is wanted of it.
    fn shown(&self, label: &Label, wanted: Option<&String>) -> String {
        let Some((field, cell)) = label.cell.as_ref().and_then(|place| self.cell(&place.cell)) else {
            return self.underlined(label);
        };
        let is_part = |wanted: &&String| match field {
            "password" => wanted.is_empty(),
            _ => parts(cell).any(|part| part == wanted.as_str()),
        };
        wanted.filter(is_part).map_or(cell, String::as_str).to_owned()
    }

    /// Field and text of a cell by its name: rows are accounts, below a row of headers.
    fn cell(&self, name: &str) -> Option<(&'static str, &str)> {
        let field = *self.table.columns.get(usize::from(name.bytes().next()? - b'A'))?;
        let row: usize = name[1..].parse().ok()?;
        Some((field, self.table.accounts.get(row.checked_sub(2)?)?.cells[field].as_str()))
    }

    /// The text under a label, as a table would hold it.
    fn underlined(&self, label: &Label) -> String {
        let slice = self.slice(label);
        if slice.is_empty() && !self.is_at_a_value(label) {
            return "<an empty place where no value would stand>".to_owned();
        }
        if is_in_plan(self.example) {
            return slice.to_owned();
        }
        if self.form.has_lists() && self.is_whole_list(label) {
            list_at(slice).join("; ")
        } else {
            self.form.decoded(slice)
        }
    }

    /// Whether a label underlines all between two brackets, or lines that begin with dashes.
    fn is_whole_list(&self, label: &Label) -> bool {
        let text = self.text(&label.file);
        let index = |byte: u64| usize::try_from(byte).expect("a test's file is small");
        let (before, after) = (&text[..index(label.start.byte)], &text[index(label.end.byte)..]);
        let is_between = before.trim_end().ends_with('[') && after.trim_start().starts_with(']');
        is_between || self.slice(label).lines().skip(1).any(|line| line.trim_start().starts_with("- "))
    }

    fn slice(&self, label: &Label) -> &str {
        let text = self.text(&label.file);
        let index = |byte: u64| usize::try_from(byte).expect("a test's file is small");
        text.get(index(label.start.byte)..index(label.end.byte)).unwrap_or("<a place that is none>")
    }

    fn text(&self, file: &str) -> &str {
        &self.files.iter().find(|known| known.name == file).expect("labels lie in the inputs").text
    }

    /// An empty place is where a value begins: after a quote, a separator or the space after a key.
    fn is_at_a_value(&self, label: &Label) -> bool {
        let text = self.text(&label.file);
        let before = &text[..usize::try_from(label.start.byte).expect("a test's file is small")];
        before.is_empty() || before.ends_with([',', ';', '"', '\n', '\u{feff}', ' ', ':', '='])
    }

    /// The account a finding names must hold what is underlined.
    fn attribution(&self, one: &Diagnostic) -> Option<Mismatch> {
        let (subject, label) = (one.subject.as_ref()?, one.labels.first()?);
        if is_in_plan(self.example) {
            return None;
        }
        let number = usize::try_from(subject.number).expect("a test's file is small");
        let account = &self.table.accounts[number - 1];
        let key = account.cells.get("user-name").map_or("", |name| name.trim());
        let key = if key.is_empty() { format!("#{number}") } else { key.to_owned() };
        let (text, is_its_own) = match &label.cell {
            Some(place) => (place.cell.clone(), place.cell[1..] == (number + 1).to_string()),
            None => {
                let text = self.underlined(label);
                let is_secret = text.is_empty() && account.cells.contains_key("password");
                let is_its_own = is_secret || account.cells.values().any(|cell| parts(cell).any(|part| part == text));
                (text, is_its_own)
            }
        };
        let is_right = subject.key == key && is_its_own;
        (!is_right)
            .then(|| ("misplaced", format!("{text:?} is said of {} (record {number}), which is {key}", subject.key)))
    }

    fn severity(&self, one: &Diagnostic) -> Option<Mismatch> {
        let wanted = self.example.severity.as_deref().unwrap_or_else(|| self.rule.severity.word());
        let found = one.severity.word();
        (found != wanted).then(|| ("other severity", format!("wanted {wanted}, found {found}")))
    }

    /// How the rule ended for the run.
    fn outcome(&self) -> Option<Mismatch> {
        let wanted = match (&self.example.outcome, self.example.fails.is_empty()) {
            (Some(outcome), _) => outcome.as_str(),
            (None, true) => "pass",
            (None, false) => "fail",
        };
        let found =
            self.run.outcomes.iter().find(|outcome| outcome.rule == self.rule.id).expect("every rule ends somehow");
        let is_right = found.outcome.word() == wanted;
        (!is_right)
            .then(|| ("other outcome", format!("wanted {wanted}, found {} ({:?})", found.outcome.word(), found.reason)))
    }

    /// The other rules that fired, against those that should.
    fn others(&self) -> Vec<Mismatch> {
        let fired = self.run.diagnostics.iter().filter(|one| *one.rule != *self.rule.id);
        let fired: BTreeSet<&str> = fired.map(|one| &*one.rule).collect();
        let listed: BTreeSet<&str> = self.example.also.iter().map(String::as_str).collect();
        let message =
            |id: &str| self.run.diagnostics.iter().find(|one| *one.rule == *id).map_or("", |one| one.message.as_str());
        let unlisted = fired.difference(&listed).map(|id| ("unlisted rule", format!("{id} ({})", message(id))));
        let silent = listed.difference(&fired).map(|id| ("silent rule", (*id).to_owned()));
        unlisted.chain(silent).collect()
    }
}

/// A cell, and each of its items without the mark of the main view.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    fn bare(item: &str) -> &str {
        item.trim_end_matches("(main)").trim_end_matches('*').trim()
    }
    std::iter::once(cell.trim()).chain(items(cell).into_iter().map(bare))
}
