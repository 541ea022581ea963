//! Baselines of runs: made for the first time, or brought up to date. Bringing one up to date takes out what is gone and
//! never takes in what is new unless someone says so, with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::ends::EntryEnd;
use super::entry::{BaselineEntry, EntryTerms, demand_prefix};
use super::file::{BaselineHeader, BaselineInput};
use super::found::FoundEntry;
use super::{Baseline, BaselineContext, LONGEST, SCHEMA};
use crate::diagnostic::identification::{Identification, Side};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::{is_hidden, quoted};
use crate::diagnostic::{Basis, Diagnostic};
use crate::engine::Run;
use crate::engine::account_lookup::AccountLookup;
use crate::engine::ledger::{Hole, UsedPack};
use crate::record::date::Date;
use crate::rule::Rule;

/// Makes baselines of a run that was judged with waivers and without a baseline.
pub struct BaselineMaker<'a> {
    /// What identifies findings, and what of the inputs was judged.
    pub context: &'a BaselineContext,
    /// The packs that judged.
    pub packs: &'a [UsedPack],
    /// The last day on which it covers; as late as may be without one.
    pub until: Option<Date>,
    /// Why the findings are accepted.
    pub reason: Option<&'a str>,
    /// Entries name their accounts.
    pub with_names: bool,
}

/// The text of a baseline, and what is not in it.
pub struct MadeBaseline {
    /// The file.
    pub text: String,
    /// How many findings it holds.
    pub entries: usize,
    /// The last day on which it covers.
    pub until: Date,
    /// What was found and is not held.
    pub not_taken: Vec<NotTaken>,
}

/// Findings of a rule that a baseline does not hold.
pub struct NotTaken {
    /// The rule, or the kind of fault.
    pub rule: String,
    /// Why.
    pub why: &'static str,
    /// How many.
    pub count: u64,
}

/// A baseline beside a run that is newer.
pub struct BaselineUpdate<'r> {
    /// Findings that it does not hold.
    pub new: Vec<&'r Diagnostic>,
    /// Findings that it holds in another state.
    pub updated: Vec<&'r Diagnostic>,
    /// How many entries are stale.
    pub removed: usize,
    /// What its entries need that inputs have no more: nothing is to be written.
    pub holes: Vec<Hole>,
    /// What to write; `None` if there are new or updated findings that nobody accepts.
    pub made: Option<MadeBaseline>,
}

impl BaselineMaker<'_> {
    /// The baseline of all findings that can be held. `named` are those that waivers name.
    ///
    /// # Errors
    /// The last day is not one on which a baseline may end.
    pub fn make(&self, run: &Run, named: &BTreeSet<usize>) -> Result<MadeBaseline, UsageError> {
        let hashes = self.context.all_hashes(&run.diagnostics);
        let takeable = run.diagnostics.iter().zip(hashes).enumerate().filter(|(at, _)| !named.contains(at));
        let entries = takeable.filter_map(|(_, (one, hashes))| self.entry(one, hashes?, run)).collect();
        self.made(run, named, entries, None)
    }

    /// A baseline brought up to date. Entries that cannot be told to be stale stay as they are.
    ///
    /// # Errors
    /// It was made of other data, or does not cover on the day of the run.
    pub fn update<'r>(
        &self,
        old: &Baseline,
        run: &'r Run,
        named: &BTreeSet<usize>,
        rules: &[Rule],
        accounts: &AccountLookup<'_>,
        accepts_new: bool,
    ) -> Result<BaselineUpdate<'r>, Vec<UsageError>> {
        old.refuse_other(run)?;
        self.refuse_day(old, run)?;
        let findings = old.findings(run);
        let known: Vec<_> = findings.iter().map(FoundEntry::entry).collect();
        let ends = old.ends(&known, run, named, rules, Some(accounts));
        let is_kept = |end: &EntryEnd| !matches!(end, EntryEnd::Stale | EntryEnd::Updated);
        let kept = old.entries.iter().zip(&ends).filter(|(_, end)| is_kept(end));
        let mut entries: BTreeMap<u128, BaselineEntry> =
            kept.map(|(entry, _)| (entry.identity, entry.clone())).collect();
        let holes = old.holes(&ends);
        let mut update = BaselineUpdate { new: Vec::new(), updated: Vec::new(), removed: 0, holes, made: None };
        update.removed = old.stale(&ends).count();
        for (at, (one, found)) in run.diagnostics.iter().zip(&findings).enumerate() {
            let (list, hashes) = match found {
                FoundEntry::New(hashes) => (&mut update.new, hashes),
                FoundEntry::Updated(updated) => (&mut update.updated, &updated.hashes),
                FoundEntry::Same(_) | FoundEntry::Incomparable => continue,
            };
            if !named.contains(&at) {
                list.push(one);
                entries.extend(self.entry(one, *hashes, run));
            }
        }
        if update.holes.is_empty() && (accepts_new || (update.new.is_empty() && update.updated.is_empty())) {
            update.made = Some(self.made(run, named, entries, Some(&old.header)).map_err(|error| vec![error])?);
        }
        Ok(update)
    }

    fn refuse_day(&self, old: &Baseline, run: &Run) -> Result<(), Vec<UsageError>> {
        let path = quoted(&old.path);
        if run.as_of < old.as_of {
            let message = format!("{path} is of {}, which is after the day of this run, {}", old.as_of, run.as_of);
            return Err(vec![
                UsageError::new(message).with_remedy("Leave out `--as-of`, or name that day or a later one."),
            ]);
        }
        if self.until.is_none() && run.as_of > old.until {
            let message = format!("{path} expired after {}", old.until);
            let remedy = "Say how long it shall cover, and why: `--until YYYY-MM-DD --reason TEXT`.";
            return Err(vec![UsageError::new(message).with_remedy(remedy)]);
        }
        Ok(())
    }

    fn entry(&self, one: &Diagnostic, hashes: [u128; 2], run: &Run) -> Option<(u128, BaselineEntry)> {
        let found = one.identification.as_ref()?;
        let side = found.details.side;
        let account = one.subject.as_ref().filter(|_| self.with_names && side != Side::Tenant);
        let [identity, state] = hashes;
        let terms = EntryTerms {
            rule: Arc::clone(&one.rule),
            side,
            field: guilty_fields(found).map(Box::from),
            severity: one.severity,
            since: run.as_of,
            demand: demand_prefix(&found.demand),
            reason: self.reason.map(Arc::from),
        };
        let entry = BaselineEntry {
            identity,
            state,
            subject: self.context.account_of(one),
            account: account.map(|subject| subject.key.as_str().into()),
            terms: Arc::new(terms),
            byte: 0,
        };
        Some((identity, entry))
    }

    fn made(
        &self,
        run: &Run,
        named: &BTreeSet<usize>,
        entries: BTreeMap<u128, BaselineEntry>,
        old: Option<&BaselineHeader>,
    ) -> Result<MadeBaseline, UsageError> {
        let header = self.header(run, entries.len(), old)?;
        let mut text = serde_json::to_string(&header).expect("internal error: a header can be written") + "\n";
        for entry in entries.values() {
            text.push_str(&entry.line());
            text.push('\n');
        }
        let until = Date::parse(&header.until, None).expect("internal error: the header has a day");
        let text = with_hidden_escaped(&text);
        Ok(MadeBaseline { text, entries: entries.len(), until, not_taken: not_taken(run, named) })
    }

    fn header(&self, run: &Run, entries: usize, old: Option<&BaselineHeader>) -> Result<BaselineHeader, UsageError> {
        let last = run.as_of.plus_days(LONGEST).unwrap_or(run.as_of);
        let refuse = |why: String| UsageError::new(why).with_remedy(format!("Name a day up to {last} with `--until`."));
        let until = match (self.until, old) {
            (Some(until), _) if until < run.as_of => {
                return Err(refuse(format!("the last day {until} is before the day of the run, {}", run.as_of)));
            }
            (Some(until), _) if until > last => {
                return Err(refuse(format!("the last day {until} is more than {LONGEST} days after {}", run.as_of)));
            }
            (Some(until), _) => until.to_string(),
            (None, Some(old)) => old.until.clone(),
            (None, None) => last.to_string(),
        };
        let reason = match (self.until, old) {
            (Some(_), Some(_)) => self.reason.map(str::to_owned),
            (_, old) => old.and_then(|old| old.reason.clone()),
        };
        let input = |one: &crate::engine::ledger::InputLedger| BaselineInput {
            file: one.file.clone(),
            sha256: one.sha256.clone(),
            records: one.records,
        };
        Ok(BaselineHeader {
            schema: SCHEMA.to_owned(),
            product: run.product.word().to_owned(),
            tenant: run.tenant_name().map(str::to_owned),
            as_of: run.as_of.to_string(),
            until,
            reason,
            key: self.context.key_name(),
            packs: self.packs.iter().map(|used| (used.pack.clone(), used.version.clone())).collect(),
            selection: self.context.selection(run),
            inputs: run.ledger.inputs.iter().map(input).collect(),
            entries: entries as u64,
        })
    }
}

/// The guilty fields, if the rule may fail on several.
fn guilty_fields(found: &Identification) -> Option<&str> {
    let details = &found.details;
    let is_of_several = details.side != Side::Tenant && details.rule_field.is_empty() && !details.field.is_empty();
    is_of_several.then_some(&details.field)
}

/// What was found and is never held, by rule and reason.
fn not_taken(run: &Run, named: &BTreeSet<usize>) -> Vec<NotTaken> {
    let mut counts: BTreeMap<(&str, &'static str), u64> = BTreeMap::new();
    for (at, one) in run.diagnostics.iter().enumerate() {
        if let Some(why) = why_not(one, named.contains(&at)) {
            *counts.entry((&one.rule, why)).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    counts.map(|((rule, why), count)| NotTaken { rule: rule.to_owned(), why, count }).collect()
}

fn why_not(one: &Diagnostic, is_named: bool) -> Option<&'static str> {
    match (&one.identification, one.basis) {
        (_, Basis::Input) => Some("it is about an input, not about accounts"),
        (_, Basis::Policy) => Some("it is about a waiver"),
        _ if !one.is_live() => Some("a waiver covers it"),
        _ if is_named => Some("a waiver names it, and covers it on other days or in another state"),
        (Some(found), _) if found.identity().is_none() => {
            Some("its account has no user name, or shares it with another account")
        }
        (Some(found), _) if !found.has_state() && found.details.license.is_some() => {
            Some("how many seats are used is only known as \"at least\"")
        }
        (Some(found), _) if !found.has_state() => {
            Some("it is about a password: change it, and remove it from the file")
        }
        (Some(_), _) => None,
        (None, _) => Some("it has no identity"),
    }
}

/// Lines of JSON with characters that cannot be seen as escapes: no baseline is read that has them as they are.
fn with_hidden_escaped(lines: &str) -> String {
    let mut text = String::with_capacity(lines.len());
    for c in lines.chars() {
        if c == '\n' || !is_hidden(c) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(text, "\\u{unit:04x}").expect("internal error: a text can be written to");
            }
        }
    }
    text
}
