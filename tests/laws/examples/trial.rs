//! One example in one form: the run, and every way in which it is not as the example says.

use std::collections::BTreeSet;

use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::{Diagnostic, Label};
use rolecall::engine::{NamedInput, RuleSet, Run, check};
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::rule::Rule;
use rolecall::rule::examples::Example;
use rolecall::rule::file::References;
use rolecall::source::file::Source;

use super::accounts::{Table, items};
use super::forms::{File, Form, is_in_plan, list_at};

const AS_OF: &str = "2026-11-21";
const SEATS: &str = "System Administrator=10";

/// Rules that underline the whole of a list, not an item of it.
const WHOLE_LIST: [&str; 4] =
    ["administrator-role-missing", "seats-exceeded", "seats-nearly-used", "sole-administrator"];

/// The rules that every example is put to.
pub struct Court<'a> {
    pub rules: &'a [Rule],
    pub references: &'a References,
}

impl Court<'_> {
    /// Runs an example and says what is wrong, each complaint with its name first.
    pub fn hear(&self, rule: &Rule, example: &Example, form: Form) -> Vec<String> {
        let Some(files) = form.files(example) else { return Vec::new() };
        let at = format!("{} / {} / {form:?}", rule.id, example.title);
        let run = match self.run(example, &files) {
            Ok(run) => run,
            Err(why) => return vec![format!("unusable: {at}: {why}")],
        };
        let hearing = Hearing { rule, example, form, files: &files, run: &run };
        hearing.complaints().into_iter().map(|(name, what)| format!("{name}: {at}: {what}")).collect()
    }

    fn run(&self, example: &Example, files: &[File]) -> Result<Run, String> {
        let config = match &example.config {
            Some(text) => Config::parse("rolecall.toml", text).map_err(|errors| format!("{errors:?}"))?,
            None => Config::default(),
        };
        let named = files.iter().map(|(name, text)| NamedInput {
            name: (*name).to_owned(),
            format: Format::by_name(name),
            opened: Ok(Source::from_bytes(text.clone().into_bytes())),
        });
        let book = RuleSet { rules: self.rules, references: self.references };
        check(named.collect(), &config, &book, &options(example)).map_err(|error| format!("{error:?}"))
    }
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
        ..RunOptions::new(
            Date::parse(example.as_of.as_deref().unwrap_or(AS_OF), None).expect("the example's date is one"),
        )
    }
}

/// An example, and the run that came of it.
struct Hearing<'a> {
    rule: &'a Rule,
    example: &'a Example,
    form: Form,
    files: &'a [File],
    run: &'a Run,
}

type Complaint = (&'static str, String);

impl Hearing<'_> {
    fn complaints(&self) -> Vec<Complaint> {
        let own: Vec<_> = self.run.diagnostics.iter().filter(|one| *one.rule == *self.rule.id).collect();
        let mut complaints: Vec<_> = self.places(&own).into_iter().collect();
        complaints.extend(own.iter().filter_map(|one| self.attribution(one)));
        complaints.extend(own.iter().filter_map(|one| self.weight(one)));
        complaints.extend(self.end());
        complaints.extend(self.others());
        complaints
    }

    /// What the rule underlines, against what it should.
    fn places(&self, own: &[&Diagnostic]) -> Option<Complaint> {
        let found: Vec<String> =
            own.iter().map(|one| one.labels.first().map_or_else(String::new, |label| self.underlined(label))).collect();
        let wanted = &self.example.fails;
        let name = match found.len().cmp(&wanted.len()) {
            _ if found == *wanted => return None,
            std::cmp::Ordering::Greater => "noisy",
            std::cmp::Ordering::Less => "missing",
            std::cmp::Ordering::Equal => "misplaced",
        };
        Some((name, format!("wanted {wanted:?}, found {found:?}")))
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
        let is_list = WHOLE_LIST.contains(&self.rule.id.as_str()) && self.form.has_lists();
        if is_list { list_at(slice).join("; ") } else { self.form.decoded(slice) }
    }

    fn slice(&self, label: &Label) -> &str {
        let text = self.text(&label.file);
        let index = |byte: u64| usize::try_from(byte).expect("a test's file is small");
        text.get(index(label.start.byte)..index(label.end.byte)).unwrap_or("<a place that is none>")
    }

    fn text(&self, file: &str) -> &str {
        &self.files.iter().find(|(name, _)| *name == file).expect("labels lie in the inputs").1
    }

    /// An empty place is where a value begins: after a quote, a separator or the space after a key.
    fn is_at_a_value(&self, label: &Label) -> bool {
        let text = self.text(&label.file);
        let before = &text[..usize::try_from(label.start.byte).expect("a test's file is small")];
        before.is_empty() || before.ends_with([',', ';', '"', '\n', '\u{feff}', ' ', ':', '='])
    }

    /// The account a finding names must hold what is underlined.
    fn attribution(&self, one: &Diagnostic) -> Option<Complaint> {
        let (subject, label) = (one.subject.as_ref()?, one.labels.first()?);
        if is_in_plan(self.example) {
            return None;
        }
        let number = usize::try_from(subject.number).expect("a test's file is small");
        let table = Table::of(self.example);
        let account = &table.accounts[number - 1];
        let key = account.cells.get("user-name").map_or("", |name| name.trim());
        let key = if key.is_empty() { format!("#{number}") } else { key.to_owned() };
        let text = self.underlined(label);
        let holds = |cell: &String| {
            cell.trim() == text
                || items(cell).iter().any(|item| item.trim_end_matches("(main)").trim_end_matches('*').trim() == text)
        };
        let is_its_own =
            account.cells.values().any(holds) || account.cells.get("password").is_some_and(|_| text.is_empty());
        let is_right = subject.key == key && is_its_own;
        (!is_right)
            .then(|| ("misplaced", format!("{text:?} is said of {} (record {number}), which is {key}", subject.key)))
    }

    fn weight(&self, one: &Diagnostic) -> Option<Complaint> {
        let wanted = self.example.severity.as_deref().unwrap_or_else(|| self.rule.severity.word());
        let found = one.severity.word();
        (found != wanted).then(|| ("misweighed", format!("wanted {wanted}, found {found}")))
    }

    /// How the rule ended for the run.
    fn end(&self) -> Option<Complaint> {
        let wanted = match (&self.example.outcome, self.example.fails.is_empty()) {
            (Some(outcome), _) => outcome.as_str(),
            (None, true) => "pass",
            (None, false) => "fail",
        };
        let found =
            self.run.outcomes.iter().find(|outcome| outcome.rule == self.rule.id).expect("every rule ends somehow");
        let is_right = found.outcome.word() == wanted;
        (!is_right)
            .then(|| ("misended", format!("wanted {wanted}, found {} ({:?})", found.outcome.word(), found.reason)))
    }

    /// The other rules that fired, against those that should.
    fn others(&self) -> Vec<Complaint> {
        let fired = self.run.diagnostics.iter().filter(|one| *one.rule != *self.rule.id);
        let fired: BTreeSet<&str> = fired.map(|one| &*one.rule).collect();
        let listed: BTreeSet<&str> = self.example.also.iter().map(String::as_str).collect();
        let message =
            |id: &str| self.run.diagnostics.iter().find(|one| *one.rule == *id).map_or("", |one| one.message.as_str());
        let unlisted = fired.difference(&listed).map(|id| ("unlisted", format!("{id} ({})", message(id))));
        let unheard = listed.difference(&fired).map(|id| ("unheard", (*id).to_owned()));
        unlisted.chain(unheard).collect()
    }
}
