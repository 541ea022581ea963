//! From an observation to a run: what rules conclude of all accounts, what is wrong with the run as a whole, and the verdict.

use super::Run;
use super::context::{ConfiguredRule, RunContext};
use super::describe::{self, ExtraFinding, sorted};
use super::history::EarlierDay;
use super::identify::identify;
use super::ledger::{Hole, InputLedger, Ledger, RedactionLedger, SeatCount, SeverityChange};
use super::lone_password;
use super::observation::Observation;
use super::reread::InputReReader;
use super::tally::RuleTally;
use super::whole_run;
use crate::check::{Check, Conclusion};
use crate::config::SeverityOverride;
use crate::diagnostic::Verdict;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::{quoted, shell_word, toml_string};
use crate::record::site::Site;

/// What is concluded besides what single records showed.
#[derive(Default)]
pub struct Conclusions {
    /// What rules conclude, by their numbers.
    pub of_rules: Vec<(usize, Conclusion)>,
    /// Findings that no rule makes.
    pub extra: Vec<ExtraFinding>,
    /// Exports of earlier days.
    pub earlier: Vec<EarlierDay>,
    /// Inputs of which something could not be read again.
    pub unread: Vec<usize>,
    /// What could not be compared.
    pub not_compared: Vec<Fault>,
    /// Accounts need not be API users, so an input without any has no fault.
    pub is_without_api_users: bool,
}

/// What the rules that see all accounts conclude.
pub fn population_rules(context: &RunContext<'_>, seen: &Observation) -> Conclusions {
    let mut cells = InputReReader::new(context, &seen.summaries);
    let mut conclusions = Conclusions::default();
    for (number, configured) in context.rules.iter().enumerate().filter(|(_, configured)| !configured.is_off()) {
        if let Check::Population(check) = &configured.rule.check {
            conclusions.of_rules.push((number, check.conclude(&seen.population, &context.site, &mut cells)));
        }
    }
    conclusions.unread = cells.unread();
    conclusions
}

/// Ends a run.
pub fn conclude(context: &RunContext<'_>, seen: &mut Observation, conclusions: Conclusions) -> Run {
    let Conclusions { of_rules, extra, earlier, unread, not_compared, is_without_api_users } = conclusions;
    for (number, conclusion) in of_rules {
        take_conclusion(context, seen, number, conclusion);
    }
    for finding in extra {
        seen.findings.add_of_population(finding.severity, || describe::of_extra(finding));
    }
    for fault in not_compared {
        seen.findings.fault(fault, None);
    }
    let mut earlier_ledgers = Vec::with_capacity(earlier.len());
    for day in earlier {
        day.faults.into_iter().for_each(|fault| seen.findings.add_fault(fault, None));
        seen.findings.add_holes(day.holes);
        seen.tenants.extend(day.tenants);
        earlier_ledgers.push(day.ledger);
    }
    seen.findings.report_unlisted();
    lone_password::leave_unread_open(context, seen);
    for number in unread {
        let fault = Fault::of_input(FaultKind::InputUnreadable, "a record could not be read a second time");
        seen.findings.fault(fault, Some(context.loaded[number].at()));
    }
    for mut fault in seen.selection.faults(seen.findings.has_holes(), seen.accounts.keys()) {
        if fault.kind == FaultKind::ApiUserNone {
            fault.remedy = seen.accounts.likeliest_api_user().map(declare);
        }
        if !is_without_api_users || fault.kind != FaultKind::ApiUserNone {
            seen.findings.fault(fault, None);
        }
    }
    let tenant = whole_run::tenant(context, seen);
    whole_run::unmapped_columns(context, seen);
    whole_run::ignored_activity(context, seen);
    whole_run::unfound_names(context, seen);
    whole_run::counts(context, seen);
    whole_run::digests(context, seen);
    if seen.columns.are_too_many {
        let message = "more than 10,000 different texts may hold several names; not all were tested";
        seen.findings.fault(Fault::of_input(FaultKind::ListTooVaried, message), None);
    }
    if !is_without_api_users && !seen.findings.has_holes() && seen.tallies.iter().all(RuleTally::is_empty) {
        let message = "no rule was applied to any account";
        seen.findings.fault(Fault::of_input(FaultKind::NothingJudged, message), None);
    }
    Run { tenant, ..run(context, seen, earlier_ledgers) }
}

/// How an account is declared to be an API user.
fn declare(user_name: &str) -> String {
    format!(
        "If {} is one, add `--api-user {}`, or write `user-names = [{}]` under `[api-users]` in the config; in a plan, \
         `kind: api-user`.",
        quoted(user_name),
        shell_word(user_name),
        toml_string(user_name)
    )
}

/// Takes what a rule concludes of all accounts.
fn take_conclusion(context: &RunContext<'_>, seen: &mut Observation, number: usize, conclusion: Conclusion) {
    let tally = &mut seen.tallies[number];
    tally.judged += conclusion.judged;
    tally.failed += conclusion.failed;
    tally.has_findings |= !conclusion.findings.is_empty();
    if let Some(reason) = conclusion.not_applicable {
        tally.not_applicable(reason);
    }
    if let Some((reason, count)) = conclusion.not_determinable {
        tally.undetermined(reason, count, None);
    }
    let rule = &context.rules[number];
    for finding in conclusion.findings {
        let severity = describe::severity(rule, finding.case);
        seen.findings.add_of_population(severity, || describe::of_finding(rule, number, finding, context.messages()));
    }
}

fn run(context: &RunContext<'_>, seen: &mut Observation, earlier: Vec<InputLedger>) -> Run {
    let seats = SeatCount::of_pools(&context.site, &seen.population);
    let (placed, mut holes) = seen.findings.take();
    let mut diagnostics = sorted(placed);
    identify(context, seen, &mut diagnostics);
    let tallied = || context.rules.iter().zip(&seen.tallies);
    let outcomes = tallied().map(|(rule, tally)| tally.outcome(&rule.rule.id, rule.is_off())).collect();
    let on = tallied().filter(|(rule, _)| !rule.is_off());
    holes.extend(on.flat_map(|(rule, tally)| tally.holes(&rule.rule.id)));
    let fails = diagnostics.iter().any(|diagnostic| diagnostic.severity >= context.options.fail_on);
    let verdict = match (holes.is_empty(), fails) {
        (false, _) => Verdict::Incomplete,
        (true, true) => Verdict::Fail,
        (true, false) => Verdict::Pass,
    };
    seen.ledgers.extend(earlier);
    let (accounts, accounts_more) = std::mem::take(&mut seen.accounts).conclude(&diagnostics);
    let ledger = ledger(context, seen, holes);
    let Site { product, as_of, .. } = context.site;
    Run { product, as_of, tenant: None, verdict, diagnostics, outcomes, seats, accounts, accounts_more, ledger }
}

fn ledger(context: &RunContext<'_>, seen: &mut Observation, holes: Vec<Hole>) -> Ledger {
    let changed = |configured: &ConfiguredRule<'_>| match configured.change {
        Some(SeverityOverride::Severity(to)) => {
            let (rule, from) = (configured.rule.id.clone(), configured.rule.severity);
            Some(SeverityChange { rule, from, to })
        }
        Some(SeverityOverride::Off) | None => None,
    };
    let off = context.rules.iter().filter(|rule| rule.is_off()).map(|rule| rule.rule.id.clone());
    let selection = &context.options.selection;
    Ledger {
        tenant: selection.tenant.clone(),
        inputs: std::mem::take(&mut seen.ledgers),
        api_users: seen.selection.ledger(),
        holes,
        rules_off: off.collect(),
        severity_changes: context.rules.iter().filter_map(changed).collect(),
        config: Vec::new(),
        packs: Vec::new(),
        lock: None,
        options: context.options.given(),
        left_alone: selection.left_alone.clone(),
        policy_files: Vec::new(),
        waivers: Vec::new(),
        baseline: None,
        redaction: RedactionLedger::default(),
    }
}
