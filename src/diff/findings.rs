//! The findings of two runs, put together by their identities.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{DiffSide, FindingBucket, FindingDiff, SideAccounts, has_unread_accounts, is_partial};
use crate::check::Check;
use crate::diagnostic::identification::{Identification, Side};
use crate::diagnostic::{Basis, Diagnostic, Outcome, Severity};
use crate::engine::Run;
use crate::engine::account_lookup::EvaluationQuery;
use crate::engine::tracked_accounts::TrackedAccount;
use crate::fast::hash::HashKey;
use crate::record::Field;
use crate::record::name::{UserName, fold};

/// What makes two findings one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum FindingKey {
    /// Who and what.
    Identity(String),
    /// Of a finding about waivers or the baseline.
    Policy(String),
    /// Findings that cannot be told apart: rule, field and value.
    Alike(String, String, Option<String>),
}

impl FindingKey {
    /// `None` for a fault of an input, which is not about accounts.
    pub(super) fn of(diagnostic: &Diagnostic) -> Option<Self> {
        match (&diagnostic.identification, diagnostic.basis) {
            (Some(found), _) => Some(found.identity().map_or_else(|| Self::alike(found), Self::Identity)),
            (None, Basis::Policy) => Some(Self::Policy(diagnostic.fingerprint.clone())),
            (None, _) => None,
        }
    }

    fn alike(found: &Identification) -> Self {
        let field = found.details.field.clone();
        // Of accounts with one user name it depends on their order whose spelling is reported.
        let is_name = field.split("; ").any(|field| field == Field::UserName.name());
        let value = found.details.value.as_ref().map(|value| if is_name { fold(value) } else { value.clone() });
        Self::Alike(found.rule.to_string(), field, value)
    }
}

/// In which condition a finding is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FindingCondition {
    state: Option<String>,
    severity: Severity,
    outcome: &'static str,
    /// What a finding about waivers says.
    message: Option<String>,
}

impl FindingCondition {
    pub(super) fn of(diagnostic: &Diagnostic) -> Self {
        let found = diagnostic.identification.as_deref();
        Self {
            state: found.and_then(|found| found.state()),
            severity: diagnostic.severity,
            outcome: diagnostic.outcome().word(),
            message: found.is_none().then(|| diagnostic.message.clone()),
        }
    }
}

/// The findings of a run by what makes them one, each by its number.
pub(super) fn by_key(run: &Run) -> HashMap<FindingKey, Vec<usize>> {
    let mut found: HashMap<FindingKey, Vec<usize>> = HashMap::new();
    for (at, diagnostic) in run.diagnostics.iter().enumerate() {
        if let Some(key) = FindingKey::of(diagnostic) {
            found.entry(key).or_default().push(at);
        }
    }
    found
}

/// Every finding of both runs, in the order of the later one, then of the earlier one.
pub(super) fn compare(old: &DiffSide<'_>, new: &DiffSide<'_>) -> Vec<FindingDiff> {
    let (in_old, in_new) = (by_key(&old.run), by_key(&new.run));
    let keys: BTreeSet<&FindingKey> = in_old.keys().chain(in_new.keys()).collect();
    let mut findings = Vec::with_capacity(keys.len());
    for key in keys {
        let of = |side: &HashMap<FindingKey, Vec<usize>>| side.get(key).cloned().unwrap_or_default();
        pair(key, (of(&in_old), of(&in_new)), (old, new), &mut findings);
    }
    leave_open(&mut findings, (old, new), FindingBucket::Fixed);
    leave_open(&mut findings, (old, new), FindingBucket::New);
    findings.sort_unstable_by_key(|one| (one.new.is_none(), one.new, one.old));
    findings
}

/// The findings with one key.
fn pair(
    key: &FindingKey,
    (of_old, of_new): (Vec<usize>, Vec<usize>),
    (old, new): (&DiffSide<'_>, &DiffSide<'_>),
    findings: &mut Vec<FindingDiff>,
) {
    let is_alike = matches!(key, FindingKey::Alike(..));
    let finding = |bucket, old: Option<&usize>, new: Option<&usize>| FindingDiff {
        bucket,
        causes: Vec::new(),
        one_of: super::FactorSet::EMPTY,
        why: None,
        old: old.copied(),
        new: new.copied(),
    };
    if is_alike && of_old.len() != of_new.len() {
        let why = "its account has no unique user name, so it cannot be told apart from others";
        let open = |one: FindingDiff| FindingDiff { why: Some(why.to_owned()), ..one };
        findings.extend(of_new.iter().map(|at| open(finding(FindingBucket::Incomparable, None, Some(at)))));
        findings.extend(of_old.iter().map(|at| open(finding(FindingBucket::Incomparable, Some(at), None))));
        return;
    }
    if is_alike {
        let both = of_old.iter().zip(&of_new);
        findings.extend(both.map(|(old, new)| finding(FindingBucket::Unchanged, Some(old), Some(new))));
        return;
    }
    // Findings with one identity are in one condition.
    let (of_old, of_new) = (of_old.first(), of_new.first());
    let bucket = match (of_old, of_new) {
        (Some(one), Some(other)) => {
            let condition = |side: &DiffSide<'_>, at: usize| FindingCondition::of(&side.run.diagnostics[at]);
            let is_same = condition(old, *one) == condition(new, *other);
            if is_same { FindingBucket::Unchanged } else { FindingBucket::Changed }
        }
        (Some(_), None) => FindingBucket::Fixed,
        (None, _) => FindingBucket::New,
    };
    findings.push(finding(bucket, of_old, of_new));
}

/// Makes incomparable what one side lacks without having looked for it.
fn leave_open(findings: &mut [FindingDiff], (old, new): (&DiffSide<'_>, &DiffSide<'_>), bucket: FindingBucket) {
    let is_fixed = bucket == FindingBucket::Fixed;
    let (has, lacks, name) = if is_fixed { (old, new, "NEW") } else { (new, old, "OLD") };
    let places: Vec<usize> = (0..findings.len()).filter(|at| findings[*at].bucket == bucket).collect();
    let place = |one: &FindingDiff| if is_fixed { one.old } else { one.new };
    let diagnostics: Vec<&Diagnostic> =
        places.iter().filter_map(|at| place(&findings[*at])).map(|at| &has.run.diagnostics[at]).collect();
    for (at, why) in places.into_iter().zip(reasons(lacks, &diagnostics)) {
        if let Some(why) = why {
            findings[at].bucket = FindingBucket::Incomparable;
            findings[at].why = Some(format!("{name}: {why}"));
        }
    }
}

/// Why a run cannot tell whether it would have found each of these; `None` if it looked for it.
fn reasons(side: &DiffSide<'_>, wanted: &[&Diagnostic]) -> Vec<Option<String>> {
    let mut reasons: Vec<Option<String>> = vec![None; wanted.len()];
    let mut questions: BTreeMap<usize, EvaluationQuery> = BTreeMap::new();
    let ambiguous = ambiguous(&side.run);
    let mut namesakes = namesakes(side, wanted).into_iter();
    for (at, diagnostic) in wanted.iter().enumerate() {
        let namesakes = namesakes.next().unwrap_or_default();
        // Waivers are always looked at.
        let Some(found) = &diagnostic.identification else { continue };
        let answer = match &side.accounts {
            _ if ambiguous.contains(&who(&found.rule, diagnostic)) => {
                RuleEvaluation::Unknown("its finding there cannot be told apart from another".to_owned())
            }
            Some(accounts) => of_accounts((side, accounts), (&found.rule, diagnostic), found.details.side, &namesakes),
            None => of_report(&side.run, diagnostic, found.details.side)
                .map_or(RuleEvaluation::Evaluated, RuleEvaluation::Unknown),
        };
        match answer {
            RuleEvaluation::Evaluated => {}
            RuleEvaluation::Unknown(why) => reasons[at] = Some(why),
            RuleEvaluation::Ask(question) => drop(questions.insert(at, question)),
        }
    }
    if let Some(accounts) = &side.accounts {
        let asked: Vec<EvaluationQuery> = questions.values().cloned().collect();
        for (at, why) in questions.keys().zip(accounts.lookup.reasons_not_evaluated(&asked)) {
            reasons[*at] = why;
        }
    }
    reasons
}

/// For each finding the accounts of a side that have the user name of its account.
fn namesakes(side: &DiffSide<'_>, wanted: &[&Diagnostic]) -> Vec<Vec<TrackedAccount>> {
    let Some(accounts) = &side.accounts else { return Vec::new() };
    let name_of = |diagnostic: &&Diagnostic| {
        let is_plan = diagnostic.identification.as_ref().is_some_and(|found| found.details.side == Side::Plan);
        let name = diagnostic.subject.as_ref().map_or("", |subject| subject.key.as_str());
        (is_plan, UserName::new(name).keyed_hash(HashKey::of_process()))
    };
    accounts.tracked.with_names(&wanted.iter().map(name_of).collect::<Vec<_>>())
}

/// Rule and account of findings that cannot be told apart from others.
fn ambiguous(run: &Run) -> HashSet<(String, String)> {
    let without_identity =
        |one: &&Diagnostic| one.identification.as_ref().is_some_and(|found| found.identity().is_none());
    let found = run.diagnostics.iter().filter(without_identity);
    found.filter_map(|one| Some(who(&one.identification.as_ref()?.rule, one))).collect()
}

fn who(permanent_id: &str, diagnostic: &Diagnostic) -> (String, String) {
    (permanent_id.to_owned(), diagnostic.subject.as_ref().map(|subject| fold(&subject.key)).unwrap_or_default())
}

enum RuleEvaluation {
    /// The rule was evaluated, or there is no such account.
    Evaluated,
    Unknown(String),
    /// The account has to be read again.
    Ask(EvaluationQuery),
}

fn of_accounts(
    (side, accounts): (&DiffSide<'_>, &SideAccounts<'_>),
    (permanent_id, diagnostic): (&str, &Diagnostic),
    of: Side,
    namesakes: &[TrackedAccount],
) -> RuleEvaluation {
    let Some(rule) = accounts.lookup.rule(permanent_id) else {
        return RuleEvaluation::Unknown("there is no such rule".to_owned());
    };
    let license = diagnostic.identification.as_ref().and_then(|found| found.details.license.as_deref());
    if let Some(why) = outcome_reason(&side.run, &rule.id, matches!(rule.check, Check::Population(_)), license) {
        return RuleEvaluation::Unknown(why);
    }
    let (Check::Record(_), Some(subject)) = (&rule.check, &diagnostic.subject) else {
        return RuleEvaluation::Evaluated;
    };
    let tracked = &accounts.tracked;
    match namesakes {
        [] if accounts.has_nameless(of == Side::Plan) => {
            RuleEvaluation::Unknown("an account without a user name may be it".to_owned())
        }
        [] if !has_unread_accounts(&side.run) => RuleEvaluation::Evaluated,
        [] => RuleEvaluation::Unknown("the account may be among those that could not be read".to_owned()),
        [account] => RuleEvaluation::Ask(EvaluationQuery {
            record: tracked.id(*account),
            condition: *tracked.condition(*account),
            rule: rule.id.clone(),
            name: fold(&subject.key),
        }),
        [..] => RuleEvaluation::Unknown("several accounts have its user name".to_owned()),
    }
}

/// Why a rule was put to no account; of one that sees all accounts, also why it may have missed something. Of seats only
/// those of one licence count.
fn outcome_reason(run: &Run, rule: &str, sees_all: bool, license: Option<&str>) -> Option<String> {
    let outcome = run.outcomes.iter().find(|one| one.rule == rule)?;
    if !outcome.was_evaluated() && outcome.reason.as_deref() == Some("off") {
        return Some("the rule is off".to_owned());
    }
    let is_counted =
        |license: &str| run.seats.iter().any(|seats| seats.license == license && seats.owned.is_some() && seats.exact);
    match outcome.outcome {
        _ if !sees_all => None,
        Outcome::NotApplicable | Outcome::NotDeterminable if outcome.was_evaluated() => outcome.reason.clone(),
        _ if is_partial(run) => Some("not every account could be read".to_owned()),
        _ if license.is_some_and(is_counted) => None,
        _ => hole_of(run, rule),
    }
}

/// Why a rule had to leave something open.
fn hole_of(run: &Run, rule: &str) -> Option<String> {
    run.ledger.holes.iter().find(|hole| hole.rule == rule).map(|hole| hole.reason.clone())
}

/// The same of a report, which lists API users and administrators only.
fn of_report(run: &Run, diagnostic: &Diagnostic, of: Side) -> Option<String> {
    let Some(outcome) = run.outcomes.iter().find(|one| one.rule == *diagnostic.rule) else {
        return Some("there is no such rule".to_owned());
    };
    if is_partial(run) {
        return Some("not every account could be read".to_owned());
    }
    if !matches!(outcome.outcome, Outcome::Pass | Outcome::Fail | Outcome::Waived) {
        let reason = outcome.reason.as_deref().unwrap_or("it was not applied to any account");
        return Some(format!("the rule did not apply: {reason}"));
    }
    if let Some(why) = hole_of(run, &diagnostic.rule) {
        return Some(why);
    }
    let key = fold(&diagnostic.subject.as_ref()?.key);
    let is_listed = of == Side::Tenant || run.accounts.iter().any(|one| fold(&one.key) == key);
    (!is_listed).then(|| "the report does not say whether the account is still there".to_owned())
}
