//! Fixes of plans: what the rules' own values put right, tried on the text and judged again before anything is written.
//!
//! An edit replaces the bytes of a guilty value and nothing else. A fix counts as safe only if the rule calls it so and
//! judging again shows its finding gone and no finding more; whatever fails that is left for a person.

pub mod diff;
mod edit;
pub mod secret_lines;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::config::{Config, RunOptions};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::{Diagnostic, Severity, Verdict};
use crate::engine::ledger::SeatCount;
use crate::engine::{NamedInput, RuleSet, Run, RunRequest, check_with_groups};
use crate::error::ReadError;
use crate::policy::Policy;
use crate::read::Format;
use crate::rule::{FixClass, FixKind, Rule, RuleFix, Subject};
use crate::source::file::Source;
use edit::{Edit, apply, edit_of};

/// The new bytes of inputs that change, by their numbers.
pub type NewTexts = BTreeMap<usize, Vec<u8>>;

/// An input of a run that fixes plans.
pub struct FixInput {
    /// Its path.
    pub path: PathBuf,
    /// Its path as reports show it.
    pub name: String,
    /// Its format.
    pub format: Option<Format>,
    /// Its bytes, if it is a plan that may be edited.
    pub text: Option<Vec<u8>>,
}

/// What is asked of a run that fixes plans.
pub struct FixRequest<'a> {
    /// The site's config.
    pub config: &'a Config,
    /// All rules.
    pub rules: &'a RuleSet<'a>,
    /// How to judge.
    pub options: &'a RunOptions,
    /// What the site accepts: that has no fix.
    pub policy: &'a Policy,
    /// The only rules whose findings are fixed; all if empty.
    pub only: &'a [String],
    /// Rules whose unsafe fixes are wanted; `all` for every rule.
    pub allowed: &'a [String],
}

/// A finding with a fix, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedFix {
    /// The rule.
    pub rule: String,
    /// `file:line:column` of the guilty value.
    pub place: String,
    /// The account.
    pub account: String,
    /// The guilty value.
    pub old: String,
    /// What replaces it, or joins it.
    pub new: String,
    /// What is done with it.
    pub kind: FixKind,
    /// What became of it.
    pub state: FixState,
}

/// What became of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixState {
    /// It is part of the new text.
    Fixed(FixClass),
    /// It is unsafe, and `--unsafe` does not name its rule.
    HeldBack,
    /// A person has to decide, and why.
    ByHand(&'static str),
}

/// What came of a run that fixes plans.
pub struct FixOutcome {
    /// The run over the plans as they were.
    pub before: Run,
    /// The run over the plans with their fixes.
    pub after: Run,
    /// Findings with a fix, in the order of the report.
    pub fixes: Vec<ProposedFix>,
    /// What changes.
    pub texts: NewTexts,
}

impl FixOutcome {
    /// Licences of which the fixes take more seats, as in "System Administrator: 25 of 25 seats".
    #[must_use]
    pub fn seats_taken(&self) -> Vec<String> {
        let before = |license: &str| self.before.seats.iter().find(|seats| seats.license == license);
        let more = |now: &&SeatCount| before(&now.license).is_none_or(|old| old.planned < now.planned);
        let said = |now: &SeatCount| {
            let owned = now.owned.map_or_else(|| "an undeclared number of".to_owned(), |owned| owned.to_string());
            format!("{}: {} of {owned} seats", now.license, now.planned)
        };
        self.after.seats.iter().filter(more).map(said).collect()
    }
}

/// Judges plans, fixes what can be fixed, and judges again.
///
/// # Errors
/// A config or declarations that cannot be used.
pub fn fix(inputs: &[FixInput], request: &FixRequest<'_>) -> Result<FixOutcome, Vec<UsageError>> {
    let before = judge(inputs, &BTreeMap::new(), request)?;
    if before.verdict == Verdict::Incomplete {
        return Ok(FixOutcome { after: before.clone(), before, fixes: Vec::new(), texts: BTreeMap::new() });
    }
    let mut proposed = proposals(&before, inputs, request);
    let (after, texts) = keep_verified(&before, inputs, &mut proposed, request)?;
    let fixes = proposed.into_iter().map(|one| one.fix).collect();
    Ok(FixOutcome { before, after, fixes, texts })
}

/// A fix on its way.
struct Proposal {
    fix: ProposedFix,
    edit: Option<Edit>,
    /// The finding that it puts right.
    fingerprint: String,
}

impl Proposal {
    fn is_fixed(&self) -> bool {
        matches!(self.fix.state, FixState::Fixed(_))
    }

    /// True if judging again shows its finding gone and nothing worse.
    fn holds(&self, before: &Run, after: &Run, rules: &[Rule]) -> bool {
        let prices = if self.fix.state == FixState::Fixed(FixClass::Unsafe) { rules } else { &[] };
        holds(before, after, &[&self.fingerprint], prices)
    }
}

fn judge(inputs: &[FixInput], texts: &NewTexts, request: &FixRequest<'_>) -> Result<Run, Vec<UsageError>> {
    let opened = |number: usize, input: &FixInput| -> Result<Source, ReadError> {
        match texts.get(&number).or(input.text.as_ref()) {
            Some(text) => Ok(Source::from_bytes(text.clone())),
            None => Source::open(&input.path),
        }
    };
    let named = inputs.iter().enumerate().map(|(number, input)| NamedInput {
        name: input.name.clone(),
        format: input.format,
        opened: opened(number, input),
    });
    let run_request = RunRequest { config: request.config, rules: request.rules, options: request.options };
    let judged = check_with_groups(named.collect(), &run_request, request.policy.groups());
    let (mut run, accounts) = judged.map_err(|error| vec![error])?;
    if !request.policy.is_empty() {
        request.policy.cover(&mut run, request.options.fail_on, Some(&accounts))?;
    }
    Ok(run)
}

/// The findings that have a fix, each with its edit or why it has none.
fn proposals(run: &Run, inputs: &[FixInput], request: &FixRequest<'_>) -> Vec<Proposal> {
    let is_wanted = |list: &[String], rule: &str| list.iter().any(|one| one == rule);
    let mut proposals: Vec<Proposal> = Vec::new();
    let mut taken: Vec<Edit> = Vec::new();
    for diagnostic in run.diagnostics.iter().filter(|one| one.is_live()) {
        let rule = request.rules.rules.iter().find(|rule| *rule.id == *diagnostic.rule);
        let Some(fix) = rule.and_then(|rule| rule.fix.as_ref()) else { continue };
        if !request.only.is_empty() && !is_wanted(request.only, &diagnostic.rule) {
            continue;
        }
        let edit = edit_of(diagnostic, inputs, fix);
        let is_allowed = is_wanted(request.allowed, &diagnostic.rule) || is_wanted(request.allowed, "all");
        let state = match &edit {
            Err(why) => FixState::ByHand(why),
            Ok(edit) if taken.iter().any(|other| other.overlaps(edit)) => {
                FixState::ByHand("it overlaps another fix: run again after that")
            }
            Ok(_) if fix.class == FixClass::Unsafe && !is_allowed => FixState::HeldBack,
            Ok(_) => FixState::Fixed(fix.class),
        };
        if matches!(state, FixState::Fixed(_)) {
            taken.extend(edit.iter().cloned());
        }
        let old = edit.as_ref().map_or_else(|_| String::new(), |edit| edit.old.clone());
        let fix = proposed(diagnostic, old, fix, state);
        proposals.push(Proposal { fix, edit: edit.ok(), fingerprint: diagnostic.fingerprint.clone() });
    }
    proposals
}

fn proposed(diagnostic: &Diagnostic, old: String, fix: &RuleFix, state: FixState) -> ProposedFix {
    let place = diagnostic
        .labels
        .first()
        .map_or_else(String::new, |label| format!("{}:{}:{}", label.file, label.start.line, label.start.column));
    let account = diagnostic.subject.as_ref().map_or_else(String::new, |subject| subject.key.clone());
    ProposedFix {
        rule: diagnostic.rule.to_string(),
        place,
        account,
        old,
        new: fix.value.clone(),
        kind: fix.kind,
        state,
    }
}

/// Drops fixes until judging again shows every finding of a fix gone and nothing worse, and gives that run.
fn keep_verified(
    before: &Run,
    inputs: &[FixInput],
    proposals: &mut [Proposal],
    request: &FixRequest<'_>,
) -> Result<(Run, NewTexts), Vec<UsageError>> {
    let (after, texts) = with(inputs, proposals.iter().filter(|one| one.is_fixed()), request)?;
    if proposals.iter().filter(|one| one.is_fixed()).all(|one| one.holds(before, &after, request.rules.rules)) {
        return Ok((after, texts));
    }
    // Together they do not hold: each is tried by itself, and after that all that hold together.
    for proposal in proposals.iter_mut().filter(|one| one.is_fixed()) {
        let (after, _) = with(inputs, std::iter::once(&*proposal), request)?;
        if !proposal.holds(before, &after, request.rules.rules) {
            proposal.fix.state = FixState::ByHand("judged again with it, the finding remains or another appears");
        }
    }
    let (after, texts) = with(inputs, proposals.iter().filter(|one| one.is_fixed()), request)?;
    let fixed: Vec<&str> = proposals.iter().filter(|one| one.is_fixed()).map(|one| one.fingerprint.as_str()).collect();
    let is_unsafe = proposals.iter().any(|one| one.fix.state == FixState::Fixed(FixClass::Unsafe));
    if holds(before, &after, &fixed, if is_unsafe { request.rules.rules } else { &[] }) {
        return Ok((after, texts));
    }
    for proposal in proposals.iter_mut().filter(|one| one.is_fixed()) {
        proposal.fix.state = FixState::ByHand("together with the other fixes it makes another finding");
    }
    Ok((before.clone(), BTreeMap::new()))
}

fn with<'p>(
    inputs: &[FixInput],
    proposals: impl Iterator<Item = &'p Proposal>,
    request: &FixRequest<'_>,
) -> Result<(Run, NewTexts), Vec<UsageError>> {
    let texts = apply(inputs, proposals.filter_map(|proposal| proposal.edit.as_ref()));
    Ok((judge(inputs, &texts, request)?, texts))
}

/// True if these findings are gone and nothing came in their place, but warnings about the tenant by one of the rules
/// `prices`: what an unsafe fix costs, such as the last seat.
fn holds(before: &Run, after: &Run, gone: &[&str], prices: &[Rule]) -> bool {
    let live = before.diagnostics.iter().filter(|one| one.is_live());
    let known: BTreeSet<&str> = live.map(|one| one.fingerprint.as_str()).collect();
    let is_price = |one: &Diagnostic| {
        let rule = prices.iter().find(|rule| *rule.id == *one.rule);
        one.severity < Severity::Error && rule.is_some_and(|rule| rule.subject == Subject::Tenant)
    };
    let is_no_worse = |one: &Diagnostic| !one.is_live() || known.contains(one.fingerprint.as_str()) || is_price(one);
    let is_gone = |fingerprint: &&str| after.diagnostics.iter().all(|one| one.fingerprint != **fingerprint);
    after.verdict <= before.verdict && after.diagnostics.iter().all(is_no_worse) && gone.iter().all(is_gone)
}
