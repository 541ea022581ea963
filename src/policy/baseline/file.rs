//! The file of a baseline, `rolecall.baseline/1`: a header, then one entry a line in the order of their identities, so that
//! version control merges it line by line.
//!
//! A sound file is read at once. Only a faulty one is put to its schema, for words and places.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entry::{BaselineEntry, EntryLine, EntryTerms, MAX_REASON, TermsText};
use super::{BUILT_IN_KEY, Baseline, BaselineContext, LONGEST, SCHEMA};
use crate::config::suggest;
use crate::diagnostic::Label;
use crate::diagnostic::fault::Fault;
use crate::diagnostic::identification::Side;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::{is_hidden, quoted};
use crate::embedded;
use crate::fast::split::{on_threads, useful_threads};
use crate::read::mask::name_duplicate_key;
use crate::record::date::Date;
use crate::rule::Rule;
use crate::schema::Schema;
use crate::source::Location;
use crate::syntax::json;
use crate::syntax::tree::Tree;

/// The most faults that are reported of one file.
const MAX_FAULTS: usize = 10;

/// About as many bytes as most lines have.
const USUAL_LINE: usize = 230;

/// The first line.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineHeader {
    pub schema: String,
    pub product: String,
    pub tenant: Option<String>,
    pub as_of: String,
    pub until: String,
    /// Why the last day was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub key: String,
    /// The site's packs with their versions.
    pub packs: BTreeMap<String, String>,
    pub selection: Selection,
    pub inputs: Vec<BaselineInput>,
    pub entries: u64,
}

/// What of the inputs was judged.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    pub sheets: Vec<String>,
    pub api_users: String,
    /// The fields without which rules find less and still apply, as far as inputs have them.
    #[serde(default)]
    pub fields: Vec<String>,
}

/// An input, for whoever asks where a finding came from.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineInput {
    pub file: String,
    pub sha256: Option<String>,
    pub records: u64,
}

/// A place in a baseline, which is never shown: a reason or name may hold what nobody should see.
pub fn label(path: &Arc<str>, byte: u64, line: u64, message: &str) -> Label {
    let start = Location { byte, line, column: 1 };
    let (file, message) = (Arc::clone(path), message.to_owned());
    Label { input: None, file, start, end: start, cell: None, message }
}

/// Reads a baseline.
pub fn read(path: &str, text: &str, rules: &[Rule], context: BaselineContext) -> Result<Baseline, Vec<UsageError>> {
    let reader = BaselineReader { path: path.into(), text };
    reader.refuse_hidden()?;
    let mut lines = LineIterator { rest: text, byte: 0, number: 0 };
    let Some(first) = lines.next() else {
        let remedy = "Write it with `rolecall baseline create`, or do not name it.";
        return Err(vec![reader.error(&Line::default(), "it is empty", remedy)]);
    };
    let header: BaselineHeader =
        serde_json::from_str(first.text).map_err(|_| reader.schema_errors(&first, "header"))?;
    if header.schema != SCHEMA {
        return Err(reader.schema_errors(&first, "header"));
    }
    let (as_of, until) = reader.header(&first, &header, &context).map_err(|error| vec![error])?;
    let entries = reader.entries(lines, as_of, rules, &context)?;
    if header.entries != entries.len() as u64 {
        let message = format!("it holds {} entries, but its header says {}", entries.len(), header.entries);
        let remedy = format!(
            "Restore it from version control if lines are missing; if it was merged, write `\"entries\":{}` into its first line.",
            entries.len()
        );
        return Err(vec![reader.error(&first, &message, &remedy)]);
    }
    Ok(Baseline { path: reader.path, header, as_of, until, entries, context })
}

/// A line and where it is.
#[derive(Clone, Copy, Default)]
struct Line<'t> {
    text: &'t str,
    byte: u64,
    number: u64,
}

#[derive(Clone, Copy)]
struct LineIterator<'t> {
    rest: &'t str,
    byte: u64,
    number: u64,
}

impl LineIterator<'_> {
    /// The lines in as many parts as there are threads for them.
    fn parts(self, jobs: usize) -> Vec<Self> {
        let size = self.rest.len().div_ceil(useful_threads(jobs, self.rest.len() as u64).max(1)).max(1);
        let (mut all, mut parts) = (self, Vec::new());
        while !all.rest.is_empty() {
            let least = size.min(all.rest.len());
            let bytes = all.rest.as_bytes();
            let end = memchr::memchr(b'\n', &bytes[least..]).map_or(bytes.len(), |at| least + at + 1);
            parts.push(Self { rest: &all.rest[..end], ..all });
            let lines = memchr::memchr_iter(b'\n', &bytes[..end]).count();
            all = Self { rest: &all.rest[end..], byte: all.byte + end as u64, number: all.number + lines as u64 };
        }
        parts
    }
}

impl<'t> Iterator for LineIterator<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest.as_bytes()).map_or(self.rest.len(), |at| at + 1);
        let (text, rest) = self.rest.split_at(end);
        self.number += 1;
        let line = Line { text: text.trim_end_matches(['\r', '\n']), byte: self.byte, number: self.number };
        (self.rest, self.byte) = (rest, self.byte + end as u64);
        Some(line)
    }
}

struct BaselineReader<'t> {
    path: Arc<str>,
    text: &'t str,
}

impl<'t> BaselineReader<'t> {
    fn error(&self, line: &Line<'_>, message: &str, remedy: &str) -> UsageError {
        let error = UsageError::new(format!("{} cannot be used: {message}", quoted(&self.path)));
        error.with_remedy(remedy).at(label(&self.path, line.byte, line.number.max(1), ""), None)
    }

    /// Refuses characters that nobody sees; JSON itself has none below a space.
    fn refuse_hidden(&self) -> Result<(), Vec<UsageError>> {
        if self.text.is_ascii() {
            return Ok(());
        }
        let lines = LineIterator { rest: self.text, byte: 0, number: 0 };
        for line in lines {
            if let Some(c) = line.text.chars().find(|c| is_hidden(*c)) {
                let message = format!("the character U+{:04X} cannot be seen", u32::from(c));
                return Err(vec![self.error(&line, &message, "Remove it, or write it as an escape.")]);
            }
        }
        Ok(())
    }

    /// What its schema says against a line that could not be read.
    fn schema_errors(&self, line: &Line<'_>, part: &str) -> Vec<UsageError> {
        let mut tree = Tree::new();
        let faults: Vec<Fault> = match json::parse_document(line.text, 0, &mut tree) {
            Err(fault) => vec![name_duplicate_key(fault, line.text, 0)],
            Ok(()) => {
                let root = tree.root(line.text, 0).expect("internal error: a parsed document has a root");
                schema_of(part).check(root).into_iter().map(|found| found.fault).collect()
            }
        };
        let error = |fault: &Fault| {
            let remedy = fault.remedy.clone().unwrap_or_else(|| fault.kind.remedy().to_owned());
            let mut error = self.error(line, &fault.message, &remedy);
            let at = fault.labels.first().map_or(0, |mark| mark.span.start);
            let column = line.text.get(..at as usize).map_or(1, |before| before.chars().count() as u64 + 1);
            if let Some(label) = error.labels.first_mut() {
                let start = Location { byte: line.byte + at, line: line.number, column };
                (label.start, label.end) = (start, start);
            }
            error
        };
        if faults.is_empty() {
            let remedy = "Restore the file from version control, or write it with `rolecall baseline create`.";
            return vec![self.error(line, &format!("the line is not the {part} of a baseline"), remedy)];
        }
        faults.iter().map(error).collect()
    }

    /// The days of the header, if it is one that this run may use.
    fn header(
        &self,
        line: &Line<'_>,
        header: &BaselineHeader,
        context: &BaselineContext,
    ) -> Result<(Date, Date), UsageError> {
        let is_day =
            |text: &str| Date::from_iso(text).ok_or_else(|| self.error(line, "not a day", "Write it as `2026-11-02`."));
        let (as_of, until) = (is_day(&header.as_of)?, is_day(&header.until)?);
        let days = until.days_since(as_of);
        if !(0..=LONGEST).contains(&days) {
            let last = as_of.plus_days(LONGEST).map_or_else(String::new, |last| last.to_string());
            let message = format!("it covers {days} days, expected 0 to {LONGEST}");
            return Err(self.error(line, &message, &format!("Write `\"until\":\"{last}\"` or an earlier day.")));
        }
        let key = context.key_name();
        if header.key != key {
            let remedy = match (header.key.as_str(), key.as_str()) {
                (BUILT_IN_KEY, _) => "Leave out `--redact-key`, or make a baseline with this key.",
                (_, BUILT_IN_KEY) => "Name the file of its key with `--redact-key`.",
                _ => "Name the file of that key with `--redact-key`.",
            };
            return Err(self.error(line, "it was made with another key", remedy));
        }
        Ok((as_of, until))
    }

    /// The entries. Threads share them; if anything is wrong, one thread says what, so that it is the same for any number.
    fn entries(
        &self,
        lines: LineIterator<'t>,
        as_of: Date,
        rules: &[Rule],
        context: &BaselineContext,
    ) -> Result<Vec<BaselineEntry>, Vec<UsageError>> {
        let mut parts = lines.parts(context.jobs);
        let read = on_threads(&mut parts, |part| self.entries_of(*part, as_of, rules, context).ok());
        let is_sorted = |parts: &[Vec<BaselineEntry>]| match parts {
            [one, other] => one.last().map(|entry| entry.identity) < other.first().map(|entry| entry.identity),
            _ => true,
        };
        match read.into_iter().collect::<Option<Vec<_>>>().filter(|parts| parts.windows(2).all(is_sorted)) {
            Some(parts) => Ok(parts.into_iter().reduce(joined).unwrap_or_default()),
            None => self.entries_of(lines, as_of, rules, context),
        }
    }

    /// The entries of some lines, which are in order.
    fn entries_of(
        &self,
        lines: LineIterator<'t>,
        as_of: Date,
        rules: &[Rule],
        context: &BaselineContext,
    ) -> Result<Vec<BaselineEntry>, Vec<UsageError>> {
        let mut known = KnownTerms { rules, as_of, terms: HashMap::default() };
        let mut entries: Vec<BaselineEntry> = Vec::with_capacity(lines.rest.len() / USUAL_LINE);
        let mut errors = Vec::new();
        for line in lines {
            if errors.len() >= MAX_FAULTS {
                break;
            }
            let Some(read) = EntryLine::plain(line.text).or_else(|| EntryLine::parse(line.text)) else {
                errors.extend(self.schema_errors(&line, "entry"));
                continue;
            };
            let entry = self.entry(&line, read, &mut known, context);
            match entry.and_then(|entry| self.in_order(&line, entries.last(), entry)) {
                Ok(entry) => entries.push(entry),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(entries) } else { Err(errors) }
    }

    fn entry(
        &self,
        line: &Line<'_>,
        read: EntryLine<'t>,
        known: &mut KnownTerms<'_, 't>,
        context: &BaselineContext,
    ) -> Result<BaselineEntry, UsageError> {
        let EntryLine { identity, state, subject, account, terms } = read;
        let terms = match known.terms.get(&terms) {
            Some(terms) => Arc::clone(terms),
            None => self.terms(line, terms, known)?,
        };
        let by_name = |account: &String| context.account(terms.side, account.trim());
        let subject = subject.or_else(|| account.as_ref().map(by_name)).filter(|_| terms.side != Side::Tenant);
        Ok(BaselineEntry { identity, state, subject, account: account.map(String::into), terms, byte: line.byte })
    }

    /// Terms that are met for the first time.
    fn terms(
        &self,
        line: &Line<'_>,
        read: TermsText<'t>,
        known: &mut KnownTerms<'_, 't>,
    ) -> Result<Arc<EntryTerms>, UsageError> {
        let as_of = known.as_of;
        let Some(rule) = known.rule(&read.rule) else {
            let message = format!("unknown rule {}", quoted(&read.rule));
            let remedy = format!(
                "{} Or load its pack with `--pack DIR`, or delete its lines and correct `entries` in the first.",
                suggest(&read.rule, known.rules)
            );
            return Err(self.error(line, &message, &remedy));
        };
        if read.since > as_of {
            let message = format!("an entry of {} is later than the baseline, {as_of}", read.since);
            return Err(self.error(line, &message, &format!("Write `\"since\":\"{as_of}\"`.")));
        }
        if read.reason.as_ref().is_some_and(|reason| reason.len() > MAX_REASON || reason.trim().is_empty()) {
            let message = format!("`reason` is blank or longer than {MAX_REASON} bytes");
            return Err(self.error(line, &message, "Write in one sentence why it is accepted."));
        }
        let terms = Arc::new(EntryTerms {
            rule,
            side: read.side,
            field: read.field.as_deref().map(Box::from),
            severity: read.severity,
            since: read.since,
            demand: read.demand,
            reason: read.reason.as_deref().map(Arc::from),
        });
        known.terms.insert(read, Arc::clone(&terms));
        Ok(terms)
    }

    /// Refuses an entry that is not after the one before.
    fn in_order(
        &self,
        line: &Line<'_>,
        before: Option<&BaselineEntry>,
        entry: BaselineEntry,
    ) -> Result<BaselineEntry, UsageError> {
        match before {
            Some(before) if before.identity == entry.identity => Err(self.error(
                line,
                "two entries have one identity",
                "Delete one of the two lines, and lower `entries` in the first.",
            )),
            Some(before) if before.identity > entry.identity => {
                let remedy =
                    "Sort the lines below the first: `(head -1 FILE; tail -n +2 FILE | LC_ALL=C sort) > SORTED`.";
                Err(self.error(line, "the entries are not sorted by identity", remedy))
            }
            _ => Ok(entry),
        }
    }
}

/// The terms that were met so far.
struct KnownTerms<'r, 't> {
    rules: &'r [Rule],
    /// The day on which the baseline was made.
    as_of: Date,
    terms: HashMap<TermsText<'t>, Arc<EntryTerms>, RandomState>,
}

impl KnownTerms<'_, '_> {
    /// A rule's id of now, by one of now or of before.
    fn rule(&self, id: &str) -> Option<Arc<str>> {
        let found = self.rules.iter().find(|rule| rule.id == id);
        let found = found.or_else(|| self.rules.iter().find(|rule| rule.was_called(id)));
        found.map(|rule| rule.id.as_str().into())
    }
}

fn joined(mut entries: Vec<BaselineEntry>, others: Vec<BaselineEntry>) -> Vec<BaselineEntry> {
    entries.extend(others);
    entries
}

/// The schema of the header or of an entry.
fn schema_of(part: &str) -> Schema {
    let mut published: Value =
        serde_json::from_str(&embedded::schema("baseline")).expect("internal error: the program's own schema is JSON");
    let mut one = published["$defs"][part].take();
    one["$schema"] = published["$schema"].take();
    one["$defs"] = published["$defs"].take();
    if let Some(defs) = one["$defs"].as_object_mut() {
        defs.remove(part);
    }
    Schema::compile(&one.to_string()).expect("internal error: the program's own schema is sound")
}
