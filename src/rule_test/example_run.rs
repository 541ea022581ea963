//! One example in one form: the run, and every way in which it is not as the example says.

use std::collections::BTreeSet;

use super::ExampleEnding;
use super::accounts::{ExampleTable, is_background, items};
use super::forms::{ExampleFile, ExampleForm, column_name, is_in_plan, list_at};
use crate::config::{Config, RunOptions};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Diagnostic, Label, Outcome};
use crate::engine::{NamedInput, RuleSet, Run, check};
use crate::read::Format;
use crate::record::date::Date;
use crate::rule::Rule;
use crate::rule::examples::Example;
use crate::source::file::Source;

/// The day that examples are judged by unless they say otherwise.
const AS_OF: &str = "2026-11-21";

/// The seats that are owned unless an example says otherwise.
const SEATS: &str = "System Administrator=10";

/// An example and its run.
pub(super) struct ExampleRun<'a> {
    rule: &'a Rule,
    example: &'a Example,
    form: ExampleForm,
    /// The files by their names; a workbook has no text.
    texts: Vec<(&'static str, String)>,
    table: ExampleTable,
    run: Run,
}

impl<'a> ExampleRun<'a> {
    /// Runs an example in one form; `None` if the form cannot express it, or why there is no run.
    pub(super) fn new(
        rules: &RuleSet<'_>,
        rule: &'a Rule,
        example: &'a Example,
        form: ExampleForm,
    ) -> Option<Result<Self, String>> {
        let files = form.files(example)?;
        let texts = files.iter().map(|file| (file.name, file.text.clone())).collect();
        let table = ExampleTable::of_example(example);
        let run = run(rules, example, files).map_err(|why| format!("it cannot be judged: {why}"));
        Some(run.map(|run| Self { rule, example, form, texts, table, run }))
    }

    /// What keeps the rule from ending as the example says.
    pub(super) fn own_mismatches(&self) -> Vec<String> {
        let outcome = self.run.outcomes.iter().find(|outcome| outcome.rule == self.rule.id);
        let Some(outcome) = outcome.filter(|outcome| outcome.was_evaluated()) else {
            return vec!["the rule was not applied to any account".to_owned()];
        };
        let own = self.own();
        let mut mismatches: Vec<_> = self.places(&own).into_iter().collect();
        mismatches.extend(own.iter().filter_map(|one| self.attribution(one)));
        mismatches.extend(own.iter().filter_map(|one| self.severity(one)));
        let wanted = match (&self.example.outcome, self.example.fails.is_empty()) {
            (Some(outcome), _) => outcome.as_str(),
            (None, true) => "pass",
            (None, false) => "fail",
        };
        let found = outcome.outcome.word();
        if found != wanted {
            let why = outcome.reason.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
            mismatches.push(format!("the rule ends with `{found}`{why}, expected `{wanted}`"));
        }
        mismatches
    }

    /// How the rule ended.
    pub(super) fn ending(&self) -> ExampleEnding {
        let outcome = self.run.outcomes.iter().find(|outcome| outcome.rule == self.rule.id);
        let outcome = outcome.map_or(0, |outcome| match outcome.outcome {
            Outcome::NotApplicable => 0,
            Outcome::Pass => 1,
            Outcome::NotDeterminable => 2,
            Outcome::Fail | Outcome::Waived | Outcome::Baselined => 3,
        });
        ExampleEnding { outcome, underlined: self.underlined_texts(&self.own()) }
    }

    fn own(&self) -> Vec<&Diagnostic> {
        self.run.diagnostics.iter().filter(|one| *one.rule == *self.rule.id).collect()
    }

    fn underlined_texts(&self, own: &[&Diagnostic]) -> Vec<String> {
        let text = |(at, one): (usize, &&Diagnostic)| {
            one.labels.first().map_or_else(String::new, |label| self.shown(label, self.example.fails.get(at)))
        };
        own.iter().enumerate().map(text).collect()
    }

    /// What the rule underlines, against what it should.
    fn places(&self, own: &[&Diagnostic]) -> Option<String> {
        let wanted = &self.example.fails;
        let found = self.underlined_texts(own);
        let background =
            own.iter().filter_map(|one| one.subject.as_ref()).filter(|account| is_background(&account.key));
        let hint = match background.count() {
            0 => String::new(),
            count => format!(
                "; {count} of these belong to the two administrators that every example has, which `alone = true` leaves out"
            ),
        };
        (found != *wanted).then(|| format!("the rule underlines {}, expected {}{hint}", texts(&found), texts(wanted)))
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
        let column = name.chars().next()?;
        let (_, field) = self.table.columns.iter().enumerate().find(|(at, _)| column_name(*at) == column)?;
        let row: usize = name[1..].parse().ok()?;
        Some((field, self.table.accounts.get(row.checked_sub(2)?)?.cells[field].as_str()))
    }

    /// The text under a label, as a table would hold it.
    fn underlined(&self, label: &Label) -> String {
        let Some([before, slice, after]) = self.around(label) else { return "a place outside the accounts".to_owned() };
        // An empty place is where a value begins: after a quote, a separator or the space after a key.
        let is_at_a_value = before.is_empty() || before.ends_with([',', ';', '"', '\n', '\u{feff}', ' ', ':', '=']);
        if slice.is_empty() && !is_at_a_value {
            return "an empty place where no value begins".to_owned();
        }
        if is_in_plan(self.example) {
            return slice.to_owned();
        }
        if let Some(views) = self.views_of_plan(slice) {
            return views;
        }
        // The scope of a plan is a mapping: its groups are underlined with their brackets.
        let inner = slice.strip_prefix('[').and_then(|slice| slice.strip_suffix(']'));
        if let Some(items) = inner.filter(|_| self.form.has_lists()) {
            return list_at(items).join("; ");
        }
        let is_between = before.trim_end().ends_with('[') && after.trim_start().starts_with(']');
        let is_whole_list = is_between || slice.lines().skip(1).any(|line| line.trim_start().starts_with("- "));
        if self.form.has_lists() && is_whole_list { list_at(slice).join("; ") } else { self.form.decoded(slice) }
    }

    /// All views of an account: a plan tells the main one from the others, so the text between them is the plan's.
    fn views_of_plan(&self, slice: &str) -> Option<String> {
        let cells = self.table.accounts.iter().filter_map(|account| account.cells.get("wfm-views"));
        let is_between = |cell: &&String| match items(cell)[..] {
            [first, .., last] => {
                let slice = slice.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ']' | '}'));
                slice.contains("others") && slice.starts_with(first) && slice.ends_with(last)
            }
            _ => false,
        };
        cells.filter(|_| self.form.has_lists()).find(is_between).map(|cell| items(cell).join("; "))
    }

    /// The text before, under and after a label.
    fn around(&self, label: &Label) -> Option<[&str; 3]> {
        let (_, text) = self.texts.iter().find(|(name, _)| *name == &*label.file)?;
        let (before, rest) = text.split_at_checked(usize::try_from(label.start.byte).ok()?)?;
        let (slice, after) = rest.split_at_checked(usize::try_from(label.end.byte).ok()?.checked_sub(before.len())?)?;
        Some([before, slice, after])
    }

    /// The account a finding names must hold what is underlined.
    fn attribution(&self, one: &Diagnostic) -> Option<String> {
        let (subject, label) = (one.subject.as_ref()?, one.labels.first()?);
        if is_in_plan(self.example) {
            return None;
        }
        let number = subject.number;
        let account = usize::try_from(number).ok().and_then(|number| self.table.accounts.get(number.checked_sub(1)?));
        let Some(account) = account else {
            return Some(format!("a finding is about record {number}, which is not there"));
        };
        let key = account.cells.get("user-name").map_or("", |name| name.trim());
        let key = if key.is_empty() { format!("#{number}") } else { key.to_owned() };
        let is_its_own = match &label.cell {
            Some(place) => place.cell[1..] == (number + 1).to_string(),
            None => {
                let text = self.underlined(label);
                let is_secret = text.is_empty() && account.cells.contains_key("password");
                is_secret || account.cells.values().any(|cell| parts(cell).any(|part| part == text))
            }
        };
        let is_right = subject.key == key && is_its_own;
        let named = || format!("a finding names {} (record {number}) and underlines another account", subject.key);
        (!is_right).then(named)
    }

    fn severity(&self, one: &Diagnostic) -> Option<String> {
        let wanted = self.example.severity.as_deref().unwrap_or_else(|| self.rule.severity.word());
        let found = one.severity.word();
        (found != wanted).then(|| format!("the severity is `{found}`, expected `{wanted}`"))
    }

    /// The other rules that fired, against those that should.
    pub(super) fn other_mismatches(&self) -> Vec<String> {
        let fired = self.run.diagnostics.iter().filter(|one| *one.rule != *self.rule.id);
        let fired: BTreeSet<&str> = fired.map(|one| &*one.rule).collect();
        let listed: BTreeSet<&str> = self.example.also.iter().map(String::as_str).collect();
        let message =
            |id: &str| self.run.diagnostics.iter().find(|one| *one.rule == *id).map_or("", |one| one.message.as_str());
        let cure = |id: &str| match id {
            id if id == FaultKind::ApiUserNone.id() => "add an API user, `{}`, to `accounts`",
            _ => "change the accounts",
        };
        let unlisted = fired
            .difference(&listed)
            .map(|id| format!("`{id}` fires too ({}): {}, or write `also = [\"{id}\"]`", message(id), cure(id)));
        let silent = listed.difference(&fired).map(|id| format!("`{id}` does not fire: remove it from `also`"));
        unlisted.chain(silent).collect()
    }
}

fn run(rules: &RuleSet<'_>, example: &Example, files: Vec<ExampleFile>) -> Result<Run, String> {
    let first = |errors: Vec<UsageError>| errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("; ");
    let config = match &example.config {
        Some(text) => Config::parse("rolecall.toml", text).map_err(first)?,
        None => Config::default(),
    };
    let options = options(example)?;
    let named = files.into_iter().map(|file| NamedInput {
        name: file.name.to_owned(),
        format: Format::by_name(file.name),
        opened: Ok(Source::from_bytes(file.into_bytes())),
    });
    check(named.collect(), &config, rules, &options).map_err(|error| error.message)
}

fn options(example: &Example) -> Result<RunOptions, String> {
    let day = example.as_of.as_deref().unwrap_or(AS_OF);
    let as_of = Date::parse(day, None).ok_or_else(|| format!("the day {} does not exist", quoted(day)))?;
    let pool = |text: &String| {
        let (name, count) = text.rsplit_once('=')?;
        Some((name.to_owned(), count.parse().ok()?))
    };
    let seats = example.seats.clone().unwrap_or_else(|| vec![SEATS.to_owned()]);
    let seats: Option<Vec<_>> = seats.iter().map(pool).collect();
    let seats = seats.ok_or("`seats` has an entry without a number; write `seats = [\"System Administrator=4\"]`")?;
    Ok(RunOptions { all_api_users: example.all_api_users, seats, ..RunOptions::new(as_of) })
}

/// Texts in backticks, or that there are none.
fn texts(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    if texts.is_empty() { "nothing".to_owned() } else { texts.join(", ") }
}

/// A cell, and each of its items without the mark of the main view.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    fn bare(item: &str) -> &str {
        item.trim_end_matches("(main)").trim_end_matches('*').trim()
    }
    std::iter::once(cell.trim()).chain(items(cell).into_iter().map(bare))
}
