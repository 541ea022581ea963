//! Change requests: what the rules' own values put right in an export, for the people who change the product.
//!
//! An export is never edited. Each operation says which value it expects and which one it sets, so that whoever carries it
//! out compares first, and a later export shows what was done. A finding without an operation is listed with the reason.

mod edited;
pub mod forms;
mod value;
pub mod verify;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::check::Violation;
use crate::diagnostic::{Basis, Diagnostic, Severity};
use crate::engine::{AccountLookup, Run};
use crate::record::name::UserName;
use crate::record::{Field, InputKind, Record};
use crate::rule::{FixClass, FixKind, Rule, RuleFix};
use edited::EditedRecord;
pub use value::FieldValue;

/// Which findings become operations.
#[derive(Clone, Copy)]
pub struct RequestOptions<'a> {
    /// The only rules whose findings are taken; all if empty.
    pub only: &'a [String],
    /// Unsafe fixes become operations too.
    pub include_unsafe: bool,
}

/// What of a run is to be changed in the product.
#[derive(Debug)]
pub struct ChangeRequest {
    /// In the order of the report.
    pub operations: Vec<Operation>,
    /// Findings that no operation puts right.
    pub by_hand: Vec<ByHand>,
    /// Findings that waivers accept: nothing is to be done about them.
    pub waived: Vec<ByHand>,
}

/// A change of one field of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Whom it concerns.
    pub account: AccountName,
    /// The field, by its name in configs.
    pub field: String,
    /// What the field holds now: if it holds anything else, nothing is changed.
    pub expect: FieldValue,
    /// What it shall hold.
    pub set: FieldValue,
    /// The rule.
    pub rule: String,
    /// The identity of the finding.
    pub identity: String,
    /// `safe` or `unsafe`.
    pub class: String,
    /// How many more seats the account takes.
    pub seats: u32,
    /// Where the account was found.
    pub source: RecordSource,
    /// What to do in the product.
    #[serde(rename = "do")]
    pub remedy: String,
}

/// How an export names an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountName {
    /// Its id, if the export has one.
    pub id: Option<String>,
    /// Its user name.
    pub user_name: Option<String>,
}

/// A record of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSource {
    /// The input.
    pub file: String,
    /// Its digest.
    pub sha256: String,
    /// The number of the record, from 1.
    pub record: u64,
}

/// A finding that no operation puts right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ByHand {
    /// Whom it concerns; `None` for a finding about the tenant.
    pub account: Option<AccountName>,
    /// The rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// Why there is no operation.
    pub because: Cow<'static, str>,
    /// Where the account was found.
    pub source: Option<RecordSource>,
    /// What to do.
    #[serde(rename = "do")]
    pub remedy: String,
}

/// What a run found, and how to read its accounts again.
pub struct JudgedExports<'a> {
    /// The run, with the digests of its inputs.
    pub run: &'a Run,
    /// Its accounts.
    pub reader: &'a AccountLookup<'a>,
    /// The rules it was judged by.
    pub rules: &'a [Rule],
}

impl ChangeRequest {
    /// The changes that put the findings of a run right. `None` if an input changed meanwhile.
    #[must_use]
    pub fn new(judged: &JudgedExports<'_>, options: RequestOptions<'_>) -> Option<Self> {
        let is_wanted = |one: &&Diagnostic| options.only.is_empty() || options.only.iter().any(|id| **id == *one.rule);
        let diagnostics = || judged.run.diagnostics.iter();
        let findings: Vec<&Diagnostic> =
            diagnostics().filter(|one| !matches!(one.basis, Basis::Input | Basis::Policy)).filter(is_wanted).collect();
        let (mut accounts, counts) = read_accounts(judged, &findings, options)?;
        for fault in diagnostics().filter(|one| one.basis == Basis::Input && one.severity > Severity::Note) {
            if let Some(account) = fault.subject.as_ref().and_then(|at| accounts.get_mut(&(&*at.file, at.number))) {
                account.is_unclear = true;
            }
        }
        let mut request = Self { operations: Vec::new(), by_hand: Vec::new(), waived: Vec::new() };
        let mut draft = Draft { judged, options, counts: &counts, seats: BTreeMap::new() };
        for finding in findings {
            let account = finding.subject.as_ref().and_then(|at| accounts.get_mut(&(&*at.file, at.number)));
            let name = account.as_ref().map(|account| account.name.clone());
            if let Some(acceptance) = &finding.acceptance {
                request.waived.push(draft.without_operation(finding, name, acceptance.line().into()));
                continue;
            }
            match draft.operation(finding, account) {
                Ok(operation) => request.operations.push(operation),
                Err(because) => request.by_hand.push(draft.without_operation(finding, name, because.into())),
            }
        }
        Some(request)
    }
}

/// An account with findings, read again.
struct AccountAgain {
    name: AccountName,
    is_in_plan: bool,
    /// Something of it cannot be read with certainty.
    is_unclear: bool,
    /// The field that each rule with a fix wants changed, or why it cannot be.
    changes: Vec<(String, Result<FieldChange, &'static str>)>,
    /// The fields that operations change.
    changed: Vec<Field>,
}

/// A new value of a field.
struct FieldChange {
    field: Field,
    expect: FieldValue,
    set: FieldValue,
    /// The pools it takes another seat of, as bits.
    pools: u64,
}

/// By what an account is found again.
#[derive(PartialEq, Eq, Hash)]
enum AccountKey {
    Id(String),
    UserName(String),
}

/// How often exports hold each of them.
type KeyCounts = HashMap<AccountKey, u32>;

/// Accounts by input and number.
type AccountsAgain<'f> = HashMap<(&'f str, u64), AccountAgain>;

/// Reads the accounts of findings again. `None` if an input changed meanwhile.
fn read_accounts<'f>(
    judged: &JudgedExports<'_>,
    findings: &[&'f Diagnostic],
    options: RequestOptions<'_>,
) -> Option<(AccountsAgain<'f>, KeyCounts)> {
    let mut wanted: HashMap<&str, HashMap<u64, Vec<&Rule>>> = HashMap::new();
    for finding in findings {
        let Some(at) = &finding.subject else { continue };
        let rules = wanted.entry(&at.file).or_default().entry(at.number).or_default();
        rules.extend(judged.rules.iter().find(|rule| *rule.id == *finding.rule && is_taken(rule, options)));
    }
    let mut accounts = HashMap::new();
    let is_unchanged = judged.reader.each(&mut |file: &str, record: &dyn Record| {
        let Some((file, of_file)) = wanted.get_key_value(file) else { return };
        let Some(rules) = of_file.get(&record.number()) else { return };
        let change = |rule: &&Rule| Some((rule.id.clone(), change(record, judged.reader, rule, rule.fix.as_ref()?)));
        let (changes, is_in_plan) = (rules.iter().filter_map(change).collect(), is_planned(record));
        let name = AccountName::of(record);
        let account = AccountAgain { name, is_in_plan, is_unclear: false, changes, changed: Vec::new() };
        accounts.insert((*file, record.number()), account);
    });
    // Read once more, so that a million other accounts need no memory of their names.
    let mut counts: KeyCounts = accounts.values().flat_map(|account| account.name.keys()).map(|key| (key, 0)).collect();
    let is_still_unchanged = judged.reader.each(&mut |_: &str, record: &dyn Record| {
        for key in AccountName::of(record).keys().filter(|_| !is_planned(record)) {
            counts.entry(key).and_modify(|count| *count += 1);
        }
    });
    (is_unchanged && is_still_unchanged).then_some((accounts, counts))
}

fn is_planned(record: &dyn Record) -> bool {
    record.input_kind() == InputKind::Plan
}

/// True if findings of the rule may become operations.
fn is_taken(rule: &Rule, options: RequestOptions<'_>) -> bool {
    rule.fix.as_ref().is_some_and(|fix| fix.class == FixClass::Safe || options.include_unsafe)
}

impl AccountName {
    fn of(record: &dyn Record) -> Self {
        let text = |field| record.cell(field).text().map(str::to_owned);
        Self { id: text(Field::Id), user_name: text(Field::UserName) }
    }

    fn keys(&self) -> impl Iterator<Item = AccountKey> {
        let user_name = self.user_name.as_deref().map(|name| AccountKey::UserName(UserName::new(name).folded()));
        self.id.clone().map(AccountKey::Id).into_iter().chain(user_name)
    }
}

/// The change that puts right what `rule` finds wrong with the record, judged again with it.
fn change(
    record: &dyn Record,
    reader: &AccountLookup<'_>,
    rule: &Rule,
    fix: &RuleFix,
) -> Result<FieldChange, &'static str> {
    let before = reader.violations(record);
    let mut of_rule = before.iter().filter(|(id, _)| *id == rule.id);
    let (Some((_, violation)), None) = (of_rule.next(), of_rule.next()) else {
        return Err("the rule finds several things wrong with the account");
    };
    let Violation { field, value, .. } = violation;
    if [Field::Id, Field::UserName, Field::Password].contains(field) {
        return Err("the field says who the account is, or is a secret");
    }
    let site = reader.site();
    let expect = FieldValue::of(record, *field, site).ok_or("the export has no such column, or only a number in it")?;
    let set = match (fix.kind, &expect) {
        (FixKind::Set, FieldValue::Text(_)) => FieldValue::Text(fix.value.clone()),
        (FixKind::Add, FieldValue::Items(items)) => {
            FieldValue::items(items.iter().cloned().chain([fix.value.clone()]).collect())
        }
        _ => return Err("the fix is not for a field of this kind"),
    };
    let edited = EditedRecord::new(record, *field, fix);
    let is_known = |one: &(&str, Violation)| {
        before.iter().any(|(id, old)| *id == one.0 && old.field == one.1.field && old.value == one.1.value)
    };
    let is_fixed = |(id, now): &(&str, Violation)| !(*id == rule.id && now.field == *field && now.value == *value);
    if !reader.violations(&edited).iter().all(|one| is_known(one) && is_fixed(one)) {
        return Err("judged again with the value of the rule, the finding remains or another appears");
    }
    let pools = |record: &dyn Record| site.role_facts(&record.list(Field::Roles, &site.lists)).pools;
    Ok(FieldChange { field: *field, expect, set, pools: pools(&edited) & !pools(record) })
}

/// Operations in the making.
struct Draft<'a> {
    judged: &'a JudgedExports<'a>,
    options: RequestOptions<'a>,
    counts: &'a KeyCounts,
    /// Seats that operations take, by the number of the pool.
    seats: BTreeMap<usize, u64>,
}

impl Draft<'_> {
    /// The operation that puts a finding right, or why there is none.
    fn operation(
        &mut self,
        finding: &Diagnostic,
        account: Option<&mut AccountAgain>,
    ) -> Result<Operation, &'static str> {
        let account = account.ok_or(match finding.subject {
            Some(_) => "the record cannot be read with certainty",
            None => "it is about the tenant, not about one account",
        })?;
        if account.is_in_plan {
            return Err("the account is in a plan: `rolecall fix` edits plans");
        }
        let rule = self.judged.rules.iter().find(|rule| *rule.id == *finding.rule);
        let fix = rule.and_then(|rule| rule.fix.as_ref()).ok_or("no single value puts it right")?;
        if fix.class == FixClass::Unsafe && !self.options.include_unsafe {
            return Err("other values may be meant: `--include-unsafe` takes the rule's");
        }
        if account.is_unclear {
            return Err("the record cannot be read with certainty");
        }
        if account.name.keys().any(|key| self.counts.get(&key).is_some_and(|count| *count > 1)) {
            return Err("the account is in the exports more than once");
        }
        let identity = finding.identification.as_ref().and_then(|found| found.identity());
        let identity = identity.ok_or("the account has no user name of its own")?;
        let at = account.changes.iter().position(|(rule, _)| **rule == *finding.rule);
        let (_, change) = account.changes.swap_remove(at.ok_or("another finding of the rule has the operation")?);
        let FieldChange { field, expect, set, pools } = change?;
        if account.changed.contains(&field) {
            return Err("another operation changes the same field: make another request after that");
        }
        self.take_seats(pools)?;
        account.changed.push(field);
        let at = finding.subject.as_ref().expect("internal error: an account has a record");
        Ok(Operation {
            account: account.name.clone(),
            field: field.name().to_owned(),
            expect,
            set,
            rule: finding.rule.to_string(),
            identity,
            class: fix.class.word().to_owned(),
            seats: pools.count_ones(),
            source: self.source(&at.file, at.number),
            remedy: finding.remedy.to_string(),
        })
    }

    fn without_operation(
        &self,
        finding: &Diagnostic,
        account: Option<AccountName>,
        because: Cow<'static, str>,
    ) -> ByHand {
        ByHand {
            account,
            rule: finding.rule.to_string(),
            message: finding.message.clone(),
            because,
            source: finding.subject.as_ref().map(|at| self.source(&at.file, at.number)),
            remedy: finding.remedy.to_string(),
        }
    }

    /// Takes a seat of each of these pools, or says why that is impossible.
    fn take_seats(&mut self, pools: u64) -> Result<(), &'static str> {
        let pools: Vec<usize> = (0..self.judged.run.seats.len()).filter(|pool| pools >> pool & 1 == 1).collect();
        for pool in &pools {
            let seats = &self.judged.run.seats[*pool];
            let taken = seats.planned + self.seats.get(pool).copied().unwrap_or(0);
            match seats.owned {
                Some(_) if !seats.exact => {
                    return Err("it takes a seat, and the seats cannot be counted with certainty");
                }
                Some(owned) if taken >= owned => return Err("it takes a seat, and none is free"),
                _ => {}
            }
        }
        pools.into_iter().for_each(|pool| *self.seats.entry(pool).or_default() += 1);
        Ok(())
    }

    fn source(&self, file: &str, record: u64) -> RecordSource {
        let ledger = self.judged.run.ledger.inputs.iter().find(|input| input.file == *file);
        let sha256 = ledger.and_then(|input| input.sha256.clone()).unwrap_or_default();
        RecordSource { file: file.to_owned(), sha256, record }
    }
}
