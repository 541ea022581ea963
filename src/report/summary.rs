//! The end of the report for people: the verdict, and the facts behind it.

use std::io;

use termcolor::{Color, ColorSpec};

use super::Report;
use super::ledger::lines::{
    accounts_line, counts, how, input_line, left_alone_line, lock_lines, option_line, pack_line, plural, seats_line,
    verdict_word,
};
use super::ledger::{accepted_finding, baseline, waiver};
use super::screen::{Screen, wrapped};
use crate::diagnostic::{Outcome, Severity, Verdict};
use crate::engine::Run;
use crate::engine::ledger::{Hole, RuleOutcome, UndeclaredAccount, WaiverEnd, WaiverUse};

/// The most accounts and holes that are listed by name; the JSON report has all.
const MAX_LISTED: usize = 8;
/// The same of findings that are accepted, and of waivers that cover some.
const MAX_ACCEPTED: usize = 50;

/// Writes the summary.
pub(super) fn write(report: &Report<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let run = report.run;
    verdict(report, screen)?;
    inputs(run, screen)?;
    api_users(run, screen)?;
    accounts(run, screen)?;
    screen.heading("Seats")?;
    run.seats.iter().try_for_each(|count| screen.entry("  ", &seats_line(count)))?;
    rules(run, screen)?;
    accepted(report, screen)?;
    settings(run, screen)?;
    holes(&run.ledger.holes, screen)
}

pub(super) fn verdict(report: &Report<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let run = report.run;
    let color = match run.verdict {
        Verdict::Pass => Color::Green,
        Verdict::Fail => Color::Red,
        Verdict::Incomplete => Color::Yellow,
    };
    let (word, out) = (verdict_word(run.verdict), screen.out());
    out.set_color(ColorSpec::new().set_bold(true).set_fg(Some(color)))?;
    write!(out, "{word}")?;
    out.reset()?;
    let judged = format!("{}; judged as of {} for {}", counts(report), run.as_of, run.product.name());
    let line = wrapped(&" ".repeat(word.len() + 2), 2, &judged, screen.width());
    writeln!(screen.out(), "{}", &line[word.len()..])?;
    if run.verdict == Verdict::Incomplete {
        screen.entry("  ", "Something could not be judged (below), so nothing here can be called clean.")?;
    }
    if report.fail_on != Severity::Warning {
        screen.entry("  ", &format!("A run fails from severity {} on.", report.fail_on.word()))?;
    }
    screen.blank()
}

pub(super) fn inputs(run: &Run, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.heading("Inputs")?;
    for input in &run.ledger.inputs {
        screen.entry("  ", &format!("{}: {}", input.file, input_line(input)))?;
        if !input.unknown_columns.is_empty() {
            screen.entry("    ", &format!("not understood, not judged: {}", input.unknown_columns.join(", ")))?;
        }
    }
    Ok(())
}

fn api_users(run: &Run, screen: &mut Screen<'_>) -> io::Result<()> {
    let found = &run.ledger.api_users;
    screen.heading("API users")?;
    screen.entry("  ", &format!("{} ({})", found.count, how(&found.how)))?;
    listed(screen, "taken by name", &found.by_name)?;
    listed(screen, "named like one, but not declared and not judged as one", &found.undeclared)
}

fn listed(screen: &mut Screen<'_>, what: &str, accounts: &[UndeclaredAccount]) -> io::Result<()> {
    if accounts.is_empty() {
        return Ok(());
    }
    let mut keys: Vec<_> = accounts.iter().take(MAX_LISTED).map(|account| account.key.clone()).collect();
    if accounts.len() > MAX_LISTED {
        keys.push(format!("and {} more", accounts.len() - MAX_LISTED));
    }
    screen.entry("  ", &format!("{what}: {}", keys.join(", ")))
}

/// How many accounts were judged; if no API user is declared, who may be one.
fn accounts(run: &Run, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.heading("Accounts")?;
    screen.entry("  ", &accounts_line(run))?;
    if run.ledger.api_users.how != "names" {
        return Ok(());
    }
    let administrators: Vec<_> = run.accounts.iter().filter(|one| one.is_administrator).collect();
    for one in administrators.iter().take(MAX_LISTED) {
        let signs = match one.integration_signs.as_slice() {
            [] => "no sign of an integration".to_owned(),
            signs => signs.join(", "),
        };
        screen.entry("    ", &format!("administrator {}: {signs}", one.key))?;
    }
    if administrators.len() > MAX_LISTED {
        screen.entry(
            "    ",
            &format!("and {} more; `--format json` lists them all", administrators.len() - MAX_LISTED),
        )?;
    }
    Ok(())
}

fn rules(run: &Run, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.heading("Rules")?;
    let ended = |outcome| run.outcomes.iter().filter(move |one| one.outcome == outcome);
    for failed in ended(Outcome::Fail) {
        screen.entry("  ", &format!("fail  {:<28} {} of {}", failed.rule, failed.failed, failed.judged))?;
    }
    for accepted in ended(Outcome::Waived).chain(ended(Outcome::Baselined)) {
        let width = 34 - accepted.outcome.word().len() - 2;
        let word = accepted.outcome.word();
        screen.entry("  ", &format!("{word}  {:<width$} {} of {}", accepted.rule, accepted.failed, accepted.judged))?;
    }
    screen.entry("  ", &format!("{} passed", plural(ended(Outcome::Pass).count() as u64, "rule")))?;
    let reason = |one: &RuleOutcome| one.reason.clone().unwrap_or_default();
    let open = ended(Outcome::NotDeterminable).count() as u64;
    if open > 0 {
        screen.entry("  ", &format!("{} could not judge (below)", plural(open, "rule")))?;
    }
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for one in ended(Outcome::NotApplicable) {
        let why = reason(one);
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, rules)) => rules.push(&one.rule),
            None => reasons.push((why, vec![&one.rule])),
        }
    }
    for (why, rules) in reasons {
        screen.entry("  ", &format!("does not apply   {}: {}", rules.join(", "), why))?;
    }
    for change in &run.ledger.severity_changes {
        screen.entry(
            "  ",
            &format!("severity changed by the config  {}: {} to {}", change.rule, change.from.word(), change.to.word()),
        )?;
    }
    Ok(())
}

/// The findings that were accepted, by what, and what became of the baseline and of each waiver.
pub(super) fn accepted(report: &Report<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let ledger = &report.run.ledger;
    if ledger.waivers.is_empty() && ledger.baseline.is_none() {
        return Ok(());
    }
    screen.heading("Accepted")?;
    let mut findings = report.run.diagnostics.iter().filter(|one| one.acceptance.is_some());
    let baseline = ledger.baseline.iter().map(|used| baseline::entry(used, report.run));
    let listed = baseline.chain(findings.by_ref().take(MAX_ACCEPTED).filter_map(accepted_finding));
    listed.into_iter().try_for_each(|entry| screen.entry("  ", &entry.line()))?;
    more(findings.count(), screen)?;
    // A waiver that covers nothing has something to say.
    let is_used = |one: &&WaiverUse| one.ended == WaiverEnd::Used;
    let mut used = ledger.waivers.iter().filter(is_used);
    let others = ledger.waivers.iter().filter(|one| !is_used(one));
    let listed = used.by_ref().take(MAX_ACCEPTED).chain(others).map(waiver);
    listed.into_iter().try_for_each(|entry| screen.entry("  ", &entry.line()))?;
    more(used.count(), screen)
}

fn more(count: usize, screen: &mut Screen<'_>) -> io::Result<()> {
    if count == 0 {
        return Ok(());
    }
    screen.entry("  ", &format!("and {count} more; `--format json` lists them all"))
}

/// Writes the config that was used and the options that change what a run says.
pub(super) fn settings(run: &Run, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.heading("Settings")?;
    if let Some(label) = &run.ledger.tenant {
        screen.entry("  ", &format!("label in the project: {label}"))?;
    }
    if let Some(tenant) = &run.tenant {
        screen.entry("  ", &format!("tenant: {tenant}"))?;
    }
    let config: Vec<_> = run.ledger.config.iter().map(|config| config.file.clone()).collect();
    screen
        .entry("  ", &format!("config: {}", if config.is_empty() { "none".to_owned() } else { config.join(", ") }))?;
    let packs = run.ledger.packs.iter();
    packs.into_iter().try_for_each(|used| screen.entry("  ", &format!("pack: {}", pack_line(used, false))))?;
    let lock = run.ledger.lock.iter().flat_map(lock_lines);
    lock.into_iter().try_for_each(|line| screen.entry("  ", &format!("lock: {line}")))?;
    let options: Vec<_> = run.ledger.options.iter().map(option_line).collect();
    screen
        .entry("  ", &format!("options: {}", if options.is_empty() { "none".to_owned() } else { options.join(" ") }))?;
    let left_alone = run.ledger.left_alone.iter();
    left_alone.into_iter().try_for_each(|left| screen.entry("  ", &format!("left alone: {}", left_alone_line(left))))
}

pub(super) fn holes(holes: &[Hole], screen: &mut Screen<'_>) -> io::Result<()> {
    if holes.is_empty() {
        return Ok(());
    }
    screen.heading("Not judged")?;
    for hole in holes.iter().take(MAX_LISTED * 2) {
        let place = match (&hole.file, hole.line) {
            (Some(file), Some(line)) => format!(" (first at {}:{line})", file),
            (Some(file), None) => format!(" ({})", file),
            (None, _) => String::new(),
        };
        let times = if hole.count > 1 { format!(" × {}", hole.count) } else { String::new() };
        screen.entry("  ", &format!("{}: {}{times}{place}", hole.rule, hole.reason))?;
    }
    if holes.len() > MAX_LISTED * 2 {
        screen.entry("  ", &format!("and {} more; `--format json` lists them all", holes.len() - MAX_LISTED * 2))?;
    }
    Ok(())
}
