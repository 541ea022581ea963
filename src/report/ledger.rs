//! The account of a run as one list: the verdict, what was read, what was left out and what could not be judged.
//!
//! Formats with no shape of their own for these say them line by line, so that no channel keeps them back.

pub(super) mod baseline;
pub(super) mod lines;

use lines::{
    account_line, how, input_line, left_alone_line, lock_lines, option_line, pack_line, plural, seats_line, verdict,
    waiver_line,
};

use super::{Report, location};
use crate::diagnostic::visible::whole;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::engine::ledger::{ConfigFile, Hole, InputLedger, JudgedAccount, RuleOutcome, UndeclaredAccount, WaiverUse};

/// What an entry speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    Verdict,
    Tenant,
    NotJudged,
    LeftAlone,
    Input,
    LeftOut,
    Refused,
    ColumnUnknown,
    ApiUsers,
    TakenByName,
    UndeclaredAccount,
    Seats,
    Account,
    Outcome,
    SeverityChanged,
    Config,
    Pack,
    Lock,
    Option,
    PolicyFile,
    Waiver,
    Baseline,
    Updated,
    Accepted,
}

impl EntryKind {
    /// The words for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Tenant => "tenant",
            Self::NotJudged => "not judged",
            Self::LeftAlone => "left alone",
            Self::Input => "input",
            Self::LeftOut => "left out",
            Self::Refused => "refused",
            Self::ColumnUnknown => "not understood",
            Self::ApiUsers => "api users",
            Self::TakenByName => "taken by name",
            Self::UndeclaredAccount => "undeclared",
            Self::Seats => "seats",
            Self::Account => "account",
            Self::Outcome => "rule",
            Self::SeverityChanged => "severity changed",
            Self::Config => "config",
            Self::Pack => "pack",
            Self::Lock => "lock",
            Self::Option => "option",
            Self::PolicyFile => "policy file",
            Self::Waiver => "waiver",
            Self::Baseline => "baseline",
            Self::Updated => "updated",
            Self::Accepted => "accepted",
        }
    }
}

/// One line of the account.
#[derive(Clone)]
pub(super) struct LedgerEntry<'a> {
    pub(super) kind: EntryKind,
    pub(super) rule: Option<&'a str>,
    /// How the rule ended, where this tells it.
    pub(super) outcome: Option<Outcome>,
    /// What it says; may hold text of the inputs, and is not escaped.
    pub(super) text: String,
    pub(super) file: Option<&'a str>,
    pub(super) line: Option<u64>,
    pub(super) record: Option<u64>,
    pub(super) account: Option<&'a str>,
    pub(super) count: Option<u64>,
}

impl<'a> LedgerEntry<'a> {
    fn new(kind: EntryKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            rule: None,
            outcome: None,
            text: text.into(),
            file: None,
            line: None,
            record: None,
            account: None,
            count: None,
        }
    }

    fn with_rule(kind: EntryKind, rule: &'a str, text: impl Into<String>) -> Self {
        Self { rule: Some(rule), ..Self::new(kind, text) }
    }

    /// The whole entry in one line, safe for eyes and logs.
    pub(super) fn line(&self) -> String {
        let rule = self.rule.map_or_else(String::new, |rule| format!("{rule}: "));
        let account = self.account.map_or_else(String::new, |account| format!("{account}: "));
        let times = self.count.filter(|count| *count > 1).map_or_else(String::new, |count| format!(" × {count}"));
        let times = if self.kind == EntryKind::NotJudged { times } else { String::new() };
        let place = match (self.file, self.line) {
            (Some(file), Some(line)) => format!(" ({file}:{line})"),
            (Some(file), None)
                if !matches!(
                    self.kind,
                    EntryKind::Input | EntryKind::Config | EntryKind::PolicyFile | EntryKind::Baseline
                ) =>
            {
                format!(" ({file})")
            }
            _ => String::new(),
        };
        whole(&format!("{}: {rule}{account}{}{times}{place}", self.kind.word(), self.text))
    }

    /// False for what only repeats the findings or says that all is well with one rule.
    pub(super) fn is_in_log(&self) -> bool {
        match self.kind {
            EntryKind::Outcome => self.outcome == Some(Outcome::NotApplicable),
            // The tables of a report list them.
            EntryKind::Account => false,
            // A record that was refused is among what was not judged.
            EntryKind::Refused => false,
            _ => true,
        }
    }
}

/// The whole account: the verdict first, then what was not judged, then all it rests on.
pub(super) fn entries<'a>(report: &Report<'a>) -> Vec<LedgerEntry<'a>> {
    let run = report.run;
    let mut entries = vec![LedgerEntry::new(EntryKind::Verdict, verdict(report))];
    entries.extend(run.ledger.tenant.iter().map(|tenant| LedgerEntry::new(EntryKind::Tenant, tenant.as_str())));
    entries.extend(run.ledger.holes.iter().map(not_judged));
    entries.extend(run.ledger.left_alone.iter().map(|left| LedgerEntry {
        count: Some(left.files),
        ..LedgerEntry::new(EntryKind::LeftAlone, left_alone_line(left))
    }));
    for input in &run.ledger.inputs {
        of_input(input, &mut entries);
    }
    let found = &run.ledger.api_users;
    let count = Some(found.count);
    entries.push(LedgerEntry {
        count,
        ..LedgerEntry::new(EntryKind::ApiUsers, format!("{} ({})", found.count, how(&found.how)))
    });
    let account = |kind: EntryKind, text: &'static str| {
        move |one: &'a UndeclaredAccount| LedgerEntry {
            file: Some(&one.file),
            record: Some(one.number),
            account: Some(&one.key),
            ..LedgerEntry::new(kind, text)
        }
    };
    entries.extend(
        found.by_name.iter().map(account(EntryKind::TakenByName, "counts as an API user because of its names")),
    );
    let undeclared = "named like an API user, but not declared and not judged as one";
    entries.extend(found.undeclared.iter().map(account(EntryKind::UndeclaredAccount, undeclared)));
    entries.extend(run.seats.iter().map(|count| LedgerEntry::new(EntryKind::Seats, seats_line(count))));
    entries.extend(run.accounts.iter().map(judged_account));
    if run.accounts_more > 0 {
        let count = Some(run.accounts_more);
        entries.push(LedgerEntry { count, ..LedgerEntry::new(EntryKind::Account, "more accounts were judged") });
    }
    entries.extend(run.outcomes.iter().map(of_outcome));
    entries.extend(run.ledger.severity_changes.iter().map(|change| {
        let text = format!("{} to {}, by the config", change.from.word(), change.to.word());
        LedgerEntry::with_rule(EntryKind::SeverityChanged, &change.rule, text)
    }));
    entries.extend(run.ledger.config.iter().map(config));
    entries.extend(run.ledger.packs.iter().map(|used| LedgerEntry::new(EntryKind::Pack, pack_line(used, true))));
    entries.extend(run.ledger.lock.iter().flat_map(lock_lines).map(|line| LedgerEntry::new(EntryKind::Lock, line)));
    entries.extend(run.ledger.options.iter().map(|one| LedgerEntry::new(EntryKind::Option, option_line(one))));
    let policy_file = |one| LedgerEntry { kind: EntryKind::PolicyFile, ..config(one) };
    entries.extend(run.ledger.policy_files.iter().map(policy_file));
    entries.extend(run.ledger.waivers.iter().map(waiver));
    entries.extend(run.ledger.baseline.iter().map(|used| baseline::entry(used, run)));
    entries.extend(run.diagnostics.iter().filter_map(baseline::updated));
    entries.extend(run.diagnostics.iter().filter_map(accepted_finding));
    entries
}

pub(super) fn waiver(one: &WaiverUse) -> LedgerEntry<'_> {
    LedgerEntry {
        file: Some(&one.file),
        line: Some(one.line),
        count: Some(one.uses),
        ..LedgerEntry::with_rule(EntryKind::Waiver, &one.rule, waiver_line(one))
    }
}

/// A finding that does not fail the run because it was accepted.
pub(super) fn accepted_finding(one: &Diagnostic) -> Option<LedgerEntry<'_>> {
    let acceptance = one.acceptance.as_ref()?;
    let text =
        format!("{} {}: {} ({})", acceptance.outcome().word(), one.severity.word(), one.message, acceptance.line());
    Some(LedgerEntry { outcome: Some(acceptance.outcome()), ..of_finding(EntryKind::Accepted, one, text) })
}

fn of_finding(kind: EntryKind, one: &Diagnostic, text: String) -> LedgerEntry<'_> {
    let subject = one.subject.as_ref();
    let place = location(one);
    LedgerEntry {
        file: place.as_ref().map(|place| place.file),
        line: place.and_then(|place| place.start).map(|(line, _)| line),
        record: subject.map(|subject| subject.number),
        account: subject.map(|subject| subject.key.as_str()),
        ..LedgerEntry::with_rule(kind, &one.rule, text)
    }
}

fn config(config: &ConfigFile) -> LedgerEntry<'_> {
    let digest = config.sha256.as_ref().map_or_else(String::new, |sha256| format!(", sha256 {sha256}"));
    let text = format!("{}{digest}", config.file);
    LedgerEntry { file: Some(&config.file), ..LedgerEntry::new(EntryKind::Config, text) }
}

fn judged_account(one: &JudgedAccount) -> LedgerEntry<'_> {
    LedgerEntry {
        file: Some(&one.file),
        record: Some(one.number),
        account: Some(&one.key),
        count: Some(one.findings),
        ..LedgerEntry::new(EntryKind::Account, account_line(one))
    }
}

fn of_input<'a>(input: &'a InputLedger, entries: &mut Vec<LedgerEntry<'a>>) {
    let file = Some(input.file.as_str());
    let text = format!("{}: {}", input.file, input_line(input));
    entries.push(LedgerEntry { file, count: Some(input.records), ..LedgerEntry::new(EntryKind::Input, text) });
    for left in &input.left_out {
        entries.push(LedgerEntry {
            file,
            count: Some(left.count),
            ..LedgerEntry::new(EntryKind::LeftOut, left_out(&left.reason, left.count))
        });
    }
    for one in &input.refused {
        let entry = LedgerEntry::with_rule(EntryKind::Refused, one.rule, one.reason.as_str());
        entries.push(LedgerEntry { file, line: Some(one.line), record: Some(one.number), ..entry });
    }
    for column in &input.unknown_columns {
        let text = format!("{column} means nothing here and was not judged");
        entries.push(LedgerEntry { file, ..LedgerEntry::new(EntryKind::ColumnUnknown, text) });
    }
}

fn left_out(reason: &str, count: u64) -> String {
    format!("{}: {reason}", plural(count, "account"))
}

fn not_judged(hole: &Hole) -> LedgerEntry<'_> {
    LedgerEntry {
        file: hole.file.as_deref(),
        line: hole.line,
        count: Some(hole.count),
        ..LedgerEntry::with_rule(EntryKind::NotJudged, &hole.rule, hole.reason.as_str())
    }
}

fn of_outcome(one: &RuleOutcome) -> LedgerEntry<'_> {
    let reason = one.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    let text = match one.outcome {
        Outcome::NotApplicable => format!("does not apply{reason}"),
        Outcome::NotDeterminable => format!("could not judge{reason}"),
        Outcome::Pass => format!("pass, {} judged{reason}", one.judged),
        Outcome::Fail => format!("fail, {} of {}{reason}", one.failed, one.judged),
        Outcome::Waived => format!("waived, {} of {}{reason}", one.failed, one.judged),
        Outcome::Baselined => format!("baselined, {} of {}{reason}", one.failed, one.judged),
    };
    LedgerEntry {
        outcome: Some(one.outcome),
        count: Some(one.judged),
        ..LedgerEntry::with_rule(EntryKind::Outcome, &one.rule, text)
    }
}
